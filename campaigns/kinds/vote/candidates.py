"""Verbs on candidates: added, changed, frozen, withdrawn, brought into the next round, scored by the jury."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, String, cast, func, insert, or_, select, update
from sqlalchemy.orm import Session

from campaigns.kinds.vote.config import settings_of
from campaigns.kinds.vote.tables import VoteCandidate
from campaigns.rules import EDITABLE
from campaigns.view import CampaignView
from core.errors import Conflict, Invalid, NotFound
from core.ids import public_id
from models.campaigns import Campaign
from models.upsert import count_rows

MOST = 2000
_LENGTHS = {
    "name": 30,
    "region": 20,
    "unit": 60,
    "slogan": 60,
    "about": 5000,
    "picture_text": 120,
    "video": 300,
}
NAMES = {
    "name": "姓名或名称",
    "region": "地区",
    "unit": "单位",
    "slogan": "一句话介绍",
    "about": "事迹",
    "picture_text": "图片说明",
    "video": "视频地址",
}
_CHANGED = "您填写的时候，别人已经改过并保存了。您写的都还在；对照一下再保存。"


@dataclass(frozen=True, slots=True)
class CandidateDraft:
    """What staff write of a candidate; `number` 0 for the next free one."""

    name: str
    number: int = 0
    group: str = ""
    region: str = ""
    unit: str = ""
    slogan: str = ""
    about: str = ""
    picture: str = ""
    picture_text: str = ""
    video: str = ""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What staff look for in the list; empty: everybody."""

    words: str = ""
    group: str = ""
    state: str = ""


class Page(NamedTuple):
    """Of the list; `more` is the last number shown where others follow."""

    rows: Sequence[VoteCandidate]
    more: int | None


def list_page(session: Session, campaign: CampaignView, wanted: Wanted, *, after: int, limit: int) -> Page:
    """By number, from the one after `after` on."""
    query = select(VoteCandidate).where(*_of(campaign), VoteCandidate.number > after)
    if wanted.words:
        texts = (VoteCandidate.name, VoteCandidate.unit, VoteCandidate.region)
        found = [one.contains(wanted.words, autoescape=True) for one in texts]
        query = query.where(or_(cast(VoteCandidate.number, String) == wanted.words, *found))
    if wanted.group:
        query = query.where(VoteCandidate.group == wanted.group)
    if wanted.state:
        query = query.where(VoteCandidate.state == wanted.state)
    rows = session.scalars(query.order_by(VoteCandidate.number).limit(limit + 1)).all()
    return Page(rows[:limit], rows[limit - 1].number if len(rows) > limit else None)


def count_states(session: Session, campaign: CampaignView) -> Mapping[str, int]:
    """How many candidates there are, by state."""
    query = select(VoteCandidate.state, func.count()).where(*_of(campaign)).group_by(VoteCandidate.state)
    return dict(session.execute(query).all())


def add_candidates(
    session: Session, campaign: CampaignView, drafts: Iterable[CandidateDraft], by: str, now: datetime
) -> int:
    """Add them all, or none; returns how many. Raises Invalid with the candidate's name, Conflict once the vote is open."""
    if not reopen_draft(session, campaign):
        raise Conflict("opened", "投票已经开放，名单不能再增加。需要时可以冻结或撤下其中的人。")
    taken = set(session.scalars(select(VoteCandidate.number).where(*_of(campaign))))
    rows = []
    for draft in drafts:
        check_draft(campaign, draft)
        number = draft.number or max(taken, default=0) + 1
        if number in taken:
            raise Invalid("number_taken", f"{number} 号已经有了，「{draft.name}」请换一个编号。")
        taken.add(number)
        rows.append(
            {
                **asdict(draft),
                "account_id": campaign.account_id,
                "campaign_id": campaign.id,
                "public_id": public_id(),
                "number": number,
                "updated_at": now,
                "updated_by": by[:40],
            }
        )
    if len(taken) > MOST:
        raise Invalid("too_many", f"一个投票最多 {MOST} 个{settings_of(campaign).noun}。")
    if rows:
        session.execute(insert(VoteCandidate), rows)
    return len(rows)


def change_candidate(
    session: Session,
    campaign: CampaignView,
    candidate_id: str,
    version: int,
    draft: CandidateDraft,
    by: str,
    now: datetime,
) -> None:
    """Texts and pictures may be mended at any time; number, name and group stand still once the vote is open.

    Raises Invalid, NotFound, Conflict.
    """
    editable = reopen_draft(session, campaign)
    row = get_candidate(session, campaign, candidate_id)
    check_draft(campaign, draft)
    if not editable:
        check_fixed(row, draft)
    number = draft.number or row.number
    other = select(func.count()).where(
        *_of(campaign), VoteCandidate.number == number, VoteCandidate.id != row.id
    )
    if session.scalar(other):
        raise Invalid("number_taken", f"{number} 号已经有了，请换一个编号。")
    values = {**asdict(draft), "name": draft.name.strip(), "number": number}
    _save(session, campaign, row, version, values, by, now)


def set_state(
    session: Session,
    campaign: CampaignView,
    candidate_id: str,
    version: int,
    state: str,
    why: str,
    by: str,
    now: datetime,
) -> None:
    """standing ⇄ frozen (no new votes, those given stay), → withdrawn (off the list). Raises Invalid, NotFound, Conflict."""
    row = get_candidate(session, campaign, candidate_id)
    if row.state in ("withdrawn", state):
        raise Conflict("bad_step", "这个候选人的状态已经变了，请刷新页面看看。")
    if not why.strip():
        raise Invalid("no_reason", "请写明原因，公示时会写出来。")
    values = {"state": state, "state_why": why.strip()[:200]}
    _save(session, campaign, row, version, values, by, now)


