"""Keyword rules in a YAML file that staff edit, checked and brought in."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from sqlalchemy import select
from sqlalchemy.orm import Session

from chat.content import ContentReply
from core.checks import explain
from core.errors import Invalid
from core.yaml_files import fault_place
from handlers.keywords import STAMP
from models.content import KeywordRule
from models.stamps import raise_stamp

Word = Annotated[str, Field(min_length=1, max_length=60)]


class RuleRow(BaseModel):
    """One rule: `code` names it, `match` is exact or contains, any of `keywords` suffices."""

    model_config = ConfigDict(frozen=True, extra="forbid", coerce_numbers_to_str=True)
    code: Annotated[str, Field(min_length=1, max_length=80)]
    match: Literal["exact", "contains"] = "exact"
    keywords: Annotated[tuple[Word, ...], Field(min_length=1)]
    reply: ContentReply
    priority: int = 0


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


def import_rules(session: Session, organisation_id: int, rules: Sequence[RuleRow], now: datetime) -> int:
    """Add new rules and replace known ones (same `code`); returns how many were new."""
    query = select(KeywordRule).where(KeywordRule.organisation_id == organisation_id)
    known = {rule.code: rule for rule in session.scalars(query)}
    for row in rules:
        rule = known.get(row.code) or KeywordRule(organisation_id=organisation_id, code=row.code)
        rule.match = row.match
        rule.keywords = list(row.keywords)
        rule.reply = row.reply.model_dump(mode="json", exclude_defaults=True)
        rule.priority = row.priority
        rule.updated_at = now
        session.add(rule)
    session.flush()
    raise_stamp(session, STAMP)
    return sum(row.code not in known for row in rules)
