"""The console's keyword rules: list, form, warnings, two people at once, delete and undo, the box to try."""

import re
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import select

from core.errors import Conflict
from handlers.rules_file import RuleRow, import_rules
from handlers.service import delete_rule, restore_rule, save_rule, switch_rule
from handlers.store import get_rule, list_rules
from models.accounts import Organisation
from models.audit import AuditEntry
from models.content import Entry, KeywordRule
from models.db import Database
from models.stamps import read_stamps
from staff.roles import Role
from tests.conftest import NOW, Home, new_account
from tests.staff.desk import Desk, add_organisation, text_of

RULES = "/console/o/ours/rules"
EDIT = f"{RULES}/edit"
HELLO = {"code": "hello", "keywords": ["你好"], "reply": {"text": "您好"}}


def bring(db: Database, organisation_id: int, *rows: dict) -> None:
    with db.work() as session:
        import_rules(session, organisation_id, [RuleRow.model_validate(row) for row in rows], NOW)


def stored(db: Database, code: str, organisation_id: int = 1) -> KeywordRule:
    with db.read() as session:
        rule = get_rule(session, organisation_id, code)
    assert rule is not None
    return rule


@pytest.fixture
def anna(home: Home) -> Desk:
    return Desk(home, "anna", "ours", Role.EDITOR)


@pytest.fixture
def below(home: Home) -> int:
    """A union below ours, which inherits."""
    return add_organisation(home.parts.db, "city", "ours")


def form(code: str = "new", version: int = 0, **changes: str) -> dict[str, str]:
    fields = {
        "code": code,
        "version": str(version),
        "match": "exact",
        "keywords": "驿站\n歇脚",
        "priority": "0",
        "enabled": "1",
        "reply.kind": "text",
        "reply.text": "驿站在海员路。",
        "do": "save",
    }
    return {**fields, **changes}


# The happy story


def test_the_first_rule_is_made_found_changed_and_live(home: Home, anna: Desk):
    assert "还没有关键词规则" in anna.get(RULES).text
    code = re.search(r'name="code" value="(\w+)"', anna.get(EDIT).text)[1]
    with home.parts.db.read() as session:
        before = read_stamps(session).get("keywords", 0)
    saved = anna.post(EDIT, form(code, title="户外驿站", opens="09:00", closes="17:00"))
    assert saved.status_code == 302
    with home.parts.db.read() as session:
        assert read_stamps(session)["keywords"] == before + 1
    page = text_of(anna.get(saved.location))
    assert "已保存" in page and "户外驿站" in page and "09:00–17:00" in page
    shown = anna.get(f"{EDIT}?code={code}").text
    assert "驿站在海员路。" in shown and 'value="1"' in shown
    assert (
        anna.post(EDIT, form(code, 1, title="户外驿站", **{"reply.text": "搬到了纺织路。"})).status_code
        == 302
    )
    rule = stored(home.parts.db, code)
    assert (rule.reply, rule.version, rule.updated_by) == ({"text": "搬到了纺织路。"}, 2, "anna 同志")


def test_what_was_done_stands_in_the_audit_log(home: Home, anna: Desk):
    anna.post(EDIT, form("a", title="驿站"))
    anna.post(f"{RULES}/delete", {"code": "a", "version": "1"})
    with home.parts.db.read() as session:
        acts = [(entry.action, entry.target) for entry in session.scalars(select(AuditEntry))]
    assert acts == [("rule_saved", "驿站"), ("rule_deleted", "驿站")]


