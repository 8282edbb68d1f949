"""题库 at the console."""

import io
import re
from typing import Any

import pytest
from openpyxl import load_workbook
from PIL import Image
from sqlalchemy import select

from campaigns.kinds.quiz.bank.files import read_questions
from campaigns.kinds.quiz.bank.store import Wanted, list_effective, list_page
from campaigns.kinds.quiz.tables import QuizQuestion, QuizUpload
from models.accounts import Organisation
from models.db import Database
from staff.roles import Role
from tests.campaigns.quiz.world import bank, fill_bank, single
from tests.conftest import Home
from tests.staff.desk import Desk, add_organisation, text_of

PLACE = "/console/o/ours/questions"
FORM = {
    "subject": "劳动合同",
    "level": "2",
    "kind": "单选",
    "question": "试用期最长多久？",
    "A": "六个月",
    "B": "一年",
    "right": "A",
    "explanation": "见第十九条。",
    "citations": "《劳动合同法》第十九条",
}


@pytest.fixture
def anna(house: Home) -> Desk:
    """An organiser."""
    return Desk(house, "anna", "ours", Role.ORGANISER)


@pytest.fixture
def rita(house: Home) -> Desk:
    """Who organises and reviews."""
    return Desk(house, "rita", "ours", Role.ORGANISER, Role.FIRST)


def rows(house: Home) -> list[QuizQuestion]:
    with house.parts.db.read() as session:
        query = select(QuizQuestion).order_by(QuizQuestion.id)
        return list(session.scalars(query.execution_options(all_tenants="tests look at everything")))


def organisation_id(house: Home, key: str = "ours") -> int:
    with house.parts.db.read() as session:
        return session.scalars(select(Organisation.id).where(Organisation.key == key)).one()


def test_an_empty_bank_says_how_to_begin(anna: Desk):
    assert "题库还是空的" in anna.get(PLACE).text


def test_a_question_is_written_listed_and_waits_for_review(house: Home, anna: Desk):
    done = anna.post(f"{PLACE}/new", {**FORM, "reviewed": "1"})  # who may not review can't tick it either
    assert done.status_code == 303
    row = rows(house)[0]
    assert (row.options, row.answer, row.reviewed_by, row.citations) == (
        ["六个月", "一年"],
        "A",
        "",
        ["《劳动合同法》第十九条"],
    )
    page = text_of(anna.get(PLACE))
    assert "试用期最长多久？" in page
    assert "待审核" in page


def test_a_reviewer_may_count_it_as_checked_at_once(house: Home, rita: Desk):
    rita.post(f"{PLACE}/new", {**FORM, "reviewed": "1"})
    assert rows(house)[0].reviewed_by == "rita 同志"


@pytest.mark.parametrize(
    ("changes", "answer"),
    [
        ({"kind": "多选", "C": "三个月", "right": ["A", "C"]}, "AC"),
        ({"kind": "判断", "judge": "错"}, "错"),
        ({"kind": "填空", "question": "最长____", "wordings": "六个月\r\n6个月\r\n\r\n"}, "六个月|6个月"),
    ],
)
def test_every_kind_has_its_fields(house: Home, anna: Desk, changes: dict[str, Any], answer: str):
    assert anna.post(f"{PLACE}/new", {**FORM, **changes}).status_code == 303
    assert rows(house)[0].answer == answer


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"subject": ""}, "请填写分类"),
        ({"question": " "}, "请填写题目"),
        ({"right": []}, "请写明答案"),
        ({"right": ["C"]}, "不在选项里"),
        ({"A": "", "right": "B"}, "空了一格"),
        ({"citations": "劳动法三十条"}, "引用"),
        ({"kind": "问答"}, "题型"),
        ({"question": "问" * 201}, "最多 200 个字"),
    ],
)
def test_what_is_wrong_is_told_and_what_was_typed_stays(
    house: Home, anna: Desk, changes: dict[str, Any], told: str
):
    refused = anna.post(f"{PLACE}/new", {**FORM, **changes})
    assert refused.status_code == 422
    assert told in refused.text
    assert "见第十九条。" in refused.text
    assert rows(house) == []


