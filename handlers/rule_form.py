"""A rule as its form holds it: everything typed, as text, with the version that was seen; and read as a rule."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from pydantic import ValidationError

from core.checks import explain
from core.errors import Invalid
from handlers import forms
from handlers.replies import dump, summary
from handlers.rules_file import RuleRow, check_keywords, read_hours, row_of
from models.content import KeywordRule

MATCHES = {"exact": "完全相同", "contains": "包含", "regex": "正则表达式"}
_TITLES = {
    "title": "规则名称",
    "match": "匹配方式",
    "keywords": "关键词",
    "priority": "优先级",
    "hours": "每天的时段",
    "valid_from": "开始日期",
    "valid_until": "结束日期",
    "enabled": "状态",
    "reply": "回复内容",
}


@dataclass(slots=True)
class RuleForm:
    """`version` 0: of a rule that the organisation does not have yet."""

    code: str
    version: int = 0
    title: str = ""
    match: str = "exact"
    keywords: str = ""
    priority: str = "0"
    opens: str = ""
    closes: str = ""
    valid_from: str = ""
    valid_until: str = ""
    enabled: bool = True
    reply: forms.Tree = field(default_factory=lambda: {"kind": "text"})

    @classmethod
    def read(cls, fields: Sequence[tuple[str, str]]) -> "RuleForm":
        """What a browser sent."""
        typed = dict(reversed(fields))
        texts = {
            name: typed.get(name, "").strip()
            for name in ("title", "match", "priority", "opens", "closes", "valid_from", "valid_until")
        }
        version = typed.get("version", "")
        return cls(
            code=typed.get("code", ""),
            version=int(version) if version.isdigit() and len(version) < 9 else 0,
            keywords=typed.get("keywords", "").replace("\r\n", "\n"),
            enabled="enabled" in typed,
            reply=forms.read_tree(fields, "reply"),
            **texts,
        )

    @classmethod
    def of(cls, rule: KeywordRule) -> "RuleForm":
        """A stored rule."""
        try:
            reply = forms.to_tree(dump(row_of(rule).reply))
        except Invalid:
            reply = {"kind": "text"}
        return cls(
            code=rule.code,
            version=rule.version,
            title=rule.title,
            match=rule.match,
            keywords="\n".join(rule.keywords),
            priority=str(rule.priority),
            opens=f"{rule.opens:%H:%M}" if rule.opens else "",
            closes=f"{rule.closes:%H:%M}" if rule.closes else "",
            valid_from=str(rule.valid_from or ""),
            valid_until=str(rule.valid_until or ""),
            enabled=rule.enabled,
            reply=reply,
        )

    def row(self) -> RuleRow:
        """The form as a rule. Raises Invalid, which says where."""
        keywords = [word for line in self.keywords.split("\n") if (word := line.strip())]
        if not keywords:
            raise Invalid("no_keyword", "请至少填一个关键词，一行一个")
        if bool(self.opens) != bool(self.closes):
            raise Invalid("half_hours", "每天的时段要填开始和结束两个时间，或者都不填")
        hours = f"{self.opens}-{self.closes}" if self.opens else ""
        check_keywords(self.match, keywords)
        read_hours(hours)
        value = {
            "code": self.code,
            "title": self.title,
            "match": self.match,
            "keywords": list(dict.fromkeys(keywords)),
            "reply": forms.read_reply(self.reply),
            "priority": self.priority or "0",
            "hours": hours,
            "valid_from": self.valid_from or None,
            "valid_until": self.valid_until or None,
            "enabled": self.enabled,
        }
        return _checked(value)

    def texts(self) -> dict[str, str]:
        """Each field as people read it."""
        return {
            _TITLES["title"]: self.title,
            _TITLES["match"]: MATCHES.get(self.match, ""),
            _TITLES["keywords"]: self.keywords,
            _TITLES["priority"]: self.priority,
            _TITLES["hours"]: f"{self.opens}-{self.closes}",
            _TITLES["valid_from"]: self.valid_from,
            _TITLES["valid_until"]: self.valid_until,
            _TITLES["enabled"]: _state(self),
            _TITLES["reply"]: _told(self.reply),
        }


def mark(notes: Iterable[str]) -> str:
    """Of notes that were seen: others must be shown before saving."""
    return hashlib.sha256("\n".join(notes).encode()).hexdigest()[:16]


def _checked(value: dict[str, Any]) -> RuleRow:
    try:
        return RuleRow.model_validate(value)
    except ValidationError as error:
        first = str(error.errors()[0]["loc"][0]) if error.errors()[0]["loc"] else ""
        told = explain(error).removeprefix(first).strip()
        raise Invalid("bad_rule", f"{_TITLES[first]}：{told}" if first in _TITLES else told) from None


def _state(form: RuleForm) -> str:
    return "启用" if form.enabled else "停用"


def _told(tree: forms.Tree) -> str:
    """A reply's form as text, however unfinished."""
    try:
        return summary(forms.read_reply(tree))
    except Invalid:
        return "；".join(value for name, value in forms.flat(tree, "") if value and not name.endswith("kind"))
