"""Who was seen when: the same in the end, in whatever order and portions it is told."""

from datetime import datetime, timedelta
from itertools import permutations

import pytest

from accounts.service import add_account
from members.service import Sighting, find_member, list_questions, note_seen
from models import Member, MessageLog
from models.db import Database
from tests.conftest import NOW, new_account
from tests.neighbours import together

STORY = [
    (0, "text", ""),
    (1, "subscribe", "factory"),
    (2, "text", ""),
    (3, "unsubscribe", ""),
    (4, "subscribe", ""),
]


@pytest.fixture
def owner(db: Database) -> int:
    with db.work() as session:
        return add_account(session, new_account(), NOW).id


def at(minute: int) -> datetime:
    return NOW + timedelta(minutes=minute)


def seen(owner: int, minute: int, kind: str = "text", scene: str = "", openid: str = "o1") -> Sighting:
    return Sighting(owner, openid, kind, scene, at(minute))


def note(db: Database, *sightings: Sighting) -> None:
    with db.work() as session:
        note_seen(session, sightings)


def member(db: Database, owner: int, openid: str = "o1") -> Member | None:
    with db.read() as session:
        return find_member(session, owner, openid)


def test_a_follower_who_came_by_a_scene_code_and_talks_keeps_the_scene(db: Database, owner: int):
    note(db, seen(owner, 0, "subscribe", "factory"))
    note(db, seen(owner, 1))
    found = member(db, owner)
    assert (found.following, found.scene, found.followed_at) == (True, "factory", at(0))
    assert (found.first_seen_at, found.last_seen_at, found.left_at) == (at(0), at(1), None)


def test_who_leaves_is_no_longer_following_and_may_come_back(db: Database, owner: int):
    note(db, seen(owner, 0, "subscribe", "factory"))
    note(db, seen(owner, 1, "unsubscribe"))
    assert member(db, owner).following is False
    note(db, seen(owner, 2, "subscribe", "station"))
    back = member(db, owner)
    assert (back.following, back.scene, back.left_at, back.followed_at) == (True, "station", at(1), at(2))


def test_a_return_without_a_scene_code_keeps_the_first_scene(db: Database, owner: int):
    note(db, seen(owner, 0, "subscribe", "factory"))
    note(db, seen(owner, 2, "subscribe"))
    assert member(db, owner).scene == "factory"


def test_leaving_told_after_a_later_return_does_not_count(db: Database, owner: int):
    note(db, seen(owner, 0, "subscribe"))
    note(db, seen(owner, 5, "subscribe"))
    note(db, seen(owner, 3, "unsubscribe"))
    assert member(db, owner).following is True


@pytest.mark.parametrize("portions", ["one by one", "all at once"])
def test_every_order_of_the_same_story_ends_the_same(db: Database, owner: int, portions: str):
    orders = list(permutations(STORY))
    with db.work() as session:
        for number, order in enumerate(orders):
            told = [seen(owner, *event, openid=f"o{number}") for event in order]
            for portion in [told] if portions == "all at once" else [[one] for one in told]:
                note_seen(session, portion)
    with db.read() as session:
        ends = {
            (m.following, m.scene, m.first_seen_at, m.last_seen_at, m.followed_at, m.left_at)
            for number in range(len(orders))
            if (m := find_member(session, owner, f"o{number}"))
        }
    assert ends == {(True, "factory", at(0), at(4), at(4), at(3))}


def test_the_public_id_never_changes(db: Database, owner: int):
    note(db, seen(owner, 0))
    before = member(db, owner).public_id
    note(db, seen(owner, 1, "unsubscribe"))
    assert member(db, owner).public_id == before


@pytest.mark.parametrize("kind", ["mass_send_finished", "template_send_finished", "publish_finished"])
def test_events_of_the_platform_itself_make_no_member(db: Database, owner: int, kind: str):
    note(db, seen(owner, 0, kind))
    assert member(db, owner) is None


def test_one_openid_under_two_accounts_is_two_members(db: Database, owner: int):
    with db.work() as session:
        other = add_account(session, new_account("other"), NOW).id
    note(db, seen(owner, 0), seen(other, 0, "unsubscribe"))
    assert member(db, owner).following is True
    assert member(db, other).following is False


def test_a_crowd_of_workers_that_notes_the_same_people_stands_in_nobodys_way(db: Database, owner: int):
    def work(number: int) -> None:
        people = [seen(owner, number, openid=f"o{n}") for n in range(30)]
        note(db, *(people if number % 2 else reversed(people)))

    assert together(8, work) == [None] * 8
    assert member(db, owner, "o29").last_seen_at == at(7)


def test_a_member_sees_the_own_questions_newest_first(db: Database, owner: int):
    with db.work() as session:
        other = add_account(session, new_account("other"), NOW).id
        for number, (account, openid, kind, content) in enumerate(
            [
                (owner, "o1", "text", "第一问"),
                (owner, "o1", "voice", "第二问"),
                (owner, "o1", "click", "menu"),
                (owner, "o1", "voice", ""),
                (owner, "o2", "text", "别人的"),
                (other, "o1", "text", "别处的"),
            ]
        ):
            session.add(
                MessageLog(
                    account_id=account,
                    message_key=str(number),
                    openid=openid,
                    kind=kind,
                    content=content,
                    received_at=at(number),
                )
            )
    with db.read() as session:
        assert [q.content for q in list_questions(session, owner, "o1")] == ["第二问", "第一问"]
        assert len(list_questions(session, owner, "o1", limit=1)) == 1
