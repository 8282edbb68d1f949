"""Whole dialogues with the calculators, as the router leads them."""

import random
import re
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chat.answer import PASS, Answer, Reply, Talk, say
from chat.turn import Hook, Turn
from core.errors import Invalid
from faq.calculators.base import Calculator, Figure, Given, Kind, Value
from faq.calculators.catalog import CALCULATORS, EAR
from faq.calculators.chat import TOPIC, CalculatorChat
from faq.calculators.regions import REGIONS
from faq.calculators.wording import page_url, result_text
from handlers.router import Router
from tests.conftest import NOW
from tests.faq.phone import Account, Phone
from wechat.messages import Click, Image, Text, Voice
from wechat.replies import TEXT_LIMIT_BYTES

TODAY = NOW.date()
COMMON = ("gh_1", "oA", 1, "k")
CHAT = CalculatorChat()
ROUTER = Router([CHAT.hook(), Hook("others", lambda _turn: say("别人答"))], [CHAT.conversation()])


def turn(text: str, talk: Talk | None = None) -> Turn:
    return Turn(Account(), Text(*COMMON, text), NOW, talk)


@pytest.fixture
def phone() -> Phone:
    return Phone(ROUTER)


def test_a_dismissed_worker_is_asked_only_how_and_gets_the_result(phone: Phone):
    assert "您是怎么离开" in phone.say("月薪8000干了3年半被辞退赔多少")
    result = phone.say("4")
    assert "64000 元" in result.split("\n")[0]
    assert "8000 × 4 × 2 = 64000 元" in result
    assert "依据：《劳动合同法》" in result
    assert "接下来：" in result


def test_nothing_missing_gives_the_result_at_once(phone: Phone):
    result = phone.say("月薪5220，平时加班10小时多少钱")
    assert result.startswith("【加班费】这个月的加班费至少 450 元")
    assert "您说的：月工资 5220 元；平时（工作日）加班小时数 10 小时" in result


def test_the_link_to_the_form_stands_last_and_holds_the_figures(phone: Phone):
    phone.say("月薪8000干了3年半被辞退赔多少")
    link = phone.say("无故辞退").rsplit("\n", 1)[-1]
    assert link == (
        '<a href="https://gonghui.example.cn/h5/ours/calculators/severance'
        '?how=unlawful&service_years=3&service_months=6&wage=8000">看完整结果、改数字</a>'
    )


def test_figures_are_asked_for_one_by_one_with_progress(phone: Phone):
    asked = phone.say("算试用期")
    assert "【试用期上限】第 1 步，共 2 步" in asked
    assert "1. 有固定期限" in asked
    assert "3. 干完一项工作为止" in asked
    assert "回复前面的数字选一个" in asked
    asked = phone.say("1")
    assert "第 2 步，共 3 步" in asked
    assert "3年半" in asked
    assert "第 3 步，共 3 步" in phone.say("一年")
    assert "多约定了 4 个月" in phone.say("6")


def test_an_answer_may_bring_other_figures_along(phone: Phone):
    phone.say("算经济补偿")
    phone.say("公司裁员")
    result = phone.say("干了5年半，月薪7000")
    assert "42000 元" in result


def test_an_answer_out_of_turn_is_kept_and_the_question_comes_again(phone: Phone):
    phone.say("算经济补偿")
    phone.say("6")
    asked = phone.say("月薪7000")
    assert "一共干了多久" in asked
    assert "14000 元" in phone.say("两年")


def test_whoever_does_not_know_is_told_where_to_look_and_asked_again(phone: Phone):
    phone.say("算加班费")
    told = phone.say("不知道")
    assert told.startswith("没关系。看劳动合同或工资条")
    assert "每月工资多少元" in told
    assert "12333" in told
    assert "第 2 步" in phone.say("8000")


@pytest.mark.parametrize(
    ("answers", "told"),
    [
        (("3年",), "要的是多少元"),
        (("8000到9000",), "不止一个数"),
        (("-100",), "不能是负数"),
        (("0",), "应在 1 到 1000000 之间"),
        (("99999999",), "应在 1 到 1000000 之间"),
        (("8000", "1000小时"), "应在 0 到 368 之间"),
    ],
)
def test_a_wrong_answer_is_told_what_is_wrong_and_the_question_comes_again(phone: Phone, answers, told):
    asked = phone.say("算加班费")
    for answer in answers:
        before, asked = asked, phone.say(answer)
    problem, question = asked.split("\n", 1)
    assert told in problem
    assert question == before


def test_a_choice_that_is_not_offered_is_told(phone: Phone):
    phone.say("算试用期")
    assert phone.say("9").startswith("请回复 1 到 3 之间的数字。\n【试用期上限】第 1 步")
    assert phone.say("都不是").startswith("请从下面选最接近的一种")
    assert "合同签了多久" in phone.say("固定期限")


def test_a_bare_number_for_a_length_of_time_is_asked_back(phone: Phone):
    phone.say("算失业金")
    phone.say("1")
    assert "「3」是几年还是几个月" in phone.say("3")
    assert "12 个月" in phone.say("3年")


