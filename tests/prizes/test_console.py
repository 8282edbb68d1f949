"""抽奖与奖品 in the console: from the draft to the published result, codes, claims, the desk."""

import io
import re
from dataclasses import replace
from datetime import timedelta

import pytest
from openpyxl import load_workbook
from PIL import Image
from sqlalchemy import select

from models.audit import AuditEntry
from models.prizes import Draw, Prize, PrizeCode, Win
from prizes.store import media_names
from staff.roles import Role
from tests.conftest import NOW, new_account
from tests.members.people import add_follower
from tests.prizes.draws import CARD, MUG, a_draft, add_draw, give_chances
from tests.prizes.players import House, Phone
from tests.prizes.test_pages import CUP, sure, win_of
from tests.staff.desk import Desk, text_of
from web.storage import STORE, MediaStore

AT = "/console/a/ours"


@pytest.fixture
def desk(house: House) -> Desk:
    """Anna, an organiser who may also see personal data."""
    return Desk(house.home, "anna", "ours", Role.ORGANISER, Role.PRIVACY)


def form(**changes: object) -> dict[str, object]:
    """What the page of a new draw sends."""
    return {
        "title": "五一刮刮乐",
        "mode": "tape",
        "face": "scratch",
        "opens_at": "2026-11-20T09:00",
        "closes_at": "2026-11-30T18:00",
        "slots": "100",
        "claim_days": "15",
        "turns_per_day": "3",
        "turns_per_person": "0",
        "wins_per_person": "1",
        "wins_per_phone": "1",
        "entropy_source": "",
        "prize_public_id": ["", ""],
        "prize_name": ["10 元话费", "电影券"],
        "prize_kind": ["credit", "code"],
        "prize_stock": ["5", "2"],
        "prize_value": ["10", "40"],
        "prize_odds": ["", "0.01%"],
        "prize_delivery": ["post", "post"],
        "prize_how": ["", "到影院出示"],
        "version": "0",
        **changes,
    }


def make(desk: Desk, **changes: object) -> str:
    """A draft; its id."""
    done = desk.post(f"{AT}/draws/new", form(**changes))
    assert done.status_code == 302, text_of(done)
    return done.headers["Location"].rpartition("/")[2].partition("?")[0]


def row(house: House, draw_id: str) -> Draw:
    with house.db.read() as session:
        return session.scalars(
            select(Draw).where(Draw.account_id == house.owner, Draw.public_id == draw_id)
        ).one()


def test_a_draw_from_the_first_page_to_the_published_result(house: House, desk: Desk):
    assert "还没有抽奖" in text_of(desk.get(f"{AT}/draws"))
    draw_id = make(desk)
    page = f"{AT}/draws/{draw_id}"
    assert "0.01%" not in text_of(desk.get(page))
    opened = desk.post(f"{page}/open", {"version": "1"})
    assert "抽奖已开放" in text_of(opened)
    assert row(house, draw_id).commitment in opened.text
    assert "五一刮刮乐" in text_of(desk.get(f"{AT}/draws"))
    assert "核验通过" in text_of(desk.post(f"{page}/verify"))
    assert desk.post(f"{page}/reveal", {"version": "2"}).status_code == 409
    assert "抽奖已结束" in text_of(desk.post(f"{page}/close"))
    seed = row(house, draw_id).seed
    assert seed not in desk.get(page).text
    done = desk.post(f"{page}/reveal", {"version": "3"})
    assert done.status_code == 200
    assert seed in done.text
    with house.db.read() as session:
        acts = session.scalars(select(AuditEntry.action).order_by(AuditEntry.number)).all()
        told = session.scalars(select(AuditEntry.facts)).all()
    assert acts == ["draw_created", "draw_opened", "draw_closed", "draw_revealed"]
    assert seed not in str(told)


def test_the_seed_is_on_no_page_of_the_console_before_the_end(house: House, desk: Desk):
    draw_id = make(desk)
    page = f"{AT}/draws/{draw_id}"
    desk.post(f"{page}/open", {"version": "1"})
    seed = row(house, draw_id).seed
    paths = (f"{AT}/draws", page, f"{page}/edit", f"{AT}/claims", f"{AT}/credit", f"{AT}/redeem")
    assert seed
    assert not any(seed in desk.get(path).text for path in paths)


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"title": ""}, "抽奖名称"),
        ({"closes_at": "2026-11-01T09:00"}, "结束时间要晚于"),
        ({"closes_at": "明天"}, "请填写结束时间"),
        ({"slots": "很多"}, "总签数应为整数"),
        ({"slots": "2000000"}, "总签数要在"),
        ({"prize_value": ["10", "60000"]}, "法定上限"),
        ({"prize_value": ["十元", "40"]}, "第 1 种奖品的金额"),
        ({"prize_odds": ["", "200%"]}, "中奖概率要在"),
        ({"prize_name": ["同名", "同名"]}, "同名"),
        ({"prize_value": ["0", "40"]}, "整元"),
        ({"prize_stock": ["0", "2"]}, "数量要在"),
        ({"mode": "luck"}, "抽奖方式"),
    ],
)
def test_what_cannot_be_is_refused_with_the_reason_and_kept(desk: Desk, changes: dict, told: str):
    refused = desk.post(f"{AT}/draws/new", form(**changes, prize_how=["", "<script>alert(1)</script>"]))
    assert refused.status_code == 422
    assert told in text_of(refused)
    assert "<script>alert" not in refused.text
    assert "&lt;script&gt;alert" in refused.text


