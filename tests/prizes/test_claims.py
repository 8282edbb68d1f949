"""What was won: limits under load, codes, credit that is never ordered twice, forfeiting, erasing."""

import json
from dataclasses import replace
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from typing import ClassVar

import pytest
from sqlalchemy import func, select, update

from core.errors import Conflict, Invalid, SoldOut
from jobs.outbox import Outbox
from models.db import Database
from models.ledger import Person
from models.prizes import CreditOrder, PrizeCode, Win
from prizes import claims, credit, personal, tasks
from prizes.claims import ClaimForm
from prizes.codes import give_code, load_codes, read_codes
from prizes.providers.base import Order, ProviderAway, Report
from prizes.providers.http import HttpProvider
from prizes.providers.local import LocalProvider
from prizes.store import get_prize
from prizes.view import DrawView
from tests.conftest import NOW
from tests.prizes.draws import CARD, CREDIT, MUG, a_draft, give_chances, open_one, take
from tests.prizes.players import House
from tests.prizes.test_turns import at_once

FORM = ClaimForm("王小明", "13812345678", "示例省示例市和平路 1 号")


def winners(db: Database, owner: int, prize, people: int, **changes: object) -> tuple[DrawView, list[str]]:
    """A draw in which everybody won, and their wins."""
    draw = open_one(db, owner, a_draft(replace(prize, stock=people), slots=people, **changes))
    wins = []
    for n in range(people):
        give_chances(db, draw, f"oworker{n}")
        wins.append(json.loads(take(db, draw, f"oworker{n}"))["win"])
    return draw, wins


def claim(db: Database, owner: int, n: int, win: str, form: ClaimForm = FORM) -> None:
    with db.work() as session:
        claims.claim(session, owner, f"oworker{n}", win, form, NOW)


def states(db: Database, owner: int) -> list[str]:
    with db.read() as session:
        return list(session.scalars(select(Win.state).where(Win.account_id == owner).order_by(Win.id)))


def test_a_number_gets_no_more_than_its_share_however_many_claim_at_once(db: Database, owner: int):
    _, wins = winners(db, owner, MUG, 12, wins_per_phone=2)
    told = at_once([lambda n=n, win=win: claim(db, owner, n, win) for n, win in enumerate(wins)])
    assert sum(isinstance(one, SoldOut) for one in told) == 10
    assert states(db, owner).count("claimed") == 2


def test_one_prize_is_claimed_once_however_often_it_is_sent(db: Database, owner: int):
    _, (win,) = winners(db, owner, CREDIT, 1)
    told = at_once([lambda: claim(db, owner, 0, win)] * 10)
    assert sum(isinstance(one, Conflict) for one in told) == 9
    with db.read() as session:
        assert session.scalar(select(func.count(CreditOrder.id)).where(CreditOrder.account_id == owner)) == 1


def test_each_code_goes_to_one_winner_however_many_claim_at_once(db: Database, owner: int):
    draw, wins = winners(db, owner, CARD, 10)
    with db.work() as session:
        prize = get_prize(session, owner, draw.prizes[0].public_id)
        load_codes(session, prize, [f"CODE-{n}" for n in range(7)])
    at_once([lambda n=n, win=win: claim(db, owner, n, win) for n, win in enumerate(wins)])
    with db.read() as session:
        given = session.scalars(
            select(PrizeCode.win_id).where(PrizeCode.account_id == owner, PrizeCode.win_id.is_not(None))
        ).all()
    # Who finds the last ones locked waits for the worker's next round.
    assert len(set(given)) == len(given) <= 7
    assert states(db, owner).count("confirmed") == len(given)


def test_a_code_that_is_owed_is_given_when_the_pool_is_filled_again(house: House):
    draw, (win,) = winners(house.db, house.owner, CARD, 1)
    claim(house.db, house.owner, 0, win)
    assert states(house.db, house.owner) == ["claimed"]
    assert tasks.give_owed(house.home.parts) == 0
    with house.db.work() as session:
        load_codes(session, get_prize(session, house.owner, draw.prizes[0].public_id), ["CODE-1"])
    assert tasks.give_owed(house.home.parts) == 1
    assert tasks.give_owed(house.home.parts) == 0
    assert states(house.db, house.owner) == ["confirmed"]


