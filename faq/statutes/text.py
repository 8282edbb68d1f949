"""Statutes in files: `# title`, a few lines of info, `## chapter`, `### section`, and paragraphs that begin with 第N条.

The file is called 「名称(2012-12-28).md」: the name people use and the date of the version. A text without 第N条 whose
headings are numbered (`## 一、…`, as notices are) gives an article per heading. Called by `faq.statutes.commands`.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from core.errors import Invalid
from core.text import clean
from faq.statutes.numbering import NUMERAL, label, read_number

MAX_FILE_BYTES = 5_000_000
_NAME_CHARS, _TITLE_CHARS = 120, 200
_INFO_END = re.compile(r"<!--\s*INFO END\s*-->")
_FILE_NAME = re.compile(r"(?P<name>.+?)\s*[(（](?P<date>\d{4}-\d{1,2}-\d{1,2})[)）]")
_ARTICLE = re.compile(rf"第({NUMERAL})条(?:之({NUMERAL}))?(?:\s+|$)")
_HEADING = re.compile(r"(#+)\s*(.*)")
_NUMBERED_HEADING = re.compile(rf"({NUMERAL})(?:、.*|)")
_SECTION = re.compile(rf"第{NUMERAL}节")
_APPENDIX = re.compile(r"附\s*[录件表](?:[一二三四五六七八九十0-9]{0,2})\s*[：:]?(?:\s.*)?")
_STATE = "中华人民共和国"
_SPACES = re.compile(r"\s+")
_SPREAD = re.compile(r"(?<= \w) (?=\w$)")  # 「第一章 总 则」


_Line = tuple[int, str]
"""Its number, from 1, and its text."""


@dataclass(frozen=True, slots=True)
class ArticleText:
    """An article as a file gives it. `text` is its paragraphs, one a line; `branch` is 0, or n for 之n."""

    number: int
    branch: int
    chapter: str
    section: str
    text: str


@dataclass(frozen=True, slots=True)
class StatuteText:
    """A statute as a file gives it; articles in the order of their numbers."""

    name: str
    title: str
    version: date
    info: str
    preamble: str
    appendix: str
    articles: tuple[ArticleText, ...]
    source: str


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong in a file; `line` counts from 1, and is 0 where the file as a whole is meant."""

    file: str
    line: int
    message: str

    def __str__(self) -> str:
        where = f" 第 {self.line} 行" if self.line else ""
        return f"{self.file}{where}：{self.message}"


@dataclass(frozen=True, slots=True)
class Collection:
    """What a folder holds: every text that could be read, errors (a file each) and warnings about those that were."""

    texts: tuple[StatuteText, ...]
    errors: tuple[Problem, ...]
    warnings: tuple[Problem, ...]


class BadFile(Exception):
    """A file that gives no text."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(str(problem))
        self.problem = problem


def read_folder(folder: Path) -> Collection:
    """All `*.md` files of `folder`, except README and hidden ones. Raises Invalid when it can't be listed or holds none."""
    try:
        paths = sorted(path for path in folder.iterdir() if _is_statute(path))
    except OSError as error:
        raise Invalid("unreadable", f"读不到文件夹 {folder}：{error.strerror}") from None
    if not paths:
        raise Invalid("no_statutes", f"{folder} 里没有法规文件：应是「劳动合同法(2012-12-28).md」这样的文件")
    texts: dict[tuple[str, date], StatuteText] = {}
    errors: list[Problem] = []
    warnings: list[Problem] = []
    for path in paths:
        try:
            text, doubts = read_statute(path)
        except BadFile as error:
            errors.append(error.problem)
            continue
        first = texts.setdefault((text.name, text.version), text)
        if first is not text:
            errors.append(Problem(path.name, 0, f"与 {first.source} 是同一部法规的同一版本，请只留一份"))
            continue
        warnings.extend(doubts)
    return Collection(tuple(texts.values()), tuple(errors), tuple(warnings))


