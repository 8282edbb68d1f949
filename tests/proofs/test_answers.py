"""The proof of the answers on small knowledge of its own: it passes what is right and finds each kind of mistake."""

import csv
import json
from dataclasses import replace
from datetime import date
from pathlib import Path
from random import Random

import pytest

from faq.calculators.base import Result
from faq.calculators.catalog import CALCULATORS
from faq.citations import Law
from proofs import answers
from proofs.answers import calculators, citations, copies, fit, form
from proofs.answers.book import Book, Reference, read_reference, references_in
from proofs.answers.likeness import likeness, terms
from proofs.answers.sources import Placed, Sources, read_knowledge, read_sources
from proofs.findings import Findings
from proofs.run import Run
from tests.faq.entries import row

TODAY = date(2026, 11, 22)
LAW = """# 中华人民共和国试行劳动法

2020年1月1日 公布

<!-- INFO END -->

## 第一章 押金

第一条 用人单位招用劳动者，不得扣押居民身份证，不得收取押金、保证金。

第二条 押金由劳动行政部门责令退还。

收取押金的，按每人五百元罚款：

（一）第一次收取的；

（二）再次收取的。

## 第二章 休假

第三条 职工连续工作满一年的，享受带薪年休假。

第四条 女职工生育享受产假九十八天。

## 第三章 加班

第五条 休息日安排加班的，支付百分之二百的工资报酬。

第六条 每月延长工作时间不得超过三十六小时。
"""
TOPICS = ("deposit", "deposit", "leave", "leave", "overtime", "overtime")
SAID = (
    ("进厂要交押金、扣身份证，合法吗？", "不得收取押金、保证金，也不得扣押居民身份证。", "第一条"),
    ("押金不退怎么办？", "由劳动行政部门责令退还，每人罚款500元。", "第二条第二款第一项"),
    ("干满一年有年假吗？", "连续工作满1年，享受带薪年休假。", "第三条"),
    ("生孩子休几天？", "女职工生育，产假98天。", "第四条"),
    ("周末加班给多少钱？", "休息日加班，按工资的200%付。", "第五条"),
    ("一个月最多加班多久？", "每月延长工作时间不超过36小时。", "第六条"),
)


@pytest.fixture
def laws(tmp_path: Path) -> Path:
    folder = tmp_path / "laws"
    folder.mkdir()
    (folder / "试行劳动法(2020-01-01).md").write_text(LAW, "utf-8")
    return folder


@pytest.fixture
def book(laws: Path) -> Book:
    facts = {
        "试行劳动法": Law("试行劳动法", "2020-01-01", 6, True),
        "没有全文的办法": Law("没有全文的办法", "2019-01-01", 9, False),
    }
    return Book.read(facts, laws)