def test_the_same_code_is_not_loaded_twice(db: Database, owner: int):
    draw, _ = winners(db, owner, CARD, 1)
    with db.work() as session:
        prize = get_prize(session, owner, draw.prizes[0].public_id)
        assert load_codes(session, prize, ["A", "B", "A"]) == (2, 1)
        assert load_codes(session, prize, ["B", "C"]) == (1, 1)
        assert give_code(session, owner, prize.id, 77, NOW)
        assert give_code(session, owner, prize.id, 77, NOW)


@pytest.mark.parametrize(
    ("name", "data"),
    [("a.txt", b""), ("a.xlsx", b"no workbook"), ("a.txt", b"\xff\xfe\x81"), ("a.csv", b"x" * 201)],
)
def test_a_file_that_holds_no_codes_is_refused_without_repeating_it(name: str, data: bytes):
    with pytest.raises(Invalid) as told:
        read_codes(name, data)
    assert "xxx" not in told.value.message


def test_codes_are_read_from_text_in_the_offices_encoding_too():
    assert read_codes("a.csv", "卡密一,面值\nB2,10\n".encode("gb18030")) == ["卡密一", "B2"]


class Scripted:
    """A provider that does what a test says, and counts what it ordered."""

    def __init__(self) -> None:
        self.orders: list[str] = []
        self.known: dict[str, Report] = {}
        self.lose_answer = self.away = False
        self.next = Report("sent")

    def order(self, order: Order) -> Report:
        if self.away:
            raise ProviderAway("away")
        self.orders.append(order.order_no)
        self.known[order.order_no] = self.next
        if self.lose_answer:
            self.lose_answer = False
            raise ProviderAway("lost")
        return self.next

    def query(self, order_no: str) -> Report | None:
        if self.away:
            raise ProviderAway("away")
        return self.known.get(order_no)


@pytest.fixture
def shop(house: House):
    """A claimed telephone credit, and the worker's round over the outbox."""
    _, (win,) = winners(house.db, house.owner, CREDIT, 1)
    claim(house.db, house.owner, 0, win)
    provider = Scripted()
    outbox = Outbox(
        house.db,
        {credit.CREDIT_ORDER: credit.courier(house.home.parts, lambda: provider)},
        house.watch,
        batch=10,
        keep_trying=timedelta(hours=1),
    )
    return house, provider, outbox, win


def test_credit_is_sent_then_confirmed_by_asking(shop):
    house, provider, outbox, _ = shop
    outbox.deliver_due()
    assert states(house.db, house.owner) == ["sent"]
    provider.known = dict.fromkeys(provider.known, Report("confirmed"))
    house.watch.wait(minutes=2)
    assert credit.reconcile(house.home.parts, lambda: provider) == 1
    assert credit.reconcile(house.home.parts, lambda: provider) == 0
    assert states(house.db, house.owner) == ["confirmed"]


def test_a_time_out_never_orders_twice(shop):
    house, provider, outbox, _ = shop
    provider.lose_answer = True
    outbox.deliver_due()
    assert states(house.db, house.owner) == ["claimed"]
    for _ in range(5):
        house.watch.wait(minutes=5)
        outbox.deliver_due()
    assert len(provider.orders) == 1
    assert states(house.db, house.owner) == ["sent"]


def test_an_order_the_provider_never_got_is_sent_again_under_its_number(shop):
    house, provider, outbox, _ = shop
    provider.away = True
    outbox.deliver_due()
    provider.away = False
    house.watch.wait(minutes=5)
    outbox.deliver_due()
    assert len(provider.orders) == 1
    assert states(house.db, house.owner) == ["sent"]


def test_what_failed_is_claimed_anew_with_another_number_and_another_order(shop):
    house, provider, outbox, win = shop
    provider.next = Report("failed", "空号")
    outbox.deliver_due()
    assert states(house.db, house.owner) == ["failed"]
    with house.db.work() as session:
        claims.claim(
            session, house.owner, "oworker0", win, replace(FORM, phone="13912345678"), house.watch.now
        )
    provider.next = Report("confirmed")
    outbox.deliver_due()
    assert states(house.db, house.owner) == ["confirmed"]
    assert len(set(provider.orders)) == 2


def test_a_late_bad_report_does_not_undo_a_good_one(shop):
    house, provider, outbox, _ = shop
    provider.next = Report("confirmed")
    outbox.deliver_due()
    with house.db.work() as session:
        late = Report("failed")
        assert not credit.keep_report(session, house.owner, provider.orders[0], late, house.watch.now)
    assert states(house.db, house.owner) == ["confirmed"]


