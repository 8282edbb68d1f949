"""What a vote does as its campaign lives, beside what all ballots do: checked before it opens, told, its files kept."""

from collections.abc import Iterator, Sequence
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from campaigns.ballots.life import ledger_facts, quota_facts
from campaigns.kinds.vote.config import VoteConfig, settings_of
from campaigns.kinds.vote.roll import Candidate, read_roll
from campaigns.kinds.vote.tables import VoteCandidate
from campaigns.view import CampaignView, Finding
from core.clock import SHANGHAI


def preflight(session: Session, campaign: CampaignView) -> Sequence[Finding]:
    """Are there candidates enough, with what voters look at?"""
    settings = settings_of(campaign)
    standing = [one for one in read_roll(session, campaign).candidates if one.state == "standing"]
    return [*_find_short(settings, campaign, standing), *_find_bare(settings, standing)]


def _find_short(
    settings: VoteConfig, campaign: CampaignView, standing: Sequence[Candidate]
) -> Iterator[Finding]:
    if len(standing) < max(2, settings.choose_least):
        yield Finding(
            "stop",
            f"现在只有 {len(standing)} 个{settings.noun}，不够投票。",
            f"在「{settings.noun}」里添加或导入。",
            "candidates",
        )
    for name in settings.group_names:
        if not any(one.group == name for one in standing):
            yield Finding(
                "stop", f"「{name}」组里还没有{settings.noun}。", "给这一组添加，或去掉这一组。", "candidates"
            )
    if (strange := [one for one in standing if one.group not in (settings.group_names or ("",))]) != []:
        yield Finding(
            "stop",
            f"{strange[0].number} 号「{strange[0].name}」的组别不在设置的组别里。",
            "改这个候选人的组别，或在设置里写上这一组。",
            "candidates",
        )
    if settings.rounds:
        last = campaign.opens_at + timedelta(days=settings.rounds[-1].day)
        if last.astimezone(SHANGHAI).date() > campaign.closes_at.astimezone(SHANGHAI).date():
            yield Finding("stop", "最后一轮在活动结束以后才开始。", "把轮次提前，或把活动结束时间推后。")


def _find_bare(settings: VoteConfig, standing: Sequence[Candidate]) -> Iterator[Finding]:
    if silent := [one for one in standing if one.picture and not one.picture_text]:
        yield Finding(
            "stop",
            f"{silent[0].number} 号等 {len(silent)} 个{settings.noun}的图片没有说明，看不见图的人不知道是什么。",
            "补上图片说明。",
            "candidates",
        )
    if bare := [one for one in standing if not one.about.strip()]:
        yield Finding(
            "hint",
            f"{bare[0].number} 号等 {len(bare)} 个{settings.noun}没有事迹介绍，投票的人只能看名字。",
            "补上介绍。",
            "candidates",
        )


def facts(campaign: CampaignView) -> Sequence[str]:
    """The settings in sentences, for the rules page."""
    settings = settings_of(campaign)
    return [*quota_facts(campaign), *_rounds(settings), *_jury(settings), *ledger_facts(campaign)]


def _rounds(settings: VoteConfig) -> Iterator[str]:
    if settings.rounds:
        names = "、".join(f"{one.title}（第 {one.day + 1} 天开始）" for one in settings.rounds)
        yield f"分 {len(settings.rounds)} 轮：{names}。"
        kept = [f"{one.title}每组前 {one.keep} 名晋级" for one in settings.rounds if one.keep]
        yield f"{'，'.join(kept)}。"


def _jury(settings: VoteConfig) -> Iterator[str]:
    if settings.public_percent < 100:
        jury = 100 - settings.public_percent
        yield f"结果由公众投票（{settings.public_percent}%）和评委打分（{jury}%）合成：公众分按得票与最高票之比计算。"


def media_names(session: Session) -> Iterator[str]:
    query = (
        select(VoteCandidate.picture)
        .where(VoteCandidate.picture != "")
        .execution_options(all_tenants="files of every account are kept or dropped together")
    )
    yield from session.scalars(query)