def test_of_two_people_the_second_sees_the_difference_and_loses_nothing(house: Home, anna: Desk, rita: Desk):
    anna.post(f"{PLACE}/new", FORM)
    path = f"{PLACE}/{rows(house)[0].public_id}"
    assert rita.post(path, {**FORM, "version": "1", "question": "别人改的？"}).status_code == 303
    late = anna.post(path, {**FORM, "version": "1", "explanation": "我写的解析"})
    assert late.status_code == 409
    assert "别人改的？" in late.text
    assert "我写的解析" in late.text
    assert rows(house)[0].question == "别人改的？"
    version = re.search(r'name="version" value="(\d+)"', late.text)[1]
    assert anna.post(path, {**FORM, "version": version, "explanation": "我写的解析"}).status_code == 303
    assert rows(house)[0].explanation == "我写的解析"


def test_a_change_has_to_be_reviewed_again(house: Home, rita: Desk):
    rita.post(f"{PLACE}/new", {**FORM, "reviewed": "1"})
    path = f"{PLACE}/{rows(house)[0].public_id}"
    rita.post(path, {**FORM, "version": "1", "question": "改了？"})
    assert rows(house)[0].reviewed_by == ""
    rita.post(f"{path}/review", {"version": "2"})
    assert rows(house)[0].reviewed_by == "rita 同志"


def test_several_are_reviewed_from_the_list_and_only_as_they_were_seen(house: Home, rita: Desk):
    for code in ("a", "b"):
        rita.post(f"{PLACE}/new", {**FORM, "id": code, "question": f"{code}？"})
    first, second = rows(house)
    rita.post(f"{PLACE}/{second.public_id}", {**FORM, "version": "1", "question": "又改了？"})
    late = rita.post(f"{PLACE}/review", {"question": [f"{first.public_id}:1", f"{second.public_id}:1"]})
    assert late.status_code == 409
    assert [row.reviewed_by for row in rows(house)] == ["", ""]
    rita.post(f"{PLACE}/review", {"question": [f"{first.public_id}:1", f"{second.public_id}:2"]})
    assert all(row.reviewed_by for row in rows(house))


def test_deleting_can_be_undone(house: Home, anna: Desk):
    anna.post(f"{PLACE}/new", FORM)
    path = f"{PLACE}/{rows(house)[0].public_id}"
    gone = anna.post(f"{path}/delete", {"version": "1"}, follow_redirects=True)
    assert "撤销删除" in gone.text
    assert "题库还是空的" in gone.text
    assert anna.post(f"{path}/delete", {"version": "1"}).status_code == 409
    anna.post(f"{path}/restore", {"version": "2"})
    assert "试用期最长多久？" in anna.get(PLACE).text


def test_a_question_from_above_is_copied_by_a_change_and_stays_above(house: Home):
    add_organisation(house.parts.db, "below", "ours")
    fill_bank(house.parts.db, organisation_id(house), [single("c1"), single("c2")])
    ben = Desk(house, "ben", "below", Role.ORGANISER)
    place = "/console/o/below/questions"
    assert "来自" in ben.get(place).text
    above = rows(house)[0]
    assert ben.post(f"{place}/{above.public_id}/delete", {"version": "1"}).status_code == 404
    ben.post(f"{place}/{above.public_id}", {**FORM, "version": "1", "question": "我们自己的？"})
    own = rows(house)[-1]
    assert (own.code, own.organisation_id == above.organisation_id) == (above.code, False)
    assert rows(house)[0].question == above.question
    with house.parts.db.read() as session:
        chain = [organisation_id(house, "below"), organisation_id(house)]
        assert sorted(one.question for one in list_effective(session, chain)) == [
            "c2：哪一个对？",
            "我们自己的？",
        ]
    ben.post(f"{place}/{own.public_id}/delete", {"version": "1"})
    with house.parts.db.read() as session:
        assert sorted(one.code for one in list_effective(session, chain)) == ["c1", "c2"]


def test_another_unions_questions_are_not_there(house: Home, anna: Desk):
    fill_bank(house.parts.db, organisation_id(house, "others"), [single("x1")])
    foreign = rows(house)[0].public_id
    assert anna.get("/console/o/others/questions").status_code == 404
    assert anna.get(f"{PLACE}/{foreign}").status_code == 404
    for step in ("", "/delete", "/restore"):
        assert anna.post(f"{PLACE}/{foreign}{step}", {**FORM, "version": "1"}).status_code == 404
    assert "x1" not in anna.get(PLACE).text
    assert rows(house)[0].deleted_at is None


