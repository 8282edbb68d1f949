"""工作日历 in the console."""

import io
from datetime import date, timedelta

import pytest
from sqlalchemy import func, select

from commands.doctor import examine
from models.audit import AuditEntry
from models.workdays import Workday
from staff.roles import Role
from tests.conftest import Home
from tests.neighbours import open_web
from tests.staff.desk import Desk, set_watch, text_of
from tests.wall.workdays.conftest import chain_of
from tests.wall.workdays.test_files import HEAD
from wall.workdays.files import HOLIDAYS
from wall.workdays.store import get_calendar

PAGE = "/console/o/province/workdays"


def acts(home: Home) -> list[tuple[str, dict[str, object]]]:
    with home.parts.db.read() as session:
        rows = session.scalars(select(AuditEntry).order_by(AuditEntry.number)).all()
    return [(row.action, dict(row.facts)) for row in rows if row.action.startswith("workday")]


def change(desk: Desk, day: str, page: str = PAGE, version: int = 0, **typed: str):
    return desk.post(f"{page}/day", {"day": day, "version": version, **typed})


def announcement(year: int = 2027) -> bytes:
    days = [f"{year}-{month:02}-05,休,{name},国务院办公厅通知" for month, name in enumerate(HOLIDAYS, 1)]
    return (HEAD + "\n".join(days)).encode()


def bring_in(desk: Desk, data: bytes, year: int = 2027, page: str = PAGE, name: str = "表.csv"):
    form = {"year": year, "version": 0, "file": (io.BytesIO(data), name)}
    return desk.post(f"{page}/import", form, content_type="multipart/form-data")


def known_until(home: Home, key: str) -> str:
    with home.parts.db.read() as session:
        return str(get_calendar(session, chain_of(home, key)).known_until(home.parts.clock().date()))


def test_the_page_shows_a_year_until_when_it_is_known_and_todays_deadlines(tree: Home, anna: Desk):
    watch = set_watch(tree)
    page = text_of(anna.get(PAGE))
    assert "2026 年：已按国务院公布的安排" in page
    assert "已知到 2026 年 12 月 31 日 ，还有 41 天" in page
    for shown in ("15—23 日 休 · 春节", "14 日 班 · 春节调休", "受理 （1 个工作日）： 2026-11-23 17:30"):
        assert shown in page
    watch.wait(days=365)
    page = text_of(Desk(tree, "dora", "province", Role.ADMIN).get(PAGE))
    assert "2027 年：推定（待公布）" in page
    assert "2027 年的安排还没有导入" in page


def test_a_tap_makes_a_day_one_of_rest_and_the_log_tells(tree: Home, anna: Desk):
    opened = anna.get(f"{PAGE}?day=2026-11-24")
    assert "11 月 24 日，星期二" in text_of(opened)
    done = change(anna, "2026-11-24", to="rest", name="本地节日")
    assert done.status_code == 302
    assert done.location.endswith("#month-11")
    assert "24 日 休 · 本地节日" in text_of(anna.get(done.location))
    assert "24 日 休 · 本地节日" in text_of(anna.get("/console/o/city/workdays"))
    assert acts(tree) == [("workday_changed", {"day": "2026-11-24", "to": "休"})]
    assert "修改工作日历" in anna.get("/console/o/province/acts").text


def test_a_day_and_a_year_are_taken_back(tree: Home, anna: Desk):
    change(anna, "2026-11-24", to="rest", name="本地节日")
    change(anna, "2026-11-25", version=1, to="rest", name="本地节日")
    assert "恢复为国务院公布的（班）" in text_of(anna.get(f"{PAGE}?day=2026-11-24"))
    change(anna, "2026-11-24", version=2, to="rest", above="1")
    page = anna.get(PAGE)
    assert "25 日 休 · 本地节日" in text_of(page)
    assert "24 日 休" not in text_of(page)
    assert "data-confirm" in page.text
    anna.post(f"{PAGE}/restore", {"year": 2026, "version": 3})
    page = anna.get(PAGE)
    assert "本地节日" not in text_of(page)
    assert "恢复为" not in text_of(page)
    assert [name for name, _ in acts(tree)][-1] == "workdays_restored"


