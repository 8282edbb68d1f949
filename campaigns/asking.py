"""What a request of a kind's pages asks: from a form or as JSON, read strictly."""

import json
import re
from dataclasses import dataclass

from flask import request

from core.errors import Invalid

_KEY = re.compile(r"[\w-]{8,64}", re.ASCII)
_NUMBER = re.compile(r"[0-9]{1,3}", re.ASCII)
_MOST = 40
_MOST_VALUES = 100
_MOST_BYTES = 10_000


@dataclass(frozen=True, slots=True)
class Asking:
    """Fields, each with the values it was given."""

    fields: dict[str, list[str]]

    @classmethod
    def sent(cls) -> "Asking":
        """Of the current request. Raises Invalid."""
        if not request.is_json:
            return cls({name: _few(values) for name, values in request.form.lists()})
        body = _json()
        if not isinstance(body, dict) or len(body) > _MOST:
            raise Invalid("bad_json", "提交的内容读不懂，请刷新页面再试。")
        return cls({name: _texts(value) for name, value in body.items()})

    def text(self, name: str) -> str:
        """All values of a field, one after the other; empty where it is missing."""
        return "".join(self.fields.get(name, []))

    def number(self, name: str) -> int:
        """Raises Invalid."""
        text = self.text(name)
        if not _NUMBER.fullmatch(text):
            raise Invalid("bad_number", "提交的内容不完整，请刷新页面再试。")
        return int(text)

    def key(self) -> str:
        """What names this request when it comes again: a header, or a field of the form. Raises Invalid."""
        key = request.headers.get("Idempotency-Key") or self.text("key")
        if not _KEY.fullmatch(key):
            raise Invalid("no_key", "提交的内容不完整，请刷新页面再试。")
        return key

    def bytes(self) -> bytes:
        """What is asked, the same for the same."""
        fields = {name: values for name, values in self.fields.items() if name != "key"}
        return json.dumps([request.path, fields], sort_keys=True).encode()


def _json() -> object:
    """The body; None for what is none. A pit of brackets is none either."""
    data = request.get_data()
    try:
        return json.loads(data) if len(data) <= _MOST_BYTES else None
    except (ValueError, RecursionError):
        return None


def _texts(value: object) -> list[str]:
    values = value if isinstance(value, list) else [value]
    if any(isinstance(one, dict | list | bool) or one is None for one in values):
        raise Invalid("bad_json", "提交的内容读不懂，请刷新页面再试。")
    return _few([str(one) for one in values])


def _few(values: list[str]) -> list[str]:
    if len(values) > _MOST_VALUES:
        raise Invalid("too_many_values", "一次提交的内容太多，请刷新页面再试。")
    return values