def test_more_rows_are_given_without_script_and_nothing_is_lost(house: House, desk: Desk):
    more = desk.post(f"{AT}/draws/new", form(do="rows"))
    assert more.status_code == 200
    assert more.text.count('name="prize_name"') == 4
    assert "电影券" in more.text
    assert text_of(desk.get(f"{AT}/draws")).count("五一刮刮乐") == 0


def test_of_two_people_the_second_sees_what_the_first_wrote(house: House, desk: Desk):
    draw_id = make(desk)
    page = f"{AT}/draws/{draw_id}/edit"
    with house.db.read() as session:
        prizes = session.scalars(select(Prize.public_id).where(Prize.account_id == house.owner)).all()
    kept = form(version="1", prize_public_id=prizes)
    assert desk.post(page, {**kept, "title": "六一刮刮乐"}).status_code == 302
    second = desk.post(page, {**kept, "title": "七一刮刮乐"})
    assert second.status_code == 409
    assert "六一刮刮乐" in second.text
    assert 'value="七一刮刮乐"' in second.text
    assert desk.post(page, {**kept, "title": "七一刮刮乐", "version": "2"}).status_code == 302
    with house.db.read() as session:
        after = session.scalars(select(Prize.public_id).where(Prize.account_id == house.owner)).all()
    assert sorted(after) == sorted(prizes)


def test_an_open_draw_cannot_be_changed_or_deleted(house: House, desk: Desk):
    draw_id = make(desk)
    desk.post(f"{AT}/draws/{draw_id}/open", {"version": "1"})
    assert desk.get(f"{AT}/draws/{draw_id}/edit").status_code == 409
    assert desk.post(f"{AT}/draws/{draw_id}/edit", form(version="2")).status_code == 409
    assert desk.post(f"{AT}/draws/{draw_id}/delete").status_code == 409
    assert row(house, draw_id).state == "open"


def test_a_tape_shorter_than_its_prizes_is_not_opened(desk: Desk):
    draw_id = make(desk, slots="6")
    refused = desk.post(f"{AT}/draws/{draw_id}/open", {"version": "1"})
    assert refused.status_code == 422
    assert "少于奖品总数" in text_of(refused)


def test_codes_are_uploaded_counted_and_never_shown(house: House, desk: Desk):
    draw_id = make(desk)
    with house.db.read() as session:
        prize = session.scalar(
            select(Prize.public_id).where(Prize.account_id == house.owner, Prize.kind == "code")
        )
    assert "券码只剩 0 个" in text_of(desk.get(f"{AT}/draws/{draw_id}"))
    sent = {"file": (io.BytesIO(b"SECRET-1\nSECRET-2\nSECRET-1\n"), "codes.txt")}
    done = desk.post(f"{AT}/prizes/{prize}/codes", sent, content_type="multipart/form-data")
    assert "新增 2 个券码，重复的 1 个没有收" in text_of(done)
    assert "SECRET" not in done.text
    assert "只剩" not in text_of(done)
    with house.db.read() as session:
        assert (
            len(session.scalars(select(PrizeCode.id).where(PrizeCode.account_id == house.owner)).all()) == 2
        )
        assert "SECRET" not in str(session.scalars(select(AuditEntry.facts)).all())
    assert desk.post(f"{AT}/prizes/{prize}/codes").status_code == 422


def test_staff_are_put_on_the_list_by_their_number(house: House, desk: Desk):
    number = add_follower(house.db, house.owner, "ostaff")
    draw_id = make(desk)
    page = f"{AT}/draws/{draw_id}"
    assert desk.post(f"{page}/excluded", {"named": "nobody"}).status_code == 422
    assert "已登记 1 人" in text_of(desk.post(f"{page}/excluded", {"named": number, "note": "试玩"}))
    desk.post(f"{page}/open", {"version": "1"})
    house.reload()
    house.watch.now = NOW + timedelta(hours=1)
    with house.db.read() as session:
        from prizes.store import get_view

        draw = get_view(session, house.owner, draw_id)
    give_chances(house.db, draw, "ostaff")
    assert Phone(house, "ostaff").draw(draw).status_code == 403
    assert desk.post(f"{page}/readmit", {"one": "1"}).status_code == 409


