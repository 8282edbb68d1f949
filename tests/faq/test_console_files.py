"""Files in the console: sent, looked at, taken over; downloaded and brought back unchanged."""

import io
import zipfile
from datetime import date

import pytest
from openpyxl import load_workbook
from sqlalchemy import select

from models import EntryDraft, EntryUpload, EntryVersion
from staff.roles import Role
from tests.conftest import Home
from tests.faq.consoles import LIST, book, bring_in, entry, organisation, page_of, step, upload
from tests.faq.entries import row
from tests.staff.desk import Desk
from tests.staff.desk import text_of as words

HEAD = ("id", "question", "answer", "topic")
FILE = [
    HEAD,
    ("deposit", "收押金合法吗？", "不合法，要退。", "pay"),
    ("same", "没变的？", "没变的？先留好证据。", ""),
    ("new", "新的？", "新的答案。", ""),
]


@pytest.fixture
def anna(house: Home) -> Desk:
    bring_in(house, row("deposit", "收押金合法吗？", answer="不合法。"), row("same", "没变的？"))
    return Desk(house, "anna", "ours", Role.ADMIN)


def preview(desk: Desk, rows: object = FILE) -> str:
    done = upload(desk, "问答.xlsx", book(rows))
    assert done.status_code == 302, words(done)
    return done.location


def test_a_file_is_shown_first_and_taken_over_when_confirmed(house: Home, anna: Desk):
    page = preview(anna)
    shown = anna.get(page)
    assert "新增 1 修改 1 不变 1 有错的行 0" in words(shown)
    assert "<ins>，要退</ins>" in shown.text
    assert entry(house, "new") is None
    done = anna.post(page, {"go": "live"})
    assert "已上线：新增 1 条，修改 1 条，未变 1 条" in words(done)
    assert entry(house, "deposit").answer == "不合法，要退。"
    with house.parts.db.read() as session:
        kept = session.scalars(
            select(EntryVersion)
            .where(EntryVersion.organisation_id == organisation(house), EntryVersion.code == "deposit")
            .order_by(EntryVersion.number)
        ).all()
    assert [(one.number, one.author, one.note) for one in kept] == [
        (1, "命令行", "从文件导入"),
        (2, "anna 同志", "从文件导入"),
    ]


def test_confirming_twice_imports_once(house: Home, anna: Desk):
    page = preview(anna)
    anna.post(page, {"go": "live"})
    assert anna.post(page, {"go": "live"}).status_code == 404
    assert entry(house, "deposit").version == 2


def test_the_next_file_can_be_sent_from_the_page_that_says_what_was_imported(house: Home, anna: Desk):
    done = anna.post(preview(anna), {"go": "live"})
    assert f'action="{LIST}/files" enctype' in done.text


def test_what_changed_since_the_preview_is_shown_anew(house: Home, anna: Desk):
    page = preview(anna)
    bring_in(house, row("deposit", "收押金合法吗？", answer="别人改的。"))
    late = anna.post(page, {"go": "live"})
    assert late.status_code == 409
    assert "<del>别人改的</del>" in late.text
    assert entry(house, "deposit").answer == "别人改的。"
    assert "已上线" in words(anna.post(page, {"go": "live"}))


def test_bad_rows_are_told_by_number_and_skipped_only_on_request(house: Home, anna: Desk):
    page = preview(anna, [*FILE, ("bad", "", "x", ""), ("new", "又一次", "x", "")])
    shown = words(anna.get(page))
    assert "第 5 行：question 不能为空" in shown
    assert "第 6 行：id「new」与第 4 行重复" in shown
    assert anna.post(page, {"go": "live"}).status_code == 422
    assert entry(house, "new") is None
    assert anna.post(page, {"go": "live", "skip": "1"}).status_code == 200
    assert entry(house, "new").answer == "新的答案。"


def test_an_editor_imports_drafts_and_leaves_those_in_work(house: Home, anna: Desk):
    bob = Desk(house, "bobby", "ours", Role.EDITOR)
    edited = page_of(house, "deposit")
    bob.post(f"{edited}/edit", {"question": "收押金合法吗？", "answer": "草稿。", "live_version": "1"})
    page = preview(bob)
    assert bob.post(page, {"go": "live"}).status_code == 403
    done = words(bob.post(page, {"go": "draft"}))
    assert "已存为草稿 1 条" in done
    assert "另有 1 条已有别的草稿，没有动：deposit" in done
    assert entry(house, "new") is None
    with house.parts.db.read() as session:
        drafts = session.scalars(
            select(EntryDraft).where(EntryDraft.organisation_id == organisation(house))
        ).all()
    assert {one.code: one.row["answer"] for one in drafts} == {"deposit": "草稿。", "new": "新的答案。"}


def bomb() -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as parts, parts.open("xl/a.xml", "w") as part:
        for _ in range(200):
            part.write(b"\0" * 1_000_000)
    return target.getvalue()


@pytest.mark.parametrize(
    ("name", "data", "told"),
    [
        ("x.xlsx", b"x" * 10_000_000, "超过 5 MB"),
        ("x.xlsx", b"no workbook", "不是完好的 Excel 文件。请用 Excel 或 WPS 打开它，另存为 .xlsx 再试。"),
        ("x.csv", b"\xff\xfe\xfd\x80\xff", "编码"),
        ("x.csv", b"question,answer\n1,2\n", "缺少列：id"),
        ("x.csv", b"id,question,answer\n", "只有表头"),
        ("x.pdf", b"%PDF", "只能导入"),
        ("", b"", "请先选择一个文件"),
    ],
)
def test_a_file_that_will_not_do_is_told_and_nothing_is_kept(
    house: Home, anna: Desk, name: str, data: bytes, told: str
):
    refused = upload(anna, name, data)
    assert refused.status_code == 422
    assert told in words(refused)
    with house.parts.db.read() as session:
        kept = select(EntryUpload).where(EntryUpload.organisation_id == organisation(house))
        assert session.scalars(kept).all() == []


