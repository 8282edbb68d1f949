"""Verbs on campaigns, from the draft to the archive."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from pydantic import ValidationError
from sqlalchemy import update
from sqlalchemy.orm import Session

from campaigns import rules
from campaigns.eligibility import Eligibility
from campaigns.kind import Template
from campaigns.preflight import draw_of, examine, find_changed_draw, fingerprint_of
from campaigns.registry import kind_of
from campaigns.store import STAMP, get_deleted, get_row, view_of
from campaigns.view import CampaignView, Finding, Rules
from core.checks import explain
from core.errors import Conflict, Invalid
from core.ids import public_id
from models.campaigns import Campaign
from models.stamps import raise_stamp
from models.upsert import count_rows

_TITLE, _SUMMARY, _WORD = 30, 120, 20
_UNSEEN = frozenset({"draft", "checked", "deleted"})
"""States that phones see nothing of."""
_CHANGED = "您填写的时候，别人已经改过并保存了。您写的都还在下面；对照一下再保存。"


@dataclass(frozen=True, slots=True)
class Draft:
    """What an organiser writes; JSON as it is stored."""

    title: str
    summary: str
    word: str
    cover: str
    opens_at: datetime
    closes_at: datetime
    eligibility: dict[str, Any]
    settings: dict[str, Any]
    rules: dict[str, Any]
    draw_id: int | None = None


@dataclass(frozen=True, slots=True)
class Organiser:
    """Who changes, and when."""

    name: str
    now: datetime


def begin(
    session: Session,
    account_id: int,
    kind: str,
    template: Template,
    opens_at: datetime,
    by: Organiser,
    *,
    campaign_id: str | None = None,
) -> CampaignView:
    """A draft made from a template. Raises NotFound for an unknown kind."""
    row = Campaign(
        account_id=account_id,
        public_id=campaign_id or public_id(),
        kind=kind_of(kind).key,
        title=template.title,
        summary=template.summary,
        opens_at=opens_at,
        closes_at=opens_at + timedelta(days=template.days),
        eligibility=Eligibility().model_dump(mode="json"),
        settings=kind_of(kind).config.model_validate(dict(template.settings)).model_dump(mode="json"),
        rules=Rules().model_dump(mode="json"),
        created_at=by.now,
        updated_at=by.now,
        updated_by=by.name[:40],
    )
    session.add(row)
    session.flush()
    return view_of(row)


def change(
    session: Session, account_id: int, campaign_id: str, version: int, draft: Draft, by: Organiser
) -> CampaignView:
    """Save a draft; one that was checked has to be checked again. Raises Invalid, NotFound, Conflict."""
    row = get_row(session, account_id, campaign_id)
    if row.state not in rules.EDITABLE:
        raise Conflict("opened", "活动已经开放，内容和规则不能再改。需要时可以延期、冻结，或复制成新活动。")
    values = _checked(kind_of(row.kind).config, draft)
    if (draft.opens_at, draft.closes_at) != (row.opens_at, row.closes_at):
        rules.check_times(draft.opens_at, draft.closes_at, by.now)
    if draft.draw_id is not None and draw_of(session, replace(view_of(row), draw_id=draft.draw_id)) is None:
        raise Invalid("no_draw", "没有选的这个抽奖，可能已被删除，请重新选择。")
    _save(session, row, version, {**values, "state": "draft", "draw_hash": ""}, by)
    return view_of(get_row(session, account_id, campaign_id))


def copy(
    session: Session,
    account_id: int,
    old_id: str,
    opens_at: datetime,
    by: Organiser,
    *,
    campaign_id: str | None = None,
) -> CampaignView:
    """Last year's campaign as a new draft; participants, results and draws stay where they are."""
    old = get_row(session, account_id, old_id)
    row = Campaign(
        account_id=account_id,
        public_id=campaign_id or public_id(),
        kind=old.kind,
        title=old.title,
        summary=old.summary,
        word=old.word,
        cover=old.cover,
        opens_at=opens_at,
        closes_at=opens_at + (old.closes_at - old.opens_at),
        eligibility=old.eligibility,
        settings=old.settings,
        rules=old.rules,
        created_at=by.now,
        updated_at=by.now,
        updated_by=by.name[:40],
    )
    session.add(row)
    session.flush()
    made = view_of(row)
    kind_of(row.kind).on_copy(session, view_of(old), made, by.now)
    return made


