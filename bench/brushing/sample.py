"""The same ballots in real tables: `find` there has to find what `find_columns` finds here."""

import tempfile
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

import numpy as np
from sqlalchemy import insert
from sqlalchemy.orm import Session

from accounts.service import NewAccount, add_account
from bench.brushing.scene import DAYS, START_MS, World
from campaigns.ballots.guard import PRESETS, Columns, find, find_columns, rule_from
from campaigns.ballots.guard.loading import EPOCH
from campaigns.ballots.sealing import seal_all
from campaigns.ballots.tables import Vote, VoteBallot
from campaigns.kinds.vote.kind import KIND
from campaigns.service import Organiser, begin
from campaigns.view import CampaignView
from commands.database import upgrade_schema
from members.ledger import mark_of, use_key
from models.db import Database
from models.ledger import Person
from models.members import Member
from models.types import Sealed

_AT_ONCE = 5000
_Rows = Iterator[dict[str, Any]]


def compare(world: World) -> bool:
    """Does every rule find the same ballots, votes and hours in tables (SQLite) as in arrays? Prints what differs."""
    use_key(b"the bench's own key, thirty-two.")
    Sealed.use_key(b"0123456789abcdef0123456789abcdef0123456789A=")
    with tempfile.TemporaryDirectory() as folder:
        db = Database(f"sqlite:///{folder}/brushing.sqlite3")
        upgrade_schema(db)
        with db.work() as session:
            campaign = _fill(session, world.columns)
        with db.read() as session:
            differing = [preset.key for preset in PRESETS if not _same(session, campaign, world, preset.key)]
        db.close()
    print(
        f"\n真实的表：{world.columns.size:,} 张选票，八条规则里和数组不一致的：{'、'.join(differing) or '没有'}"
    )
    return not differing


def _same(session: Session, campaign: CampaignView, world: World, key: str) -> bool:
    here, there = find_columns(world.columns, rule_from(key)), find(session, campaign, rule_from(key))
    same = np.array_equal(here.ballots, there.ballots)
    return same and dict(here.votes) == dict(there.votes) and here.hours == there.hours


def _fill(session: Session, columns: Columns) -> CampaignView:
    opens = _moment(START_MS)
    new = NewAccount("bench", "基准", "wxbench", "token1234567", "s3cretS3cretS3cretS3cretS3cret00")
    account_id = add_account(session, new, opens).id
    campaign = begin(session, account_id, "vote", KIND.templates[0], opens, Organiser("bench", opens))
    for table, rows in (
        (Person, _people(columns, campaign)),
        (Member, _members(columns, campaign)),
        (VoteBallot, _ballots(columns, campaign)),
        (Vote, _votes(columns, campaign)),
    ):
        while part := list(islice(rows, _AT_ONCE)):
            session.execute(insert(table), part)
    seal_all(session, campaign, opens + timedelta(days=DAYS))
    return campaign


def _people(columns: Columns, campaign: CampaignView) -> _Rows:
    for person in np.unique(columns.person).tolist():
        yield {
            "id": person,
            "account_id": campaign.account_id,
            "public_id": f"p{person}",
            "scope": campaign.scope,
            "mark": mark_of(campaign.scope, f"o{person}"),
            "openid": f"o{person}",
            "joined_at": campaign.opens_at,
        }


def _members(columns: Columns, campaign: CampaignView) -> _Rows:
    people, rows = np.unique(columns.person, return_index=True)
    for person, followed in zip(people.tolist(), columns.followed[rows].tolist(), strict=True):
        if followed > 0:
            yield {
                "account_id": campaign.account_id,
                "public_id": f"m{person}",
                "openid": f"o{person}",
                "followed_at": _moment(followed),
                "first_seen_at": _moment(followed),
                "last_seen_at": _moment(followed),
            }


def _ballots(columns: Columns, campaign: CampaignView) -> _Rows:
    for row in range(columns.size):
        yield {
            "id": int(columns.ballot[row]),
            "account_id": campaign.account_id,
            "campaign_id": campaign.id,
            "person_id": int(columns.person[row]),
            "period": row,
            "number": 1,
            "used": 1,
            "round": int(columns.round[row]),
            "key": f"key-{row}",
            "at": _moment(int(columns.at[row])),
            "channel": "chat" if columns.chat[row] else "page",
            "address": _text(int(columns.address[row])),
            "range": _text(int(columns.range[row])),
            "agent": _text(int(columns.agent[row])),
        }


def _votes(columns: Columns, campaign: CampaignView) -> _Rows:
    for row, candidate in zip(columns.vote_row.tolist(), columns.vote_candidate.tolist(), strict=True):
        yield {
            "campaign_id": campaign.id,
            "person_id": int(columns.person[row]),
            "period": row,
            "candidate": candidate,
            "account_id": campaign.account_id,
            "round": int(columns.round[row]),
            "ballot_id": int(columns.ballot[row]),
        }


def _text(code: int) -> str:
    return f"{code:016x}" if code else ""


def _moment(ms: int) -> datetime:
    return EPOCH + timedelta(milliseconds=ms)