def test_without_the_permission_nobody_writes(house: Home):
    fill_bank(house.parts.db, organisation_id(house), [single("x1")])
    eve = Desk(house, "eve", "ours", Role.EDITOR)
    path = f"{PLACE}/{rows(house)[0].public_id}"
    assert eve.get(PLACE).status_code == 200
    assert eve.get(path).status_code == 200
    for refused in (
        eve.get(f"{PLACE}/new"),
        eve.post(f"{PLACE}/new", FORM),
        eve.post(path, FORM),
        eve.post(f"{path}/delete", {"version": "1"}),
        eve.post(f"{path}/review", {"version": "1"}),
        eve.post(f"{PLACE}/preview", FORM),
        eve.get(f"{PLACE}/files"),
        eve.get(f"{PLACE}/export/csv"),
    ):
        assert refused.status_code == 403
    assert rows(house)[0].version == 1


def test_what_was_typed_is_shown_escaped(house: Home, anna: Desk):
    nasty = "<script>alert(1)</script>"
    anna.post(
        f"{PLACE}/new", {**FORM, "question": nasty, "A": nasty, "explanation": nasty, "subject": "<b>类"}
    )
    path = f"{PLACE}/{rows(house)[0].public_id}"
    for page in (anna.get(PLACE), anna.get(path), anna.post(f"{PLACE}/preview", {**FORM, "question": nasty})):
        assert "<script>alert" not in page.text
        assert "&lt;script&gt;alert" in page.text


def test_the_preview_shows_the_question_or_what_is_missing(anna: Desk):
    assert "试用期最长多久？" in anna.post(f"{PLACE}/preview", FORM).text
    assert "请填写题目" in anna.post(f"{PLACE}/preview", {**FORM, "question": ""}).text


def test_a_picture_is_drawn_anew_and_kept(house: Home, anna: Desk):
    out = io.BytesIO()
    Image.new("RGB", (30, 30), "red").save(out, "PNG")
    sent = {**FORM, "picture_file": (io.BytesIO(out.getvalue()), "x.png"), "picture_text": "红色方块"}
    assert anna.post(f"{PLACE}/new", sent, content_type="multipart/form-data").status_code == 303
    name = rows(house)[0].picture
    with anna.get(f"/media/{name}") as shown:
        assert shown.status_code == 200
    assert name in anna.get(f"{PLACE}/{rows(house)[0].public_id}").text
    bad = {**FORM, "picture_file": (io.BytesIO(b"no picture"), "x.png")}
    refused = anna.post(f"{PLACE}/new", bad, content_type="multipart/form-data")
    assert refused.status_code == 422
    assert "不是" in refused.text


# Files

GOOD = "id,subject,level,kind,question,A,B,answer\nf-1,合同,1,单选,甲？,好,坏,A\nf-2,合同,9,单选,乙？,好,坏,A\nf-3,合同,1,判断,丙？,,,对\n"


def send(desk: Desk, name: str, data: bytes, **more: str) -> Any:
    sent = {"file": (io.BytesIO(data), name), **more}
    return desk.post(f"{PLACE}/files", sent, content_type="multipart/form-data")


def test_one_bad_row_spoils_nothing_else(house: Home, anna: Desk):
    sent = send(anna, "questions.csv", GOOD.encode("utf-8-sig"))
    assert sent.status_code == 303
    page = anna.get(sent.location)
    assert "第 3 行：难度应为 1、2、3" in page.text
    assert rows(house) == []
    assert anna.post(sent.location).status_code == 303
    assert [row.code for row in rows(house)] == ["f-1", "f-3"]
    assert all(row.reviewed_by == "" for row in rows(house))
    assert anna.post(sent.location).status_code == 404


@pytest.mark.parametrize(
    ("name", "data", "count"),
    [
        ("a.gift", "甲？{T}\n\n乙？{=好 ~坏}", 2),
        ("a.txt", "甲？\nA. 好\nB. 坏\nANSWER: A", 1),
        ("a.txt", "甲？{T}\r\n\r\n乙？{F}", 2),
    ],
)
def test_texts_are_told_by_what_they_are(house: Home, anna: Desk, name: str, data: str, count: int):
    sent = send(anna, name, data.encode(), subject="合同")
    anna.post(sent.location)
    assert [row.subject for row in rows(house)] == ["合同"] * count


