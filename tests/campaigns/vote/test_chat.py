"""投票 in the chat: what casts, what does not, retries, wrong numbers, several votes at once."""

from itertools import count
from types import SimpleNamespace
from typing import Any

import pytest

from campaigns.ballots.part import _rolls
from campaigns.ballots.store import list_ballots
from campaigns.chat import CampaignChat
from campaigns.kinds.vote.candidates import set_state
from campaigns.kinds.vote.chat import VoteChat
from campaigns.kinds.vote.roll import read_roll
from campaigns.shelf import CampaignShelf
from chat.answer import PASS, Reply
from chat.turn import Turn
from members.ledger import find_person
from models.db import Database
from tests.campaigns.vote.world import Vote, make_vote
from tests.conftest import NOW
from tests.neighbours import together
from wechat.messages import Text

_keys = count(10_000_000)


class Talker:
    """Somebody who chats, with the whole house of campaigns before them."""

    def __init__(self, vote: Vote, openid: str = "o-anna") -> None:
        self.vote, self.openid = vote, openid
        shelf = CampaignShelf()
        with vote.db.read() as session:
            shelf.load(session)
        self.hook = CampaignChat(vote.db, shelf).play()

    def turn(self, said: str, key: str = "") -> Turn:
        message = Text("gh", self.openid, 0, key or f"key{next(_keys)}", said)
        account: Any = SimpleNamespace(
            id=self.vote.account_id,
            key="ours",
            h5_url="https://home.example/h5/ours",
            site_url="https://home.example",
            kind="service",
            verified=True,
        )
        return Turn(account, message, self.vote.now)

    def say(self, said: str, key: str = "") -> str:
        """What is answered; empty where nobody feels meant."""
        turn = self.turn(said, key)
        answer = self.hook.answer(turn) if self.hook.wants(turn) else PASS
        if answer is PASS:
            return ""
        assert isinstance(answer, Reply)
        content: str = answer.message.content
        assert len(content.encode()) <= 2048
        return content

    def votes(self) -> list[tuple[int, ...]]:
        with self.vote.db.read() as session:
            person = find_person(session, self.vote.account_id, self.vote.campaign.scope, self.openid)
            lines = list_ballots(session, self.vote.campaign, person.id) if person else []
        return [tuple(line.candidates) for line in lines]


@pytest.fixture
def plain_vote(sqlite_db: Database) -> Vote:
    return make_vote(sqlite_db)


def test_a_first_message_casts_and_tells_whom_and_what_is_left(vote: Vote):
    talker = Talker(vote)
    told = talker.say("投 2")
    for part in ("投票成功", "2 号 陈二", "回执号：", "今天还剩 4 票", "/vote/receipts/"):
        assert part in told
    assert talker.votes() == [(2,)]


@pytest.mark.parametrize(
    ("said", "chosen"),
    [
        ("投2", (2,)),
        ("投 2 号", (2,)),
        ("投 1 号 3 号", (1, 3)),
        ("投2号。", (2,)),
        ("投票 2", (2,)),
        ("投票给2号", (2,)),
        ("投１ ３", (1, 3)),
        ("投1 3 5", (1, 3, 5)),
        ("投 1号、3号", (1, 3)),
        ("投1号3号", (1, 3)),
        ("投 1，3", (1, 3)),
        ("投 测试投票 3", (3,)),
    ],
)
def test_how_people_write_it(plain_vote: Vote, said: str, chosen: tuple[int, ...]):
    talker = Talker(plain_vote)
    talker.say(said)
    assert talker.votes() == [chosen]


@pytest.mark.parametrize(
    "said",
    [
        "2",
        "12",
        "2号",
        "投",
        "投诉 2",
        "投诉12333",
        "我要投诉2号",
        "投保 3 年",
        "投 12345",
        "怎么投 2",
        "投 2 票吗",
    ],
)
def test_what_does_not_say_it_never_votes(plain_vote: Vote, said: str):
    talker = Talker(plain_vote)
    assert "投票成功" not in talker.say(said)
    assert talker.votes() == []


def test_a_message_that_comes_again_counts_once_and_is_answered_the_same(vote: Vote):
    talker = Talker(vote)
    first = talker.say("投 1 2", "message-1")
    assert talker.say("投 1 2", "message-1") == first
    assert talker.votes() == [(1, 2)]
    assert "已经投过 1、2 号" in talker.say("投 1 2", "message-2")


def test_the_same_message_twelve_times_at_once_counts_once(postgres_db: Database):
    vote = make_vote(postgres_db)
    told = together(12, lambda _: Talker(vote).say("投 1 2", "message-at-once"))
    assert len(set(told)) == 1
    assert "投票成功" in str(told[0])
    assert Talker(vote).votes() == [(1, 2)]


