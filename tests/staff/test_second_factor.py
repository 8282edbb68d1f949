"""The second factor: enrolling, codes that are good once, recovery codes, and the step between password and code."""

import re

import pyotp
import pytest
from itsdangerous.timed import TimestampSigner
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from models.staff import RecoveryCode, Staff, StaffSession
from staff import second_factor
from staff.roles import Role
from staff.service import change_password
from tests.conftest import Home
from tests.neighbours import together
from tests.staff.desk import SECRET, Desk, Door, Watch, add_person, pending_of, set_watch, text_of

WRONG = "000000"


@pytest.fixture
def watch(house: Home) -> Watch:
    return set_watch(house)


@pytest.fixture
def anna(house: Home, watch: Watch) -> Staff:
    """An administrator with the second factor SECRET."""
    return add_person(house, "anna", "ours", Role.ADMIN, factor=True)


def new_recovery_code(house: Home, staff: Staff) -> str:
    with house.parts.db.work() as session:
        return second_factor.new_recovery_codes(session, staff.id)[0]


def test_with_a_second_factor_the_password_alone_opens_nothing(house: Home, anna: Staff):
    door = Door(house)
    asked = door.sign_in()
    assert asked.status_code == 200
    assert "输入「指尖之家」的 6 位数字" in text_of(asked)
    assert not door.token


def test_the_code_opens_the_door_to_where_one_wanted(house: Home, anna: Staff, watch: Watch):
    door = Door(house)
    asked = door.sign_in(next="/console/o/ours/people")
    told = door.show_code(asked, watch.code(), next="/console/o/ours/people")
    assert told.location == "/console/o/ours/people"
    assert door.get("/console/o/ours/people").status_code == 200


@pytest.mark.parametrize("written", ["{0}", " {0} ", "{1} {2}", "full width"])
def test_a_code_is_taken_as_people_write_it(house: Home, anna: Staff, watch: Watch, written: str):
    door, code = Door(house), watch.code()
    full = "".join(chr(ord(digit) - ord("0") + ord("０")) for digit in code)
    sent = full if written == "full width" else written.format(code, code[:3], code[3:])
    assert door.show_code(door.sign_in(), sent).status_code == 302


@pytest.mark.parametrize(
    ("steps", "status"), [(-3, 403), (-2, 403), (-1, 302), (0, 302), (1, 302), (2, 403), (3, 403)]
)
def test_a_clock_may_be_one_step_off_and_no_more(
    house: Home, anna: Staff, watch: Watch, steps: int, status: int
):
    door = Door(house)
    assert door.show_code(door.sign_in(), watch.code(steps)).status_code == status


def test_a_code_is_good_once(house: Home, anna: Staff, watch: Watch):
    door, code = Door(house), watch.code()
    assert door.show_code(door.sign_in(), code).status_code == 302
    again = Door(house, "192.0.2.2")
    refused = again.show_code(again.sign_in(), code)
    assert refused.status_code == 403
    assert "验证码不对，或者已经用过了" in text_of(refused)


def test_after_a_code_none_before_it_is_good(house: Home, anna: Staff, watch: Watch):
    door = Door(house)
    assert door.show_code(door.sign_in(), watch.code(1)).status_code == 302
    later = Door(house)
    assert later.show_code(later.sign_in(), watch.code(0)).status_code == 403
    watch.wait(seconds=60)
    assert later.show_code(later.sign_in(), watch.code(0)).status_code == 302


def two_at_once(home: Home) -> list[TestResponse | Exception]:
    watch = set_watch(home)
    add_person(home, "anna", "ours", Role.ADMIN, factor=True)
    doors = [Door(home, f"192.0.2.{number}") for number in range(2)]
    asked = [door.sign_in() for door in doors]
    return together(2, lambda number: doors[number].show_code(asked[number], watch.code()))


def test_of_two_requests_with_one_code_one_comes_in(postgres_home: Home):
    assert sorted(one.status_code for one in two_at_once(postgres_home)) == [302, 403]


def test_without_the_condition_both_would_come_in(postgres_home: Home, monkeypatch: pytest.MonkeyPatch):
    def take_any(session: Session, staff: Staff, code: str, now: object) -> bool:
        step = second_factor.step_of(staff.totp_secret or "", code, now)
        session.execute(update(Staff).where(Staff.id == staff.id).values(totp_used=step))
        return step is not None

    monkeypatch.setattr(second_factor, "take_code", take_any)
    assert [one.status_code for one in two_at_once(postgres_home)] == [302, 302]


