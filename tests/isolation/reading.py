"""Reads a page as a browser would, and tells what on it comes from a planted text and should be mere text."""

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser

from openpyxl import load_workbook

from tests.isolation.planting import MARK

_LEADS = frozenset(
    {"href", "src", "action", "formaction", "poster", "data", "background", "cite", "ping", "xlink:href"}
    | {f"{prefix}hx-{verb}" for prefix in ("", "data-") for verb in ("get", "post", "put", "patch", "delete")}
)
_TEXTS = frozenset(
    {"value", "title", "alt", "placeholder", "content", "aria-label", "label", "datetime", "data-confirm"}
)
_RUNS = re.compile(r"\s*(javascript|data|vbscript|file|about|blob):", re.IGNORECASE)
_IGNORED = re.compile(r"[\x00-\x20]")
_LIFE = re.compile(r"49x\d{6}x")
"""What a template makes of {{7*7}}."""
_CELL = re.compile(r"^[=+\-@\t\r]")


@dataclass
class Form:
    """`fields` are (name, kind, value) as a browser would send them; `kind` is that of the input."""

    method: str
    action: str
    fields: list[tuple[str, str, str]] = field(default_factory=list)


class Page(HTMLParser):
    """`findings`: what came to life; `links` and `forms`: where one can go on."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.findings: list[str] = []
        self.links: list[str] = []
        self.forms: list[Form] = []
        self._raw = ""
        self._area: str | None = None
        self.feed(html)
        self.close()
        self.findings += [f"template: {found}" for found in _LIFE.findall(html)]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self._note(_wrong_element(tag, given))
        for name, value in given.items():
            self._note(_wrong_attribute(tag, name, value))
        self._raw = tag if tag in ("script", "style") else ""
        self._collect(tag, given)

    def handle_endtag(self, tag: str) -> None:
        self._raw = ""
        if MARK.search(tag):
            self.findings.append(f"end of an element: {tag}")
        if tag == "textarea":
            self._end_area("")

    def handle_data(self, data: str) -> None:
        if self._raw and MARK.search(data):
            self.findings.append(f"in <{self._raw}>: {data[:80]}")
        self._end_area(data)

    def handle_comment(self, data: str) -> None:
        self._other("comment", data)

    def handle_decl(self, decl: str) -> None:
        self._other("declaration", decl)

    def handle_pi(self, data: str) -> None:
        self._other("instruction", data)

    def unknown_decl(self, data: str) -> None:
        self._other("section", data)

    def _end_area(self, text: str) -> None:
        if self._area:
            self.forms[-1].fields.append((self._area, "textarea", text.removeprefix("\n")))
        self._area = None

    def _other(self, what: str, data: str) -> None:
        if MARK.search(data):
            self.findings.append(f"{what}: {data[:80]}")

    def _note(self, found: str) -> None:
        if found:
            self.findings.append(found)

    def _collect(self, tag: str, given: dict[str, str]) -> None:
        self.links += [given[name] for name in ("href", "hx-get") if name in given and tag != "link"]
        if tag == "form":
            self.forms.append(Form(given.get("method", "get").lower(), given.get("action", "")))
        elif tag in ("input", "textarea", "select", "button") and self.forms and given.get("name"):
            self._add_field(tag, given)
        elif tag == "option" and self.forms and self.forms[-1].fields:
            self._choose(given)

    def _add_field(self, tag: str, given: dict[str, str]) -> None:
        if tag == "textarea":
            self._area = given["name"]
        else:
            kind = given.get("type", "text") if tag == "input" else tag
            if kind not in ("radio", "checkbox") or "checked" in given:
                self.forms[-1].fields.append((given["name"], kind, given.get("value", "")))

    def _choose(self, given: dict[str, str]) -> None:
        """An option of the select before it: the first one, or the chosen."""
        name, kind, value = self.forms[-1].fields[-1]
        if kind == "select" and (not value or "selected" in given):
            self.forms[-1].fields[-1] = (name, kind, given.get("value", ""))


def _wrong_element(tag: str, given: dict[str, str]) -> str:
    if MARK.search(tag):
        return f"element: <{tag}>"
    if tag == "base" or given.get("http-equiv", "").lower() == "refresh":
        return f"leads away: <{tag} {given}>"
    return ""


def _wrong_attribute(tag: str, name: str, value: str) -> str:
    where = f"<{tag} {name}={value[:60]!r}>"
    if MARK.search(name):
        return f"attribute: {where}"
    if name.startswith("on") or name in ("style", "srcdoc"):
        return f"forbidden by our policy: {where}"
    if not MARK.search(value):
        return ""
    if name in _LEADS:
        address = _IGNORED.sub("", value)
        away = address.replace("\\", "/").startswith("//")
        return f"address: {where}" if away or _RUNS.match(address) else ""
    return "" if name in _TEXTS or name.startswith("data-") else f"attribute: {where}"


def wrong_in_table(body: bytes, kind: str) -> list[str]:
    """Cells that a spreadsheet would reckon. `kind`: the content type."""
    return [
        f"formula: {text[:60]!r}" for text in _cells(body, kind) if MARK.search(text) and _CELL.match(text)
    ]


def _cells(body: bytes, kind: str) -> Iterator[str]:
    if "csv" in kind:
        for row in csv.reader(io.StringIO(body.decode("utf-8-sig"), newline="")):
            yield from row
    elif "spreadsheetml" in kind:
        for sheet in load_workbook(io.BytesIO(body)):
            for line in sheet.iter_rows():
                yield from (f"={one.value}" if one.data_type == "f" else str(one.value) for one in line)