def test_a_guide_is_built_with_buttons_and_saved(home: Home, anna: Desk):
    fields = form(**{"reply.kind": "menu", "reply.menu.ask": "哪一项？"})
    fields |= {
        "reply.menu.choices.0.label": "入会",
        "reply.menu.choices.0.reply.kind": "text",
        "reply.menu.choices.0.reply.text": "带身份证。",
        "reply.menu.choices.1.label": "维权",
        "reply.menu.choices.1.reply.kind": "menu",
        "reply.menu.choices.1.reply.menu.ask": "哪方面？",
        "reply.menu.choices.1.reply.menu.choices.0.label": "欠薪",
        "reply.menu.choices.1.reply.menu.choices.0.reply.kind": "text",
        "reply.menu.choices.1.reply.menu.choices.0.reply.text": "保存证据。",
    }
    more = anna.post(EDIT, {**fields, "do": "add menu.choices.1.reply.menu.choices"})
    assert more.status_code == 200
    assert 'name="reply.menu.choices.1.reply.menu.choices.1.label"' in more.text
    moved = anna.post(EDIT, {**fields, "do": "up menu.choices.1"}).text
    assert re.search(r'name="reply.menu.choices.0.label" value="维权"', moved)
    dropped = anna.post(EDIT, {**fields, "do": "drop menu.choices.0"}).text
    assert 'value="入会"' not in dropped and 'value="维权"' in dropped
    assert anna.post(EDIT, fields).status_code == 302
    menu = stored(home.parts.db, "new").reply["menu"]
    assert menu["choices"][1]["reply"]["menu"]["choices"][0] == {
        "label": "欠薪",
        "reply": {"text": "保存证据。"},
    }
    again = anna.get(f"{EDIT}?code=new").text
    assert 'value="欠薪"' in again and "保存证据。" in again


def test_cards_and_random_replies_are_saved(home: Home, anna: Desk):
    card = {"reply.news.0.title": "驿站", "reply.news.0.link": "{h5}/faq", "reply.news.1.title": ""}
    assert anna.post(EDIT, form("news", keywords="图文", **{"reply.kind": "news"}, **card)).status_code == 302
    assert stored(home.parts.db, "news").reply == {"news": [{"title": "驿站", "link": "{h5}/faq"}]}
    random = {
        f"reply.random.{n}.{name}": value
        for n in range(2)
        for name, value in (("kind", "text"), ("text", f"第{n}种"))
    }
    assert (
        anna.post(EDIT, form("dice", keywords="骰子", **{"reply.kind": "random"}, **random)).status_code
        == 302
    )
    assert stored(home.parts.db, "dice").reply == {"random": [{"text": "第0种"}, {"text": "第1种"}]}


def test_what_another_kind_of_reply_held_is_not_lost_while_the_form_is_open(anna: Desk):
    shown = anna.post(EDIT, form(**{"reply.kind": "entry", "reply.text": "先写了这些", "do": "show"})).text
    assert '<input type="hidden" name="reply.text" value="先写了这些">' in shown


def test_a_copy_is_a_rule_of_its_own(home: Home, anna: Desk):
    bring(home.parts.db, 1, {**HELLO, "title": "问好"})
    shown = anna.get(f"{EDIT}?copy=hello").text
    assert "问好（副本）" in shown and 'name="version" value="0"' in shown
    assert 'name="code" value="hello"' not in shown


# Bad input


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"keywords": " \n "}, "至少填一个关键词"),
        ({"match": "regex", "keywords": "(驿站"}, "没有对应的右括号"),
        ({"match": "regex", "keywords": ".*"}, "什么都不说"),
        ({"match": "fuzzy"}, "匹配方式"),
        ({"reply.text": ""}, "请填写回复的文字"),
        ({"reply.text": "长" * 700}, "超过 2048 字节"),
        ({"reply.kind": "entry", "reply.entry": "nowhere"}, "「nowhere」不存在"),
        ({"reply.kind": "news"}, "至少要有一张"),
        (
            {"reply.kind": "news", "reply.news.0.title": "a", "reply.news.0.link": "javascript:alert(1)"},
            "要以 https:// 开头",
        ),
        ({"reply.kind": "random", "reply.random.0.text": "a"}, "至少要有两条"),
        (
            {"reply.kind": "menu", "reply.menu.ask": "?", "reply.menu.choices.0.label": "甲"},
            "选项 1「甲」：请填写回复的文字",
        ),
        ({"opens": "09:00"}, "开始和结束"),
        ({"opens": "09:00", "closes": "09:00"}, "不能相同"),
        ({"valid_from": "2026-12-01", "valid_until": "2026-11-01"}, "早于开始日"),
        ({"valid_from": "明天"}, "开始日期"),
        ({"priority": "很高"}, "优先级"),
        ({"title": "长" * 61}, "规则名称"),
    ],
)
def test_a_bad_rule_is_refused_with_its_reason_and_what_was_typed_stays(
    home: Home, anna: Desk, changes, reason
):
    refused = anna.post(EDIT, form(**{"title": "我的驿站", **changes}))
    assert refused.status_code == 422
    alert = text_of(refused)
    assert reason in alert
    assert changes.get("title", "我的驿站") in refused.text
    with home.parts.db.read() as session:
        assert list_rules(session, [1]) == []


