"""What the worker does: campaigns end by the clock, spreadsheets are written, told and dropped."""

import csv
from datetime import timedelta
from pathlib import Path

import pytest
from openpyxl import load_workbook

from campaigns import export, service
from campaigns.errands import claim
from campaigns.exports import ask_export, get_export, path_of
from campaigns.joining import introduce, join
from campaigns.tasks import close_due, export_due, exports_folder
from campaigns.view import CampaignView
from core.errors import Conflict, Invalid, NotFound
from models.campaigns import CampaignExport
from tests.campaigns.conftest import campaigns_of
from tests.campaigns.desk import ANNA, OPENS, Campaigns
from tests.campaigns.tiny import CLOSED
from tests.conftest import Home
from tests.neighbours import together
from tests.staff.desk import Watch, set_watch


@pytest.fixture
def watch(home: Home, tiny_kind: None) -> Watch:
    with home.parts.db.read() as session:
        home.parts.directory.reload(session)
    return set_watch(home)


@pytest.fixture
def ours(home: Home, watch: Watch) -> Campaigns:
    return campaigns_of(home)


def crowd(ours: Campaigns, made: CampaignView, count: int, unit: str = "某厂") -> None:
    with ours.db.work() as session:
        for number in range(count):
            introduce(session, made, f"o{number}", {"unit": unit}, OPENS)


def ask(ours: Campaigns, made: CampaignView, watch: Watch, suffix: str = "xlsx") -> CampaignExport:
    with ours.db.work() as session:
        return ask_export(session, made, suffix, "anna", watch())


def read(ours: Campaigns, made: CampaignView, row: CampaignExport) -> CampaignExport:
    with ours.db.read() as session:
        return get_export(session, made, row.public_id)


def test_a_campaign_ends_by_the_clock_once(home: Home, ours: Campaigns, watch: Watch):
    made = ours.live()
    CLOSED.clear()
    assert close_due(home.parts) == 0
    watch.now = made.closes_at
    assert (close_due(home.parts), close_due(home.parts)) == (1, 0)
    assert [made.public_id] == CLOSED
    assert ours.get(made.public_id).phase(OPENS) == "over"


def test_a_frozen_one_waits_for_somebody(home: Home, ours: Campaigns, watch: Watch):
    made = ours.live()
    with ours.db.work() as session:
        service.freeze(session, ours.account_id, made.public_id, made.version, "停", ANNA)
    watch.now = made.closes_at
    assert close_due(home.parts) == 0


@pytest.mark.parametrize("suffix", ["xlsx", "csv"])
def test_a_spreadsheet_is_written_with_guarded_cells(home: Home, ours: Campaigns, watch: Watch, suffix: str):
    made = ours.live(eligibility={"asks": ["unit"]})
    crowd(ours, made, 3, "=1+1")
    row = ask(ours, made, watch, suffix)
    assert (row.state, row.all_rows) == ("waiting", 3)
    assert export_due(home.parts) == 1
    done = read(ours, made, row)
    assert (done.state, done.rows) == ("done", 3)
    path = path_of(exports_folder(home.parts), done)
    rows = cells(path)
    assert rows[0] == ["编号", "单位", "次数"]
    assert [one[1] for one in rows[1:]] == ["'=1+1"] * 3
    assert list(path.parent.iterdir()) == [path]


def cells(path: Path) -> list[list[str]]:
    if path.suffix == ".csv":
        return list(csv.reader(path.read_text("utf-8-sig").splitlines()))
    book = load_workbook(path, read_only=True)
    return [list(row) for sheet in book for row in sheet.iter_rows(values_only=True)]


def test_more_rows_than_a_sheet_holds_go_on_in_the_next(
    home: Home, ours: Campaigns, watch: Watch, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(export, "SHEET_ROWS", 2)
    made = ours.live(eligibility={"asks": ["unit"]})
    crowd(ours, made, 5)
    row = ask(ours, made, watch)
    export_due(home.parts)
    book = load_workbook(path_of(exports_folder(home.parts), row))
    assert [sheet.max_row for sheet in book] == [3, 3, 2]


def test_progress_is_told_on_the_way(ours: Campaigns, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(export, "_EVERY", 2)
    made = ours.live(eligibility={"asks": ["unit"]})
    crowd(ours, made, 5)
    told: list[int] = []
    with ours.db.read() as session:
        export.write_rows(session, made, tmp_path / "a.csv", told.append)
    assert told == [2, 4, 5]


def test_an_export_that_fails_is_told_and_can_be_asked_for_again(
    home: Home, ours: Campaigns, watch: Watch, monkeypatch: pytest.MonkeyPatch
):
    made = ours.live()
    row = ask(ours, made, watch)
    with monkeypatch.context() as broken:
        broken.setattr("campaigns.tasks.write_rows", lambda *_a: 1 / 0)
        assert export_due(home.parts) == 0
    assert read(ours, made, row).state == "failed"
    assert ask(ours, made, watch).state == "waiting"


def test_two_of_one_campaign_at_once_are_one_too_many(ours: Campaigns, watch: Watch):
    made = ours.live()
    ask(ours, made, watch)
    with pytest.raises(Conflict):
        ask(ours, made, watch)
    with pytest.raises(Invalid):
        ask(ours, made, watch, "exe")


def test_an_export_whose_worker_died_is_taken_over(ours: Campaigns, watch: Watch):
    made = ours.live()
    ask(ours, made, watch)

    def take() -> CampaignExport | None:
        with ours.db.work() as session:
            return claim(session, CampaignExport, watch())

    assert take() is not None
    assert take() is None
    watch.wait(minutes=6)
    assert take() is not None


def test_a_day_later_it_is_dropped_with_its_file(home: Home, ours: Campaigns, watch: Watch):
    made = ours.live()
    row = ask(ours, made, watch)
    export_due(home.parts)
    path = path_of(exports_folder(home.parts), row)
    assert path.exists()
    watch.wait(hours=25)
    export_due(home.parts)
    assert not path.exists()
    with pytest.raises(NotFound):
        read(ours, made, row)


def test_of_many_workers_one_takes_an_export(campaigns: Campaigns):
    made = campaigns.live()
    with campaigns.db.work() as session:
        join(session, made, "o1", OPENS)
        ask_export(session, made, "csv", "anna", OPENS)

    def take(_number: int) -> bool:
        with campaigns.db.work() as session:
            return claim(session, CampaignExport, OPENS + timedelta(seconds=1)) is not None

    assert sum(one is True for one in together(6, take)) == 1
