"""Columns and issues in the database: numbers are had once, the second of two editors is told, tenants stay apart."""

import pytest
from sqlalchemy import select

from accounts.service import add_account
from columns import service, store
from columns.rules import ColumnDraft, ItemDraft
from core.errors import Conflict, Invalid, NotFound
from models.accounts import Organisation
from models.columns import Column, ColumnItem
from models.db import Database
from models.stamps import read_stamps
from tests.columns.conftest import EDITOR, Series, make_series
from tests.conftest import NOW, new_account
from tests.neighbours import together


def below(db: Database, series: Series) -> list[int]:
    """A union below that of the series; its chain."""
    with db.work() as session:
        city = Organisation(key="city", name="市总", parent_id=series.chain[0])
        session.add(city)
        session.flush()
        return [city.id, *series.chain]


def stamp(db: Database) -> int:
    with db.read() as session:
        return read_stamps(session).get(store.STAMP, 0)


def test_an_issue_is_written_published_and_taken_down(db: Database, series: Series):
    item = series.write(1)
    assert (item.state, item.published_at) == ("draft", None)
    before = stamp(db)
    with db.work() as session:
        service.publish_item(session, series.chain, series.column, item.public_id, 1, EDITOR)
    live = series.item(item.public_id)
    assert (live.state, live.published_at, live.version) == ("live", NOW, 2)
    assert stamp(db) == before + 1
    with db.work() as session:
        service.withdraw_item(session, series.column, item.public_id, 2, EDITOR)
    assert series.item(item.public_id).state == "draft"


def test_an_issue_that_lacks_something_does_not_go_live(db: Database, series: Series):
    item = series.write(1, body="")
    with pytest.raises(Invalid, match="还不能上线：正文"), db.work() as session:
        service.publish_item(session, series.chain, series.column, item.public_id, 1, EDITOR)


def test_what_was_changed_since_it_was_looked_at_does_not_go_live(db: Database, series: Series):
    item = series.write(1)
    with db.work() as session:
        service.change_item(
            session, series.chain, series.column, item.public_id, 1, ItemDraft(1, "新题", body="新。"), EDITOR
        )
    with pytest.raises(Conflict), db.work() as session:
        service.publish_item(session, series.chain, series.column, item.public_id, 1, EDITOR)


def test_of_a_crowd_of_editors_with_one_version_one_saves(db: Database, series: Series):
    item = series.write(1)

    def save(number: int) -> None:
        with db.work() as session:
            draft = ItemDraft(1, f"题{number}", body="正文。")
            service.change_item(session, series.chain, series.column, item.public_id, 1, draft, EDITOR)

    outcomes = together(6, save)
    assert [type(one) for one in outcomes if one is not None] == [Conflict] * 5
    assert series.item(item.public_id).version == 2


def test_a_number_is_had_once_even_in_a_crowd(db: Database, series: Series):
    column = series.column

    def add(number: int) -> int:
        with db.work() as session:
            return service.add_item(session, column, ItemDraft(7, f"题{number}"), EDITOR).number

    outcomes = together(6, add)
    assert [one for one in outcomes if not isinstance(one, Exception)] == [7]
    assert {type(one) for one in outcomes if isinstance(one, Exception)} == {Invalid}


def test_the_next_number_is_one_more_than_the_highest(db: Database, series: Series):
    series.write(4)
    with db.read() as session:
        assert store.next_number(session, series.column) == 5


def test_issues_change_numbers_with_their_neighbours(db: Database, series: Series):
    items = [series.write(number) for number in (1, 2, 5)]
    with db.work() as session:
        assert service.move_item(session, series.column, items[1].public_id, 1, EDITOR)
        assert not service.move_item(session, series.column, items[0].public_id, -1, EDITOR)
    assert series.numbers() == [(5, "第2个故事"), (2, "第5个故事"), (1, "第1个故事")]


def test_a_live_issue_is_not_deleted(db: Database, series: Series):
    series.publish(1)
    with db.read() as session:
        (item,) = store.list_items(session, series.column)
    with pytest.raises(Conflict, match="先撤下"), db.work() as session:
        service.delete_item(session, series.column, item.public_id)
    with pytest.raises(Conflict, match="先把它们撤下"), db.work() as session:
        service.delete_column(session, series.chain[0], series.code)


def test_a_column_goes_with_its_drafts(db: Database, series: Series):
    series.write(1)
    with db.work() as session:
        service.delete_column(session, series.chain[0], series.code)
    with db.read() as session:
        assert session.scalars(select(ColumnItem).execution_options(all_tenants="a test")).all() == []


def test_two_columns_do_not_share_a_word_or_a_short_name(db: Database, series: Series):
    with pytest.raises(Invalid, match="「小明」已经是栏目「小明务工记」"), db.work() as session:
        service.add_column(session, series.chain, "two", ColumnDraft("第二个", words=("小明",)), EDITOR)
    with pytest.raises(Conflict, match="短名"), db.work() as session:
        service.add_column(session, series.chain, "xiaoming", ColumnDraft("第三个"), EDITOR)


def test_the_second_editor_of_a_columns_settings_is_told(db: Database, series: Series):
    with db.work() as session:
        service.change_column(session, series.chain, "xiaoming", 1, ColumnDraft("新名字"), EDITOR)
    with pytest.raises(Conflict, match="别人已经改过"), db.work() as session:
        service.change_column(session, series.chain, "xiaoming", 1, ColumnDraft("旧名字"), EDITOR)
    assert series.column.title == "新名字"


def test_columns_are_put_in_order(db: Database, series: Series):
    make_series(db, series.chain, "two", "第二个")
    make_series(db, series.chain, "three", "第三个")
    with db.work() as session:
        service.move_column(session, series.chain[0], "three", -1)
        service.move_column(session, series.chain[0], "xiaoming", -1)
    with db.read() as session:
        assert [one.code for one in store.list_columns(session, series.chain)] == ["xiaoming", "three", "two"]


def test_an_inherited_column_is_copied_with_what_is_live_and_stands_alone(db: Database, series: Series):
    series.publish(1, 2)
    series.write(3)
    chain = below(db, series)
    with db.work() as session:
        service.copy_column(session, chain[0], store.get_column(session, chain, "xiaoming"), EDITOR)
    own = Series(db, chain, "xiaoming")
    assert own.numbers() == [(2, "第2个故事"), (1, "第1个故事")]
    assert (own.column.live_items, own.column.draft_items) == (2, 0)
    with db.work() as session:
        service.change_column(session, chain, "xiaoming", 1, ColumnDraft("市里的小明"), EDITOR)
    assert series.column.title == "小明务工记"


def test_another_unions_column_does_not_exist(db: Database, series: Series):
    item = series.write(1)
    with db.work() as session:
        other = add_account(session, new_account("other"), NOW).organisation_id
    theirs = make_series(db, [other])
    with db.read() as session:
        with pytest.raises(NotFound):
            store.get_own_column(session, other, "nothing")
        with pytest.raises(NotFound):
            store.get_item(session, theirs.column, item.public_id)
    with pytest.raises(NotFound), db.work() as session:
        service.change_item(session, [other], theirs.column, item.public_id, 1, ItemDraft(1, "题"), EDITOR)
    with db.read() as session:
        every = session.scalars(select(Column).execution_options(all_tenants="a test")).all()
    assert len(every) == 2


def test_the_list_goes_on_below_a_number(db: Database, series: Series):
    for number in range(1, 6):
        series.write(number)
    with db.read() as session:
        found = store.list_items(session, series.column, before=4, limit=2)
    assert [item.number for item in found] == [3, 2]