@pytest.mark.parametrize(
    "fields",
    [
        {"reply": "x"},
        {"reply.news": "x", "reply.kind": "news"},
        {"reply.menu": "x", "reply.kind": "menu"},
        {"reply.0.0.0": "x"},
        {"reply.menu.choices.99999.label": "x", "reply.kind": "menu"},
        {"reply.random.0": "x", "reply.kind": "random"},
        {"reply." + "menu." * 40 + "ask": "x", "reply.kind": "menu"},
    ],
)
@pytest.mark.parametrize(
    "do", ["save", "add menu.choices", "drop news.7", "up x.y.z", "add", "nonsense", "add text.news"]
)
def test_a_form_of_nonsense_is_never_an_error_of_ours(anna: Desk, fields, do):
    assert anna.post(EDIT, {**form(**{"reply.text": ""}), **fields, "do": do}).status_code in (200, 422)


def test_texts_of_others_are_shown_as_text(home: Home, anna: Desk):
    evil = "<script>alert(1)</script>"
    bring(
        home.parts.db,
        1,
        {
            "code": "evil",
            "title": evil,
            "keywords": [evil],
            "reply": {"text": f'{evil}<a href="javascript:alert(1)">点</a>'},
        },
    )
    for page in (RULES, f"{EDIT}?code=evil", f"{RULES}/try?said={evil}", f"{RULES}?q={evil}"):
        shown = anna.get(page).text
        assert evil not in shown and "&lt;script&gt;" in shown
        assert 'href="javascript' not in shown


# Inherited


def test_an_inherited_rule_is_shown_and_can_be_replaced_below(home: Home, anna: Desk, below: int):
    bring(home.parts.db, 1, HELLO)
    page = text_of(anna.get("/console/o/city/rules"))
    assert "来自 测试工会" in page and "在本单位另写一条" in page
    shown = anna.get("/console/o/city/rules/edit?code=hello").text
    assert "这是「测试工会」的规则" in shown and 'name="version" value="0"' in shown
    own = form("hello", keywords="你好", **{"reply.text": "市里向您问好"})
    asked = anna.post("/console/o/city/rules/edit", own)
    assert asked.status_code == 422
    assert "代替了上级「测试工会」的规则「你好」" in text_of(asked)
    seen = re.search(r'name="seen" value="(\w+)"', asked.text)[1]
    assert anna.post("/console/o/city/rules/edit", {**own, "seen": seen}).status_code == 302
    assert stored(home.parts.db, "hello").reply == {"text": "您好"}
    assert stored(home.parts.db, "hello", below).reply == {"text": "市里向您问好"}
    anna.post("/console/o/city/rules/delete", {"code": "hello", "version": "1"})
    assert "来自 测试工会" in text_of(anna.get("/console/o/city/rules"))


def test_a_rule_of_above_can_not_be_deleted_or_switched_from_below(home: Home, below: int):
    bring(home.parts.db, 1, HELLO)
    bob = Desk(home, "bob", "city", Role.EDITOR)
    for verb in ("delete", "switch", "restore"):
        refused = bob.post(f"/console/o/city/rules/{verb}", {"code": "hello", "version": "1"})
        assert refused.status_code == 404
    rule = stored(home.parts.db, "hello")
    assert rule.enabled and rule.deleted_at is None


# Who may


