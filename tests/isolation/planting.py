"""Texts of a test's own in every column that holds text, whatever a form would have said: a value that once got in must
still be harmless. A new table or column is taken up by itself.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Column, LargeBinary, String, Table, UniqueConstraint, select, update
from sqlalchemy.orm import Session
from sqlalchemy.types import JSON

from models import Base
from models.types import Sealed
from proofs.isolation.rows import choices_of
from tests.isolation import settings
from tests.isolation.xss_strings import ADDRESSES, FORMULAS, MARKUP, SHORT, fit

MARK = re.compile(r"x(\d{3})(\d{3})x", re.IGNORECASE)
"""What a planted text carries: the number of its field, and that of the string."""

ROUNDS = 3
"""So many plantings bring every string into every field once."""

_FIXED = {
    "public_id": "made by us, in addresses",
    "key": "in addresses, checked when staff type it; that of the child below is free",
    "message_key": "made by us, in addresses",
    "client_msg_id": "made by us, in addresses",
    "token_hash": "a hash",
    "password_hash": "a hash",
    "code_hash": "a hash",
    "chained": "a hash",
    "fingerprint": "a hash",
    "totp_secret": "made by us",
    "token": "a secret, never shown",
    "secret": "a secret, never shown",
    "aes_key": "a secret, never shown",
    "role": "one of a list",
    "fill_group": "one of a list",
    "purpose": "one of a list",
    "segment": "made by us",
}
_FIXED_IN = {
    ("brand_columns", "code"): "in addresses, checked when staff type it",
    ("content_stamps", "kind"): "made by us",
    ("sign_in_tries", "who"): "a hash",
    ("outbox_items", "kind"): "made by us",
    ("statutes", "name"): "what entries cite; the title is free",
    ("entry_uploads", "basis"): "numbers by code",
    ("campaigns", "kind"): "one of the registry",
    ("campaigns", "rules_hash"): "a hash",
    ("campaigns", "draw_hash"): "a hash",
    ("ledger_people", "mark"): "a hash",
    ("ledger_people", "scope"): "made by us",
    ("ledger_uses", "scope"): "made by us",
    ("ledger_uses", "slot"): "made by us",
    ("ledger_requests", "body"): "a hash",
    ("draws", "commitment"): "a hash",
    ("draws", "list_hash"): "a hash",
    ("draws", "seed"): "made by us, never shown",
    ("draws", "revealed_seed"): "made by us",
    ("draw_chances", "source"): "made by us",
    ("draw_exclusions", "mark"): "a hash",
    ("staff_links", "mark"): "a hash",
    ("prizes", "odds"): "a number",
    ("prize_codes", "mark"): "a hash",
    ("wins", "phone_mark"): "a hash",
    ("credit_orders", "order_no"): "made by us",
    ("quiz_attempts", "seed"): "made by us",
    ("quiz_sets", "digest"): "a hash",
    ("asked_questions", "gap"): "a hash",
    ("gap_lines", "gap"): "a hash",
    ("gap_lists", "mark"): "made by us",
    **{("vote_ballots", name): "a hash" for name in ("address", "range", "agent")},
    ("vote_ballots", "channel"): "one of a list",
    ("vote_searches", "ids"): "made by us",
    **{("vote_blocks", name): "made by us" for name in ("absent", "late", "hash")},
    ("vote_roots", "hash"): "a hash",
    **{("photo_pictures", name): "made by us, in addresses" for name in ("name", "original")},
    ("photo_pictures", "digest"): "a hash",
    ("photo_works", "video"): "a name in the media folder",
    ("photo_works", "channel"): "one of a list",
    ("photo_works", "handed_in_by"): "made by us",
    ("photo_offers", "mark"): "a hash",
    ("photo_months", "month"): "made by us",
    ("photo_works", "group"): "one of the settings'",
    **{("photo_awards", name): "one of the settings'" for name in ("level", "group")},
    **{("photo_decisions", name): "one of a list" for name in ("was", "state")},
    ("jury_rounds", "seed"): "made by us",
    ("jury_entries", "owner"): "a hash",
    ("jury_days", "screen_id"): "made by us, in addresses",
    ("photo_offers", "media_id"): "the platform's id",
}
"""What is left as it is, and why."""

_SAME = {
    ("entry_drafts", "code"): "entries.code",
    ("entry_versions", "code"): "entries.code",
    ("column_items", "entry_code"): "entries.code",
    ("asked_questions", "entry_code"): "entries.code",
    ("members", "scene"): "scenes.scene",
    ("scene_days", "scene"): "scenes.scene",
    ("message_log", "openid"): "members.openid",
    ("help_requests", "openid"): "members.openid",
    ("consents", "openid"): "members.openid",
    ("ledger_people", "openid"): "members.openid",
}
"""Columns that hold what another does."""

_MOST = {
    "district": 20,
    "department": 60,
    "phone": 40,
    "address": 120,
    "hours": 60,
    "label": 30,
    "ask": 240,
    "title": 64,
    "digest": 120,
    "link": 1024,
    "text": 600,
    "name": 60,
    "choice": 30,
    "who": 500,
    "odds": 1000,
    "claim": 1000,
    "forfeit": 500,
    "contact": 200,
}
"""JSON is read again by models that say how long a text may be."""

_DRAFT = 1500
"""The most that a text of a menu's draft holds."""

