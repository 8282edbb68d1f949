"""A preset with the organiser's figures: what is searched by, kept with a strike, and published."""

from collections.abc import Mapping
from dataclasses import dataclass

from campaigns.ballots.guard.presets import PRESETS, Figure, Preset
from core.errors import Invalid, NotFound

_BY_KEY = {preset.key: preset for preset in PRESETS}


@dataclass(frozen=True, slots=True)
class Rule:
    """`figures` has all of the preset's, each within its limits."""

    preset: Preset
    figures: Mapping[str, int]

    @property
    def sentence(self) -> str:
        """As it stands in the published rules."""
        return self.preset.sentence.format_map(self.figures)

    def facts(self) -> dict[str, str | int]:
        """For `VoteStrike.rule`; `rule_from` reads it."""
        return {"key": self.preset.key, **self.figures}


def rule_from(key: str, figures: Mapping[str, str | int] | None = None) -> Rule:
    """A preset with figures as somebody typed them; defaults where there are none. Raises NotFound, Invalid."""
    preset = _BY_KEY.get(key)
    if preset is None:
        raise NotFound("no_rule", "没有这条规则，请从列表里选一条。")
    given = figures or {}
    rule = Rule(preset, {one.name: _number(one, given.get(one.name, one.default)) for one in preset.figures})
    if "from_hour" in rule.figures and rule.figures["from_hour"] >= rule.figures["to_hour"]:
        raise Invalid("bad_figure", "夜间的开始要早于结束，都按当天 0 点到 24 点填。", field="to_hour")
    return rule


def _number(figure: Figure, value: str | int) -> int:
    text = str(value).strip()
    number = int(text) if text.isascii() and text.isdigit() and len(text) <= 9 else -1
    if not figure.least <= number <= figure.most:
        raise Invalid(
            "bad_figure",
            f"「{figure.title}」要填 {figure.least} 到 {figure.most} 之间的整数。",
            field=figure.name,
        )
    return number