def claimed(house: House, prize=MUG, openid: str = "oworker", **form_: str) -> str:
    draw = house.open(sure(prize))
    house.give(draw, openid)
    phone = Phone(house, openid)
    win = phone.win(draw)
    assert phone.claim(win, **form_).status_code == 303
    return win


def test_personal_data_is_masked_and_each_look_is_noted(house: House, desk: Desk):
    win = claimed(house)
    page = desk.get(f"{AT}/claims/{win}").text
    assert "王**" in page
    assert "13812345678" not in page + desk.get(f"{AT}/claims").text
    shown = desk.post(f"{AT}/claims/{win}/unmask")
    assert "13812345678" in shown.text
    with house.db.read() as session:
        assert "prize_unmasked" in session.scalars(select(AuditEntry.action)).all()
    organiser = Desk(house.home, "otto", "ours", Role.ORGANISER)
    assert organiser.post(f"{AT}/claims/{win}/unmask").status_code == 403
    assert organiser.post(f"{AT}/claims/export", {"full": "1"}).status_code == 403


def test_goods_are_sent_and_arrive(house: House, desk: Desk):
    win = claimed(house)
    page = f"{AT}/claims/{win}"
    version = re.search(r'name="version" value="(\d+)"', desk.get(page).text)[1]
    assert "已登记发货" in text_of(desk.post(f"{page}/send", {"version": version, "note": "顺丰 <1>"}))
    assert desk.post(f"{page}/send", {"version": version}).status_code == 409
    assert "&lt;1&gt;" in Phone(house).get(f"/w/{win}").text
    assert desk.post(f"{page}/done", {"version": str(int(version) + 1)}).status_code == 200
    assert win_of(house, win).state == "confirmed"


def test_the_desk_hands_over_once(house: House, desk: Desk):
    win = claimed(house, CUP)
    assert desk.get(f"{AT}/redeem?code=nothing").status_code == 404
    spaced = f"{win[:4]} {win[4:8]} {win[8:]}".upper()
    found = desk.get(f"{AT}/redeem", query_string={"code": spaced})
    assert found.headers["Location"].endswith(f"/redeem/{win}")
    assert "已交给本人" in desk.get(f"{AT}/redeem/{win}").text
    assert "核销成功" in text_of(desk.post(f"{AT}/redeem/{win}"))
    again = desk.post(f"{AT}/redeem/{win}")
    assert again.status_code == 409
    assert "已经领走" in text_of(again)


def test_the_list_is_filtered_and_exported_guarded(house: House, desk: Desk):
    claimed(house, name="=HYPERLINK(1)", shown="1")
    assert text_of(desk.get(f"{AT}/claims?state=claimed")).count(MUG.name) == 1
    assert "没有符合条件的" in text_of(desk.get(f"{AT}/claims?state=failed"))
    assert desk.get(f"{AT}/claims?state=odd").status_code == 422
    for full, told in (("", "138****5678"), ("1", "13812345678")):
        sent = desk.post(f"{AT}/claims/export", {"full": full})
        sheet = load_workbook(io.BytesIO(sent.data)).active
        values = [str(cell.value) for line in sheet.iter_rows(min_row=2) for cell in line]
        assert told in values
        assert not any(value.startswith("=") for value in values)


@pytest.mark.parametrize("number", [str(2**31), str(2**63), "9" * 40, "-1", "0", "x", ""])
def test_numbers_that_no_column_holds_change_and_break_nothing(house: House, desk: Desk, number: str):
    draw_id, phone = make(desk), Phone(house)
    for page in ("draws", "claims", "credit"):
        assert desk.get(f"{AT}/{page}?before={number}").status_code == 200, page
    for act in ("open", "readmit", "edit"):
        sent = {**form(), "version": number, "one": number}
        assert desk.post(f"{AT}/draws/{draw_id}/{act}", sent).status_code in (404, 409, 422), act
    assert row(house, draw_id).state == "draft"
    opened = house.open()
    assert phone.get(f"/d/{opened.public_id}/winners?before={number}").status_code == 200


def test_lists_go_on_page_by_page(house: House, desk: Desk, monkeypatch: pytest.MonkeyPatch):
    from prizes import console, console_claims

    monkeypatch.setattr(console, "_PAGE", 2)
    monkeypatch.setattr(console_claims, "_PAGE", 2)
    for n in range(3):
        add_draw(house.db, house.owner, a_draft(MUG, title=f"第 {n} 个"))
    first = desk.get(f"{AT}/draws").text
    assert "第 2 个" in first
    assert "第 0 个" not in first
    more = re.search(r'href="([^"]*before=\d+)"', first)[1]
    assert "第 0 个" in desk.get(more).text


