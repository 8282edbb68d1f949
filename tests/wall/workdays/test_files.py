"""Files of a year: what is read from them, what is refused and why."""

import csv
import io

import pytest
from openpyxl import Workbook

from core.errors import Invalid
from wall.workdays.files import COLUMNS, HOLIDAYS, MAX_BYTES, read_upload, rows_of, shipped_calendar

HEAD = "date,kind,name,source\n"


def table(*rows: str) -> bytes:
    return (HEAD + "\n".join(rows)).encode()


def whole_year(source: str = "通知") -> list[str]:
    return [f"2028-{month:02}-03,休,{name},{source}" for month, name in enumerate(HOLIDAYS, 1)]


def test_what_we_ship_says_where_it_is_from():
    years = shipped_calendar().years
    assert {number: year.announced for number, year in years.items()} == {2026: True, 2027: False}
    assert {one.source for one in years[2026].days.values()} == {
        "国务院办公厅关于2026年部分节假日安排的通知（2025-11-04）"
    }


@pytest.mark.parametrize("number", [2026, 2027])
def test_a_year_that_is_written_reads_the_same(number: int):
    year = shipped_calendar().year(number)
    text = io.StringIO(newline="")
    csv.writer(text).writerows([COLUMNS, *rows_of(year)])
    assert read_upload("year.csv", text.getvalue().encode("gb18030")) == year


def test_spreadsheets_with_dates_of_their_own_are_read():
    book = Workbook()
    book.active.append(list(COLUMNS))
    for day, special in shipped_calendar().year(2026).days.items():
        book.active.append([day, "休" if special.rest else "班", special.name, special.source])
    file = io.BytesIO()
    book.save(file)
    assert read_upload("year.xlsx", file.getvalue()) == shipped_calendar().year(2026)


@pytest.mark.parametrize("written", ["2028/1/3", "2028年1月3日", "2028.1.3", "2028-01-03"])
def test_dates_are_read_as_people_write_them(written: str):
    year = read_upload("a.csv", table(f"{written},休,元旦,推定"))
    assert [str(day) for day in year.days] == ["2028-01-03"]


def test_a_year_with_all_holidays_is_an_announcement_unless_a_row_says_that_it_is_presumed():
    assert read_upload("a.csv", table(*whole_year())).announced
    assert not read_upload("a.csv", table(*whole_year("推定"))).announced
    assert not read_upload("a.csv", table(*whole_year(), "2028-12-01,休,其他,推定（待公布）")).announced


@pytest.mark.parametrize(
    ("rows", "told"),
    [
        ([], "没有导入"),
        (["2028-13-01,休,元旦,通知"], "第 2 行：date 应写成"),
        (["明天,休,元旦,通知"], "而不是「明天」"),
        (["2028-01-01,放假,元旦,通知"], "只能写「休」或「班」"),
        (["2028-01-01,休,,通知"], "name"),
        ([f"2028-01-01,休,{'长' * 21},通知"], "1 到 20 个字"),
        (["2028-01-01,休,元旦,"], "source 请写出处"),
        (["2028-01-01,休,元旦,推定", "2028-01-01,班,元旦,推定"], "第 3 行：2028-01-01 前面已经有了"),
        (["2028-01-01,休,元旦,推定", "2029-01-01,休,元旦,推定"], "一年一个文件"),
        (["2028-01-01,休,元旦,推定,多,出"], "第 2 行：比表头多出几格"),
        (["2028-01-01,休,元旦,通知"], "没有春节、清明节、劳动节、端午节、中秋节、国庆节的休息日"),
    ],
)
def test_a_bad_file_is_refused_and_the_row_named(rows: list[str], told: str):
    with pytest.raises(Invalid) as refused:
        read_upload("表.csv", table(*rows))
    assert told in refused.value.message


def test_a_file_of_another_sort_or_size_is_refused():
    with pytest.raises(Invalid, match="缺少列：kind、source"):
        read_upload("a.csv", b"date,name\n2028-01-01,x\n")
    with pytest.raises(Invalid, match=r"只能导入"):
        read_upload("a.pdf", b"%PDF")
    with pytest.raises(Invalid, match="太大"):
        read_upload("a.csv", b" " * (MAX_BYTES + 1))
