"""Keyword rules as followers meet them, through the real application: guides by number, disabled and damaged rules."""

import pytest
from sqlalchemy import update

from accounts.service import get_account
from handlers.rules_file import RuleRow, import_rules
from handlers.service import delete_rule
from handlers.store import get_rule
from models.content import KeywordRule
from tests.handlers.conftest import BERT
from tests.handlers.test_keywords import GUIDE


@pytest.fixture
def bring(web):
    """Brings rules of the account `ours` in, live; takes them away afterwards."""
    codes: list[str] = []

    def bring_in(*rows: dict) -> int:
        codes.extend(row["code"] for row in rows)
        with web.parts.db.work() as session:
            organisation_id = get_account(session, "ours").organisation_id
            import_rules(session, organisation_id, [RuleRow.model_validate(row) for row in rows], web.clock())
        web.runtime.shelves.refresh()
        return organisation_id

    yield bring_in
    with web.parts.db.work() as session:
        for code in set(codes):
            rule = get_rule(session, get_account(session, "ours").organisation_id, code)
            session.delete(rule)
    web.runtime.shelves.load_all()


@pytest.fixture
def guide(bring):
    return bring({"code": "guide", "keywords": ["办事"], "reply": GUIDE})


def test_a_guide_leads_through_numbers_to_a_reply_and_back(ours, guide):
    assert ours.say("办事") == "您想了解什么？\n\n1. 入会\n2. 维权\n\n回复数字选择，0 退出"
    assert ours.say("2").startswith("哪方面？\n\n1. 欠薪")
    assert ours.say("1") == "先保存证据。"
    assert ours.say("二").startswith("【静静有问题】加班费怎么算？")  # another one of the same question
    assert ours.say("返回").startswith("哪方面？")
    assert ours.say("0").startswith("您想了解什么？")
    assert ours.say("1") == "带身份证来就行。"
    assert ours.say("0").startswith("您想了解什么？")
    assert "已回到开头" in ours.say("0")
    assert ours.say("1").startswith("这个我答不好")  # the conversation is over


def test_a_number_that_is_none_of_the_choices_is_asked_again(ours, guide):
    ours.say("办事")
    assert ours.say("7") == "请回复 1 到 2 之间的数字，回复 0 返回。"
    assert ours.say("1") == "带身份证来就行。"


def test_a_choice_whose_answer_is_gone_says_so_and_the_guide_goes_on(ours, guide):
    ours.say("办事")
    ours.say("2")
    assert "刚刚调整过" in ours.say("3")
    assert ours.say("1") == "先保存证据。"


def test_a_question_of_its_own_leaves_the_guide(ours, guide):
    ours.say("办事")
    assert ours.say("你好").startswith("您好，这里是")


def test_each_follower_is_in_a_guide_of_their_own(ours, guide):
    ours.say("办事")
    assert not ours.say("1", openid=BERT).startswith("带身份证")
    assert ours.say("1") == "带身份证来就行。"


def test_a_guide_that_changed_meanwhile_begins_anew(ours, web, bring, guide):
    ours.say("办事")
    ours.say("2")
    bring({"code": "guide", "keywords": ["办事"], "reply": {"text": "改成一句话。"}})
    assert "刚刚调整过" in ours.say("1")
    assert ours.say("办事") == "改成一句话。"


def test_leaving_ends_the_guide(ours, guide):
    ours.say("办事")
    assert "已结束" in ours.say("退出")
    assert ours.say("1").startswith("这个我答不好")


def test_a_deleted_rule_answers_nothing_once_it_is_reloaded(ours, web, bring):
    organisation_id = bring({"code": "gone-soon", "keywords": ["临时"], "reply": {"text": "在。"}})
    assert ours.say("临时") == "在。"
    with web.parts.db.work() as session:
        delete_rule(session, organisation_id, "gone-soon", 1, by="安娜", now=web.clock())
    web.runtime.shelves.refresh()
    assert ours.say("临时").startswith("这个我答不好")


def test_a_damaged_rule_is_left_out_and_the_others_go_on(ours, web, bring):
    organisation_id = bring(
        {"code": "damaged", "keywords": ["损坏"], "reply": {"text": "在。"}},
        {"code": "sound", "keywords": ["完好"], "reply": {"text": "好。"}},
    )
    with web.parts.db.work() as session:
        session.execute(
            update(KeywordRule)
            .where(KeywordRule.organisation_id == organisation_id, KeywordRule.code == "damaged")
            .values(reply={"text": 5})
        )
    web.runtime.shelves.load_all()
    assert ours.say("损坏").startswith("这个我答不好")
    assert ours.say("完好") == "好。"


def test_a_random_reply_is_the_same_when_the_message_is_delivered_again(ours, bring):
    bring({"code": "dice", "keywords": ["骰子"], "reply": {"random": [{"text": str(n)} for n in range(6)]}})
    message = ours.text("骰子")
    first = ours.deliver(message)["content"]
    assert {ours.deliver(message)["content"] for _ in range(3)} == {first}
