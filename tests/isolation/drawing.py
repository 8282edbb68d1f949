"""Draws of a union in all their states, and a follower of it who drew, won, claimed, and came too late."""

import json
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import select

from core.ids import public_id
from models.db import Database
from models.prizes import CreditOrder
from prizes import claims
from prizes.chances import earn
from prizes.claims import ClaimForm
from prizes.codes import load_codes
from prizes.credit import keep_report
from prizes.providers.base import Report
from prizes.rules import DrawDraft, PrizeDraft
from prizes.service import close_draw, create_draw, open_draw, reveal
from prizes.store import get_draw, get_prize
from prizes.turns import take_turn
from prizes.view import DrawView

_DAY = timedelta(days=1)
_FORM = ClaimForm("王小明", "13812345678", "示例省示例市和平路 1 号", shown=True)
_PRIZES = (
    PrizeDraft("券", "code", 2, 100, "0.1", how="出示", picture="ticket.jpg"),
    PrizeDraft("杯", "goods", 2, 100, "0.1", how="寄到家", picture="cup.jpg"),
    PrizeDraft("伞", "goods", 2, 100, "0.1", delivery="pickup", how="到窗口"),
    PrizeDraft("话费", "credit", 3, 1000, "0.1", how="自动充值"),
)
_STOCK = sum(one.stock for one in _PRIZES)


@dataclass
class Drawing:
    """Makes them, once; `paths` are their addresses below the account's."""

    db: Database
    account_id: int
    openid: str
    now: datetime
    paths: list[str] = field(default_factory=lambda: ["prizes"])

    def add_all(self) -> None:
        """Eight of each sort of page, as that is how many the walk looks at."""
        final = {"mode": "final", "entropy_source": "收盘点数"}
        played, late = self._open(face="envelope"), self._open(claim_days=1)
        tape, odds, closed, revealed = (
            self._open(),
            self._open(mode="odds"),
            self._open(**final),
            self._open(**final),
        )
        self._show(
            self._open(), self._open(face="wheel"), played, tape, odds, self._open(**final), closed, revealed
        )
        self._claim(self._play(played))
        self.paths.append(f"w/{self._play(late, before=2 * _DAY)['杯'][0]}")
        with self.db.work() as session:
            claims.forfeit_due(session, self.account_id, self.now)
        for draw in (tape, odds):
            self._play(draw)
        for draw in (tape, odds, closed, revealed):
            self._close(draw)
        for draw, entropy in ((tape, ""), (odds, ""), (revealed, "3000.11")):
            self._reveal(draw, entropy)

    def _show(self, *draws: DrawView) -> None:
        pages = ("", "/winners", "/fair", "/ledger.csv")
        self.paths += [f"d/{draw.public_id}{page}" for draw in draws for page in pages]

    def _open(self, *, mode: str = "tape", face: str = "scratch", **changes: object) -> DrawView:
        """With a chance for each slot."""
        fields: dict[str, object] = {"wins_per_person": 0, "wins_per_phone": 0, **changes}
        fields["slots"] = _STOCK if mode == "tape" else 0
        span = (self.now - 5 * _DAY, self.now + 5 * _DAY)
        draft = DrawDraft("抽奖", mode, face, *span, _PRIZES, **fields)
        with self.db.work() as session:
            draw = create_draw(session, self.account_id, draft, "某某", self.now)
            view = open_draw(session, self.account_id, draw.public_id, draw.version, "某某", self.now)
            pool = get_prize(session, self.account_id, view.prizes[0].public_id)
            load_codes(session, pool, [f"CODE-{number}" for number in range(pool.stock)])
            for number in range(_STOCK):
                earn(session, self.account_id, view.id, self.openid, f"chance:{number}", self.now)
        return view

    def _play(self, draw: DrawView, before: timedelta = timedelta(0)) -> dict[str, list[str]]:
        """Take all turns; the wins by prize."""
        won: dict[str, list[str]] = {}
        for _ in range(_STOCK):
            told = json.loads(take_turn(self.db, draw, self.openid, self.now - before, public_id()).body)
            if told["prize"]:
                won.setdefault(told["prize"]["name"], []).append(told["win"])
        self.paths.append(f"d/{draw.public_id}/t/{told['turn']}")
        return won

    def _claim(self, won: dict[str, list[str]]) -> None:
        """All but the first of each kind; the last credit fails, the cup is sent."""
        shown = (*won["券"], *won["杯"], won["伞"][1], *won["话费"][1:])
        self.paths += [f"w/{win}" for win in shown]
        for win in (one for wins in won.values() for one in wins[1:]):
            with self.db.work() as session:
                claims.claim(session, self.account_id, self.openid, win, _FORM, self.now)
        with self.db.work() as session:
            cup = claims.get_won(session, self.account_id, won["杯"][1]).win
            claims.mark_sent(session, self.account_id, cup.public_id, cup.version, "单号", self.now)
            credit = claims.get_won(session, self.account_id, won["话费"][2]).win
            query = select(CreditOrder.order_no).where(
                CreditOrder.account_id == self.account_id, CreditOrder.win_id == credit.id
            )
            number = session.scalars(query).one()
            keep_report(session, self.account_id, number, Report("failed", "空号"), self.now)

    def _close(self, draw: DrawView) -> None:
        with self.db.work() as session:
            close_draw(session, self.account_id, draw.public_id, "某某", self.now)

    def _reveal(self, draw: DrawView, entropy: str = "") -> None:
        with self.db.work() as session:
            version = get_draw(session, self.account_id, draw.public_id).version
            reveal(session, self.account_id, draw.public_id, version, entropy, "某某", self.now)
