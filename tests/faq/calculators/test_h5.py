"""Calculators as pages: forms without JavaScript, results, and what is wrong told beside the field."""

import html
import re
from datetime import date
from decimal import Decimal
from html.parser import HTMLParser

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from faq.calculators.base import Kind
from faq.calculators.catalog import CALCULATORS
from faq.calculators.h5 import pages
from faq.calculators.wording import page_url, shown
from tests.conftest import Home

EVIL = '"><script>alert(1)</script>'


@pytest.fixture
def browser(home: Home) -> FlaskClient:
    if pages.name not in home.app.blueprints:
        home.app.register_blueprint(pages)
    with home.parts.db.read() as session:
        home.parts.directory.reload(session)
    return home.app.test_client()


def get(browser: FlaskClient, key: str = "", **query: str) -> TestResponse:
    return browser.get(f"/h5/ours/calculators{'/' if key else ''}{key}", query_string=query)


def text_of(answer: TestResponse) -> str:
    """What is read on the page."""
    return re.sub(r"\s+", " ", html.unescape(re.sub("<[^>]+>", " ", answer.text)))


class _Page(HTMLParser):
    """Ids, what refers to ids, and controls."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.references: list[str] = []
        self.controls: list[dict[str, str]] = []
        self.labelled: set[str] = set()
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        if "id" in found:
            self.ids.append(found["id"])
        self.references += (
            found.get("aria-describedby", "").split() + found.get("aria-labelledby", "").split()
        )
        if found.get("href", "").startswith("#"):
            self.references.append(found["href"][1:])
        if tag == "label":
            self.labelled.add(found["for"])
        if tag in ("input", "select") and found.get("type") != "hidden":
            self.controls.append(found)


def test_the_list_names_every_calculator_with_what_it_tells(browser: FlaskClient):
    page = get(browser)
    assert page.status_code == 200
    for calculator in CALCULATORS:
        assert calculator.title in page.text
        assert calculator.about in html.unescape(page.text)
        assert f'href="/h5/ours/calculators/{calculator.key}"' in page.text


@pytest.mark.parametrize("calculator", CALCULATORS, ids=lambda calculator: calculator.key)
def test_an_empty_form_asks_and_complains_of_nothing(browser: FlaskClient, calculator):
    page = get(browser, calculator.key)
    assert page.status_code == 200
    assert 'role="alert"' not in page.text
    assert "aria-invalid" not in page.text
    assert 'id="result"' not in page.text
    assert calculator.figures[0].label in page.text


@pytest.mark.parametrize("query", [{}, {"go": "1"}], ids=["empty", "sent"])
@pytest.mark.parametrize("calculator", CALCULATORS, ids=lambda calculator: calculator.key)
def test_every_control_has_a_label_and_every_reference_leads_somewhere(
    browser: FlaskClient, calculator, query
):
    page = _Page(get(browser, calculator.key, **query).text)
    assert len(page.ids) == len(set(page.ids))
    assert set(page.references) <= set(page.ids)
    assert page.controls
    assert {control["id"] for control in page.controls} <= page.labelled


def test_headers_are_those_of_all_pages(browser: FlaskClient):
    for path in ("", "/overtime", "/overtime?wage=8000&workday_hours=2"):
        answer = browser.get(f"/h5/ours/calculators{path}")
        assert answer.headers["Cache-Control"] == "no-store"
        assert "default-src 'self'" in answer.headers["Content-Security-Policy"]
        assert not re.search(r"<script|<style|\sstyle=|\son\w+=", answer.text)


def test_a_filled_form_shows_the_result_above_the_form(browser: FlaskClient):
    page = get(browser, "severance", how="unlawful", service_years="3", service_months="6", wage="8000")
    assert page.status_code == 200
    assert page.text.index('id="result"') < page.text.index("<form")
    told = text_of(page)
    for part in (
        "64000 元",
        "8000 × 4 × 2 = 64000 元",
        "《劳动合同法》第四十七条",
        "按这样的情况算",
        "接下来",
        "您填的",
        "3 年 6 个月",
    ):
        assert part in told
    assert "<title>结果：经济补偿和赔偿金</title>" in page.text
    assert '<option value="unlawful" selected>' in page.text
    assert 'name="service_years" value="3"' in page.text


@pytest.mark.parametrize(
    ("key", "values"),
    [
        ("severance", {"how": "unlawful", "service": Decimal("42.5"), "wage": Decimal(8000)}),
        (
            "severance",
            {"how": "unlawful", "start": date(2024, 1, 1), "wage": Decimal(8000)},
        ),
        ("heat", {"region": "广东", "place": "outdoor", "hot": "no"}),
        ("retirement", {"group": "woman_50", "birth": date(1975, 6, 1)}),
        ("probation", {"term": "fixed", "contract_months": Decimal(12), "agreed_months": Decimal("0.5")}),
    ],
)
def test_the_address_from_the_chat_opens_the_result(browser: FlaskClient, key, values):
    calculator = next(calculator for calculator in CALCULATORS if calculator.key == key)
    page = browser.get(page_url("/h5/ours", calculator, values))
    for name, value in values.items():
        figure = next(figure for figure in calculator.figures if figure.name == name)
        assert shown(figure, value) in text_of(page)
    assert 'id="result"' in page.text


@pytest.mark.parametrize(
    ("wage", "shown"),
    [("8千", "8000 元"), ("六千五", "6500 元"), ("￥６，５００", "6500 元"), (" 5220 元 ", "5220 元")],
)
def test_numbers_may_be_typed_as_people_write_them(browser: FlaskClient, wage, shown):
    assert shown in text_of(get(browser, "overtime", wage=wage, workday_hours="10"))


def test_a_length_of_time_may_stand_in_one_field(browser: FlaskClient):
    page = get(browser, "severance", how="unlawful", service_years="三年半", wage="8000")
    assert "3 年 6 个月" in text_of(page)
    assert "几年几个月" in text_of(
        get(browser, "severance", how="unlawful", service_years="三年多", wage="8000")
    )


def test_a_date_typed_by_hand_is_understood_and_stands_in_the_field_as_browsers_want_it(browser: FlaskClient):
    page = get(browser, "retirement", group="man", birth="1965年3月5日")
    assert 'id="result"' in page.text
    assert 'value="1965-03-05"' in page.text


def test_what_is_missing_is_named_beside_the_field_and_in_the_summary(browser: FlaskClient):
    page = get(browser, "overtime", go="1")
    assert '<div class="calc-problems" role="alert">' in page.text
    assert '<a href="#f-wage">「月工资」还没有填</a>' in page.text
    assert '<p class="calc-error" id="f-wage-error">「月工资」还没有填</p>' in page.text
    assert 'aria-describedby="f-wage-hint f-wage-error" aria-invalid="true"' in page.text
    assert "还要填 4 项" in page.text
    assert "<title>还要填：加班费</title>" in page.text


@pytest.mark.parametrize(
    ("key", "query", "told"),
    [
        ("overtime", {"wage": "abc"}, "月工资没有看懂"),
        ("overtime", {"wage": "-5"}, "月工资不能是负数"),
        ("overtime", {"wage": "99999999"}, "月工资应在 1 到 1000000 之间"),
        ("overtime", {"wage": "NaN"}, "月工资没有看懂"),
        ("overtime", {"wage": "1e99"}, "看到了不止一个数"),
        ("probation", {"term": "secret"}, "合同种类请从这些里选"),
        ("probation", {"term": "fixed", "contract_months_years": "很久"}, "合同期限的年和月请各填一个数字"),
        ("probation", {"term": "fixed", "contract_months_years": "90"}, "合同期限应在 0 到 600 之间"),
        ("retirement", {"birth": "2026-02-30"}, "请写明年月日"),
        ("heat", {"region": "火星"}, "没有看懂"),
        ("sick_leave", {"total_years": "3", "company_years": "5", "local_minimum": "2000"}, "比累计工作年限还长"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told_in_chinese(browser: FlaskClient, key, query, told):
    page = get(browser, key, **query)
    assert page.status_code == 200
    assert 'role="alert"' in page.text
    assert told in text_of(page)
    assert 'id="result"' not in page.text


def test_figures_that_hang_on_others_wait_until_they_are_needed(browser: FlaskClient):
    first = get(browser, "limitation")
    assert 'name="accident_on"' not in first.text
    assert "下一步" in first.text
    second = get(browser, "limitation", matter="injury")
    assert 'name="accident_on"' in second.text
    assert "还要填 1 项" in second.text
    assert 'name="award_on"' not in second.text
    third = get(browser, "limitation", matter="injury", accident_on="2026-10-05")
    assert 'id="result"' in third.text


def test_optional_figures_are_folded_away_until_they_are_filled(browser: FlaskClient):
    assert '<details class="calc-extras">' in get(browser, "severance").text
    assert '<details class="calc-extras" open>' in get(browser, "severance", last_wage="9000").text


def test_defaults_stand_in_the_empty_form(browser: FlaskClient):
    page = get(browser, "maternity", event="birth")
    assert "选填，不填按 1 算" in page.text


def test_what_was_typed_is_text_and_never_markup(browser: FlaskClient):
    for calculator in CALCULATORS:
        query = {figure.name: EVIL for figure in calculator.figures}
        query |= {f"{f.name}_years": EVIL for f in calculator.figures if f.kind is Kind.MONTHS}
        page = get(browser, calculator.key, **query, **{EVIL: EVIL})
        assert page.status_code == 200
        assert "<script" not in page.text


def test_endless_values_are_cut(browser: FlaskClient):
    page = get(browser, "overtime", wage="9" * 5000)
    assert page.status_code == 200
    assert "9" * 41 not in page.text


def test_unknown_calculators_and_accounts_are_not_found(browser: FlaskClient):
    page = get(browser, "nothing")
    assert page.status_code == 404
    assert "没有这个计算器" in page.text
    assert browser.get("/h5/nobody/calculators").status_code == 404
    assert browser.get("/h5/nobody/calculators/overtime").status_code == 404
    assert browser.post("/h5/ours/calculators/overtime").status_code == 405
