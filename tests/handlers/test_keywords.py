"""Keyword rules: who wins, when they hold, guides through numbers, patterns, files."""

import time as clock
from datetime import UTC, date, datetime, time
from random import Random

import pytest
import yaml

from core.errors import Invalid
from handlers.conflicts import findings
from handlers.keywords import Rule, RuleSet, Window, spelt
from handlers.patterns import compile_pattern
from handlers.replies import RandomReply, check_reply, dump
from handlers.rules_file import RuleRow, import_rules, read_rules, write_rules
from handlers.store import list_rules
from tests.conftest import NOW, Home

NOON = datetime(2026, 11, 20, 4, 0, tzinfo=UTC)
NIGHT = datetime(2026, 11, 20, 16, 30, tzinfo=UTC)
"""Half past midnight in Shanghai, on the 21st."""


def rule(code: str, *keywords: str, match: str = "exact", priority: int = 0, **more: object) -> Rule:
    reply = check_reply({"text": code}, code)
    return Rule(code, code, match, spelt(match, keywords), reply, priority, **more)


def winner(rules: RuleSet, words: str, now: datetime = NOON) -> str | None:
    found = rules.find(words, now)
    return found.code if found else None


# Who wins


def test_the_very_words_come_before_words_that_contain_them_and_before_patterns():
    rules = RuleSet(
        [
            [
                rule("in", "驿站", match="contains", priority=9),
                rule("re", "驿.", match="regex", priority=9),
                rule("is", "驿站"),
            ]
        ]
    )
    assert winner(rules, "驿站") == "is"
    assert winner(rules, "驿站在哪") == "in"
    assert winner(rules, "驿路") == "re"
    assert winner(rules, "别的") is None


def test_the_higher_priority_wins_and_the_older_one_of_equals():
    low, high = rule("low", "补贴", match="contains"), rule("high", "高温", match="contains", priority=1)
    assert winner(RuleSet([[low, high]]), "高温补贴") == "high"
    assert winner(RuleSet([[low, rule("same", "高温", match="contains")]]), "高温补贴") == "low"


def test_the_nearer_organisation_wins_whatever_the_priority():
    own, above = rule("own", "补贴", match="contains"), rule("above", "补贴", match="contains", priority=100)
    assert winner(RuleSet([[own], [above]]), "补贴") == "own"


def test_a_rule_of_the_same_code_takes_the_place_of_the_inherited_one_even_disabled():
    above = rule("a", "驿站")
    assert winner(RuleSet([[rule("a", "别的")], [above]]), "驿站") is None
    assert winner(RuleSet([[rule("a", "驿站", enabled=False)], [above]]), "驿站") is None


def test_a_rule_outside_its_hours_lets_the_next_one_answer():
    day = Window(time(9), time(17), None, None)
    rules = RuleSet([[rule("day", "电话", priority=5, window=day), rule("always", "电话")]])
    assert winner(rules, "电话", NOON) == "day"
    assert winner(rules, "电话", NIGHT) == "always"


@pytest.mark.parametrize(
    ("opens", "closes", "shanghai", "holds"),
    [
        ("09:00", "17:00", "09:00", True),
        ("09:00", "17:00", "16:59", True),
        ("09:00", "17:00", "17:00", False),
        ("17:00", "09:00", "23:59", True),
        ("17:00", "09:00", "00:00", True),
        ("17:00", "09:00", "08:59", True),
        ("17:00", "09:00", "09:00", False),
        ("17:00", "09:00", "12:00", False),
    ],
)
def test_hours_of_the_day_also_over_midnight(opens, closes, shanghai, holds):
    window = Window(time.fromisoformat(opens), time.fromisoformat(closes), None, None)
    assert window.holds(datetime.fromisoformat(f"2026-11-20T{shanghai}:00+08:00")) is holds


def test_both_days_of_validity_count_and_are_those_of_shanghai():
    window = Window(None, None, date(2026, 11, 20), date(2026, 11, 21))
    held = [
        window.holds(datetime.fromisoformat(f"{day}+08:00"))
        for day in (
            "2026-11-19T23:59:59",
            "2026-11-20T00:00:00",
            "2026-11-21T23:59:59",
            "2026-11-22T00:00:00",
        )
    ]
    assert held == [False, True, True, False]


def test_all_matching_rules_are_told_once_each_and_the_winner_first():
    rules = RuleSet(
        [
            [
                rule("b", "站", "驿站", match="contains"),
                rule("a", "驿站"),
                rule("off", "驿", match="regex", enabled=False),
            ]
        ]
    )
    assert [hit.rule.code for hit in rules.hits("驿站")] == ["a", "b", "off"]


# Patterns


def test_a_pattern_is_searched_without_regard_to_case():
    assert winner(RuleSet([[rule("re", "驿站.*(地址|在哪)", "wi-?fi", match="regex")]]), "有 wifi 吗") == "re"