def _is_statute(path: Path) -> bool:
    name = path.name.lower()
    return name.endswith(".md") and not name.startswith((".", "readme"))


def read_statute(path: Path) -> tuple[StatuteText, list[Problem]]:
    """One file, with what is doubtful in it. Raises BadFile."""
    name, version = _name_and_version(path)
    return _Parser(path.name, name, version, _lines(path)).read()


def _name_and_version(path: Path) -> tuple[str, date]:
    found = _FILE_NAME.fullmatch(clean(path.stem))
    if found is None:
        raise BadFile(
            Problem(path.name, 0, "文件名应写成「名称(版本日期).md」，如「劳动合同法(2012-12-28).md」")
        )
    if len(found["name"]) > _NAME_CHARS:
        raise BadFile(Problem(path.name, 0, f"名称超过 {_NAME_CHARS} 个字"))
    try:
        return found["name"], date(*map(int, found["date"].split("-")))
    except ValueError:
        raise BadFile(Problem(path.name, 0, f"文件名里的「{found['date']}」不是一个日期")) from None


def _lines(path: Path) -> list[str]:
    try:
        if path.stat().st_size > MAX_FILE_BYTES:
            raise BadFile(Problem(path.name, 0, "超过 5 MB，不像一部法规，没有读"))
        data = path.read_bytes()
    except OSError as error:
        raise BadFile(Problem(path.name, 0, f"读不到：{error.strerror}")) from None
    if b"\0" in data:
        line = data.count(b"\n", 0, data.index(b"\0")) + 1
        raise BadFile(Problem(path.name, line, "不是文本文件，请另存为 UTF-8 的纯文本"))
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise BadFile(Problem(path.name, line, "文字编码不是 UTF-8，请另存为 UTF-8 再导入")) from None
    lines = [clean(line).strip() for line in text.split("\n")]
    if not any(lines):
        raise BadFile(Problem(path.name, 1, "文件是空的"))
    return lines


@dataclass(slots=True)
class _Open:
    """The article whose paragraphs are being read."""

    number: int
    branch: int
    chapter: str
    section: str
    line: int
    paragraphs: list[str] = field(default_factory=list)

    @property
    def key(self) -> tuple[int, int]:
        return self.number, self.branch

    @property
    def label(self) -> str:
        return label(self.number, self.branch)


