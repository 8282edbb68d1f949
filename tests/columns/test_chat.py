"""Columns in the chat: exact words open them, questions pass by, numbers and a few words leaf through."""

import pytest

from accounts.directory import AccountDirectory
from chat.answer import PASS, Reply
from columns import service
from columns.chat import ColumnChat
from columns.rules import ColumnDraft
from columns.shelf import ColumnShelf
from handlers.router import Router
from models.accounts import Account, Organisation
from models.db import Database
from tests.columns.conftest import EDITOR, Series, make_series
from tests.faq.phone import Phone
from wechat.replies import NewsReply, TextReply


@pytest.fixture
def db(sqlite_db: Database) -> Database:
    """No race in here: one database suffices."""
    return sqlite_db


def phone(db: Database) -> Phone:
    directory = AccountDirectory("https://gonghui.example.cn", 300)
    shelf = ColumnShelf(directory)
    with db.read() as session:
        directory.reload(session)
        shelf.load(session)
    chat = ColumnChat(shelf)
    return Phone(Router([chat.hook()], [chat.conversation()]), directory.get("ours"))


def card(phone: Phone, words: str) -> str:
    answer = phone.answer(words)
    assert isinstance(answer, Reply)
    assert isinstance(answer.message, NewsReply)
    (article,) = answer.message.articles
    return f"{article.title} {article.url}"


@pytest.fixture
def thirteen(db: Database, series: Series) -> Phone:
    series.publish(*range(1, 14))
    return phone(db)


def passed(phone: Phone, words: str) -> bool:
    phone.talk = None
    phone.answer(words)
    return phone.hook == "nobody"


@pytest.mark.parametrize("words", ["小明", "小明务工记", " 小明！", "小明。"])
def test_its_words_open_a_column(thirteen: Phone, words: str):
    text = thirteen.say(words)
    assert text.startswith("【小明务工记】\n简介\n\n13. 第13个故事\n12. 第12个故事")
    assert "8. 第8个故事" not in text


@pytest.mark.parametrize(
    "words",
    [
        "小明被辞退怎么办",
        "小明 怎么加班",
        "小明吗",
        "找小明",
        "3",
        "更多",
        "有用",
        "小明3块钱",
        "公司拖欠工资3个月",
    ],
)
def test_questions_and_numbers_of_others_pass_by(thirteen: Phone, words: str):
    assert passed(thirteen, words)


@pytest.mark.parametrize("words", ["小明 3", "小明3", "小明第3期", "小明务工记 3"])
def test_a_number_after_the_words_opens_that_issue(thirteen: Phone, words: str):
    assert card(thirteen, words) == (
        "小明务工记｜第3个故事 https://gonghui.example.cn/h5/ours/columns/xiaoming/3"
    )


def test_a_number_chooses_from_the_list_and_steps_lead_on(thirteen: Phone):
    thirteen.say("小明")
    assert "第9个故事" in card(thirteen, "9")
    assert "第10个故事" in card(thirteen, "下一期")
    assert "第9个故事" in card(thirteen, "上一期")
    assert "第13个故事" in card(thirteen, "13")
    assert "最新的一期" in thirteen.say("下一期")


def test_the_past_issues_come_by_tens(thirteen: Phone):
    thirteen.say("小明")
    first = thirteen.say("往期")
    assert "13. 第13个故事" in first
    assert "4. 第4个故事" in first
    assert "\n3. " not in first
    assert "其余 3 期" in first
    second = thirteen.say("更多")
    assert [f"\n{n}. " in second for n in (4, 3, 2, 1)] == [False, True, True, True]
    assert "就这些了" in thirteen.say("更多")
    assert "第2个故事" in card(thirteen, "2")


def test_more_after_the_first_list_goes_on_below_it(thirteen: Phone):
    thirteen.say("小明")
    more = thirteen.say("更多")
    assert "8. 第8个故事" in more
    assert "9. 第9个故事" not in more


def test_a_number_that_is_not_there_is_told_with_what_is(thirteen: Phone):
    thirteen.say("小明")
    assert "没有第 99 期，现在有第 1 期到第 13 期" in thirteen.say("99")
    assert "第5个故事" in card(thirteen, "5")


def test_a_question_in_between_is_not_swallowed(thirteen: Phone):
    thirteen.say("小明")
    thirteen.answer("公司不签合同怎么办")
    assert thirteen.hook == "nobody"


def test_a_single_issue_comes_as_its_card(db: Database, series: Series):
    series.publish(1)
    assert "第1个故事" in card(phone(db), "小明")


def test_drafts_and_hidden_columns_are_not_heard_of(db: Database, series: Series):
    series.write(1)
    assert passed(phone(db), "小明")
    series.publish(2)
    with db.work() as session:
        service.show_column(session, series.column, shown=False, editor=EDITOR)
    assert passed(phone(db), "小明")
    assert passed(phone(db), "栏目")


def test_all_columns_are_named(db: Database, series: Series):
    series.publish(1)
    make_series(db, series.chain, "two", "第二个栏目").publish(1, 2)
    text = phone(db).say("栏目")
    assert "· 小明务工记（共 1 期）\n· 第二个栏目（共 2 期）" in text


def test_a_talk_of_a_column_that_is_gone_passes(thirteen: Phone, db: Database, series: Series):
    thirteen.say("小明")
    with db.work() as session:
        service.show_column(session, series.column, shown=False, editor=EDITOR)
    later = phone(db)
    later.talk = thirteen.talk
    later.answer("3")
    assert later.hook == "nobody"


def test_a_long_series_with_long_titles_fits_the_platforms_bytes(db: Database, series: Series):
    for number in range(9980, 9999):
        item = series.write(number, "长" * 32)
        with db.work() as session:
            service.publish_item(session, series.chain, series.column, item.public_id, 1, EDITOR)
    reader = phone(db)
    for words in ("小明", "往期", "更多"):
        answer = reader.answer(words)
        assert isinstance(answer, Reply)
        assert isinstance(answer.message, TextReply)
        assert len(answer.message.content.encode()) <= 2048
        assert "回复" in answer.message.content.splitlines()[-1]


def put_below(db: Database, series: Series) -> list[int]:
    """The account's union becomes one below the union of the series."""
    with db.work() as session:
        city = Organisation(key="city", name="市总", parent_id=series.chain[0])
        session.add(city)
        session.flush()
        session.query(Account).filter(Account.key == "ours").one().organisation_id = city.id
        return [city.id, *series.chain]


def test_a_union_below_has_the_columns_of_the_one_above(db: Database, series: Series):
    series.publish(1, 2)
    put_below(db, series)
    assert "2. 第2个故事" in phone(db).say("小明")


def test_an_own_column_of_the_same_short_name_takes_its_place(db: Database, series: Series):
    series.publish(1, 2)
    chain = put_below(db, series)
    with db.work() as session:
        copied = service.copy_column(session, chain[0], series.column, EDITOR)
    own = Series(db, chain, "xiaoming")
    own.publish(3)
    with db.work() as session:
        service.change_column(
            session, chain, "xiaoming", copied.version, ColumnDraft("市里的小明", words=("小明",)), EDITOR
        )
    text = phone(db).say("小明")
    assert text.startswith("【市里的小明】")
    assert "3. 第3个故事" in text
    with db.work() as session:
        service.show_column(session, own.column, shown=False, editor=EDITOR)
    assert passed(phone(db), "小明")


def test_the_hook_passes_on_what_was_not_said_in_words(thirteen: Phone):
    assert thirteen.answer("") is not PASS
    assert thirteen.hook == "nobody"
