"""The vote on a phone: the list, casting, receipts, ledger, ranking, result; with script and without."""

import hashlib
import re
from datetime import timedelta

import pytest
from sqlalchemy import update

from campaigns import service
from campaigns.ballots.chain import FIRST
from campaigns.ballots.listing import PAGE, Wanted, list_page, seed_of
from campaigns.ballots.receipts import ballot_of
from campaigns.ballots.roots import list_roots, publish_root, text_of
from campaigns.ballots.showing import Shown
from campaigns.ballots.strikes import Why, restore, strike
from campaigns.ballots.tables import VoteBlock
from campaigns.kinds.vote.candidates import set_state
from campaigns.kinds.vote.kind import KIND
from campaigns.kinds.vote.roll import read_roll
from campaigns.kinds.vote.tables import VoteCandidate
from campaigns.store import get_row
from models.db import Database
from tests.campaigns.quiz.phones import JSON
from tests.campaigns.vote.conftest import make_web
from tests.campaigns.vote.phones import Statements, Web
from tests.campaigns.vote.world import DURING, OPENS, by, make_vote
from tests.conftest import NOW, Home

MANY = tuple(f"候选{number:03d}" for number in range(1, 66))
DAY = timedelta(days=1)


def change_candidate(web: Web, number: int, **values: object) -> None:
    """Whatever the console would write."""
    with web.vote.db.work() as session:
        where = (VoteCandidate.account_id == web.vote.account_id, VoteCandidate.number == number)
        session.execute(update(VoteCandidate).where(*where).values(**values))
    web.refresh()


def close(web: Web) -> None:
    web.watch.now = web.vote.now = web.vote.campaign.closes_at
    with web.vote.db.work() as session:
        service.close(session, web.vote.campaign, web.vote.now)
    web.refresh()


def numbers(html: str) -> list[int]:
    return [int(one) for one in re.findall(r'name="choice" value="(\d+)"', html)]


def test_a_worker_votes_with_plain_forms_to_the_receipt(web: Web):
    phone = web.phone()
    page = phone.get()
    assert "林一" in page.text
    key = re.search(r'name="key" value="([^"]+)"', page.text)[1]
    done = phone.post("/vote/cast", {"choice": ["2", "1"], "key": key})
    assert done.status_code == 303
    receipt = phone.client.get(done.location)
    number = done.location.rpartition("/")[2]
    for told in (number, "1 号 林一", "2 号 陈二", "正在封存", "今天还剩 <strong>3</strong> 票"):
        assert told in receipt.text
    assert phone.post("/vote/cast", {"choice": ["1", "2"], "key": key}).location == done.location
    assert number in phone.get("/vote/mine").text


def test_the_list_is_open_to_all_and_the_same_for_all(web: Web):
    first = web.phone("o1").get("/vote?order=number")
    assert first.status_code == 200
    for phone in (web.phone("o2"), web.phone("o9", snapshot=True), web.nobody()):
        assert phone.get("/vote?order=number").data == first.data


@pytest.mark.parametrize("path", ["/vote?order=number", "/vote/1", "/vote/ranking", "/vote/ledger"])
def test_a_kept_page_asks_the_database_nothing(web: Web, path: str):
    web.phone("o1").get(path)
    with Statements(web.vote) as asked:
        assert web.phone("o2").get(path).status_code == 200
    assert asked.count == 0
    web.refresh()
    with Statements(web.vote) as asked:
        web.phone("o2").get(path)
    assert asked.count > 0  # it can fail


def test_large_type_is_another_page_and_its_switch_leads_back_to_a_clean_address(web: Web):
    phone = web.phone()
    small = phone.get("/vote?order=number&utm=junk").text
    phone.client.set_cookie("zj_large", "1", path="/h5/")
    large = phone.get("/vote?order=number").text
    assert 'class="large"' in large
    assert 'class="large"' not in small
    assert "junk" not in small


def test_leafing_shows_each_candidate_once_in_every_order(house: Home):
    web = make_web(house, names=MANY)
    phone = web.phone()
    for order in ("number", "random", "votes"):
        path, seen = f"/vote?order={order}", []
        for page in range(1, 4):
            html = phone.get(path).text
            seen += numbers(html)
            assert f"第 {page}/3 页，共 65 个" in html
            following = re.search(r'rel="next" href="([^"]+)"', html)
            path = following[1].replace("&amp;", "&").removeprefix(web.base) if following else path
        assert sorted(seen) == list(range(1, 66))
        assert (seen == sorted(seen)) is (order != "random")


