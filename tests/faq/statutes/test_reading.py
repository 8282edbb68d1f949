"""What a message refers to, and above all what it does not."""

import random
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.text import comparable
from faq.statutes.reading import MOST, Articles, Contents, Step, may_follow, read
from tests.faq.statutes.samples import EXPLANATION

EXPLANATION_2 = EXPLANATION.replace("（一）", "（二）")

ONE_ARTICLE = [
    ("劳动合同法第十九条", "劳动合同法", 19),
    ("《劳动合同法》19条", "劳动合同法", 19),
    ("《劳动合同法》第19条", "劳动合同法", 19),
    ("劳动合同法 第19条", "劳动合同法", 19),
    ("劳动合同法第 19 条", "劳动合同法", 19),
    ("劳动合同法19条", "劳动合同法", 19),
    ("劳动法四十四条", "劳动法", 44),
    ("劳动法第４４条", "劳动法", 44),
    ("劳动法第一百零七条", "劳动法", 107),
    ("劳动法第一〇七条", "劳动法", 107),
    ("中华人民共和国劳动合同法第十九条", "劳动合同法", 19),
    ("《中华人民共和国劳动合同法》第十九条", "劳动合同法", 19),
    ("新劳动合同法第十九条", "劳动合同法", 19),
    ("请问劳动合同法第十九条是什么", "劳动合同法", 19),
    ("你好，我想看一下劳动合同法第十九条", "劳动合同法", 19),
    ("帮我查一下劳动合同法第十九条的内容", "劳动合同法", 19),
    ("劳动合同法第十九条规定了什么？", "劳动合同法", 19),
    ("劳动合同法第十九条怎么说的", "劳动合同法", 19),
    ("劳动合同法第十九条的具体规定是什么", "劳动合同法", 19),
    ("劳动合同法第十九条是什么意思", "劳动合同法", 19),
    ("根据劳动合同法第八十二条", "劳动合同法", 82),
    ("关于劳动合同法第八十二条", "劳动合同法", 82),
    ("那劳动法第四十四条呢？", "劳动法", 44),
    ("社保法五十八条", "社会保险法", 58),
    ("工伤条例第14条", "工伤保险条例", 14),
    ("职工带薪年休假条例第三条", "职工带薪年休假条例", 3),
    ("女职工劳动保护特别规定第七条", "女职工劳动保护特别规定", 7),
    ("司法解释一第三十二条", EXPLANATION, 32),
    ("司法解释（一）第3条", EXPLANATION, 3),
    (f"{EXPLANATION}第三十二条", EXPLANATION, 32),
    ("法释〔2025〕12号第19条", EXPLANATION_2, 19),
    ("民法典第577条", "民法典", 577),
    ("合同法第52条", "合同法", 52),
    ("公司法第3条", "公司法", 3),
    ("劳动合同法第四十六条第三项", "劳动合同法", 46),
    ("劳动合同法第四十六条第（三）项", "劳动合同法", 46),
]

NO_REFERENCE = [
    "我签了3条协议",
    "劳动合同法第十九条规定的试用期我们公司没遵守怎么办",
    "公司违反劳动合同法第十九条怎么办",
    "老板说劳动法第44条不适用我们，对吗",
    "劳动合同法第三十八条辞职有补偿吗",
    "劳动合同法第十九条和我签的合同不一样",
    "公司不签劳动合同怎么办",
    "公司违反劳动法怎么办",
    "劳动法规定加班费多少",
    "劳动合同法是什么",
    "劳动合同法和劳动法有什么区别",
    "这样合法吗",
    "公司不合法",
    "这合法",
    "违法",
    "有什么办法",
    "办法",
    "公司规定第3条",
    "厂里的办法第8条",
    "公司的条例第8条",
    "不合法第3条",
    "这个规定第五条合理吗",
    "合同第三条写着不能辞职",
    "合同第三条",
    "劳动合同第19条",
    "合同全文",
    "合同里有一条说不能辞职",
    "第三条路在哪",
    "三条腿",
    "我买了两条裤子",
    "一条",
    "工伤怎么认定",
    "工资拖了两个月怎么办",
    "我要合同",
    "劳动合同",
    "你好",
    "人工",
    "12351",
    "法",
    "条",
    "第条",
    "《》第3条",
    "",
    "。",
    "🙂",
]

WITHOUT_A_LAW = [
    ("19条", 19),
    ("第十九条", 19),
    ("第二十条呢", 20),
    ("那第二十条呢？", 20),
    ("第19条第二款", 19),
    ("看一下第20条", 20),
    ("第二十条是什么", 20),
]


def certain(said: str, before: str = "") -> Articles | Contents | Step | None:
    found = read(comparable(said), before)
    return found if isinstance(found, Step) or (found is not None and found.certain) else None


@pytest.mark.parametrize(("said", "law", "number"), ONE_ARTICLE)
def test_an_article_is_understood(said: str, law: str, number: int):
    found = certain(said)
    assert isinstance(found, Articles)
    assert (found.law, found.keys) == (law, ((number, 0),))


@pytest.mark.parametrize("said", NO_REFERENCE)
def test_what_is_no_reference_is_left_to_others(said: str):
    assert certain(said) is None


