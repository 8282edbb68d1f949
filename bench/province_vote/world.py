"""A province's vote that is open, in a database of its own, and the web before it."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import select

from accounts.service import NewAccount, add_account
from bench.beside import ACCOUNT, environment
from bench.province_vote.plan import CANDIDATES, DAYS
from campaigns.kinds.vote.candidates import CandidateDraft, add_candidates
from campaigns.kinds.vote.kind import KIND
from campaigns.service import Organiser, begin
from campaigns.store import get_row, view_of
from campaigns.view import CampaignView
from commands.database import upgrade_schema
from core.clock import SHANGHAI, system_clock
from core.settings import ROOT, Settings, load_settings
from models.campaigns import Campaign
from models.db import Database
from proofs.processes import Process, Program, is_listening
from tools.postgres import free_port

_SETTINGS = {"choose_least": 1, "choose_most": 10, "votes": 10, "public_percent": 100, "challenge": False}


def open_vote(
    db: Database, settings: dict[str, object] | None = None, candidates: int = CANDIDATES
) -> CampaignView:
    """The vote that is there, else a new one. It began so many days ago that all of the replay's days are over."""
    upgrade_schema(db)
    with db.read() as session:
        row = session.scalar(
            select(Campaign).execution_options(all_tenants="the benchmark's database holds one account")
        )
        if row is not None:
            return view_of(row)
    now = system_clock()
    with db.work() as session:
        new = NewAccount(ACCOUNT, "基准", "wxbench", "token1234567", "s3cretS3cretS3cretS3cretS3cret00")
        account_id = add_account(session, new, now).id
        made = begin(session, account_id, KIND.key, KIND.templates[0], first_day(now), Organiser("基准", now))
        drafts = [CandidateDraft(f"候选人 {number}") for number in range(1, candidates + 1)]
        add_candidates(session, made, drafts, "基准", now)
        row = get_row(session, account_id, made.public_id)
        row.settings = {**row.settings, **_SETTINGS, **(settings or {})}
        row.state, row.opened_at, row.closes_at = "live", now, now + timedelta(days=7)
        session.flush()
        return view_of(row)


def first_day(now: datetime) -> datetime:
    """Midnight in China, so long ago that the replay's days end before today."""
    today = now.astimezone(SHANGHAI).replace(hour=0, minute=0, second=0, microsecond=0)
    return today - timedelta(days=DAYS)


@contextmanager
def running_web(folder: Path, database_url: str) -> Iterator[tuple[int, Settings]]:
    """The whole application, one worker; its port and settings."""
    port = free_port()
    env = environment(folder, database_url, port)
    command = (
        *(sys.executable, "-m", "granian", "--interface", "wsgi", "--factory", "app:create_web"),
        *("--host", "127.0.0.1", "--port", str(port), "--working-dir", str(ROOT), "--workers", "1"),
        *("--blocking-threads", "4", "--no-ws", "--log-level", "warning"),
    )
    process = Process(Program("web", command, env, ROOT, folder / "web.log"))
    try:
        process.wait_ready(lambda: any(is_listening(pid, port) for pid in process.children()), 180)
        yield port, load_settings(env)
    finally:
        process.stop()