def approve(
    session: Session,
    account_id: int,
    campaign_id: str,
    version: int,
    by: Organiser,
    also: Sequence[Finding] = (),
) -> None:
    """A reviewer read it all: draft → checked. `also`: what only the edge can find (links that lead nowhere).

    Raises Conflict, Invalid when the check finds what must be mended.
    """
    row = get_row(session, account_id, campaign_id)
    rules.check_step(row.state, "checked")
    campaign = view_of(row)
    _refuse_stops([*examine(session, campaign), *also])
    _save(session, row, version, {"state": "checked", "draw_hash": fingerprint_of(session, campaign)}, by)


def send_back(
    session: Session, account_id: int, campaign_id: str, version: int, why: str, by: Organiser
) -> None:
    """checked → draft: somebody found something after all; a draft stays one. Raises Conflict, Invalid."""
    if not why.strip():
        raise Invalid("no_reason", "请写明要改什么，写的人才知道怎么改。")
    row = get_row(session, account_id, campaign_id)
    if row.state != "draft":
        rules.check_step(row.state, "draft")
    _save(session, row, version, {"state": "draft", "draw_hash": ""}, by)


def open_campaign(
    session: Session,
    account_id: int,
    campaign_id: str,
    version: int,
    by: Organiser,
    also: Sequence[Finding] = (),
) -> None:
    """checked → live: from now on its rules stand still; workers may take part from `opens_at` on. `also`: see `approve`.

    Raises Conflict, Invalid with what the check found.
    """
    row = get_row(session, account_id, campaign_id)
    rules.check_step(row.state, "live")
    rules.check_times(row.opens_at, row.closes_at, by.now)
    campaign = view_of(row)
    _refuse_stops([*examine(session, campaign), *find_changed_draw(session, campaign), *also])
    fingerprint = rules.hash_of(row.rules, row.settings, row.eligibility)
    _save(session, row, version, {"state": "live", "opened_at": by.now, "rules_hash": fingerprint}, by)
    kind_of(row.kind).on_open(session, view_of(get_row(session, account_id, campaign_id)), by.now)


def delete(session: Session, account_id: int, campaign_id: str, version: int, by: Organiser) -> None:
    """draft → deleted: what nobody ever saw; `restore` brings it back. Raises Conflict."""
    _step(session, account_id, campaign_id, version, "deleted", {}, by)


def restore(session: Session, account_id: int, campaign_id: str, by: Organiser) -> CampaignView:
    """deleted → draft. Raises NotFound."""
    row = get_deleted(session, account_id, campaign_id)
    _save(session, row, row.version, {"state": "draft"}, by)
    return view_of(row)


def freeze(
    session: Session, account_id: int, campaign_id: str, version: int, why: str, by: Organiser
) -> None:
    """live → frozen: nobody may write until it is resumed; workers read why. Raises Conflict, Invalid."""
    if not why.strip():
        raise Invalid("no_reason", "请写明为什么暂停，参加的人会看到。")
    values = {"frozen_why": why.strip()[:200], "frozen_at": by.now}
    _step(session, account_id, campaign_id, version, "frozen", values, by)


def resume(session: Session, account_id: int, campaign_id: str, version: int, by: Organiser) -> None:
    """frozen → live. Raises Conflict, Invalid where prizes are not as they were approved."""
    row = get_row(session, account_id, campaign_id)
    rules.check_step(row.state, "live")
    frozen = view_of(row)
    _refuse_stops(find_changed_draw(session, frozen))
    _save(session, row, version, {"state": "live", "frozen_why": "", "frozen_at": None}, by)
    kind_of(row.kind).on_resume(session, frozen, by.now)