def test_another_unions_rules_do_not_exist(home: Home):
    home.add_account(new_account("others"))
    bring(home.parts.db, 1, HELLO)
    charlie = Desk(home, "charlie", "others", Role.ADMIN)
    assert charlie.get(RULES).status_code == 404
    assert charlie.post(EDIT, form("hello", 1)).status_code == 404
    assert charlie.get("/console/o/others/rules/edit?code=hello").status_code == 404
    assert (
        charlie.post("/console/o/others/rules/delete", {"code": "hello", "version": "1"}).status_code == 404
    )
    assert "你好" not in charlie.get("/console/o/others/rules").text
    assert "您好" not in charlie.get("/console/o/others/rules/try?said=你好").text
    assert stored(home.parts.db, "hello").deleted_at is None


def test_without_the_permission_the_pages_are_forbidden(home: Home):
    bring(home.parts.db, 1, HELLO)
    viewer = Desk(home, "vera", "ours", Role.VIEWER)
    assert [viewer.get(path).status_code for path in (RULES, EDIT, f"{RULES}/try")] == [403] * 3
    assert viewer.post(f"{RULES}/delete", {"code": "hello", "version": "1"}).status_code == 403
    assert viewer.post(EDIT, form()).status_code == 403


# Warnings


def test_a_conflict_is_told_before_saving_and_again_when_it_changed(home: Home, anna: Desk):
    bring(home.parts.db, 1, {"code": "old", "keywords": ["驿站"], "reply": {"text": "旧的"}})
    asked = anna.post(EDIT, form())
    assert asked.status_code == 422
    assert "「驿站」在规则「驿站」里也有" in text_of(asked) and "仍然保存" in asked.text
    seen = re.search(r'name="seen" value="(\w+)"', asked.text)[1]
    other = anna.post(EDIT, form(keywords="驿站", match="contains", seen=seen, **{"reply.text": "x"}))
    assert other.status_code == 302  # contains and exact do not get in each other's way
    bring(home.parts.db, 1, {"code": "older", "keywords": ["歇脚"], "reply": {"text": "更旧的"}})
    again = anna.post(EDIT, form("another", seen=seen))
    assert again.status_code == 422
    seen = re.search(r'name="seen" value="(\w+)"', again.text)[1]
    assert anna.post(EDIT, form("another", seen=seen)).status_code == 302
    assert "2 条提醒" in anna.get(RULES).text


# Two people


def test_the_second_of_two_people_sees_the_difference_and_loses_nothing(home: Home, anna: Desk):
    bring(home.parts.db, 1, HELLO)
    bert = Desk(home, "bert", "ours", Role.EDITOR)
    assert (
        bert.post(EDIT, form("hello", 1, keywords="你好", **{"reply.text": "伯特的问候"})).status_code == 302
    )
    mine = form("hello", 1, keywords="你好\n您好", **{"reply.text": "安娜的问候"})
    refused = anna.post(EDIT, mine)
    assert refused.status_code == 409
    page = text_of(refused)
    assert "bert 同志刚刚改过" in page and "伯特的问候" in page and "安娜的问候" in page
    assert stored(home.parts.db, "hello").reply == {"text": "伯特的问候"}
    version = re.search(r'name="version" value="(\d+)"', refused.text)[1]
    assert anna.post(EDIT, {**mine, "version": version}).status_code == 302
    assert stored(home.parts.db, "hello").reply == {"text": "安娜的问候"}


def test_a_rule_deleted_meanwhile_can_be_saved_anew(home: Home, anna: Desk):
    bring(home.parts.db, 1, HELLO)
    anna.post(f"{RULES}/delete", {"code": "hello", "version": "1"})
    refused = anna.post(EDIT, form("hello", 1))
    assert refused.status_code == 409 and 'name="version" value="0"' in refused.text
    assert anna.post(EDIT, form("hello", 0)).status_code == 302
    assert stored(home.parts.db, "hello").deleted_at is None


def test_a_stale_delete_or_switch_is_refused(home: Home, anna: Desk):
    bring(home.parts.db, 1, HELLO)
    bring(home.parts.db, 1, HELLO)
    assert anna.post(f"{RULES}/delete", {"code": "hello", "version": "1"}).status_code == 409
    assert anna.post(f"{RULES}/switch", {"code": "hello", "version": "1", "on": "0"}).status_code == 409
    assert anna.post(f"{RULES}/switch", {"code": "hello", "version": "2", "on": "0"}).status_code == 302
    assert not stored(home.parts.db, "hello").enabled


