"""Authors are told what staff decided: a customer message where one can reach them, their own page always.

A few minutes after the decision, so that what was undone is never told, and several steps are one message.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from accounts.capabilities import Capability, may
from accounts.directory import AccountView
from accounts.windows import get_room
from campaigns.kinds.photo.config import settings_of
from campaigns.kinds.photo.tables import PhotoDecision, PhotoWork
from campaigns.store import readable_view
from campaigns.view import CampaignView
from house.parts import Parts
from jobs.outbox import CUSTOMER_MESSAGE, post
from models.campaigns import Campaign
from models.ledger import Person
from models.upsert import count_rows
from wechat.replies import TextReply, to_custom_message

_WAIT = timedelta(minutes=2)
_BATCH = 200


def tell_due(parts: Parts) -> int:
    """Tell what was decided more than two minutes ago; how many works were looked at."""
    now = parts.clock()
    with parts.db.read() as session:
        due = _due(session, now)
    for account_id, work_id in due:
        with parts.db.work() as session:
            _tell_one(session, parts.directory.get_by_id(account_id), work_id, now)
    return len(due)


def tell(
    session: Session, account: AccountView, openid: str | None, key: str, text: str, now: datetime
) -> bool:
    """Post `text` to somebody, once for a `key`; False where no message can reach them now."""
    if openid is None or not may(account, Capability.CUSTOMER_MESSAGES):
        return False
    message = to_custom_message(TextReply(text), openid)
    if message is None or not get_room(session, account.id, openid, now).left:
        return False
    return post(session, account.id, CUSTOMER_MESSAGE, key, {"openid": openid, "message": message}, now)


def told_text(campaign: CampaignView, work: PhotoWork, address: str) -> str:
    """What its author reads. `address`: where their works are."""
    noun = settings_of(campaign).noun
    named = f"您交的{noun}「{work.title}」（{work.number} 号）"
    if work.state == "shown":
        return f"{named}通过了审核，已经展示出来了，谢谢您。看看：{address}"
    if work.state == "refused":
        return f"{named}没有通过审核：{work.state_why}。您的名额还在，可以改好再交：{address}"
    why = f"：{work.state_why}" if work.state_why else ""
    return f"{named}暂时没有展示，正在重新审核{why}。有疑问请联系主办方：{campaign.rules.contact or address}"


def _due(session: Session, now: datetime) -> Sequence[tuple[int, int]]:
    query = (
        select(PhotoDecision.account_id, PhotoDecision.work_id)
        .where(PhotoDecision.told_at.is_(None), PhotoDecision.at <= now - _WAIT)
        .distinct()
        .limit(_BATCH)
        .execution_options(all_tenants="authors of every account are told")
    )
    return [(account_id, work_id) for account_id, work_id in session.execute(query)]


def _tell_one(session: Session, account: AccountView, work_id: int, now: datetime) -> None:
    untold = (
        PhotoDecision.account_id == account.id,
        PhotoDecision.work_id == work_id,
        PhotoDecision.told_at.is_(None),
    )
    steps = session.scalars(select(PhotoDecision).where(*untold).order_by(PhotoDecision.id)).all()
    if not steps or steps[-1].at > now - _WAIT:
        return
    if count_rows(session.execute(update(PhotoDecision).where(*untold).values(told_at=now))) == 0:
        return
    work = session.scalars(
        select(PhotoWork).where(PhotoWork.account_id == account.id, PhotoWork.id == work_id)
    ).one()
    if work.version != steps[-1].version or (work.state, work.state_why) == (steps[0].was, steps[0].why_was):
        return
    _post(session, account, work, now)


def _post(session: Session, account: AccountView, work: PhotoWork, now: datetime) -> None:
    row = session.scalars(
        select(Campaign).where(Campaign.account_id == account.id, Campaign.id == work.campaign_id)
    ).one()
    campaign = readable_view(row)
    person = session.scalar(
        select(Person).where(Person.account_id == account.id, Person.id == work.person_id)
    )
    if campaign is None or person is None:
        return
    address = f"{account.h5_url}/c/{campaign.public_id}/photo/works"
    text = told_text(campaign, work, address)
    tell(session, account, person.openid, f"photo:{work.public_id}:{work.version}", text, now)
