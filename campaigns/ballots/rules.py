"""The rules of ballots: which round is on, what the quota is counted by, whether a ballot is one. Pure."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Literal, Protocol, cast

from campaigns.ballots.words import Words
from campaigns.view import CampaignView
from core.clock import SHANGHAI
from core.errors import Invalid, SoldOut

EACH_DAY: Literal["每天"] = "每天"
EACH_ROUND: Literal["每轮"] = "每轮"
LIVE: Literal["实时公布"] = "实时公布"
DAILY: Literal["每天 18 点公布"] = "每天 18 点公布"
AFTERWARDS: Literal["结束后公布"] = "结束后公布"
Show = Literal["实时公布", "每天 18 点公布", "结束后公布"]


class Round(Protocol):
    """One round (轮) of several."""

    @property
    def title(self) -> str: ...
    @property
    def day(self) -> int:
        """It begins so many days after the campaign does."""


class BallotRules(Protocol):
    """What the settings of a kind say whose campaigns keep ballots (`CampaignKind.ballots`)."""

    @property
    def noun(self) -> str:
        """What one votes for: 候选人, 作品."""

    @property
    def words(self) -> Words: ...
    @property
    def group_names(self) -> tuple[str, ...]:
        """Each has places of its own; empty where there are no groups."""

    @property
    def choose_least(self) -> int: ...
    @property
    def choose_most(self) -> int: ...
    @property
    def period(self) -> Literal["每天", "每轮"]:
        """What the quota is for."""

    @property
    def votes(self) -> int:
        """Of a person and period; one at most for each candidate."""

    @property
    def rounds(self) -> Sequence[Round]:
        """Empty for a single one."""

    @property
    def show(self) -> Show:
        """When people see counts."""

    @property
    def challenge(self) -> bool:
        """Is a ballot that looks odd asked for a proof of work?"""


def rules_of(campaign: CampaignView) -> BallotRules:
    """A campaign's whose kind keeps ballots."""
    return cast(BallotRules, campaign.settings)


def round_at(campaign: CampaignView, now: datetime) -> int:
    """The number of the round that is on (or was on last), from 1. Rounds change at midnight in China."""
    first = campaign.opens_at.astimezone(SHANGHAI).date()
    today = now.astimezone(SHANGHAI).date()
    begun = [one for one in rules_of(campaign).rounds if first + timedelta(days=one.day) <= today]
    return max(1, len(begun))


def period_at(campaign: CampaignView, now: datetime) -> int:
    """What a person's votes are counted by: a day's ordinal, or a round's number."""
    if rules_of(campaign).period == EACH_DAY:
        return now.astimezone(SHANGHAI).toordinal()
    return round_at(campaign, now)


def round_title(rules: BallotRules, number: int) -> str:
    """Of a round, from 1; empty where there is only one."""
    return rules.rounds[number - 1].title if rules.rounds else ""


def last_round(rules: BallotRules) -> int:
    """The number of the last one."""
    return max(1, len(rules.rounds))


def span_of(rules: BallotRules) -> str:
    """The period that is on, in words."""
    return "今天" if rules.period == EACH_DAY else "这一轮"


def check_choice(rules: BallotRules, choice: Sequence[int], standing: Collection[int]) -> tuple[int, ...]:
    """The candidates' numbers in order. `standing`: who can be voted for now. Raises Invalid."""
    noun = rules.noun
    if len(set(choice)) != len(choice):
        raise Invalid("twice", f"同一张选票里，一个{noun}只能选一次。")
    if len(choice) < rules.choose_least:
        raise Invalid("too_few", f"每张选票至少选 {rules.choose_least} 个，您选了 {len(choice)} 个。")
    if len(choice) > rules.choose_most:
        raise Invalid("too_many", f"每张选票最多选 {rules.choose_most} 个，您选了 {len(choice)} 个。")
    if strangers := [number for number in choice if number not in standing]:
        raise Invalid(
            "not_standing", f"{strangers[0]} 号现在不能{rules.words.verb}，请刷新页面看看最新的名单。"
        )
    return tuple(sorted(choice))


def check_quota(rules: BallotRules, used: int, wanted: int) -> None:
    """Raises SoldOut when so many more are not left."""
    left = rules.votes - used
    if wanted <= left:
        return
    span, words = span_of(rules), rules.words
    then = f"明天可以再来{words.verb}。" if rules.period == EACH_DAY else "谢谢您的参与。"
    if left <= 0:
        raise SoldOut("no_votes", f"您{span}的 {rules.votes} {words.unit}已经{words.verb}完，{then}")
    raise SoldOut("few_votes", f"您{span}还剩 {left} {words.unit}，这张选票选了 {wanted} 个，请少选几个。")