@pytest.mark.parametrize("word", ["取消", "算了", "退出", "不算了！"])
def test_cancelling_ends_it(phone: Phone, word):
    phone.say("算加班费")
    assert phone.say(word).startswith("好的，不算了")
    assert phone.talk is None
    assert phone.say("8000") == "别人答"


def test_starting_again_forgets_what_was_said(phone: Phone):
    phone.say("月薪5220，平时加班10小时多少钱")
    assert "第 1 步，共 4 步" in phone.say("重新算")
    assert phone.talk is not None
    assert phone.talk.data["values"] == {}


def test_the_list_is_chosen_from_by_number_or_name(phone: Phone):
    text = phone.say("计算器")
    for place, calculator in enumerate(CALCULATORS, 1):
        assert f"{place}. {calculator.title}" in text
    assert "/h5/ours/calculators" in text
    assert "请回复 1 到 12" in phone.say("13")
    assert "【加班费】第 1 步" in phone.say("1")
    phone.say("计算器")
    assert "【产假和生育津贴】" in phone.say("产假")
    phone.say("计算器")
    assert "【经济补偿和赔偿金】" in phone.say("第二个")


def test_after_the_result_figures_can_be_changed(phone: Phone):
    phone.say("月薪8000干了3年半被公司违法辞退赔多少")
    assert "48000 元" in phone.say("那月薪6000呢")
    assert "60000 元" in phone.say("工龄改成5年")
    assert "72000 元" in phone.say("6年呢")
    assert "84000 元" in phone.say("那月薪7000能赔多少")
    assert "是 0 元" in phone.say("如果是我自己辞职呢")


def test_a_length_of_time_takes_the_place_of_the_day_it_began(phone: Phone):
    assert "128000 元" in phone.say("2019年3月1日入职，公司违法辞退，月薪8千，赔多少")
    assert "80000 元" in phone.say("工龄改成5年")


def test_a_choice_can_be_changed_by_its_label(phone: Phone):
    phone.say("在广东工地干活，6月到9月高温补贴一共多少钱")
    phone.say("是")
    assert "300 × 4 = 1200 元" in phone.say("工作场所改成室外露天")
    assert "【高温津贴】" in phone.say("工作场所改成室内")


def test_a_bare_number_after_the_result_is_asked_what_it_is(phone: Phone):
    phone.say("月薪8000干了3年半被公司违法辞退赔多少")
    assert "没听懂要改哪一项" in phone.say("6000")
    assert "48000 元" in phone.say("月工资改成6000")


def test_a_change_that_cannot_be_is_told_and_may_be_mended(phone: Phone):
    phone.say("累计工作8年，在这个单位干了3年，医疗期多久")
    phone.say("2000")
    assert "比累计工作年限还长" in phone.say("在本单位的年限改成9年")
    assert "医疗期是 9 个月" in phone.say("累计工作年限改成12年")


@pytest.mark.parametrize(
    "question",
    [
        "试用期可以打折吗",
        "公司不给加班费怎么办",
        "你好",
        "人工",
        "我的",
        "谢谢",
        "工伤认定要多久",
        "押金能退吗",
    ],
)
def test_a_new_question_leaves_the_conversation(phone: Phone, question):
    for opening in ("算加班费", "算试用期", "计算器", "月薪5220，平时加班10小时多少钱"):
        phone.say(opening)
        assert phone.say(question) == "别人答"
        assert phone.talk is None


def test_another_calculation_replaces_the_one_under_way(phone: Phone):
    phone.say("算加班费")
    assert "【试用期上限】" in phone.say("算试用期")
    assert "【失业保险金" in phone.say("失业保险交了8年，能领几个月")
    assert phone.say("计算器").startswith("这些都能帮您算")


def test_the_same_calculation_said_anew_starts_anew(phone: Phone):
    phone.say("月薪8000干了3年半被公司违法辞退赔多少")
    asked = phone.say("月薪9000干了2年被辞退赔多少")
    assert "您是怎么离开" in asked


def test_a_figure_out_of_bounds_in_the_request_is_asked_for(phone: Phone):
    told = phone.say("月薪8000干了80年被公司违法辞退赔多少")
    assert told.startswith("在本单位的工作时间应在 0 到 600 之间")
    assert "64000 元" in phone.say("4年")


def test_a_voice_is_heard_and_pictures_and_taps_are_not():
    voice = Turn(Account(), Voice(*COMMON, "m", "amr", "算加班费。"), NOW)
    assert isinstance(CHAT.ask(voice), Reply)
    for message in (Image(*COMMON, "m", "u"), Click(*COMMON, "click", "x"), Voice(*COMMON, "m", "amr", "")):
        silent = Turn(Account(), message, NOW, Talk(TOPIC, {"list": True}))
        assert CHAT.ask(silent) is PASS
        assert not CHAT.may_answer(silent)
        assert CHAT.go_on(silent) is PASS


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"key": "gone", "values": {}, "asked": "", "step": 0},
        {"key": "overtime", "values": {"gone": "1"}, "asked": "", "step": 0},
        {"key": "overtime", "values": {"wage": "abc"}, "asked": "", "step": 0},
        {"key": "overtime", "values": {"wage": "1e99"}, "asked": "", "step": 0},
        {"key": "overtime", "values": {}, "asked": "gone", "step": 0},
        {"key": "overtime", "values": [], "asked": "wage", "step": 0},
        {"key": "overtime", "values": {"wage": 5}, "asked": "wage", "step": None},
    ],
)
def test_a_talk_of_another_version_is_left(data):
    assert CHAT.go_on(turn("8000", Talk(TOPIC, data))) is PASS


