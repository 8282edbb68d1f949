"""What a follower gets for what they send, through the real application: routing, conversation, retries, failures."""

import json
import time

import pytest

from chat.answer import PASS, Talk, say
from chat.turn import Conversation, Hook
from core.errors import Closed
from handlers.router import Router
from models.members import Member
from models.messages import MessageLog
from models.wall import HelpRequest
from simulator import wire
from tests.handlers.conftest import ANNA, BERT

DEPOSIT = "公司收了我1000元保证金，合法吗？"
CHOICE = "试用期"


def test_a_workers_question_gets_the_answer_with_its_statute(ours):
    answer = ours.say(DEPOSIT)
    assert "【静静有问题】进厂要交1000元押金" in answer
    assert "不合法，可以要求退还。" in answer
    assert "依据：劳动合同法第九条、劳动合同法第八十四条" in answer
    assert "/h5/ours/faq/" in answer


@pytest.mark.parametrize(
    ("said", "starts"),
    [
        ("你好", "您好，这里是测试工会。"),
        ("　你好！！！", "您好"),
        ("你\u200b好", "您好"),
        ("在吗", "在的"),
        ("在吗？", "在的"),
        ("加班", "【静静有问题】加班费怎么算？"),
        ("入职收押金", "关键词先答。"),
        ("帮助", "帮助文字。"),
        ("HELP", "帮助文字。"),
        ("ｈｅｌｐ", "帮助文字。"),
        ("?", "帮助文字。"),
        ("？", "帮助文字。"),
        ("东港区", "东港区：权益保障部\n电话：0000-8100001"),
        ("东港电话多少", "东港区：权益保障部"),
        ("驿站在哪里", "news"),
        ("消失", "这个我答不好。"),
        ("xyzzy", "这个我答不好。"),
        ("。", "这个我答不好。"),
        ("人工", "已为您登记，编号 1。"),
        ("我要找人工客服：老板欠薪", "已为您登记，编号 1。"),
    ],
)
def test_who_answers_what(ours, said, starts):
    assert ours.say(said).startswith(starts)


def test_a_keyword_comes_before_the_same_words_as_a_question(ours):
    assert ours.say("入职收押金") == "关键词先答。"
    assert "不合法" in ours.say("入职收押金吗")


def test_a_keyword_of_invisible_characters_does_not_catch_everything(ours):
    assert "不该出现" not in ours.say("xyzzy")


def test_nobody_knows_then_the_department_and_the_hotline_are_named(ours):
    answer = ours.say("东港区的zzz")
    assert "权益保障部" in answer and "0000-8100001" in answer and "12351" in answer
    assert "东港区" in ours.say("zzz")  # asks which district, and names them


def test_one_card_in_answer_to_a_message_and_all_to_a_click(ours):
    reply = ours.deliver(ours.text("驿站"))
    assert [card["title"] for card in reply["articles"]] == ["户外劳动者驿站"]
    assert reply["articles"][0]["url"] == "http://127.0.0.1:8000/h5/ours/faq"
    reply = ours.deliver(ours.event("CLICK", EventKey="cards"))
    assert [card["title"] for card in reply["articles"]] == ["卡片一", "卡片二"]


def test_a_voice_is_answered_by_its_transcript(ours, web):
    voice = ours.message("voice", MediaId="m", Format="amr", Recognition="公司收了我1000元保证金合法吗。")
    assert "不合法" in ours.deliver(voice)["content"]
    assert web.records()[-1]["content"] == "公司收了我1000元保证金合法吗。"


@pytest.mark.parametrize(
    ("kind", "fields"),
    [
        ("image", {"PicUrl": "http://x/1.jpg", "MediaId": "m"}),
        ("video", {"MediaId": "m", "ThumbMediaId": "t"}),
        ("shortvideo", {"MediaId": "m", "ThumbMediaId": "t"}),
        ("location", {"Location_X": "23.1", "Location_Y": "113.3", "Scale": 20, "Label": "这里"}),
        ("link", {"Title": "t", "Description": "d", "Url": "u"}),
        ("hologram", {}),
    ],
)
def test_what_has_no_words_is_thanked_for(ours, web, kind, fields):
    assert ours.deliver(ours.message(kind, **fields))["content"] == "收到了。"
    assert web.records()[-1]["outcome"] == "reply"