_MOST_HERE = {
    **settings.measured(),
    "keyword_rules.title": 60,
    "keyword_rules.code": 60,
    "keyword_rules.keywords": 40,
    "vote_uploads.candidates.name": 30,
    "vote_uploads.candidates.region": 20,
    "vote_uploads.candidates.unit": 60,
    "vote_uploads.candidates.slogan": 60,
    "vote_uploads.candidates.picture_text": 120,
}
"""So do these."""

_JSON_FIXED = frozenset({"type", "valid_from", "valid_until", "checked_on"})
_JSON_FIXED_IN = frozenset(
    {
        "quiz_sets.content.questions.kind",
        "quiz_uploads.questions.kind",
        "quiz_sets.content.questions.answer",
        "quiz_uploads.questions.answer",
        "vote_searches.rule.key",
        *settings.fixed(),
    }
)
"""What is one of a list, or letters, or too short for a mark."""
_ADDRESSES = frozenset({"url", "link", "cover", "image", "pagepath", "video"})


@dataclass
class Planter:
    """Writes texts into fields and knows by their marks which field was seen where."""

    fields: list[str] = field(default_factory=list)

    def plant(self, session: Session, kind: str, number: int = 0) -> None:
        """`kind`: hostile (in so many ROUNDS), formula or long."""
        pen, connection = _Pen(self, kind, number), session.connection()
        for table in Base.metadata.sorted_tables:
            for row in connection.execute(select(table)).mappings().all():
                changed = dict(_planted(table, row, pen))
                if changed:
                    keys = [column == row[column.name] for column in table.primary_key.columns]
                    connection.execute(update(table).where(*keys).values(changed))

    def mark(self, name: str, string: int) -> str:
        if name not in self.fields:
            self.fields.append(name)
        return f"x{self.fields.index(name):03d}{string:03d}x"

    def seen_in(self, text: str) -> set[str]:
        """The fields whose texts stand in `text`."""
        return {self.fields[int(one)] for one, _ in MARK.findall(text) if int(one) < len(self.fields)}


@dataclass(frozen=True, slots=True)
class _Pen:
    planter: Planter
    kind: str
    number: int

    def write(self, name: str, most: int | None = None) -> str:
        most = _MOST_HERE.get(name, most)
        if self.kind == "long":
            return _long(most or 400)
        strings = FORMULAS if self.kind == "formula" else _strings_for(name.rpartition(".")[2], most)
        fitting = [
            (at, text) for at, text in enumerate(strings) if len(fit(text, "x000000x")) <= (most or 10**6)
        ]
        whole = self.kind == "hostile" and most is None and strings is MARKUP
        chosen = (
            fitting[self.number :: ROUNDS] if whole else [fitting[(self.number + len(name)) % len(fitting)]]
        )
        return " ".join(fit(text, self.planter.mark(name, at)) for at, text in chosen)


