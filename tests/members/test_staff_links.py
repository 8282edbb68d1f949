"""People of the console and their own WeChat: a code shown in the console and sent from the chat links them, once."""

import re
from datetime import datetime, timedelta
from threading import Barrier
from typing import Any

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from accounts.chains import chain_of_account
from accounts.service import add_account
from chat.answer import PASS, Answer, Reply
from chat.turn import Turn
from members import personal
from members.staff_links import service
from members.staff_links.chat import StaffLinkChat
from members.staff_links.rules import follower_mark
from members.staff_links.store import list_colleagues, list_links
from models.accounts import Account
from models.audit import AuditEntry
from models.db import Database
from models.members import StaffLink
from models.staff import Staff
from staff.roles import Role
from staff.service import NewStaff, add_staff, give_role, take_role
from tests.conftest import NOW, Home, new_account
from tests.members.staffing import OPENID, add_anna, new_code, send
from tests.neighbours import together
from tests.staff.desk import PASSWORD, Desk, add_organisation, set_watch, text_of
from wechat.messages import Text
from wechat.replies import TextReply

AT = "/console/a/ours/my-wechat"


def linked(db: Database, owner: int, staff_id: int) -> int:
    with db.read() as session:
        return len(list_links(session, owner, staff_id))


def test_who_sends_the_code_is_linked_and_the_openid_is_kept_nowhere(db: Database, owner: int):
    anna = add_anna(db, owner)
    code = new_code(db, owner, anna)
    assert linked(db, owner, anna) == 0
    assert send(db, owner, code)
    with db.read() as session:
        (link,) = list_links(session, owner, anna)
        acts = session.scalars(select(AuditEntry).where(AuditEntry.action == "staff_linked")).all()
    assert link.mark == follower_mark(owner, OPENID)
    assert OPENID not in str([getattr(link, one.name) for one in StaffLink.__table__.columns])
    assert code not in link.code_hash
    assert [(one.actor, one.staff_id) for one in acts] == [("王芳（anna）", anna)]
    assert OPENID not in str([(one.target, one.facts, one.actor) for one in acts])


def test_the_same_message_again_is_answered_alike_and_changes_nothing(db: Database, owner: int):
    anna = add_anna(db, owner)
    code = new_code(db, owner, anna)
    assert send(db, owner, code)
    assert send(db, owner, code, now=NOW + timedelta(seconds=5))
    with db.read() as session:
        query = select(AuditEntry.action).where(AuditEntry.action == "staff_linked")
        assert len(session.scalars(query).all()) == 1


def test_a_code_that_is_wrong_old_used_or_replaced_links_nobody(db: Database, owner: int):
    anna = add_anna(db, owner)
    old = new_code(db, owner, anna)
    assert not send(db, owner, "00000000" if old != "00000000" else "00000001")
    assert not send(db, owner, old, now=NOW + timedelta(minutes=service.CODE_MINUTES))
    code = new_code(db, owner, anna)
    assert not send(db, owner, old)
    assert send(db, owner, code)
    assert not send(db, owner, code, openid="oSTRANGER")
    assert linked(db, owner, anna) == 1


def test_a_code_is_of_one_account(db: Database, owner: int):
    anna = add_anna(db, owner)
    with db.work() as session:
        other = add_account(session, new_account("other"), NOW).id
    assert not send(db, other, new_code(db, owner, anna))


def test_who_lost_the_role_or_was_put_out_is_not_linked(db: Database, owner: int):
    nobody = add_anna(db, owner, role=None, login="nobody")
    assert not send(db, owner, new_code(db, owner, nobody))
    anna = add_anna(db, owner)
    code = new_code(db, owner, anna)
    with db.work() as session:
        session.execute(update(Staff).where(Staff.id == anna).values(active=False))
    assert not send(db, owner, code)


def crowd_sends(db: Database, owner: int, code: str) -> int:
    """Twelve phones send one code at once: how many were told that it is theirs."""
    told = together(12, lambda n: send(db, owner, code, openid=f"oPHONE{n}"))
    return sum(one is True for one in told)


def test_of_a_crowd_that_sends_one_code_one_is_linked(db: Database, owner: int):
    anna = add_anna(db, owner)
    assert crowd_sends(db, owner, new_code(db, owner, anna)) == 1
    assert linked(db, owner, anna) == 1


def test_control_a_look_and_a_write_would_link_several(
    postgres_db: Database, monkeypatch: pytest.MonkeyPatch
):
    with postgres_db.work() as session:
        owner = add_account(session, new_account(), NOW).id
    code = new_code(postgres_db, owner, add_anna(postgres_db, owner))
    gate = Barrier(12)

    def careless(session: Session, account_id: int, chain: Any, openid: str, code: str, now: datetime) -> Any:
        where = (
            StaffLink.account_id == account_id,
            StaffLink.code_hash == service._hash(account_id, code),
        )
        free = session.scalar(select(StaffLink.mark.is_(None)).where(*where))
        gate.wait(20)
        if not free:
            return None
        mark = follower_mark(account_id, openid)
        session.execute(update(StaffLink).where(*where).values(mark=mark, linked_at=now))
        return "somebody"

    monkeypatch.setattr(service, "link", careless)
    assert crowd_sends(postgres_db, owner, code) > 1


