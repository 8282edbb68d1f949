"""Handing in by chat: pictures one after the other, words afterwards, several contests, strangers, messages that come again."""

from datetime import timedelta

import pytest

from campaigns import service
from campaigns.kinds.photo.fetching import PHOTO_FETCH
from campaigns.kinds.photo.offers import KEPT_FOR
from campaigns.kinds.photo.tables import PhotoOffer
from campaigns.store import get_row
from chat.turn import Turn
from tests.campaigns.photo.phones import EVERYBODY, Web, make_web
from tests.campaigns.photo.talking import Talker, posted
from tests.campaigns.photo.world import by
from tests.campaigns.vote.phones import Statements
from tests.conftest import Home
from wechat.messages import Image


@pytest.fixture
def anna(web: Web) -> Talker:
    """Who took part before, so that what she sends is taken at once."""
    web.contest.person("o-anna")
    return Talker(web)


def test_three_pictures_and_a_title_make_a_work(web: Web, anna: Talker):
    first = anna.show()
    assert first.startswith("收到第 1 张。还有就接着发；发完了，回复「交稿 题目」，例如「交稿 夜班」")
    assert "作品是您自己的，照片里的人同意展示" in first
    second = anna.show()
    assert second.startswith("收到第 2 张。")
    assert "同意展示" not in second
    assert "这件满 3 张了" in anna.show()
    done = anna.say("交稿 夜班")
    assert "「夜班」是 1 号作品，3 张照片，审核后展示" in done
    (work,) = web.works()
    assert (work.state, work.channel, work.title) == ("waiting", "chat", "夜班")
    assert work.agreed_at == web.watch.now
    assert [one.state for one in web.pictures()] == ["fetching"] * 3
    assert [one.payload["media_id"] for one in posted(web, PHOTO_FETCH)] == ["media-1"] * 3
    assert anna.say("说明 凌晨三点，码头上的灯").startswith("说明写上了")
    assert "1 号「夜班」（等待审核）" in anna.say("我的作品")
    assert [(one.about, one.state) for one in web.works()] == [("凌晨三点，码头上的灯", "waiting")]


@pytest.mark.parametrize("said", ["交稿：夜班", "交稿《夜班》", "交稿 「夜班」", "交稿，夜班", "交稿\n夜班"])
def test_a_title_is_understood_however_it_is_written(web: Web, anna: Talker, said: str):
    anna.show()
    anna.say(said)
    assert [(one.title, one.state) for one in web.works()] == [("夜班", "waiting")]


@pytest.mark.parametrize("said", ["交稿截止什么时候", "说明书在哪里", "我不交了社保怎么办", "怎么交稿"])
def test_questions_that_only_sound_like_it_are_left_to_others(web: Web, anna: Talker, said: str):
    anna.show()
    assert "交上了" not in anna.say(said)
    assert [one.state for one in web.works()] == ["draft"]


def test_a_message_that_comes_again_is_answered_the_same_and_changes_nothing(web: Web, anna: Talker):
    told = [anna.show("p1"), anna.show("p2")]
    assert [anna.show("p1"), anna.show("p2")] == told
    done = anna.say("交稿 夜班", "end")
    anna.show("p3")
    assert anna.say("交稿 夜班", "end") == done
    assert [(one.number, one.state) for one in web.works()] == [(1, "waiting"), (None, "draft")]
    assert len(web.pictures()) == len(posted(web, PHOTO_FETCH)) == 3


def test_the_fourth_of_three_is_not_taken_and_the_rest_can_be_handed_in(web: Web, anna: Talker):
    for _ in range(3):
        anna.show()
    assert "每件作品最多 3 张照片，这一张没有收下" in anna.show()
    assert "3 张照片" in anna.say("交稿 夜班")


def test_without_a_title_or_a_picture_it_says_what_is_missing(web: Web, anna: Talker):
    assert "请先把照片发到这里" in anna.say("交稿 夜班")
    anna.show()
    assert "请带上题目" in anna.say("交稿")
    assert "题目最多 40 个字" in anna.say("交稿 " + "长" * 41)
    assert [one.state for one in web.works()] == ["draft"]


def test_who_does_not_want_to_any_more_leaves_nothing(web: Web, anna: Talker):
    anna.show()
    assert anna.say("不交了").startswith("好的，没交的都不要了")
    assert (web.works(), web.pictures()) == ([], [])
    assert anna.show().startswith("收到第 1 张")


def test_a_draft_of_the_day_before_is_left_alone_and_a_new_one_begins(web: Web, anna: Talker):
    anna.show()
    web.watch.wait(hours=25)
    assert anna.show().startswith("收到第 1 张")
    assert len(web.works()) == 2


def test_a_category_is_asked_for(house: Home):
    web = make_web(house, {"categories": "工地、家园"})
    web.contest.person("o-anna")
    anna = Talker(web)
    anna.show()
    assert "还要选一个题材：工地、家园" in anna.say("交稿 夜班")
    assert "请从列出的题材里选" in anna.say("题材 海洋")
    anna.say("题材 家园")
    assert "交上了" in anna.say("交稿")
    assert [(one.title, one.category) for one in web.works()] == [("夜班", "家园")]


