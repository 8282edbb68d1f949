"""作品征集 in the chat: pictures are sent one after the other, then 「交稿 题目」; words come afterwards.

Where somebody stands is in SQL. A picture carries its message's key, and so does a work that is handed in: a message that comes
again finds what it did and is answered the same. Who never took part is asked first, and their picture waits for the answer.
"""

import re
from collections.abc import Sequence
from dataclasses import fields

from sqlalchemy.orm import Session

from campaigns.joining import join
from campaigns.kinds.photo import chat_texts as texts
from campaigns.kinds.photo.chat_drafts import (
    begin_draft,
    count_pictures,
    find_by_message,
    find_draft,
    find_handed_in,
    find_last,
    list_on,
    list_theirs,
    place_of,
    put,
)
from campaigns.kinds.photo.config import settings_of
from campaigns.kinds.photo.fetching import FILM, IMAGE
from campaigns.kinds.photo.offers import remember_offer, take_offers
from campaigns.kinds.photo.returning import drop_draft
from campaigns.kinds.photo.tables import PhotoWork
from campaigns.kinds.photo.works import WorkDraft, change_work, hand_in, list_pictures, save
from campaigns.view import CampaignView
from chat.answer import PASS, Answer, say
from chat.turn import Turn
from core.errors import Invalid, SoldOut
from models.ledger import Person
from wechat.messages import Image, ShortVideo, Video

_HAND_IN = re.compile(r"交稿(?:(?:[\s:：,，]+|(?=[《「“\"]))(?P<title>.+))?[。.!！]?", re.DOTALL)
_FIELD = re.compile(r"(?P<name>说明|题材|组别|署名)[\s:：,，]+(?P<text>.+)", re.DOTALL)
_FIELDS = {"说明": "about", "题材": "category", "组别": "group", "署名": "author"}
_DROP = frozenset({"不交了", "不交"})
_MINE = frozenset({"我的作品"})
_QUOTES = '《》「」“”" '


class PhotoChat:
    """The kind's part of the chat."""

    def may_answer(self, turn: Turn) -> bool:
        return (
            isinstance(turn.message, Image | Video | ShortVideo)
            or turn.words in _DROP
            or turn.words in _MINE
            or _FIELD.fullmatch(turn.said) is not None
            or _HAND_IN.fullmatch(turn.said) is not None
        )

    def may_begin(self, campaign: CampaignView, turn: Turn) -> bool:
        return False

    def open(self, session: Session, campaign: CampaignView, person: Person, turn: Turn) -> Answer:
        """What they sent before is taken in; else how to hand in."""
        draft = find_draft(session, [campaign], turn)
        offers = take_offers(session, campaign.account_id, turn.message.openid, turn.now)
        left_out = 0
        for offer in offers:
            draft = draft or begin_draft(session, campaign, person, offer.form, turn.now)
            try:
                put(session, campaign, draft, offer.message_key, offer.media_id, offer.form, turn.now)
            except SoldOut:
                left_out += 1
        if draft is None:
            return say(texts.how_text(campaign, turn))
        count = count_pictures(session, campaign, draft)
        return say(texts.taken_text(campaign, draft, count, left_out=left_out, first=True))

    def answer(self, session: Session, campaign: CampaignView, person: Person | None, turn: Turn) -> Answer:
        """A picture, 「交稿 …」, 「说明 …」, 「不交了」, 「我的作品」; PASS where it belongs to another contest or to none."""
        on = list_on(session, campaign, turn.now)
        if isinstance(turn.message, Image | Video | ShortVideo):
            return _take(session, campaign, on, person, turn, turn.message)
        if turn.words in _MINE:
            return say(texts.mine_text(on, list_theirs(session, on, turn), turn))
        draft = find_draft(session, on, turn)
        if draft is not None and draft.campaign_id != campaign.id:
            return PASS
        if turn.words in _DROP:
            return _drop(session, campaign, draft, turn)
        written = _FIELD.fullmatch(turn.said)
        if written is not None:
            text = written["text"].strip()
            return _write(
                session, campaign, draft or find_last(session, on, turn), written["name"], text, turn
            )
        return _hand_in(session, campaign, on, draft, turn)