def test_a_link_ends_with_the_last_role_and_with_an_account_put_out(db: Database, owner: int):
    anna, berta, carla = (add_anna(db, owner, login=login) for login in ("anna", "berta", "carla"))
    for number, one in enumerate((anna, berta, carla)):
        assert send(db, owner, new_code(db, owner, one), openid=f"o{number}")
    with db.read() as session:
        chain = chain_of_account(session, owner)
    with db.work() as session:
        take_role(session, chain[0], anna, Role.ORGANISER)
        session.execute(update(Staff).where(Staff.id == berta).values(active=False))
    for ended in (2, 0):
        with db.work() as session:
            assert service.end_idle(session, {owner: chain}, NOW + timedelta(days=1)) == ended
    assert [linked(db, owner, one) for one in (anna, berta, carla)] == [0, 0, 1]


def test_colleagues_are_all_whose_role_reaches_organisers_first(home: Home):
    db = home.parts.db
    with db.read() as session:
        account = session.scalars(select(Account).where(Account.key == "ours")).one()
        chain = chain_of_account(session, account.id)
    viewer = add_anna(db, account.id, Role.VIEWER, "viewer")
    organiser = add_anna(db, account.id, Role.ORGANISER, "organiser")
    add_anna(db, account.id, None, "nobody")
    elsewhere = add_organisation(db, "elsewhere")
    with db.work() as session:
        stranger = add_staff(session, NewStaff("stranger", "外人", PASSWORD), NOW)
        give_role(session, stranger, elsewhere, Role.ADMIN, by="test", now=NOW)
        until = NOW + timedelta(days=5)
        left = add_staff(session, NewStaff("left", "离任", PASSWORD), NOW)
        give_role(session, left, chain[0], Role.ADMIN, by="test", now=NOW, expires_at=until)
    send(db, account.id, new_code(db, account.id, viewer))
    with db.read() as session:
        found = list_colleagues(session, account.id, chain, NOW + timedelta(days=6))
    told = [(one.staff.id, one.organises, one.linked) for one in found]
    assert told == [(organiser, True, False), (viewer, False, True)]


@pytest.fixture
def desk(home: Home) -> Desk:
    set_watch(home)
    return Desk(home, "anna", "ours", Role.ORGANISER)


def say(home: Home, text: str, openid: str = OPENID) -> Answer:
    turn = Turn(home.parts.directory.get("ours"), Text("gh_1", openid, 1, "k", text), NOW)
    hook = StaffLinkChat(home.parts.db).hook()
    assert not hook.pure
    return hook.answer(turn) if hook.wants(turn) else PASS


def read(answer: Answer) -> str:
    assert isinstance(answer, Reply)
    assert isinstance(answer.message, TextReply)
    return answer.message.content


@pytest.mark.parametrize("spelling", ["绑定 {}", "绑定{}", "绑定：{}", " 绑定  {}。"])
def test_from_the_console_through_the_chat_and_back(home: Home, desk: Desk, spelling: str):
    assert "还没有绑定" in text_of(desk.get(AT))
    shown = text_of(desk.post(f"{AT}/code"))
    digits = re.search(r"绑定 (\d{4} \d{4})", shown)[1]
    assert "绑定成功" in read(say(home, spelling.format(digits)))
    page = desk.get(AT)
    assert "已绑定" in text_of(page)
    one = re.search(r'name="one" value="(\d+)"', page.text)[1]
    assert desk.post(f"{AT}/end", {"one": one}).status_code == 302
    assert "还没有绑定" in text_of(desk.get(AT))
    with home.parts.db.read() as session:
        acts = list(session.scalars(select(AuditEntry.action).order_by(AuditEntry.number)))
    assert acts[-3:] == ["staff_code_made", "staff_linked", "staff_unlinked"]


def test_other_words_are_not_taken_and_a_wrong_code_is_told(home: Home, desk: Desk):
    for text in ("绑定", "怎么绑定会员卡", "绑定 1234", "绑定 123456789"):
        assert say(home, text) is PASS, text
    assert "绑定码不对" in read(say(home, "绑定 1234 5678"))


def test_nobody_ends_the_link_of_another(home: Home, desk: Desk):
    with home.parts.db.read() as session:
        owner = session.scalars(select(Account.id).where(Account.key == "ours")).one()
    berta = add_anna(home.parts.db, owner, login="berta")
    send(home.parts.db, owner, new_code(home.parts.db, owner, berta))
    with home.parts.db.read() as session:
        (link,) = list_links(session, owner, berta)
    for one in (str(link.id), "0", "", "9" * 30, "x"):
        assert desk.post(f"{AT}/end", {"one": one}).status_code == 404, one
    assert linked(home.parts.db, owner, berta) == 1


def test_the_follower_is_told_of_the_link_and_erasing_is_no_way_round(db: Database, owner: int):
    anna = add_anna(db, owner)
    send(db, owner, new_code(db, owner, anna))

    def titles(openid: str) -> list[str]:
        with db.read() as session:
            return [one.title for one in personal.export(session, owner, openid)]

    assert "工作人员绑定" in titles(OPENID)
    assert "工作人员绑定" not in titles("oANOTHER")
    with db.work() as session:
        personal.erase(session, owner, OPENID)
    assert linked(db, owner, anna) == 1
