"""Words in entries and drafts are found alike by PostgreSQL's index and by reading every row."""

from datetime import date

import pytest
from sqlalchemy import text

from accounts.service import add_account, get_account
from faq.letters import pieces_of
from faq.listing import Wanted, list_lines
from faq.service import Hand, Seen, import_entries, save_draft
from models.db import Database
from tests.conftest import NOW, new_account
from tests.faq.entries import row

TODAY = date(2026, 11, 20)


@pytest.fixture
def place(db: Database) -> int:
    with db.work() as session:
        add_account(session, new_account(), NOW)
        organisation = get_account(session, "ours").organisation_id
        import_entries(
            session,
            organisation,
            [
                row("fishing", "渔船船员的工资怎么发？", answer="按月发。"),
                row(
                    "deposit",
                    "押金能退吗？",
                    alternates=("工装“押金”不退", 'say "no" to C:\\'),
                    answer="能退。",
                ),
                row(
                    "abc",
                    "ＡＢＣ 公司 overTime 怎么算？",
                    answer="按 1.5 倍算 😀。",
                    citations=("《劳动法》第44条",),
                ),
            ],
            NOW,
        )
        save_draft(
            session, organisation, row("draft", "高温津贴", answer="有。"), Seen(0, 0), Hand("anna", NOW)
        )
        return organisation


@pytest.mark.parametrize(
    ("words", "codes"),
    [
        ("渔船船员", {"fishing"}),
        ("船员", {"fishing"}),
        ("船渔", set()),
        ("渔", {"fishing"}),
        ("押金", {"deposit"}),
        ("押金 不退", {"deposit"}),
        ("“押金”", {"deposit"}),
        ('"no"', {"deposit"}),
        ("C:\\", {"deposit"}),
        ("OVERTIME", {"abc"}),
        ("ＡＢＣ", {"abc"}),
        ("劳动法", {"abc"}),
        ("44", {"abc"}),
        ("😀", {"abc"}),
        ("1.5", {"abc"}),
        ("'", set()),
        ("%", set()),
        ("高温", {"draft"}),
        ("温津", {"draft"}),
        ("航天飞机", set()),
    ],
)
def test_words_lead_to_what_holds_them(db: Database, place: int, words: str, codes: set[str]):
    with db.read() as session:
        page = list_lines(session, [place], Wanted(words=words), TODAY)
    assert {line.code for line in page.lines} == codes


def test_what_was_changed_is_found_by_its_new_words_only(db: Database, place: int):
    with db.work() as session:
        import_entries(session, place, [row("fishing", "海员怎么休假？", answer="按合同。")], NOW)
    with db.read() as session:
        found = [list_lines(session, [place], Wanted(words=one), TODAY).lines for one in ("海员", "渔船")]
    assert [len(lines) for lines in found] == [1, 0]


def test_pieces_are_pairs_or_a_single_letter():
    assert pieces_of("渔船员") == ["渔船", "船员"]
    assert pieces_of("Ab") == ["ab"]
    assert pieces_of("金") == ["金"]
    assert pieces_of("a'b") == pieces_of("😀") == pieces_of("Ä") == []


def test_a_damaged_json_column_stops_nothing(postgres_db: Database):
    with postgres_db.work() as session:
        damaged = text("SELECT plain_json(CAST(:stored AS json))")
        assert session.scalar(damaged, {"stored": '["\\ud800"]'}) == '["\\ud800"]'
        assert session.scalar(damaged, {"stored": '["\\u62bc"]'}) == '["押"]'


def test_the_index_is_used_for_a_rare_word(postgres_db: Database):
    with postgres_db.work() as session:
        add_account(session, new_account(), NOW)
        organisation = get_account(session, "ours").organisation_id
        rows = [row(f"e{n}", f"第{n}个问题，押金怎么退？", answer="能退。" * 20) for n in range(1500)]
        import_entries(session, organisation, [*rows, row("fishing", "渔船船员？", answer="有。")], NOW)
    with postgres_db.work() as session:
        session.execute(text("ANALYZE entries"))
        plan = session.execute(
            text("EXPLAIN SELECT id FROM entries WHERE organisation_id = :id AND letters @@ '''渔船'''"),
            {"id": organisation},
        ).scalars()
        assert "ix_entries_letters" in "\n".join(plan)
