"""The campaigns that are shipped: complete drafts, one with a draw that is open, one with candidates; made once."""

from functools import partial
from pathlib import Path

import pytest
from PIL import Image, ImageChops, ImageStat
from sqlalchemy import select

from accounts.service import add_account
from campaigns.demonstration import load_campaigns, read_campaigns
from campaigns.inducement import find_phrases
from campaigns.kinds.photo.tables import PhotoWork
from campaigns.kinds.photo.works import of_campaign, pictures_by_work
from campaigns.kinds.quiz.bank.questions import Question
from campaigns.kinds.quiz.bank.service import Hand, import_questions
from campaigns.kinds.vote.roll import read_roll
from campaigns.preflight import examine
from campaigns.store import list_campaigns, view_of
from core.errors import Invalid
from core.settings import ROOT
from members import ledger
from models.accounts import Account
from models.db import Database
from models.prizes import Draw
from tests.campaigns.desk import ANNA, HOST
from tests.conftest import NOW, new_account
from tools import candidate_pictures, work_pictures
from web.storage import MediaStore

FILE = ROOT / "content" / "demo" / "campaigns.yaml"


@pytest.fixture
def account(sqlite_db: Database) -> Account:
    """With a bank of questions, as `flask demo load` has brought it in before."""
    ledger.use_key(b"a-ledger-key-for-tests")
    with sqlite_db.work() as session:
        account = add_account(session, new_account(), NOW)
        subjects = (
            "劳动合同",
            "工资工时",
            "休息休假",
            "社会保险",
            "工伤与安全",
            "特殊保护",
            "劳动争议",
            "工会知识",
        )
        questions = [
            Question(
                code=f"q{number}",
                subject=subjects[number % 8],
                level=1,
                kind="judge",
                question=f"第 {number} 题对吗？",
                options=(),
                answer="对",
                explanation="对。",
            )
            for number in range(80)
        ]
        import_questions(session, account.organisation_id, questions, Hand("演示", NOW, reviewer=True))
        return account


@pytest.fixture
def store(tmp_path: Path) -> MediaStore:
    return MediaStore(tmp_path / "media")


def load(db: Database, account: Account, store: MediaStore) -> int:
    with db.work() as session:
        return load_campaigns(
            session, account, read_campaigns(FILE), partial(store.keep, "picture"), HOST, ANNA
        )


def test_the_shipped_campaigns_wait_for_their_approval_with_all_they_need(
    sqlite_db: Database, account: Account, store: MediaStore
):
    assert load(sqlite_db, account, store) == 3
    with sqlite_db.read() as session:
        rows = {row.kind: row for row in list_campaigns(session, account.id)}
        for row in rows.values():
            assert row.state == "draft"
            assert [one for one in examine(session, view_of(row)) if one.level == "stop"] == []
        draw = session.scalars(select(Draw).where(Draw.account_id == account.id)).one()
        candidates = read_roll(session, view_of(rows["vote"])).candidates
    assert (draw.state, rows["quiz"].draw_id, rows["vote"].draw_id) == ("open", draw.id, None)
    assert [one.number for one in candidates if one.about and one.slogan] == list(range(1, 13))
    assert all(store.find_small(one.picture) for one in candidates)
    assert len({one.picture_text for one in candidates if one.picture_text.startswith("画像：")}) == 12


def test_bringing_them_in_again_changes_nothing(sqlite_db: Database, account: Account, store: MediaStore):
    assert [load(sqlite_db, account, store) for _ in range(2)] == [3, 0]


def test_the_candidates_pictures_are_small_and_drawn_by_us(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    shipped = {path.name: path for path in (FILE.parent / "votes" / "craftsmen").iterdir()}
    assert sorted(shipped) == sorted(f"{number}.webp" for number in range(1, 13))
    assert max(path.stat().st_size for path in shipped.values()) <= 8_000
    monkeypatch.setattr(candidate_pictures, "FOLDER", tmp_path)
    candidate_pictures.draw_all()
    for name, path in shipped.items():
        with Image.open(path) as ours, Image.open(tmp_path / name) as drawn:
            assert ours.size == (480, 480)
            assert max(ImageStat.Stat(ImageChops.difference(ours, drawn)).mean) < 2


def test_the_contest_brings_a_wall_of_works_by_several_authors(
    sqlite_db: Database, account: Account, store: MediaStore
):
    load(sqlite_db, account, store)
    with sqlite_db.read() as session:
        campaign = next(view_of(row) for row in list_campaigns(session, account.id) if row.kind == "photo")
        works = session.scalars(
            select(PhotoWork).where(*of_campaign(campaign)).order_by(PhotoWork.number)
        ).all()
        pictures = pictures_by_work(session, campaign, [one.id for one in works])
    assert [one.number for one in works] == list(range(1, 25))
    assert {one.state for one in works} == {"shown"}
    assert len({one.author for one in works}) == 8
    assert all(store.find_small(one.name) for rows in pictures.values() for one in rows)
    assert len({one.likeness for rows in pictures.values() for one in rows}) > 20


def test_the_works_pictures_are_small_and_drawn_by_us(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    shipped = {path.name: path for path in (FILE.parent / "works" / "moments").iterdir()}
    assert sorted(shipped) == sorted(f"{number}.jpg" for number in range(1, 25))
    assert max(path.stat().st_size for path in shipped.values()) <= 40_000
    monkeypatch.setattr(work_pictures, "FOLDER", tmp_path)
    work_pictures.draw_all()
    for name, path in shipped.items():
        with Image.open(path) as ours, Image.open(tmp_path / name) as drawn:
            assert max(ImageStat.Stat(ImageChops.difference(ours, drawn)).mean) < 2


SHIPPED = [FILE, FILE.parent / "votes" / "craftsmen.csv", FILE.parent / "works" / "moments.csv"]


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.name)
def test_nothing_in_the_files_induces_anybody(path: Path):
    assert list(find_phrases(path.read_text("utf-8"))) == []


def test_a_file_that_is_wrong_is_told(tmp_path: Path):
    (tmp_path / "bad.yaml").write_text("campaigns: [{kind: quiz}]", "utf-8")
    with pytest.raises(Invalid, match="bad"):
        read_campaigns(tmp_path / "bad.yaml")