@pytest.mark.parametrize("heard", [{}, {"Recognition": "  "}])
def test_a_voice_that_nobody_could_write_down_is_told_what_to_do(ours, heard):
    told = ours.deliver(ours.message("voice", MediaId="m", Format="amr", **heard))["content"]
    assert told.startswith("这段语音没有转成文字")
    assert "「人工」" in told and "12351" in told


def test_a_place_brings_the_contact_of_its_district(ours):
    place = ours.message(
        "location", Location_X="23.1", Location_Y="113.3", Scale=20, Label="东港区海滨路 1 号"
    )
    assert ours.deliver(place)["content"] == "收到了。\n\n东港区：权益保障部\n电话：0000-8100001"


def test_menu_clicks_are_answered_from_the_published_menu(ours):
    assert ours.deliver(ours.event("CLICK", EventKey="about"))["content"] == "工会是职工之家。"
    gone = ours.deliver(ours.event("CLICK", EventKey="no-longer-there"))["content"]
    assert "菜单刚刚调整过" in gone and "12351" in gone


@pytest.mark.parametrize(
    ("name", "fields", "starts"),
    [
        ("subscribe", {}, "欢迎关注测试工会。"),
        ("subscribe", {"EventKey": "qrscene_factory", "Ticket": "t"}, "欢迎园区的工友。"),
        ("subscribe", {"EventKey": "qrscene_unknown", "Ticket": "t"}, "欢迎关注测试工会。"),
        ("SCAN", {"EventKey": "factory", "Ticket": "t"}, "欢迎园区的工友。"),
        ("SCAN", {"EventKey": "unknown", "Ticket": "t"}, "又见面了。"),
        ("scancode_waitmsg", {"EventKey": "about", "ScanCodeInfo": {"ScanResult": "1"}}, "工会是职工之家。"),
    ],
)
def test_who_follows_or_scans_is_greeted(ours, name, fields, starts):
    assert ours.deliver(ours.event(name, **fields))["content"].startswith(starts)


@pytest.mark.parametrize(
    ("name", "fields"),
    [
        ("unsubscribe", {}),
        ("VIEW", {"EventKey": "https://example.cn/", "MenuId": "1"}),
        ("view_miniprogram", {"EventKey": "pages/index", "MenuId": "1"}),
        ("LOCATION", {"Latitude": "23.1", "Longitude": "113.3", "Precision": "100"}),
        ("TEMPLATESENDJOBFINISH", {"MsgID": 1, "Status": "success"}),
        ("MASSSENDJOBFINISH", {"MsgID": 1, "Status": "send success", "TotalCount": 1}),
        ("PUBLISHJOBFINISH", {"PublishEventInfo": {"publish_id": "1", "publish_status": 0}}),
        ("subscribe_msg_popup_event", {"SubscribeMsgPopupEvent": {"List": [{"TemplateId": "t"}]}}),
        ("user_info_modified", {"OpenID": BERT}),
        ("user_authorization_revoke", {"OpenID": BERT, "RevokeInfo": "201"}),
        ("scancode_push", {"EventKey": "no-such-key", "ScanCodeInfo": {"ScanResult": "1"}}),
        ("teleported", {}),
    ],
)
def test_events_that_want_no_answer_get_none_and_are_logged_once(ours, web, name, fields):
    callback = ours.sealed(ours.event(name, **fields))
    assert [web.post(callback).data for _ in range(2)] == [b"success"] * 2
    web.ship()
    (row,) = web.rows(MessageLog)
    assert row.outcome == "silent"


def test_a_number_after_a_suggestion_answers_what_was_suggested(ours):
    offer = ours.say(CHOICE)
    second = offer.split("2. ")[1].split("\n")[0]
    assert ours.say("2").startswith(f"【静静有问题】{second}")
    assert ours.say("1").startswith("【静静有问题】")  # another of them may be wanted next
    ours.say("你好")
    assert ours.say("2").startswith(
        "这个我答不好。"
    )  # spoken of something else; the number means nothing any more


