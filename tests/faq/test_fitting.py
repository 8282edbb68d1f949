"""From entries to a classifier that answers: fitted once per distinct set, kept in SQL, taken over by every process."""

from datetime import date
from pathlib import Path

import numpy as np
import pytest
from sqlalchemy import delete, select

from accounts.service import get_account
from faq import samples
from faq.commands import make_shelf
from faq.features import features
from faq.fitting import fit_missing
from faq.knowledge import Knowledge
from faq.rules import Decision
from faq.samples import MOST_TOPICS, digest, fingerprint, samples_for, shipped_questions
from faq.service import import_entries
from faq.shelf import FaqShelf
from faq.spelling import Speller
from faq.store import STAMP
from faq.trained import Library, pack
from faq.training import fit
from models import Entry, TrainedClassifier
from models.stamps import raise_stamp
from tests.conftest import NOW, Home
from tests.faq.entries import entry, row

SPELLER = Speller({})
DEPOSIT = row(
    "deposit", "进厂要交押金合法吗", topic="deposit", alternates=("收保证金", "扣押身份证", "服装费退不退")
)
ARREARS = row(
    "arrears", "老板拖欠工资怎么办", topic="arrears", alternates=("不发工资", "工钱要不到", "包工头跑路")
)


@pytest.fixture(autouse=True)
def own_folder(few_questions: None) -> None:
    """A training folder of the test's own, small and quick."""


def bring(home: Home, *rows) -> None:
    with home.parts.db.work() as session:
        import_entries(session, get_account(session, "ours").organisation_id, rows, NOW)


def load(home: Home, shelf: FaqShelf | None = None) -> FaqShelf:
    shelf = shelf or make_shelf(home.parts)
    with home.parts.db.read() as session:
        home.parts.directory.reload(session)
        shelf.load(session)
    return shelf


def ask(shelf: FaqShelf, question: str) -> list[tuple[str, float]]:
    return [(m.entry.code, m.score) for m in shelf.ask("ours", question, NOW.date()).matches]


def kept(home: Home) -> list[str]:
    with home.parts.db.read() as session:
        return list(session.scalars(select(TrainedClassifier.fingerprint)))


def test_the_samples_are_the_entries_and_the_shipped_questions_of_their_topics():
    entries = [
        entry("a", topic="deposit", question="押金", alternates=("保证金",)),
        entry("b", topic="arrears", question="欠薪"),
        entry("c", question="食堂"),
    ]
    found = {(s.topic, s.spelled) for s in samples_for(entries, SPELLER)}
    assert found == {
        ("deposit", "押金"),
        ("deposit", "保证金"),
        ("arrears", "欠薪"),
        ("background", "离婚孩子归谁"),
        ("background", "今天天气"),
        ("deposit", "交了风险金能退吗"),
    }


def test_one_topic_or_none_or_a_topic_for_each_teaches_nothing():
    each = [entry(f"e{n}", topic=f"t{n}") for n in range(MOST_TOPICS + 1)]
    for entries in ([], [entry("a")], [entry("a", topic="deposit"), entry("b", topic="deposit")], each):
        assert samples_for(entries, SPELLER) == []
        assert fingerprint(entries, SPELLER) == ""


def test_the_fingerprint_names_what_is_learnt_and_nothing_else():
    entries = [entry("a", topic="x"), entry("b", topic="y", alternates=("别名",))]
    print_ = fingerprint(entries, SPELLER)
    assert print_ == fingerprint(entries[::-1], SPELLER)
    assert print_ == fingerprint([entry("a", topic="x", answer="别的答案"), entries[1]], SPELLER)
    assert print_ != fingerprint([entry("a", topic="z"), entries[1]], SPELLER)
    assert print_ != fingerprint(entries, Speller({"押金": "保证金"}))
    (samples.FOLDER / "more.csv").write_text("topic,question\nx,新的问题\n", "utf-8")
    samples._shipped_digest.cache_clear()
    assert print_ != fingerprint(entries, SPELLER)


def test_a_shipped_line_without_a_topic_is_refused():
    (samples.FOLDER / "bad.csv").write_text("topic,question\n,问题\n", "utf-8")
    samples.shipped_questions.cache_clear()
    with pytest.raises(ValueError, match=r"bad.csv, line 2"):
        shipped_questions()


