"""A column knows how many items it has, whatever is done with them and by how many at once."""

import pytest
from sqlalchemy import update

from columns import service
from columns.counting import recount
from models.columns import Column
from models.db import Database
from tests.columns.conftest import EDITOR, Series
from tests.conftest import NOW
from tests.neighbours import together


def counts(series: Series) -> tuple[int, int]:
    """(live ones, drafts)."""
    return series.column.live_items, series.column.draft_items


def test_the_counts_follow_an_items_life(db: Database, series: Series):
    start = counts(series)
    item = series.write(90)
    assert counts(series) == (start[0], start[1] + 1)
    for step in (service.publish_item, service.publish_item):
        with db.work() as session:
            version = series.item(item.public_id).version
            step(session, series.chain, series.column, item.public_id, version, EDITOR)
        assert counts(series) == (start[0] + 1, start[1])
    with db.work() as session:
        version = series.item(item.public_id).version
        service.withdraw_item(session, series.column, item.public_id, version, EDITOR)
    assert counts(series) == (start[0], start[1] + 1)
    with db.work() as session:
        service.delete_item(session, series.column, item.public_id)
    assert counts(series) == start


def test_counts_made_anew_are_the_same(db: Database, series: Series):
    series.publish(91, 92)
    series.write(93)
    kept = counts(series)
    with db.work() as session:
        of_union = Column.organisation_id == series.chain[0]
        session.execute(update(Column).where(of_union).values(live_items=50, draft_items=50))
        assert recount(session, NOW) >= 1
    assert counts(series) == kept


def crowd_of_writers(series: Series) -> tuple[int, int]:
    """Twelve items written and published at once; how many the column says it has more."""
    start = counts(series)

    def one(number: int) -> None:
        item = series.write(200 + number)
        with series.db.work() as session:
            service.publish_item(session, series.chain, series.column, item.public_id, 1, EDITOR)

    assert together(12, one) == [None] * 12
    now = counts(series)
    return now[0] - start[0], now[1] - start[1]


def test_items_that_go_live_at_once_are_all_counted(db: Database, series: Series):
    assert crowd_of_writers(series) == (12, 0)


@pytest.mark.parametrize("db", ["postgres"], indirect=True)  # SQLite lets one write at a time
def test_control_a_sum_that_is_read_and_written_back_loses_some(
    series: Series, monkeypatch: pytest.MonkeyPatch
):
    def read_and_write(session, column: Column, *, live: int = 0, drafts: int = 0) -> None:
        session.execute(
            update(Column)
            .where(Column.organisation_id == column.organisation_id, Column.id == column.id)
            .values(live_items=column.live_items + live, draft_items=column.draft_items + drafts)
        )

    monkeypatch.setattr(service, "count_items", read_and_write)
    assert crowd_of_writers(series) != (12, 0)
