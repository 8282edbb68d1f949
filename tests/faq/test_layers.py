"""What a union has of its own upon what it inherits: shared in memory, replaced ones hidden, found like the others."""

import numpy as np
import pytest
from sqlalchemy import update

from accounts.service import add_account
from faq.classifier import Classifier
from faq.commands import make_shelf
from faq.features import SIZE, features
from faq.fitting import fit_missing
from faq.knowledge import Knowledge
from faq.layers import EntrySet, Layer, Layers
from faq.ranking import Phrased, Topic, WiderTopic
from faq.rules import Decision
from faq.service import import_entries
from faq.shelf import FaqShelf
from faq.spelling import Speller
from faq.store import STAMP
from faq.synonyms import replace_synonyms
from models import Entry, Organisation
from models.stamps import raise_stamp
from tests.conftest import NOW, Home, new_account
from tests.faq.entries import entry, row
from tests.faq.test_fitting import ARREARS, DEPOSIT

TODAY = NOW.date()
SPELLER = Speller({})
HEAT = row("heat", "高温津贴多少", topic="heat", alternates=("高温补贴",))
PROVINCE, CITY, COUNTY = "province", "city", "county"


@pytest.fixture
def tree(home: Home, few_questions: None) -> dict[str, int]:
    """A province with a city with a county, and a second city; each has an account of its key."""
    ids: dict[str, int] = {}
    with home.parts.db.work() as session:
        for key, parent in ((PROVINCE, None), (CITY, PROVINCE), (COUNTY, CITY), ("other", PROVINCE)):
            organisation = Organisation(key=key, name=key, parent_id=ids.get(parent or ""))
            session.add(organisation)
            session.flush()
            ids[key] = organisation.id
            add_account(session, new_account(key, organisation=key), NOW)
        import_entries(session, ids[PROVINCE], [DEPOSIT, ARREARS, HEAT], NOW)
    return ids


def bring(home: Home, organisation_id: int, *rows) -> None:
    with home.parts.db.work() as session:
        import_entries(session, organisation_id, rows, NOW)


def load(home: Home, shelf: FaqShelf | None = None) -> FaqShelf:
    shelf = shelf or make_shelf(home.parts)
    with home.parts.db.read() as session:
        home.parts.directory.reload(session)
        shelf.load(session)
    return shelf


def fitted(home: Home) -> FaqShelf:
    shelf = load(home)
    fit_missing(home.parts.db, shelf, home.parts.clock)
    return shelf


def codes(shelf: FaqShelf, account: str, question: str) -> list[str]:
    return [match.entry.code for match in shelf.ask(account, question, TODAY).matches]


def test_what_many_inherit_is_there_once_and_fitted_once(home: Home, tree: dict[str, int]):
    for key in (CITY, COUNTY, "other"):
        bring(home, tree[key], row(f"bus-{key}", f"{key}驿站在哪"))
    shelf = load(home)
    base = shelf.entries_of(PROVINCE)
    assert [shelf.entries_of(key).base for key in (CITY, COUNTY, "other")] == [base] * 3
    assert shelf.entries_of(COUNTY).above is shelf.entries_of(CITY)
    assert fit_missing(home.parts.db, shelf, home.parts.clock) == 1
    assert shelf.unfitted() == []
    assert codes(shelf, COUNTY, "包工头不给工钱")[0] == "arrears"


def test_own_entries_are_found_beside_inherited_ones_and_by_nobody_else(home: Home, tree: dict[str, int]):
    bring(home, tree[CITY], row("bus", "职工驿站在哪里", alternates=("哪里有驿站",)))
    bring(home, tree[COUNTY], row("pool", "游泳馆几点开门"))
    shelf = fitted(home)
    for account, found in ((CITY, True), (COUNTY, True), ("other", False), (PROVINCE, False)):
        assert ("bus" in codes(shelf, account, "附近的职工驿站")) is found
    assert codes(shelf, COUNTY, "游泳馆开门时间")[0] == "pool"
    assert "pool" not in codes(shelf, CITY, "游泳馆开门时间")
    assert shelf.ask(COUNTY, "哪里有驿站", TODAY).decision is Decision.ANSWER