def extend(
    session: Session,
    account_id: int,
    campaign_id: str,
    version: int,
    closes_at: datetime,
    why: str,
    by: Organiser,
) -> None:
    """End later; workers read why, and when it was to end. Raises Invalid, Conflict."""
    row = get_row(session, account_id, campaign_id)
    rules.check_extension(view_of(row), closes_at, by.now)
    if not why.strip():
        raise Invalid("no_reason", "请写明为什么延期，参加的人会看到。")
    values = {"closes_at": closes_at, "extended_why": why.strip()[:200]}
    _save(session, row, version, {**values, "extended_from": row.extended_from or row.closes_at}, by)


def publicise(session: Session, account_id: int, campaign_id: str, version: int, by: Organiser) -> None:
    """Show the result for objections (公示), once it is closed; one that was frozen ends with it. Raises Conflict."""
    row = get_row(session, account_id, campaign_id)
    rules.check_step(row.state, "publicised")
    if row.closed_at is None and row.closes_at > by.now and row.state == "live":
        raise Conflict("still_on", "活动还在进行，结束以后才能公示结果。")
    close(session, view_of(row), by.now)
    values = {"state": "publicised", "publicised_at": by.now}
    _save(session, get_row(session, account_id, campaign_id), version, values, by)


def archive(session: Session, account_id: int, campaign_id: str, version: int, by: Organiser) -> None:
    """publicised → archived: off the phones; everything is kept. Raises Conflict."""
    _step(session, account_id, campaign_id, version, "archived", {}, by)


def close(session: Session, campaign: CampaignView, now: datetime) -> bool:
    """End it, once: what the kind does at the end is done in the same unit of work. False when it had ended before."""
    where = (
        Campaign.account_id == campaign.account_id,
        Campaign.id == campaign.id,
        Campaign.closed_at.is_(None),
    )
    if count_rows(session.execute(update(Campaign).where(*where).values(closed_at=now))) == 0:
        return False
    kind_of(campaign.kind).on_close(session, replace(campaign, closed_at=now), now)
    raise_stamp(session, STAMP)
    return True


def _refuse_stops(findings: Sequence[Finding]) -> None:
    stops = [one.what for one in findings if one.level == "stop"]
    if stops:
        raise Invalid("not_ready", "还不能开放：" + "；".join(stops))


def _checked(config: type[Any], draft: Draft) -> dict[str, Any]:
    """Columns of the row; raises Invalid naming the field."""
    title = draft.title.strip()
    if not title or len(title) > _TITLE:
        raise Invalid("bad_title", f"活动名称要写 1 到 {_TITLE} 个字。")
    if len(draft.summary) > _SUMMARY or len(draft.word) > _WORD:
        raise Invalid("too_long", f"简介最多 {_SUMMARY} 个字，对话口令最多 {_WORD} 个字。")
    try:
        settings = config.model_validate(draft.settings).model_dump(mode="json")
        eligibility = Eligibility.model_validate(draft.eligibility).model_dump(mode="json")
        texts = Rules.model_validate(draft.rules).model_dump(mode="json")
    except ValidationError as error:
        raise Invalid("bad_settings", explain(error)) from None
    return {
        "title": title,
        "summary": draft.summary.strip(),
        "word": draft.word.strip(),
        "cover": draft.cover,
        "opens_at": draft.opens_at,
        "closes_at": draft.closes_at,
        "settings": settings,
        "eligibility": eligibility,
        "rules": texts,
        "draw_id": draft.draw_id,
    }


def _step(
    session: Session,
    account_id: int,
    campaign_id: str,
    version: int,
    state: str,
    values: dict[str, Any],
    by: Organiser,
) -> None:
    row = get_row(session, account_id, campaign_id)
    rules.check_step(row.state, state)
    _save(session, row, version, {**values, "state": state}, by)


def _save(session: Session, row: Campaign, version: int, values: dict[str, Any], by: Organiser) -> None:
    """By conditional update: of two people, the second is told."""
    before = row.state
    where = (Campaign.account_id == row.account_id, Campaign.id == row.id, Campaign.version == version)
    marks = {"version": version + 1, "updated_at": by.now, "updated_by": by.name[:40]}
    if count_rows(session.execute(update(Campaign).where(*where).values({**values, **marks}))) == 0:
        raise Conflict("changed", _CHANGED)
    session.refresh(row)
    if not {before, row.state} <= _UNSEEN:
        raise_stamp(session, STAMP)
