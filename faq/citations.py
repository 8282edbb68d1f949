"""Citations of statutes: 《劳动合同法》第九条第二款. Parsed here, checked against `laws.yaml` beside the entries."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import yaml

from core.errors import ConfigError, Invalid

_CITATION = re.compile(
    r"《(?P<law>[^《》]+)》第(?P<article>[零〇一二三四五六七八九十百千]+)条"
    r"(?:之[一二三四五六七八九十])?(?:第(?P<paragraph>[一二三四五六七八九十]+)款)?(?:第[（(]?[一二三四五六七八九十]+[）)]?项)?"
)
_DIGITS = {"零": 0, "〇": 0, **{c: i for i, c in enumerate("一二三四五六七八九", 1)}}
_UNITS = {"十": 10, "百": 100, "千": 1000}


@dataclass(frozen=True, slots=True)
class Citation:
    law: str
    article: int


@dataclass(frozen=True, slots=True)
class Law:
    """A statute as the knowledge cites it. `version` is the date of the text the citations were checked against."""

    name: str
    version: str
    articles: int
    text: bool
    """Was its full text at hand when the citations were checked?"""


def parse_citation(text: str) -> Citation:
    """Raises Invalid when `text` is not of the form 《法律》第N条."""
    found = _CITATION.fullmatch(text.strip())
    if found is None:
        raise Invalid("bad_citation", f"引用「{text}」应写成《法律名称》第几条，例如《劳动合同法》第九条")
    return Citation(found["law"], chinese_number(found["article"]))


def group_citations(citations: Sequence[str]) -> str:
    """Citations in one line, each law named once: 《甲法》第一条、第二条；《乙法》第三条."""
    groups: dict[str, list[str]] = {}
    for citation in citations:
        law, _, article = citation.rpartition("》")
        groups.setdefault(law + "》" if law else "", []).append(article)
    return "；".join(law + "、".join(articles) for law, articles in groups.items())


def chinese_number(text: str) -> int:
    """一百二十三 → 123."""
    total, digit = 0, 0
    for char in text:
        if char in _DIGITS:
            digit = _DIGITS[char]
        else:
            total += (digit or 1) * _UNITS[char]
            digit = 0
    return total + digit


def read_laws(path: Path) -> dict[str, Law]:
    """The facts in laws.yaml, by the law's name. Raises ConfigError."""
    try:
        rows = yaml.safe_load(path.read_text("utf-8"))
        laws = [Law(str(r["name"]), str(r["version"]), int(r["articles"]), bool(r.get("text"))) for r in rows]
    except (OSError, yaml.YAMLError, KeyError, TypeError, ValueError) as error:
        raise ConfigError("bad_laws", f"{path} 读不出来：{error}") from None
    return {law.name: law for law in laws}


def check_citation(text: str, laws: dict[str, Law]) -> str | None:
    """What is wrong with a citation, in Chinese; None when the law is known and has such an article."""
    try:
        citation = parse_citation(text)
    except Invalid as error:
        return error.message
    law = laws.get(citation.law)
    if law is None:
        return f"laws.yaml 里没有《{citation.law}》"
    if not 1 <= citation.article <= law.articles:
        return f"《{law.name}》（{law.version}）只有 {law.articles} 条，没有第 {citation.article} 条"
    return None
