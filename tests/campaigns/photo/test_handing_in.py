"""Handing in on the page: pictures one by one, texts, taken back and handed in again, and everything that is refused."""

import io
import re
import tracemalloc
from datetime import timedelta

import pytest

from campaigns import service
from campaigns.kinds.photo import h5_uploads
from campaigns.kinds.photo.keeping import Keeper
from campaigns.kinds.photo.returning import take_up
from campaigns.kinds.photo.works import get_mine, save, take_back
from campaigns.store import get_row
from core.errors import Conflict, DomainError, SoldOut
from models.db import Database
from pictures.reading import MOST_BYTES
from tests.campaigns.photo.phones import JSON, Desk, Web, make_web
from tests.campaigns.photo.world import Contest, a_picture, by, make_contest
from tests.conftest import Home
from tests.neighbours import together
from tools.bad_pictures import BAD
from web.storage import MB

FILM = b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom" + bytes(5000)


def problem_of(page: str) -> str:
    found = re.search(r"data-problem>([^<]*)<", page)
    return found[1] if found else ""


def freeze(web: Web) -> None:
    campaign = web.contest.campaign
    with web.contest.db.work() as session:
        row = get_row(session, campaign.account_id, campaign.public_id)
        service.freeze(session, campaign.account_id, campaign.public_id, row.version, "核对作品", by())
    web.refresh()


def test_a_work_goes_from_an_empty_page_to_its_number(web: Web):
    phone = web.phone()
    assert "还没有交过作品" in phone.get().text
    assert "还可以交 <strong>2</strong> 件" in phone.get().text
    desk = phone.begin()
    told = desk.add().json
    assert (told["width"], told["height"], told["left"]) == (640, 480, 2)
    with phone.client.get(told["small"]) as small:
        assert small.mimetype == "image/webp"
    assert desk.hand_in(about="凌晨三点的码头", place="三号码头").status_code == 303
    page = desk.page()
    assert "已经交上，1 号，等待审核" in page
    assert "凌晨三点的码头" in page
    assert "匿名" in page
    assert "还可以交 <strong>1</strong> 件" in phone.get().text


def test_the_original_is_sealed_and_comes_back_as_it_was(web: Web):
    data = a_picture(5)
    web.phone().begin().add(data)
    (row,) = web.pictures()
    keeper = Keeper.of(web.home.parts)
    assert b"".join(keeper.original(row.original)) == data
    folder = web.home.parts.settings.var_dir / "originals"
    assert all(data[100:200] not in path.read_bytes() for path in folder.rglob("*") if path.is_file())


def test_a_picture_that_comes_again_is_kept_once(web: Web):
    desk = web.phone().begin()
    first = desk.add(key="the-same-key").json
    kept = web.files()
    again = desk.add(key="the-same-key").json
    assert again["id"] == first["id"]
    assert web.files() == kept
    assert len(web.pictures()) == 1


def test_an_empty_draft_serves_again_and_takes_no_second_place(web: Web):
    phone = web.phone()
    assert phone.begin().id == phone.begin().id
    desk = phone.begin()
    desk.add()
    assert phone.begin().id != desk.id


def test_what_is_missing_is_said_and_what_was_written_stays(web: Web):
    desk = web.phone().begin()
    answer = desk.write("hand_in", title="夜班", about="写了很多", own="1", people="1")
    assert answer.status_code == 422
    assert "请至少传一张照片" in problem_of(answer.text)
    assert "写了很多" in desk.page()
    desk.add()
    assert "请先勾选" in problem_of(desk.write("hand_in", title="夜班", own="1").text)
    assert [one.state for one in web.works()] == ["draft"]


