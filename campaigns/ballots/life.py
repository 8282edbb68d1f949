"""What ballots do as their campaign lives: sealed when it ends, told in the rules, exported, shown to who cast them.

Each is what `CampaignKind` asks for under the same name; a kind passes it on, or puts its own beside it.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from campaigns.ballots.receipts import receipt_of
from campaigns.ballots.roots import publish_root
from campaigns.ballots.rules import AFTERWARDS, DAILY, EACH_DAY, BallotRules, round_title, rules_of
from campaigns.ballots.sealing import of_campaign, seal_all
from campaigns.ballots.store import list_ballots
from campaigns.ballots.tables import Vote, VoteBallot
from campaigns.registry import ballots_of
from campaigns.view import CampaignView
from core.clock import SHANGHAI, local_text
from models.ledger import Person

EXPORT_COLUMNS = ("选票", "编号", "时间", "轮次", "投给", "姓名或名称", "来自")
_CHANNELS = {"page": "网页", "chat": "对话"}
_RECEIPTS = 50


def on_close(session: Session, campaign: CampaignView, now: datetime) -> None:
    """The last ballots are sealed, and the root of the day is published."""
    seal_all(session, campaign, now)
    publish_root(session, campaign, now.astimezone(SHANGHAI).toordinal(), now)


def quota_facts(campaign: CampaignView) -> Iterator[str]:
    """How often one votes and what it earns, in sentences for the rules page."""
    rules = rules_of(campaign)
    yield _quota(rules)
    if campaign.draw_id is not None:
        span = "一天" if rules.period == EACH_DAY else "一轮"
        many = f"{rules.words.verb}给谁、{rules.words.verb}几{rules.words.unit}都一样"
        yield f"{span}里{rules.words.done}，得 1 次抽奖机会；{many}。"


def ledger_facts(campaign: CampaignView) -> Iterator[str]:
    """When counts are shown, and why they can be believed."""
    rules = rules_of(campaign)
    if rules.show == DAILY:
        yield f"{rules.words.vote}数每天 18 点公布一次。"
    elif rules.show == AFTERWARDS:
        yield f"{rules.words.act}期间不公布{rules.words.vote}数，结束后公布。"
    one = f"每张{rules.words.ballot}" if rules.words.ballot else f"每个{rules.words.vote}"
    yield f"{one}有回执号，可以随时查；{rules.words.ballot or rules.words.act}按先后封存进账本，每天 18 点公布校验码，事后不能增删改。"
    yield "刷票的选票会按公布的规则剔除，剔除和恢复都写明理由，原始选票一张不删。"


def _quota(rules: BallotRules) -> str:
    span, words, noun = "每天" if rules.period == EACH_DAY else "每轮", rules.words, rules.noun
    once = f"同一个{noun}{span}只能{words.verb}一{words.unit}。"
    if not words.ballot:
        return f"每人{span} {rules.votes} {words.unit}；{once}"
    least, most = rules.choose_least, rules.choose_most
    chosen = f"{least} 个" if least == most else f"{least} 到 {most} 个"
    return f"每人{span} {rules.votes} {words.unit}，每张{words.ballot}选 {chosen}{noun}；{once}"


def export_rows(session: Session, campaign: CampaignView) -> Iterator[Sequence[str | int | float]]:
    """A vote a row, in the order of ballots; people by their number in the campaign."""
    names = {one.number: one.name for one in ballots_of(campaign).read(session, campaign).candidates}
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
            round_title(rules_of(campaign), round_) or "—",
            candidate,
            names.get(candidate, ""),
            _CHANNELS[channel],
        )


def erase_person(session: Session, account_id: int, person_id: int) -> int:
    """Nothing: a ballot holds numbers and keyed hashes, and the ledger that names them forgets who it was."""
    return 0


def kept(session: Session, campaign: CampaignView, person: Person) -> Mapping[str, str | int]:
    """Somebody's ballots in numbers, with the latest receipts."""
    lines = list_ballots(session, campaign, person.id)
    words = rules_of(campaign).words
    return {
        words.ballot or words.act: len(lines),
        f"{words.vote}数": sum(len(line.candidates) for line in lines),
        "回执号": "、".join(receipt_of(campaign, line.id) for line in lines[-_RECEIPTS:]) or "没有",
    }
