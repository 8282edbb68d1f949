"""The forms of columns and their issues as browsers send them, and the texts in which two people's versions are compared."""

from dataclasses import dataclass, field

from flask import request
from werkzeug.datastructures import FileStorage

from columns.rules import KINDS, ColumnDraft, ItemDraft, Medium, split_words
from core.errors import Invalid
from models.columns import Column
from web.storage import Kind, media_store


@dataclass
class ColumnForm:
    """The settings as they were sent or are stored. A file that was sent is kept at once: no browser sends it twice."""

    version: int
    code: str
    draft: ColumnDraft
    problem: str = ""

    @classmethod
    def empty(cls) -> "ColumnForm":
        return cls(0, "", ColumnDraft(""))

    @classmethod
    def of(cls, column: Column) -> "ColumnForm":
        draft = ColumnDraft(column.title, column.description, column.cover, tuple(column.words))
        return cls(column.version, column.code, draft)

    @classmethod
    def sent(cls) -> "ColumnForm":
        form, problems = request.form, list[str]()
        cover = _sent_cover(problems)
        draft = ColumnDraft(
            form.get("title", ""),
            form.get("description", ""),
            cover,
            split_words(form.get("words", "")),
        )
        version = form.get("version", 0, type=int)
        return cls(version, form.get("code", "").strip(), draft, " ".join(problems))


@dataclass
class ItemForm:
    """An issue as it was sent or is stored."""

    version: int
    draft: ItemDraft
    problem: str = ""
    number: str = field(init=False)

    def __post_init__(self) -> None:
        self.number = str(self.draft.number)

    @classmethod
    def sent(cls) -> "ItemForm":
        form, problems = request.form, list[str]()
        kind = form.get("kind", "")
        draft = ItemDraft(
            number=form.get("number", -1, type=int),
            title=form.get("title", ""),
            kind=kind,
            digest=form.get("digest", ""),
            cover=_sent_cover(problems),
            body=form.get("body", ""),
            entry_code=form.get("entry_code", ""),
            media=_sent_media(problems),
        )
        one = cls(form.get("version", 0, type=int), draft, " ".join(problems))
        one.number = form.get("number", "")
        return one


def _sent_cover(problems: list[str]) -> str:
    """A new picture, else the one before, else none."""
    file = request.files.get("cover_file")
    if file is not None and file.filename:
        kept = _keep("picture", file, "封面", problems)
        if kept:
            return kept
    if request.form.get("no_cover"):
        return ""
    return _known(request.form.get("cover", ""))


def _sent_media(problems: list[str]) -> tuple[Medium, ...]:
    """The files that were there, in the order that was filled in and without those ticked off, then new ones."""
    form = request.form
    rows: list[tuple[int, Medium]] = []
    for place, name in enumerate(form.getlist("media"), 1):
        if _known(name) and not form.get(f"drop-{name}"):
            wanted = form.get(f"place-{name}", place, type=int)
            rows.append((wanted, Medium(name, form.get(f"caption-{name}", ""))))
    media = [one for _, one in sorted(rows, key=lambda row: row[0])]
    for file in request.files.getlist("pictures"):
        if file.filename and (name := _keep("picture", file, file.filename, problems)):
            media.append(Medium(name))
    kinds: tuple[tuple[str, Kind, tuple[str, ...]], ...] = (
        ("sound", "sound", (".mp3", ".m4a")),
        ("video", "video", (".mp4",)),
    )
    for input_name, kind, suffixes in kinds:
        sent = request.files.get(input_name)
        if sent is not None and sent.filename and (name := _keep(kind, sent, sent.filename, problems)):
            media = [one for one in media if not one.name.endswith(suffixes)] + [Medium(name)]
    return tuple(media)


def _keep(kind: Kind, file: FileStorage, label: str, problems: list[str]) -> str:
    try:
        return media_store().keep(kind, file.stream)
    except Invalid as error:
        problems.append(f"{label[:60]}：{error.message}")
        return ""


def _known(name: str) -> str:
    """A name of the media folder that a form brought back; empty for anything else."""
    return name if name and media_store().find(name) is not None else ""


def column_texts(draft: ColumnDraft) -> dict[str, str]:
    return {
        "栏目名称": draft.title,
        "栏目简介": draft.description,
        "对话口令": "、".join(draft.words),
        "封面": draft.cover,
    }


def item_texts(draft: ItemDraft) -> dict[str, str]:
    return {
        "期号": str(draft.number),
        "形式": KINDS.get(draft.kind, ""),
        "标题": draft.title,
        "摘要": draft.digest,
        "正文": draft.body.replace("\r\n", "\n").strip(),
        "问答编号": draft.entry_code,
        "封面": draft.cover,
        "图片、音频、视频": "；".join(f"{one.name} {one.caption}".strip() for one in draft.media),
    }
