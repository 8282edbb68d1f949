"""Figures of provinces: the shipped files are sound, a bad row is named by file and line, and places are understood."""

from datetime import date
from decimal import Decimal

import pytest

from core.errors import ConfigError
from faq.calculators.regions import COLUMNS, FIGURES, REGIONS, find, province_in, read_figures

TODAY = date(2026, 11, 22)
GOOD = {
    "kind": "heat_outdoor",
    "region": "广东",
    "city": "",
    "amount": "300",
    "unit": "元/月",
    "valid_from": "2021-06-01",
    "valid_until": "",
    "source": "某通知（2021年）",
    "checked_on": "2026-11-22",
    "note": "",
}


def write(folder, *rows):
    lines = [",".join(COLUMNS), *(",".join({**GOOD, **row}[name] for name in COLUMNS) for row in rows)]
    (folder / "some.csv").write_text("\n".join(lines) + "\n", "utf-8")
    return folder


def test_there_are_31_provinces():
    assert len(REGIONS) == len(set(REGIONS)) == 31


@pytest.mark.parametrize(
    ("text", "province"),
    [
        ("广东省", "广东"),
        ("广西壮族自治区南宁市", "广西"),
        ("内蒙呼和浩特", "内蒙古"),
        ("我在深圳的电子厂", "广东"),
        ("义乌", "浙江"),
        ("湖南人，在东莞打工", "广东"),
        ("老家四川，现在在苏州昆山", "江苏"),
        ("上海南京路的店", "上海"),
        ("湖北京山", "湖北"),
        ("云南", "云南"),
        ("青海海南州", "青海"),
        ("吉林长春", "吉林"),
        ("四川和重庆都干过", None),
        ("上海、南京", None),
        ("在北京也在上海", None),
        ("中山路", None),
        ("工地上", None),
        ("", None),
    ],
)
def test_a_place_in_a_text_names_its_province_or_nothing(text, province):
    assert province_in(text) == province


@pytest.mark.parametrize(
    ("kind", "region", "day", "amount"),
    [
        ("heat_outdoor", "广东", TODAY, "300"),
        ("heat_indoor", "浙江", TODAY, "200"),
        ("heat_until", "广东", TODAY, "10"),
        ("min_wage", "湖北", TODAY, "2400"),  # 鄂政办发〔2025〕44号：2400元、2130元、1970元，2025-12-01起
        ("min_wage_low", "湖北", TODAY, "1970"),
        ("min_wage", "云南", date(2026, 8, 31), "2170"),
        ("min_wage", "云南", date(2026, 9, 1), "2270"),
    ],
)
def test_the_figure_in_force_on_a_day_is_found(kind, region, day, amount):
    figure = find(kind, region, day)
    assert figure is not None
    assert figure.amount == Decimal(amount)


@pytest.mark.parametrize(
    ("kind", "region", "day"),
    [
        ("heat_outdoor", "四川", TODAY),
        ("heat_from", "云南", TODAY),
        ("min_wage", "湖北", date(2025, 11, 30)),
        ("heat_outdoor", "上海", date(2029, 1, 1)),
        ("min_wage", "火星", TODAY),
    ],
)
def test_what_is_not_known_is_not_invented(kind, region, day):
    assert find(kind, region, day) is None


def test_a_citys_own_figure_goes_before_its_provinces():
    amounts = [find("min_wage", "广东", TODAY, city).amount for city in ("深圳", "广州", "")]
    assert amounts == [2520, 2500, 2500]


def test_the_shipped_rows_name_their_documents_and_fit_together():
    figures = read_figures(FIGURES)
    assert all(len(figure.source) > 10 for figure in figures)
    assert all(figure.checked_on <= TODAY for figure in figures)
    by_kind = {kind: {f.region for f in figures if f.kind == kind} for kind in {f.kind for f in figures}}
    assert by_kind["heat_outdoor"] == by_kind["heat_indoor"] >= by_kind["heat_from"]
    assert by_kind["heat_from"] == by_kind["heat_until"]
    assert by_kind["min_wage"] == by_kind["min_wage_low"]


def test_no_lowest_wage_is_above_the_highest():
    for region in REGIONS:
        low, high = (find(kind, region, TODAY) for kind in ("min_wage_low", "min_wage"))
        assert (low is None and high is None) or 1000 < low.amount <= high.amount < 5000


def test_a_row_not_compared_with_its_document_says_so(tmp_path):
    sure, unsure = read_figures(write(tmp_path, {}, {"kind": "heat_indoor", "note": "需核对：文号"}))
    assert (sure.confirmed, unsure.confirmed) == (True, False)
    assert "请以当地最新文件为准" not in sure.basis
    assert unsure.basis.endswith("请以当地最新文件为准")


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ({"kind": "bonus"}, "没有 bonus 这一种标准"),
        ({"region": "广东省"}, "没有 广东省 这个省份"),
        ({"unit": "元/年"}, "单位应是 元/月 或 元/天"),
        ({"kind": "heat_from", "unit": "月", "amount": "13"}, "数额 13 不对"),
        ({"amount": "-300"}, "数额 -300 不对"),
        ({"amount": "NaN"}, "数额 NaN 不对"),
        ({"amount": "三百"}, "数字或日期写错了"),
        ({"valid_from": "2021年6月"}, "数字或日期写错了"),
        ({"valid_until": "2020-01-01"}, "有效期的起止写反了"),
        ({"source": ""}, "没有写依据的文件"),
        ({"note": "多,一列"}, "应有 10 列"),
        ({"valid_from": "2022-01-01"}, "与另一行同一天都有效"),
    ],
)
def test_a_bad_row_is_refused_with_file_and_line(tmp_path, row, message):
    with pytest.raises(ConfigError, match=rf"some\.csv 第 3 行：{message}"):
        read_figures(write(tmp_path, {}, row))


def test_one_figure_may_follow_another(tmp_path):
    rows = write(tmp_path, {"valid_until": "2024-12-31"}, {"valid_from": "2025-01-01", "amount": "350"})
    assert [figure.amount for figure in read_figures(rows)] == [300, 350]


def test_a_wrong_heading_is_refused(tmp_path):
    (tmp_path / "some.csv").write_text("kind,region\n", "utf-8")
    with pytest.raises(ConfigError, match=r"some\.csv 第 1 行：表头应是"):
        read_figures(tmp_path)


def test_a_file_in_another_encoding_is_refused(tmp_path):
    (tmp_path / "some.csv").write_bytes("标准".encode("gbk"))
    with pytest.raises(ConfigError, match=r"some\.csv 读不出来"):
        read_figures(tmp_path)