@pytest.mark.parametrize("said", [said for said in NO_REFERENCE if said != "一条"])
def test_what_is_no_reference_is_none_after_a_statute_either(said: str):
    assert certain(said, "劳动合同法") is None
    assert not may_follow(comparable(said))


@pytest.mark.parametrize(("said", "number"), WITHOUT_A_LAW)
def test_a_number_alone_needs_a_statute_named_before(said: str, number: int):
    assert certain(said) is None
    assert may_follow(comparable(said))
    found = certain(said, "劳动法")
    assert isinstance(found, Articles)
    assert (found.law, found.keys) == ("劳动法", ((number, 0),))


@pytest.mark.parametrize("said", [said for said, _, _ in ONE_ARTICLE])
def test_what_names_its_statute_is_not_for_the_conversation(said: str):
    assert not may_follow(comparable(said))


@pytest.mark.parametrize(
    ("said", "numbers"),
    [
        ("工会法第25条到27条", [25, 26, 27]),
        ("工会法第25条至第27条", [25, 26, 27]),
        ("工会法25-27条", [25, 26, 27]),
        ("工会法第二十五到二十七条", [25, 26, 27]),
        ("工会法第27条到25条", [25, 26, 27]),
        ("工会法25、26、30条", [25, 26, 30]),
        ("工会法第二十五条和第三十条", [25, 30]),
        ("《工会法》第九条、第八十四条第二款", [9, 84]),
        ("工会法第1条到9999条", list(range(1, MOST + 1))),
        ("工会法第3条、第3条", [3]),
    ],
)
def test_several_articles_at_once(said: str, numbers: list[int]):
    found = certain(said)
    assert isinstance(found, Articles)
    assert [number for number, _ in found.keys] == numbers


def test_branches_and_paragraphs():
    branch = certain("刑法第二百七十六条之一")
    assert isinstance(branch, Articles)
    assert branch.keys == ((276, 1),)
    paragraph = certain("劳动合同法第十四条第二款第三项")
    assert isinstance(paragraph, Articles)
    assert (paragraph.keys, paragraph.paragraph) == (((14, 0),), 2)


@pytest.mark.parametrize(
    "said",
    [
        "劳动合同法",
        "《劳动合同法》",
        "中华人民共和国劳动合同法",
        "劳动合同法全文",
        "劳动合同法的全文",
        "劳动合同法目录",
        "看看劳动合同法",
        "我想看劳动合同法全文",
        "劳动合同法一共多少条？",
        "劳动合同法有哪些内容",
        "劳动合同法呢",
    ],
)
def test_a_statute_as_a_whole(said: str):
    assert certain(said) == Contents("劳动合同法", True)


def test_the_whole_of_the_statute_named_before():
    assert certain("全文", "劳动法") == Contents("劳动法", True)
    assert certain("全文") is None


@pytest.mark.parametrize(
    ("said", "step"), [("下一条", 1), ("下一条呢", 1), ("再下一条", 1), ("上一条", -1), ("前一条。", -1)]
)
def test_steps_need_a_statute_named_before(said: str, step: int):
    assert certain(said, "劳动法") == Step(step)
    assert certain(said) is None
    assert may_follow(comparable(said))


def test_names_that_only_a_library_can_know_are_marked_so():
    found = read("某省工会办法第三条")
    assert isinstance(found, Articles)
    assert (found.law, found.certain) == ("某省工会办法", False)


@given(st.text(max_size=80) | st.text("第条款项法《》劳动合同一二十百19到、之 的", max_size=60))
def test_any_text_is_read_without_an_error(text: str):
    words = comparable(text)
    read(words)
    read(words, "劳动法")
    may_follow(words)


@pytest.mark.parametrize(
    "text",
    [
        "第" * 2000,
        "条" * 2000,
        "一条" * 1000,
        "1、" * 1000 + "条",
        "第一条、" * 500,
        "法" * 1999 + "一条",
        "《" * 2000 + "条",
    ],
)
def test_long_texts_take_no_time(text: str):
    begun = time.perf_counter()
    read(text)
    may_follow(text)
    assert time.perf_counter() - begun < 0.05


def test_ordinary_messages_are_turned_down_in_microseconds():
    said = [
        comparable(text)
        for text in ("公司不签劳动合同怎么办", "工资拖了两个月老板说没钱怎么办", "试用期被辞退有补偿吗")
    ]
    best = min(_timed(said) for _ in range(5))
    assert best < 20e-6  # one or two on an idle machine


def _timed(said: list[str]) -> float:
    begun = time.perf_counter()
    for _ in range(300):
        for words in said:
            read(words)
    return (time.perf_counter() - begun) / (300 * len(said))


def test_five_hundred_strings_of_rubbish_are_no_reference():
    rng = random.Random(19)
    letters = "第条款法律规定劳动合同工资加班辞退公司老板我你的了吗怎么办一二三十百123《》，。？ abc🙂\u200b"
    for _ in range(500):
        text = "".join(rng.choice(letters) for _ in range(rng.randrange(1, 40)))
        found = certain(text)
        assert not isinstance(found, Contents), text
