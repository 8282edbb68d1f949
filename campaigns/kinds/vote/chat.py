"""投票 in the chat: 「投 12」 casts, 「我的票」 and 「排名」 tell. A bare number never votes.

The message's key is the ballot's: a message that comes again finds the ballot it cast and is answered the same.
"""

import re
from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from campaigns.ballots.ballot import CHAT, Ballot, Cast
from campaigns.ballots.casting import cast_within
from campaigns.ballots.places import by_votes
from campaigns.ballots.receipts import receipt_of
from campaigns.ballots.roll import Roll
from campaigns.ballots.rules import period_at, round_at, round_title, span_of
from campaigns.ballots.showing import read_shown
from campaigns.ballots.store import list_ballots, list_voted
from campaigns.kinds.vote.ballots import BALLOTS
from campaigns.kinds.vote.config import VoteConfig, settings_of
from campaigns.kinds.vote.roll import Candidate
from campaigns.store import view_of
from campaigns.view import CampaignView
from chat.answer import PASS, Answer, say
from chat.turn import Turn
from core.clock import local_text
from core.errors import Conflict, Invalid
from core.text import comparable, cut_utf8
from models.campaigns import Campaign
from models.ledger import Person

_ONE = r"\d{1,4}(?:\s*号)?"
_NUMBERS = rf"{_ONE}(?:(?:(?<=号)[\s,、和.;及]*|[\s,、和.;及]+){_ONE})*"
_CAST = re.compile(rf"投票?(?:给)?\s*(?P<word>[^\d\s]*?)\s*(?P<numbers>{_NUMBERS})")
_MINE = frozenset({"我的票", "我的选票", "我的投票"})
_RANKS = frozenset({"排名", "票数", "投票排名"})
_LONGEST = 400
_LISTED = 10
_LEADERS = 10
_RECEIPTS = 5
_LIMIT_BYTES = 2000


class VoteChat:
    """The kind's part of the chat."""

    def may_answer(self, turn: Turn) -> bool:
        return turn.words in _MINE or turn.words in _RANKS or _asked(turn) is not None

    def may_begin(self, campaign: CampaignView, turn: Turn) -> bool:
        asked = _asked(turn)
        return asked is not None and _is_meant(campaign, asked)

    def open(self, session: Session, campaign: CampaignView, person: Person, turn: Turn) -> Answer:
        """Whom one can vote for, and how."""
        return say(_list_text(session, campaign, person, turn))

    def answer(self, session: Session, campaign: CampaignView, person: Person | None, turn: Turn) -> Answer:
        """「投 12」, 「我的票」, 「排名」. PASS where another vote was named. Raises what casting raises."""
        if person is None:
            return PASS
        if turn.words in _MINE:
            return say(_mine_text(session, campaign, person, turn))
        if turn.words in _RANKS:
            return say(_ranks_text(session, campaign, turn))
        asked = _asked(turn)
        if asked is None or not _is_meant(campaign, asked):
            return PASS
        if not asked["word"]:
            _require_only_one(session, campaign, turn)
        numbers = [int(number) for number in re.findall(r"\d+", asked["numbers"])]
        return say(_cast(session, campaign, numbers, turn))


def _asked(turn: Turn) -> re.Match[str] | None:
    return _CAST.fullmatch(turn.words) if len(turn.words) <= _LONGEST else None


def _is_meant(campaign: CampaignView, asked: re.Match[str]) -> bool:
    """Does 「投 工匠 12」 name this vote, or no other one?"""
    return asked["word"] in ("", comparable(campaign.word), comparable(campaign.title))


def _cast(session: Session, campaign: CampaignView, numbers: Sequence[int], turn: Turn) -> str:
    roll = BALLOTS.roll_within(session, campaign)
    round_ = round_at(campaign, turn.now)
    standing = roll.standing(round_)
    openid, key = turn.message.openid, turn.message.key
    try:
        done = cast_within(session, Ballot(campaign, openid, numbers, standing, key, CHAT, turn.now))
    except Invalid as error:
        if error.code != "not_standing":
            raise
        stranger = next(number for number in numbers if number not in standing)
        raise Invalid(error.code, _stranger_text(campaign, roll, stranger, round_)) from None
    return _cast_text(campaign, roll, done, turn)


def _require_only_one(session: Session, campaign: CampaignView, turn: Turn) -> None:
    """Raises Conflict where several votes are on and none was named: a vote can't be taken back."""
    query = select(Campaign).where(
        Campaign.account_id == campaign.account_id, Campaign.kind == campaign.kind, Campaign.state == "live"
    )
    on = [one for one in map(view_of, session.scalars(query)) if one.phase(turn.now) == "on"]
    if len(on) > 1:
        lines = [f"· {one.title}：回复「投 {one.word} 12」这样的话，或打开{_link(one, turn)}" for one in on]
        raise Conflict("which_vote", "\n".join(["现在有几个投票，还没有替您投。请写明投哪一个：", *lines]))