def test_a_stranger_is_asked_first_and_loses_nothing(web: Web):
    anna = Talker(web)
    asked = anna.show("p1")
    assert "要交到「随手拍」吗？回复「交作品」" in asked
    assert anna.show("p1") == asked
    assert "替您记着 2 个" in anna.show("p2")
    assert web.works() == []
    taken = anna.say("交作品", "yes")
    assert taken.startswith("收到第 2 张")
    assert anna.say("交作品", "yes") == taken
    assert [one.key for one in web.pictures()] == ["p1", "p2"]
    assert "2 张照片" in anna.say("交稿 夜班")


def test_what_a_stranger_sent_stands_nowhere_with_their_name_and_is_forgotten_in_a_day(web: Web):
    anna = Talker(web)
    anna.show()
    with web.contest.db.read() as session:
        (offer,) = session.query(PhotoOffer).execution_options(**EVERYBODY).all()
    assert "o-anna" not in str(vars(offer))
    web.watch.wait(seconds=KEPT_FOR.total_seconds() + 1)
    assert "把照片直接发到这里就行" in anna.say("交作品")
    assert web.pictures() == []


def test_a_stranger_who_has_a_question_gets_it_answered(web: Web):
    anna = Talker(web)
    assert "有问题请打字告诉我" in anna.show()
    assert "已为您登记" in anna.say("人工 照片里是我的工资条")
    assert anna.say("不交了").startswith("好的，没交的都不要了")
    assert web.works() == []


def test_with_two_contests_the_picture_waits_for_the_word_of_one(web: Web, house: Home):
    second = make_web(house, title="安全随手拍", word="安全")
    web.contest.person("o-anna")
    anna = Talker(second)
    asked = anna.show("p1")
    assert "「随手拍」：回复「交作品」" in asked
    assert "「安全随手拍」：回复「安全」" in asked
    assert anna.say("安全").startswith("收到第 1 张")
    assert anna.show("p2").startswith("收到第 2 张")
    assert "2 张照片" in anna.say("交稿 戴好安全帽")
    (work,) = web.works()
    assert work.campaign_id == second.contest.campaign.id
    assert "【随手拍】还没有交过作品" in anna.say("我的作品")


def test_a_film_goes_to_a_group_that_takes_films(house: Home):
    web = make_web(house, {"groups": [{"title": "图文组"}, {"title": "音视频组", "form": "视频"}]})
    web.contest.person("o-anna")
    anna = Talker(web)
    assert anna.film().startswith("收到第 1 张")
    assert "视频还在接收" in anna.say("交稿 夜班")
    assert [(one.group, one.title, one.state) for one in web.works()] == [("音视频组", "夜班", "draft")]
    assert "只收视频" in anna.show()


def test_where_no_group_takes_films_it_says_so(web: Web, anna: Talker):
    assert "「随手拍」不收视频" in anna.film()
    assert web.works() == []


def test_who_has_to_tell_something_first_gets_the_form_and_the_picture_waits(house: Home):
    web = make_web(house, eligibility={"asks": ["unit"]})
    anna = Talker(web)
    anna.show()
    told = anna.say("交作品")
    assert "请先填写工作单位" in told
    assert "/join" in told
    web.phone("o-anna").post("/join", {"unit": "一号工会"})
    assert anna.say("交作品").startswith("收到第 1 张")


def test_a_picture_with_no_contest_on_costs_no_sql_and_is_answered(web: Web):
    anna = Talker(web)
    web.watch.now = web.contest.campaign.closes_at + timedelta(days=1)
    with Statements(web.contest) as statements:
        answer = anna.show()
    assert statements.count == 0
    assert "请打字或发语音" in answer
    runtime = web.home.app.extensions["zhijia.runtime"]
    account = web.home.parts.directory.get("ours")
    message = Image("gh", "o-anna", 0, "k", "m", "http://127.0.0.1/1.jpg")
    assert runtime.router.propose(Turn(account, message, web.watch.now)) is not None


def test_while_frozen_pictures_are_not_taken(web: Web, anna: Talker):
    campaign = web.contest.campaign
    with web.contest.db.work() as session:
        row = get_row(session, campaign.account_id, campaign.public_id)
        service.freeze(session, campaign.account_id, campaign.public_id, row.version, "核对", by())
    web.refresh()
    assert "收到第" not in anna.show()
    assert web.works() == []


def test_the_page_and_the_chat_see_the_same_work(web: Web, anna: Talker):
    anna.show()
    phone = web.phone("o-anna")
    (work,) = web.works()
    page = phone.get(f"/photo/works/{work.public_id}").text
    assert "正在从微信接收" in page
    assert "交稿前请确认" in page
    assert "没有题目" in phone.get().text
