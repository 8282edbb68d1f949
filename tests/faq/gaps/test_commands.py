"""`flask faq gaps …` and `flask faq coverage`: what they print, and how they fail."""

import json
import shutil
import time
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text as sql

from faq.gaps.service import NewEntry, fill, find_gaps
from faq.rules import Decision
from faq.service import import_entries
from tests.conftest import NOW, Home, make_settings, new_account
from tests.faq.entries import row
from tests.faq.gaps.conftest import Run, days_ago, grouped, said, told, useless
from tests.faq.gaps.test_clusters import BUS, HEAT
from tests.neighbours import open_web, parts_of


@pytest.fixture
def asked(home: Home) -> Home:
    """`ours` (id 1) with a gap of five, one of two, an answered question; `other` with none."""
    home.add_account(new_account("other"))
    told(
        home.parts.db,
        *(said(words, at=days_ago(n)) for n, words in enumerate(HEAT[:4])),
        useless(HEAT[4], at=days_ago(5)),
        *(said(words, at=days_ago(10)) for words in BUS[:2]),
        said("押金能退吗", "faq", at=days_ago(1)),
        said("年假几天", "faq", at=days_ago(1), note={"faq": "suggest"}),
    )
    with home.parts.db.work() as session:
        import_entries(session, 1, [row("heat", "高温津贴怎么算？"), row("leave", "年假有几天？")], NOW)
    return home


def listed(run: Run, *args: str, account: str = "ours") -> dict[str, Any]:
    done = run("gaps", "--account", account, "--json", *args)
    assert (done.exit_code, done.stdout.count("\n")) == (0, 1), done.output
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def test_gaps_as_json_are_one_line_with_all_there_is_to_know(asked: Home, run: Run):
    found = listed(run)
    assert (found["account"], found["days"], found["questions"]) == ("ours", 30, 7)
    heat, bus = found["gaps"]
    assert {heat["question"], *heat["examples"]} <= set(HEAT)
    assert len(heat["examples"]) == 3
    assert (heat["size"], heat["handed_off"], heat["useless"], heat["share"]) == (5, 4, 1, 0.7143)
    assert (heat["first_day"], heat["last_day"]) == ("2026-11-15", "2026-11-20")
    assert heat["nearest"]["id"] == "heat"
    assert 0 < heat["nearest"]["likeness"] < 1
    assert (bus["size"], bus["share"]) == (2, 0.2857)


def test_gaps_as_text_say_size_question_examples_and_the_nearest_entry(asked: Home, run: Run):
    text = run("gaps", "--account", "ours").stdout
    assert text.startswith("最近 30 天没答好的问题 7 个，分成 2 组（问得多的在前）\n  1. 5 次（71%）")
    assert "未答 4，没用 1；2026-11-15 至 2026-11-20" in text
    assert "最近的问答：heat 高温津贴怎么算？（像 0." in text
    assert text.count("也这样问：") == 4
    assert run("gaps", "list", "--account", "ours").stdout == text


def test_days_narrow_the_list(asked: Home, run: Run):
    assert [gap["size"] for gap in listed(run, "--days", "3")["gaps"]] == [3]
    assert listed(run, account="other") == {"account": "other", "days": 30, "questions": 0, "gaps": []}
    assert run("gaps", "--account", "other").stdout == "最近 30 天没有待处理的缺口\n"


def test_a_long_list_is_told_in_twenty(home: Home, run: Run):
    letters = [chr(code) for code in range(0x4E00, 0x4E00 + 120)]
    told(home.parts.db, *(said("".join(letters[n * 4 : n * 4 + 4])) for n in range(25)))
    text = run("gaps", "--account", "ours").stdout
    assert text.endswith("……还有 5 组，用 --json 看全部\n")
    assert len(listed(run)["gaps"]) == 25


def test_fill_is_one_step_to_an_entry(asked: Home, run: Run):
    gap = listed(run)["gaps"][0]
    done = run(
        "gaps", "fill", gap["id"], "--account", "ours", "--answer", "用人单位应当发。", "--topic", "heat"
    )
    first, *others, last = done.stdout.splitlines()
    assert first == f"已新增问答「gap-{gap['id']}」：{gap['question']}"
    assert {text.removeprefix("  也这样问：") for text in others} >= set(gap["examples"])
    assert last == f"另收 {len(others)} 种问法；5 个问题已处理，约 2 秒后生效"
    assert len(others) == 4
    assert [one["size"] for one in listed(run)["gaps"]] == [2]


def test_fill_with_a_question_and_a_code_of_ones_own(asked: Home, run: Run):
    code = listed(run)["gaps"][0]["id"]
    own = ("--id", "heat-where", "--question", "高温津贴不发，找谁？")
    done = run("gaps", "fill", code, "--account", "ours", "--answer", "找12333。", *own)
    first, *others, last = done.stdout.splitlines()
    assert first == "已新增问答「heat-where」：高温津贴不发，找谁？"
    # 津贴 and 补贴 mean the same: the gap's own 「高温补贴不发找谁」 is the new question.
    assert len(others) == 4
    assert last.startswith("另收 4 种问法；5 个问题已处理")


