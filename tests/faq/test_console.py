"""问答 in the console: from a draft to the phones and back, by several people, at several unions."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from faq.rules import Decision
from faq.statutes.service import import_statutes
from models import AskedQuestion, AuditEntry, EntryDraft, EntryVersion
from staff.roles import Role
from tests.conftest import NOW, Home
from tests.faq.consoles import (
    LIST,
    bring_in,
    entry,
    hidden,
    organisation,
    page_of,
    refresh,
    step,
    typed,
)
from tests.faq.entries import row
from tests.faq.statutes.samples import text_of
from tests.neighbours import parts_of
from tests.staff.desk import Desk
from tests.staff.desk import text_of as words

TODAY = date(2026, 11, 20)
EVIL = "<script>alert(1)</script>"


@pytest.fixture
def anna(house: Home) -> Desk:
    return Desk(house, "anna", "ours", Role.ADMIN)


@pytest.fixture
def bob(house: Home) -> Desk:
    return Desk(house, "bobby", "ours", Role.EDITOR)


def told(house: Home, question: str) -> str:
    """What the account answers now."""
    refresh(house)
    found = house.app.extensions["zhijia.faq"].ask("ours", question, TODAY)
    return found.matches[0].entry.answer if found.decision is Decision.ANSWER else found.decision.value


def acts(house: Home) -> list[str]:
    with house.parts.db.read() as session:
        return list(session.scalars(select(AuditEntry.action).order_by(AuditEntry.number)))


def new(desk: Desk, **changes: str) -> str:
    """The page of an entry that was just written."""
    done = desk.post(f"{LIST}/new", typed(**changes))
    assert done.status_code == 302, words(done)
    return done.location.partition("?")[0]


def test_from_a_draft_by_way_of_a_review_to_the_phones(house: Home, bob: Desk):
    page = new(bob)
    assert "手机上还看不到" in words(bob.get(page))
    assert told(house, "进厂要交押金合法吗") == "handoff"
    carol = Desk(house, "carol", "ours", Role.FIRST)
    assert step(carol, page, "review").status_code == 302
    dora = Desk(house, "dora", "ours", Role.FINAL)
    assert step(dora, page, "publish").status_code == 302
    assert told(house, "进厂要交押金合法吗") == "不合法。收了要退。"
    assert told(house, "交风险金") == "不合法。收了要退。"
    assert acts(house) == ["draft_saved", "entry_reviewed", "entry_published"]


def test_who_may_do_both_saves_and_publishes_in_one_step(house: Home, anna: Desk):
    page = new(anna, go="live")
    assert told(house, "收保证金") == "不合法。收了要退。"
    assert "线上" in words(anna.get(LIST))
    assert "已上线" in words(anna.get(f"{page}?done=published"))


def test_a_draft_of_a_live_entry_changes_nothing_on_the_phones_until_it_is_published(house: Home, anna: Desk):
    bring_in(house, row("deposit", "收押金合法吗？"))
    page = page_of(house, "deposit")
    form = anna.get(f"{page}/edit")
    sent = typed(question="收押金合法吗？", answer="新的说法。", live_version=hidden(form, "live_version"))
    assert anna.post(f"{page}/edit", sent).status_code == 302
    assert "新的说法" not in told(house, "收押金合法吗")
    assert step(anna, page, "review").status_code == 302
    step(anna, page, "publish")
    assert told(house, "收押金合法吗") == "新的说法。"


def test_a_draft_that_nobody_reviewed_is_not_published(house: Home, anna: Desk):
    page = new(anna)
    refused = anna.post(f"{page}/publish", {"version": "1"})
    assert refused.status_code == 409
    assert "还没有审核" in words(refused)
    assert told(house, "收保证金") == "handoff"


def test_a_change_after_the_review_has_to_be_reviewed_again(house: Home, anna: Desk):
    page = new(anna)
    step(anna, page, "review")
    assert anna.post(f"{page}/edit", typed(answer="又改了。", draft_version="1")).status_code == 302
    assert anna.post(f"{page}/publish", {"version": "2"}).status_code == 409


def test_who_reviews_another_wording_than_they_read_is_told_so(house: Home, anna: Desk, bob: Desk):
    page = new(bob)
    bob.post(f"{page}/edit", typed(answer="悄悄改过。", draft_version="1"))
    late = anna.post(f"{page}/review", {"version": "1"})
    assert late.status_code == 409
    assert "别人刚刚改动了" in words(late)
    assert "审核通过" in words(late)


def test_the_second_of_two_editors_sees_the_difference_and_loses_nothing(house: Home, anna: Desk, bob: Desk):
    page = new(bob)
    anna.post(f"{page}/edit", typed(answer="安娜写的。", draft_version="1"))
    second = bob.post(f"{page}/edit", typed(answer="鲍勃写的。", draft_version="1", topic="pay"))
    assert second.status_code == 409
    assert "<del>安娜</del><ins>鲍勃</ins>" in second.text
    assert ">鲍勃写的。</textarea>" in second.text
    again = typed(answer="鲍勃写的。", draft_version=hidden(second, "draft_version"))
    assert bob.post(f"{page}/edit", again).status_code == 302
    assert "鲍勃写的。" in words(bob.get(page))


def test_an_import_meanwhile_is_a_conflict_too(house: Home, anna: Desk):
    bring_in(house, row("deposit", "收押金合法吗？"))
    page = page_of(house, "deposit")
    bring_in(house, row("deposit", "收押金合法吗？", answer="导入的。"))
    late = anna.post(f"{page}/edit", typed(answer="我的。", live_version="1", go="live"))
    assert late.status_code == 409
    assert "导入的。" in told(house, "收押金合法吗")
    assert hidden(late, "live_version") == "2"


def test_an_empty_form_is_refused_with_what_was_typed(house: Home, anna: Desk):
    refused = anna.post(f"{LIST}/new", typed(question=" ", answer="长" * 401, valid_until="下周"))
    assert refused.status_code == 422
    told_ = words(refused)
    assert "请填写问题" in told_
    assert "答案最多 400 个字，现在有 401 个字" in told_
    assert "失效日写成 2026-12-31 这样" in told_
    assert "长" * 401 in refused.text
    assert "收保证金" in refused.text


@pytest.mark.parametrize(
    ("code", "told_"), [("a b", "编号只用字母"), ("taken", "已经有编号为"), ("above", "上级已有编号为")]
)
def test_a_code_that_will_not_do_is_refused(house: Home, anna: Desk, code: str, told_: str):
    bring_in(house, row("taken", "有了"))
    bring_in(house, row("above", "上级的"), place="province")
    refused = anna.post(f"{LIST}/new", typed(code=code))
    assert refused.status_code == 422
    assert told_ in words(refused)


def test_what_others_wrote_is_shown_as_text(house: Home, anna: Desk):
    page = new(anna, question=EVIL, answer=EVIL, alternates=EVIL, details=EVIL, citations=EVIL, go="live")
    for path in (page, f"{page}/edit", f"{page}/history", LIST, f"{LIST}?q={EVIL}"):
        shown = anna.get(path)
        assert shown.status_code == 200
        assert EVIL not in shown.text
        assert "&lt;script&gt;" in shown.text


def test_withdrawn_means_no_answer_and_bringing_back_undoes_it(house: Home, anna: Desk):
    page = new(anna, go="live")
    step(anna, page, "withdraw")
    assert told(house, "收保证金") == "handoff"
    assert "已下线" in words(anna.get(LIST))
    step(anna, page, "bring-back")
    assert told(house, "收保证金") == "不合法。收了要退。"


def test_a_discarded_draft_is_gone_and_the_live_entry_stays(house: Home, anna: Desk):
    bring_in(house, row("deposit", "收押金合法吗？", answer="不合法。"))
    page = page_of(house, "deposit")
    anna.post(f"{page}/edit", typed(answer="草稿。", live_version="1"))
    assert step(anna, page, "discard").status_code == 302
    assert "草稿。" not in words(anna.get(page))
    assert entry(house, "deposit").answer == "不合法。"
    only = new(anna, question="只有草稿？", code="only")
    assert step(anna, only, "discard").location.partition("?")[0] == LIST
    assert anna.get(only).status_code == 404


def test_every_live_version_is_kept_shown_and_can_be_rolled_back_to(house: Home, anna: Desk):
    bring_in(house, row("deposit", "收押金合法吗？", answer="第一版。"))
    page = page_of(house, "deposit")
    for number in (1, 2):
        sent = typed(answer=f"第{number + 1}个写法。", live_version=str(number), go="live")
        assert anna.post(f"{page}/edit", sent).status_code == 302
    shown = anna.get(f"{page}/history?number=3")
    assert "第<del>2</del><ins>3</ins>个写法" in shown.text
    assert "从文件导入" in words(shown)
    assert "anna 同志" in words(shown)
    back = anna.post(f"{page}/history", {"number": "1", "version": "3"})
    assert back.status_code == 302
    assert told(house, "收押金合法吗") == "第一版。"
    with house.parts.db.read() as session:
        kept = session.scalars(
            select(EntryVersion)
            .where(EntryVersion.organisation_id == organisation(house))
            .order_by(EntryVersion.number)
        ).all()
    assert [one.row["answer"] for one in kept] == ["第一版。", "第2个写法。", "第3个写法。", "第一版。"]
    assert kept[-1].note == "恢复到第 1 版"


def test_rolling_back_what_changed_meanwhile_is_refused(house: Home, anna: Desk):
    page = new(anna, go="live")
    anna.post(f"{page}/edit", typed(answer="二。", live_version="1", go="live"))
    late = anna.post(f"{page}/history", {"number": "1", "version": "1"})
    assert late.status_code == 409
    assert anna.post(f"{page}/history", {"number": "9", "version": "2"}).status_code == 404


def test_an_inherited_entry_is_overridden_by_a_copy_and_comes_back_when_that_is_withdrawn(
    house: Home, anna: Desk
):
    bring_in(house, row("deposit", "收押金合法吗？", answer="省里的。"), place="province")
    page = page_of(house, "deposit", "province")
    assert "来自 province 工会" in words(anna.get(LIST))
    form = anna.get(f"{page}/edit")
    assert "省里的。" in form.text
    sent = typed(question="收押金合法吗？", answer="市里的。", go="live")
    own = anna.post(f"{page}/edit", sent).location.partition("?")[0]
    assert own != page
    assert told(house, "收押金合法吗") == "市里的。"
    assert entry(house, "deposit", "province").answer == "省里的。"
    assert words(anna.get(LIST)).count("收押金合法吗？") == 1
    step(anna, own, "withdraw")
    assert told(house, "收押金合法吗") == "省里的。"


def test_the_city_can_not_touch_what_the_province_has(house: Home, anna: Desk):
    bring_in(house, row("deposit", "收押金合法吗？", answer="省里的。"), place="province")
    page = page_of(house, "deposit", "province")
    for form in ("withdraw", "checked", "bring-back"):
        assert anna.post(f"{page}/{form}", {"version": "1"}).status_code == 409
    assert entry(house, "deposit", "province").withdrawn_at is None
    assert anna.get(page_of(house, "deposit", "province", "province")).status_code == 404


def test_another_unions_entries_do_not_exist(house: Home, anna: Desk):
    bring_in(house, row("secret", "别人的？"), place="others")
    strange = page_of(house, "secret", "others")
    assert "别人的" not in anna.get(LIST).text
    for path in (strange, f"{strange}/edit", f"{strange}/history"):
        assert anna.get(path).status_code == 404
    assert anna.post(f"{strange}/edit", typed(live_version="1")).status_code == 404
    assert anna.post(f"{strange}/withdraw", {"version": "1"}).status_code == 404
    charlie = Desk(house, "charlie", "others", Role.ADMIN)
    assert charlie.get(LIST).status_code == 404


@pytest.mark.parametrize(
    ("role", "path"),
    [
        (Role.VIEWER, "new"),
        (Role.FIRST, "new"),
        (Role.VIEWER, "{id}/edit"),
        (Role.VIEWER, "files"),
    ],
)
def test_who_may_only_look_can_not_open_the_forms(house: Home, role: Role, path: str):
    bring_in(house, row("deposit", "收押金合法吗？"))
    someone = Desk(house, "someone", "ours", role)
    path = path.replace("{id}", page_of(house, "deposit").rpartition("/")[2])
    assert someone.get(LIST).status_code == 200
    assert someone.get(f"{LIST}/{path}").status_code == 403


@pytest.mark.parametrize("what", ["publish", "withdraw", "bring-back", "review", "checked", "history"])
def test_an_editor_neither_reviews_nor_publishes(house: Home, bob: Desk, what: str):
    page = new(bob)
    assert bob.post(f"{page}/{what}", {"version": "1", "number": "1"}).status_code == 403


def test_an_editor_who_claims_to_publish_is_refused(house: Home, bob: Desk):
    assert "保存并上线" not in words(bob.get(f"{LIST}/new"))
    assert bob.post(f"{LIST}/new", typed(go="live")).status_code == 403
    assert told(house, "收保证金") == "handoff"


def test_the_list_finds_by_words_topic_and_state(house: Home, anna: Desk):
    bring_in(
        house,
        row("deposit", "收押金合法吗？", topic="deposit", alternates=("交风险金",)),
        row("old", "旧的高温补贴？", topic="pay", valid_until=TODAY - timedelta(days=1)),
        row("soon", "新的补贴？", topic="pay", valid_until=TODAY + timedelta(days=30)),
    )
    new(anna, question="还是草稿？", topic="pay", alternates="")
    found = {
        "q=风险金": {"收押金"},
        "q=deposit": {"收押金"},
        "q=%25": set(),
        "topic=pay": {"旧的", "新的补贴", "还是草稿"},
        "state=live": {"收押金", "新的补贴"},
        "state=draft": {"还是草稿"},
        "state=reviewed": set(),
        "state=over": {"旧的"},
        "state=due": {"旧的", "新的补贴"},
        "state=withdrawn": set(),
        "q=补贴&topic=pay&state=over": {"旧的"},
    }
    all_ = {"收押金", "旧的", "新的补贴", "还是草稿"}
    for query, wanted in found.items():
        shown = anna.get(f"{LIST}?{query}").text.partition("<table")[2]
        assert {one for one in all_ if one in shown} == wanted, query


def test_pages_of_the_list_hold_every_entry_once(house: Home, anna: Desk):
    bring_in(house, *(row(f"e{n}", f"第{n}个问题？") for n in range(120)))
    for number in range(3):
        new(anna, question=f"草稿{number}？")
    seen: list[str] = []
    address: str | None = LIST
    while address:
        shown = anna.get(address).text
        seen += [part.partition(">")[2].partition("<")[0] for part in shown.split('class="entry-link"')[1:]]
        more = shown.partition('ms-auto" href="')[2].partition('"')[0] if "下一页" in shown else None
        address = more and more.replace("&amp;", "&")
    assert len(seen) == len(set(seen)) == 123
    assert {seen[0], seen[1], seen[2]} == {"草稿0？", "草稿1？", "草稿2？"}


def test_a_nonsensical_place_in_the_list_is_its_beginning(house: Home, anna: Desk):
    bring_in(house, row("deposit", "收押金合法吗？"))
    for after in ("x", "1_2", "20261120T020000000000_9_x", "99999999T999999999999_1_1"):
        assert "收押金" in anna.get(f"{LIST}?after={after}&state=strange").text


def test_how_often_an_entry_helped_counts_thirty_days_of_ones_own_accounts(house: Home, anna: Desk):
    bring_in(house, row("deposit", "收押金合法吗？"))
    account = house.parts.directory.get("ours").id
    stranger = house.parts.directory.get("others").id
    asked = [(account, "answered", 0)] * 7 + [(account, "useful", 1)] * 3 + [(account, "useless", 2)] * 2
    asked += [(account, "answered", 31), (stranger, "answered", 0)]
    with house.parts.db.work() as session:
        for number, (whose, outcome, days) in enumerate(asked):
            session.add(
                AskedQuestion(
                    account_id=whose,
                    message_key=f"m{number}",
                    asked_at=NOW - timedelta(days=days),
                    outcome=outcome,
                    entry_code="deposit",
                )
            )
    shown = words(anna.get(page_of(house, "deposit")))
    assert "回答 7 有用 3 没用 2" in shown
    above = Desk(house, "paula", "province", Role.ADMIN)
    assert above.get("/console/o/province/entries").status_code == 200


def test_a_statute_that_changed_since_the_check_is_told_and_reviewing_settles_it(house: Home, anna: Desk):
    cited = ("《工友法》第二条",)
    bring_in(
        house,
        row("fresh", "新核对的？", citations=cited, checked_on=date(2026, 10, 2)),
        row("stale", "早先核对的？", citations=cited, checked_on=date(2026, 9, 1)),
        row("never", "没核对过的？", citations=cited),
        row("fund", "公积金？", citations=("《住房公积金管理条例》第二条",), checked_on=date(2026, 8, 1)),
    )
    with parts_of(house.app).db.work() as session:
        import_statutes(session, [text_of("工友法", date(2026, 10, 1))], NOW)
    refresh(house)
    listed = anna.get(f"{LIST}?state=due").text
    assert [one in listed for one in ("早先核对的", "没核对过的", "公积金", "新核对的")] == [
        True,
        True,
        True,
        False,
    ]
    assert "2026-10-01 有了新版本" in words(anna.get(f"{LIST}?state=due"))
    assert "3 条需要复核" in words(anna.get(LIST))
    page = page_of(house, "stale")
    assert step(anna, page, "checked").status_code == 302
    assert entry(house, "stale").checked_on == TODAY
    assert "早先核对的" not in anna.get(f"{LIST}?state=due").text


def test_what_is_out_of_date_is_not_settled_by_a_review(house: Home, anna: Desk):
    bring_in(house, row("old", "旧的？", valid_until=TODAY - timedelta(days=1)))
    shown = words(anna.get(page_of(house, "old")))
    assert "有效期已过，手机上不显示" in shown
    assert "已复核，内容无误" not in shown


def test_a_review_of_the_statutes_does_not_make_a_draft_in_work_stale(house: Home, anna: Desk):
    bring_in(house, row("never", "没核对过的？", citations=("《工友法》第二条",)))
    page = page_of(house, "never")
    anna.post(f"{page}/edit", typed(answer="草稿。", live_version="1"))
    step(anna, page, "checked")
    step(anna, page, "review")
    assert step(anna, page, "publish").status_code == 302
    assert entry(house, "never").answer == "草稿。"


def test_an_entry_whose_live_wording_changed_under_a_draft_can_not_be_published_unseen(
    house: Home, anna: Desk
):
    bring_in(house, row("deposit", "收押金合法吗？", answer="一。"))
    page = page_of(house, "deposit")
    anna.post(f"{page}/edit", typed(answer="草稿。", live_version="1"))
    step(anna, page, "review")
    bring_in(house, row("deposit", "收押金合法吗？", answer="导入的。"))
    assert "线上的内容又改过" in words(anna.get(page))
    assert anna.post(f"{page}/publish", {"version": "1"}).status_code == 409
    assert entry(house, "deposit").answer == "导入的。"
    with house.parts.db.read() as session:
        kept = session.scalar(select(EntryDraft).where(EntryDraft.organisation_id == organisation(house)))
    assert kept is not None


def test_an_empty_list_says_how_to_begin(house: Home, anna: Desk):
    assert "还没有问答" in words(anna.get(LIST))
    assert "没有符合条件的问答" in words(anna.get(f"{LIST}?q=zzz"))