def test_of_many_requests_with_one_recovery_code_one_comes_in(postgres_home: Home):
    set_watch(postgres_home)
    anna = add_person(postgres_home, "anna", "ours", Role.ADMIN, factor=True)
    code = new_recovery_code(postgres_home, anna)
    doors = [Door(postgres_home, f"192.0.2.{number}") for number in range(6)]
    asked = [door.sign_in() for door in doors]
    told = together(6, lambda number: doors[number].show_code(asked[number], code).status_code)
    assert sorted(told) == [302] + [403] * 5


def test_five_wrong_codes_lock_the_second_step_however_often_the_first_is_done(
    house: Home, anna: Staff, watch: Watch
):
    door = Door(house)
    for _ in range(5):
        assert door.show_code(door.sign_in(), WRONG).status_code == 403
    locked = door.show_code(door.sign_in(), watch.code())
    assert locked.status_code == 429
    watch.wait(minutes=15)
    assert door.show_code(door.sign_in(), watch.code()).status_code == 302


def test_the_step_between_password_and_code_lasts_five_minutes(
    house: Home, anna: Staff, watch: Watch, monkeypatch: pytest.MonkeyPatch
):
    door = Door(house)
    asked = door.sign_in()
    now = TimestampSigner.get_timestamp
    monkeypatch.setattr(TimestampSigner, "get_timestamp", lambda self: now(self) + 301)
    late = door.show_code(asked, watch.code())
    assert late.status_code == 403
    assert "等得太久了，请重新登录" in text_of(late)
    assert not door.token


def test_the_step_between_dies_with_the_password(house: Home, anna: Staff, watch: Watch):
    door = Door(house)
    asked = door.sign_in()
    with house.parts.db.work() as session:
        change_password(session, session.get_one(Staff, anna.id), "purple-tram-lantern-42")
    assert door.show_code(asked, watch.code()).status_code == 403
    assert not door.token


def test_somebody_put_out_meanwhile_does_not_come_in(house: Home, anna: Staff, watch: Watch):
    door = Door(house)
    asked = door.sign_in()
    with house.parts.db.work() as session:
        session.get_one(Staff, anna.id).active = False
    assert door.show_code(asked, watch.code()).status_code == 403


@pytest.mark.parametrize("pending", ["", "nonsense", "WzEsICJhYmMiXQ.aSw.forged", "WzFd", "工会"])
def test_a_forged_step_between_is_none(house: Home, anna: Staff, watch: Watch, pending: str):
    told = Door(house).post("/console/signin/code", {"pending": pending, "code": watch.code()})
    assert told.status_code == 403


def test_the_page_between_shows_nothing_of_the_passwords_hash(house: Home, anna: Staff):
    signed = pending_of(Door(house).sign_in())
    with house.parts.db.read() as session:
        hashed = session.get_one(Staff, anna.id).password_hash
    assert hashed[-12:] not in signed
    assert hashed[-12:].encode().hex() not in signed


def test_a_recovery_code_opens_the_door_once(house: Home, anna: Staff):
    code = new_recovery_code(house, anna)
    door = Door(house)
    assert door.show_code(door.sign_in(), f" {code.upper()} ").status_code == 302
    again = Door(house, "192.0.2.2")
    assert again.show_code(again.sign_in(), code).status_code == 403


def test_somebody_elses_recovery_code_opens_nothing(house: Home, anna: Staff):
    bob = add_person(house, "bob", "ours", Role.ADMIN, factor=True)
    code = new_recovery_code(house, bob)
    door = Door(house)
    assert door.show_code(door.sign_in(), code).status_code == 403


def test_recovery_codes_are_kept_as_hashes_and_new_ones_void_those_before(house: Home, anna: Staff):
    with house.parts.db.work() as session:
        before = second_factor.new_recovery_codes(session, anna.id)
    with house.parts.db.work() as session:
        after = second_factor.new_recovery_codes(session, anna.id)
        kept = set(session.scalars(select(RecoveryCode.code_hash)))
    assert len(set(before) | set(after)) == 20
    assert len(kept) == 10
    assert not kept & set(after)
    door = Door(house)
    assert door.show_code(door.sign_in(), before[0]).status_code == 403


def test_an_administrator_without_a_second_factor_is_sent_to_enrol(house: Home):
    add_person(house, "anna", "ours", Role.ADMIN)
    door = Door(house)
    door.sign_in()
    for path in ("/console/", "/console/o/ours/people", "/console/me/password", "/console/me/sessions"):
        assert door.get(path).location == "/console/me/second-factor", path
    assert door.post("/console/signout").location == "/console/signin"


