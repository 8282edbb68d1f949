"""The campaigns that are shipped with the house (`content/demo/campaigns.yaml`), brought in by `flask demo load`: drafts that
wait for somebody to approve and open them; where one has a draw, that is open."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Annotated

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from sqlalchemy import select
from sqlalchemy.orm import Session

from campaigns.console_form import draft_of
from campaigns.drafting import Host, draft_from
from campaigns.kind import KeepPicture
from campaigns.registry import kind_of
from campaigns.service import Organiser, begin, change
from campaigns.store import get_row
from core.checks import explain
from core.errors import Invalid
from models.accounts import Account
from models.campaigns import Campaign
from prizes.rules import DrawDraft, PrizeDraft
from prizes.service import create_draw, open_draw

_AFTER = timedelta(days=1)
"""The draw stays open so much longer: who finishes last still draws."""


class _Prize(BaseModel):
    model_config = ConfigDict(extra="forbid")
    name: str
    kind: str
    stock: int
    value_fen: int
    odds: str
    delivery: str = "post"
    how: str


class _Draw(BaseModel):
    model_config = ConfigDict(extra="forbid")
    title: str
    mode: str
    face: str
    claim_days: int
    wins_per_person: int
    wins_per_phone: int
    prizes: Annotated[tuple[_Prize, ...], Field(min_length=1)]


class _Campaign(BaseModel):
    model_config = ConfigDict(extra="forbid")
    kind: str
    template: str
    title: str
    summary: str
    word: str
    days: int
    draw: _Draw | None = None
    beside: str = ""
    """A file beside this one that the kind brings in (`CampaignKind.furnish`)."""


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid")
    campaigns: tuple[_Campaign, ...]


@dataclass(frozen=True, slots=True)
class Shipped:
    """A file's campaigns, checked."""

    campaigns: Sequence[_Campaign]
    folder: Path


def read_campaigns(path: Path) -> Shipped:
    """Raises Invalid naming the place."""
    try:
        found = _File.model_validate(yaml.safe_load(path.read_text("utf-8")))
        return Shipped(found.campaigns, path.parent)
    except (yaml.YAMLError, ValidationError) as error:
        why = explain(error) if isinstance(error, ValidationError) else str(error)
        raise Invalid("bad_campaigns", f"{path.name}：{why}") from None


def load_campaigns(
    session: Session, account: Account, shipped: Shipped, keep: KeepPicture, host: Host, by: Organiser
) -> int:
    """Make those that are not there yet; returns how many. Safe to repeat."""
    titles = set(session.scalars(select(Campaign.title).where(Campaign.account_id == account.id)))
    missing = [one for one in shipped.campaigns if one.title not in titles]
    for one in missing:
        _load(session, account.id, one, shipped.folder, keep, host, by)
    return len(missing)


def _load(
    session: Session,
    account_id: int,
    one: _Campaign,
    folder: Path,
    keep: KeepPicture,
    host: Host,
    by: Organiser,
) -> None:
    opens_at = by.now.replace(minute=0, second=0, microsecond=0)
    template = next(found for found in kind_of(one.kind).templates if found.key == one.template)
    made = begin(session, account_id, one.kind, template, opens_at, by)
    draft = replace(
        draft_of(get_row(session, account_id, made.public_id)),
        title=one.title,
        summary=one.summary,
        word=one.word,
        closes_at=opens_at + timedelta(days=one.days),
    )
    if one.draw is not None:
        draft = replace(draft, draw_id=_open_draw(session, account_id, one, one.draw, opens_at, by))
    if one.beside:
        kind_of(one.kind).furnish(session, made, folder / one.beside, keep, by.now)
    made = change(session, account_id, made.public_id, made.version, draft, by)
    rules = draft_from(session, made, host).model_dump(mode="json")
    change(session, account_id, made.public_id, made.version, replace(draft, rules=rules), by)


def _open_draw(
    session: Session, account_id: int, one: _Campaign, shipped: _Draw, opens_at: datetime, by: Organiser
) -> int:
    prizes = tuple(PrizeDraft(**prize.model_dump()) for prize in shipped.prizes)
    draft = DrawDraft(
        **shipped.model_dump(exclude={"prizes"}),
        opens_at=opens_at,
        closes_at=opens_at + timedelta(days=one.days) + _AFTER,
        prizes=prizes,
    )
    draw = create_draw(session, account_id, draft, by.name, by.now)
    return open_draw(session, account_id, draw.public_id, draw.version, by.name, by.now).id
