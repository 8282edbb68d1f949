"""Decisions on votes: which round is on, what the quota is counted by, whether a ballot is one. Pure."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from campaigns.kinds.vote.config import EACH_DAY, VoteConfig, settings_of
from campaigns.view import CampaignView
from core.clock import SHANGHAI
from core.errors import Invalid, SoldOut


def round_at(campaign: CampaignView, now: datetime) -> int:
    """The number of the round that is on (or was on last), from 1. Rounds change at midnight in China."""
    first = campaign.opens_at.astimezone(SHANGHAI).date()
    today = now.astimezone(SHANGHAI).date()
    begun = [one for one in settings_of(campaign).rounds if first + timedelta(days=one.day) <= today]
    return max(1, len(begun))


def period_at(campaign: CampaignView, now: datetime) -> int:
    """What a person's votes are counted by: a day's ordinal, or a round's number."""
    if settings_of(campaign).period == EACH_DAY:
        return now.astimezone(SHANGHAI).toordinal()
    return round_at(campaign, now)


def check_choice(settings: VoteConfig, choice: Sequence[int], standing: Collection[int]) -> tuple[int, ...]:
    """The candidates' numbers in order. `standing`: who can be voted for now. Raises Invalid."""
    noun = settings.noun
    if len(set(choice)) != len(choice):
        raise Invalid("twice", f"同一张选票里，一个{noun}只能选一次。")
    if len(choice) < settings.choose_least:
        raise Invalid("too_few", f"每张选票至少选 {settings.choose_least} 个，您选了 {len(choice)} 个。")
    if len(choice) > settings.choose_most:
        raise Invalid("too_many", f"每张选票最多选 {settings.choose_most} 个，您选了 {len(choice)} 个。")
    if strangers := [number for number in choice if number not in standing]:
        raise Invalid("not_standing", f"{strangers[0]} 号现在不能投，请刷新页面看看最新的名单。")
    return tuple(sorted(choice))


def check_quota(settings: VoteConfig, used: int, wanted: int) -> None:
    """Raises SoldOut when so many more are not left."""
    left = settings.votes - used
    if wanted <= left:
        return
    span = "今天" if settings.period == EACH_DAY else "这一轮"
    then = "明天可以再来投。" if settings.period == EACH_DAY else "谢谢您的参与。"
    if left <= 0:
        raise SoldOut("no_votes", f"您{span}的 {settings.votes} 票已经投完，{then}")
    raise SoldOut("few_votes", f"您{span}还剩 {left} 票，这张选票选了 {wanted} 个，请少选几个。")
