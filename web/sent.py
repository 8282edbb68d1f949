"""A file that somebody sends with a form, read as far as is allowed. Called by console pages that take tables."""

from pathlib import Path

from flask import request

from core.errors import Invalid


def sent_file(field: str, most_bytes: int) -> tuple[str, bytes]:
    """Name and content. Raises Invalid where none was chosen, or it is larger."""
    sent = request.files.get(field)
    name = Path(sent.filename or "").name if sent else ""
    if sent is None or not name:
        raise Invalid("no_file", "请先选择一个文件。")
    # One byte more than is allowed tells that there is more, without reading it.
    data = sent.stream.read(most_bytes + 1)
    if len(data) > most_bytes:
        raise Invalid(
            "too_large", f"{name} 超过 {most_bytes // 1_000_000} MB，没有读取。请分成几个文件上传。"
        )
    return name, data
