"""A quiz that is open in an account, and phones before its pages. The benchmark opens its quiz the same way."""

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy.orm import Session

from campaigns.kinds.quiz.kind import KIND
from campaigns.kinds.quiz.paper import Paper, paper_of
from campaigns.service import Organiser, begin
from campaigns.store import STAMP, get_row, view_of
from campaigns.view import CampaignView
from core.clock import system_clock
from core.settings import Settings
from models.db import Database
from models.stamps import raise_stamp
from proofs.client import Answered, cookie_of, post

_PATIENCE_S, _HEARD = 20.0, 16


def open_quiz(session: Session, account_id: int, settings: Mapping[str, Any]) -> CampaignView:
    """Of what the account's bank holds; without the check before opening, which asks for texts nobody reads here."""
    now = system_clock()
    made = begin(
        session,
        account_id,
        KIND.key,
        KIND.templates[0],
        now - timedelta(hours=1),
        Organiser("证明", now),
    )
    row = get_row(session, account_id, made.public_id)
    row.settings = {**row.settings, **settings}
    row.state, row.opened_at = "live", now
    session.flush()
    campaign = view_of(row)
    KIND.on_open(session, campaign, now)
    raise_stamp(session, STAMP)
    return campaign


@dataclass(frozen=True, slots=True)
class Place:
    """One open campaign and the way around the pages to its tables."""

    db: Database
    settings: Settings
    account_key: str
    campaign: CampaignView

    @property
    def base(self) -> str:
        path = f"/h5/{self.account_key}/c/{self.campaign.public_id}/quiz"
        return f"{self.settings.public_url}{path}"

    def phone(self, openid: str) -> "Phone":
        return Phone(self.base, cookie_of(self.settings, self.account_key, openid))

    def wait_open(self) -> None:
        """Until each web process has heard of the campaign. Raises RuntimeError."""
        phone, heard = self.phone("oproof-first"), 0
        until = time.monotonic() + _PATIENCE_S
        while heard < _HEARD:
            # Of a paper that is not there the one who knows the campaign says "no_attempt".
            told = json.loads(phone.answer("nobodys", 1, "A").body)["error"]
            heard = heard + 1 if told == "no_attempt" else 0
            if time.monotonic() > until:
                raise RuntimeError("the web did not hear of the campaign")
            time.sleep(0.05)

    def paper(self, attempt: str, openid: str) -> Paper:
        """Worked out as the product does, from what is stored."""
        with self.db.read() as session:
            return paper_of(session, self.campaign, attempt, openid)


@dataclass(frozen=True, slots=True)
class Phone:
    """Somebody's, on the pages of one campaign."""

    base: str
    """Address of the quiz, without a slash at the end."""
    cookie: str
    patience_s: float = 30

    def send(self, path: str, fields: Mapping[str, Any], key: str = "") -> Answered:
        """Raises Unanswered."""
        headers = {
            "Cookie": self.cookie,
            "Accept": "application/json",
            "Content-Type": "application/json",
            **({"Idempotency-Key": key} if key else {}),
        }
        body = json.dumps(fields).encode()
        return post(f"{self.base}{path}", body, headers=headers, patience_s=self.patience_s)

    def start(self, key: str, gate: int = 1) -> Answered:
        return self.send("/start", {"gate": gate}, key)

    def answer(self, attempt: str, place: int, given: str) -> Answered:
        """`place` from 1."""
        return self.send(f"/{attempt}/answer", {"p": place, "given": given})

    def submit(self, attempt: str, key: str) -> Answered:
        return self.send(f"/{attempt}/submit", {}, key)


def attempt_of(answered: Answered) -> str:
    """The id that a start or a submit told."""
    return str(json.loads(answered.body)["attempt"])


def say_rightly(paper: Paper, place: int, *, good: bool = True) -> str:
    """What somebody says at `place` (from 1) who knows the answer, or who does not."""
    asked = paper.asked[place - 1]
    right = asked.shown(asked.question.answer)
    if good:
        return right
    if asked.options:
        return next(letter for letter, _ in asked.options if letter != right)
    return {"对": "错", "错": "对"}.get(right, "不知道")
