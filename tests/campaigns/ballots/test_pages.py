"""The pages of ballots of a kind that is no vote: likes are cast, found again, counted, ranked, searched for, struck, closed."""

import hashlib
import re

import pytest

from campaigns.ballots.ballot import Ballot, Origin
from campaigns.ballots.casting import cast_ballot
from campaigns.ballots.guard.odd import Odd
from campaigns.ballots.life import export_rows, kept
from campaigns.ballots.roots import list_roots
from campaigns.ballots.strikes import list_strikes
from campaigns.ballots.tasks import publish_due, seal_due, search_due
from campaigns.ballots.totals import read_counts
from campaigns.ballots.verify import verify
from campaigns.registry import ballots_of, kind_of
from members.ledger import find_person
from models.audit import AuditEntry
from staff.roles import Role
from tests.campaigns.ballots.conftest import DURING, Liked, make_liked
from tests.campaigns.quiz.phones import JSON
from tests.campaigns.vote.phones import Phone
from tests.campaigns.vote.test_work import solve
from tests.conftest import Home
from tests.staff.desk import Desk, text_of

CAST = "/likes/cast"
OPEN = ("/likes/ranking", "/likes/ledger", "/likes/counts", "/likes/receipts")


def like(liked: Liked, openid: str, *numbers: int) -> list[str]:
    """Receipts."""
    phone = Phone(liked, openid)
    sent = [phone.send([number], f"like-{openid}-{number:04}", CAST) for number in numbers]
    assert [one.status_code for one in sent] == [200] * len(numbers)
    return [one.json["receipt"] for one in sent]


def told(answer: object) -> str:
    return re.sub(r"<[^>]+>", "", answer.text)


def test_a_heart_is_a_ballot_and_its_answer_says_what_is_left(liked: Liked):
    phone = Phone(liked, "o1")
    done = phone.send([2], "like-0001", CAST)
    assert (done.status_code, done.json["choice"], done.json["left"]) == (200, [2], 2)
    assert phone.send([2], "like-0001", CAST).json == done.json
    assert phone.get("/likes/mine", **JSON).json == {"left": 2, "voted": [2], "snapshot": False}
    twice = phone.send([2], "like-0002", CAST)
    assert (twice.status_code, twice.json["message"]) == (409, "您今天已经点过 2 号，不能重复点。")


def test_likes_are_refused_in_the_words_of_likes(liked: Liked):
    like(liked, "o1", 1, 2, 3)
    more = Phone(liked, "o1").send([4], "like-0004", CAST)
    assert (more.status_code, more.json["message"]) == (409, "您今天的 3 个赞已经点完，明天可以再来点。")
    strange = Phone(liked, "o2").send([9], "like-0009", CAST)
    assert strange.json["message"].startswith("9 号现在不能点")
    two = Phone(liked, "o2").send([1, 2], "like-0010", CAST)
    assert two.status_code == 422


def test_a_form_without_script_leads_to_the_receipt_or_says_what_was_wrong(liked: Liked):
    phone = Phone(liked, "o1")
    done = phone.post(CAST, {"choice": "1", "key": "like-form-1"})
    assert done.status_code == 303
    receipt = told(phone.client.get(done.location))
    assert all(one in receipt for one in ("点赞成功", "点给", "1 号 晨光", "今天还剩 2 个赞", "正在封存"))
    again = phone.post(CAST, {"choice": "1", "key": "like-form-2"})
    assert (again.status_code, "这个赞还没有点上" in again.text) == (409, True)
    assert f'action="{liked.base}/likes/cast"' in again.text


def test_a_withdrawn_work_gets_no_more_likes(house: Home):
    liked = make_liked(house, hidden=["焊花"])
    assert Phone(liked, "o1").send([2], "like-0001", CAST).status_code == 422
    assert "焊花" not in Phone(liked, "").get("/likes/ranking").text


def test_one_s_own_likes_are_called_so(liked: Liked):
    receipt = like(liked, "o1", 1, 4)[0]
    page = Phone(liked, "o1").get("/likes/mine")
    assert receipt in page.text
    assert "一共点了 2 个赞。今天还剩 1 个赞。" in told(page)
    assert "还没有点过赞" in told(Phone(liked, "o9").get("/likes/mine"))
    assert "选票" not in told(page)


