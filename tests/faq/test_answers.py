"""How answers read: always within the platform's bytes, with a link that works."""

import pytest

from accounts.directory import AccountView
from accounts.profile import check_profile
from chat.answer import Talk
from faq import answers
from tests.faq.entries import entry
from wechat.gate import Gate

LIMIT = 2048


def account(**profile: object) -> AccountView:
    return AccountView(
        id=1,
        key="ours",
        name="测试工会",
        kind="service",
        verified=True,
        demo=False,
        appid="wx",
        secret="s",
        organisation_id=1,
        organisation_ids=(1,),
        h5_url="https://gonghui.example.cn/h5/ours",
        site_url="https://gonghui.example.cn",
        profile=check_profile(profile, "x"),
        gate=Gate("token", None, plaintext_allowed=True),
    )


def text_of(reply) -> str:
    return reply.message.content


def test_a_short_answer_is_whole_with_its_statutes_and_a_link():
    text = answers.answer_text(account(), entry("deposit", citations=("《劳动合同法》第九条",)))
    assert text.startswith("【静静有问题】deposit 怎么办？\n\n先留好证据。\n\n依据：《劳动合同法》第九条")
    assert text.endswith(
        '<a href="https://gonghui.example.cn/h5/ours/faq/publicdeposit">查看全文和相关问题</a>'
    )


@pytest.mark.parametrize("length", [1, 300, 600, 700, 8000])
@pytest.mark.parametrize("question", ["问", "问" * 500])
@pytest.mark.parametrize("citations", [0, 3, 40])
@pytest.mark.parametrize("letter", ["答", "a", "😀"])
def test_every_answer_fits_and_keeps_its_link(length: int, question: str, citations: int, letter: str):
    cited = tuple(f"《保障农民工工资支付条例》第{n}十条" for n in "一二三四五" * 8)[:citations]
    text = answers.answer_text(
        account(), entry("x", question=question, answer=letter * length, citations=cited)
    )
    assert len(text.encode()) <= LIMIT
    assert text.endswith("</a>")
    assert letter * min(length, 100) in text


@pytest.mark.parametrize("question", ["问", "问" * 500, "😀" * 500])
def test_suggestions_fit_and_end_with_what_to_do(question: str):
    talk = Talk("faq_talk", {"ids": [0, 1, 2]})
    reply = answers.suggest([entry(f"e{n}", id=n, question=question) for n in range(3)], talk, "您是想问：")
    assert len(text_of(reply).encode()) <= LIMIT
    assert text_of(reply).endswith("或回复「人工」。")
    assert reply.talk == talk
    assert "3. " in text_of(reply)


CONTACT = {"department": "权益保障部", "phone": "0000-8100001"}


def test_a_hand_off_names_the_district_that_was_said_and_always_the_hotline():
    ours = account(contacts=[{**CONTACT, "district": "东港区", "aliases": ["东港"], "hours": "工作日"}])
    assert "东港区：权益保障部\n电话：0000-8100001\n时间：工作日" in answers.hand_off_text(
        ours, "东港有人管吗"
    )
    asked = answers.hand_off_text(ours, "有人管吗")
    assert "您在哪个区（东港区）" in asked
    assert "12351" in asked
    assert "12351" in answers.hand_off_text(account(), "有人管吗")


def test_a_hand_off_with_a_hundred_districts_still_names_the_hotline():
    many = account(contacts=[{**CONTACT, "district": f"第{n}开发区工业园"} for n in range(154)])
    text = answers.hand_off_text(many, "有人管吗")
    assert len(text.encode()) <= LIMIT
    assert "12351" in text