@pytest.mark.parametrize(
    ("pattern", "reason"),
    [
        ("(驿站", "没有对应的右括号"),
        ("驿站)", "多了一个右括号"),
        ("[驿站", "没有对应的右方括号"),
        ("*驿站", "前面要有被重复的字"),
        ("驿{2000}", "次数写错"),
        ("(?=驿)站", "前后判断"),
        (r"(驿)\1", "回指"),
        ("驿\\", "末尾的反斜杠"),
        ("(工.{0,100}){9}", "太大"),
        (".*", "什么都不说"),
        ("驿" * 201, "最多 200 个字"),
    ],
)
def test_a_pattern_that_can_not_be_used_is_refused_with_the_reason(pattern, reason):
    with pytest.raises(Invalid, match=reason):
        compile_pattern(pattern)


def test_a_runaway_pattern_takes_time_that_grows_with_the_text_alone():
    pattern = compile_pattern("(a+)+$")
    started = clock.perf_counter()
    assert pattern.search("a" * 50_000 + "!") is None
    assert clock.perf_counter() - started < 1


def test_finding_among_five_hundred_rules_takes_microseconds():
    exact = [rule(f"e{n}", f"词{n}") for n in range(200)]
    contained = [rule(f"c{n}", f"工会服务{n}号", match="contains") for n in range(200)]
    patterns = [rule(f"r{n}", f"驿站{n}.*地址", match="regex") for n in range(100)]
    rules = RuleSet([[*exact, *contained, *patterns]])
    said = "请问工会服务热线怎么打不通啊"
    rules.find(said, NOON)
    best = min(_took(rules, said) for _ in range(5))
    assert best < 200e-6  # some 5 µs on an idle machine


def _took(rules: RuleSet, said: str) -> float:
    started = clock.perf_counter()
    for _ in range(200):
        rules.find(said, NOON)
    return (clock.perf_counter() - started) / 200


# Replies


def test_one_of_several_replies_is_the_same_for_the_same_message():
    reply = check_reply({"random": [{"text": f"第{n}种"} for n in range(5)]}, "x")
    assert isinstance(reply, RandomReply)
    assert reply.pick("message-1") is reply.pick("message-1")
    assert len({reply.pick(f"message-{n}").text for n in range(100)}) == 5


GUIDE = {
    "menu": {
        "ask": "您想了解什么？",
        "choices": [
            {"label": "入会", "reply": {"text": "带身份证来就行。"}},
            {
                "label": "维权",
                "reply": {
                    "menu": {
                        "ask": "哪方面？",
                        "choices": [
                            {"label": "欠薪", "reply": {"text": "先保存证据。"}},
                            {"label": "加班", "reply": {"entry": "overtime"}},
                            {"label": "找人", "reply": {"entry": "gone"}},
                            {"label": "问候", "reply": {"random": [{"text": "您好"}, {"text": "你好"}]}},
                        ],
                    }
                },
            },
        ],
    }
}


def test_every_kind_of_reply_is_stored_as_it_was_written():
    news = {"news": [{"title": "标题", "link": "{h5}/faq"}]}
    for value in (
        {"text": "好"},
        news,
        {"image": "m"},
        {"entry": "e"},
        {"random": [{"text": "a"}, news]},
        GUIDE,
    ):
        assert dump(check_reply(value, "x")) == value


@pytest.mark.parametrize(
    "value",
    [
        {},
        "text",
        {"text": "a", "entry": "b"},
        {"random": [{"text": "a"}]},
        {"random": [{"text": "a"}, GUIDE]},
        {"menu": {"ask": "?", "choices": []}},
        {"menu": {"ask": "?", "choices": [{"label": "", "reply": {"text": "a"}}]}},
        {"menu": {"ask": "?", "choices": [{"label": "a", "reply": {}}]}},
        {"menu": {"ask": "?", "choices": [{"label": "a", "reply": {"text": "a"}}] * 10}},
    ],
)
def test_a_reply_that_is_none_is_refused(value):
    with pytest.raises(Invalid):
        check_reply(value, "规则")


def test_a_guide_deeper_than_four_questions_is_refused():
    value: dict = {"text": "a"}
    for _ in range(4):
        value = {"menu": {"ask": "?", "choices": [{"label": "a", "reply": value}]}}
    check_reply(value, "规则")
    with pytest.raises(Invalid, match="最多 4 层"):
        check_reply({"menu": {"ask": "?", "choices": [{"label": "a", "reply": value}]}}, "规则")


# What is odd


def notes(mine: Rule, *others: Rule, above: Rule | None = None) -> str:
    return " ".join(findings(mine, RuleSet([[*others, mine]]), above, {7: "省总"}, date(2026, 11, 20)))


def test_the_same_keyword_in_two_rules_is_told_with_the_one_that_answers():
    assert "会由「old」回复" in notes(rule("new", "驿站"), rule("old", "驿站"))
    assert "会由「new」回复" in notes(rule("new", "驿站", priority=1), rule("old", "驿站"))
    assert notes(rule("new", "驿站"), rule("old", "驿站", match="contains")) == ""
    assert notes(rule("new", "驿站"), rule("old", "驿站", enabled=False)) == ""


