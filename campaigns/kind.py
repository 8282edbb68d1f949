"""What a kind of campaign declares. The house walks these; it never asks which kind it has before it."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import IO, Any, Literal, NamedTuple, Protocol

from flask import Blueprint
from flask.cli import AppGroup
from sqlalchemy.orm import Session

from campaigns.ballots.part import BallotPart
from campaigns.entries import EntryPart
from campaigns.view import CampaignView, Finding, KindConfig
from chat.answer import Answer
from chat.turn import Turn
from house.console import Console
from house.feature import MediaNames
from house.parts import Parts
from jobs.outbox import Courier
from jobs.ticker import Job
from models.ledger import Person


@dataclass(frozen=True, slots=True)
class Template:
    """A ready-made campaign an organiser starts from."""

    key: str
    title: str
    about: str
    settings: Mapping[str, Any]
    summary: str = ""
    days: int = 14
    """How long it runs unless the organiser says otherwise."""


@dataclass(frozen=True, slots=True)
class Figure:
    """A number for the organiser's page, e.g. 参与人数 13 918 人."""

    title: str
    value: int | float
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Series:
    """A chart of the organiser's page: `bars` by label, or a `line` over days."""

    title: str
    shape: Literal["bars", "line"]
    labels: Sequence[str]
    values: Sequence[float]


@dataclass(frozen=True, slots=True)
class Summary:
    """What the organiser sees of a campaign's course."""

    figures: Sequence[Figure] = ()
    series: Sequence[Series] = ()


KeepPicture = Callable[[IO[bytes]], str]
"""Keeps a picture in the media folder and gives its name there."""


class ChatPart(Protocol):
    """How a kind is played in the chat: SQL holds where somebody stands, so a lost conversation loses nothing."""

    def may_answer(self, turn: Turn) -> bool:
        """A fast look, without SQL: could this message go on with a campaign of this kind (「B」, 「投 12」)?"""

    def may_begin(self, campaign: CampaignView, turn: Turn) -> bool:
        """Of what `may_answer`: does it take part in this campaign by itself (「投 12」), so that who says it joins?"""

    def open(self, session: Session, campaign: CampaignView, person: Person, turn: Turn) -> Answer:
        """They named the campaign: begin or go on."""

    def answer(self, session: Session, campaign: CampaignView, person: Person | None, turn: Turn) -> Answer:
        """A message that `may_answer`, of somebody who never took part where `person` is None.

        PASS when they have nothing under way. A DomainError undoes all and is told.
        """


class DeskPage(NamedTuple):
    """A page of a kind's own in the console, for one campaign. `key` is what `Finding.where` calls it."""

    key: str
    title: str
    url: str


def _nothing(*_: Any) -> None:
    return None


@dataclass(frozen=True, slots=True)
class CampaignKind:
    """A kind's part in the house.

    All callables work in the unit of work they are given and know the campaign is of their kind.
    """

    key: str
    title: str
    about: str
    """One line for the organiser who chooses a kind."""
    verb: str
    """What one does: 答题, 投票; it opens the kind's campaign in the chat."""
    config: type[KindConfig]
    templates: Sequence[Template]
    h5: Blueprint
    """Its pages for workers, below `/h5/<account>/c/<campaign>/`; it has an endpoint `play`."""
    summarise: Callable[[Session, CampaignView, datetime], Summary]
    export_columns: Sequence[str]
    export_rows: Callable[[Session, CampaignView], Iterable[Sequence[str | int | float]]]
    """Rows for a spreadsheet, in batches: no name and no telephone number, people by their number in the campaign."""
    erase_person: Callable[[Session, int, int], int]
    """Forget what a person (account id, person id) wrote themselves; the ledger stays."""
    kept: Callable[[Session, CampaignView, Person], Mapping[str, str | int]]
    """What is told to a person who asks what is kept of them."""
    ballots: BallotPart[Any] | None = None
    """What the ballots of its campaigns are cast for (`campaigns.ballots`)."""
    gives_chances: bool = False
    """Does taking part earn chances (`prizes.chances`) of the draw that a campaign is linked with?"""
    entries: EntryPart | None = None
    """What is handed in to its campaigns, for a jury (`campaigns.jury`)."""
    console: Console | None = None
    """Pages of its own for staff, beside those every campaign has."""
    desk: Callable[[str, CampaignView], Sequence[DeskPage]] = field(default=lambda _key, _c: ())
    """Those of them that belong to one campaign (account key, campaign), as its own page links to them."""
    commands: AppGroup | None = None
    media: MediaNames | None = None
    """Names of uploaded files that its rows refer to."""
    chat: ChatPart | None = None
    jobs: Callable[[Parts], Sequence[Job]] = field(default=lambda _parts: ())
    couriers: Callable[[Parts], dict[str, Courier]] = field(default=lambda _parts: {})
    """Who delivers outbox items of its own."""
    preflight: Callable[[Session, CampaignView], Sequence[Finding]] = field(default=lambda _s, _c: ())
    on_open: Callable[[Session, CampaignView, datetime], None] = _nothing
    on_close: Callable[[Session, CampaignView, datetime], None] = _nothing
    on_resume: Callable[[Session, CampaignView, datetime], None] = _nothing
    """Frozen since `frozen_at`, it goes on now."""
    on_copy: Callable[[Session, CampaignView, CampaignView, datetime], None] = _nothing
    """Bring what stands beside the settings from the old campaign to the new draft."""
    furnish: Callable[[Session, CampaignView, Path, KeepPicture, datetime], None] = _nothing
    """Bring what is shipped in a file beside a demonstration campaign, and its pictures, into its draft."""
    preview: Callable[[Session, CampaignView], str] = field(default=lambda _s, _c: "")
    """Its first page as safe HTML, for staff who look at a draft on their phone; writes nothing."""
    facts: Callable[[CampaignView], Sequence[str]] = field(default=lambda _c: ())
    """What the rules page says of the kind's own settings, in sentences."""