def _strings_for(last: str, most: int | None) -> tuple[str, ...]:
    if last in _ADDRESSES:
        return ADDRESSES
    return SHORT + MARKUP if most else MARKUP


def _long(length: int) -> str:
    """As much as a field holds, as people fill it who know no measure: one endless word, then sentences."""
    word = "https://union-" + "wwwwwwwwww" * 6 + ".example/"
    return (word[: length // 2] + "关于职工维权服务中心开展法律援助和心理咨询活动的通知，" * 40)[:length]


def _planted(table: Table, row: Mapping[str, Any], pen: _Pen) -> Iterator[tuple[str, Any]]:
    """New values of a row's texts, by column."""
    fixed = _fixed_columns(table)
    for column in table.columns:
        value = row[column.name]
        if column.name in fixed or value is None:
            continue
        name = _SAME.get((table.name, column.name), f"{table.name}.{column.name}")
        if isinstance(column.type, JSON):
            yield column.name, _in_json(value, name, pen)
        elif isinstance(column.type, String | Sealed):
            yield column.name, _in_column(table, column, row, name, pen)


def _in_column(table: Table, column: Column[Any], row: Mapping[str, Any], name: str, pen: _Pen) -> str:
    length = getattr(column.type, "length", None) if pen.kind == "long" else None
    text = pen.write(name, length)
    old, number = row[column.name], next(iter(row.values()))
    shared = name in _SAME.values()
    if not shared and not _is_unique(table, column):
        return text
    # What was alike in several tables stays alike, from planting to planting; other rows stay apart. Addresses name
    # what is shared, and one with a NUL is refused before any page.
    was, text = (old.rpartition("~")[2], text.replace("\0", "")) if shared else (str(number), text)
    return f"{text[: length - len(was) - 1] if length else text}~{was}"


def _is_unique(table: Table, column: Column[Any]) -> bool:
    together = [one for one in table.constraints if isinstance(one, UniqueConstraint)]
    return bool(column.unique) or any(column.name in one.columns for one in together)


def _in_json(value: Any, name: str, pen: _Pen) -> Any:
    if isinstance(value, list):
        return [_in_json(one, name, pen) for one in value]
    if isinstance(value, dict):
        return {
            key: one if key in _JSON_FIXED else _in_json(one, _below(name, key), pen)
            for key, one in value.items()
        }
    if not isinstance(value, str) or name.endswith("media.name") or name in _JSON_FIXED_IN:
        return value
    if name.endswith(("row.id", "rows.id")):
        return f"{pen.write('entries.code').replace(chr(0), '')}~{value.rpartition('~')[2]}"
    if name.startswith("menu_versions.tree"):
        return _published(value, name, pen)
    text = pen.write(name, _MOST.get(name.rpartition(".")[2]) if _has_measure(name, pen) else None)
    return text[:_DRAFT] if "tree" in name else text


def _published(value: str, name: str, pen: _Pen) -> str:
    """A menu on phones is loaded by the service, which refuses what the platform would refuse."""
    last = name.rpartition(".")[2]
    if last == "url":
        return f"https://union.example/?{pen.write('menu_versions.tree.link', 300)}"
    if last == "name":
        return pen.write(name, 8 if pen.kind == "long" else 16)  # of 16 bytes
    return value if last == "key" else pen.write(name, _MOST.get(last, 600))


def _below(name: str, key: str) -> str:
    """The field of a key; menus are the same at every level."""
    return name if key == "children" else f"{name}.{key}"


def _has_measure(name: str, pen: _Pen) -> bool:
    return pen.kind == "long" or name.startswith(
        (
            "accounts.profile",
            "keyword_rules.reply",
            "removed_contacts.contact",
            "campaigns.rules",
        )
    )


def _fixed_columns(table: Table) -> set[str]:
    """What is no free text: ids, hashes, and what a constraint chooses from a list."""
    here = {column for name, column in _FIXED_IN if name == table.name}
    binary = {one.name for one in table.columns if isinstance(one.type, LargeBinary)}
    return {*_FIXED, *choices_of(table), *here, *binary}