def test_below_a_union_that_changed_something_one_goes_back_to_that(tree: Home, anna: Desk):
    change(anna, "2026-11-24", to="rest", name="全省活动")
    change(anna, "2026-11-24", "/console/o/city/workdays", to="work", name="照常")
    assert "恢复为上级的（休）" in text_of(anna.get("/console/o/city/workdays?day=2026-11-24"))


@pytest.mark.parametrize(
    ("form", "told", "status"),
    [
        ({"day": "2026-11-24", "to": "rest", "name": ""}, "请写明 2026-11-24 为什么休息", 422),
        ({"day": "2026-11-28", "to": "work", "name": ""}, "请写明 2026-11-28 为什么上班", 422),
        ({"day": "2026-11-24", "to": "perhaps", "name": "x"}, "请选择「休」或「班」", 422),
        ({"day": "2026-02-30", "to": "rest", "name": "x"}, "日期写成", 422),
        ({"day": "1999-01-01", "to": "rest", "name": "x"}, "工作日历只有 2026 到 2027 年", 422),
        ({"day": "2026-11-24", "to": "rest", "name": "x", "version": "-1"}, "页面不完整", 422),
        ({"day": "2026-11-24", "to": "rest", "name": "x", "version": "7"}, "别人改过", 409),
    ],
)
def test_a_bad_form_is_refused_and_changes_nothing(
    tree: Home, anna: Desk, form: dict[str, str], told: str, status: int
):
    refused = anna.post(f"{PAGE}/day", {"version": "0", **form})
    assert (refused.status_code, told in text_of(refused)) == (status, True)
    assert acts(tree) == []
    with tree.parts.db.read() as session:
        assert not session.scalar(
            select(func.count()).select_from(Workday).execution_options(all_tenants="a test")
        )


@pytest.mark.parametrize("asked", ["year=2025", "year=x", "year=９", "day=x", "day=2030-01-01"])
def test_an_address_of_no_year_is_told(tree: Home, anna: Desk, asked: str):
    assert anna.get(f"{PAGE}?{asked}").status_code == 422


def test_the_second_of_two_is_told_and_loses_nothing(tree: Home, anna: Desk):
    change(anna, "2026-11-25", to="rest", name="先到")
    refused = change(anna, "2026-11-24", to="rest", name="后到的名称")
    assert refused.status_code == 409
    assert "后到的名称" in refused.text
    assert 'name="version" value="1"' in refused.text


def test_an_announcement_is_brought_in_and_the_warning_ends_here_and_below(tree: Home, anna: Desk):
    assert bring_in(anna, announcement()).status_code == 302
    page = text_of(anna.get(f"{PAGE}?year=2027"))
    assert "2027 年：已按国务院公布的安排" in page
    assert "已知到 2027 年 12 月 31 日" in page
    assert (known_until(tree, "ours"), known_until(tree, "elsewhere")) == ("2027-12-31", "2026-12-31")
    assert acts(tree) == [("workdays_imported", {"year": 2027, "file": "表.csv"})]


@pytest.mark.parametrize(
    ("data", "year", "name", "told"),
    [
        (b"", 2027, "", "请先选择一个文件"),
        (b"x", 2027, "a.csv", "缺少列"),
        (announcement(2026), 2027, "a.csv", "文件里是 2026 年的日历"),
        ((HEAD + "2027-01-01,休,元旦,通知").encode(), 2027, "a.csv", "不像国务院公布的全年安排"),
    ],
    ids=["none", "no_table", "other_year", "not_whole"],
)
def test_a_bad_file_is_refused_with_its_reason(
    tree: Home, anna: Desk, data: bytes, year: int, name: str, told: str
):
    refused = bring_in(anna, data, year, name=name)
    assert (refused.status_code, told in text_of(refused)) == (422, True)
    assert known_until(tree, "province") == "2026-12-31"


