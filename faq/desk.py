"""What the console's pages of entries share: the entry at an address, who acts, and the content in memory."""

from dataclasses import dataclass
from datetime import date
from typing import cast

from flask import current_app
from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.directory import AccountView
from core.clock import SHANGHAI
from core.errors import NotFound
from faq.files import EntryRow
from faq.h5 import SHELF
from faq.rows import as_json, from_json
from faq.service import Hand, Seen, get_draft, get_entry
from faq.shelf import FaqShelf
from faq.statutes.h5 import SHELF as STATUTES
from faq.statutes.shelf import Library, StatuteShelf
from faq.store import EntryView, view_of
from house.current import parts
from models.content import Entry
from models.faq import EntryDraft
from staff.guard import here


@dataclass(frozen=True, slots=True)
class Known:
    """All that an organisation has under one code: its own entry and draft, and what it inherits."""

    code: str
    entry: Entry | None
    draft: EntryDraft | None
    above: EntryView | None

    @property
    def public_id(self) -> str:
        own = self.entry or self.draft or self.above
        return own.public_id if own else ""

    @property
    def seen(self) -> Seen:
        return Seen(self.draft.version if self.draft else 0, self.entry.version if self.entry else 0)

    @property
    def live(self) -> EntryView | None:
        """What phones get."""
        if self.entry is not None and self.entry.withdrawn_at is None:
            return view_of(self.entry)
        return self.above

    @property
    def stored(self) -> EntryRow | None:
        """What somebody who edits goes on from: the draft, else the own entry, else the inherited one."""
        if self.draft is not None:
            return from_json(self.draft.row)
        found = view_of(self.entry) if self.entry is not None else self.above
        return row_of(found) if found is not None else None

    @property
    def question(self) -> str:
        stored = self.stored
        return stored.question if stored else ""


def row_of(entry: EntryView | Entry) -> EntryRow:
    return from_json(as_json(entry))


def find_known(session: Session, chain: tuple[int, ...], public_id: str) -> Known:
    """By the public id of an own or inherited entry, or of a draft. Raises NotFound."""
    code = session.scalar(
        select(Entry.code).where(Entry.organisation_id.in_(chain), Entry.public_id == public_id)
    ) or session.scalar(
        select(EntryDraft.code).where(
            EntryDraft.organisation_id == chain[0], EntryDraft.public_id == public_id
        )
    )
    if code is None:
        raise NotFound("no_entry", "没有这条问答，或者它不是本单位的。请回到列表重新选择。")
    return known_by_code(session, chain, code)


def known_by_code(session: Session, chain: tuple[int, ...], code: str) -> Known:
    above = session.scalars(
        select(Entry).where(
            Entry.organisation_id.in_(chain[1:]), Entry.code == code, Entry.withdrawn_at.is_(None)
        )
    ).all()
    nearest = min(above, key=lambda entry: chain.index(entry.organisation_id), default=None)
    return Known(
        code,
        get_entry(session, chain[0], code),
        get_draft(session, chain[0], code),
        view_of(nearest) if nearest is not None else None,
    )


def hand(note: str = "") -> Hand:
    """The person at the console, now."""
    return Hand(here().staff.name, parts().clock(), note)


def today() -> date:
    return parts().clock().astimezone(SHANGHAI).date()


def faq_shelf() -> FaqShelf | None:
    """None in an application that loads no content."""
    return cast(FaqShelf | None, current_app.extensions.get(SHELF))


def statutes() -> Library:
    """Empty in an application that loads no content."""
    shelf = cast(StatuteShelf | None, current_app.extensions.get(STATUTES))
    return shelf.library if shelf is not None else Library(())


def accounts_below() -> list[AccountView]:
    """The official accounts that have the entries of this place: its own first, then those of unions below it."""
    place = here().place
    found = [one for one in parts().directory.all() if place.id in one.organisation_ids]
    return sorted(found, key=lambda one: len(one.organisation_ids))


def organisation_names() -> dict[int, str]:
    return {one.id: one.name for one in parts().directory.organisations()}