def test_a_receipt_is_found_by_its_number_and_stands_in_the_block_of_the_text(liked: Liked):
    (receipt,) = like(liked, "o1", 3)
    assert liked.seal() == 1
    nobody = Phone(liked, "")
    found = nobody.get(f"/likes/receipts?number={receipt}")
    assert found.location == f"{liked.base}/likes/receipts/{receipt}"
    page = nobody.client.get(found.location).text
    line = re.search(r'vote-code">([0-9a-f]{64})<', page)[1]
    text = nobody.get("/likes/ledger/1.txt")
    assert line in text.text.split("\n")[3:]
    assert hashlib.sha256(text.data).hexdigest() in nobody.get("/likes/ledger/1").text
    assert "每点赞一次是一张选票" in nobody.get("/likes/ledger").text
    assert nobody.get("/likes/receipts/8K3F-7QXW2MA").status_code == 404


def test_works_are_ranked_in_their_group_by_likes_that_count(liked: Liked):
    like(liked, "o1", 1, 2)
    like(liked, "o2", 2, 4)
    liked.seal()
    liked.refresh()
    page = Phone(liked, "").get("/likes/ranking")
    ranks = re.findall(r"<b>(\d)</b><a href=\"([^\"]+)\">([^<]+)</a><span[^>]+>([^<]+)<", page.text)
    assert ranks[0] == ("1", f"{liked.base}/likes/2", "2 号 焊花", "2 个赞")
    assert [one[2][:3] for one in ranks] == ["2 号", "1 号", "3 号"]
    films = Phone(liked, "").get("/likes/ranking?group=视频")
    assert "4 号 夜班" in films.text
    counts = Phone(liked, "").get("/likes/counts").json
    assert counts == {"on": True, "votes": [[1, 1], [2, 2], [3, 0], [4, 1]]}


def test_counts_stay_hidden_until_the_end_where_the_settings_say_so(house: Home):
    liked = make_liked(house, show="结束后公布")
    like(liked, "o1", 1)
    liked.seal()
    before = Phone(liked, "").get("/likes/ranking").text
    assert "点赞期间不公布赞数，结束后公布。" in before
    assert "1 个赞" not in told(Phone(liked, "").get("/likes/ranking"))
    assert Phone(liked, "").get("/likes/counts").json == {"on": False, "votes": []}
    liked.close()
    assert "1 个赞" in told(Phone(liked, "").get("/likes/ranking"))


def test_the_navigation_leads_to_pages_that_are_there(liked: Liked):
    phone = Phone(liked, "o1")
    for path in OPEN:
        page = phone.get(path)
        assert page.status_code == 200
        nav = page.text.partition('<nav class="vote-links"')[2].partition("</nav>")[0]
        links = re.findall(r'href="([^"]+)"', nav)
        assert len(links) == (0 if path.endswith("counts") else 6)
        assert {phone.client.get(one).status_code for one in links} <= {200}
    assert "作品" in nav


@pytest.mark.parametrize("path", ["/likes/result", "/vote", "/vote/ledger", "/likes/candidate"])
def test_pages_of_other_kinds_are_none_of_its_own(liked: Liked, path: str):
    assert Phone(liked, "o1").get(path).status_code == 404