def test_what_is_missing_is_fitted_once_and_answers(home: Home):
    bring(home, DEPOSIT, ARREARS)
    shelf = load(home)
    assert ask(shelf, "工钱一直要不到") != []  # words answer before anything is learnt
    assert fit_missing(home.parts.db, shelf, home.parts.clock) == 1
    assert ask(shelf, "包工头不给工钱")[0][0] == "arrears"
    assert fit_missing(home.parts.db, shelf, home.parts.clock) == 0
    other_process = load(home)
    assert other_process.unfitted() == []
    assert ask(other_process, "包工头不给工钱") == ask(shelf, "包工头不给工钱")


def test_until_the_new_one_is_fitted_the_old_one_goes_on_and_the_new_entry_is_found_by_words(home: Home):
    bring(home, DEPOSIT, ARREARS)
    shelf = load(home)
    fit_missing(home.parts.db, shelf, home.parts.clock)
    bring(home, row("canteen", "食堂几点开门", topic="canteen"))
    load(home, shelf)
    assert ask(shelf, "包工头不给工钱")[0][0] == "arrears"
    code, score = ask(shelf, "食堂几点开门")[0]
    assert code == "canteen"
    assert score > 0.9
    before = kept(home)
    assert fit_missing(home.parts.db, shelf, home.parts.clock) == 1
    assert len(kept(home)) == 1
    assert kept(home) != before  # nobody has the old set any more


def test_entries_without_topics_need_no_classifier(home: Home):
    bring(home, row("join", "怎么入会"), row("bus", "驿站在哪"))
    shelf = load(home)
    assert fit_missing(home.parts.db, shelf, home.parts.clock) == 0
    assert ask(shelf, "怎么入会")[0][0] == "join"


def test_the_short_way_to_an_answer_answers_what_the_whole_search_does(home: Home):
    bring(home, DEPOSIT, ARREARS)
    shelf = load(home)
    assert shelf.answer("ours", "包工头不给工钱") is None  # words alone take the whole search
    fit_missing(home.parts.db, shelf, home.parts.clock)
    texts = [text for entry in (DEPOSIT, ARREARS) for text in (entry.question, *entry.alternates)]
    texts += [
        "包工头不给工钱",
        "押金",
        "今天天气好不好",
        "13800138000",
        "",
        "龘" * 30,
        "离婚以后孩子归谁",
        "收了我的保证金",
    ]
    answered = 0
    for text in texts:
        found = shelf.ask("ours", text, NOW.date())
        sure = shelf.answer("ours", text)
        answered += sure is not None
        if len(text) > 4:
            assert sure == (found.matches[0].entry if found.decision is Decision.ANSWER else None), text
    assert answered >= 4


def test_dates_need_the_whole_search(home: Home):
    bring(
        home,
        DEPOSIT,
        ARREARS,
        row("old", "去年的高温补贴标准", topic="deposit", valid_until=date(2025, 1, 1)),
    )
    shelf = load(home)
    fit_missing(home.parts.db, shelf, home.parts.clock)
    assert shelf.answer("ours", "去年的高温补贴标准") is None
    assert "old" not in [code for code, _ in ask(shelf, "去年的高温补贴标准")]


def test_a_number_alone_is_no_question(home: Home):
    bring(home, DEPOSIT, ARREARS)
    shelf = load(home)
    fit_missing(home.parts.db, shelf, home.parts.clock)
    assert ask(shelf, "2") == []


def test_processes_share_one_file_of_weights_and_drop_it_when_it_is_no_longer_wanted(
    home: Home, tmp_path: Path
):
    bring(home, DEPOSIT, ARREARS)
    shelf = load(home)
    fit_missing(home.parts.db, shelf, home.parts.clock)
    (name,) = kept(home)
    library = Library(tmp_path / "classifiers")
    with home.parts.db.read() as session:
        classifier = library.fetch(session, [name])[name]
        assert isinstance(classifier.table, np.memmap)
        assert classifier.table.mode == "r"
        assert library.fetch(session, [name])[name] is classifier
        assert library.fetch(session, ["", "unknown"]) == {}
    assert list((tmp_path / "classifiers").iterdir()) == []
    assert classifier.judge(features("押金")).ours > 0  # who has it mapped keeps it