@pytest.mark.parametrize("number", ["1", "１", "一", "第一个", " 1。", "①"])
def test_the_ways_to_write_one(ours, number):
    first = ours.say(CHOICE).split("1. ")[1].split("\n")[0]
    assert ours.say(number).startswith(f"【静静有问题】{first}")


def test_a_number_that_was_not_offered_keeps_the_choice_open(ours):
    ours.say(CHOICE)
    for number in ("0", "4", "99"):
        assert ours.say(number).startswith("请回复 1 到 3 之间的数字")
    assert ours.say("3").startswith("【静静有问题】")


def test_another_question_in_the_middle_of_a_choice_is_a_new_question(ours):
    ours.say(CHOICE)
    assert "不合法" in ours.say(DEPOSIT)
    assert not ours.say("1").startswith("【静静有问题】")


@pytest.mark.parametrize(
    ("name", "fields"),
    [
        ("LOCATION", {"Latitude": "23.1", "Longitude": "113.3", "Precision": "100"}),
        ("VIEW", {"EventKey": "https://example.cn/"}),
        ("TEMPLATESENDJOBFINISH", {"MsgID": 1, "Status": "success"}),
    ],
)
def test_an_event_without_an_answer_does_not_end_the_conversation(ours, name, fields):
    ours.say(CHOICE)
    assert ours.deliver(ours.event(name, **fields)) is None
    assert ours.say("1").startswith("【静静有问题】")


def test_a_click_that_is_answered_ends_the_conversation(ours):
    ours.say(CHOICE)
    ours.deliver(ours.event("CLICK", EventKey="about"))
    assert not ours.say("1").startswith("【静静有问题】")


def test_two_followers_and_two_accounts_have_conversations_of_their_own(ours, other):
    ours.say(CHOICE, ANNA)
    assert "【静静" not in ours.say("1", BERT)
    assert "【静静" not in other.say("1", ANNA)
    assert ours.say("1", ANNA).startswith("【静静有问题】")


def test_an_entry_that_was_taken_away_meanwhile_is_told(ours, web):
    ours.say(CHOICE)
    (key,) = web.redis.keys("zj:t:*")
    web.redis.set(key, json.dumps(["faq_talk", {"ids": [999_999]}]))
    assert ours.say("1") == "这条内容刚刚调整过，请把您的问题再说一遍。"


@pytest.mark.parametrize(
    "damaged",
    [
        b"",
        b"{",
        b"[]",
        b"[1]",
        b'["faq_talk", 5]',
        b'["x", {}]',
        b"\xff",
        b"null",
        b'["faq_talk", {"ids": 5, "more": {}, "shown": "x", "said": [], "back": "y"}]',
    ],
)
def test_a_damaged_conversation_is_forgotten_and_not_an_error(ours, web, damaged):
    ours.say(CHOICE)
    (key,) = web.redis.keys("zj:t:*")
    web.redis.set(key, damaged)
    assert "不合法" in ours.say(DEPOSIT)


# Retries.


def test_second_try_of_a_message_gets_the_stored_reply(ours, web):
    callback = ours.sealed(ours.text("人工 帮帮我"))
    first = ours.open(web.post(callback))
    assert ours.open(web.post(callback)) == first
    assert ours.open(web.post(callback)) == first
    web.ship()
    assert len(web.rows(MessageLog)) == 1
    (request,) = web.rows(HelpRequest)
    assert (request.number, request.text) == (1, "帮帮我")


@pytest.mark.parametrize("said", ["人工", DEPOSIT, CHOICE, "你好", "驿站", "我的"])
def test_a_retry_sealed_again_under_a_new_nonce_gets_the_stored_reply(ours, web, said):
    xml = ours.text(said)
    replies = []
    for _ in range(3):
        replies.append(ours.open(web.post(ours.sealed(xml))))
        web.clock.shift_s += 5
    assert replies[0] == replies[1] == replies[2]
    web.ship()  # a retry writes the journal again, in case the first try died before it did
    assert len(web.rows(MessageLog)) == 1