def test_over_a_day_everybody_stands_in_front_about_as_often(sqlite_db: Database):
    """Of 65, thirty stand on the first page: 144 changes of 16 orders give each about 1 063 of 2 304."""
    vote = make_vote(sqlite_db, names=MANY)
    with vote.db.read() as session:
        roll = read_roll(session, vote.campaign).candidates
    front = dict.fromkeys(range(1, 66), 0)
    seeds = {
        seed_of(f"o{who}", NOW + timedelta(minutes=10 * part)) for who in range(100) for part in range(144)
    }
    for seed in seeds:
        page = list_page(roll, Wanted(1, order="random", seed=seed), Shown({}, ""))
        for one in page.candidates:
            front[one.number] += 1
    assert len(seeds) == 144 * 16
    usual = len(seeds) * PAGE / 65
    assert all(0.85 < count / usual < 1.15 for count in front.values())


@pytest.mark.parametrize(
    ("words", "found"),
    [("3", [3]), ("3号", [3]), ("０３", [3]), ("黄", [3]), ("电厂", [2]), ("黄 电厂", []), ("99", [])],
)
def test_search_by_number_name_and_unit(web: Web, words: str, found: list[int]):
    change_candidate(web, 2, unit="东江电厂")
    page = web.phone().get(f"/vote?q={words}")
    assert sorted(numbers(page.text)) == found
    if not found:
        assert "没有找到" in page.text


def test_groups_and_rounds_are_tabs(house: Home):
    rounds = [{"title": "初选", "day": 0, "keep": 1}, {"title": "决选", "day": 2}]
    web = make_web(house, {"choose_most": 3, "votes": 5, "rounds": rounds})
    phone = web.phone()
    assert "第 3 天开始" in phone.get().text
    phone.send([1, 2])
    web.vote.seal()
    change_candidate(web, 1, through=2)
    web.watch.now = web.vote.now = DURING + 2 * DAY
    web.refresh()
    assert numbers(phone.get().text) == [1]
    first = phone.get("/vote?round=1&order=number").text
    assert "陈二" in first
    assert numbers(first) == []
    assert "晋级" in phone.get("/vote/ranking?round=1").text
    assert phone.send([2], "key-00002").status_code == 422
    assert phone.send([1], "key-00003").status_code == 200


def test_a_frozen_candidate_is_marked_with_the_reason_and_cannot_be_chosen(web: Web):
    with web.vote.db.work() as session:
        roll = read_roll(session, web.vote.campaign)
        set_state(
            session, web.vote.campaign, roll.by_number[2].public_id, 1, "frozen", "正在核查", "anna", NOW
        )
        set_state(
            session, web.vote.campaign, roll.by_number[3].public_id, 1, "withdrawn", "本人退出", "anna", NOW
        )
    web.refresh()
    phone = web.phone()
    page = phone.get("/vote?order=number").text
    assert "暂停投票：正在核查" in page
    assert numbers(page) == [1, 4, 5, 6]
    assert "黄三" not in page
    assert "正在核查" in phone.get("/vote/2").text
    assert phone.get("/vote/3").status_code == 404
    assert phone.send([2]).status_code == 422


def test_a_candidate_has_a_page_with_paragraphs_video_and_share_card(web: Web):
    change_candidate(
        web, 1, about="第一段\n第二段", slogan="一丝不苟", picture="a" * 24 + ".jpg", picture_text="在车间",
        video="https://video.example/one",
    )  # fmt: skip
    page = web.nobody().get("/vote/1").text
    for told in (
        "<p>第一段</p>",
        "<p>第二段</p>",
        "一丝不苟",
        'alt="在车间"',
        "会离开本页面，打开 video.example",
        "og:title",
    ):
        assert told in page
    assert web.nobody().get("/vote/77").status_code == 404


def test_what_is_wrong_without_script_keeps_the_choice(web: Web):
    phone = web.phone()
    refused = phone.post("/vote/cast", {"choice": ["1", "2", "3", "4"], "key": "key-00001"})
    assert refused.status_code == 422
    assert "最多选 3 个" in refused.text
    assert numbers(refused.text) == [1, 2, 3, 4]
    key = re.search(r'name="key" value="([^"]+)"', refused.text)[1]
    assert phone.post("/vote/cast", {"choice": ["1", "2", "3"], "key": key}).status_code == 303
    again = phone.post("/vote/cast", {"choice": ["1"], "key": "key-00003"})
    assert again.status_code == 409
    assert "已经投过 1 号" in again.text