def test_what_is_fetched_can_be_brought_in_again_and_changes_nothing(tree: Home, anna: Desk):
    file = anna.get(f"{PAGE}.csv?year=2026")
    assert file.text.startswith("\ufeffdate,kind,name,source")
    bring_in(anna, file.data, 2026)
    assert anna.get(f"{PAGE}.csv?year=2026").data == file.data
    with tree.parts.db.read() as session:
        assert get_calendar(session, chain_of(tree, "province")) == get_calendar(session, ())


def test_who_may_only_look_sees_the_days_and_no_way_to_change_them(tree: Home, bob: Desk):
    page = bob.get(PAGE)
    assert "15—23 日 休 · 春节" in text_of(page)
    assert "data-day" not in page.text
    assert f'action="{PAGE}' not in page.text
    assert change(bob, "2026-11-24", to="rest", name="x").status_code == 403
    assert bring_in(bob, announcement()).status_code == 403
    assert bob.post(f"{PAGE}/restore", {"year": 2026, "version": 0}).status_code == 403


def test_another_unions_calendar_does_not_exist_and_is_not_touched(tree: Home, anna: Desk, charlie: Desk):
    change(anna, "2026-11-24", to="rest", name="全省活动")
    assert charlie.get(PAGE).status_code == 404
    assert charlie.get(f"{PAGE}.csv").status_code == 404
    assert change(charlie, "2026-11-24", version=1, to="work", name="x").status_code == 404
    assert "全省活动" not in charlie.get("/console/o/elsewhere/workdays").text
    assert "全省活动" not in charlie.get("/console/o/elsewhere/workdays.csv").text
    assert (
        change(charlie, "2026-11-24", "/console/o/elsewhere/workdays", to="rest", name="别处").status_code
        == 302
    )
    assert "全省活动" in text_of(anna.get(PAGE))


def found(home: Home) -> list[tuple[str, str]]:
    return [(one.sign, one.text) for one in examine(home.parts) if "工作日历" in one.text]


def test_the_doctor_warns_60_days_before_and_complains_when_nothing_is_known(tree: Home, anna: Desk):
    watch = set_watch(tree)
    watch.now -= timedelta(days=20)
    assert [sign for sign, _ in found(tree)] == ["✓"]
    watch.wait(days=1)
    [(sign, text)] = found(tree)
    assert (sign, "还有 60 天" in text, "flask workdays import" in text) == ("!", True, True)
    watch.wait(days=61)
    [(sign, text)] = found(tree)
    assert (sign, "2027 年的工作日历还没有" in text) == ("✗", True)


def test_the_doctor_names_the_accounts_that_are_still_without_the_next_year(tree: Home, anna: Desk):
    bring_in(anna, announcement())
    told = dict(found(tree))
    assert "已知到 2027-12-31（公众号 ours）" in told["✓"]
    assert "（公众号 elsewhere）" in told["!"]


def test_commands_show_a_year_and_bring_one_in(tree: Home, tmp_path):
    def flask(*arguments: str) -> str:
        return tree.app.test_cli_runner().invoke(args=["workdays", *arguments]).output

    assert "2026-02-14\t班\t春节调休" in flask("show", "--organisation", "city", "--year", "2026")
    file = tmp_path / "2027.csv"
    file.write_bytes(announcement())
    assert "已按国务院公布的安排" in flask("import", str(file), "--organisation", "province")
    assert "已知到 2027-12-31" in flask("show", "--organisation", "city")
    assert "没有名为「nowhere」的组织" in flask("show", "--organisation", "nowhere")
    assert known_until(tree, "elsewhere") == "2026-12-31"


def test_a_change_reaches_the_shelf_of_the_running_service(tree: Home, anna: Desk):
    chain = chain_of(tree, "ours")
    with open_web(tree.parts.settings) as app:
        runtime = app.extensions["zhijia.runtime"]
        assert not runtime.workdays.of(chain).is_known(date(2027, 1, 4))
        bring_in(anna, announcement())
        runtime.shelves.refresh()
        assert runtime.workdays.of(chain).is_known(date(2027, 1, 4))
