"""粉丝 in the console: who sees whom, what is masked, what two people at once get."""

import re
from collections.abc import Iterator

import pytest
from sqlalchemy import select

from core.masking import mask_openid
from members.blacklist import BLACKLIST
from members.consents import set_consent
from members.rules import BATCH, HISTORY
from members.tags.service import TAG_MEMBERS, create_tag
from models import AuditEntry, Member, MemberTag, OutboxItem, Tag
from staff.roles import Role
from tests.conftest import NOW, Home
from tests.members.people import add_follower, add_message, days_ago
from tests.staff.desk import Desk, text_of

LIST = "/console/a/ours/followers"


@pytest.fixture
def ours(house: Home) -> int:
    return house.parts.directory.get("ours").id


@pytest.fixture
def tag(house: Home, ours: int) -> Iterator[str]:
    """A tag that the platform knows under the number 100; its public id."""
    with house.parts.db.work() as session:
        tag = create_tag(session, ours, "货车司机", linked=False, now=NOW)
        tag.platform_id = 100
    yield tag.public_id


def outbox(house: Home, kind: str) -> list[OutboxItem]:
    with house.parts.db.read() as session:
        query = select(OutboxItem).where(OutboxItem.kind == kind).order_by(OutboxItem.id)
        return list(session.scalars(query.execution_options(all_tenants="a test looks")))


def member(house: Home, ours: int, public_id: str) -> Member:
    with house.parts.db.read() as session:
        return session.scalars(
            select(Member).where(Member.account_id == ours, Member.public_id == public_id)
        ).one()


def carriers(house: Home, ours: int) -> dict[int, str]:
    with house.parts.db.read() as session:
        query = select(MemberTag.member_id, MemberTag.state).where(MemberTag.account_id == ours)
        return dict(session.execute(query).all())


def names(page: str) -> list[str]:
    return re.findall(r'name="member" value="(\w+)"', page)


def test_an_empty_list_says_when_followers_will_come(anna: Desk):
    assert "还没有粉丝" in text_of(anna.get(LIST))


def test_the_list_shows_masked_names_and_never_an_openid(house: Home, anna: Desk, ours: int):
    add_follower(house.parts.db, ours, "oSECRETopenid0000000000000001")
    page = anna.get(LIST)
    assert mask_openid("oSECRETopenid0000000000000001") in page.text
    assert "oSECRET" not in page.text


def test_every_follower_stands_on_exactly_one_page(house: Home, anna: Desk, ours: int):
    made = {
        add_follower(house.parts.db, ours, f"o{n}", last_seen_at=days_ago(n // 3))
        for n in range(2 * BATCH + 7)
    }
    path, seen = LIST, []
    for _ in range(3):
        page = anna.get(path).text
        seen += names(page)
        found = re.search(r'href="([^"]+after=[\d.]+)">下一页', page)
        path = found[1].replace("&amp;", "&") if found else ""
    assert path == ""
    assert len(seen) == len(set(seen))
    assert set(seen) == made


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", {"new", "old", "left", "asker", "sleeper", "bad"}),
        ("view=following", {"new", "old", "asker", "sleeper", "bad"}),
        ("view=left", {"left"}),
        ("view=new", {"new"}),
        ("view=new&days=20", {"new", "old", "asker", "bad"}),
        ("view=active&days=5", {"new", "old", "asker", "bad"}),
        ("view=asleep", {"sleeper"}),
        ("view=asked", {"asker", "left"}),
        ("view=often", {"asker"}),
        ("view=blocked", {"bad"}),
        ("scene=gate", {"new", "left"}),
        ("scene=gate&view=left", {"left"}),
    ],
)
def test_each_filter_finds_whom_it_means(house: Home, anna: Desk, ours: int, query: str, expected: set[str]):
    people = {
        "new": {"followed_at": days_ago(2), "scene": "gate"},
        "old": {},
        "left": {"following": False, "scene": "gate", "asked_at": days_ago(200), "asked_count": 9},
        "asker": {"asked_at": days_ago(3), "asked_count": 5},
        "sleeper": {"last_seen_at": days_ago(91), "followed_at": days_ago(400)},
        "bad": {"blocked_at": days_ago(1)},
    }
    ids = {add_follower(house.parts.db, ours, f"o-{who}", **values): who for who, values in people.items()}
    add_follower(house.parts.db, house.parts.directory.get("others").id, "o-foreign", scene="gate")
    page = anna.get(f"{LIST}?{query}").text
    assert {ids[one] for one in names(page)} == expected
    assert f"共 {len(expected)} 位" in anna.get(f"{LIST}/count?{query}").text


@pytest.mark.parametrize(
    "query", ["view=x", "view=new&days=abc", "view=new&days=0", "after=x", "after=1.2.3"]
)
def test_a_filter_that_makes_no_sense_is_told_and_the_list_stands(
    house: Home, anna: Desk, ours: int, query: str
):
    add_follower(house.parts.db, ours, "o1")
    page = anna.get(f"{LIST}?{query}")
    assert page.status_code == 422
    assert len(names(page.text)) == 1