def test_credit_orders_are_listed_and_honest_about_the_local_provider(house: House, desk: Desk):
    from tests.prizes.draws import CREDIT

    win = claimed(house, CREDIT)
    page = desk.get(f"{AT}/credit")
    assert "不会真的充值" in text_of(page)
    assert "138****5678" in page.text
    order = re.search(r'name="order_no" value="([^"]+)"', page.text)[1]
    assert desk.post(f"{AT}/claims/{win}/credit", {"order_no": order}).status_code == 200
    assert desk.post(f"{AT}/claims/{win}/credit", {"order_no": "other"}).status_code == 409


def test_another_unions_draws_and_claims_are_not_found(house: House, desk: Desk):
    theirs = house.home.add_account(new_account("theirs"))
    with house.db.read() as session:
        house.home.parts.directory.reload(session)
    draw_id = add_draw(house.db, theirs, a_draft(CARD))
    with house.db.read() as session:
        prize = session.scalar(select(Prize.public_id).where(Prize.account_id == theirs))
    for path in (f"/draws/{draw_id}", f"/draws/{draw_id}/edit", "/claims?draw=" + draw_id):
        assert desk.get(AT + path).status_code == 404
    for path in ("open", "close", "reveal", "delete", "excluded", "verify"):
        assert desk.post(f"{AT}/draws/{draw_id}/{path}", {"version": "1"}).status_code == 404
    assert desk.post(f"{AT}/prizes/{prize}/codes").status_code == 404
    assert desk.get(f"/console/a/theirs/draws/{draw_id}").status_code == 404


def test_without_the_permission_nothing_is_shown(house: House):
    viewer = Desk(house.home, "vera", "ours", Role.VIEWER)
    for path in ("draws", "draws/new", "claims", "redeem", "credit"):
        assert viewer.get(f"{AT}/{path}").status_code == 403


def test_a_win_counts_under_its_draw(house: House, desk: Desk):
    win = claimed(house)
    with house.db.read() as session:
        draw = session.scalars(
            select(Draw)
            .join(Win, Win.draw_id == Draw.id)
            .where(Draw.account_id == house.owner, Win.account_id == house.owner, Win.public_id == win)
        ).one()
    assert "已登记 1" in text_of(desk.get(f"{AT}/draws/{draw.public_id}"))


def picture() -> io.BytesIO:
    out = io.BytesIO()
    Image.new("RGB", (300, 200), "red").save(out, "JPEG")
    return io.BytesIO(out.getvalue())


def test_a_prize_has_a_picture_that_phones_show_until_it_is_taken_away(house: House, desk: Desk):
    sent = {**form(), "prize_file_1": (picture(), "cup.jpg")}
    assert desk.post(f"{AT}/draws/new", sent, content_type="multipart/form-data").status_code == 302
    with house.db.read() as session:
        names = list(media_names(session))
        draw = session.scalars(select(Draw).where(Draw.account_id == house.owner)).one()
    assert len(names) == 1
    edit = desk.get(f"{AT}/draws/{draw.public_id}/edit")
    assert f"/media/{names[0]}" in edit.text
    kept = {**form(version="1"), "prize_picture": names, "no_picture_1": "1"}
    assert desk.post(f"{AT}/draws/{draw.public_id}/edit", kept).status_code == 302
    with house.db.read() as session:
        assert list(media_names(session)) == []


def test_a_file_that_is_no_picture_is_refused(house: House, desk: Desk):
    sent = {**form(), "prize_file_1": (io.BytesIO(b"<svg onload=alert(1)>"), "cup.jpg")}
    page = desk.post(f"{AT}/draws/new", sent, content_type="multipart/form-data")
    assert page.status_code == 422
    assert "不是 JPG、PNG 或 WebP 图片" in text_of(page)


def test_a_picture_s_name_that_is_none_of_ours_is_dropped(house: House, desk: Desk):
    desk.post(f"{AT}/draws/new", {**form(), "prize_picture": "../../etc/passwd"})
    with house.db.read() as session:
        assert list(media_names(session)) == []


def test_phones_show_a_prize_s_picture_with_its_name(house: House):
    name = media_store_of(house).keep("picture", picture())
    draw = house.open(sure(replace(CUP, picture=name)))
    house.give(draw)
    phone = Phone(house)
    win = phone.win(draw)
    for page in (phone.get(f"/d/{draw.public_id}"), phone.get(f"/w/{win}")):
        assert f'src="/media/{name}" alt="{CUP.name}的图片"' in page.text
    phone.claim(win, shown="1")
    for page in (phone.get("/prizes"), phone.get(f"/d/{draw.public_id}/winners")):
        assert f'src="/media/small/{name}"' in page.text
    with phone.client.get(f"/media/small/{name}") as small:
        assert small.status_code == 200


def media_store_of(house: House) -> MediaStore:
    store: MediaStore = house.app.extensions[STORE]
    return store