def test_the_local_provider_plays_what_the_number_says(tmp_path):
    local = LocalProvider(tmp_path)
    assert local.order(Order("a", "13800000000", 1000)).state == "failed"
    with pytest.raises(ProviderAway):
        local.order(Order("b", "13800000001", 1000))
    assert local.query("b").state == "confirmed"
    assert local.order(Order("c", "13800000002", 1000)).state == "sent"
    assert local.order(Order("d", "13812345678", 1000)) == local.query("d")
    assert "没有真的充值" in local.query("d").problem
    assert local.query("e") is None


class _Shop(BaseHTTPRequestHandler):
    seen: ClassVar[list] = []
    answers: ClassVar[list] = []

    def _do(self) -> None:
        length = int(self.headers.get("Content-Length", 0))
        self.seen.append((self.path, self.headers["Authorization"], self.rfile.read(length)))
        status, body = self.answers.pop(0)
        self.send_response(status)
        self.end_headers()
        self.wfile.write(body)

    do_GET = do_POST = _do

    def log_message(self, *_: object) -> None:
        return None


def test_the_http_provider_speaks_json_and_believes_only_what_it_understands():
    server = HTTPServer(("127.0.0.1", 0), _Shop)
    Thread(target=server.serve_forever, daemon=True).start()
    provider = HttpProvider(f"http://127.0.0.1:{server.server_port}", "the-key", 2.0)
    _Shop.answers = [
        (200, b'{"state": "sent"}'),
        (404, b""),
        (200, b'{"state": "failed", "problem": "no such number"}'),
        (500, b"<html>"),
        (200, b'{"state": "perhaps"}'),
    ]
    try:
        assert provider.order(Order("n1", "13812345678", 1000)) == Report("sent")
        assert provider.query("n1") is None
        assert provider.query("n1") == Report("failed", "no such number")
        for _ in range(2):
            with pytest.raises(ProviderAway):
                provider.query("n1")
    finally:
        server.shutdown()
        server.server_close()
    path, key, body = _Shop.seen[0]
    assert (path, key) == ("/orders", "Bearer the-key")
    assert json.loads(body) == {"order_no": "n1", "phone": "13812345678", "amount_fen": 1000}
    with pytest.raises(ProviderAway) as away:
        provider.query("n1")
    assert "the-key" not in repr(provider) + str(away.value)


def test_what_is_not_claimed_in_time_is_forfeited(house: House):
    winners(house.db, house.owner, MUG, 1, claim_days=5)
    house.watch.wait(days=3)
    assert tasks.forfeit_due(house.home.parts) == 0
    house.watch.wait(days=3)
    assert tasks.forfeit_due(house.home.parts) == 1
    assert states(house.db, house.owner) == ["forfeited"]


def test_a_draw_closes_when_its_time_is_up(house: House):
    house.open()
    assert tasks.close_due(house.home.parts) == 0
    house.watch.wait(days=11)
    assert tasks.close_due(house.home.parts) == 1
    assert tasks.close_due(house.home.parts) == 0


def test_goods_are_handed_over_once_however_many_press(db: Database, owner: int):
    _, (win,) = winners(db, owner, replace(MUG, delivery="pickup"), 1)
    claim(db, owner, 0, win)

    def press() -> None:
        with db.work() as session:
            claims.hand_over(session, owner, win, "安娜", NOW)

    told = at_once([press] * 8)
    assert sum(one is None for one in told) == 1
    assert "已经领走" in next(one.message for one in told if one is not None)


def test_whoever_is_erased_leaves_the_ledger_right_and_nothing_of_themselves(db: Database, owner: int):
    winners(db, owner, MUG, 1)
    with db.read() as session:
        win = session.scalar(select(Win.public_id).where(Win.account_id == owner))
    claim(db, owner, 0, win)
    with db.read() as session:
        told = personal.export(session, owner, "oworker0")
    assert told[0].rows[0]["手机号"] == FORM.phone
    with db.work() as session:
        # Another eraser was there first.
        session.execute(update(Person).where(Person.account_id == owner).values(openid=None))
        assert personal.erase(session, owner, "oworker0") == 1
        assert personal.erase(session, owner, "oworker0") == 0
    with db.read() as session:
        left = session.execute(select(Win.name, Win.phone, Win.address).where(Win.account_id == owner)).one()
        assert tuple(left) == (None, None, None)
        assert personal.export(session, owner, "oworker0") == []
