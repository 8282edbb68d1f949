"""Dialogues about statutes, with the hook and the conversation as the router asks them."""

import random
import re

import pytest

from chat.answer import PASS, Answer, Reply, Talk
from chat.turn import Turn
from faq.statutes.chat import TOPIC, StatuteChat
from handlers.router import Router
from tests.conftest import NOW
from tests.faq.phone import Account, Phone
from tests.faq.statutes.samples import article, shelf_of, statute, usual_shelf
from wechat.messages import Image, Text, Voice

H5 = "https://gonghui.example.cn/h5/ours"


class Follower(Phone):
    """One whose words the library may leave to others (PASS)."""

    def __init__(self, chat: StatuteChat | None = None, talk: Talk | None = None) -> None:
        self.chat = chat or StatuteChat(usual_shelf())
        super().__init__(Router([self.chat.hook()], [self.chat.conversation()]))
        self.talk = talk

    def answer(self, text: str) -> Answer:
        answer = super().answer(text)
        return answer if isinstance(answer, Reply) else PASS


@pytest.fixture
def anna() -> Follower:
    return Follower()


def test_an_article_comes_with_version_chapter_text_and_link(anna: Follower):
    told = anna.say("劳动合同法第二十条")
    assert told.startswith("《劳动合同法》（2012年修正）第二十条\n第二章 订立\n\n这是示例的第20段。")
    assert f'<a href="{H5}/statutes/%E5%8A%B3%E5%8A%A8%E5%90%88%E5%90%8C%E6%B3%95#a20">' in told
    assert anna.talk == Talk(TOPIC, {"law": "劳动合同法", "article": 20})


def test_next_previous_and_numbers_go_on_from_there(anna: Follower):
    anna.say("《劳动合同法》19条")
    assert "第二十条\n" in anna.say("下一条")
    assert "第二十一条\n" in anna.say("下一条呢？")
    assert "第二十条\n" in anna.say("上一条")
    assert "第七条\n" in anna.say("第七条呢")
    assert "第九条\n" in anna.say("看看9条")
    assert "《劳动法》（2018年修正）第二条" in anna.say("劳动法第二条")
    assert "《劳动法》（2018年修正）第三条" in anna.say("下一条")


def test_an_article_put_in_later_stands_between(anna: Follower):
    anna.say("劳动合同法第四条")
    assert "第四条之一\n" in anna.say("下一条")
    assert anna.talk == Talk(TOPIC, {"law": "劳动合同法", "article": 4, "branch": 1})
    assert "第五条\n" in anna.say("下一条")
    assert "加在中间的示例。" in anna.say("第四条之一")


def test_both_ends_are_told_and_the_conversation_stays(anna: Follower):
    anna.say("劳动法第1条")
    assert anna.say("上一条").startswith("已经是《劳动法》的第一条了。")
    anna.say("第3条")
    assert anna.say("下一条").startswith("已经是《劳动法》的最后一条了。")
    assert "第二条\n" in anna.say("上一条")


def test_a_paragraph_that_was_named_is_marked(anna: Follower):
    told = anna.say("劳动合同法第十九条第三款")
    assert "\n【第三款】最后一款示例。" in told
    assert told.count("【第") == 1
    assert "这一条只有 3 款，没有第九款" in anna.say("第十九条第九款")


def test_several_articles_are_shown_together(anna: Follower):
    told = anna.say("劳动合同法第1条到3条")
    assert told.startswith("《劳动合同法》（2012年修正）\n\n第一条　这是示例的第1段。\n\n第二条　")
    assert anna.talk == Talk(TOPIC, {"law": "劳动合同法", "article": 3})
    assert "第三十条　" in anna.say("第29、30、31条")  # the last does not exist


def test_a_long_article_is_cut_and_keeps_its_link(anna: Follower):
    told = anna.say("劳动合同法第三十条")
    assert "没有全部显示" in told
    assert told.endswith("接着看。")
    assert "#a30" in told


def test_an_article_too_many_is_told_how_many_there_are(anna: Follower):
    told = anna.say("劳动法第120条")
    assert told.startswith("《劳动法》（2018年修正）没有第一百二十条：一共 3 条，最后一条是第三条。")
    assert "第二条\n" in anna.say("第2条")


def test_a_statute_that_is_not_there_is_told_and_which_are(anna: Follower):
    told = anna.say("民法典第577条")
    assert told.startswith("条文库里还没有《民法典》。")
    assert "《劳动合同法》《劳动法》" in told
    assert f'<a href="{H5}/statutes">' in told
    assert "还没有《船员条例》" in anna.say("《船员条例》第3条")
    assert "还没有《刑法》" in anna.say("刑法")