@pytest.fixture
def sources(book: Book, tmp_path: Path) -> Sources:
    training = tmp_path / "training"
    training.mkdir()
    lines = [("topic", "question"), *((topic, f"{topic}怎么算") for topic in TOPICS), ("background", "天气")]
    with (training / "01.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(lines)
    evaluation = tmp_path / "labour_dev.jsonl"
    evaluation.write_text(json.dumps({"query": "年终奖有吗？"}) + "\n", "utf-8")
    entries = tuple(
        Placed(
            "01.csv",
            number,
            row(
                f"e{number}",
                question,
                topic=topic,
                alternates=tuple(f"{question}{n}" for n in range(5)),
                answer=answer,
                citations=(f"《试行劳动法》{place}",),
                checked_on=TODAY,
            ),
        )
        for number, (topic, (question, answer, place)) in enumerate(zip(TOPICS, SAID, strict=True), 2)
    )
    return Sources(entries, book, training, evaluation, TODAY)


@pytest.fixture
def findings() -> Findings:
    return Findings(Run("answers"))


def changed(sources: Sources, number: int, **changes: object) -> Sources:
    """`sources` with one entry's row changed."""
    entries = list(sources.entries)
    entries[number] = replace(entries[number], row=replace(entries[number].row, **changes))
    return replace(sources, entries=tuple(entries))


def kinds(findings: Findings) -> set[str]:
    return {f"{violation.line}/{violation.what}" for violation in findings.violations}


def test_right_citations_pass(sources: Sources, findings: Findings):
    citations.prove(findings, sources)
    fit.prove(Run("answers"), findings, sources, frozenset())
    copies.prove(findings, sources)
    assert findings.violations == []
    assert findings.ok


@pytest.mark.parametrize(
    "citation",
    [
        "《试行劳动法》第七条",
        "《试行劳动法》第二条第三款",
        "《试行劳动法》第二条第二款第三项",
        "《试行劳动法》第一条第一项",
        "《没有全文的办法》第十条",
        "《别的法》第一条",
        "试行劳动法第一条",
    ],
)
def test_a_citation_of_what_does_not_exist_is_found(citation: str, sources: Sources, findings: Findings):
    citations.prove(findings, changed(sources, 0, citations=(citation,)))
    assert kinds(findings) == {"citations/wrong"}
    assert citation in findings.violations[0].detail


def test_without_a_text_only_the_number_of_articles_is_checked(book: Book):
    assert book.check(Reference("没有全文的办法", 9, paragraph=5)) is None


def test_a_wrong_article_in_an_answers_running_text_is_found(sources: Sources, findings: Findings):
    citations.prove(findings, changed(sources, 0, answer="依据《试行劳动法》第一条、第八条，要退。"))
    assert kinds(findings) == {"running_text/wrong"}


@pytest.mark.parametrize(
    ("version", "articles", "text", "wrong"),
    [
        ("2020-01-01", 6, True, False),
        ("2021-01-01", 6, True, True),
        ("2020-01-01", 7, True, True),
        ("2021-01-01", 7, False, False),
    ],
)
def test_facts_that_the_text_contradicts_are_found(
    version: str, articles: int, text: bool, wrong: bool, laws: Path
):
    law = Law("试行劳动法", version, articles, text)
    assert bool(Book.read({law.name: law}, laws).check_law(law)) is wrong


def test_an_entry_that_says_nothing_of_what_it_cites_is_found(sources: Sources, findings: Findings):
    wrong = changed(sources, 0, citations=("《试行劳动法》第四条",))
    fit.prove(Run("answers"), findings, wrong, frozenset())
    assert "fit/unlike" in kinds(findings)
    assert "e2" in findings.violations[-1].detail


def test_what_a_person_has_read_is_let_through(sources: Sources, findings: Findings):
    wrong = changed(sources, 0, citations=("《试行劳动法》第四条",))
    fit.prove(Run("answers"), findings, wrong, frozenset({("e2", "《试行劳动法》第四条")}))
    assert "fit/unlike" not in kinds(findings)


def test_the_control_fails(sources: Sources):
    run = Run("answers", control=True)
    findings = Findings(run)
    answers.prove_sources(run, findings, sources)
    assert kinds(findings) == {"fit/unlike"}
    assert len(findings.violations) > len(sources.entries) / 2


def test_shuffling_gives_a_citation_only_to_topics_that_never_cite_it(sources: Sources):
    cited = [
        fit.Cited(number, entry.row.citations[0], ("试行劳动法", number + 1, 0))
        for number, entry in enumerate(sources.entries)
    ]
    moved = fit.shuffled(cited, TOPICS, Random(1))
    assert len(moved) == len(cited)
    assert all(TOPICS[one.entry] != TOPICS[one.article[1] - 1] for one in moved)


def test_a_bar_that_catches_nothing_is_said_to_be_blind(
    sources: Sources, findings: Findings, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(fit, "_BELOW", 0.1)
    fit.prove(Run("answers"), findings, sources, frozenset())
    assert kinds(findings) == {"fit/blind"}


def test_the_list_of_what_was_read_is_of_citations(tmp_path: Path):
    for _, citation in fit.read_list():
        assert read_reference(citation), citation


def test_people_and_statutes_share_terms():
    assert "200%" in terms("百分之二百") & terms("按200%付")
    assert "98日" in terms("九十八日") & terms("98天")
    assert "用人单位" in terms("用人单位招用") & terms("公司招人")
    near = likeness(["公司收押金", "产假多少天"], ["用人单位不得收取押金", "产假九十八天"])
    assert near[0, 0] > near[0, 1]
    assert near[1, 1] > near[1, 0]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("按《劳动合同法》第九条、第八十四条第二款处理", [("劳动合同法", 9, 0), ("劳动合同法", 84, 2)]),
        ("《中华人民共和国劳动法》（2018年修正）第44条", [("劳动法", 44, 0)]),
        ("按《劳动法》和《工会法》第三条", [("工会法", 3, 0)]),
        ("填《入会申请书》交上去，第三天办好，第三条不用填", []),
        (
            "可以要（《劳动合同法》第九条），《劳动法》也这么说。写《申请书》，按第八十四条罚。",
            [("劳动合同法", 9, 0), ("劳动合同法", 84, 0)],
        ),
    ],
)
def test_running_text_is_read(text: str, found: list[tuple[str, int, int]]):
    assert [(place.law, place.number, place.paragraph) for place in references_in(text)] == found


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"answer": "长" * 401}, "超过 400"),
        ({"alternates": ("一", "二")}, "别的问法"),
        ({"topic": "weather"}, "weather"),
        ({"topic": "background"}, "background"),
        ({"checked_on": None}, "核对日期"),
        ({"checked_on": date(2026, 11, 23)}, "2026-11-23"),
    ],
)
def test_what_an_entry_lacks_is_said(changes: dict[str, object], said: str, sources: Sources):
    topics = form.read_topics(sources.training)
    assert form.problems_of(sources.entries[0], topics, TODAY) == []
    problems = form.problems_of(changed(sources, 0, **changes).entries[0], topics, TODAY)
    assert len(problems) == 1
    assert said in problems[0]