def remove_candidate(session: Session, campaign: CampaignView, candidate_id: str) -> None:
    """Of a draft: what nobody ever saw. Raises NotFound, Conflict."""
    if not reopen_draft(session, campaign):
        raise Conflict("opened", "投票已经开放，不能删除。需要时可以冻结或撤下。")
    session.delete(get_candidate(session, campaign, candidate_id))


def get_candidate(session: Session, campaign: CampaignView, candidate_id: str) -> VoteCandidate:
    """Raises NotFound."""
    query = select(VoteCandidate).where(*_of(campaign), VoteCandidate.public_id == candidate_id)
    row = session.scalar(query)
    if row is None:
        raise NotFound("no_candidate", f"没有这个{settings_of(campaign).noun}，可能已被删除。")
    return row


def copy_candidates(session: Session, old: CampaignView, new: CampaignView, now: datetime) -> None:
    """A `CampaignKind.on_copy`: the same people, unscored."""
    fields = list(CandidateDraft.__slots__)
    query = select(*(getattr(VoteCandidate, name) for name in fields)).where(*_of(old))
    drafts = [CandidateDraft(**row) for row in session.execute(query).mappings()]
    add_candidates(session, new, drafts, "复制", now)


def put_pictures(
    session: Session, campaign: CampaignView, pictures: Mapping[int, str], by: str, now: datetime
) -> None:
    """Pictures (names in the media folder) by number, all or none; who has no text for it gets one. Raises Invalid."""
    reopen_draft(session, campaign)
    query = select(VoteCandidate).where(*_of(campaign), VoteCandidate.number.in_(list(pictures)))
    rows = {row.number: row for row in session.scalars(query)}
    if strangers := sorted(pictures.keys() - rows.keys()):
        listed = "、".join(map(str, strangers[:10]))
        raise Invalid("no_candidate", f"名单里没有 {listed} 号，图片都没有放。请核对文件名，或先导入名单。")
    for number, name in pictures.items():
        row = rows[number]
        text = row.picture_text or f"{row.name}的照片"
        _save(session, campaign, row, row.version, {"picture": name, "picture_text": text}, by, now)


def draft_of(row: VoteCandidate) -> CandidateDraft:
    """As it is stored."""
    return CandidateDraft(**{name: getattr(row, name) for name in CandidateDraft.__slots__})


def reopen_draft(session: Session, campaign: CampaignView) -> bool:
    """Before a change of the candidates: a campaign that was checked has to be checked again. False once it is open.

    Nobody opens the campaign until the unit of work ends.
    """
    where = (Campaign.account_id == campaign.account_id, Campaign.id == campaign.id)
    state = session.scalar(select(Campaign.state).where(*where).with_for_update(key_share=True))
    if state == "checked":
        values = {"state": "draft", "draw_hash": "", "version": Campaign.version + 1}
        session.execute(update(Campaign).where(*where).values(values))
    return state in EDITABLE


def check_fixed(row: VoteCandidate, draft: CandidateDraft) -> None:
    """Raises Conflict where a draft changes what stands still in an open vote."""
    same = (draft.number or row.number, draft.name.strip(), draft.group) == (row.number, row.name, row.group)
    if not same:
        raise Conflict("opened", "投票已经开放，编号、姓名和组别不能再改；事迹、图片和视频可以改。")


def check_draft(campaign: CampaignView, draft: CandidateDraft) -> None:
    """Raises Invalid, naming the candidate."""
    name = draft.name.strip()
    if not name:
        raise Invalid("no_name", f"每个{settings_of(campaign).noun}都要有姓名或名称。")
    for field, most in _LENGTHS.items():
        if len(getattr(draft, field)) > most:
            raise Invalid("too_long", f"「{name[:30]}」的{NAMES[field]}最多 {most} 个字。")
    if not 0 <= draft.number <= 9999:
        raise Invalid("bad_number", f"「{name}」的编号要在 1 到 9999 之间。")
    groups = settings_of(campaign).group_names
    if draft.group and draft.group not in groups:
        known = f"现有的组别是：{'、'.join(groups)}。" if groups else "这个投票没有分组。"
        raise Invalid("bad_group", f"「{name}」的组别「{draft.group}」不在设置里。{known}")
    if draft.video and not draft.video.startswith("https://"):
        raise Invalid("bad_video", f"「{name}」的视频地址要以 https:// 开头。")


def _save(
    session: Session,
    campaign: CampaignView,
    row: VoteCandidate,
    version: int,
    values: Mapping[str, object],
    by: str,
    now: datetime,
) -> None:
    """By conditional update: of two people, the second is told."""
    where = (*_of(campaign), VoteCandidate.id == row.id, VoteCandidate.version == version)
    marks = {"version": version + 1, "updated_at": now, "updated_by": by[:40]}
    if count_rows(session.execute(update(VoteCandidate).where(*where).values({**values, **marks}))) == 0:
        raise Conflict("changed", _CHANGED)


def _of(campaign: CampaignView) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return VoteCandidate.account_id == campaign.account_id, VoteCandidate.campaign_id == campaign.id
