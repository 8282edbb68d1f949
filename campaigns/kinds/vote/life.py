"""What a vote does as its campaign lives: checked before it opens, sealed when it ends, exported, told."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from campaigns.ballots.receipts import receipt_of
from campaigns.ballots.roots import publish_root
from campaigns.ballots.rules import EACH_DAY
from campaigns.ballots.sealing import of_campaign, seal_all
from campaigns.ballots.store import list_ballots
from campaigns.ballots.tables import Vote, VoteBallot
from campaigns.kinds.vote.config import AFTERWARDS, DAILY, VoteConfig, settings_of
from campaigns.kinds.vote.roll import Candidate, read_roll
from campaigns.kinds.vote.tables import VoteCandidate
from campaigns.view import CampaignView, Finding
from core.clock import SHANGHAI, local_text
from models.ledger import Person

EXPORT_COLUMNS = ("选票", "编号", "时间", "轮次", "投给", "姓名或名称", "来自")
_CHANNELS = {"page": "网页", "chat": "对话"}


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


def on_close(session: Session, campaign: CampaignView, now: datetime) -> None:
    """The last ballots are sealed, and the root of the day is published."""
    seal_all(session, campaign, now)
    publish_root(session, campaign, now.astimezone(SHANGHAI).toordinal(), now)


def facts(campaign: CampaignView) -> Sequence[str]:
    """The settings in sentences, for the rules page."""
    settings = settings_of(campaign)
    return [*_quota(settings), *_drawing(campaign), *_showing(settings)]


def _drawing(campaign: CampaignView) -> Iterator[str]:
    if campaign.draw_id is not None:
        span = "一天" if settings_of(campaign).period == EACH_DAY else "一轮"
        yield f"{span}里投过票，得 1 次抽奖机会；投给谁、投几票都一样。"


def _quota(settings: VoteConfig) -> Iterator[str]:
    span = "每天" if settings.period == EACH_DAY else "每轮"
    chosen = (
        f"{settings.choose_least} 个"
        if settings.choose_least == settings.choose_most
        else f"{settings.choose_least} 到 {settings.choose_most} 个"
    )
    yield f"每人{span} {settings.votes} 票，每张选票选 {chosen}{settings.noun}；同一个{settings.noun}{span}只能投一票。"
    if settings.rounds:
        names = "、".join(f"{one.title}（第 {one.day + 1} 天开始）" for one in settings.rounds)
        yield f"分 {len(settings.rounds)} 轮：{names}。"
        kept = [f"{one.title}每组前 {one.keep} 名晋级" for one in settings.rounds if one.keep]
        yield f"{'，'.join(kept)}。"


def _showing(settings: VoteConfig) -> Iterator[str]:
    if settings.public_percent < 100:
        jury = 100 - settings.public_percent
        yield f"结果由公众投票（{settings.public_percent}%）和评委打分（{jury}%）合成：公众分按得票与最高票之比计算。"
    if settings.show == DAILY:
        yield "票数每天 18 点公布一次。"
    elif settings.show == AFTERWARDS:
        yield "投票期间不公布票数，结束后公布。"
    yield "每张选票有回执号，可以随时查；选票按先后封存进账本，每天 18 点公布校验码，事后不能增删改。"
    yield "刷票的选票会按公布的规则剔除，剔除和恢复都写明理由，原始选票一张不删。"


def export_rows(session: Session, campaign: CampaignView) -> Iterator[Sequence[str | int | float]]:
    """A vote a row, in the order of ballots; people by their number in the campaign."""
    names = {one.number: one.name for one in read_roll(session, campaign).candidates}
    settings = settings_of(campaign)
    query = (
        select(
            VoteBallot.id,
            Person.public_id,
            VoteBallot.at,
            VoteBallot.round,
            Vote.candidate,
            VoteBallot.channel,
        )
        .join(Person, Person.id == VoteBallot.person_id)
        .join(
            Vote,
            (Vote.campaign_id == VoteBallot.campaign_id)
            & (Vote.person_id == VoteBallot.person_id)
            & (Vote.period == VoteBallot.period)
            & (Vote.ballot_id == VoteBallot.id),
        )
        .where(
            *of_campaign(campaign),
            Person.account_id == campaign.account_id,
            Vote.account_id == campaign.account_id,
        )
        .order_by(VoteBallot.id, Vote.candidate)
        .execution_options(yield_per=2000)
    )
    for ballot_id, person, at, round_, candidate, channel in session.execute(query):
        yield (
            ballot_id,
            person,
            local_text(at),
            settings.round_title(round_) or "—",
            candidate,
            names.get(candidate, ""),
            _CHANNELS[channel],
        )


def erase_person(session: Session, account_id: int, person_id: int) -> int:
    """Nothing: a ballot holds numbers and keyed hashes, and the ledger that names them forgets who it was."""
    return 0


def kept(session: Session, campaign: CampaignView, person: Person) -> Mapping[str, str | int]:
    lines = list_ballots(session, campaign, person.id)
    return {
        "选票": len(lines),
        "票数": sum(len(line.candidates) for line in lines),
        "回执号": "、".join(receipt_of(campaign, line.id) for line in lines[-50:]) or "没有",
    }


def media_names(session: Session) -> Iterator[str]:
    query = (
        select(VoteCandidate.picture)
        .where(VoteCandidate.picture != "")
        .execution_options(all_tenants="files of every account are kept or dropped together")
    )
    yield from session.scalars(query)


def count_votes(session: Session, campaign: CampaignView) -> tuple[int, int]:
    """Ballots and votes in the ledger, unsealed ones too."""
    ballots = session.scalar(select(func.count()).where(*of_campaign(campaign))) or 0
    votes = session.scalar(
        select(func.count()).where(Vote.account_id == campaign.account_id, Vote.campaign_id == campaign.id)
    )
    return ballots, votes or 0