@pytest.mark.parametrize("question", ["进厂要交押金合法吗", "交了风险金能退吗", "服装费退不退"])
def test_a_replaced_entry_is_hidden_by_the_nearest_one(home: Home, tree: dict[str, int], question: str):
    own = row("deposit", "本区押金怎么退", topic="deposit", alternates=("服装费",), answer="找区工会。")
    bring(home, tree[CITY], own)
    shelf = fitted(home)
    inherited = shelf.entries_of(PROVINCE).by_code["deposit"]
    for account in (CITY, COUNTY):
        found = [match.entry for match in shelf.ask(account, question, TODAY).matches]
        assert found[0].answer == "找区工会。"
        assert inherited not in found
        entries = shelf.entries_of(account)
        assert entries.by_public_id.get(inherited.public_id) is entries.by_id.get(inherited.id) is None
        assert [one.code for one in entries.entries] == ["deposit", "arrears", "heat"]
        assert sorted(entries.by_code) == ["arrears", "deposit", "heat"]
        assert (len(entries.by_id), entries.count) == (3, 3)
    assert shelf.ask("other", question, TODAY).matches[0].entry is inherited


def test_a_copy_whose_answer_alone_is_another_answers_as_surely_as_the_inherited(
    home: Home, tree: dict[str, int]
):
    bring(home, tree[CITY], row("arrears", ARREARS.question, topic="arrears", alternates=ARREARS.alternates))
    shelf = fitted(home)
    inherited, own = (shelf.ask(key, "包工头不给工钱", TODAY).matches[0] for key in (PROVINCE, CITY))
    assert own.entry.organisation_id == tree[CITY]
    assert own.score == inherited.score
    assert shelf.answer(CITY, "包工头不给工钱") is own.entry


def test_the_short_way_answers_what_the_whole_search_does(home: Home, tree: dict[str, int]):
    bring(home, tree[CITY], row("bus", "拖欠工资去哪个驿站说"), row("heat-own", "本市高温津贴", topic="heat"))
    shelf = fitted(home)
    questions = [
        "包工头不给工钱",
        "老板拖欠工资怎么办",
        "拖欠工资去驿站说吗",
        "今年高温津贴多少钱",
        "收保证金合法吗",
    ]
    for question in questions:
        sure = shelf.answer(CITY, question)
        found = shelf.ask(CITY, question, TODAY)
        assert sure is None or (found.decision, found.matches[0].entry) == (Decision.ANSWER, sure)
    assert any(shelf.answer(CITY, question) for question in questions)


def test_a_changed_layer_leaves_the_others_as_they_are(home: Home, tree: dict[str, int]):
    for key in (CITY, "other"):
        bring(home, tree[key], row("bus", f"{key}驿站在哪"))
    shelf = fitted(home)
    base, other = shelf.entries_of(PROVINCE), shelf.entries_of("other")
    known = shelf._known["other"]
    bring(home, tree[CITY], row("pool", "游泳馆几点开门"))
    load(home, shelf)
    assert shelf.entries_of(PROVINCE) is base
    assert shelf._known["other"] is known
    assert codes(shelf, COUNTY, "游泳馆几点开门")[0] == "pool"
    bring(home, tree[PROVINCE], row("canteen", "食堂饭菜不好找谁"))
    load(home, shelf)
    assert shelf.entries_of("other") is not other
    assert shelf.entries_of("other").own is other.own
    assert shelf._known["other"]._own.found_by is known._own.found_by
    assert codes(shelf, "other", "食堂饭菜不好找谁")[0] == "canteen"
    assert codes(shelf, "other", "other驿站在哪")[0] == "bus"


def test_a_withdrawn_own_entry_gives_the_inherited_one_back(home: Home, tree: dict[str, int]):
    bring(home, tree[CITY], row("arrears", "欠薪找谁", topic="arrears", answer="找市工会。"))
    shelf = fitted(home)
    assert shelf.ask(CITY, "老板拖欠工资怎么办", TODAY).matches[0].entry.answer == "找市工会。"
    withdraw(home, tree[CITY], "arrears")
    load(home, shelf)
    assert shelf.entries_of(CITY) is shelf.entries_of(PROVINCE)
    assert shelf.ask(CITY, "老板拖欠工资怎么办", TODAY).matches[0].entry.answer == ARREARS.answer


