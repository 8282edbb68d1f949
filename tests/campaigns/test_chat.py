"""A campaign's word in the chat: its card, its game, or a one-use link where the account has no web sign-in."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from redis import Redis

from accounts.directory import AccountDirectory, AccountView
from campaigns import service
from campaigns.chat import CampaignChat
from campaigns.shelf import CampaignShelf
from chat.answer import PASS, Answer, Reply
from chat.turn import Hook, Turn
from members.links import OneUseLinks
from tests.campaigns import tiny
from tests.campaigns.desk import ANNA, OPENS, Campaigns
from wechat.messages import Text
from wechat.replies import NewsReply, TextReply

ON = OPENS + timedelta(hours=1)


class Chat:
    """The campaigns' hooks before one account; asks as the router does."""

    def __init__(self, campaigns: Campaigns, links: OneUseLinks | None) -> None:
        self.campaigns = campaigns
        directory = AccountDirectory("https://gonghui.example.cn", 300)
        self.shelf = CampaignShelf()
        with campaigns.db.read() as session:
            directory.reload(session)
            self.shelf.load(session)
        self.account: AccountView = directory.get("ours")
        made = CampaignChat(campaigns.db, self.shelf, links)
        self.hooks: tuple[Hook, ...] = (made.play(), made.cards())

    def say(self, text: str, now: datetime = ON) -> Answer:
        turn = Turn(self.account, Text("gh_1", "oA", 1, "k", text), now)
        for hook in self.hooks:
            if hook.pure or hook.wants(turn):
                answer = hook.answer(turn)
                if answer is not PASS:
                    return answer
        return PASS

    def read(self, text: str, now: datetime = ON) -> str:
        answer = self.say(text, now)
        assert isinstance(answer, Reply)
        if isinstance(answer.message, NewsReply):
            (card,) = answer.message.articles
            return f"{card.title} {card.url}"
        assert isinstance(answer.message, TextReply)
        return answer.message.content


@pytest.fixture
def links(redis: Redis) -> OneUseLinks:
    return OneUseLinks(redis)


def of_paper(chat: Chat) -> Chat:
    """The same account, as if it were never verified."""
    chat.account = replace(chat.account, kind="subscription", verified=False)
    return chat


@pytest.fixture
def played_in_chat(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tiny, "KIND", replace(tiny.KIND, chat=tiny.TinyChat()))
    for module in ("registry", "chat", "console", "places"):
        monkeypatch.setattr(f"campaigns.{module}.all_kinds", lambda: {"tiny": tiny.KIND})


def test_the_word_the_title_and_the_kinds_verb_bring_the_card(plain_campaigns: Campaigns, links: OneUseLinks):
    made = plain_campaigns.live(title="职工按一按", word="来按")
    chat = Chat(plain_campaigns, links)
    for words in ("来按", "职工按一按", "职工按一按！"):
        assert chat.read(words) == f"职工按一按 https://gonghui.example.cn/h5/ours/c/{made.public_id}"
    assert chat.say("来按一下") is PASS


def test_the_list_names_what_is_on_and_what_comes(plain_campaigns: Campaigns, links: OneUseLinks):
    assert "没有正在进行" in Chat(plain_campaigns, links).read("活动")
    made = plain_campaigns.live()
    chat = Chat(plain_campaigns, links)
    assert "回复「按按」" in chat.read("活动", OPENS - timedelta(days=1))
    assert "没有正在进行" in chat.read("活动", made.closes_at)


def test_without_web_sign_in_the_word_brings_a_link_that_leads_to_the_campaign(
    plain_campaigns: Campaigns, links: OneUseLinks
):
    made = plain_campaigns.live()
    chat = of_paper(Chat(plain_campaigns, links))
    told = chat.read("按按")
    token = told.partition("/enter/")[2].partition('"')[0]
    assert "10 分钟内有效" in told
    led = links.take(chat.account.id, token)
    assert led is not None
    assert (led.openid, led.to) == ("oA", f"/h5/ours/c/{made.public_id}")
    assert links.take(chat.account.id, token) is None


def test_without_redis_the_card_is_better_than_nothing(plain_campaigns: Campaigns):
    plain_campaigns.live()
    assert "/c/" in of_paper(Chat(plain_campaigns, None)).read("按按")


@pytest.mark.usefixtures("played_in_chat")
def test_a_kind_that_is_played_here_is_opened_and_goes_on(plain_campaigns: Campaigns, links: OneUseLinks):
    made = plain_campaigns.live()
    chat = Chat(plain_campaigns, links)
    assert chat.say("按") is PASS
    assert chat.read("按按") == f"开始按：{made.title}"
    assert chat.read("按") == f"收到：{made.title}"
    assert "/c/" in chat.read("按按", OPENS - timedelta(hours=1))
    assert chat.say("按", made.closes_at) is PASS


@pytest.mark.usefixtures("played_in_chat")
@pytest.mark.parametrize("signed_in", [True, False])
def test_who_must_tell_something_first_gets_the_form(
    plain_campaigns: Campaigns, links: OneUseLinks, signed_in: bool
):
    made = plain_campaigns.live(eligibility={"asks": ["unit"]})
    chat = Chat(plain_campaigns, links)
    told = (chat if signed_in else of_paper(chat)).read("按按")
    assert "请先填写工作单位" in told
    assert (f"/h5/ours/c/{made.public_id}/join" in told) is signed_in
    assert ("/enter/" in told) is not signed_in


@pytest.mark.usefixtures("played_in_chat")
def test_a_frozen_one_is_not_played(plain_campaigns: Campaigns, links: OneUseLinks):
    made = plain_campaigns.live()
    with plain_campaigns.db.work() as session:
        service.freeze(session, made.account_id, made.public_id, made.version, "题目有误", ANNA)
    assert "/c/" in Chat(plain_campaigns, links).read("按按")


def test_of_two_with_one_word_the_one_that_is_on_answers(plain_campaigns: Campaigns, links: OneUseLinks):
    first = plain_campaigns.live(title="早的", word="按")
    later = OPENS + timedelta(days=30)
    plain_campaigns.live(title="晚的", word="按", opens_at=later, closes_at=later + timedelta(days=3))
    assert first.public_id in Chat(plain_campaigns, links).read("按")