def test_dismiss_and_undo(asked: Home, run: Run):
    gap = listed(run)["gaps"][1]
    done = run("gaps", "dismiss", gap["id"], "--account", "ours")
    assert done.stdout == f"已从清单移除：{gap['question']}（2 个问题）；要恢复请加 --undo\n"
    assert [one["size"] for one in listed(run)["gaps"]] == [5]
    assert run("gaps", "dismiss", gap["id"], "--account", "ours", "--undo").stdout == "已放回清单：2 个问题\n"
    assert listed(run)["gaps"][1] == gap


def test_coverage_in_all_and_by_day(asked: Home, run: Run):
    done = run("coverage", "--account", "ours", "--json")
    found = json.loads(done.stdout)
    assert done.stdout.count("\n") == 1
    assert found["total"] == {
        "questions": 8,
        "answered": 1,
        "suggested": 1,
        "handed_off": 6,
        "useful": 0,
        "useless": 1,
        "coverage": 0.25,
    }
    days = {one["day"]: one for one in found["by_day"]}
    assert len(days) == found["days"] == 30
    assert max(days) == date(2026, 11, 20).isoformat()
    assert days["2026-11-19"]["coverage"] == 0.6667
    assert days["2026-11-18"]["coverage"] == 0.0
    assert days["2026-11-01"]["coverage"] is None
    text = run("coverage", "--account", "ours").stdout.splitlines()
    assert text[0].startswith(
        "最近 30 天  问题 8，直接回答 1，给出选项 1，转人工 6，有用 0，没用 1，回答率 25%"
    )
    assert len(text) == 7


@pytest.mark.parametrize(
    ("args", "told_"),
    [
        (("gaps", "--account", "nobody"), "没有名为「nobody」的公众号"),
        (("gaps", "list", "--account", "nobody"), "没有名为「nobody」的公众号"),
        (("coverage", "--account", "nobody"), "没有名为「nobody」的公众号"),
        (("gaps", "fill", "0123456789", "--account", "ours", "--answer", "a"), "没有编号为「0123456789」"),
        (("gaps", "dismiss", "0123456789", "--account", "ours"), "没有编号为「0123456789」"),
        (("gaps", "dismiss", "0123456789", "--account", "ours", "--undo"), "不用恢复"),
        (("gaps", "fill", "{gap}", "--account", "ours", "--answer", " "), "答案不能为空"),
        (
            ("gaps", "fill", "{gap}", "--account", "ours", "--answer", "a", "--id", "leave"),
            "请用 --id 换一个",
        ),
        (("gaps", "fill", "{gap}", "--account", "other", "--answer", "a"), "没有编号为"),
        (("gaps", "dismiss", "{gap}", "--account", "other"), "没有编号为"),
    ],
)
def test_what_cannot_be_done_is_told_in_one_line(asked: Home, run: Run, args: tuple[str, ...], told_: str):
    gap = listed(run)["gaps"][0]["id"]
    done = run(*(arg.replace("{gap}", gap) for arg in args))
    assert done.exit_code == 1
    assert done.stderr.startswith("Error: ")
    assert told_ in done.stderr
    assert done.stderr.count("\n") == 1
    assert len(listed(run)["gaps"]) == 2


@pytest.mark.parametrize(
    "args",
    [
        ("gaps",),
        ("gaps", "--account", "ours", "--days", "0"),
        ("gaps", "fill", "x", "--account", "ours"),
        ("gaps", "fill", "--account", "ours", "--answer", "a"),
        ("gaps", "dismiss", "x"),
        ("coverage",),
        ("gaps", "colour", "--account", "ours"),
    ],
)
def test_wrong_usage_ends_with_two(run: Run, args: tuple[str, ...]):
    assert run(*args).exit_code == 2


def test_an_inherited_entry_is_not_hidden_by_a_new_one_of_its_code(asked: Home, run: Run):
    with asked.parts.db.work() as session:
        session.execute(sql("UPDATE organisations SET parent_id = 1 WHERE id = 2"))
    told(asked.parts.db, said(HEAT[0], account_id=2))
    code = listed(run, account="other")["gaps"][0]["id"]
    done = run("gaps", "fill", code, "--account", "other", "--answer", "a", "--id", "heat")
    assert done.exit_code == 1
    assert "已经有编号为「heat」的问答" in done.stderr


def test_what_filled_a_gap_answers_within_two_seconds(
    tmp_path: Path, valkey_url: str, redis: object, sqlite_template: Path
):
    shutil.copy(sqlite_template, tmp_path / "test.sqlite3")
    with open_web(make_settings(tmp_path, valkey_url)) as app:
        house = Home(app, parts_of(app))
        account = house.add_account(new_account())
        told(house.parts.db, *(said(words, account_id=account) for words in BUS))
        grouped(house.parts.db, account)
        with house.parts.db.work() as session:
            (gap,) = find_gaps(session, account, days_ago(30))
            fill(session, account, 1, gap.code, NewEntry("向厂里提出加开班车。"), (), NOW)
        shelf = app.extensions["zhijia.runtime"].faq
        until = time.monotonic() + 2
        while time.monotonic() < until and shelf.ask("ours", BUS[1], NOW.date()).decision != Decision.ANSWER:
            time.sleep(0.05)
        assert shelf.ask("ours", BUS[1], NOW.date()).matches[0].entry.answer == "向厂里提出加开班车。"