def _organisation(db: Database) -> int:
    with db.work() as session:
        organisation = Organisation(key="race", name="竞赛工会")
        session.add(organisation)
        session.flush()
        return organisation.id


def _race(db: Database, id_: int, version: int) -> list[bool]:
    """Eight people save at once; who succeeded."""

    def save(number: int) -> bool:
        row = RuleRow(code="one", keywords=["你好"], reply={"text": f"第{number}位"})
        try:
            with db.work() as session:
                save_rule(session, [id_], row, version, by=str(number), now=NOW)
        except Conflict:
            return False
        return True

    with ThreadPoolExecutor(8) as people:
        return list(people.map(save, range(8)))


def test_of_eight_who_save_at_once_one_succeeds(db: Database):
    id_ = _organisation(db)
    assert sum(_race(db, id_, 0)) == 1
    assert sum(_race(db, id_, 1)) == 1
    assert stored(db, "one", id_).version == 2
    with db.work() as session:
        delete_rule(session, id_, "one", 2, by="x", now=NOW)
    assert sum(_race(db, id_, 0)) == 1


def test_verbs_touch_only_their_own_organisation(db: Database):
    ours = _organisation(db)
    theirs = add_organisation(db, "theirs")
    for id_ in (ours, theirs):
        bring(db, id_, HELLO)
    with db.work() as session:
        switch_rule(session, ours, "hello", 1, enabled=False, by="x", now=NOW)
        delete_rule(session, ours, "hello", 2, by="x", now=NOW)
    assert stored(db, "hello", theirs).enabled and stored(db, "hello", theirs).deleted_at is None
    with db.work() as session:
        restore_rule(session, ours, "hello", by="x", now=NOW)
        restore_rule(session, ours, "hello", by="x", now=NOW)
    assert stored(db, "hello", ours).version == 4
    with db.work() as session, pytest.raises(Conflict):
        restore_rule(session, ours, "nothing", by="x", now=NOW)


# Delete and undo


def test_a_deleted_rule_is_brought_back(home: Home, anna: Desk):
    bring(home.parts.db, 1, HELLO)
    gone = anna.post(f"{RULES}/delete", {"code": "hello", "version": "1"})
    page = anna.get(gone.location).text
    assert "撤销删除" in page and "您好" not in page
    assert "您好" in anna.get(f"{RULES}?state=deleted").text
    back = anna.post(f"{RULES}/restore", {"code": "hello"})
    assert "已恢复" in anna.get(back.location).text
    assert stored(home.parts.db, "hello").deleted_at is None


# The list


def test_the_list_is_searched_and_filtered(home: Home, anna: Desk, below: int):
    bring(
        home.parts.db,
        1,
        HELLO,
        {"code": "bus", "title": "班车", "keywords": ["班车"], "enabled": False, "reply": {"text": "早七点"}},
    )
    bring(home.parts.db, below, {"code": "own", "keywords": ["市里"], "reply": {"text": "市总工会"}})

    def found(query: str) -> list[str]:
        return re.findall(r'id="rule-\d+"><a [^>]*>([^<]+)<', anna.get(f"/console/o/city/rules?{query}").text)

    assert found("") == ["市里", "班车", "你好"]
    assert found("q=早七点") == ["班车"]
    assert found("q=ＢＵＳ") == ["班车"]
    assert found("state=off") == ["班车"]
    assert found("state=on") == ["市里", "你好"]
    assert found("source=own") == ["市里"]
    assert found("source=inherited") == ["班车", "你好"]
    assert found("q=没有的") == []


def test_a_long_list_goes_on_where_the_page_before_ended(home: Home, anna: Desk):
    bring(
        home.parts.db,
        1,
        *({"code": f"r{n}", "keywords": [f"词{n}"], "reply": {"text": "好"}} for n in range(120)),
    )
    seen: list[str] = []
    path = RULES
    while path:
        page = anna.get(path).text
        seen += re.findall(r'id="rule-\d+"><a [^>]*>([^<]+)<', page)
        more = re.search(r'href="([^"]*after=[^"]*)"', page)
        path = more[1].replace("&amp;", "&") if more else ""
    assert seen == [f"词{n}" for n in reversed(range(120))]


