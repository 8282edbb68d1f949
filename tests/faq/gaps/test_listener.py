"""What the worker hears becomes a row once, with no more than is needed."""

import pytest
from sqlalchemy import inspect

from accounts.service import add_account
from faq.gaps.listener import hear, outcome_of
from models import AskedQuestion
from models.db import Database
from tests.conftest import NOW, new_account
from tests.faq.gaps.conftest import rows, said, told, useless
from tests.neighbours import together


@pytest.mark.parametrize(
    ("hook", "note", "outcome"),
    [
        ("faq", {}, "answered"),
        ("faq", {"entry": "pay"}, "answered"),
        ("faq", {"faq": "suggest"}, "suggested"),
        ("calculators", {}, "answered"),
        ("statutes", {}, "answered"),
        ("fallback", {}, "handed_off"),
        ("faq_feedback", {"faq": "useful", "entry": "pay"}, "useful"),
        ("faq_feedback", {"faq": "useless", "entry": "pay", "question": "工资"}, "useless"),
        ("faq", {"faq": "useless"}, "useless"),
        ("faq_choice", {}, None),
        ("help", {}, None),
        ("human", {}, None),
        ("keyword", {}, None),
        ("contacts", {}, None),
        ("failed:abc", {}, None),
        ("nobody", {}, None),
    ],
)
def test_how_a_question_went(hook, note, outcome):
    assert outcome_of(hook, note) == outcome


def test_only_what_nobody_answered_keeps_its_text(db: Database, account: int):
    told(
        db,
        said("高温补贴怎么发", "faq", account_id=account, note={"entry": "heat"}),
        said("能退押金吗", "faq", account_id=account, note={"faq": "suggest"}),
        said("班车坐不下怎么办", account_id=account),
        said("有用", "faq_feedback", account_id=account, note={"faq": "useful", "entry": "heat"}),
        useless("我叫李强，高温补贴怎么发", account, entry="heat"),
        said("帮助", "help", account_id=account),
    )
    assert [(row.outcome, row.entry_code, row.text) for row in rows(db, account)] == [
        ("answered", "heat", ""),
        ("suggested", "", ""),
        ("handed_off", "", "班车坐不下怎么办"),
        ("useful", "heat", ""),
        ("useless", "heat", "我叫某人，高温补贴怎么发"),
    ]


def test_the_same_message_heard_twice_changes_nothing(db: Database, account: int):
    one = said("班车坐不下怎么办", account_id=account)
    told(db, one, one)
    before = [(row.id, row.asked_at, row.text) for row in rows(db, account)]
    told(db, one._replace(words="别的", hook="faq"))
    assert [(row.id, row.asked_at, row.text) for row in rows(db, account)] == before
    assert len(before) == 1


def test_two_workers_that_hear_the_same_messages_at_once_keep_each_once(db: Database, account: int):
    messages = [said(f"第 {n} 个问题", account_id=account) for n in range(300)]

    def listen(_worker: int) -> None:
        with db.work() as session:
            hear(session, messages)

    assert together(4, listen) == [None] * 4
    assert len(rows(db, account)) == 300


def test_the_same_key_in_two_accounts_is_two_messages(db: Database, account: int):
    with db.work() as session:
        other = add_account(session, new_account("other"), NOW).id
    one = said("班车坐不下怎么办", account_id=account)
    told(db, one, one._replace(account_id=other))
    assert len(rows(db, account)) == len(rows(db, other)) == 1


def test_nothing_said_and_long_or_strange_words_are_no_trouble(db: Database, account: int):
    told(db)
    told(
        db,
        said("", account_id=account),
        said("😀？" * 2000, account_id=account),
        said("x", "faq", account_id=account, note={"entry": "e" * 300}),
        said("没用", account_id=account, note={"faq": "useless"}),
    )
    kept = rows(db, account)
    assert [len(row.text) for row in kept] == [0, 300, 0, 0]
    assert len(kept[2].entry_code) == 80


def test_the_table_has_no_place_for_a_person(db: Database):
    columns = {column["name"] for column in inspect(db.engine).get_columns(AskedQuestion.__tablename__)}
    assert columns == {
        "id",
        "account_id",
        "message_key",
        "asked_at",
        "outcome",
        "entry_code",
        "text",
        "gap",
        "done_at",
    }
