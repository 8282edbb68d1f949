"""Decisions on columns: what a form may hold, what in the chat calls a column, how a body is read. No I/O.

A body is text with few marks: a blank line parts paragraphs, `## ` makes a heading, `- ` and `1. ` lists, `> ` a quotation,
`**…**` bold, `[words](https://…)` a link, `[图1]` alone on a line the first picture. Everything else is plain text.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from core.errors import Invalid
from core.text import clean, comparable

Kind = Literal["text", "pictures", "sound", "video", "entry"]
KINDS: dict[str, str] = {
    "text": "图文",
    "pictures": "一组图片",
    "sound": "音频",
    "video": "视频",
    "entry": "问答",
}
STATES: dict[str, str] = {"draft": "草稿", "live": "已上线"}
TITLE, DIGEST, CAPTION = 32, 120, 60
COLUMN_TITLE, DESCRIPTION = 20, 100
BODY = 20_000
PICTURES = 20
WORDS, WORD = 10, 20
LAST_NUMBER = 9999
TAKEN_WORDS = frozenset(
    comparable(word)
    for word in (
        "帮助",
        "菜单",
        "人工",
        "我的",
        "更多",
        "继续",
        "有用",
        "没用",
        "往期",
        "栏目",
        "上一期",
        "下一期",
        "计算器",
    )
)
"""Words that mean something else in the chat."""

_CODE = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?")
_SEPARATORS = re.compile(r"[、,，;；\n|]+")
_CALL = re.compile(r"(?P<word>.*?)\s*第?\s*(?P<number>[0-9]{1,4})\s*[期集讲课]?")
_NUMBER = re.compile(r"第?\s*([0-9]{1,4})\s*[期集讲课]?")


@dataclass(frozen=True, slots=True)
class Medium:
    """A picture, a sound or a video of an item: its `name` in the media folder."""

    name: str
    caption: str = ""


@dataclass(frozen=True, slots=True)
class ColumnDraft:
    """A column's settings as a person filled them in."""

    title: str
    description: str = ""
    cover: str = ""
    words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ItemDraft:
    """An item as a person wrote it."""

    number: int
    title: str
    kind: str = "text"
    digest: str = ""
    cover: str = ""
    body: str = ""
    entry_code: str = ""
    media: tuple[Medium, ...] = ()


def check_code(code: str) -> str:
    """Raises Invalid for what can't stand in an address."""
    if not _CODE.fullmatch(code) or code == "new":
        raise Invalid("bad_code", "网址短名只能用小写字母、数字和短横线，最多 40 个，例如 xiaoming。")
    return code


def check_column(draft: ColumnDraft) -> ColumnDraft:
    """Trimmed and within its lengths. Raises Invalid."""
    words = tuple(dict.fromkeys(word.strip() for word in draft.words if word.strip()))
    if len(words) > WORDS:
        raise Invalid("too_many_words", f"对话口令最多 {WORDS} 个，现在有 {len(words)} 个。")
    for word in words:
        _check_word(word)
    return ColumnDraft(
        _required("栏目名称", draft.title, COLUMN_TITLE),
        _short("栏目简介", draft.description, DESCRIPTION),
        draft.cover,
        words,
    )


def split_words(text: str) -> tuple[str, ...]:
    """「小明、务工记」 → both."""
    return tuple(word.strip() for word in _SEPARATORS.split(text) if word.strip())


def _check_word(word: str) -> None:
    spelt = comparable(word)
    if len(word) > WORD:
        raise Invalid("long_word", f"对话口令「{word[:WORD]}…」太长，最多 {WORD} 个字。")
    if not any(character.isalpha() for character in spelt) or spelt in TAKEN_WORDS:
        raise Invalid("taken_word", f"「{word}」在对话里另有用处，不能作栏目的口令，请换一个。")
    if read_call(spelt) is not None:
        raise Invalid("numbered_word", f"「{word}」以数字结尾，会和「口令＋期号」混淆，请换一个。")


def clashing(words: Iterable[str], others: Iterable[tuple[str, Sequence[str]]]) -> tuple[str, str] | None:
    """The first of `words` that another column (title, its words) has too, and that column's title."""
    taken = {comparable(word): title for title, theirs in others for word in (title, *theirs)}
    return next(((word, taken[key]) for word in words if (key := comparable(word)) in taken), None)


def check_item(draft: ItemDraft) -> ItemDraft:
    """Trimmed and within its lengths; a draft need not be complete. Raises Invalid."""
    if draft.kind not in KINDS:
        raise Invalid("bad_kind", "请选择这一期的形式。")
    if not 1 <= draft.number <= LAST_NUMBER:
        raise Invalid("bad_number", f"期号写 1 到 {LAST_NUMBER} 之间的数字。")
    if draft.kind in ("text", "pictures") and len(draft.media) > PICTURES:
        raise Invalid("too_many_pictures", f"一期最多 {PICTURES} 张图片，现在有 {len(draft.media)} 张。")
    return ItemDraft(
        number=draft.number,
        title=_required("标题", draft.title, TITLE),
        kind=draft.kind,
        digest=_short("摘要", draft.digest, DIGEST),
        cover=draft.cover,
        body=_short("正文", draft.body.replace("\r\n", "\n"), BODY),
        entry_code=_short("问答编号", draft.entry_code, 80),
        media=tuple(Medium(one.name, _short("图片说明", one.caption, CAPTION)) for one in draft.media),
    )


