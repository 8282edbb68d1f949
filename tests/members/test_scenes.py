"""场景二维码: made once, shown as a picture, every scan counted once."""

import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import Select, select, text, update

from accounts.service import add_account
from members.scenes import service
from members.scenes.figures import Figures, figures_by_district, recount_all, recount_old
from members.scenes.rules import NewScene, read_scene
from models import Scene, SceneDay
from models.db import Database
from staff.roles import Role
from tests.conftest import NOW, Home, new_account
from tests.members.conftest import Pages
from tests.neighbours import together
from tests.staff.desk import Desk, text_of
from wechat.messages import Scan, Subscribe, Text

CODES = "/console/a/ours/scenes"
FORM = {"label": "食堂门口", "district": "东港区", "scene": "donggang-01", "kind": "permanent"}


def scan(key: str, scene: str = "gate", *, follows: bool = False) -> Subscribe | Scan:
    kind, word = (Subscribe, "subscribe") if follows else (Scan, "SCAN")
    return kind("gh", "o1", 1, key, word, scene, "ticket")


@pytest.fixture
def anna(pages: Pages) -> Desk:
    return Desk(pages.home, "anna", "ours", Role.SERVICE)


def keep(db: Database, account_id: int, scene: str, label: str = "海报", district: str = "") -> str:
    with db.work() as session:
        new = NewScene(scene, label, district, None)
        return service.keep_scene(session, account_id, new, "http://weixin.qq.com/q/1", NOW).public_id


def figures_of(db: Database, account_id: int, scene: str) -> Figures:
    with db.read() as session:
        query = select(Scene).where(Scene.account_id == account_id, Scene.scene == scene)
        one = session.scalars(query).one()
        return Figures(one.recent_scans, one.recent_followed, one.scans, one.followed)


def test_a_code_is_made_by_the_platform_and_shown_with_its_pictures(pages: Pages, anna: Desk):
    made = anna.post(f"{CODES}/new", FORM)
    assert made.status_code == 302
    page = anna.get(made.location)
    assert "食堂门口" in page.text
    assert "永久有效" in page.text
    png = anna.get(f"{made.location}/picture.png")
    assert png.data.startswith(b"\x89PNG")
    svg = anna.get(f"{made.location}/picture.svg?download=1")
    assert b"<svg" in svg.data
    assert "donggang-01.svg" in svg.headers["Content-Disposition"]
    assert anna.get(f"{made.location}/picture.gif").status_code == 404
    assert pages.platform.world.qrcodes.list_live("ours")[0].scene == "donggang-01"


def test_a_temporary_code_says_when_it_ends_and_can_live_on(pages: Pages, anna: Desk):
    made = anna.post(f"{CODES}/new", {**FORM, "kind": "temporary", "days": "7"})
    page = anna.get(made.location).text
    assert "到期" in page
    longer = anna.post(f"{made.location}/renew", {"days": "30"})
    assert "图案换了新的" in longer.text
    assert anna.post(f"{made.location}/renew", {"days": "31"}).status_code == 422


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"scene": ""}, "场景值只能用字母"),
        ({"scene": "中文"}, "场景值只能用字母"),
        ({"scene": "12345"}, "至少带一个字母"),
        ({"scene": "x" * 65}, "1 到 64 位"),
        ({"label": " "}, "请填写海报名称"),
        ({"label": "长" * 41}, "最多 40 个字"),
        ({"kind": "temporary", "days": "31"}, "1 到 30 天"),
    ],
)
def test_a_form_with_a_mistake_keeps_what_was_typed(pages: Pages, anna: Desk, change: dict, reason: str):
    page = anna.post(f"{CODES}/new", {**FORM, "district": "我的区县", **change})
    assert page.status_code == 422
    assert reason in page.text
    assert 'value="我的区县"' in page.text


def test_the_same_scene_again_is_refused_before_the_platform_is_asked(pages: Pages, anna: Desk):
    anna.post(f"{CODES}/new", FORM)
    again = anna.post(f"{CODES}/new", {**FORM, "label": "另一张"})
    assert again.status_code == 409
    assert "食堂门口" in again.text
    assert len(pages.platform.world.qrcodes.list_live("ours")) == 1


