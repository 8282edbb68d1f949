"""Boards, ranks, statistics, export, certificates."""

import io
from dataclasses import replace

import pytest
from PIL import Image
from sqlalchemy import event

from campaigns import certificate
from campaigns.joining import join
from campaigns.kinds.quiz import standings
from campaigns.kinds.quiz.kind import KIND
from campaigns.kinds.quiz.standings import find_mine, list_groups, list_leaders
from campaigns.kinds.quiz.statistics import list_items
from core.fresh import Fresh
from models.db import Database
from tests.campaigns.quiz.conftest import make_web
from tests.campaigns.quiz.phones import Web
from tests.campaigns.quiz.world import Quiz, make_quiz
from tests.conftest import Home


@pytest.fixture(autouse=True)
def nothing_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    """What was read seconds ago is read anew."""
    for name in ("_leaders", "_groups", "_people"):
        monkeypatch.setattr(standings, name, Fresh(0.0))


def tell(quiz: Quiz, openid: str, name: str = "", unit: str = "", region: str = "") -> None:
    with quiz.db.work() as session:
        person = join(session, quiz.campaign, openid, quiz.now)
        person.name, person.unit, person.region = name or None, unit, region


def test_more_points_then_less_time_then_earlier(quiz: Quiz):
    for openid, right, took in (("a", 5, 60), ("b", 5, 30), ("c", 4, 10), ("d", 5, 30)):
        tell(quiz, openid, name=f"{openid}明")
        quiz.play(openid, right, took_s=took)
    with quiz.db.read() as session:
        leaders = list_leaders(session, quiz.campaign)
        assert [one.name for one in leaders] == ["b*", "d*", "a*", "c*"]
        assert [one.rank for one in leaders] == [1, 2, 3, 4]
        assert find_mine(session, quiz.campaign, leaders[2].person_id) == (3, 4)


def test_who_gave_no_name_has_none_on_the_board_nor_a_workplace(quiz: Quiz):
    tell(quiz, "a", unit="红星厂工会")
    quiz.play("a")
    with quiz.db.read() as session:
        assert [(one.name, one.unit) for one in list_leaders(session, quiz.campaign)] == [("", "")]


def test_groups_by_average_and_only_with_enough_people(db: Database):
    quiz = make_quiz(db, {"board_least": 2})
    for openid, right, unit in (
        ("a", 5, "甲厂"),
        ("b", 3, "甲厂"),
        ("c", 5, "乙厂"),
        ("d", 5, "丙厂"),
        ("e", 4, "丙厂"),
    ):
        tell(quiz, openid, unit=unit)
        quiz.play(openid, right)
    with quiz.db.read() as session:
        groups = list_groups(session, quiz.campaign, "unit")
    assert [(one.name, one.people, one.average) for one in groups] == [("丙厂", 2, 90.0), ("甲厂", 2, 80.0)]


def test_the_board_reads_its_index_alone(sqlite_db: Database):
    quiz = make_quiz(sqlite_db)
    quiz.play()
    plans: list[str] = []
    sent: list[tuple[str, object]] = []
    event.listen(
        sqlite_db.engine,
        "before_cursor_execute",
        lambda _c, _k, text, values, *_: sent.append((text, values)),
    )
    with sqlite_db.read() as session:
        list_leaders(session, quiz.campaign)
        list_groups(session, quiz.campaign, "unit")
    with sqlite_db.engine.connect() as connection:
        for text, values in [one for one in sent if "FROM quiz_standings" in one[0]]:
            rows = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {text}", values)
            plans.append(" ".join(str(row[-1]) for row in rows))
    assert len(plans) == 2
    assert "ix_quiz_standings_rank" in plans[0]
    assert "ix_quiz_standings_unit" in plans[1]