def missing(draft: ItemDraft, *, entry_known: bool) -> str:
    """What an item lacks before it may go live; empty for nothing."""
    match draft.kind:
        case "text" if not draft.body:
            return "正文还是空的。"
        case "pictures" if not draft.media:
            return "还没有图片，请先上传。"
        case "sound" if not any(one.name.endswith((".mp3", ".m4a")) for one in draft.media):
            return "还没有音频文件，请先上传。"
        case "video" if not any(one.name.endswith(".mp4") for one in draft.media):
            return "还没有视频文件，请先上传。"
        case "entry" if not entry_known:
            return (
                f"问答库里没有编号为「{draft.entry_code}」的问答。"
                if draft.entry_code
                else "请填写问答编号。"
            )
    return ""


def _required(label: str, text: str, longest: int) -> str:
    text = _short(label, text, longest)
    if not text:
        raise Invalid("missing", f"请填写{label}。")
    return text


def _short(label: str, text: str, longest: int) -> str:
    text = clean(text).strip()
    if len(text) > longest:
        raise Invalid("too_long", f"{label}最多 {longest} 个字，现在有 {len(text)} 个。")
    return text


def read_call(words: str) -> tuple[str, int] | None:
    """「静静 3」, 「静静第3期」 → the words and the number; None where no number stands at the end."""
    if not words or words[-1] not in "0123456789期集讲课":
        return None
    found = _CALL.fullmatch(words)
    return (found["word"], int(found["number"])) if found and found["word"] else None


def read_number(words: str) -> int | None:
    """「3」, 「第3期」."""
    if len(words) > 8:
        return None
    found = _NUMBER.fullmatch(words)
    return int(found[1]) if found else None


@dataclass(frozen=True, slots=True)
class Piece:
    """Running text; `link` is an address, empty for none."""

    text: str
    bold: bool = False
    link: str = ""


@dataclass(frozen=True, slots=True)
class Block:
    """A part of a body. `lines` has one line for paragraphs and headings, a line an entry for lists; `picture` counts from 1,
    `start` is a list's first number."""

    kind: Literal["paragraph", "heading", "bullets", "numbers", "quote", "picture"]
    lines: tuple[tuple[Piece, ...], ...] = ()
    picture: int = 0
    start: int = 1


_PICTURE = re.compile(r"\[图\s*([0-9]{1,2})\]")
_MARKS: tuple[tuple[Literal["bullets", "numbers", "quote"], re.Pattern[str]], ...] = (
    ("bullets", re.compile(r"[-*•·]\s+(?P<text>.+)")),
    ("numbers", re.compile(r"(?P<start>[0-9]{1,2})(?:[.．]\s+|、)(?P<text>.+)")),
    ("quote", re.compile(r">\s*(?P<text>.+)")),
)
_HEADING = re.compile(r"#{1,3}\s+(?P<text>.+)")
_PIECE = re.compile(
    r"\*\*(?P<bold>[^*\n]{1,500})\*\*|\[(?P<words>[^\]\n]{1,100})\]\((?P<link>(?:https?://|\{h5\}/)[^\s()]{1,500})\)"
)


def blocks(body: str) -> list[Block]:
    """The parts of a body, in order."""
    found: list[Block] = []
    for line in map(str.strip, body.split("\n")):
        if not line:
            continue
        block = _block(line)
        before = found[-1] if found else None
        if before and before.kind == block.kind and block.kind in ("bullets", "numbers", "quote"):
            found[-1] = replace(before, lines=(*before.lines, *block.lines))
        else:
            found.append(block)
    return found


def _block(line: str) -> Block:
    if picture := _PICTURE.fullmatch(line):
        return Block("picture", picture=int(picture[1]))
    if heading := _HEADING.fullmatch(line):
        return Block("heading", (tuple(pieces(heading["text"])),))
    for kind, mark in _MARKS:
        if found := mark.fullmatch(line):
            start = int(found["start"]) if kind == "numbers" else 1
            return Block(kind, (tuple(pieces(found["text"])),), start=start)
    return Block("paragraph", (tuple(pieces(line)),))


def pieces(line: str) -> Iterator[Piece]:
    """A line's running text, with what is bold and what leads elsewhere."""
    at = 0
    for found in _PIECE.finditer(line):
        if found.start() > at:
            yield Piece(line[at : found.start()])
        yield (
            Piece(found["bold"], bold=True) if found["bold"] else Piece(found["words"], link=found["link"])
        )
        at = found.end()
    if at < len(line):
        yield Piece(line[at:])