def test_what_belongs_to_the_visitor_comes_apart(web: Web):
    phone = web.phone()
    assert phone.mine() == {"left": 5, "voted": [], "snapshot": False}
    phone.send([3, 1])
    assert phone.mine() == {"left": 3, "voted": [1, 3], "snapshot": False}
    assert web.phone("o2").mine()["left"] == 5
    assert web.phone("o9", snapshot=True).mine()["snapshot"] is True
    web.watch.now += DAY
    assert phone.mine() == {"left": 5, "voted": [], "snapshot": False}
    unknown = web.nobody().get("/vote/mine", **JSON)
    assert (unknown.status_code, unknown.json["error"]) == (403, "signed_out")
    assert web.nobody().get("/vote/enter").status_code == 302
    assert phone.get("/vote/enter").location == f"{web.base}/vote"


def test_a_sealed_receipt_names_its_block_and_can_be_checked_by_hand(web: Web):
    phone = web.phone()
    receipts = [phone.send([one], f"key-0000{one}").json["receipt"] for one in (1, 2)]
    web.vote.seal()
    page = web.nobody().get(f"/vote/receipts/{receipts[0].lower()}").text
    line, digest, block = re.findall(r'class="vote-code">([^<]+)<', page)
    assert hashlib.sha256(line.encode()).hexdigest() == digest
    text = web.nobody().get("/vote/ledger/1.txt")
    assert text.mimetype == "text/plain"
    assert hashlib.sha256(text.data).hexdigest() == block
    lines = text.text.splitlines()
    assert lines[:3] == [FIRST, web.vote.campaign.public_id, "1"]
    assert digest in lines[3:]
    assert len(lines) == 5
    assert block in web.nobody().get("/vote/ledger/1").text


def test_a_receipt_is_found_by_its_number_and_by_nothing_else(web: Web):
    phone = web.phone()
    receipt = phone.send([1]).json["receipt"]
    found = web.nobody().get(f"/vote/receipts?number={receipt.lower()}")
    assert found.location.endswith(receipt)
    assert "还剩" not in web.phone("o2").get(f"/vote/receipts/{receipt}").text
    for wrong in (
        "2222-2222222",
        "x",
        receipt[:-1] + ("2" if receipt[-1] != "2" else "3"),
        "' OR 1=1 --",
        "号" * 100,
    ):
        page = web.nobody().get(f"/vote/receipts?number={wrong}")
        assert page.status_code == 404
        assert "请核对一遍" in page.text
        assert web.nobody().get(f"/vote/receipts/{wrong}").status_code == 404


def test_a_struck_ballot_says_why_and_that_it_counts_again(web: Web):
    phone = web.phone()
    receipt = phone.send([1]).json["receipt"]
    web.vote.seal()
    campaign = web.vote.campaign
    with web.vote.db.work() as session:
        why = Why({}, "夜间突发", "一点到六点来自同一处", "anna", DURING)
        row = strike(session, campaign, [ballot_of(campaign, receipt)], why)
        strike_id = row.public_id
    web.refresh()
    page = phone.get(f"/vote/receipts/{receipt}").text
    for told in ("这张选票已被剔除", "夜间突发", "一点到六点来自同一处", "不计入"):
        assert told in page
    assert "已剔除" in phone.get("/vote/mine").text
    assert "0 票" in phone.get("/vote/1").text or "<strong>0</strong> 票" in phone.get("/vote/1").text
    assert "一点到六点来自同一处" in web.nobody().get("/vote/ledger").text
    with web.vote.db.work() as session:
        restore(session, campaign, strike_id, "查明是夜班", "anna", DURING)
    web.refresh()
    page = phone.get(f"/vote/receipts/{receipt}").text
    assert "查明是夜班" in page
    assert "投票成功" in page
    assert "anna" not in web.nobody().get("/vote/ledger").text + page