def test_statistics_of_questions(db: Database):
    quiz = make_quiz(db, {"blueprint": [{"subjects": "工会", "take": 5}], "shuffle_questions": False})
    for number in range(6):
        quiz.play(f"o{number}", right=5 if number < 3 else 1)
    with db.read() as session:
        items = list_items(session, quiz.campaign)
        summary = KIND.summarise(session, quiz.campaign, quiz.now)
    assert {one.answers for one in items} == {6}
    assert sum(one.difficulty for one in items) == pytest.approx(18 / 6)
    assert all(one.discrimination is None or one.discrimination > 0 for one in items)
    assert any(one.wrong for one in items)
    figures = {one.title: one.value for one in summary.figures}
    assert figures == {
        "参与人数": 6,
        "答题次数": 6,
        "已交卷": 6,
        "通过": 3,
        "平均正确率": 60.0,
        "平均用时": 60,
    }
    assert {one.title for one in summary.series} >= {
        "每天答题次数",
        "最好成绩的分布（人）",
        "答对率最低的题（%）",
        "最容易选错的答案（占作答的 %）",
    }
    assert all(len(one.labels) == len(one.values) for one in summary.series)


def test_statistics_of_a_draft_are_empty(quiz: Quiz):
    draft = replace(quiz.campaign, id=quiz.campaign.id + 1, public_id="draft2222222")
    with quiz.db.read() as session:
        assert list(KIND.summarise(session, draft, quiz.now).series) == []


def test_the_export_names_nobody(quiz: Quiz):
    tell(quiz, "a", name="王小明", unit="红星厂")
    quiz.play("a", 4)
    with quiz.db.read() as session:
        rows = list(KIND.export_rows(session, quiz.campaign))
    assert len(rows) == 1
    assert len(rows[0]) == len(KIND.export_columns)
    assert rows[0][5:10] == (5, 4, 80, "是", "否")
    assert "王" not in str(rows)
    assert "红星厂" in rows[0]


CERTIFIED = {"certificate": "成绩优秀", "certificate_percent": 80}


def test_a_certificate_with_its_number_can_be_verified_by_anybody(house: Home):
    web = make_web(house, CERTIFIED)
    tell(web.quiz, "o1", name="王小明")
    web.quiz.play("o1", 4)
    phone = web.phone()
    page = phone.get("/quiz/certificate")
    assert page.status_code == 200
    picture = phone.get("/quiz/certificate.png")
    with Image.open(io.BytesIO(picture.data)) as drawn:
        assert drawn.size == (1080, 1440)
        assert len(drawn.convert("L").getcolors(256)) > 20
    number = web.quiz.rows(standings.QuizStanding)[0].public_id
    assert number in page.text
    anybody = house.app.test_client()
    verified = anybody.get(f"{web.base}/quiz/verify/{number}")
    assert verified.status_code == 200
    assert "王**" in verified.text
    assert "王小明" not in verified.text
    for forged in ("aaaaaaaaaaaa", "<script>", "%00", "a" * 300, f"{number}x"):
        assert anybody.get(f"{web.base}/quiz/verify/{forged}").status_code == 404


def test_below_the_mark_there_is_no_certificate(house: Home):
    web = make_web(house, CERTIFIED)
    web.quiz.play("o1", 3)
    assert web.phone().get("/quiz/certificate").status_code == 404
    number = web.quiz.rows(standings.QuizStanding)[0].public_id
    assert house.app.test_client().get(f"{web.base}/quiz/verify/{number}").status_code == 404


def test_without_a_chinese_font_the_certificate_is_a_page(house: Home, monkeypatch: pytest.MonkeyPatch):
    web = make_web(house, CERTIFIED)
    web.quiz.play("o1", 5)
    monkeypatch.setattr(certificate, "_font_file", lambda: None)
    page = web.phone().get("/quiz/certificate")
    assert "请截图保存" in page.text
    assert "<svg" in page.text
    assert "style=" not in page.text
    assert web.phone().get("/quiz/certificate.png").status_code == 404


def test_boards_that_are_off_are_not_there(house: Home):
    web: Web = make_web(house, {"boards": False})
    assert web.phone().get("/quiz/boards").status_code == 404