def test_a_contained_keyword_that_hides_another_is_told_both_ways():
    wide, narrow = rule("wide", "驿站", match="contains"), rule("narrow", "驿站地址", match="contains")
    assert "「wide」的「驿站」会先接走「narrow」的「驿站地址」" in notes(narrow, wide)
    assert "「wide」的「驿站」会先接走「narrow」的「驿站地址」" in notes(
        rule("wide", "驿站", match="contains", priority=1), narrow
    )
    assert notes(wide, narrow) == ""
    assert "会先接走" in notes(narrow, rule("re", "驿.地", match="regex"))


def test_what_takes_the_place_of_an_inherited_rule_is_told():
    above = rule("a", "驿站", organisation_id=7)
    assert "代替了上级「省总」的规则「a」" in notes(rule("a", "驿站"), above=above)


def test_odd_keywords_and_past_dates_are_told():
    assert "只有一个字" in notes(rule("a", "站", match="contains"))
    assert "全角" in notes(rule("a", "驿站（", match="regex"))
    over = Window(None, None, None, date(2026, 11, 19))
    assert "已经过期" in notes(rule("a", "驿站", window=over))


# Files


FULL = {
    "code": "full",
    "title": "下班以后",
    "match": "regex",
    "keywords": ["电话.*多少"],
    "priority": 3,
    "hours": "17:30-08:30",
    "valid_from": "2026-11-01",
    "valid_until": "2026-12-31",
    "enabled": False,
    "reply": GUIDE,
}


def test_rules_written_to_a_file_are_read_back_the_same(home: Home, tmp_path):
    rows = [RuleRow.model_validate(FULL), RuleRow(code="b", keywords=["你好"], reply={"text": "好"})]
    with home.parts.db.work() as session:
        import_rules(session, 1, rows, NOW)
    with home.parts.db.read() as session:
        text = write_rules(list_rules(session, [1]))
    (tmp_path / "rules.yaml").write_text(text, "utf-8")
    assert read_rules(tmp_path / "rules.yaml") == rows


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"keywords": ["(电话"]}, "没有对应的右括号"),
        ({"hours": "9点到5点"}, "09:00-17:00"),
        ({"hours": "25:00-26:00"}, "09:00-17:00"),
        ({"hours": "09:00-09:00"}, "不能相同"),
        ({"valid_until": "2026-10-01"}, "早于开始日"),
        ({"match": "fuzzy"}, "match"),
        ({"keywords": []}, "至少 1 个"),
        ({"reply": {"text": "a", "image": "b"}}, "只能填写"),
    ],
)
def test_a_wrong_row_is_refused_with_its_number_and_reason(tmp_path, change, reason):
    path = tmp_path / "rules.yaml"
    path.write_text(yaml.safe_dump({"rules": [{**FULL, **change}]}, allow_unicode=True), "utf-8")
    with pytest.raises(Invalid, match=rf"第 1 条.*{reason}"):
        read_rules(path)


def _import(home: Home, tmp_path, rules: list):
    path = tmp_path / "rules.yaml"
    path.write_text(yaml.safe_dump({"rules": rules}, allow_unicode=True), "utf-8")
    return home.app.test_cli_runner().invoke(args=["keywords", "import", str(path), "--account", "ours"])


def test_the_command_refuses_an_answer_that_does_not_exist_and_takes_nothing(home: Home, tmp_path):
    refused = _import(
        home,
        tmp_path,
        [
            {"code": "a", "keywords": ["你好"], "reply": {"text": "好"}},
            {"code": "b", "keywords": ["加班"], "reply": GUIDE},
        ],
    )
    assert refused.exit_code == 1
    assert "规则「b」引用的问答「gone」不存在" in refused.stderr
    with home.parts.db.read() as session:
        assert list_rules(session, [1]) == []


def test_the_commands_bring_rules_in_and_out(home: Home, tmp_path):
    rows = [{"code": "a", "keywords": ["你好"], "hours": "09:00-17:00", "reply": {"text": "好"}}]
    assert "新增 1 条" in _import(home, tmp_path, rows).output
    assert "新增 0 条" in _import(home, tmp_path, rows).output
    out = tmp_path / "out.yaml"
    done = home.app.test_cli_runner().invoke(args=["keywords", "export", str(out), "--account", "ours"])
    assert done.exit_code == 0
    assert yaml.safe_load(out.read_text("utf-8"))["rules"][0]["hours"] == "09:00-17:00"


def test_of_many_rules_the_same_is_odd_as_if_each_were_compared_with_each():
    lot = Random(1)
    words = ["".join(lot.choices("工资加班费驿站", k=lot.randint(1, 4))) for _ in range(120)]
    rules = RuleSet(
        [
            [
                rule(f"r{n}", *lot.sample(words, 2), match=lot.choice(["exact", "contains", "contains"]))
                for n in range(80)
            ]
            + [rule("pattern", "工.?资", match="regex")]
        ]
    )
    for mine in rules.ranked:
        near = {other.code for other in rules.near(mine)}
        for other in rules.ranked:
            alone = RuleSet([[one for one in rules.ranked if one in (mine, other)]])
            odd = findings(mine, alone, None, {}, date(2026, 11, 20))
            itself = findings(mine, RuleSet([[mine]]), None, {}, date(2026, 11, 20))
            assert other is mine or odd == itself or other.code in near