def test_the_stored_reply_is_older_than_the_retry(ours, web):
    xml = ours.text("你好")
    first = wire.decrypt(ours.credentials, wire.parse_xml(web.post(ours.sealed(xml)).data)["Encrypt"])
    web.clock.shift_s += 20
    again = wire.decrypt(ours.credentials, wire.parse_xml(web.post(ours.sealed(xml)).data)["Encrypt"])
    assert first == again  # to the byte, its CreateTime too


def test_a_retry_of_a_number_is_not_a_second_number(ours, web):
    ours.say(CHOICE)
    xml = ours.text("1")
    first = ours.open(web.post(ours.sealed(xml)))
    assert first["content"].startswith("【静静有问题】")
    assert ours.open(web.post(ours.sealed(xml))) == first


def test_a_retry_of_the_question_does_not_reopen_a_choice_that_was_made(ours, web):
    xml = ours.text(CHOICE)
    web.post(ours.sealed(xml))
    ours.say("1")
    ours.say("你好")
    web.post(ours.sealed(xml))
    assert ours.say("2").startswith("这个我答不好。")


def test_the_same_words_said_twice_are_two_messages(ours, web):
    assert ours.say("人工").startswith("已为您登记，编号 1。")
    assert ours.say("人工").startswith("已为您登记，编号 2。")
    assert web.ship() == 2


def test_one_message_id_of_two_followers_is_two_messages(ours, web):
    for openid in (ANNA, BERT):
        reply = ours.deliver(ours.text("人工", openid, MsgId=42), openid)
        assert reply["content"].startswith("已为您登记")
    assert {request.openid for request in web.rows(HelpRequest)} == {ANNA, BERT}


def test_the_shipped_log_says_who_what_and_how_long(ours, web):
    ours.deliver(ours.event("subscribe", EventKey="qrscene_factory"))
    ours.say(DEPOSIT)
    web.ship()
    follow, question = web.rows(MessageLog)
    assert (follow.kind, follow.content, follow.handler) == ("subscribe", "factory", "welcome")
    assert (question.kind, question.content, question.handler) == ("text", DEPOSIT, "faq")
    assert question.reply.startswith("【静静有问题】") and len(question.reply) <= 200
    assert 0 <= question.took_ms < 1000
    (member,) = web.rows(Member)
    assert (member.openid, member.following, member.scene) == (ANNA, True, "factory")


def test_shipping_the_same_journal_twice_changes_nothing(ours, web):
    ours.say("你好")
    (path,) = web.parts.settings.journal_dir.glob("*.jsonl")
    content = path.read_bytes()
    assert web.ship() == 1
    (path.parent / "0-copy.jsonl").write_bytes(content)
    assert web.ship() == 1
    assert len(web.rows(MessageLog)) == 1


def test_a_changed_authorization_makes_nobody_a_follower(ours, web):
    ours.deliver(
        ours.event("user_authorization_revoke", "platform", OpenID=BERT, RevokeInfo="201"), "platform"
    )
    web.ship()
    assert [row.openid for row in web.rows(MessageLog)] == [BERT]
    assert web.rows(Member) == []


@pytest.mark.parametrize(
    "said",
    [
        "公" * 32_000,
        "\ufdfa" * 32_000,
        "a" + "\u0300\u0316" * 24_000,
        "人工" * 16_000,
        "1" * 97_000,
        "人工 " + " " * 90_000,
    ],
    ids=["long", "expanding", "combining marks", "commands", "digits", "spaces"],
)
def test_the_longest_texts_are_answered_in_time(ours, web, said):
    callback = ours.sealed(ours.text(said))
    assert len(callback.body) < 131_072
    started = time.perf_counter()
    assert ours.open(web.post(callback)) is not None
    assert time.perf_counter() - started < 1


# Hooks that fail, refuse or have nothing to say.


def broken(_turn):
    raise RuntimeError("secret=hunter2 对不起")


def test_a_failing_hook_becomes_an_apology_with_a_trace_id_that_the_log_has_too(ours, web):
    web.put_first(Hook("broken", broken))
    callback = ours.sealed(ours.text("你好"))
    answer = ours.open(web.post(callback))["content"]
    trace = answer.split("编号 ")[1][:8]
    assert "12351" in answer and "hunter2" not in answer
    assert ours.open(web.post(callback))["content"] == answer
    web.ship()
    (row,) = web.rows(MessageLog)
    assert (row.outcome, row.handler, row.trace) == ("failed", "failed", trace)