def test_a_small_file_that_unpacks_to_a_huge_one_is_not_unpacked(anna: Desk):
    data = bomb()
    assert len(data) < 1_000_000
    refused = upload(anna, "bomb.xlsx", data)
    assert refused.status_code == 422
    assert "解压后太大" in words(refused)


def test_cells_that_would_be_code_are_shown_as_text(anna: Desk):
    evil = "<script>alert(1)</script>"
    page = preview(anna, [HEAD, ("x", evil, evil, evil), ("deposit", evil, evil, evil)])
    shown = anna.get(page).text
    assert evil not in shown
    assert "&lt;script&gt;" in shown


def test_what_is_downloaded_comes_back_unchanged_and_holds_no_formulas(house: Home, anna: Desk):
    odd = ("=1+1", "+86", "-5", "@x", "'=quoted", 'a,"b"', "第一行\n第二行")
    bring_in(
        house,
        *(
            row(f"o{n}", f"{text}？", alternates=(text, "别的"), answer=text, details=f"{text}\n完")
            for n, text in enumerate(odd)
        ),
        row(
            "dated",
            "有期限的？",
            valid_from=date(2026, 1, 31),
            checked_on=date(2026, 2, 1),
            citations=("《法》第一条",),
        ),
    )
    for kind in ("xlsx", "csv"):
        sent = anna.get(f"{LIST}/export/{kind}")
        assert sent.status_code == 200
        assert f"ours-faq-20261120.{kind}" in sent.headers["Content-Disposition"]
        if kind == "xlsx":
            sheet = load_workbook(io.BytesIO(sent.data)).active
            cells = [cell for line in sheet.iter_rows() for cell in line]
            assert len(cells) > 100
            assert not [cell for cell in cells if cell.data_type == "f"]
        assert not [line for line in sent.data.decode("utf-8-sig", "ignore").split(",") if line[:1] == "="]
        back = upload(anna, f"back.{kind}", sent.data)
        assert "新增 0 修改 0 不变 10 有错的行 0" in words(anna.get(back.location))


def test_withdrawn_entries_and_those_of_others_are_not_downloaded(house: Home, anna: Desk):
    bring_in(house, row("theirs", "别人的？"), place="others")
    bring_in(house, row("above", "上级的？"), place="province")
    step(anna, page_of(house, "deposit"), "withdraw")
    text = anna.get(f"{LIST}/export/csv").data.decode("utf-8-sig")
    assert [line.partition(",")[0] for line in text.splitlines()] == ["id", "same"]


def test_importing_a_withdrawn_entry_brings_it_back_and_says_so(house: Home, anna: Desk):
    step(anna, page_of(house, "deposit"), "withdraw")
    page = preview(anna)
    assert "导入后重新上线" in words(anna.get(page))
    anna.post(page, {"go": "live"})
    assert entry(house, "deposit").withdrawn_at is None


def test_nobody_sees_or_takes_over_the_upload_of_another(house: Home, anna: Desk):
    page = preview(anna)
    other = Desk(house, "other", "ours", Role.ADMIN)
    assert other.get(page).status_code == 404
    stranger = Desk(house, "stranger", "others", Role.ADMIN)
    moved = page.replace("/o/ours/", "/o/others/")
    assert stranger.get(moved).status_code == 404
    assert stranger.post(moved, {"go": "live"}).status_code == 404


def test_a_kind_of_file_nobody_knows_is_not_found(anna: Desk):
    assert anna.get(f"{LIST}/export/exe").status_code == 404


def test_a_column_that_the_file_lacks_stays_and_an_empty_cell_empties(house: Home, anna: Desk):
    bring_in(
        house,
        row(
            "full",
            "全的？",
            topic="pay",
            alternates=("别的",),
            citations=("《劳动法》",),
            checked_on=date(2026, 1, 2),
        ),
    )
    # The second row ends before its last column, which is there all the same.
    page = preview(anna, [("id", "question", "answer", "topic"), ("full", "全的？", "新答案。")])
    shown = anna.get(page)
    assert "主题" in words(shown)
    assert "劳动法" not in words(shown)
    anna.post(page, {"go": "live"})
    stored = entry(house, "full")
    assert (stored.answer, stored.topic) == ("新答案。", "")
    assert (stored.alternates, stored.citations) == (["别的"], ["《劳动法》"])
    assert stored.checked_on == date(2026, 1, 2)


def test_what_a_draft_of_a_file_does_not_speak_of_is_what_is_live(house: Home, anna: Desk):
    bring_in(house, row("full", "全的？", topic="pay", citations=("《劳动法》",)))
    page = preview(anna, [("id", "question", "answer"), ("full", "全的？", "新答案。")])
    anna.post(page, {"go": "draft"})
    with house.parts.db.read() as session:
        query = select(EntryDraft).where(EntryDraft.organisation_id == organisation(house))
        kept = session.scalars(query.where(EntryDraft.code == "full")).one()
    assert (kept.row["topic"], kept.row["citations"]) == ("pay", ["《劳动法》"])


def test_what_stands_in_other_columns_meanwhile_is_not_taken_back(house: Home, anna: Desk):
    bring_in(house, row("full", "全的？", topic="pay"))
    page = preview(anna, [("id", "question", "answer"), ("full", "全的？", "新答案。")])
    bring_in(house, row("full", "全的？", topic="later"))
    assert anna.post(page, {"go": "live"}).status_code == 409
    assert anna.post(page, {"go": "live"}).status_code == 200
    assert (entry(house, "full").topic, entry(house, "full").answer) == ("later", "新答案。")