class _Parser:
    """Reads the lines of one file."""

    def __init__(self, file: str, name: str, version: date, lines: Sequence[str]) -> None:
        self.file, self.name, self.version, self.lines = file, name, version, lines
        self.headings: dict[int, str] = {}
        self.articles: list[_Open] = []
        self.preamble: list[str] = []
        self.appendix: list[str] = []
        self.doubts: list[Problem] = []
        self.itemised = False

    def read(self) -> tuple[StatuteText, list[Problem]]:
        content = [(number, line) for number, line in enumerate(self.lines, 1) if line]
        title = self._title(*content[0])
        info, body = self._split(content[1:])
        self.itemised = not any(_ARTICLE.match(line) for _, line in body)
        for number, line in body:
            self._take(number, line)
        if not self.articles:
            raise BadFile(
                Problem(self.file, len(self.lines), "没有读到条文：条文应以「第一条 」开头，条号后空一格")
            )
        self._check_order()
        text = StatuteText(
            name=self.name,
            title=title,
            version=self.version,
            info="\n".join(info),
            preamble="\n".join(self.preamble),
            appendix="\n".join(self.appendix),
            articles=tuple(_finished(article) for article in sorted(self.articles, key=lambda a: a.key)),
            source=self.file,
        )
        return text, self.doubts

    def _title(self, number: int, line: str) -> str:
        found = _HEADING.fullmatch(line)
        if found is None or found[1] != "#" or not found[2]:
            raise BadFile(Problem(self.file, number, "第一行应是法规的全称，写成「# 中华人民共和国某某法」"))
        title = _SPACES.sub("", found[2])
        if len(title) > _TITLE_CHARS:
            raise BadFile(Problem(self.file, number, f"标题超过 {_TITLE_CHARS} 个字"))
        if title.removeprefix(_STATE) != _SPACES.sub("", self.name).removeprefix(_STATE):
            self._doubt(number, f"标题是《{title}》，与文件名里的「{self.name}」不一样，请核对")
        return title

    def _split(self, content: Sequence[_Line]) -> tuple[list[str], Sequence[_Line]]:
        """Info and body; without the mark between them, the body begins with the first heading or article."""
        for position, (_, line) in enumerate(content):
            if _INFO_END.fullmatch(line):
                return [line for _, line in content[:position]], content[position + 1 :]
        for position, (number, line) in enumerate(content):
            if line.startswith("#") or _ARTICLE.match(line):
                self._doubt(number, "前面没有「<!-- INFO END -->」，标题之后的文字都当作了公布情况")
                return [line for _, line in content[:position]], content[position:]
        return [], content

    def _take(self, number: int, line: str) -> None:
        heading, found = _HEADING.fullmatch(line), _ARTICLE.match(line)
        plain = heading[2] if heading else line
        if self.appendix or (self.articles and _APPENDIX.fullmatch(plain)):
            self.appendix.append(plain)
        elif heading is not None:
            self._take_heading(number, len(heading[1]), plain)
        elif found is not None:
            self._open(number, read_number(found[1]), read_number(found[2] or "0"), line, found.end())
        elif self.articles:
            self.articles[-1].paragraphs.append(line)
            if self._chapter() != self.articles[-1].chapter or self._section() != self.articles[-1].section:
                self._doubt(number, f"章节标题下的这段文字没有条号，接在{self.articles[-1].label}后面了")
        else:
            self.preamble.append(line)

    def _take_heading(self, number: int, level: int, text: str) -> None:
        text = _SPREAD.sub("", _SPACES.sub(" ", text).strip())
        if len(text) > _TITLE_CHARS:
            raise BadFile(Problem(self.file, number, f"章节标题超过 {_TITLE_CHARS} 个字"))
        self.headings = {known: heading for known, heading in self.headings.items() if known < level}
        self.headings[level] = text
        numbered = _NUMBERED_HEADING.fullmatch(text)
        if self.itemised and numbered is not None:
            self._open(number, read_number(numbered[1]), 0, "", 0)

    def _open(self, line: int, number: int, branch: int, text: str, start: int) -> None:
        article = _Open(number, branch, self._chapter(), self._section(), line)
        first = next((known for known in self.articles if known.key == article.key), None)
        if first is not None:
            self._doubt(
                line, f"{article.label}在第 {first.line} 行已经有了；这一段接在{self.articles[-1].label}后面"
            )
            self.articles[-1].paragraphs.append(text)
            return
        if text[start:]:
            article.paragraphs.append(text[start:])
        self.articles.append(article)

    def _chapter(self) -> str:
        parts = [text for _, text in sorted(self.headings.items()) if not _SECTION.match(text)]
        return " ".join(parts)[:_TITLE_CHARS]

    def _section(self) -> str:
        return " ".join(text for _, text in sorted(self.headings.items()) if _SECTION.match(text))[
            :_TITLE_CHARS
        ]

    def _check_order(self) -> None:
        last = 0
        for article in self.articles:
            if article.number > last + 1:
                missing = label(last + 1)
                if article.number > last + 2:
                    missing += f"到{label(article.number - 1)}"
                self._doubt(article.line, f"{article.label}前面缺{missing}")
            elif article.number < last:
                self._doubt(article.line, f"{article.label}排在{label(last)}后面，顺序不对")
            if not article.paragraphs:
                self._doubt(article.line, f"{article.label}没有内容")
            last = max(last, article.number)

    def _doubt(self, line: int, message: str) -> None:
        self.doubts.append(Problem(self.file, line, message))


def _finished(article: _Open) -> ArticleText:
    text = "\n".join(article.paragraphs)
    return ArticleText(article.number, article.branch, article.chapter, article.section, text)
