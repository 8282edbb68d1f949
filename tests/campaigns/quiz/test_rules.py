"""Pure decisions: dice, what is an answer, which levels are open, settings that make no sense."""

from collections import Counter
from datetime import datetime, timedelta
from typing import Any

import pytest
from pydantic import ValidationError

from campaigns.kinds.quiz import rules
from campaigns.kinds.quiz.bank.questions import as_json, cells_of, check_question, from_json
from campaigns.kinds.quiz.config import QuizConfig
from campaigns.kinds.quiz.dice import Dice
from campaigns.kinds.quiz.kind import TEMPLATES
from campaigns.kinds.quiz.marking import is_right, judge_of, letters_of, read_given
from campaigns.kinds.quiz.rules import Scored, best_of, duration_text, used_ms, view_gates
from campaigns.kinds.quiz.statistics import discrimination
from core.errors import Invalid
from tests.campaigns.quiz.world import bank
from tests.conftest import NOW


def test_dice_are_the_same_for_ever():
    """Numbers written down: another Python, another machine, next year must throw these."""
    dice = Dice("seed-1")
    assert [dice.below(100) for _ in range(8)] == EXPECTED
    assert Dice("seed-2").take("ABCDEF", 6) == TAKEN


EXPECTED = [11, 98, 38, 39, 59, 18, 24, 69]
TAKEN = ["B", "C", "E", "F", "D", "A"]


def test_dice_are_fair():
    counts = Counter(tuple(Dice(str(seed)).take("ABC", 3)) for seed in range(6000))
    assert len(counts) == 6
    assert all(850 < count < 1150 for count in counts.values())


def test_taking_gives_each_once():
    assert sorted(Dice("x").take(range(20), 20)) == list(range(20))
    assert len(set(Dice("x").take(range(20), 5))) == 5


@pytest.mark.parametrize(
    ("said", "letters"),
    [
        ("a", "A"),
        ("ｂ", "B"),
        ("B A", "AB"),
        ("A、C", "AC"),
        ("AA", None),
        ("g", None),
        ("", None),
        ("1", None),
    ],
)
def test_letters(said: str, letters: str | None):
    assert letters_of(said) == letters


@pytest.mark.parametrize(
    ("said", "judged"),
    [
        ("对", "对"),
        ("√", "对"),
        ("正确。", "对"),
        ("×", "错"),
        ("X", "错"),
        ("false", "错"),
        ("也许", None),
        ("", None),
    ],
)
def test_yes_and_no(said: str, judged: str | None):
    assert judge_of(said) == judged


@pytest.mark.parametrize("typed", ["30日", "３０日", " 30 日 ", "30日。", "三十日"])
def test_ways_of_typing_the_same(typed: str):
    assert is_right("blank", read_given("blank", typed, 0), "30日|三十日")


@pytest.mark.parametrize("typed", ["3日", "30", "三十", "130日"])
def test_near_is_not_right(typed: str):
    assert not is_right("blank", typed, "30日|三十日")


def scored(gate: int, points: int, used: int = 1, at: int = 0, *, passed: bool = True) -> Scored:
    return Scored(gate, points, used, NOW + timedelta(seconds=at), passed)


def test_best_by_points_then_time_then_earlier():
    assert best_of([scored(0, 10, 5), scored(0, 20, 9)])[0].points == 20
    assert best_of([scored(0, 20, 9), scored(0, 20, 5)])[0].used_ms == 5
    assert best_of([scored(0, 20, 5, 9), scored(0, 20, 5, 1)])[0].ended_at == NOW + timedelta(seconds=1)


GATES = QuizConfig.model_validate(
    {
        "blueprint": [{"take": 1, "gate": 1}, {"take": 1, "gate": 2}, {"take": 1, "gate": 3}],
        "gates": [{"title": "一"}, {"title": "二", "day": 1}, {"title": "三", "day": 2}],
        "in_order": True,
        "tries_a_day": 2,
        "tries": 3,
    }
)


def states(started: list[tuple[int, datetime]], done: list[Scored], now: datetime = NOW) -> list[str]:
    return [one.state for one in view_gates(GATES, NOW - timedelta(hours=1), started, done, now)]


def test_levels_open_by_day_and_one_after_the_other():
    later = NOW + timedelta(days=3)
    assert states([], []) == ["open", "soon", "soon"]
    assert states([], [], later) == ["open", "locked", "locked"]
    assert states([(0, NOW)], [scored(0, 10)], later) == ["open", "open", "locked"]
    assert states([(0, NOW)], [scored(0, 10, passed=False)], later) == ["open", "locked", "locked"]
    assert states([(0, NOW)] * 2, []) == ["used_today", "soon", "soon"]
    assert states([(0, NOW)] * 3, []) == ["used_up", "soon", "soon"]