def test_very_long_names_and_libraries_fit(anna: Follower):
    assert "还没有" in anna.say(f"《{'长' * 60}》第3条")
    many = Follower(StatuteChat(shelf_of(*(statute(f"{'长' * 40}{n}法") for n in range(60)))))
    assert "看全部法律法规" in many.say("民法典第1条")


def test_a_statute_alone_gives_its_contents(anna: Follower):
    told = anna.say("劳动合同法全文")
    assert told.startswith(
        "《劳动合同法》（2012年修正），共 31 条。\n\n第一章 总则（第一条—第六条）\n第二章 订立（第七条—第三十条）"
    )
    assert '">看全文</a>' in told
    assert "第一条\n" in anna.say("下一条")
    assert anna.say("劳动法").startswith("《劳动法》（2018年修正），共 3 条。")
    assert anna.say("目录").startswith("《劳动法》")


def test_an_outdated_text_and_a_repealed_paragraph_are_pointed_out(anna: Follower):
    assert "【注意】这是旧版本" in anna.say("公积金条例第一条")
    assert "【注意】这是旧版本" in anna.say("公积金条例")
    assert "法释〔2025〕12号" in anna.say("司法解释一第32条")
    assert "【注意】" not in anna.say("司法解释一第31条")


@pytest.mark.parametrize(
    "said",
    [
        "劳动合同法第十九条规定的试用期我们公司没遵守怎么办",
        "我签了3条协议",
        "公司规定第3条",
        "19条",
        "下一条",
        "这样合法吗",
        "有什么办法",
        "你好",
    ],
)
def test_other_messages_pass(anna: Follower, said: str):
    assert anna.answer(said) is PASS


def test_a_question_leaves_the_conversation(anna: Follower):
    anna.say("劳动法第1条")
    assert anna.answer("试用期被辞退有补偿吗") is PASS
    assert anna.answer("1") is PASS


def test_an_empty_library_takes_no_part():
    nobody = Follower(StatuteChat(shelf_of()))
    assert nobody.answer("劳动法第1条") is PASS
    assert nobody.answer("民法典") is PASS


def test_a_statute_taken_away_in_between_is_no_error(anna: Follower):
    anna.say("劳动法第1条")
    anna.chat.shelf.library = shelf_of(statute("工会法")).library
    assert anna.answer("下一条") is PASS
    anna.talk = Talk(TOPIC, {"law": "劳动法", "article": 1})
    assert "还没有《劳动法》" in anna.say("第2条")


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"law": 3, "article": 1},
        {"law": "劳动法", "article": "1"},
        {"law": "劳动法"},
        {"law": "", "article": 1},
    ],
)
def test_a_damaged_memory_is_no_error(data: dict[str, object]):
    damaged = Follower(talk=Talk(TOPIC, data))
    assert damaged.answer("下一条") is PASS


def test_the_conversation_of_another_topic_is_not_ours():
    chat = StatuteChat(usual_shelf())
    turn = Turn(Account(), Text("gh_1", "oA", 1, "k", "下一条"), NOW, Talk("faq_choice", {"ids": [1]}))
    assert chat.go_on(turn) is PASS


def test_voices_are_heard_and_pictures_are_not(anna: Follower):
    voice = Turn(Account(), Voice("gh_1", "oA", 1, "k", "m", "amr", "劳动法第一条。"), NOW)
    assert isinstance(anna.chat.hook().answer(voice), Reply)
    assert anna.chat.hook().answer(Turn(Account(), Image("gh_1", "oA", 1, "k", "m", "u"), NOW)) is PASS


def test_every_article_fits_whatever_its_length():
    for length in (1, 500, 640, 660, 700, 5000):
        for letter in ("字", "a", "😀"):
            follower = Follower(StatuteChat(shelf_of(statute("工会法", article(1, letter * length)))))
            assert "看全文和前后条文" in follower.say("工会法第1条第1款")


def test_five_hundred_strings_of_rubbish_pass(anna: Follower):
    rng = random.Random(7)
    letters = "第条款法律规定劳动合同工资加班辞退公司老板我你的了吗怎么办123《》，。？ abc🙂\u200b\x00"
    for _ in range(500):
        text = "".join(rng.choice(letters) for _ in range(rng.randrange(0, 50)))
        assert anna.answer(text) is PASS or re.search(r"\d ?条|》", text), text
        anna.talk = None
