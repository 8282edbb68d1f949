"""Tags: ours and the platform's stay alike, each change arrives once, and the platform's word holds."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from accounts.service import add_account
from app import REGISTRY
from jobs.outbox import Outbox
from members.blacklist import set_blocked
from members.consents import set_consent
from members.rules import TAGGING
from members.tags import service, sync, tasks
from members.tags.sync import PlatformTag
from models import Member, MemberTag, OutboxItem, Tag
from models.db import Database
from staff.roles import Role
from tests.conftest import NOW, new_account
from tests.members.conftest import Pages
from tests.members.people import add_follower, days_ago
from tests.neighbours import together
from tests.staff.desk import Desk, text_of
from wechat.errors import error_from

TAGS = "/console/a/ours/followers/tags"


class Sync:
    """The account `ours` beside a platform that has followers, and a worker."""

    def __init__(self, pages: Pages) -> None:
        self.pages, self.parts, self.db = pages, pages.home.parts, pages.home.parts.db
        self.account_id = pages.account_id()
        self.openids = pages.platform.people("ours")[:3]
        for openid in self.openids:
            add_follower(self.db, self.account_id, openid)
            pages.platform.world.followers.subscribe("ours", openid, None)
        self.theirs = pages.platform.world.tags

    def deliver(self) -> None:
        couriers = REGISTRY.all_couriers(self.parts)
        outbox = Outbox(self.db, couriers, self.parts.clock, batch=50, keep_trying=timedelta(hours=48))
        while outbox.deliver_due():
            pass

    def pull(self) -> None:
        with self.db.work() as session:
            sync.want_sync(session, self.account_id, self.parts.clock())
        assert tasks.pull_due(self.parts) >= 1

    def create(self, name: str) -> Tag:
        with self.db.work() as session:
            return service.create_tag(session, self.account_id, name, linked=True, now=self.parts.clock())

    def tag(self, name: str) -> Tag | None:
        with self.db.read() as session:
            query = select(Tag).where(Tag.account_id == self.account_id, Tag.name == name)
            return session.scalar(query)

    def members(self) -> list[Member]:
        with self.db.read() as session:
            query = select(Member).where(
                Member.account_id == self.account_id, Member.openid.in_(self.openids)
            )
            return list(session.scalars(query.order_by(Member.id)))

    def carriers(self, tag: Tag) -> dict[str, str]:
        with self.db.read() as session:
            query = (
                select(Member.openid, MemberTag.state)
                .join(Member, Member.id == MemberTag.member_id)
                .where(
                    MemberTag.account_id == self.account_id,
                    Member.account_id == self.account_id,
                    MemberTag.tag_id == tag.id,
                )
            )
            return dict(session.execute(query).all())

    def change(self, verb: str, *args: object, **options: object) -> None:
        with self.db.work() as session:
            fresh = [
                service.get_tag(session, self.account_id, one.public_id) if isinstance(one, Tag) else one
                for one in args
            ]
            getattr(service, verb)(session, *fresh, **options, now=self.parts.clock())

    def names_there(self) -> list[str]:
        return [tag.name for tag in self.theirs.list_all("ours")]


@pytest.fixture
def both(pages: Pages) -> Sync:
    return Sync(pages)


def test_a_tag_and_its_followers_reach_the_platform_and_come_back_unchanged(both: Sync):
    tag = both.create("货车司机")
    both.change("add_tag", tag, both.members(), linked=True)
    both.deliver()
    settled = both.tag("货车司机")
    assert (settled.state, settled.platform_id) == ("live", 100)
    assert sorted(both.theirs.members("ours", 100)) == sorted(both.openids)
    both.pull()
    both.pull()
    assert both.carriers(settled) == dict.fromkeys(both.openids, "on")
    assert both.names_there().count("货车司机") == 1


def test_a_creation_whose_answer_was_lost_makes_no_second_tag(both: Sync):
    both.create("女职工")
    both.theirs.create("ours", "女职工")  # it had arrived
    both.deliver()
    assert both.tag("女职工").platform_id == 100
    assert both.names_there().count("女职工") == 1


def test_renaming_and_deleting_reach_the_platform(both: Sync):
    both.create("司机")
    both.deliver()
    both.change("rename_tag", both.tag("司机"), "货车司机", both.tag("司机").version, linked=True)
    both.deliver()
    assert "货车司机" in both.names_there()
    tag = both.tag("货车司机")
    assert tag.state == "live"
    both.change("delete_tag", tag, tag.version, linked=True)
    assert both.tag("货车司机").state == "deleting"
    both.deliver()
    assert both.tag("货车司机") is None
    assert "货车司机" not in both.names_there()


def test_two_changes_before_the_first_is_delivered_end_in_the_last(both: Sync):
    tag = both.create("一")
    both.change("rename_tag", tag, "二", 0, linked=True)
    both.change("rename_tag", both.tag("二"), "三", 1, linked=True)
    both.deliver()
    assert both.names_there() == ["星标组", "三"]


def test_tags_made_on_the_platform_appear_with_their_followers(both: Sync):
    number = both.theirs.create("ours", "老会员")
    both.theirs.stick("ours", number, both.openids[:2])
    both.pull()
    tag = both.tag("老会员")
    assert (tag.platform_id, tag.followers) == (number, 2)
    assert both.carriers(tag) == dict.fromkeys(both.openids[:2], "on")
    both.theirs.peel("ours", number, both.openids[:1])
    both.pull()
    assert both.carriers(tag) == {both.openids[1]: "on"}
    both.theirs.delete("ours", number)
    both.pull()
    assert both.tag("老会员") is None


def test_a_name_changed_on_the_platform_is_taken_over(both: Sync):
    first, second = both.theirs.create("ours", "甲"), both.theirs.create("ours", "乙")
    both.pull()
    both.theirs.rename("ours", first, "丙")
    both.theirs.rename("ours", second, "甲")
    both.theirs.rename("ours", first, "乙")  # swapped
    both.pull()
    assert (both.tag("甲").platform_id, both.tag("乙").platform_id) == (second, first)


def test_our_renaming_to_a_name_that_exists_there_loses(both: Sync):
    both.create("甲")
    both.deliver()
    both.theirs.create("ours", "乙")
    both.change("rename_tag", both.tag("甲"), "乙", both.tag("甲").version, linked=True)
    both.pull()
    assert both.tag("甲").problem.startswith("平台上已有叫「乙」的标签")
    assert both.tag("乙").platform_id == 101


def test_our_own_tag_and_a_new_one_of_that_name_there_become_one(both: Sync):
    number = both.theirs.create("ours", "旧名")
    both.pull()
    tag = both.create("新名")
    both.change("add_tag", tag, both.members()[:1], linked=True)
    both.theirs.rename("ours", number, "新名")
    both.pull()
    merged = both.tag("新名")
    assert merged.platform_id == number
    assert list(both.carriers(merged)) == both.openids[:1]
    both.deliver()
    assert both.theirs.members("ours", number) == both.openids[:1]
    assert both.names_there().count("新名") == 1


def test_what_changed_while_the_platform_was_asked_is_left_alone(both: Sync):
    number = both.theirs.create("ours", "甲")
    both.pull()
    tag = both.tag("甲")
    asked_at = both.parts.clock()
    both.change("add_tag", tag, both.members()[:1], linked=True)
    both.deliver()
    with both.db.work() as session:  # an answer of before
        sync.take_members(session, both.account_id, tag.id, [], asked_at)
        sync.take_names(session, both.account_id, [PlatformTag(number, "甲", 0)], asked_at)
    assert both.carriers(tag) == {both.openids[0]: "on"}


def test_a_refused_tag_tells_why_and_can_be_tried_again(both: Sync, monkeypatch: pytest.MonkeyPatch):
    api = both.parts.platform.api(both.parts.directory.get("ours"))
    refuse = error_from(45056, "too many tags")
    monkeypatch.setattr(api.tag, "create", lambda _name: (_ for _ in ()).throw(refuse))
    tag = both.create("第101个")
    both.deliver()
    anna = Desk(both.pages.home, "anna", "ours", Role.SERVICE)
    page = anna.get(TAGS).text
    assert "标签数量已达上限" in page
    assert "再试一次" in page
    monkeypatch.undo()
    assert anna.post(f"{TAGS}/{tag.public_id}/retry", {"version": 0}).status_code == 302
    both.deliver()
    assert both.tag("第101个").state == "live"


def test_one_whom_the_platform_refuses_does_not_hold_up_the_others(both: Sync):
    stranger = "o-not-there"
    add_follower(both.db, both.account_id, stranger)
    both.openids.append(stranger)
    tag = both.create("甲")
    both.change("add_tag", tag, both.members(), linked=True)
    both.deliver()
    states = both.carriers(tag)
    assert states.pop(stranger) == "local"
    assert set(states.values()) == {"on"}
    assert "有 1 位粉丝没有同步" in both.tag("甲").problem


def test_who_left_is_not_sent_to_the_platform(both: Sync):
    with both.db.work() as session:
        one = session.scalars(
            select(Member).where(Member.account_id == both.account_id, Member.openid == both.openids[0])
        ).one()
        one.following = False
    tag = both.create("甲")
    both.change("add_tag", tag, both.members(), linked=True)
    both.deliver()
    assert both.carriers(tag)[both.openids[0]] == "local"
    assert both.openids[0] not in both.theirs.members("ours", 100)


def test_who_does_not_want_tags_gets_none_and_loses_those_they_had(both: Sync):
    tag = both.create("甲")
    both.change("add_tag", tag, both.members(), linked=True)
    both.deliver()
    now = both.parts.clock()
    with both.db.work() as session:
        set_consent(session, both.account_id, both.openids[0], TAGGING, given=False, linked=True, now=now)
    both.deliver()
    assert both.openids[0] not in both.theirs.members("ours", 100)
    with both.db.work() as session:
        done = service.add_tag(session, both.tag("甲"), both.members(), linked=True, now=now)
    assert (done.changed, done.unwilling) == (0, 1)


def test_a_group_becomes_a_tag_portion_by_portion(both: Sync, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(tasks, "_PORTION", 4)
    now = both.parts.clock()
    for n in range(10):
        add_follower(both.db, both.account_id, f"o-sleeper{n}", last_seen_at=now - timedelta(days=100 + n))
    anna = Desk(both.pages.home, "anna", "ours", Role.SERVICE)
    assert anna.post(TAGS, {"name": "唤醒", "group": "asleep"}).status_code == 302
    assert tasks.fill_due(both.parts) == 4
    assert "已处理 4 人" in text_of(anna.get(TAGS))
    while tasks.fill_due(both.parts):
        pass
    tag = both.tag("唤醒")
    carried = both.carriers(tag)
    assert {name for name in carried if name.startswith("o-sleeper")} == {f"o-sleeper{n}" for n in range(10)}
    assert (tag.fill_group, tag.filled) == ("", len(carried))


def test_the_blacklist_is_told_as_it_is_when_it_is_delivered(both: Sync, monkeypatch: pytest.MonkeyPatch):
    told: list[tuple[str, list[str]]] = []
    api = both.parts.platform.api(both.parts.directory.get("ours"))
    monkeypatch.setattr(api.tag, "batch_black_list", lambda some: told.append(("in", some)))
    monkeypatch.setattr(api.tag, "batch_unblack_list", lambda some: told.append(("out", some)))
    members, now = both.members(), both.parts.clock()
    with both.db.work() as session:
        set_blocked(session, both.account_id, members, blocked=True, linked=True, now=now)
        set_blocked(session, both.account_id, members[:1], blocked=False, linked=True, now=now)
    both.deliver()
    assert ("in", [members[0].openid]) not in told
    assert ("out", [members[0].openid]) in told
    assert all(members[0].openid not in some for word, some in told if word == "in")


def test_the_blacklist_reaches_the_platform_and_is_lifted_there(both: Sync):
    members, now = both.members(), both.parts.clock()
    for blocked, there in ((True, sorted(both.openids)), (False, [])):
        with both.db.work() as session:
            set_blocked(session, both.account_id, members, blocked=blocked, linked=True, now=now)
        both.deliver()
        assert sorted(both.pages.platform.world.followers.list_blocked("ours")) == there
    with both.db.read() as session:
        query = select(Member.block_problem).where(Member.account_id == both.account_id)
        assert set(session.scalars(query)) == {""}


@pytest.mark.parametrize(
    ("name", "status", "reason"),
    [
        ("", 422, "请填写标签名"),
        ("长" * 11, 422, "最多 30 字节"),
        ("已有", 409, "已经有叫「已有」的标签"),
    ],
)
def test_a_name_that_can_not_be_is_refused_and_kept_in_the_form(
    both: Sync, name: str, status: int, reason: str
):
    both.create("已有")
    anna = Desk(both.pages.home, "anna", "ours", Role.SERVICE)
    page = anna.post(TAGS, {"name": name})
    assert (page.status_code, reason in page.text, f'value="{name}"' in page.text) == (status, True, True)


def test_of_two_who_rename_a_tag_the_second_is_told(both: Sync):
    tag = both.create("甲")
    anna = Desk(both.pages.home, "anna", "ours", Role.SERVICE)
    path = f"{TAGS}/{tag.public_id}"
    assert anna.post(f"{path}/rename", {"name": "乙", "version": 0}).status_code == 302
    late = anna.post(f"{path}/rename", {"name": "丙", "version": 0})
    assert late.status_code == 409
    assert 'value="丙"' in late.text
    assert anna.post(f"{path}/delete", {"version": 0}).status_code == 409
    assert both.tag("乙") is not None


def test_tags_of_another_account_do_not_exist(both: Sync):
    with both.db.work() as session:
        other = both.pages.account_id("other")
        foreign = service.create_tag(session, other, "别人的", linked=True, now=both.parts.clock())
    anna = Desk(both.pages.home, "anna", "ours", Role.SERVICE)
    for verb in ("rename", "delete", "retry"):
        sent = {"name": "x", "version": 0}
        assert anna.post(f"{TAGS}/{foreign.public_id}/{verb}", sent).status_code == 404


def test_the_platforms_own_tag_can_not_be_changed(both: Sync):
    both.pull()
    star = both.tag("星标组")
    anna = Desk(both.pages.home, "anna", "ours", Role.SERVICE)
    refused = anna.post(f"{TAGS}/{star.public_id}/delete", {"version": star.version})
    assert (refused.status_code, "平台自带" in refused.text) == (409, True)


def test_an_account_the_platform_gives_no_tags_keeps_its_own(both: Sync):
    account_id = both.pages.account_id("other")
    with both.db.work() as session:
        tag = service.create_tag(session, account_id, "本地", linked=False, now=NOW)
        add_follower_row = Member(
            account_id=account_id,
            public_id="p",
            openid="o-l",
            first_seen_at=NOW,
            last_seen_at=NOW,
        )
        session.add(add_follower_row)
        session.flush()
        service.add_tag(session, tag, [add_follower_row], linked=False, now=NOW)
        service.remove_tag(session, tag, [add_follower_row], linked=False, now=NOW)
        items = session.scalars(select(OutboxItem).where(OutboxItem.account_id == account_id)).all()
    assert (tag.state, items) == ("live", [])


def test_a_follower_full_of_tags_gets_no_more(db: Database, owner: int):
    add_follower(db, owner, "o1", last_seen_at=days_ago(1))
    with db.work() as session:
        member = session.scalars(select(Member).where(Member.account_id == owner)).one()
        for n in range(21):
            tag = service.create_tag(session, owner, f"标签{n}", linked=False, now=NOW)
            done = service.add_tag(session, tag, [member], linked=False, now=NOW)
    assert (done.changed, done.full) == (0, 1)


def test_of_many_who_make_one_tag_at_once_one_does(postgres_db: Database):
    db = postgres_db
    with db.work() as session:
        owner = add_account(session, new_account(), NOW).id

    def make(_number: int) -> str:
        with db.work() as session:
            return service.create_tag(session, owner, "货车司机", linked=True, now=NOW).name

    made = together(8, make)
    assert made.count("货车司机") == 1
    assert {getattr(one, "code", "") for one in made if one != "货车司机"} == {"name_taken"}


def test_of_several_workers_one_compares(postgres_db: Database):
    db = postgres_db
    with db.work() as session:
        owner = add_account(session, new_account(), NOW).id

    def claim(_number: int) -> bool:
        with db.work() as session:
            return sync.claim_sync(session, owner, NOW)

    assert sorted(map(str, together(8, claim))) == ["False"] * 7 + ["True"]