def test_a_failing_hook_with_effects_apologises_as_well(ours, web):
    web.put_first(Hook("broken", broken, pure=False))
    answer = ours.say("你好")
    assert "报编号" in answer
    assert web.records()[0]["outcome"] == "failed"


def test_a_hook_that_fails_on_an_event_is_silent_and_logged(ours, web):
    web.put_first(Hook("broken", broken))
    assert ours.deliver(ours.event("subscribe")) is None
    assert web.records()[0]["outcome"] == "failed"


def test_what_a_service_refuses_is_told_in_its_own_words(ours, web):
    def closed(_turn):
        raise Closed("over", "活动已经结束。")

    web.put_first(Hook("closed", closed, pure=False))
    assert ours.say("你好") == "活动已经结束。"


@pytest.mark.parametrize("text", ["", " \n", "\x00\x0b"])
def test_a_reply_without_a_text_is_silence_and_not_a_malformed_reply(ours, web, text):
    web.put_first(Hook("empty", lambda _turn: say(text)))
    assert ours.deliver(ours.text("你好")) is None


@pytest.mark.parametrize("text", ["\ud83d broken emoji", "]]>", "x" * 5000, "前\x00后"])
def test_whatever_text_a_hook_gives_the_answer_is_well_formed(ours, web, text):
    web.put_first(Hook("odd", lambda _turn: say(text)))
    assert ours.deliver(ours.text("你好"))["type"] == "text"
    web.ship()
    assert len(web.rows(MessageLog)) == 1


def test_a_conversation_of_a_hook_comes_back_with_the_next_message(ours, web):
    def count(turn):
        n = turn.talk.data["n"] + 1 if turn.talk and turn.talk.topic == "count" else 1
        return say(str(n), Talk("count", {"n": n, "词": "😀"}))

    web.put_first(Hook("counter", count), Conversation("count", lambda turn: turn.said == "x", count))
    assert [ours.say("x") for _ in range(4)] == ["1", "2", "3", "4"]
    xml = ours.text("x")
    assert ours.deliver(xml)["content"] == "5"
    assert ours.deliver(xml)["content"] == "5"  # a retry does not count
    assert ours.say("x") == "6"
    assert ours.say("y") == "1"  # could not go on with it: begins anew


def test_two_hooks_of_one_name_are_refused_at_the_start():
    with pytest.raises(ValueError, match="share a name"):
        Router([Hook("a", broken), Hook("a", broken)])


def test_when_nobody_answers_the_turn_is_silent(ours, web):
    web.desk._router = Router([Hook("pass", lambda _turn: PASS)])
    assert ours.deliver(ours.text("你好")) is None
    assert web.records()[0]["hook"] == "nobody"


# Several accounts, and plaintext.


def test_accounts_have_content_of_their_own(ours, other):
    assert ours.say("你好") == "您好，这里是测试工会。"
    assert "测试工会。" not in other.say("你好")


def test_plaintext_works_only_where_it_was_set(ours, plain, web):
    xml = plain.text("人工")
    response = web.post(plain.plain(xml))
    assert wire.parse_reply(response.data.decode(), sender=ANNA)["content"].startswith("已为您登记")
    assert web.post(plain.plain(xml)).data == response.data
    refused = web.post(ours.plain(ours.text("人工")))
    assert (refused.status_code, refused.data) == (403, b"")
    assert len(web.rows(HelpRequest)) == 1


def test_the_address_is_verified_with_the_echo(ours, plain, web):
    for platform in (ours, plain):
        url = wire.verification_url(platform.credentials, "/x", "回声<1>")
        args = dict(pair.split("=") for pair in url.split("?")[1].split("&"))
        args["echostr"] = "回声<1>"
        response = web.get(args, platform.account)
        assert (response.status_code, response.text) == (200, "回声<1>")
        assert response.content_type == "text/plain; charset=utf-8"
    assert web.state()["redis"] == {}