def test_a_damaged_rule_can_be_opened_and_written_anew(home: Home, anna: Desk):
    bring(home.parts.db, 1, HELLO)
    with home.parts.db.work() as session:
        get_rule(session, 1, "hello").reply = {"text": 5}
    assert "内容无法识别" in anna.get(RULES).text
    assert anna.get(f"{EDIT}?code=hello").status_code == 200
    assert anna.post(EDIT, form("hello", 1)).status_code == 302


# Entries and the box


def add_entry(home: Home, code: str, question: str, organisation_id: int = 1) -> None:
    with home.parts.db.work() as session:
        session.add(
            Entry(
                organisation_id=organisation_id,
                public_id=f"p{code}",
                code=code,
                question=question,
                answer="答",
                updated_at=NOW,
            )
        )


def test_answers_are_found_by_words_and_those_of_others_are_not(home: Home, anna: Desk):
    home.add_account(new_account("others"))
    add_entry(home, "join", "怎么加入工会？")
    add_entry(home, "secret", "怎么加入别的工会？", 2)
    found = anna.get("/console/o/ours/pick/entries?reply.entry=加入").text
    assert 'value="join"' in found and "secret" not in found
    assert anna.post(EDIT, form(**{"reply.kind": "entry", "reply.entry": "join"})).status_code == 302
    assert "问答：怎么加入工会？" in text_of(anna.get(f"{EDIT}?code=new"))
    assert (
        anna.post(
            EDIT, form("b", keywords="b", **{"reply.kind": "entry", "reply.entry": "secret"})
        ).status_code
        == 422
    )


def test_the_box_tells_who_wins_and_why_the_others_do_not(home: Home, anna: Desk):
    reply = {"reply": {"text": "x"}}
    bring(
        home.parts.db,
        1,
        {"code": "a", "title": "整句", "keywords": ["热线电话"], **reply},
        {"code": "b", "title": "包含", "match": "contains", "keywords": ["电话"], **reply},
        {
            "code": "c",
            "title": "夜里",
            "match": "contains",
            "keywords": ["电话"],
            "hours": "18:00-08:00",
            "priority": 9,
            **reply,
        },
        {"code": "d", "title": "停了", "match": "regex", "keywords": ["热.*电话"], "enabled": False, **reply},
    )
    page = text_of(anna.get(f"{RULES}/try?said=热线电话&at=2026-11-20T12:00"))
    assert "整句 由它回复 整句话就是「热线电话」。" in page
    assert "包含 没有轮到 话里有「电话」；「完全相同」的规则先回复。" in page
    assert "夜里 没有轮到 话里有「电话」；这个时候不在它的有效时间。" in page
    assert "停了 没有轮到 符合「热.*电话」；已停用。" in page
    assert "夜里 由它回复" in text_of(anna.get(f"{RULES}/try?said=电话多少&at=2026-11-20T23:00"))
    assert "没有规则对上这句话" in anna.get(f"{RULES}/try?said=别的").text
    assert anna.get(f"{RULES}/try?said=电话&at=昨天").status_code == 422
    assert anna.get(f"{RULES}/try").status_code == 200


def test_the_box_tells_who_answers_before_the_rules(web):
    desk = Desk(Home(web.app, web.parts), "tester", "ours", Role.EDITOR)
    assert "先由 帮助 回复" in text_of(desk.get(f"{RULES}/try?said=帮助"))
    assert "「人工」「我的」等口令" in text_of(desk.get(f"{RULES}/try?said=人工"))
    assert "会由 答不上来时的回复 回复" in text_of(desk.get(f"{RULES}/try?said=zzz"))
    hello = text_of(desk.get(f"{RULES}/try?said=你好"))
    assert "由它回复" in hello and "轮不到" not in hello


def test_the_list_is_made_anew_once_a_rule_is_changed_elsewhere(home: Home, anna: Desk):
    bring(home.parts.db, 1, HELLO)
    assert "您好" in text_of(anna.get(RULES))
    bring(home.parts.db, 1, {**HELLO, "reply": {"text": "欢迎回家"}})
    assert "欢迎回家" in text_of(anna.get(RULES))
