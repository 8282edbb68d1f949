"""Keyword rules as staff write them: rows of a YAML file (and of the console's form), checked and brought in."""

import re
from collections.abc import Iterable, Sequence
from datetime import date, datetime, time
from pathlib import Path
from typing import Annotated, Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator
from sqlalchemy.orm import Session

from core.checks import explain
from core.errors import Invalid
from core.yaml_files import fault_place
from handlers.keywords import STAMP
from handlers.patterns import compile_pattern
from handlers.replies import AnyReply, check_reply, contents, dump
from handlers.store import known_entries, list_rules
from models.content import KeywordRule
from models.stamps import raise_stamp

Word = Annotated[str, Field(min_length=1, max_length=200)]
_LONGEST_WORD = 60
_HOURS = re.compile(r"\s*(\d{1,2}):(\d{2})\s*[-–—~至]\s*(\d{1,2}):(\d{2})\s*")


class RuleRow(BaseModel):
    """One rule: `code` names it, any of `keywords` suffices. `hours` (09:00-17:00, Shanghai) may run over midnight;
    `valid_until` is the last day."""

    model_config = ConfigDict(frozen=True, extra="forbid", coerce_numbers_to_str=True)
    code: Annotated[str, Field(min_length=1, max_length=80)]
    title: Annotated[str, Field(max_length=60)] = ""
    match: Literal["exact", "contains", "regex"] = "exact"
    keywords: Annotated[tuple[Word, ...], Field(min_length=1, max_length=100)]
    reply: AnyReply
    priority: Annotated[int, Field(ge=-1000, le=1000)] = 0
    hours: str = ""
    valid_from: date | None = None
    valid_until: date | None = None
    enabled: bool = True

    @model_validator(mode="after")
    def sound(self) -> "RuleRow":
        try:
            read_hours(self.hours)
            check_keywords(self.match, self.keywords)
            check_reply(self.reply, "reply")
        except Invalid as error:
            raise ValueError(error.message) from None
        if self.valid_from and self.valid_until and self.valid_until < self.valid_from:
            raise ValueError("有效期的结束日早于开始日")
        return self


def read_hours(hours: str) -> tuple[time | None, time | None]:
    """「09:00-17:00」 as times of the day, nothing as no limit. Raises Invalid."""
    if not hours.strip():
        return None, None
    found = _HOURS.fullmatch(hours)
    try:
        begin, end = (time(int(found[n]), int(found[n + 1])) for n in (1, 3)) if found else (None, None)
    except ValueError:
        begin, end = None, None
    if begin is None or begin == end:
        raise Invalid("bad_hours", f"时段「{hours}」写得不对，请写成 09:00-17:00 这样，开始和结束不能相同")
    return begin, end


def write_hours(opens: time | None, closes: time | None) -> str:
    return f"{opens:%H:%M}-{closes:%H:%M}" if opens and closes else ""


def check_keywords(match: str, keywords: Iterable[str]) -> None:
    """Raises Invalid for a pattern that RE2 does not understand, or a word too long to be said."""
    for keyword in keywords:
        if match == "regex":
            compile_pattern(keyword)
        elif len(keyword) > _LONGEST_WORD:
            raise Invalid("long_keyword", f"关键词「{keyword[:10]}…」超过 {_LONGEST_WORD} 个字")


def read_rules(path: Path) -> list[RuleRow]:
    """The rules in `path` (`rules:` and their rows). Raises Invalid with the row's number."""
    try:
        value = yaml.safe_load(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise Invalid("unreadable", f"读不到关键词文件 {path}：{error}") from None
    except yaml.YAMLError as error:
        raise Invalid("bad_yaml", f"{path.name} 不是正确的 YAML：{fault_place(error)}") from None
    rows = value.get("rules") if isinstance(value, dict) else None
    if not isinstance(rows, list):
        raise Invalid("no_rules", f"{path.name} 里没有 rules: 列表")
    rules = [_row(row, f"{path.name} 第 {n} 条") for n, row in enumerate(rows, 1)]
    codes = [rule.code for rule in rules]
    twice = sorted({code for code in codes if codes.count(code) > 1})
    if twice:
        raise Invalid("twice", f"{path.name}：code 重复：{'、'.join(twice)}")
    return rules


def _row(value: Any, where: str) -> RuleRow:
    try:
        return RuleRow.model_validate(value)
    except ValidationError as error:
        raise Invalid("bad_rule", f"{where}：{explain(error)}") from None


def write_rules(rules: Sequence[KeywordRule]) -> str:
    """The same file with `rules`, so that importing it changes nothing."""
    rows = [
        row_of(rule).model_dump(mode="json", exclude_defaults=True) | {"reply": rule.reply} for rule in rules
    ]
    return yaml.safe_dump({"rules": rows}, allow_unicode=True, sort_keys=False, width=100)


def row_of(rule: KeywordRule) -> RuleRow:
    """A stored rule as staff write it. Raises Invalid for a damaged one."""
    value = {
        "code": rule.code,
        "title": rule.title,
        "match": rule.match,
        "keywords": rule.keywords,
        "reply": rule.reply,
        "priority": rule.priority,
        "hours": write_hours(rule.opens, rule.closes),
        "valid_from": rule.valid_from,
        "valid_until": rule.valid_until,
        "enabled": rule.enabled,
    }
    return _row(value, f"规则 {rule.code}")


def values_of(row: RuleRow) -> dict[str, Any]:
    """`row` as columns of a KeywordRule, its code excepted."""
    opens, closes = read_hours(row.hours)
    return {
        "title": row.title,
        "match": row.match,
        "keywords": list(row.keywords),
        "reply": dump(row.reply),
        "priority": row.priority,
        "opens": opens,
        "closes": closes,
        "valid_from": row.valid_from,
        "valid_until": row.valid_until,
        "enabled": row.enabled,
    }


def check_entries(session: Session, chain: Sequence[int], rules: Iterable[RuleRow]) -> None:
    """Raises Invalid naming the rule whose reply is an answer that the organisation neither has nor inherits."""
    wanted = {content.entry: rule for rule in rules for content in contents(rule.reply) if content.entry}
    missing = wanted.keys() - known_entries(session, chain, wanted)
    if missing:
        code = min(missing)
        name = wanted[code].title or wanted[code].code
        raise Invalid("no_entry", f"规则「{name}」引用的问答「{code}」不存在，请核对编号，或先导入这条问答")


def import_rules(session: Session, organisation_id: int, rules: Sequence[RuleRow], now: datetime) -> int:
    """Add new rules and replace known ones (same `code`, deleted ones too); returns how many were new."""
    known = {rule.code: rule for rule in list_rules(session, [organisation_id], deleted=None)}
    for row in rules:
        rule = known.get(row.code) or KeywordRule(organisation_id=organisation_id, code=row.code, version=0)
        for name, value in values_of(row).items():
            setattr(rule, name, value)
        rule.version += 1
        rule.updated_at, rule.updated_by, rule.deleted_at = now, "", None
        session.add(rule)
    session.flush()
    raise_stamp(session, STAMP)
    return sum(row.code not in known for row in rules)