def _list_text(session: Session, campaign: CampaignView, person: Person, turn: Turn) -> str:
    settings = settings_of(campaign)
    roll = BALLOTS.roll_within(session, campaign)
    standing = roll.standing(round_at(campaign, turn.now))
    listed = [one for one in roll.candidates if one.number in standing]
    left = settings.votes - len(list_voted(session, campaign, person.id, period_at(campaign, turn.now)))
    lines = [f"【{campaign.title}】{_quota_text(settings, left)}", *(_line(one) for one in listed[:_LISTED])]
    if len(listed) > _LISTED:
        lines.append(f"……一共 {len(listed)} 个{settings.noun}。")
    lines.append(f"照片、事迹和全部名单：{_link(campaign, turn)}")
    return "\n".join([*lines, _how_text(settings, listed)])


def _quota_text(settings: VoteConfig, left: int) -> str:
    return f"{span_of(settings)}您还有 {left} 票。" if left > 0 else f"{span_of(settings)}您的票已经投完。"


def _how_text(settings: VoteConfig, listed: Sequence[Candidate]) -> str:
    if not listed:
        return f"名单里还没有{settings.noun}。"
    numbers = " ".join(str(one.number) for one in listed[: max(1, settings.choose_least)])
    how = f"投票请回复「投 {numbers}」。"
    if settings.choose_most > max(1, settings.choose_least):
        how += f"一次可以投几个，编号之间空一格，最多 {settings.choose_most} 个。"
    return f"{how}查已经投的，回复「我的票」。"


def _cast_text(campaign: CampaignView, roll: Roll[Candidate], done: Cast, turn: Turn) -> str:
    names = [_line(roll.by_number[number]) for number in done.choice if number in roll.by_number]
    left = f"{span_of(settings_of(campaign))}还剩 {done.left} 票。"
    link = f'<a href="{_url(campaign, turn)}/receipts/{done.receipt}">看回执</a>'
    drawing = "\n得到抽奖机会，看回执那一页就能抽。" if campaign.draw_id is not None else ""
    ending = f"\n回执号：{done.receipt}\n{left}{drawing}\n{link}"
    head = "\n".join([f"投票成功！您在「{campaign.title}」投给了：", *names])
    return cut_utf8(head, _LIMIT_BYTES - len(ending.encode())) + ending


def _stranger_text(campaign: CampaignView, roll: Roll[Candidate], number: int, round_: int) -> str:
    """Why nobody can vote for this number, and what to do."""
    one = roll.by_number.get(number)
    look = f"回复「{campaign.word}」看名单。"
    if one is None:
        return f"没有 {number} 号，这张选票还没有投出。{look}"
    if one.state != "standing":
        what = "暂停投票" if one.state == "frozen" else "已经撤下"
        why = f"（{one.state_why}）" if one.state_why else ""
        return f"{number} 号 {one.name} {what}{why}，这张选票还没有投出。去掉这个编号再投一次，或{look}"
    return f"{number} 号 {one.name} 没有进入{round_title(settings_of(campaign), round_)}，这张选票还没有投出。{look}"


def _mine_text(session: Session, campaign: CampaignView, person: Person, turn: Turn) -> str:
    settings = settings_of(campaign)
    lines = list_ballots(session, campaign, person.id)[::-1]
    left = settings.votes - len(list_voted(session, campaign, person.id, period_at(campaign, turn.now)))
    if not lines:
        return f"您在「{campaign.title}」还没有投过票。{_quota_text(settings, left)}"
    told = [
        f"{local_text(line.at)} 投给 {'、'.join(f'{number} 号' for number in line.candidates)}\n回执号：{receipt_of(campaign, line.id)}"
        for line in lines[:_RECEIPTS]
    ]
    head = f"您在「{campaign.title}」投了 {len(lines)} 张选票。{_quota_text(settings, left)}"
    more = "" if len(lines) <= _RECEIPTS else f"（只列出最近 {_RECEIPTS} 张）"
    ending = f'\n<a href="{_url(campaign, turn)}/mine">看全部和回执</a>'
    return cut_utf8("\n".join([head + more, *told]), _LIMIT_BYTES - len(ending.encode())) + ending


def _ranks_text(session: Session, campaign: CampaignView, turn: Turn) -> str:
    settings, round_ = settings_of(campaign), round_at(campaign, turn.now)
    shown = read_shown(session, campaign, turn.now)
    if shown.counts is None:
        return f"「{campaign.title}」{shown.words}"
    lines = [f"「{campaign.title}」{shown.words}"]
    candidates = BALLOTS.roll_within(session, campaign).shown(round_)
    groups = settings.group_names or ("",)
    most = max(1, _LEADERS // len(groups))
    for group in groups:
        of_group = [one for one in candidates if not group or one.group == group]
        places = by_votes(of_group, shown.counts, round_)[:most]
        lines += [f"【{group}】"] if group else []
        lines += [
            f"第 {one.rank} 名 {one.candidate.number} 号 {one.candidate.name}：{one.votes:,} 票"
            for one in places
        ]
    ending = f'\n<a href="{_url(campaign, turn)}/ranking">看全部排名</a>'
    return cut_utf8("\n".join(lines), _LIMIT_BYTES - len(ending.encode())) + ending


def _line(one: Candidate) -> str:
    return f"{one.number} 号 {one.name}" + (f"（{one.unit}）" if one.unit else "")


def _link(campaign: CampaignView, turn: Turn) -> str:
    return f'<a href="{_url(campaign, turn)}">投票页面</a>'


def _url(campaign: CampaignView, turn: Turn) -> str:
    return f"{turn.account.h5_url}/c/{campaign.public_id}/vote"
