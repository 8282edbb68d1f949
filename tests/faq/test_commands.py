"""`flask faq …`: what an outside program may rely on."""

import json
import time
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result

from core.settings import ROOT
from tests.conftest import Home, new_account

CSV = (
    "id,topic,category,question,alternates,answer,valid_until\n"
    "deposit,deposit,入职,进厂要交押金合法吗？,收保证金|交风险金,不合法。,\n"
    "contract,contract,入职,公司不签劳动合同怎么办？,没有合同,可要两倍工资。,\n"
    "overtime,pay,工资,加班费怎么算？,周末加班多少钱,一倍半起。,\n"
    "old,pay,工资,旧的高温补贴怎么发？,,已过期。,2020-01-01\n"
)


def flask(home: Home, *args: str) -> Result:
    return home.app.test_cli_runner().invoke(args=["faq", *args])


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "faq.csv"
    path.write_text(CSV, "utf-8")
    return path


@pytest.fixture
def full(home: Home, file: Path) -> Home:
    assert flask(home, "import", str(file), "--account", "ours").exit_code == 0
    return home


def ask(home: Home, tmp_path: Path, *questions: str) -> list[dict[str, Any]]:
    path = tmp_path / "questions.txt"
    path.write_text("\n".join(questions) + "\n", "utf-8")
    done = flask(home, "ask", "--account", "ours", "--json", "--file", str(path))
    assert done.exit_code == 0, done.output
    return [json.loads(line) for line in done.stdout.removesuffix("\n").split("\n")]


def test_import_says_what_it_did_and_repeating_changes_nothing(home: Home, file: Path):
    first = flask(home, "import", str(file), "--account", "ours")
    assert first.stdout == "新增 4 条，修改 0 条，未变 0 条，跳过 0 行\n"
    assert "未变 4 条" in flask(home, "import", str(file), "--account", "ours").stdout


@pytest.mark.parametrize("suffix", ["csv", "xlsx", "jsonl"])
def test_export_and_import_elsewhere_gives_the_same_answers(full: Home, tmp_path: Path, suffix: str):
    full.add_account(new_account("second"))
    path = tmp_path / f"out.{suffix}"
    done = flask(full, "export", str(path), "--account", "ours")
    assert done.stdout == f"已导出 4 条到 {path}\n"
    assert "新增 4 条" in flask(full, "import", str(path), "--account", "second").stdout
    for key in ("ours", "second"):
        flask(full, "export", str(tmp_path / f"{key}.jsonl"), "--account", key)
    assert (tmp_path / "ours.jsonl").read_text() == (tmp_path / "second.jsonl").read_text()
    assert "未变 4 条" in flask(full, "import", str(path), "--account", "ours").stdout


def test_a_bad_row_stops_everything_unless_bad_rows_are_skipped(home: Home, tmp_path: Path):
    path = tmp_path / "faq.csv"
    path.write_text("id,question,answer\n1,q,a\n2,,a\n3,q,a\n", "utf-8")
    refused = flask(home, "import", str(path), "--account", "ours")
    assert refused.exit_code == 1
    assert "faq.csv 第 3 行：question 不能为空\n" in refused.stderr
    assert ask(home, tmp_path, "q")[0]["answers"] == []
    taken = flask(home, "import", str(path), "--account", "ours", "--skip-bad")
    assert (taken.exit_code, taken.stdout) == (0, "新增 2 条，修改 0 条，未变 0 条，跳过 1 行\n")


def test_a_thousand_bad_rows_are_told_in_a_few_lines(home: Home, tmp_path: Path):
    path = tmp_path / "faq.csv"
    path.write_text("id,question,answer\n" + "x,,\n" * 1000, "utf-8")
    refused = flask(home, "import", str(path), "--account", "ours")
    assert "还有 980 处错误" in refused.stderr
    assert refused.stderr.count("\n") < 25


def test_one_line_of_json_per_question_in_their_order(full: Home, tmp_path: Path):
    questions = ["收押金合法吗", "火星上有鲸鱼吗", "加班费怎么算？", "收押金合法吗", "\u2028奇怪\u2028的分行"]
    lines = ask(full, tmp_path, *questions)
    assert [line["query"] for line in lines] == questions
    assert all(list(line) == ["query", "decision", "answers"] for line in lines)
    assert lines[0]["answers"] == lines[3]["answers"]
    assert {line["decision"] for line in lines} <= {"answer", "suggest", "handoff"}


def test_an_answer_has_id_topic_question_and_a_score(full: Home, tmp_path: Path):
    (line,) = ask(full, tmp_path, "进厂要交押金合法吗")
    assert line["decision"] == "answer"
    best = line["answers"][0]
    assert list(best) == ["id", "topic", "question", "score"]
    assert (best["id"], best["topic"], best["question"]) == ("deposit", "deposit", "进厂要交押金合法吗？")
    assert 0.9 <= best["score"] <= 1


