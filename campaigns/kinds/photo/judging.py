"""What staff decide about works: let through, refuse, take off the wall, put back, undo; and the words they mend.

Every step is a conditional update on the version that its page showed, and leaves a `PhotoDecision`; authors are told by
`telling`, some minutes later, so that nobody is told what was undone.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, NamedTuple, cast

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from campaigns.kinds.photo.config import settings_of
from campaigns.kinds.photo.slots import free_slot
from campaigns.kinds.photo.tables import PhotoAward, PhotoDecision, PhotoPicture, PhotoWork
from campaigns.kinds.photo.works import NAMES, of_campaign, save
from campaigns.view import CampaignView
from core.errors import Conflict, DomainError, Invalid, NotFound, SoldOut
from core.text import clean

Verdict = Literal["shown", "refused", "waiting"]
REASONS = (
    "和征集的主题不符",
    "照片不清楚，放大看不清",
    "和别人先交的作品一样",
    "和您自己先交的作品一样",
    "照片里有别人的证件、车牌、电话这样的信息",
    "照片里的人没有同意展示",
    "有广告、二维码或水印",
    "题目或说明里有不合适的字句",
    "打不开，或者放不出来",
)
"""Ready ones, by the keys 1 to 9; the author reads them."""
SAME_AS_ANOTHERS, SAME_AS_OWN = REASONS[2], REASONS[3]
_FROM: Mapping[Verdict, tuple[str, ...]] = {
    "shown": ("waiting", "refused"),
    "refused": ("waiting", "shown"),
    "waiting": ("shown", "refused"),
}
_DECIDABLE = ("waiting", "shown", "refused")
_LONGEST_REASON = 200
_MENDED = {"title": 40, "about": 1000}
_CHANGED = "刚刚有同事处理过，或者作者改过、撤回了。请刷新页面，看看现在的样子。"


class Picked(NamedTuple):
    """A work as a page showed it."""

    work_id: str
    version: int


class Judged(NamedTuple):
    """A work that a step was taken with, as it is now."""

    work_id: str
    number: int
    version: int
    state: str


@dataclass(slots=True)
class Outcome:
    """What came of a batch: the works that went on, and why others did not, by their numbers (0: not there)."""

    done: list[Judged] = field(default_factory=list)
    refused: list[tuple[int, str]] = field(default_factory=list)

    @property
    def numbers(self) -> list[int]:
        return [one.number for one in self.done]


def decide(
    session: Session,
    campaign: CampaignView,
    picked: Sequence[Picked],
    verdict: Verdict,
    why: str,
    by: str,
    now: datetime,
) -> Outcome:
    """Each work by itself: what can't be decided any more stays as it is and is told. `why`: for refusing and taking off.

    Raises Invalid for a verdict without its reason.
    """
    why = " ".join(clean(why).split())
    if len(why) > _LONGEST_REASON:
        raise Invalid("long_reason", f"原因最多 {_LONGEST_REASON} 个字，请写短一些。")
    if verdict == "refused" and not why:
        raise Invalid("no_reason", "请选一条原因，或者写明原因：作者看到才知道怎么改。")
    fetching = _fetching(session, campaign)

    def step(work: PhotoWork, version: int) -> None:
        if verdict == "shown" and work.id in fetching:
            raise Conflict("fetching", "还有照片正在从微信取过来，过一两分钟再审。")
        if work.state == verdict:
            raise Conflict("changed", _CHANGED)
        if work.state == "shown" and not why:
            raise Invalid("no_reason", "从墙上撤下要写明原因，作者看得到。")
        _move(session, campaign, work, version, (_FROM[verdict], verdict, why), by, now)

    return _each(session, campaign, picked, step)


def undo(
    session: Session, campaign: CampaignView, picked: Sequence[Picked], by: str, now: datetime
) -> Outcome:
    """Take the last decision about each back, where nothing happened since."""

    def step(work: PhotoWork, version: int) -> None:
        last = session.scalar(
            select(PhotoDecision).where(
                PhotoDecision.account_id == campaign.account_id,
                PhotoDecision.work_id == work.id,
                PhotoDecision.version == version,
            )
        )
        if last is None or last.was == last.state or work.version != version:
            raise Conflict("changed", _CHANGED)
        _move(
            session, campaign, work, version, ((last.state,), last.was, last.why_was), by, now, is_undo=True
        )

    return _each(session, campaign, picked, step)


def mend(
    session: Session,
    campaign: CampaignView,
    picked: Picked,
    words: Mapping[str, str],
    by: str,
    now: datetime,
) -> list[str]:
    """Put right what an author mistyped in `title` and `about`; the names of what changed. Raises Invalid, Conflict, NotFound."""
    work = get_work(session, campaign, picked.work_id)
    new = {"title": " ".join(clean(words["title"]).split()), "about": clean(words["about"]).strip()}
    for name, text in new.items():
        if len(text) > _MENDED[name]:
            raise Invalid("too_long", f"{NAMES[name]}最多 {_MENDED[name]} 个字，请写短一些。", field=name)
    if not new["title"]:
        raise Invalid("no_title", "题目不能空着。", field="title")
    changed = [name for name, text in new.items() if text != getattr(work, name)]
    if not changed:
        return []
    before = "\n".join(f"{NAMES[name]}：{getattr(work, name)}" for name in changed)
    state = work.state
    _save(session, work, picked.version, _DECIDABLE, new, now)
    _note(session, work, (state, work.state_why), by, now, before=before, told_at=now)
    return [NAMES[name] for name in changed]


def get_work(session: Session, campaign: CampaignView, work_id: str) -> PhotoWork:
    """One that was handed in, for staff. Raises NotFound."""
    query = select(PhotoWork).where(
        *of_campaign(campaign), PhotoWork.public_id == work_id, PhotoWork.number.is_not(None)
    )
    work = session.scalar(query)
    if work is None:
        raise NotFound("no_work", f"没有这件{settings_of(campaign).noun}，可能已经删除。")
    return work


def list_decisions(session: Session, work: PhotoWork) -> Sequence[PhotoDecision]:
    """What staff did with a work, the newest first."""
    query = select(PhotoDecision).where(
        PhotoDecision.account_id == work.account_id, PhotoDecision.work_id == work.id
    )
    return session.scalars(query.order_by(PhotoDecision.id.desc())).all()


def _each(
    session: Session,
    campaign: CampaignView,
    picked: Sequence[Picked],
    step: Callable[[PhotoWork, int], None],
) -> Outcome:
    """In the order of their rows: two batches never wait for each other crosswise."""
    versions = {one.work_id: one.version for one in picked}
    query = select(PhotoWork).where(
        *of_campaign(campaign), PhotoWork.public_id.in_(versions), PhotoWork.number.is_not(None)
    )
    works = session.scalars(query.order_by(PhotoWork.id)).all()
    outcome = Outcome()
    if len(works) < len(versions):
        outcome.refused.append((0, f"有 {len(versions) - len(works)} 件已经不在了。"))
    for work in works:
        number = cast(int, work.number)
        try:
            with session.begin_nested():
                step(work, versions[work.public_id])
        except DomainError as error:
            outcome.refused.append((number, error.message))
        else:
            outcome.done.append(Judged(work.public_id, number, work.version, work.state))
    return outcome


def _move(
    session: Session,
    campaign: CampaignView,
    work: PhotoWork,
    version: int,
    step: tuple[tuple[str, ...], str, str],
    by: str,
    now: datetime,
    *,
    is_undo: bool = False,
) -> None:
    """`step`: the states it may come from, where it goes, why. Who is refused gets their place back; who returns needs one."""
    states, state, why = step
    was = (work.state, work.state_why)
    values = {"state": state, "state_why": why, "judged_at": now, "judged_by": by[:40]}
    _save(session, work, version, states, values | {"slot": _slot(session, campaign, work, state)}, now)
    if state != "shown":
        _refuse_awarded(session, work)
    _note(session, work, was, by, now, undo=is_undo)


def _slot(session: Session, campaign: CampaignView, work: PhotoWork, state: str) -> int | None:
    if state == "refused":
        return None
    try:
        return work.slot or free_slot(session, campaign, work)
    except SoldOut:
        raise SoldOut("no_slot", "作者已经用这个名额交了别的作品。要展示这一件，请作者先撤回一件。") from None


def _save(
    session: Session,
    work: PhotoWork,
    version: int,
    states: Sequence[str],
    values: Mapping[str, object],
    now: datetime,
) -> None:
    try:
        save(session, work, version, states, values, now)
    except (Conflict, IntegrityError):  # the latter: their author took the free place in this very moment
        raise Conflict("changed", _CHANGED) from None


def _note(
    session: Session,
    work: PhotoWork,
    was: tuple[str, str],
    by: str,
    now: datetime,
    *,
    undo: bool = False,
    before: str = "",
    told_at: datetime | None = None,
) -> None:
    row = PhotoDecision(
        account_id=work.account_id,
        campaign_id=work.campaign_id,
        work_id=work.id,
        version=work.version,
        was=was[0],
        why_was=was[1],
        state=work.state,
        why=work.state_why,
        undo=undo,
        before=before,
        by=by[:40],
        at=now,
        told_at=told_at,
    )
    session.add(row)
    session.flush()


def _refuse_awarded(session: Session, work: PhotoWork) -> None:
    """Asked behind the update: whoever gives an award holds the work's row meanwhile."""
    query = select(PhotoAward.level).where(
        PhotoAward.account_id == work.account_id,
        PhotoAward.work_id == work.id,
        PhotoAward.withdrawn_why == "",
    )
    level = session.scalar(query)
    if level is not None:
        raise Conflict("awarded", f"这件作品在获奖名单里（{level}）。请先在「获奖名单」里拿掉或撤销。")


def _fetching(session: Session, campaign: CampaignView) -> set[int]:
    """Works (row ids) of which a picture is still on its way from the chat."""
    query = select(PhotoPicture.work_id).where(
        PhotoPicture.account_id == campaign.account_id,
        PhotoPicture.campaign_id == campaign.id,
        PhotoPicture.state == "fetching",
    )
    return set(session.scalars(query))