def test_of_two_windows_the_second_is_told_and_keeps_what_was_typed(web: Web):
    desk = web.phone().begin()
    version = desk.version
    assert desk.write(title="第一个窗口").status_code == 303
    told = desk.phone.tell(desk.path, version=version, title="第二个窗口")
    assert told.status_code == 409
    assert told.json["texts"]["title"] == "第一个窗口"
    late = desk.phone.post(desk.path, {"version": version, "act": "save", "title": "第二个窗口"})
    assert late.status_code == 409
    assert "您写的还在下面" in problem_of(late.text)
    assert 'value="第二个窗口"' in late.text
    again = re.search(r'name="version" value="(\d+)"', late.text)
    desk.phone.post(desk.path, {"version": again[1], "act": "save", "title": "第二个窗口"})
    assert web.works()[0].title == "第二个窗口"


def test_texts_are_saved_as_json_with_the_version_that_follows(web: Web):
    desk = web.phone().begin()
    told = desk.phone.tell(desk.path, version=desk.version, title="夜班").json
    assert told == {"version": int(desk.version)}
    long = desk.phone.tell(desk.path, version=desk.version, title="长" * 41)
    assert long.status_code == 422
    assert "最多 40 个字" in long.json["message"]


@pytest.mark.parametrize("version", ["", "x", "-1", "99999999999999999999"])
def test_a_forged_version_is_refused(web: Web, version: str):
    desk = web.phone().begin()
    assert desk.phone.tell(desk.path, version=version, title="夜班").status_code == 422


def test_pictures_are_put_in_order_and_taken_out(web: Web):
    desk = web.phone().begin()
    ids = [desk.add(a_picture(seed)).json["id"] for seed in range(3)]
    answer = desk.phone.tell(f"{desk.path}/order", order=[ids[2], ids[0], ids[1]])
    assert answer.json == {"version": int(desk.version)}
    desk.phone.post(f"{desk.path}/order", {"move": f"{ids[0]}:left"})
    assert desk.order() == [ids[0], ids[2], ids[1]]
    desk.phone.post(f"{desk.path}/order", {"move": f"{ids[1]}:right"})
    desk.phone.tell(f"{desk.path}/take-out", picture=ids[2])
    assert desk.order() == [ids[0], ids[1]]
    assert desk.phone.tell(f"{desk.path}/take-out", picture=ids[2]).status_code == 404
    assert desk.phone.post(f"{desk.path}/order", {"move": f"{ids[2]}:left"}).status_code == 422


def test_without_script_a_form_brings_several_and_the_bad_ones_cost_nothing(web: Web):
    desk = web.phone().begin()
    body = {
        "version": desk.version,
        "key": "form-key-1",
        "title": "夜班",
        "picture": [
            (io.BytesIO(a_picture(1)), "a.jpg"),
            (io.BytesIO(b"<svg onload=alert(1)>"), "b.svg"),
            (io.BytesIO(a_picture(2, kind="PNG")), "c.png"),
        ],
    }
    answer = desk.phone.post(f"{desk.path}/pictures", body)
    assert answer.status_code == 422
    assert "b.svg：这个文件不是 JPG、PNG 或 WebP 图片，而是 SVG 图片" in answer.text
    assert len(web.pictures()) == 2
    assert web.works()[0].title == "夜班"
    assert 'value="夜班"' in answer.text
    empty = desk.phone.post(f"{desk.path}/pictures", {"version": desk.version, "key": "form-key-2"})
    assert "请先选择照片" in empty.text


def test_more_pictures_than_the_cap_are_refused_before_they_are_read(
    web: Web, monkeypatch: pytest.MonkeyPatch
):
    desk = web.phone().begin()
    for seed in range(3):
        desk.add(a_picture(seed))
    monkeypatch.setattr(Keeper, "keep", lambda *_: pytest.fail("it was read"))
    answer = desk.add()
    assert answer.status_code == 409
    assert "最多 3 张照片" in answer.json["message"]


def test_a_request_that_is_too_large_is_refused_unread_and_in_chinese(web: Web):
    desk = web.phone().begin()
    head = b'--b\r\nContent-Disposition: form-data; name="picture"; filename="a.jpg"\r\n\r\n'
    body = head + bytes(MOST_BYTES + 2 * MB) + b"\r\n--b--\r\n"
    for headers in ({**JSON, "Idempotency-Key": "too-large-1"}, {}):
        tracemalloc.start()
        answer = desk.phone.client.post(
            f"{web.base}{desk.path}/pictures",
            data=body,
            content_type="multipart/form-data; boundary=b",
            headers=headers,
        )
        held = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert answer.status_code == 413
        assert "每个最大 30 MB" in (answer.json["message"] if headers else answer.text)
        assert held < MOST_BYTES / 2
    assert web.files() == []