def test_who_is_no_administrator_may_do_without(house: Home):
    add_person(house, "bob", "ours", Role.EDITOR)
    door = Door(house)
    door.sign_in("bob")
    assert door.get("/console/o/ours/").status_code == 200


class Enrolment:
    """The page with the picture, and what it carries."""

    def __init__(self, door: Door) -> None:
        page = door.get("/console/me/second-factor").text
        self.secret = (re.search(r'<code class="user-select-all">([A-Z2-7]+)</code>', page) or [""])[1]
        self.sealed = (re.search(r'name="secret" value="([^"]+)"', page) or [""])[1]
        self._door = door

    def prove(self, code: str) -> TestResponse:
        return self._door.post("/console/me/second-factor", {"secret": self.sealed, "code": code})


@pytest.fixture
def enrolling(house: Home, watch: Watch) -> Door:
    add_person(house, "anna", "ours", Role.ADMIN)
    door = Door(house)
    door.sign_in()
    return door


def code_of(secret: str, watch: Watch) -> str:
    return pyotp.TOTP(secret).at(watch.now)


def test_enrolling_takes_a_right_code_and_gives_ten_recovery_codes(
    house: Home, enrolling: Door, watch: Watch
):
    page = Enrolment(enrolling)
    shown = page.prove(code_of(page.secret, watch))
    codes = re.findall(r'<code class="user-select-all">([a-z0-9]+)</code>', shown.text)
    assert len(codes) == 10
    assert enrolling.get("/console/o/ours/people").status_code == 200
    later = Door(house)
    watch.wait(seconds=60)
    assert later.show_code(later.sign_in(), code_of(page.secret, watch)).status_code == 302
    assert later.show_code(later.sign_in(), codes[3]).status_code == 302


def test_the_code_that_enrolled_does_not_sign_in_as_well(house: Home, enrolling: Door, watch: Watch):
    page = Enrolment(enrolling)
    code = code_of(page.secret, watch)
    page.prove(code)
    door = Door(house)
    assert door.show_code(door.sign_in(), code).status_code == 403


def test_a_wrong_code_enrols_nothing_and_keeps_the_picture(house: Home, enrolling: Door):
    page = Enrolment(enrolling)
    refused = page.prove(WRONG)
    assert refused.status_code == 422
    assert page.secret in refused.text
    assert "请核对手机时间是否准确" in text_of(refused)
    assert enrolling.get("/console/o/ours/").location == "/console/me/second-factor"


def test_nobody_enrols_with_a_secret_that_somebody_else_knows(house: Home, enrolling: Door, watch: Watch):
    add_person(house, "mallory", "ours", Role.EDITOR)
    mallory = Door(house)
    mallory.sign_in("mallory")
    known = Enrolment(mallory)
    sent = {"secret": known.sealed, "code": code_of(known.secret, watch)}
    refused = enrolling.post("/console/me/second-factor", sent)
    assert refused.status_code == 422
    assert enrolling.get("/console/o/ours/").location == "/console/me/second-factor"


def test_enrolling_again_over_an_enrolment_is_refused(house: Home, anna: Staff, watch: Watch):
    door = Door(house)
    door.show_code(door.sign_in(), watch.code())
    assert "两步验证已经开启" in door.get("/console/me/second-factor").text
    assert door.post("/console/me/second-factor", {"secret": "x", "code": "1"}).status_code == 403


def test_enrolling_signs_out_everywhere_else(house: Home, enrolling: Door, watch: Watch):
    elsewhere = Door(house)
    elsewhere.sign_in()
    assert elsewhere.token
    page = Enrolment(enrolling)
    page.prove(code_of(page.secret, watch))
    assert elsewhere.get("/console/").location.startswith("/console/signin")
    assert enrolling.is_in()


def test_the_secret_is_sealed_in_the_database(house: Home, anna: Staff):
    with house.parts.db.engine.connect() as connection:
        kept = connection.exec_driver_sql("SELECT totp_secret FROM staff").scalar_one()
    assert SECRET.encode() not in bytes(kept)


def test_a_lost_session_table_signs_everybody_out_and_nothing_else(house: Home):
    bob = Desk(house, "bob", "ours", Role.EDITOR)
    with house.parts.db.work() as session:
        session.execute(delete(StaffSession))
    assert bob.get("/console/").location.startswith("/console/signin")