def test_a_level_opens_at_midnight_of_its_day_in_china():
    opens = datetime.fromisoformat("2026-11-20T23:30:00+08:00")
    assert rules.opens_at(GATES, 0, opens) == opens
    assert rules.opens_at(GATES, 1, opens) == datetime.fromisoformat("2026-11-21T00:00:00+08:00")


def test_time_is_never_longer_than_was_given():
    due = NOW + timedelta(minutes=5)
    assert used_ms(NOW, NOW + timedelta(minutes=9), due, 5) == 300_000
    assert used_ms(NOW, NOW - timedelta(seconds=1), due, 5) == 0
    frozen_for = timedelta(hours=2)
    assert used_ms(NOW, NOW + frozen_for + timedelta(minutes=3), due + frozen_for, 5) == 180_000
    assert used_ms(NOW, NOW + timedelta(minutes=9), None, 0) == 540_000
    assert duration_text(188_000) == "3 分 08 秒"
    assert duration_text(9_400) == "9 秒"


@pytest.mark.parametrize(
    "settings",
    [
        {"blueprint": []},
        {"blueprint": [{"take": 0}]},
        {"blueprint": [{"take": 101}]},
        {"blueprint": [{"take": 60}, {"take": 60}]},
        {"blueprint": [{"take": 1, "gate": 2}]},
        {"gates": [{"title": "一"}, {"title": "二"}]},
        {"minutes": -1},
        {"minutes": 181},
        {"points": 0},
        {"pass_percent": 101},
        {"feedback": "never"},
        {"surprise": 1},
    ],
)
def test_settings_that_make_no_sense_are_refused(settings: dict[str, Any]):
    with pytest.raises(ValidationError):
        QuizConfig.model_validate(settings)


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda one: one.key)
def test_templates_are_settings(template: Any):
    QuizConfig.model_validate(dict(template.settings))
    assert len(template.title) <= 30


def test_every_field_of_the_settings_has_a_label():
    assert all(field.title for field in QuizConfig.model_fields.values())


def test_discrimination_of_known_figures():
    # Four papers: 1, 0.75, 0.5, 0.25; the better two had it right.
    assert discrimination(4, 2, 2.5, 1.875, 1.75) == pytest.approx(0.894427, abs=1e-5)
    assert discrimination(4, 4, 2.5, 1.875, 2.5) is None
    assert discrimination(4, 2, 2.0, 1.0, 1.0) is None


ROW = {
    "id": "q-1",
    "subject": "合同",
    "level": "2",
    "kind": "单选",
    "question": "问？",
    "A": "甲",
    "B": "乙",
    "answer": "B",
}


@pytest.mark.parametrize("question", bank(), ids=lambda one: one.code)
def test_a_question_survives_table_and_json(question: Any):
    assert check_question(cells_of(question)) == question
    assert from_json(as_json(question)) == question


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"id": ""}, "编号"),
        ({"id": "a b"}, "编号"),
        ({"id": "x" * 81}, "编号"),
        ({"subject": ""}, "分类"),
        ({"subject": "类" * 21}, "最多 20"),
        ({"level": "4"}, "难度"),
        ({"kind": "简答"}, "题型"),
        ({"question": ""}, "题目"),
        ({"question": "问" * 201}, "最多 200"),
        ({"B": ""}, "至少"),
        ({"A": "", "B": "乙"}, "空了一格"),
        ({"A": "乙"}, "一模一样"),
        ({"A": "甲" * 61}, "最多 60"),
        ({"answer": ""}, "写明答案"),
        ({"answer": "C"}, "不在选项里"),
        ({"answer": "AB"}, "只有一个"),
        ({"kind": "多选", "answer": "A"}, "至少有两个"),
        ({"kind": "判断", "answer": "对"}, "没有选项"),
        ({"kind": "判断", "A": "", "B": "", "answer": "A"}, "「对」或「错」"),
        ({"kind": "填空", "A": "", "B": "", "answer": "|"}, "几种写法"),
        ({"kind": "填空", "A": "", "B": "", "answer": "字" * 51}, "最多 50"),
        ({"citations": "劳动合同法9条"}, "引用"),
        ({"explanation": "解" * 501}, "最多 500"),
        ({"picture": "../../etc/passwd"}, "图片"),
    ],
)
def test_what_is_wrong_with_a_question_is_told(changes: dict[str, str], told: str):
    with pytest.raises(Invalid, match=told):
        check_question({**ROW, **changes})