@pytest.mark.timeout(300)
def test_bad_files_are_refused_with_a_reason_and_nothing_of_them_is_kept(web: Web):
    desk = web.phone().begin()
    told = {}
    for name, make in BAD.items():
        answer = desk.add(make(), name=name)
        assert answer.status_code in (413, 422), name
        told[name] = answer.json["message"]
    assert len(told) >= 60
    assert [name for name, words in told.items() if not re.search(r"[\u4e00-\u9fff]{4}.*请", words)] == []
    assert (web.pictures(), web.files()) == ([], [])


def test_a_crowd_that_uploads_at_once_waits_or_is_asked_to_come_again(
    web: Web, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(h5_uploads, "_PATIENCE_S", 0.01)
    desk = web.phone().begin()
    for _ in range(h5_uploads._AT_ONCE):
        assert h5_uploads._held.acquire(blocking=False)
    try:
        answer = desk.add()
        assert answer.status_code == 503
        assert "传照片的人多" in answer.json["message"]
    finally:
        for _ in range(h5_uploads._AT_ONCE):
            h5_uploads._held.release()
    assert desk.add().status_code == 200


def test_nothing_is_acknowledged_before_it_is_kept(web: Web, monkeypatch: pytest.MonkeyPatch):
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    desk = web.phone().begin()
    monkeypatch.setattr("pictures.vault.write_safely", full)
    assert desk.add(key="disk-is-full").status_code == 500
    assert web.pictures() == []
    monkeypatch.undo()
    assert desk.add(key="disk-is-full").status_code == 200


def test_taken_back_it_gives_its_place_back_and_may_come_again(web: Web):
    phone = web.phone()
    first, second = phone.begin(), None
    first.add()
    first.hand_in("夜班")
    second = phone.begin()
    second.add()
    second.hand_in("早班")
    assert "名额都用上了" in phone.get().text
    assert phone.post("/photo/new").status_code == 409
    phone.post(f"{first.path}/take-back")
    assert "已经撤回" in first.page()
    phone.post(f"{first.path}/take-up")
    first.hand_in("夜班，重来")
    assert "已经交上，1 号" in first.page()


def test_what_waits_can_be_taken_up_and_changed(web: Web):
    desk = web.phone().begin()
    desk.add()
    desk.hand_in("夜班")
    assert 'id="photo-form"' not in desk.page()
    desk.phone.post(f"{desk.path}/take-up")
    assert 'id="photo-form"' in desk.page()
    assert desk.hand_in("夜班（改）").status_code == 303
    assert [(one.number, one.title) for one in web.works()] == [(1, "夜班（改）")]


def test_a_draft_is_thrown_away_but_not_what_was_handed_in(web: Web):
    phone = web.phone()
    desk = phone.begin()
    desk.add()
    assert phone.post(f"{desk.path}/drop").status_code == 303
    assert (web.works(), web.pictures()) == ([], [])
    desk = phone.begin()
    desk.add()
    desk.hand_in()
    assert phone.post(f"{desk.path}/drop").status_code == 409
    assert len(web.works()) == 1


def test_a_refused_work_says_why_and_is_mended(web: Web):
    desk = web.phone().begin()
    desk.add()
    desk.hand_in()
    with web.contest.db.work() as session:
        work = get_mine(session, web.contest.campaign, web.contest.person("o-anna").id, desk.id)
        values = {"state": "refused", "state_why": "照片里有别人的手机号", "slot": None}
        save(session, work, work.version, ("waiting",), values, web.contest.now)
    assert "照片里有别人的手机号。改好可以再交" in desk.phone.get().text
    assert "没有通过审核：照片里有别人的手机号" in desk.page()
    assert desk.hand_in("夜班").status_code == 303
    assert [(one.state, one.state_why, one.slot) for one in web.works()] == [("waiting", "", 1)]


def test_a_film_is_kept_by_its_content_and_taken_away_again(house: Home):
    web = make_web(house, {"groups": [{"title": "音视频组", "form": "视频"}]})
    desk = web.phone().begin("音视频组")
    assert "请传一段视频" in problem_of(desk.hand_in(group="音视频组").text)
    bad = desk.phone.post(f"{desk.path}/video", {"video": (io.BytesIO(a_picture()), "a.mp4")}, **JSON)
    assert "不是 MP4 视频" in bad.json["message"]
    good = desk.phone.post(f"{desk.path}/video", {"video": (io.BytesIO(FILM), "a.mp4")}, **JSON)
    assert good.json == {"version": int(desk.version)}
    assert "<video" in desk.page()
    desk.phone.post(f"{desk.path}/video", {"out": "1"})
    assert web.works()[0].video == ""
    told = desk.phone.post(f"{desk.path}/video", {}, **JSON)
    assert "请先选择视频" in told.json["message"]
    assert desk.hand_in(group="音视频组", link="https://example.com/film").status_code == 303


def test_groups_say_what_they_take_and_an_unknown_one_is_refused(house: Home):
    web = make_web(house, {"groups": [{"title": "图文组"}, {"title": "交互组", "form": "链接"}]})
    phone = web.phone()
    assert "收网页链接" in phone.get().text
    desk = phone.begin("交互组")
    assert "请填链接" in desk.page()
    assert phone.post("/photo/new", {"group": "画"}).status_code == 422
    assert "https:// 开头" in problem_of(
        desk.write(group="交互组", title="a", link="javascript:alert(1)").text
    )


def test_a_category_is_one_of_those_listed(house: Home):
    web = make_web(house, {"categories": "工地、家园"})
    desk = web.phone().begin()
    desk.add()
    assert "请选一个题材" in problem_of(desk.hand_in().text)
    assert "请从列出的题材里选" in problem_of(desk.hand_in(category="海洋").text)
    assert desk.hand_in(category="工地").status_code == 303


def test_another_s_work_is_not_there_nor_is_another_union_s(web: Web, house: Home):
    desk = web.phone("o-anna").begin()
    picture = desk.add().json["id"]
    theirs = make_web(house, key="others")
    for phone in (web.phone("o-bob"), theirs.phone("o-anna")):
        assert phone.get(desk.path).status_code == 404
        stranger = Desk(phone, desk.id)
        assert stranger.add().status_code == 404
        for path in ("", "/order", "/take-out", "/take-back", "/take-up", "/drop", "/video"):
            fields = {"version": "1", "title": "偷来的", "picture": picture, "order": [picture], "out": "1"}
            assert phone.tell(desk.path + path, **fields).status_code == 404, path
    assert [(one.title, one.state) for one in web.works()] == [("", "draft")]


@pytest.mark.parametrize("work_id", ["x", "0", "%00", "a" * 300, "..", "工"])
def test_a_forged_id_is_not_found(web: Web, work_id: str):
    phone = web.phone()
    assert phone.get(f"/photo/works/{work_id}").status_code == 404
    assert phone.tell(f"/photo/works/{work_id}/order", order=["a"]).status_code == 404


@pytest.mark.parametrize("key", ["", "short", "k" * 65, "bad key!", "键" * 10])
def test_a_picture_without_a_key_is_refused(web: Web, key: str):
    desk = web.phone().begin()
    body = {"picture": (io.BytesIO(a_picture()), "a.jpg"), "key": key}
    assert desk.phone.post(f"{desk.path}/pictures", body, **JSON).status_code == 422
    assert web.files() == []


def test_what_no_database_can_hold_is_left_out(web: Web):
    desk = web.phone().begin()
    desk.write(title="夜\0班", about="一行\r\n两行\x07")
    assert [(one.title, one.about) for one in web.works()] == [("夜班", "一行\n两行")]


def test_nothing_typed_comes_to_life(web: Web):
    desk = web.phone().begin()
    desk.add(name='"><script>alert(1)</script>.jpg')
    desk.hand_in(title="<script>alert(1)</script>", about="<img src=x onerror=alert(1)>")
    for page in (desk.page(), desk.phone.get().text):
        assert "<script>alert" not in page
        assert "<img src=x" not in page


def test_while_frozen_one_looks_and_takes_back_but_changes_nothing(web: Web):
    desk = web.phone().begin()
    desk.add()
    desk.hand_in()
    freeze(web)
    assert "活动暂停中：核对作品" in desk.page()
    assert "活动暂停中：核对作品" in desk.phone.get().text
    assert desk.add().status_code == 409
    assert desk.phone.tell(desk.path, version="1", title="改").status_code == 409
    assert desk.phone.post("/photo/new").status_code == 409
    assert desk.phone.post(f"{desk.path}/take-back").status_code == 303
    assert web.works()[0].state == "withdrawn"


def test_before_and_after_nothing_is_taken(web: Web):
    desk = web.phone().begin()
    for now, said in (
        (web.contest.campaign.opens_at - timedelta(minutes=1), "活动还没开始"),
        (web.contest.campaign.closes_at + timedelta(minutes=1), "活动已经结束"),
    ):
        web.watch.now = now
        assert said in desk.page()
        assert said in desk.phone.get().text
        told = desk.add()
        assert (told.status_code, said in told.json["message"]) == (409, True)
    assert web.files() == []


def test_who_has_to_tell_something_first_is_led_to_the_form(house: Home):
    web = make_web(house, eligibility={"asks": ["unit"]})
    answer = web.phone().post("/photo/new")
    assert answer.status_code == 303
    assert answer.location.endswith("/join")


def test_who_is_not_known_or_looks_at_a_snapshot_writes_nothing(web: Web):
    assert web.phone("").tell("/photo/new").status_code == 403
    assert web.phone("o-anna", snapshot=True).post("/photo/new").status_code == 403
    foreign = web.phone().post("/photo/new", {}, **{"Sec-Fetch-Site": "cross-site"})
    assert foreign.status_code == 403
    assert web.works() == []


def test_many_pictures_of_one_work_at_once_end_at_the_cap(db: Database):
    contest = make_contest(db)
    work_id = contest.begin("o-anna")
    contest.add("o-anna", work_id, "known-key")
    done = together(6, lambda number: contest.add("o-anna", work_id, "known-key" if number % 2 else ""))
    assert len({one for one in done if isinstance(one, str)}) == 3
    assert all(isinstance(one, str | SoldOut | Conflict) for one in done)


def test_one_place_is_taken_up_by_one_however_many_come_at_once(db: Database):
    contest: Contest = make_contest(db, {"most_works": 1})
    ids = []
    for _ in range(4):
        number = contest.enter("o-anna")
        ids.append(contest.work(number).public_id)
        with contest.db.work() as session:
            work = get_mine(session, contest.campaign, contest.person("o-anna").id, ids[-1])
            take_back(session, work, contest.now)
    person = contest.person("o-anna")

    def up(number: int) -> str:
        with contest.db.work() as session:
            work = get_mine(session, contest.campaign, person.id, ids[number])
            take_up(session, contest.campaign, work, contest.now)
            return ids[number]

    done = together(4, up)
    assert sum(isinstance(one, str) for one in done) == 1
    assert all(isinstance(one, str | DomainError) for one in done)


def test_the_page_needs_no_script_and_no_style_of_its_own(web: Web):
    desk = web.phone().begin()
    desk.add()
    for page in (desk.page(), desk.phone.get().text):
        assert " style=" not in page
        assert not re.search(r"<script(?![^>]* src=)", page)
        assert not re.search(r" on\w+=", page)


def test_every_field_has_its_label(web: Web):
    page = web.phone().begin().page()
    fields = re.findall(r'<(?:input|textarea|select) id="([\w-]+)"', page)
    assert len(fields) > 5
    assert [one for one in fields if f'for="{one}"' not in page] == []