def test_who_has_more_than_it_inherits_stands_alone(home: Home, tree: dict[str, int]):
    bring(home, tree[CITY], *(row(f"own-{n}", f"本市第{n}件事", topic=f"t{n % 2}") for n in range(4)))
    bring(home, tree[COUNTY], row("pool", "游泳馆几点开门"))
    shelf = load(home)
    city = shelf.entries_of(CITY)
    assert city.above is None
    assert city.count == 7
    assert shelf.entries_of(COUNTY).above is city
    assert shelf.entries_of("other").base is shelf.entries_of(PROVINCE)
    assert fit_missing(home.parts.db, shelf, home.parts.clock) == 2


def test_a_unions_own_words_lead_to_inherited_entries(home: Home, tree: dict[str, int]):
    shelf = fitted(home)
    assert codes(shelf, CITY, "清凉钱多少")[:1] != ["heat"]
    with home.parts.db.work() as session:
        replace_synonyms(session, tree[CITY], {"清凉钱": "高温津贴"})
    load(home, shelf)
    assert codes(shelf, COUNTY, "清凉钱多少")[0] == "heat"
    assert shelf.entries_of(COUNTY).base is shelf.entries_of("other")
    assert codes(shelf, "other", "清凉钱多少")[:1] != ["heat"]


def test_entries_without_a_topic_are_found_by_words_when_the_others_are_fitted(
    home: Home, tree: dict[str, int]
):
    bring(home, tree[PROVINCE], row("canteen", "食堂饭菜不好找谁"))
    shelf = fitted(home)
    assert codes(shelf, PROVINCE, "食堂的饭菜太不好")[0] == "canteen"


def test_the_mark_changes_with_what_can_be_found_and_is_the_same_in_every_process(
    home: Home, tree: dict[str, int]
):
    shelf = load(home)
    before = {key: shelf.mark(key) for key in tree}
    assert before == {key: load(home).mark(key) for key in tree}
    bring(home, tree[CITY], row("bus", "驿站在哪"))
    load(home, shelf)
    assert {key for key in tree if shelf.mark(key) != before[key]} == {CITY, COUNTY}
    unfitted = shelf.mark("other")
    fit_missing(home.parts.db, shelf, home.parts.clock)
    assert shelf.mark("other") != unfitted


def test_layers_are_made_once_for_each_union():
    entries = {1: [entry("a"), entry("b", id=2)], 2: [entry("c", id=3)]}
    layers = Layers(entries, {})
    assert layers.get((9,)) is None
    assert layers.get((9, 1)) is layers.get((1,))
    assert layers.get((8, 2, 1)) is layers.get((2, 1))
    again = Layers({**entries, 2: [entry("d", id=4)]}, {}, layers)
    assert again.get((1,)) is layers.get((1,))
    assert again.get((2, 1)) is not layers.get((2, 1))


def test_a_wider_topic_measures_as_the_one_above():
    spelt = [
        Phrased(["进厂要交押金合法吗", "收保证金"], "不合法可以要回来"),
        Phrased(["身份证被扣了怎么办", "老板拿走身份证"], "单位不得扣证件"),
    ]
    above = Topic((0, 1), spelt)
    same = WiderTopic(above, {0, 1}, (7, 8), spelt)
    found = features("把我的身份证拿走了")
    assert same.nearness(found) == above.nearness(found)
    assert same.nearest(found) == (8, above.nearest(found)[1])
    without = WiderTopic(above, {1}, (), ())
    assert without.nearest(found) == (0, 0.0)
    wider = WiderTopic(without, set(), (9,), [Phrased(["拿走身份证"], "")])
    assert wider.best(found)[0] == (1.0, 9)
    assert wider.positions == (0, 9)


def test_a_topic_that_nobody_above_has_is_found_once_the_classifier_knows_it():
    base = EntrySet([entry("a", topic="x"), entry("b", id=2, topic="y")], SPELLER)
    classifier = Classifier(["x", "y", "z"], np.zeros((SIZE + 1, 4), np.float32), base.digests)
    above = Knowledge(Layer(base), classifier)
    own = EntrySet([entry("c", id=3, topic="z")], SPELLER)
    known = Knowledge(Layer(own, above.entries), classifier, above=above)
    assert sorted(known._topics) == ["x", "y", "z"]
    assert sorted(above._topics) == ["x", "y"]


def withdraw(home: Home, organisation_id: int, code: str) -> None:
    with home.parts.db.work() as session:
        own = update(Entry).where(Entry.organisation_id == organisation_id, Entry.code == code)
        session.execute(own.values(withdrawn_at=NOW))
        raise_stamp(session, STAMP)