def test_chosen_followers_get_a_tag_once_however_often_it_is_sent(
    house: Home, anna: Desk, ours: int, tag: str
):
    chosen = [add_follower(house.parts.db, ours, f"o{n}") for n in range(3)]
    form = {"member": chosen, "tag_public_id": tag, "do": "add", "back": "view=following"}
    page = anna.post(f"{LIST}/tag", form)
    assert "已给 3 位粉丝打上标签「货车司机」" in page.text
    assert set(carriers(house, ours).values()) == {"adding"}
    assert "已给 0 位" in anna.post(f"{LIST}/tag", form).text
    (item,) = outbox(house, TAG_MEMBERS)
    assert len(item.payload["member_ids"]) == 3
    assert names(anna.get(f"{LIST}?tag={tag}").text) == list(reversed(chosen))


def test_a_tag_that_is_taken_off_is_gone_from_the_list_at_once(house: Home, anna: Desk, ours: int, tag: str):
    chosen = [add_follower(house.parts.db, ours, "o1")]
    anna.post(f"{LIST}/tag", {"member": chosen, "tag_public_id": tag, "do": "add"})
    anna.post(f"{LIST}/tag", {"member": chosen, "tag_public_id": tag, "do": "remove"})
    assert names(anna.get(f"{LIST}?tag={tag}").text) == []
    assert [item.payload["add"] for item in outbox(house, TAG_MEMBERS)] == [True, False]


def test_nobody_chosen_or_too_many_is_refused_with_the_reason(house: Home, anna: Desk, tag: str):
    nobody = anna.post(f"{LIST}/tag", {"tag_public_id": tag, "do": "add"})
    assert (nobody.status_code, "请先勾选粉丝" in nobody.text) == (422, True)
    crowd = anna.post(f"{LIST}/tag", {"member": [f"x{n}" for n in range(51)], "tag_public_id": tag})
    assert (crowd.status_code, "一次最多选 50 位" in crowd.text) == (422, True)


def test_another_accounts_followers_and_tags_can_not_be_touched(house: Home, anna: Desk, ours: int, tag: str):
    others = house.parts.directory.get("others").id
    foreign = add_follower(house.parts.db, others, "o-foreign")
    mine = add_follower(house.parts.db, ours, "o-mine")
    with house.parts.db.work() as session:
        theirs = create_tag(session, others, "别人的", linked=False, now=NOW).public_id
    assert anna.get(f"{LIST}/{foreign}").status_code == 404
    assert anna.post(f"{LIST}/{foreign}/remark", {"remark": "x", "version": 0}).status_code == 404
    assert anna.post(f"{LIST}/{foreign}/block", {"do": "block"}).status_code == 404
    assert anna.post(f"{LIST}/tag", {"member": [foreign], "tag_public_id": tag}).status_code == 422
    assert anna.post(f"{LIST}/tag", {"member": [mine], "tag_public_id": theirs}).status_code == 404
    assert anna.get(f"{LIST}?tag={theirs}").status_code == 404
    assert anna.get("/console/a/others/followers").status_code == 404
    assert "别人的" not in anna.get(f"{LIST}/tags").text
    assert carriers(house, ours) == {}


@pytest.mark.parametrize("path", ["", "/count", "/tags", "/x"])
def test_without_the_permission_followers_are_not_shown(house: Home, path: str):
    assert Desk(house, "bob", "ours", Role.VIEWER).get(LIST + path).status_code == 403


def test_of_two_who_write_a_remark_the_second_sees_both_texts(house: Home, anna: Desk, ours: int):
    who = add_follower(house.parts.db, ours, "o1")
    bob = Desk(house, "bob", "ours", Role.SERVICE)
    assert anna.post(f"{LIST}/{who}/remark", {"remark": "王师傅", "version": 0}).status_code == 302
    late = bob.post(f"{LIST}/{who}/remark", {"remark": "老王", "version": 0})
    assert late.status_code == 409
    assert "王师傅" in late.text
    assert 'value="老王"' in late.text
    assert member(house, ours, who).remark == "王师傅"
    assert bob.post(f"{LIST}/{who}/remark", {"remark": "老王", "version": 1}).status_code == 302


def test_a_remark_that_is_too_long_keeps_what_was_typed(house: Home, anna: Desk, ours: int):
    who = add_follower(house.parts.db, ours, "o1")
    page = anna.post(f"{LIST}/{who}/remark", {"remark": "长" * 61, "version": 0})
    assert (page.status_code, "长" * 61 in page.text, "最多 60 个字" in page.text) == (422, True, True)