def test_the_ledger_shows_sums_roots_and_blocks_by_keyset(web: Web):
    phone = web.phone()
    empty = web.nobody().get("/vote/ledger").text
    assert "还没有封存的区块" in empty
    phone.send([1, 2])
    web.vote.seal()
    web.phone("o2").send([1])
    with web.vote.db.work() as session:
        publish_root(session, web.vote.campaign, web.vote.now.toordinal(), web.vote.now)
    web.phone("o3").send([1, 3])
    with web.vote.db.read() as session:
        text = text_of(web.vote.campaign, list_roots(session, web.vote.campaign)[0])
    web.refresh()
    page = web.nobody().get("/vote/ledger").text
    assert text in page
    for told in ("<dd>2 张</dd>", "<dd>3 票</dd>", "<dd>2 块</dd>", "<dd>1 张</dd>", "第 2 区块"):
        assert told in page
    with web.vote.db.work() as session:
        for number in range(3, 40):
            session.add(
                VoteBlock(campaign_id=web.vote.campaign.id, number=number, account_id=web.vote.account_id, after_id=0,
                          last_id=0, ballots=0, votes=0, hash="0" * 64, sealed_at=NOW)
            )  # fmt: skip
    web.refresh()
    seen, path = [], "/vote/ledger"
    while path:
        page = web.nobody().get(path).text
        seen += [int(one) for one in re.findall(r"<strong>第 (\d+) 区块", page)]
        older = re.search(r'href="([^"]+)#blocks">更早的', page)
        path = older[1].removeprefix(web.base) if older else ""
    assert seen == list(range(39, 0, -1))
    assert web.nobody().get("/vote/ledger/40").status_code == 404
    assert web.nobody().get("/vote/ledger/40.txt").status_code == 404


@pytest.mark.parametrize("show", ["实时公布", "每天 18 点公布", "结束后公布"])
def test_votes_are_shown_when_the_settings_allow_it_and_nowhere_before(house: Home, show: str):
    web = make_web(house, {"choose_most": 3, "votes": 5, "show": show})
    for who in range(7):
        web.phone(f"o{who}").send([2])
    web.vote.seal()
    web.refresh()
    places = ("/vote?order=number", "/vote?order=votes", "/vote/2", "/vote/ranking")

    def shown() -> list[bool]:
        pages = [web.nobody().get(path).text for path in places]
        return [bool(re.search(r"(>|\b)7(</strong>)? 票", page)) for page in pages]

    assert shown() == [show == "实时公布"] * 4
    web.watch.now = web.vote.now = OPENS + timedelta(hours=9)
    with web.vote.db.work() as session:
        publish_root(session, web.vote.campaign, web.vote.now.toordinal(), web.vote.now)
    web.phone("o8").send([2])
    web.vote.seal()
    web.refresh()
    assert shown() == [show == "每天 18 点公布"] * 4
    close(web)
    assert "8 票" in web.nobody().get("/vote/ranking").text


def test_the_ranking_goes_by_votes_and_the_result_by_public_and_jury(house: Home):
    web = make_web(house, {"choose_most": 3, "votes": 5, "public_percent": 70})
    for who in range(4):
        web.phone(f"o{who}").send([1, 2] if who < 3 else [1])
    web.vote.seal()
    for number in range(1, 7):
        change_candidate(web, number, jury_hundredths=9000 if number == 2 else 2000)
    ranking = web.nobody().get("/vote/ranking").text
    assert ranking.index("林一") < ranking.index("陈二")
    assert "评委打分占 30%" in ranking
    assert web.nobody().get("/vote/result").location.endswith("/vote/ranking")
    close(web)
    result = web.nobody().get("/vote/result").text
    # 1: 70 + 6; 2: 52.5 + 27
    for told in ("79.50", "52.50", "27.00", "76.00", "70.00", "6.00"):
        assert told in result
    table = result[result.index("<table") :]
    assert table.index("陈二") < table.index("林一")
    assert "看投票结果" in web.nobody().get().text


def test_until_all_jury_points_are_there_the_result_says_that_it_is_not_final(house: Home):
    web = make_web(house, {"choose_most": 3, "votes": 5, "public_percent": 70})
    web.phone().send([1])
    close(web)
    assert "评委打分还没有录齐" in web.nobody().get("/vote/result").text


def test_a_virtual_visitor_may_look_and_not_vote(web: Web):
    phone = web.phone("o9", snapshot=True)
    for path in ("/vote", "/vote/1", "/vote/ranking", "/vote/ledger", "/vote/receipts", "/vote/mine"):
        assert phone.get(path).status_code == 200
    before = web.dump()
    refused = phone.post("/vote/cast", {"choice": "1", "key": "key-00001"})
    assert refused.status_code == 403
    assert "使用完整服务" in refused.text
    assert web.dump() == before