def test_too_few_entries_are_too_few(sources: Sources, findings: Findings):
    form.prove(findings, sources)
    assert kinds(findings) == {"form/too_few"}
    assert findings.count("form") == 2


def test_what_is_still_to_be_checked_is_counted_and_no_violation(sources: Sources, findings: Findings):
    form.prove(findings, changed(sources, 0, answer="各地不同〔需核对〕。"))
    assert json.loads(findings.as_json())["lines"]["form"]["to_check"] == 1
    assert kinds(findings) == {"form/too_few"}


def test_a_copied_eval_question_is_found_and_not_repeated(sources: Sources, findings: Findings):
    (sources.training / "02.csv").write_text("topic,question\nbonus,有奖金吗\nbonus,年终奖 有吗\n", "utf-8")
    copies.prove(findings, changed(sources, 1, alternates=("年终奖有吗",)))
    assert [violation.detail for violation in findings.violations] == [
        "01.csv 第 3 行（e3）与评测问题一字不差，请换个说法",
        "02.csv 第 3 行与评测问题一字不差，请换个说法",
    ]


def test_without_eval_questions_nothing_is_compared(sources: Sources, findings: Findings):
    copies.prove(findings, replace(sources, evaluation=None))
    assert not findings.ok
    assert findings.violations == []


def test_a_calculator_that_cites_what_does_not_exist_is_found(book: Book, findings: Findings):
    right = Result("可以", ("按《试行劳动法》第一条",), ("《试行劳动法》第二条",))
    calculators.check_results(findings, book, "押金", [right])
    assert findings.ok
    calculators.check_results(findings, book, "押金", [replace(right, statutes=("《试行劳动法》第九条",))])
    calculators.check_results(findings, book, "押金", [replace(right, statutes=("第九条",))])
    calculators.check_results(findings, book, "押金", [replace(right, advice="见《别的法》第三条")])
    assert findings.count("calculators", "wrong") == 3


@pytest.mark.parametrize("calculator", CALCULATORS, ids=lambda calculator: calculator.key)
def test_every_calculator_gives_results_for_figures_drawn_by_lot(calculator):
    assert list(calculators.draw_results(calculator, 60, Random(1)))


def test_strings_of_a_module_are_read_without_its_docstrings(tmp_path: Path):
    path = tmp_path / "module.py"
    path.write_text('"""Of 《甲法》第一条."""\nX = "《乙法》第二条"\n', "utf-8")
    assert calculators.texts_in(path) == ["《乙法》第二条"]


def test_missing_laws_are_said_and_not_ok(tmp_path: Path, findings: Findings):
    read_sources({"LAWS": str(tmp_path / "none"), "EVAL": str(tmp_path)}, findings)
    assert kinds(findings) == {"sources/no_laws", "sources/no_eval"}
    assert any("LAWS=" in violation.detail for violation in findings.violations)


def test_entries_know_their_rows_and_bad_rows_are_violations(tmp_path: Path, findings: Findings):
    path = tmp_path / "a.csv"
    path.write_text("id,question,answer\na,问,答\nb,,答\nc,问,答\n", "utf-8")
    entries = read_knowledge([path], findings)
    assert [(entry.row.code, entry.number) for entry in entries] == [("a", 2), ("c", 4)]
    assert kinds(findings) == {"sources/bad_row"}