def _take(
    session: Session,
    campaign: CampaignView,
    on: Sequence[CampaignView],
    person: Person | None,
    turn: Turn,
    message: Image | Video | ShortVideo,
) -> Answer:
    again = find_by_message(session, campaign, person, message.key) if person is not None else None
    if again is not None:
        return _taken(session, campaign, again, place_of(session, campaign, again, message.key))
    draft = find_draft(session, on, turn)
    if draft is not None and draft.campaign_id != campaign.id:
        return PASS
    form = IMAGE if isinstance(message, Image) else FILM
    if draft is None and (person is None or len(on) > 1):
        count = remember_offer(
            session, campaign.account_id, message.openid, message.key, message.media_id, form, turn.now
        )
        return say(texts.ask_text(on, form, count))
    person = join(session, campaign, message.openid, turn.now)
    draft = draft or begin_draft(session, campaign, person, form, turn.now)
    place = put(session, campaign, draft, message.key, message.media_id, form, turn.now)
    return _taken(session, campaign, draft, place)


def _taken(session: Session, campaign: CampaignView, work: PhotoWork, place: int) -> Answer:
    return say(texts.taken_text(campaign, work, place, first=place == 1))


def _drop(session: Session, campaign: CampaignView, draft: PhotoWork | None, turn: Turn) -> Answer:
    offers = take_offers(session, campaign.account_id, turn.message.openid, turn.now)
    if draft is not None:
        drop_draft(session, draft)
    return say(texts.dropped_text(campaign, turn, anything=draft is not None or bool(offers)))


def _write(
    session: Session, campaign: CampaignView, work: PhotoWork | None, name: str, text: str, turn: Turn
) -> Answer:
    """A caption, a category, a group or a name; to what is under way, or to what was handed in last."""
    if work is None or work.campaign_id != campaign.id:
        return PASS
    join(session, campaign, turn.message.openid, turn.now)
    was_waiting = work.state == "waiting"
    _change(session, campaign, work, {_FIELDS[name]: text}, turn)
    if was_waiting:
        save(session, work, work.version, ("draft",), {"state": "waiting"}, turn.now)
    return say(texts.written_text(name, handed_in=was_waiting))


def _hand_in(
    session: Session,
    campaign: CampaignView,
    on: Sequence[CampaignView],
    draft: PhotoWork | None,
    turn: Turn,
) -> Answer:
    before = find_handed_in(session, on, turn)
    if before is not None:
        return PASS if before.campaign_id != campaign.id else _handed_in(session, campaign, before, turn)
    if draft is None:
        return say(texts.nothing_text(on, turn))
    join(session, campaign, turn.message.openid, turn.now)
    said = _HAND_IN.fullmatch(turn.said)
    title = (said["title"] or "" if said else "").strip(_QUOTES)
    if title:
        _change(session, campaign, draft, {"title": title}, turn)
    if draft.title and settings_of(campaign).category_names and not draft.category:
        return say(texts.category_text(campaign, draft))
    if not draft.title:
        raise Invalid("no_title", "请带上题目再说一遍，例如「交稿 夜班」。")
    if any(one.state == "fetching" for one in list_pictures(session, campaign, [draft.id])) and (
        texts.is_film(campaign, draft)
    ):
        return say("视频还在接收，请过一分钟再回复「交稿」。题目已经记下了。")
    hand_in(session, campaign, draft, agreed=True, now=turn.now)
    save(session, draft, draft.version, ("waiting",), {"handed_in_by": turn.message.key}, turn.now)
    return _handed_in(session, campaign, draft, turn)


def _handed_in(session: Session, campaign: CampaignView, work: PhotoWork, turn: Turn) -> Answer:
    return say(texts.handed_in_text(campaign, work, count_pictures(session, campaign, work), turn))


def _change(
    session: Session, campaign: CampaignView, work: PhotoWork, values: dict[str, str], turn: Turn
) -> None:
    """Raises Invalid."""
    written = {one.name: getattr(work, one.name) for one in fields(WorkDraft)} | values
    change_work(session, campaign, work, work.version, WorkDraft(**written), turn.now)