def test_an_account_without_the_right_is_told_so_in_chinese(pages: Pages):
    desk = Desk(pages.home, "anna", "paper", Role.SERVICE)
    refused = desk.post("/console/a/paper/scenes/new", FORM)
    assert refused.status_code == 502
    assert "微信错误码 48001" in refused.text
    assert 'value="donggang-01"' in refused.text


def test_of_two_who_change_a_label_the_second_sees_both(pages: Pages, anna: Desk):
    made = anna.post(f"{CODES}/new", FORM).location
    anna.post(made, {"label": "北门", "district": "", "version": 0})
    late = anna.post(made, {"label": "南门", "district": "", "version": 0})
    assert late.status_code == 409
    assert "北门" in late.text
    assert 'value="南门"' in late.text


def test_a_scan_counts_once_however_often_it_is_told(db: Database, owner: int):
    keep(db, owner, "gate")
    for _ in range(3):
        with db.work() as session:
            service.note_scan(session, owner, scan("k1", follows=True), NOW)
            service.note_scan(session, owner, scan("k2"), NOW)
    assert figures_of(db, owner, "gate") == Figures(2, 1, 2, 1)


def test_many_scans_at_the_same_moment_are_all_counted(postgres_db: Database):
    db = postgres_db
    with db.work() as session:
        owner = add_account(session, new_account(), NOW).id

    def one(number: int) -> None:
        with db.work() as session:
            service.note_scan(session, owner, scan(f"k{number}"), NOW)
            service.note_scan(session, owner, scan("the-same"), NOW)

    assert together(12, one) == [None] * 12
    with db.read() as session:
        (day,) = session.scalars(select(SceneDay).where(SceneDay.account_id == owner))
    assert (day.scans, day.followed) == (13, 0)


def test_what_is_no_scan_counts_nothing(db: Database, owner: int):
    with db.work() as session:
        service.note_scan(session, owner, scan("k", scene="", follows=True), NOW)
        service.note_scan(session, owner, Text("gh", "o1", 1, "k", "你好"), NOW)
    with db.read() as session:
        assert session.scalars(select(SceneDay).where(SceneDay.account_id == owner)).all() == []


def test_old_keys_are_forgotten_and_the_counts_stay(db: Database, owner: int):
    keep(db, owner, "gate")
    with db.work() as session:
        service.note_scan(session, owner, scan("k1"), NOW - timedelta(days=8))
        assert service.forget_scans(session, NOW) == 1
    assert figures_of(db, owner, "gate").scans_ever == 1


def test_districts_add_up_and_a_code_without_scans_counts_nothing(db: Database, owner: int):
    keep(db, owner, "a", district="东港区")
    keep(db, owner, "b", district="东港区")
    keep(db, owner, "c")
    with db.work() as session:
        service.note_scan(session, owner, scan("1", "a", follows=True), NOW)
        service.note_scan(session, owner, scan("2", "b"), NOW)
    with db.read() as session:
        found = figures_by_district(session, owner)
    assert found == {"": Figures(), "东港区": Figures(2, 1, 2, 1)}


def test_a_code_made_after_its_scene_was_scanned_knows_of_it(db: Database, owner: int):
    with db.work() as session:
        service.note_scan(session, owner, scan("1", follows=True), NOW)
        service.note_scan(session, owner, scan("2"), NOW - timedelta(days=40))
    keep(db, owner, "gate")
    assert figures_of(db, owner, "gate") == Figures(1, 1, 2, 1)


def test_a_day_later_the_thirty_days_are_others(db: Database, owner: int):
    keep(db, owner, "gate")
    with db.work() as session:
        service.note_scan(session, owner, scan("1"), NOW)
        assert recount_old(session, NOW) == 0
    for days, recent in ((29, 1), (30, 0)):
        with db.work() as session:
            assert recount_old(session, NOW + timedelta(days=days)) == 1
        assert figures_of(db, owner, "gate") == Figures(recent, 0, 1, 0)