@pytest.mark.parametrize("damage", [b"", b"x" * 64, None])
def test_a_damaged_file_is_made_again(home: Home, tmp_path: Path, damage: bytes | None):
    bring(home, DEPOSIT, ARREARS)
    shelf = load(home)
    fit_missing(home.parts.db, shelf, home.parts.clock)
    (name,) = kept(home)
    folder = tmp_path / "elsewhere"
    folder.mkdir()
    path = folder / f"{name}.npy"
    if damage is None:
        np.save(path, np.zeros((2, 2), np.float32))
    else:
        path.write_bytes(damage)
    with home.parts.db.read() as session:
        found = Library(folder).fetch(session, [name])[name]
    assert found.judge(features("押金")).ours > 0
    assert [file.name for file in folder.iterdir()] == [path.name]


def test_where_no_file_can_be_made_memory_serves(home: Home, tmp_path: Path):
    bring(home, DEPOSIT, ARREARS)
    shelf = load(home)
    fit_missing(home.parts.db, shelf, home.parts.clock)
    (name,) = kept(home)
    (tmp_path / "file").write_bytes(b"")
    with home.parts.db.read() as session:
        found = Library(tmp_path / "file").fetch(session, [name])[name]
    assert found.judge(features("押金")).ours > 0


def test_what_is_kept_judges_like_what_was_fitted(home: Home, tmp_path: Path):
    entries = [
        entry("a", topic="x", question="交押金", alternates=("押金",)),
        entry("b", topic="y", question="欠薪"),
    ]
    fitted = fit(samples_for(entries, SPELLER), learnt=map(digest, entries))
    with home.parts.db.work() as session:
        session.add(
            TrainedClassifier(fingerprint="f", body=pack(fitted), samples=4, took_s=0.1, trained_at=NOW)
        )
    with home.parts.db.read() as session:
        loaded = Library(tmp_path / "classifiers").fetch(session, ["f"])["f"]
    assert loaded.classes == fitted.classes
    assert loaded.learnt == fitted.learnt == {digest(one) for one in entries}
    found = features("押金欠薪")
    assert np.allclose(loaded.judge(found).likely, fitted.judge(found).likely, atol=1e-3)


def test_while_a_change_is_loaded_nothing_that_is_fitted_is_fitted_again(
    home: Home, monkeypatch: pytest.MonkeyPatch
):
    bring(home, DEPOSIT, ARREARS)
    shelf = load(home)
    assert fit_missing(home.parts.db, shelf, home.parts.clock) == 1
    bring(home, row("heat", "高温津贴多少", topic="heat", alternates=("高温补贴",)))
    waiting: list[int] = []

    class Slow(Knowledge):
        """Its making takes a while, in which the worker looks for work."""

        def __init__(self, *parts, **options):
            waiting.append(len(shelf.unfitted()))
            super().__init__(*parts, **options)

    monkeypatch.setattr("faq.shelf.Knowledge", Slow)
    load(home, shelf)
    assert waiting == [0]
    assert len(shelf.unfitted()) == 1


def test_what_stays_is_taken_over_at_a_change_and_answers_as_if_made_anew(home: Home):
    bring(home, DEPOSIT, ARREARS)
    shelf = load(home)
    fit_missing(home.parts.db, shelf, home.parts.clock)
    before = shelf.entries_of("ours").own.by_topic()
    bring(home, row("wages", "工资几号发", topic="arrears", alternates=("发薪日",)))
    load(home, shelf)
    after = shelf.entries_of("ours").own.by_topic()
    assert after["deposit"] is before["deposit"]
    assert after["arrears"] is not before["arrears"]
    anew = make_shelf(home.parts)
    load(home, anew)
    fit_missing(home.parts.db, anew, home.parts.clock)
    with home.parts.db.read() as session:
        shelf.load_classifiers(session)
    for question in ("押金退不退", "老板不发工资", "工资几号发", "扣身份证"):
        assert ask(shelf, question) == ask(anew, question)


def test_a_moved_entry_takes_its_topic_along(home: Home):
    bring(home, DEPOSIT, ARREARS)
    shelf = load(home)
    fit_missing(home.parts.db, shelf, home.parts.clock)
    with home.parts.db.work() as session:
        organisation = get_account(session, "ours").organisation_id
        session.execute(delete(Entry).where(Entry.organisation_id == organisation, Entry.code == "deposit"))
        raise_stamp(session, STAMP)
    bring(home, DEPOSIT)
    load(home, shelf)
    assert ask(shelf, "老板拖欠工资怎么办")[0][0] == "arrears"
    assert ask(shelf, "进厂要交押金合法吗")[0][0] == "deposit"