def test_a_hand_off_gives_its_nearest_entries_too(full: Home, tmp_path: Path):
    (line,) = ask(
        full,
        tmp_path,
        "天文望远镜镜片发霉之后，用酒精擦拭会不会损坏镀膜，想请玩星空摄影的朋友们给一点建议签名照",
    )
    assert line["decision"] == "handoff"
    assert line["answers"]


def test_no_more_than_ten_answers_with_scores_from_one_down_to_zero(home: Home, tmp_path: Path):
    path = tmp_path / "many.csv"
    rows = [f"e{n},第{n}种押金怎么退？,a\n" for n in range(40)]
    path.write_text("id,question,answer\n" + "".join(rows), "utf-8")
    flask(home, "import", str(path), "--account", "ours")
    for line in ask(home, tmp_path, "押金怎么退", "押金", "怎么", "第 3 种押金"):
        scores = [answer["score"] for answer in line["answers"]]
        assert len(scores) == 10
        assert scores == sorted(scores, reverse=True)
        assert all(0 <= score <= 1 for score in scores)


def test_an_entry_out_of_date_is_not_found(full: Home, tmp_path: Path):
    (line,) = ask(full, tmp_path, "旧的高温补贴怎么发？")
    assert "old" not in [answer["id"] for answer in line["answers"]]


def test_a_file_from_windows_is_read_as_the_same_questions(full: Home, tmp_path: Path):
    path = tmp_path / "windows.txt"
    path.write_bytes("\ufeff押金\r\n\r\n加班费\r\n".encode())
    done = flask(full, "ask", "--account", "ours", "--json", "--file", str(path))
    assert [json.loads(line)["query"] for line in done.stdout.splitlines()] == ["押金", "加班费"]


def test_words_are_one_question(full: Home):
    done = flask(full, "ask", "--account", "ours", "--json", "进厂要交", "押金合法吗")
    assert json.loads(done.stdout)["query"] == "进厂要交 押金合法吗"
    assert "deposit" in flask(full, "ask", "--account", "ours", "进厂要交押金合法吗").stdout


@pytest.mark.parametrize("args", [(), ("押金", "--file", "x"), ("--colour",)])
def test_wrong_usage_ends_with_two(full: Home, args: tuple[str, ...]):
    assert flask(full, "ask", "--account", "ours", *args).exit_code == 2
    assert flask(full, "ask", "押金").exit_code == 2


@pytest.mark.parametrize(
    "args",
    [
        ("ask", "押金", "--account", "nobody"),
        ("ask", "--file", "/no/such/file", "--account", "ours"),
        ("import", "/no/such/file.csv", "--account", "ours"),
        ("import", "/etc/hostname", "--account", "ours"),
        ("import", "{csv}", "--account", "nobody"),
        ("export", "/no/such/folder/x.csv", "--account", "ours"),
        ("export", "{tmp}/x.doc", "--account", "ours"),
        ("export", "{tmp}/x.csv", "--account", "nobody"),
    ],
)
def test_what_cannot_be_done_is_told_in_one_line_and_ends_with_one(
    home: Home, file: Path, tmp_path: Path, args: tuple[str, ...]
):
    done = flask(home, *(arg.replace("{csv}", str(file)).replace("{tmp}", str(tmp_path)) for arg in args))
    assert done.exit_code == 1
    assert done.stderr.startswith("Error: ")
    assert done.stderr.count("\n") == 1


def test_three_thousand_entries_come_in_quickly(home: Home, tmp_path: Path):
    path = tmp_path / "many.csv"
    rows = [f"e{n},第{n}种押金怎么退？,别名{n}|又名{n},答案{n}\n" for n in range(3000)]
    path.write_text("id,question,alternates,answer\n" + "".join(rows), "utf-8")
    begun = time.perf_counter()
    done = flask(home, "import", str(path), "--account", "ours")
    assert "新增 3000 条" in done.stdout
    assert time.perf_counter() - begun < 10
    assert ask(home, tmp_path, "第2999种押金怎么退")[0]["answers"][0]["id"] == "e2999"


def test_the_shipped_knowledge_goes_through_export_and_import(home: Home, tmp_path: Path):
    for path in sorted((ROOT / "content" / "knowledge").glob("*.csv")):
        assert flask(home, "import", str(path), "--account", "ours").exit_code == 0
    flask(home, "export", str(tmp_path / "all.xlsx"), "--account", "ours")
    again = flask(home, "import", str(tmp_path / "all.xlsx"), "--account", "ours")
    assert "新增 0 条，修改 0 条" in again.stdout