def test_the_vote_of_another_account_is_not_there(web: Web):
    other = make_web(web.home, key="others")
    receipt = other.phone().send([1]).json["receipt"]
    other.vote.seal()
    ours = web.phone()
    for path in (
        "",
        "/1",
        "/mine",
        "/ledger",
        "/ledger/1",
        "/ledger/1.txt",
        "/ranking",
        f"/receipts/{receipt}",
    ):
        assert ours.client.get(f"/h5/ours/c/{other.vote.campaign.public_id}/vote{path}").status_code == 404
    assert ours.get(f"/vote/receipts/{receipt}").status_code == 404


def test_head_and_empty_lists_are_answered(web: Web):
    head = web.nobody().client.head(f"{web.base}/vote?order=number")
    assert (head.status_code, head.data) == (200, b"")
    with web.vote.db.work() as session:
        row = get_row(session, web.vote.account_id, web.vote.campaign.public_id)
        service.freeze(session, web.vote.account_id, web.vote.campaign.public_id, row.version, "核查中", by())
    web.refresh()
    page = web.nobody().get("/vote?order=number").text
    assert "投票暂停中：核查中" in page
    assert numbers(page) == []
    for number in range(1, 7):
        change_candidate(web, number, state="withdrawn")
    assert "名单里还没有候选人" in web.nobody().get("/vote").text
    assert "榜上还没有候选人" in web.nobody().get("/vote/ranking").text


def test_staff_preview_the_first_candidates_and_how_many_there_are(house: Home):
    web = make_web(house, names=MANY)
    with house.app.test_request_context("/"), web.vote.db.read() as session:
        html = KIND.preview(session, web.vote.campaign)
    assert "30 号 候选030" in html
    assert "31 号" not in html
    assert "一共 65 个" in html


def test_a_candidates_page_is_shared_as_theirs(web: Web):
    change_candidate(
        web, 1, name='林"一', slogan="一丝不苟", picture="a" * 24 + ".jpg", picture_text="在车间"
    )
    page = web.nobody().get("/vote/1?from=singlemessage").text
    assert 'og:title" content="为 1 号「林&#34;一」投票"' in page
    assert 'og:description" content="一丝不苟"' in page
    assert f'og:url" content="http://127.0.0.1:8000{web.base}/vote/1"' in page
    assert f'og:image" content="http://127.0.0.1:8000/media/{"a" * 24}.jpg"' in page
    other = web.nobody().get("/vote/2").text
    assert 'og:description" content="测试投票"' in other
    assert "og:image" not in other
    assert f'og:url" content="http://127.0.0.1:8000{web.base}"' in web.nobody().get().text
    close(web)
    assert 'og:title" content="2 号 陈二"' in web.nobody().get("/vote/2").text


def test_live_counts_come_apart_as_small_json(web: Web):
    web.vote.cast("o1", 2, 3)
    web.vote.seal()
    web.refresh()
    for path in ("/vote", "/vote/ranking"):
        page = web.nobody().get(path).text
        assert f'data-live="{web.base}/vote/counts?round=1"' in page
        assert "vote-live.js" in page
    told = web.nobody().get("/vote/counts?round=1")
    assert told.content_type == "application/json"
    assert told.json == {"on": True, "votes": [[1, 0], [2, 1], [3, 1], [4, 0], [5, 0], [6, 0]]}
    with Statements(web.vote) as counted:
        assert web.nobody().get("/vote/counts?round=1").data == told.data
        assert web.nobody().get("/vote/counts?round=99").data == told.data
    assert counted.count == 0
    close(web)
    assert web.nobody().get("/vote/counts").json == {"on": False, "votes": []}
    assert "data-live" not in web.nobody().get("/vote/ranking").text


@pytest.mark.parametrize("show", ["每天 18 点公布", "结束后公布"])
def test_counts_that_are_not_live_are_told_to_nobody(house: Home, show: str):
    web = make_web(house, {"choose_most": 3, "votes": 5, "show": show})
    web.vote.cast("o1", 2)
    web.vote.seal()
    web.refresh()
    assert web.nobody().get("/vote/counts").json == {"on": False, "votes": []}
    for path in ("/vote", "/vote/ranking"):
        assert "data-live" not in web.nobody().get(path).text