def test_different_messages_at_once_keep_to_the_quota(postgres_db: Database):
    vote = make_vote(postgres_db, {"choose_most": 1, "votes": 3})
    told = together(12, lambda at: Talker(vote).say(f"投 {at % 6 + 1}", f"message-{at:04d}"))
    assert sum("投票成功" in str(one) for one in told) == 3
    assert len(Talker(vote).votes()) == 3


def test_the_word_lists_whom_one_can_vote_for(sqlite_db: Database):
    vote = make_vote(sqlite_db, {"choose_most": 3, "votes": 5}, names=[f"候选{n}" for n in range(1, 15)])
    told = Talker(vote).say("投票")
    for part in (
        "今天您还有 5 票",
        "1 号 候选1",
        "10 号 候选10",
        "一共 14 个候选人",
        "投 1",
        "最多 3 个",
        "/vote",
    ):
        assert part in told
    assert "11 号" not in told


def test_wrong_numbers_are_answered_with_what_to_do(plain_vote: Vote):
    vote, talker = plain_vote, Talker(plain_vote)
    with vote.db.work() as session:
        for number, state in ((3, "frozen"), (4, "withdrawn")):
            one = read_roll(session, vote.campaign).by_number[number]
            set_state(session, vote.campaign, one.public_id, 1, state, "正在核查", "anna", NOW)
    _rolls.drop(vote.campaign.public_id)
    for said, part in (
        ("投 99", "没有 99 号"),
        ("投 1 99", "没有 99 号"),
        ("投 3", "3 号 黄三 暂停投票（正在核查）"),
        ("投 4", "已经撤下"),
        ("投 1 1", "只能选一次"),
        ("投 1 2 5 6", "最多选 3 个"),
    ):
        assert part in talker.say(said)
    assert talker.votes() == []
    with vote.db.read() as session:
        assert find_person(session, vote.account_id, vote.campaign.scope, "o-anna") is None
    talker.say("投 1 2 5")
    assert "还剩 2 票" in talker.say("投 1 2 6") or "已经投过" in talker.say("投 1 2 6")


def test_my_ballots_and_the_ranks(plain_vote: Vote):
    vote, talker = plain_vote, Talker(plain_vote)
    assert talker.say("我的票") == ""
    receipt = talker.say("投 2").partition("回执号：")[2].split("\n")[0]
    assert receipt in talker.say("我的票")
    Talker(vote, "o-bob").say("投 2 1")
    vote.seal()
    told = talker.say("排名")
    assert "第 1 名 2 号 陈二：2 票" in told
    assert "第 2 名 1 号 林一：1 票" in told


def test_ranks_stay_hidden_as_the_settings_say(sqlite_db: Database):
    vote = make_vote(sqlite_db, {"choose_most": 3, "votes": 5, "show": "结束后公布"})
    talker = Talker(vote)
    talker.say("投 2")
    vote.seal()
    told = talker.say("排名")
    assert "结束后公布" in told
    assert "第 1 名" not in told


def test_with_two_votes_on_a_bare_number_is_asked_back_and_a_named_one_counts(sqlite_db: Database):
    first = make_vote(sqlite_db, word="工匠")
    second = make_vote(sqlite_db, account_id=first.account_id, word="班组")
    talker, other = Talker(first), Talker(second)
    told = talker.say("投 1")
    for part in ("还没有替您投", "投 工匠 12", "投 班组 12"):
        assert part in told
    assert talker.votes() == other.votes() == []
    with sqlite_db.read() as session:
        for vote in (first, second):
            assert find_person(session, vote.account_id, vote.campaign.scope, "o-anna") is None
    talker.say("投 班组 1")
    assert (talker.votes(), other.votes()) == ([], [(1,)])
    talker.say("投工匠 2")
    assert talker.votes() == [(2,)]


def test_who_has_to_tell_something_first_is_led_to_the_form(sqlite_db: Database):
    vote = make_vote(sqlite_db, eligibility={"asks": ["unit"]})
    talker = Talker(vote)
    assert "/join" in talker.say("投 1")
    assert talker.votes() == []


def test_before_and_after_its_time_the_chat_casts_nothing(plain_vote: Vote):
    talker = Talker(plain_vote)
    for moment in (NOW, plain_vote.campaign.closes_at):
        plain_vote.now = moment
        assert "投票成功" not in talker.say("投 1")
        assert talker.votes() == []


def test_a_long_run_of_numbers_is_read_quickly():
    part = VoteChat()
    for said in ("投" + " 1" * 190, "投" + "1号" * 130 + "x", "投票" * 200, "投" + "、" * 390):
        message = Text("gh", "o", 0, "key", said)
        part.may_answer(Turn(SimpleNamespace(), message, NOW))
