"""Forms made from a kind's settings: every sort of input there and back, rows, and what is wrong by name."""

from typing import Any

import pytest
from pydantic import BaseModel, ValidationError

from campaigns.registry import all_kinds
from campaigns.settings_form import controls, problems_of, read, texts_of, title_of, told, typed_of
from campaigns.view import KindConfig, Rules
from tests.campaigns.tiny import TinyConfig

FULL: dict[str, Any] = {
    "slogan": "齐心",
    "story": "第一行\n第二行",
    "taps": 7,
    "share": 0.25,
    "loud": True,
    "colour": "黄",
    "days": ["周六", "周日"],
    "words": ["甲", "乙"],
    "rows": [{"title": "一", "points": 2, "hidden": False}, {"title": "二", "points": 9, "hidden": True}],
    "place": {"hall": "礼堂"},
    "ends": "2026-12-01",
    "at": "2026-12-01T01:00:00Z",
}


def stored(values: dict[str, Any]) -> dict[str, Any]:
    return TinyConfig.model_validate(values).model_dump(mode="json")


def there_and_back(values: dict[str, Any]) -> dict[str, Any]:
    return stored(read(TinyConfig, typed_of(values)))


def test_settings_come_back_from_their_form_unchanged():
    assert there_and_back(stored(FULL)) == stored(FULL)
    assert there_and_back(stored({})) == stored({})


def test_every_sort_of_field_gets_its_input_with_title_hint_and_limits():
    shown = {one.name: one for one in controls(TinyConfig, {})}
    sorts = {name: one.sort for name, one in shown.items()}
    assert sorts == {
        "slogan": "text",
        "story": "long",
        "taps": "number",
        "share": "decimal",
        "loud": "switch",
        "colour": "choice",
        "days": "choices",
        "words": "lines",
        "rows": "rows",
        "place": "group",
        "ends": "date",
        "at": "moment",
    }
    assert (shown["slogan"].title, shown["slogan"].hint, shown["slogan"].most) == ("口号", "大家喊的", 20)
    assert (shown["taps"].least, shown["taps"].most) == (1, 50)
    assert [value for value, _ in shown["colour"].options] == ["红", "黄"]
    assert [one.title for one in shown["rows"].columns] == ["名目", "分数", "不显示"]


def test_tables_show_what_is_filled_and_two_empty_rows():
    (table,) = (one for one in controls(TinyConfig, typed_of(stored(FULL))) if one.name == "rows")
    values = [[one.value for one in row] for row in table.rows]
    assert values == [["一", "2", ""], ["二", "9", "1"], ["", "", ""], ["", "", ""]]


def test_rows_left_empty_are_none_and_the_others_move_up():
    typed = {
        "rows.0.title": "",
        "rows.1.title": "甲",
        "rows.1.points": "",
        "rows.7.title": "乙",
        "rows.7.points": "3",
    }
    assert read(TinyConfig, typed)["rows"] == [
        {"title": "甲", "hidden": False},
        {"title": "乙", "points": "3", "hidden": False},
    ]


def test_a_ticked_box_alone_fills_no_row():
    assert read(TinyConfig, {"rows.0.hidden": "1"})["rows"] == [{"title": "", "hidden": True}]


def test_a_number_left_empty_takes_its_default():
    assert there_and_back({**stored(FULL)})["taps"] == 7
    assert stored(read(TinyConfig, {"taps": " "}))["taps"] == 3


def wrong_with(typed: dict[str, str]) -> dict[str, str]:
    with pytest.raises(ValidationError) as caught:
        TinyConfig.model_validate(read(TinyConfig, typed))
    return problems_of(TinyConfig, caught.value)


def test_what_is_wrong_stands_at_its_input_in_chinese():
    problems = wrong_with({"taps": "51", "colour": "绿", "rows.3.title": "甲", "rows.3.points": "十"})
    assert set(problems) == {"taps", "colour", "rows.0.points"}
    sentence = told(TinyConfig, problems)
    assert "「按几下」应不大于 50" in sentence
    assert "「名目表第 1 行的分数」应为整数" in sentence
    shown = {one.name: one for one in controls(TinyConfig, {"taps": "51"}, problems)}
    assert shown["taps"].problem == problems["taps"]


def test_too_many_lines_are_told_at_the_whole_field():
    assert set(wrong_with({"words": "甲\n乙\n丙\n丁"})) == {"words"}
    assert title_of(TinyConfig, "words") == "词语"


def test_huge_row_numbers_cost_nothing():
    assert read(TinyConfig, {"rows.99999999999.title": "甲"})["rows"] == []
    assert len(controls(TinyConfig, {"rows.99999999999.title": "甲"})) == 12


def test_two_versions_are_compared_as_people_read_them():
    texts = texts_of(TinyConfig, typed_of(stored(FULL)))
    assert texts["大声"] == "是"
    assert texts["名目表"].splitlines()[0] == "名目 一 · 分数 2"
    assert texts["场地"] == "地点：礼堂"


def test_a_sort_of_field_that_has_no_input_is_told_at_once():
    class Odd(KindConfig):
        table: dict[str, int]

    with pytest.raises(TypeError, match="no input"):
        controls(Odd, {})


@pytest.mark.parametrize("config", [Rules, *(kind.config for kind in all_kinds().values())])
def test_every_kind_in_the_house_has_a_form_and_titles_for_it(config: type[BaseModel]):
    for one in controls(config, {}):
        assert not one.title.isascii(), f"{config.__name__}.{one.name} has no Chinese title"


@pytest.mark.parametrize("key", list(all_kinds()))
def test_every_template_survives_its_form(key: str):
    kind = all_kinds()[key]
    for template in kind.templates:
        values = kind.config.model_validate(dict(template.settings)).model_dump(mode="json")
        again = kind.config.model_validate(read(kind.config, typed_of(values))).model_dump(mode="json")
        assert again == values, template.key
