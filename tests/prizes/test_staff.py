"""Staff do not draw: whoever linked their WeChat is kept out of turns and of final lists, and there is no way round."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import update

from accounts.service import add_account
from core.errors import NotAllowed
from members.ledger import forget
from members.staff_links import service
from members.staff_links.rules import STILL_BARRED
from members.staff_links.store import list_links
from models.db import Database
from models.prizes import Draw, DrawTurn, Win
from prizes import turns_plain, turns_postgres
from prizes.rules import DrawDraft
from prizes.service import close_draw, list_tickets, reveal
from prizes.store import get_draw
from staff.roles import Role
from tests.conftest import NOW, new_account
from tests.members.staffing import add_anna, new_code, send
from tests.neighbours import together
from tests.prizes.draws import CREDIT, a_draft, give_chances, open_one, take, view
from tests.prizes.players import House, Phone
from tests.prizes.test_turns import rows
from tests.prizes.test_verify import findings
from tests.staff.desk import Desk, text_of

STAFF = "ostaff"
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)


@pytest.fixture
def anna(db: Database, owner: int) -> int:
    """Somebody of the console whose WeChat is linked to her name."""
    anna = add_anna(db, owner)
    assert send(db, owner, new_code(db, owner, anna, NOW - DAY), STAFF, NOW - DAY)
    return anna


def sure(mode: str = "tape") -> DrawDraft:
    """Every turn wins."""
    return a_draft(replace(CREDIT, stock=20, odds="1"), mode=mode, slots=20)


def end(db: Database, owner: int, staff_id: int, at: datetime = NOW) -> None:
    with db.work() as session:
        for link in list_links(session, owner, staff_id):
            service.end_link(session, owner, staff_id, link.id, at)


@pytest.mark.parametrize("mode", ["tape", "odds"])
def test_linked_staff_cannot_draw_and_spend_nothing(db: Database, owner: int, anna: int, mode: str):
    draw = open_one(db, owner, sure(mode=mode))
    for who in (STAFF, "oworker"):
        give_chances(db, draw, who)
    with pytest.raises(NotAllowed, match="工作人员"):
        take(db, draw, STAFF)
    take(db, draw, "oworker")
    assert (rows(db, DrawTurn), rows(db, Win)) == (1, 1)


def test_who_links_after_the_draw_was_read_is_refused_at_the_very_next_turn(db: Database, owner: int):
    """The draw in memory knows nothing of links: the statement asks."""
    anna = add_anna(db, owner)
    draw = open_one(db, owner)
    give_chances(db, draw, STAFF, 2)
    take(db, draw, STAFF)
    assert send(db, owner, new_code(db, owner, anna), STAFF)
    with pytest.raises(NotAllowed):
        take(db, draw, STAFF, key="key-00000002")
    assert rows(db, DrawTurn) == 1


def test_unlinking_during_or_shortly_before_a_draw_is_no_way_round(db: Database, owner: int, anna: int):
    draw = open_one(db, owner)
    give_chances(db, draw, STAFF)
    end(db, owner, anna, NOW + MINUTE)
    with pytest.raises(NotAllowed):
        take(db, draw, STAFF, now=NOW + DAY)
    opened = NOW + MINUTE + STILL_BARRED
    for at, allowed in ((opened - MINUTE, False), (opened + MINUTE, True)):
        later = view(db, open_one(db, owner, a_draft(opens_at=at, closes_at=at + DAY)))
        give_chances(db, later, STAFF)
        _opened_at(db, owner, later.id, at)
        later = view(db, later)
        if allowed:
            take(db, later, STAFF, now=at + MINUTE)
        else:
            with pytest.raises(NotAllowed):
                take(db, later, STAFF, now=at + MINUTE)


def _opened_at(db: Database, owner: int, draw_id: int, at: datetime) -> None:
    with db.work() as session:
        session.execute(update(Draw).where(Draw.account_id == owner, Draw.id == draw_id).values(opened_at=at))


def test_erasing_ones_data_is_no_way_round(db: Database, owner: int, anna: int):
    draw = open_one(db, owner)
    give_chances(db, draw, STAFF)
    with db.work() as session:
        forget(session, owner, STAFF)
    give_chances(db, draw, STAFF, start=1)
    with pytest.raises(NotAllowed):
        take(db, draw, STAFF)


def test_links_of_another_account_keep_nobody_out(db: Database, owner: int, anna: int):
    with db.work() as session:
        other = add_account(session, new_account("other"), NOW).id
    draw = open_one(db, other)
    give_chances(db, draw, STAFF)
    take(db, draw, STAFF)
    assert rows(db, DrawTurn) == 1


def test_a_pending_code_keeps_nobody_out(db: Database, owner: int):
    new_code(db, owner, add_anna(db, owner))
    draw = open_one(db, owner)
    give_chances(db, draw, STAFF)
    take(db, draw, STAFF)


def test_from_the_link_on_no_turn_of_many_at_once_gets_through(db: Database, owner: int):
    """Twelve turns and the link at the same moment: what comes after the link's commit is refused."""
    anna = add_anna(db, owner)
    draw = open_one(db, owner, a_draft(slots=40))
    give_chances(db, draw, STAFF, 40)
    code = new_code(db, owner, anna)

    def work(n: int) -> None:
        if n == 0:
            send(db, owner, code, STAFF)
        else:
            take(db, draw, STAFF, key=f"key-{n:08}")

    together(12, work)
    before = rows(db, DrawTurn)
    refused = together(12, lambda n: take(db, draw, STAFF, key=f"late-{n:07}"))
    assert all(isinstance(one, NotAllowed) for one in refused)
    assert rows(db, DrawTurn) == before