def test_another_conversation_s_number_is_not_ours():
    assert CHAT.go_on(turn("1", Talk("faq_choice", {"ids": [1]}))) is PASS
    assert CHAT.go_on(turn("1")) is PASS


@pytest.mark.parametrize(
    "ordinary",
    ["加班费怎么算", "公司不给加班费怎么办", "试用期可以打折吗", "被辞退能赔多少", "我在工地干活老板一直不给我签劳动合同也不给买保险", "", "押金300元能要回来吗"],
)  # fmt: skip
def test_ordinary_questions_need_no_look_for_a_conversation(ordinary):
    assert not CHAT.may_answer(turn(ordinary))


@pytest.mark.parametrize(
    "answer", ["8000", "3年半", "2", "不知道", "取消", "那月薪6000能赔多少", "广东", "公司裁员", "去年五月"]
)
def test_answers_may_go_on(answer):
    assert CHAT.may_answer(turn(answer))


def test_a_thousand_random_texts_are_nobody_s_calculation():
    chance = random.Random(20261120)
    talks = [
        None,
        Talk(TOPIC, {"list": True}),
        _talk("overtime", "wage"),
        _talk("probation", "term"),
        _talk("heat", "region"),
    ]
    for _ in range(1000):
        text = "".join(
            chr(chance.choice((chance.randint(33, 126), chance.randint(0x4E00, 0x9FFF)))) for _ in range(12)
        )
        assert CHAT.ask(turn(text)) is PASS
        for talk in talks:
            CHAT.may_answer(turn(text))
            _is_an_answer(CHAT.go_on(turn(text, talk)))


def _talk(key: str, asked: str) -> Talk:
    return Talk(TOPIC, {"key": key, "values": {}, "asked": asked, "step": 0})


def _is_an_answer(answer: Answer) -> None:
    assert answer is PASS or isinstance(answer, Reply)


def values_of(figure: Figure) -> st.SearchStrategy[Value]:
    """Anything a person may say for a figure."""
    match figure.kind:
        case Kind.CHOICE:
            return st.sampled_from([choice.value for choice in figure.choices])
        case Kind.REGION:
            return st.sampled_from(REGIONS)
        case Kind.DATE:
            return st.dates(date(1950, 1, 1), date(2030, 1, 1))
        case Kind.COUNT:
            return st.integers(int(figure.lowest), min(int(figure.highest), 99)).map(Decimal)
        case _:
            return st.decimals(figure.lowest, figure.highest, places=2)


@st.composite
def some_figures(draw: st.DrawFn) -> tuple[Calculator, dict[str, Value]]:
    calculator = draw(st.sampled_from(CALCULATORS))
    chosen = [figure for figure in calculator.figures if draw(st.booleans())]
    return calculator, {figure.name: draw(values_of(figure)) for figure in chosen}


@settings(max_examples=400, deadline=None)
@given(some_figures())
def test_whatever_is_known_the_rest_can_be_asked_for_and_every_result_fits_a_message(known):
    calculator, values = known
    given_figures = Given(values, TODAY)
    missing = calculator.missing(given_figures)
    assert {figure.name for figure in missing}.isdisjoint(values)
    if missing:
        return
    try:
        result = calculator.compute(given_figures)
    except Invalid as error:
        assert re.search("[\u4e00-\u9fff]{3}", error.message)
        return
    text = result_text(calculator, given_figures, result, Account().h5_url)
    assert len(text.encode()) <= TEXT_LIMIT_BYTES
    assert text.startswith(f"【{calculator.title}】{result.headline}")
    assert "依据：" in text
    assert text.endswith(f'<a href="{page_url(Account().h5_url, calculator, values)}">看完整结果、改数字</a>')


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_every_dialogue_comes_to_an_end(data: st.DataObject):
    """Answering each question with something of the right kind leads to a result, or to what is wrong with it."""
    calculator = data.draw(st.sampled_from(CALCULATORS))
    talk: Talk | None = _talk(calculator.key, calculator.figures[0].name)
    for _ in range(len(calculator.figures) + 1):
        assert talk is not None
        if not talk.data["asked"]:
            return
        figure = EAR.by_key[calculator.key].figure(talk.data["asked"])
        answer = CHAT.go_on(turn(_spoken(figure, data.draw(values_of(figure))), talk))
        assert isinstance(answer, Reply)
        talk = answer.talk
    raise AssertionError(f"{calculator.key} asks for ever: {talk}")


def _spoken(figure: Figure, value: Value) -> str:
    if figure.kind is Kind.CHOICE:
        return str([choice.value for choice in figure.choices].index(str(value)) + 1)
    if figure.kind is Kind.MONTHS:
        return f"{value}个月"
    return str(value)