def test_an_odd_like_is_asked_for_work_and_let_in_with_it(liked: Liked, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(Odd, "look", lambda *_: True)
    phone = Phone(liked, "o1")
    asked = phone.send([1], "like-0001", CAST)
    assert (asked.status_code, asked.json["message"]) == (403, "请稍等，手机正在核对这次点赞。")
    work = asked.json["work"]
    done = phone.send([1], "like-0001", CAST, work=work["token"], number=str(solve(work)))
    assert done.status_code == 200
    plain = phone.post(CAST, {"choice": "2", "key": "like-form-1"})
    assert (plain.status_code, "还没有点上" in plain.text) == (403, True)


def test_the_worker_seals_likes_and_publishes_their_root(liked: Liked):
    like(liked, "o1", 1)
    assert seal_due(liked.home.parts) == 1
    liked.watch.wait(hours=24)
    assert (publish_due(liked.home.parts), publish_due(liked.home.parts)) == (1, 0)
    like(liked, "o2", 1)
    liked.close()
    with liked.home.parts.db.read() as session:
        assert list(verify(session, liked.campaign, [], liked.watch.now)) == []
        (last, first) = list_roots(session, liked.campaign)
    assert (first.ballots, last.ballots) == (1, 2)
    assert "【投票账本公示】最美瞬间" in Phone(liked, "").get("/likes/ledger").text


def test_what_is_kept_exported_and_summed_up_names_works(liked: Liked):
    (receipt,) = like(liked, "o1", 2)
    liked.seal()
    with liked.home.parts.db.read() as session:
        campaign = liked.campaign
        rows = list(export_rows(session, campaign))
        assert [row[3:6] for row in rows] == [("—", 2, "焊花")]
        person = find_person(session, campaign.account_id, campaign.scope, "o1")
        assert kept(session, campaign, person) == {"点赞": 1, "赞数": 1, "回执号": receipt}
        summary = kind_of("likes").summarise(session, campaign, DURING)
    assert [(one.title, one.value) for one in summary.figures][:2] == [("选票", 1), ("赞数", 1)]
    assert summary.series[0].labels[0] == "2 焊花"
    assert kind_of("likes").facts(campaign)[0] == "每人每天 3 个赞；同一个作品每天只能点一个赞。"


@pytest.fixture
def anna(liked: Liked) -> Desk:
    return Desk(liked.home, "anna", "ours", Role.ORGANISER)


def desk_of(liked: Liked, key: str = "ours") -> str:
    return f"/console/a/{key}/campaigns/{liked.campaign.public_id}"


def robbed(liked: Liked) -> None:
    """Sixty likes without a browser for one work, beside honest ones."""
    part, db = ballots_of(liked.campaign), liked.home.parts.db
    standing = part.roll(db, liked.campaign).standing(1)
    for n in range(60):
        origins = {3: Origin("page", "a" * 16, "r" * 16, "")}
        if n < 40:
            origins[1] = Origin("page", f"{n:016}", f"{n:016}", f"{n:016}")
        for number, origin in origins.items():
            ballot = Ballot(
                liked.campaign, f"o{number}-{n}", [number], standing, f"key-{number}-{n:04}", origin, DURING
            )
            cast_ballot(db, ballot)
    liked.seal()


def test_the_desk_shows_figures_by_group_and_counts_anew(liked: Liked, anna: Desk):
    like(liked, "o1", 1, 4)
    liked.seal()
    page = anna.get(f"{desk_of(liked)}/votes")
    assert (page.status_code, page.text.count('class="table card-table')) == (200, 2)
    assert f'{liked.campaign.public_id}#w1">1 晨光</a>' in page.text
    assert "总分" not in page.text
    assert "差异 0" in anna.post(f"{desk_of(liked)}/votes/recount").text
    campaign = anna.get(desk_of(liked)).text
    assert f"{desk_of(liked)}/guard" in campaign
    assert "重新点票" in campaign


def test_stuffed_likes_are_searched_for_struck_and_given_back(liked: Liked, anna: Desk):
    robbed(liked)
    asked = anna.post(f"{desk_of(liked)}/guard/rules/silent", {"ballots": "20", "times": "1"})
    assert search_due(liked.home.parts) == 1
    effect = text_of(anna.get(asked.location))
    assert "剔除 60 张选票" in effect
    assert "1 → 2" in effect
    assert anna.post(asked.location, {"reason": "机器点的"}).status_code == 303
    with liked.home.parts.db.read() as session:
        (row,) = list_strikes(session, liked.campaign)
        assert read_counts(session, liked.campaign)[1, 3] == (60, 60)
    liked.refresh()
    assert "理由：机器点的" in told(Phone(liked, "").get("/likes/ledger"))
    back = anna.post(f"{desk_of(liked)}/guard/strikes/{row.public_id}/restore", {"why": "误伤"})
    assert back.status_code == 303
    with liked.home.parts.db.read() as session:
        assert read_counts(session, liked.campaign)[1, 3] == (60, 0)
        acts = [one.action for one in session.query(AuditEntry).order_by(AuditEntry.number)]
    assert acts[-3:] == ["vote_searched", "vote_struck", "vote_restored"]


def test_other_unions_and_people_without_the_role_see_none_of_it(liked: Liked):
    theirs = Desk(liked.home, "bert", "others", Role.ORGANISER)
    for page in ("votes", "guard", "guard/rules/silent"):
        assert theirs.get(f"{desk_of(liked)}/{page}").status_code == 404
        assert theirs.get(f"{desk_of(liked, 'others')}/{page}").status_code == 404