def test_recounting_mends_what_came_in_past_the_service(db: Database, owner: int):
    keep(db, owner, "gate")
    with db.work() as session:
        service.note_scan(session, owner, scan("1", follows=True), NOW)
        session.execute(update(Scene).where(Scene.account_id == owner).values(scans=7, recent_followed=9))
        assert recount_all(session, NOW) == 1
    assert figures_of(db, owner, "gate") == Figures(1, 1, 1, 1)


def recounted_beside_a_scan(db: Database) -> Figures:
    """Recounting begins while a scan is counted and not committed yet."""
    with db.work() as session:
        owner = add_account(session, new_account(), NOW).id
    keep(db, owner, "gate")

    def recount() -> None:
        with db.work() as session:
            recount_all(session, NOW)

    with ThreadPoolExecutor(1) as pool:
        with db.work() as session:
            service.note_scan(session, owner, scan("1"), NOW)
            recounting = pool.submit(recount)
            with db.read() as other:
                waiting = text("SELECT count(*) FROM pg_locks WHERE NOT granted")
                until = time.monotonic() + 10
                while not other.scalar(waiting) and time.monotonic() < until:
                    time.sleep(0.01)
        recounting.result(20)
    return figures_of(db, owner, "gate")


def test_a_scan_beside_a_recount_is_counted(postgres_db: Database):
    assert recounted_beside_a_scan(postgres_db) == Figures(1, 0, 1, 0)


def test_control_without_the_locks_it_is_lost(postgres_db: Database, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(Select, "with_for_update", lambda self: self)
    assert recounted_beside_a_scan(postgres_db) == Figures(0, 0, 0, 0)


def test_the_exported_table_runs_no_formula(pages: Pages, anna: Desk):
    keep(pages.home.parts.db, pages.account_id(), "evil", label='=HYPERLINK("x")', district="+1")
    table = anna.get(f"{CODES}.csv")
    assert table.data.startswith(b"\xef\xbb\xbf")
    assert "'=HYPERLINK" in table.text
    assert "'+1," in table.text


def test_names_of_posters_are_shown_as_text(pages: Pages, anna: Desk):
    evil = "<img src=x onerror=alert(1)>"
    public_id = keep(pages.home.parts.db, pages.account_id(), "evil", label=evil, district="<b>区</b>")
    for path in (CODES, f"{CODES}/{public_id}"):
        assert evil not in anna.get(path).text
        assert "<b>区" not in anna.get(path).text


def test_codes_of_another_account_do_not_exist(pages: Pages, anna: Desk):
    foreign = keep(pages.home.parts.db, pages.account_id("other"), "theirs", label="别家海报")
    for path in ("", "/picture.png"):
        assert anna.get(f"{CODES}/{foreign}{path}").status_code == 404
    assert anna.post(f"{CODES}/{foreign}", {"label": "x", "version": 0}).status_code == 404
    assert "别家海报" not in anna.get(CODES).text
    assert Desk(pages.home, "bob", "ours", Role.VIEWER).get(CODES).status_code == 403


def test_the_list_goes_on_after_fifty(home: Home):
    with home.parts.db.read() as session:
        home.parts.directory.reload(session)
    anna = Desk(home, "anna", "ours", Role.SERVICE)
    assert "还没有场景二维码" in text_of(anna.get(CODES))
    account_id = home.parts.directory.get("ours").id
    for n in range(52):
        keep(home.parts.db, account_id, f"s{n}", label=f"海报{n:02d}")
    with home.parts.db.read() as session:
        oldest = session.scalars(select(Scene.id).where(Scene.account_id == account_id)).all()[2]
    first = anna.get(CODES).text
    assert "海报51" in first
    assert "海报01" not in first
    second = anna.get(f"{CODES}?before={oldest}").text
    assert "海报01" in second


def test_spaces_around_a_scene_do_not_matter():
    assert read_scene(" a-1 ", " 东  门 ", "", "") == NewScene("a-1", "东 门", "", None)