def test_of_a_final_draw_staff_leave_the_list_as_it_is_frozen(db: Database, owner: int, anna: int):
    """What comes later changes nothing: neither ending the link, nor erasing, nor another link."""
    berta = add_anna(db, owner, login="berta")
    draw = open_one(db, owner, a_draft(mode="final", slots=0))
    for who in (STAFF, "oberta", "oworker"):
        give_chances(db, draw, who)
    with db.work() as session:
        assert close_draw(session, owner, draw.public_id, "安娜", NOW + DAY)
    with db.read() as session:
        listed = list_tickets(session, get_draw(session, owner, draw.public_id))
    assert len(listed) == 2
    end(db, owner, anna, NOW + DAY)
    with db.work() as session:
        forget(session, owner, STAFF)
    send(db, owner, new_code(db, owner, berta, NOW + DAY), "oberta", NOW + DAY + MINUTE)
    with db.read() as session:
        assert list_tickets(session, get_draw(session, owner, draw.public_id)) == listed
    with db.work() as session:
        assert reveal(session, owner, draw.public_id, 3, "", "安娜", NOW + 2 * DAY) == 2
    assert findings(db, owner, draw.public_id) == [
        "工作人员在绑定微信以前抽了 1 次，抽中 1 份：请按规则收回奖品，或向职工说明"
    ]


@pytest.mark.parametrize("mode", ["tape", "odds"])
def test_verify_tells_of_linked_staff_who_drew_all_the_same(
    db: Database, owner: int, anna: int, mode: str, monkeypatch: pytest.MonkeyPatch
):
    """With the guard taken out; with it there is nothing to tell."""
    draw = open_one(db, owner, sure(mode=mode))
    give_chances(db, draw, STAFF)
    with pytest.raises(NotAllowed):
        take(db, draw, STAFF)
    assert findings(db, owner, draw.public_id) == []
    _open_the_door(monkeypatch)
    take(db, draw, STAFF)
    assert findings(db, owner, draw.public_id) == ["已绑定微信的工作人员抽了 1 次，抽中 1 份"]


def _open_the_door(monkeypatch: pytest.MonkeyPatch) -> None:
    taking = turns_postgres._taking_text
    guard = "AND NOT EXISTS (TABLE staff)"
    assert guard in taking(True, True, True, 0)
    monkeypatch.setattr(turns_postgres, "_taking_text", lambda *said: taking(*said).replace(guard, ""))
    monkeypatch.setattr(turns_plain, "is_barred", lambda *_: False)


def test_verify_tells_of_who_drew_first_and_linked_then(db: Database, owner: int):
    anna = add_anna(db, owner)
    draw = open_one(db, owner, sure())
    give_chances(db, draw, STAFF)
    take(db, draw, STAFF)
    assert findings(db, owner, draw.public_id) == []
    send(db, owner, new_code(db, owner, anna, NOW + DAY), STAFF, NOW + DAY)
    assert "绑定微信以前抽了 1 次，抽中 1 份" in findings(db, owner, draw.public_id)[0]


def test_who_joins_the_office_after_the_end_is_no_finding(db: Database, owner: int):
    draw = open_one(db, owner, sure())
    give_chances(db, draw, STAFF)
    take(db, draw, STAFF)
    with db.work() as session:
        close_draw(session, owner, draw.public_id, "安娜", NOW + DAY)
    send(db, owner, new_code(db, owner, add_anna(db, owner), NOW + 2 * DAY), STAFF, NOW + 2 * DAY)
    assert findings(db, owner, draw.public_id) == []


def test_the_draws_page_says_who_is_not_linked_and_the_phone_why_it_cannot_draw(house: House):
    desk = Desk(house.home, "anna", "ours", Role.ORGANISER)
    draw = house.open(sure())
    page = f"/console/a/ours/draws/{draw.public_id}"
    told = text_of(desk.get(page))
    assert "1 人里已绑定 0 人" in told
    assert "还没有绑定：anna 同志" in told
    send(house.db, house.owner, new_code(house.db, house.owner, desk.staff_id), STAFF)
    told = text_of(desk.get(page))
    assert "1 人里已绑定 1 人" in told
    assert "还没有绑定" not in told
    house.give(draw, STAFF)
    phone = Phone(house, STAFF)
    front = phone.get(f"/d/{draw.public_id}").text
    assert "您是主办单位的工作人员" in front
    assert "data-take" not in front
    refused = phone.draw(draw)
    assert (refused.status_code, refused.json["error"]) == (403, "staff")