@pytest.mark.parametrize(
    ("name", "data", "told"),
    [
        ("a.exe", b"x", "只能导入"),
        ("a.csv", b"no,columns\n1,2\n", "缺少列"),
        ("a.xlsx", b"PK\x03\x04 broken", "Excel"),
        ("a.csv", b"id,subject,kind,question,answer\n", "没有题目"),
        ("a.gift", b"\xff\xfe\x00", ""),
        ("", b"x", "请先选择"),
    ],
)
def test_files_that_can_not_be_read_are_refused(house: Home, anna: Desk, name: str, data: bytes, told: str):
    refused = send(anna, name, data)
    assert refused.status_code == 422
    assert told in refused.text
    assert rows(house) == []


def test_somebody_elses_upload_is_not_there(house: Home, anna: Desk, rita: Desk):
    sent = send(anna, "a.gift", "甲？{T}".encode())
    assert rita.get(sent.location).status_code == 404
    assert rita.post(sent.location).status_code == 404


@pytest.mark.parametrize("kind", ["csv", "xlsx", "gift"])
def test_what_is_exported_is_imported_again_unchanged(house: Home, anna: Desk, kind: str):
    fill_bank(house.parts.db, organisation_id(house))
    data = anna.get(f"{PLACE}/export/{kind}").data
    questions, errors = read_questions(f"x.{kind}", data)
    assert errors == []
    assert sorted(one.code for one in questions) == sorted(one.code for one in bank())
    if kind != "gift":
        assert sorted(questions, key=lambda one: one.code) == sorted(bank(), key=lambda one: one.code)
    assert anna.get(f"{PLACE}/export/exe").status_code == 404


def test_a_formula_is_no_formula_in_the_export(house: Home, anna: Desk):
    fill_bank(
        house.parts.db,
        organisation_id(house),
        [single("c1", question="=1+1", options=("+甲", "@乙"), explanation="-3")],
    )
    text = anna.get(f"{PLACE}/export/csv").data.decode("utf-8-sig")
    assert "'=1+1" in text
    assert "'+甲" in text
    book = load_workbook(io.BytesIO(anna.get(f"{PLACE}/export/xlsx").data))
    assert all(not str(cell.value or "").startswith("=") for row in book.active for cell in row)
    again, _ = read_questions("x.csv", text.encode())
    assert (again[0].question, again[0].options) == ("=1+1", ("+甲", "@乙"))


def test_pages_of_the_list_follow_each_other(db: Database):
    from accounts.service import add_account
    from tests.conftest import NOW, new_account

    with db.work() as session:
        owner = add_account(session, new_account(), NOW).organisation_id
    fill_bank(db, owner, [single(f"c{at:03}") for at in range(25)])
    seen, after = [], None
    with db.read() as session:
        while True:
            page = list_page(session, [owner], Wanted(), after=after, limit=10)
            seen += [row.code for row in page.rows]
            after = page.more
            if after is None:
                break
        found = list_page(session, [owner], Wanted(words="c007"), limit=10)
        none = list_page(session, [owner], Wanted(words="%", subject="合同", level=3), limit=10)
    assert sorted(seen) == [f"c{at:03}" for at in range(25)]
    assert [row.code for row in found.rows] == ["c007"]
    assert none.rows == []


@pytest.mark.parametrize(
    "query",
    [
        "after=x",
        "after=20261120T020000000000_999999999999999999999",
        "level=x",
        "level=99",
        "state=none",
        "subject=%3Cscript%3E",
        "q=%25_%5C",
    ],
)
def test_forged_filters_show_a_list(house: Home, anna: Desk, query: str):
    fill_bank(house.parts.db, organisation_id(house), [single("c1")])
    assert anna.get(f"{PLACE}?{query}").status_code == 200


def test_old_uploads_go_away(house: Home, anna: Desk):
    send(anna, "a.gift", "甲？{T}".encode())
    with house.parts.db.work() as session:
        upload = session.scalars(
            select(QuizUpload).where(QuizUpload.organisation_id == organisation_id(house))
        ).one()
        upload.created_at = upload.created_at.replace(year=2020)
    send(anna, "b.gift", "乙？{T}".encode())
    with house.parts.db.read() as session:
        left = session.scalars(
            select(QuizUpload).where(QuizUpload.organisation_id == organisation_id(house))
        ).all()
    assert [one.file_name for one in left] == ["b.gift"]