def test_what_people_write_is_shown_as_text(house: Home, anna: Desk, ours: int):
    evil = "<script>alert(1)</script>"
    who = add_follower(house.parts.db, ours, "o1", scene=evil)
    add_message(house.parts.db, ours, "o1", evil, "k1")
    anna.post(f"{LIST}/{who}/remark", {"remark": evil, "version": 0})
    with house.parts.db.work() as session:
        session.add(Tag(account_id=ours, public_id="t1", name=evil, changed_at=NOW))
    for path in (LIST, f"{LIST}/{who}", f"{LIST}/tags", f"{LIST}?scene={evil}"):
        page = anna.get(path).text
        assert evil not in page
        assert "&lt;script&gt;alert" in page


def test_numbers_in_messages_are_masked_and_seen_by_permission_only_with_a_trace(
    house: Home, anna: Desk, ours: int
):
    who = add_follower(house.parts.db, ours, "o1")
    add_message(house.parts.db, ours, "o1", "我的电话13912345678", "k1")
    page = anna.get(f"{LIST}/{who}").text
    assert "139****5678" in page
    assert "13912345678" not in page
    assert "查看原文" not in page
    unmask = f"{LIST}/{who}/messages/k1/unmask"
    assert anna.post(unmask).status_code == 403
    assert Desk(house, "paul", "ours", Role.PRIVACY).post(unmask).status_code == 403  # may not see followers
    vera = Desk(house, "vera", "ours", Role.SERVICE, Role.PRIVACY)
    assert "13912345678" not in vera.get(f"{LIST}/{who}").text
    assert "13912345678" in vera.post(unmask).text
    with house.parts.db.read() as session:
        acts = list(session.scalars(select(AuditEntry).where(AuditEntry.action == "unmasked")))
    assert [(act.actor, act.target) for act in acts] == [("vera 同志（vera）", f"粉丝 {who}")]
    assert "139" not in str(acts[0].facts)


def test_a_message_of_somebody_else_is_not_unmasked_under_this_name(house: Home, ours: int):
    vera = Desk(house, "vera", "ours", Role.SERVICE, Role.PRIVACY)
    who = add_follower(house.parts.db, ours, "o1")
    add_message(house.parts.db, ours, "o2", "13912345678", "k2")
    assert vera.post(f"{LIST}/{who}/messages/k2/unmask").status_code == 404


def test_who_withdrew_consent_has_no_history_for_staff(house: Home, ours: int):
    vera = Desk(house, "vera", "ours", Role.SERVICE, Role.PRIVACY)
    who = add_follower(house.parts.db, ours, "o1")
    add_message(house.parts.db, ours, "o1", "不想让人看 13912345678", "k1")
    with house.parts.db.work() as session:
        set_consent(session, ours, "o1", HISTORY, given=False, linked=True, now=NOW)
    page = vera.get(f"{LIST}/{who}").text
    assert "本人不同意查看聊天记录" in page
    assert "不想让人看" not in page
    assert vera.post(f"{LIST}/{who}/messages/k1/unmask").status_code == 404


def test_history_goes_back_page_by_page(house: Home, anna: Desk, ours: int):
    who = add_follower(house.parts.db, ours, "o1")
    for n in range(45):
        add_message(house.parts.db, ours, "o1", f"问题{n:02d}号", f"k{n}")
    path, seen = f"{LIST}/{who}", []
    for _ in range(3):
        page = anna.get(path).text
        seen += re.findall(r"问题(\d\d)号", page)
        found = re.search(r'href="([^"]+before=\d+)">更早的', page)
        path = found[1] if found else ""
    assert seen == [f"{n:02d}" for n in reversed(range(45))]


def test_the_blacklist_is_kept_here_and_told_to_the_platform_once(house: Home, anna: Desk, ours: int):
    chosen = [add_follower(house.parts.db, ours, f"o{n}") for n in range(25)]
    page = anna.post(f"{LIST}/block", {"member": chosen, "do": "block"})
    assert "已把 25 位粉丝加入黑名单" in page.text
    assert [len(item.payload["member_ids"]) for item in outbox(house, BLACKLIST)] == [20, 5]
    anna.post(f"{LIST}/block", {"member": chosen, "do": "block"})
    assert len(outbox(house, BLACKLIST)) == 2
    anna.post(f"{LIST}/{chosen[0]}/block", {"do": "unblock"})
    assert member(house, ours, chosen[0]).blocked_at is None
    assert len(names(anna.get(f"{LIST}?view=blocked").text)) == 24


def test_acts_on_followers_stand_in_the_audit_log_without_openids(
    house: Home, anna: Desk, ours: int, tag: str
):
    who = add_follower(house.parts.db, ours, "oSECRETopenid0000000000000001")
    anna.post(f"{LIST}/tag", {"member": [who], "tag_public_id": tag, "do": "add"})
    anna.post(f"{LIST}/{who}/block", {"do": "block"})
    anna.post(f"{LIST}/{who}/remark", {"remark": "私事", "version": 0})
    with house.parts.db.read() as session:
        acts = list(session.scalars(select(AuditEntry).order_by(AuditEntry.number)))
    assert [act.action for act in acts] == ["followers_tagged", "followers_blocked", "remark_changed"]
    assert not any("oSECRET" in f"{act.target}{act.facts}" or "私事" in f"{act.facts}" for act in acts)
