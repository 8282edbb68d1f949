"""Charts as geometry."""

from campaigns.charts import draw
from campaigns.kind import Series


def test_the_longest_bar_fills_its_room_and_the_others_in_proportion():
    chart = draw(Series("各区", "bars", ["东", "西", "北"], [200, 50, 0]))
    assert [one.share for one in chart.bars] == [100.0, 25.0, 0.0]
    assert [one.text for one in chart.bars] == ["200", "50", "0"]


def test_a_line_runs_below_a_round_number():
    chart = draw(Series("每天", "line", ["一", "二", "三"], [0, 13918, 700]))
    assert chart.top == "20,000"
    assert chart.line.startswith("M0.0 100.0L50.0 ")


def test_one_day_is_a_level_line_and_none_is_nothing():
    assert draw(Series("每天", "line", ["一"], [3])).line.count("L") == 1
    assert draw(Series("每天", "line", [], [])).line == ""
    assert draw(Series("各区", "bars", [], [])).bars == []


def test_numbers_that_are_not_whole_keep_a_digit():
    (bar,) = draw(Series("正确率", "bars", ["一"], [66.666])).bars
    assert bar.text == "66.7"
