"""Pictures that look alike: found whichever came first, shown while both are handed in, judged once, fast enough."""

import time
from dataclasses import replace
from types import SimpleNamespace
from typing import cast

import pytest
from sqlalchemy import insert, select, update

from campaigns.kinds.photo import suspects
from campaigns.kinds.photo.suspects import (
    Pair,
    compare_due,
    count_by_work,
    count_pairs,
    judge_pair,
    list_pairs,
)
from campaigns.kinds.photo.tables import PhotoPicture, PhotoSuspect, PhotoWork
from campaigns.kinds.photo.works import Kept, get_mine, take_back
from core.errors import Conflict, NotFound
from core.ids import public_id
from house.parts import Parts
from models.db import Database
from pictures.likeness import NEAR
from tests.campaigns.photo.world import Contest, make_contest

BASE = 0x0F0F_1234_5678_9ABC


def compare(contest: Contest) -> int:
    """All that is new."""
    return compare_due(cast(Parts, SimpleNamespace(db=contest.db, clock=lambda: contest.now)))


def like(contest: Contest, bits: int, digest: str = "") -> Kept:
    """A picture that differs from BASE in so many bits."""
    kept = contest.kept(likeness=BASE ^ (2**bits - 1))
    return replace(kept, digest=digest) if digest else kept


def enter(contest: Contest, openid: str, *pictures: Kept) -> int:
    work_id = contest.begin(openid)
    for one in pictures:
        contest.add(openid, work_id, kept=one)
    contest.write(openid, work_id, title="夜班")
    return contest.hand_in(openid, work_id)


def pairs(contest: Contest, state: str = "open") -> list[Pair]:
    with contest.db.read() as session:
        found = list_pairs(session, contest.campaign, state=state, most=100)
        assert count_pairs(session, contest.campaign, state) == len(found)
        return found


def told(contest: Contest) -> list[tuple[int, int, int]]:
    return [
        (one.first.work.number or 0, one.later.work.number or 0, one.suspect.bits) for one in pairs(contest)
    ]


def test_near_pictures_of_two_works_are_a_pair_and_far_ones_are_none(contest: Contest) -> None:
    enter(contest, "o-anna", like(contest, 0))
    enter(contest, "o-bob", like(contest, NEAR))
    enter(contest, "o-cara", contest.kept(likeness=~BASE))
    assert compare(contest) == 3
    assert told(contest) == [(1, 2, NEAR)]
    assert compare(contest) == 0


def test_one_bit_more_than_near_is_another_picture(contest: Contest) -> None:
    enter(contest, "o-anna", like(contest, 0))
    enter(contest, "o-bob", like(contest, NEAR + 1))
    compare(contest)
    assert told(contest) == []


def test_one_file_twice_is_said_to_be_and_so_is_one_person(contest: Contest) -> None:
    enter(contest, "o-anna", like(contest, 0, "a" * 64))
    enter(contest, "o-anna", like(contest, 0, "a" * 64))
    compare(contest)
    (pair,) = pairs(contest)
    assert (pair.one_file, pair.one_person, pair.suspect.bits) == (True, True, 0)


def test_pictures_of_one_work_are_no_suspects_of_each_other(contest: Contest) -> None:
    enter(contest, "o-anna", like(contest, 0), like(contest, 1), like(contest, 2))
    compare(contest)
    assert told(contest) == []


def test_a_picture_that_is_fetched_late_is_compared_with_those_that_came_after_it(contest: Contest) -> None:
    first = contest.begin("o-anna")
    late = contest.add("o-anna", first, kept=like(contest, 0))
    put_state(contest, late, "fetching")
    enter(contest, "o-bob", like(contest, 1))
    assert compare(contest) == 1
    put_state(contest, late, "kept")
    contest.write("o-anna", first, title="夜班")
    contest.hand_in("o-anna", first)
    assert compare(contest) == 1
    assert told(contest) == [(2, 1, 1)]


def put_state(contest: Contest, picture_id: str, state: str) -> None:
    where = (PhotoPicture.account_id == contest.account_id, PhotoPicture.public_id == picture_id)
    with contest.db.work() as session:
        session.execute(update(PhotoPicture).where(*where).values(state=state))


def test_drafts_and_what_was_taken_back_are_not_shown(contest: Contest) -> None:
    number = enter(contest, "o-anna", like(contest, 0))
    draft = contest.begin("o-bob")
    contest.add("o-bob", draft, kept=like(contest, 1))
    compare(contest)
    assert pairs(contest) == []
    contest.write("o-bob", draft, title="夜班")
    contest.hand_in("o-bob", draft)
    assert told(contest) == [(1, 2, 1)]
    with contest.db.work() as session:
        person = contest.person("o-anna").id
        take_back(
            session, get_mine(session, contest.campaign, person, contest.work(number).public_id), contest.now
        )
    assert pairs(contest) == []


def test_a_pair_is_judged_once_and_nobodys_work_is_touched(contest: Contest) -> None:
    enter(contest, "o-anna", like(contest, 0))
    enter(contest, "o-bob", like(contest, 1))
    compare(contest)
    (pair,) = pairs(contest)
    names = pair.later.picture.public_id, pair.first.picture.public_id
    with contest.db.work() as session:
        judge_pair(session, contest.campaign, *names, "alike", "anna", contest.now)
    with contest.db.work() as session, pytest.raises(Conflict):
        judge_pair(session, contest.campaign, *names, "cleared", "bob", contest.now)
    assert pairs(contest) == []
    assert [one.suspect.judged_by for one in pairs(contest, "alike")] == ["anna"]
    assert [contest.work(number).state for number in (1, 2)] == ["waiting", "waiting"]
    with contest.db.work() as session, pytest.raises(NotFound):
        judge_pair(session, contest.campaign, names[1], names[0], "alike", "anna", contest.now)


def test_each_campaign_is_compared_with_itself(db: Database) -> None:
    ours = make_contest(db)
    other = make_contest(db, account_id=ours.account_id)
    enter(ours, "o-anna", like(ours, 0))
    enter(other, "o-bob", like(other, 0))
    compare(ours)
    assert pairs(ours) == pairs(other) == []


def test_of_many_copies_the_nearest_few_are_pairs(contest: Contest) -> None:
    for n in range(suspects._MOST + 3):
        enter(contest, f"o-{n}", like(contest, n % 3))
    compare(contest)
    counted: dict[int, int] = {}
    for _, later, _ in told(contest):
        counted[later] = counted.get(later, 0) + 1
    with contest.db.read() as session:
        ids = [contest.work(number).id for number in counted]
        assert sum(count_by_work(session, contest.campaign, ids).values()) == len(told(contest))
    assert len(told(contest)) <= suspects._MOST * (suspects._MOST + 3)


def fill(contest: Contest, count: int) -> None:
    """Works of one picture each, among them a copy of every hundredth."""
    person = contest.person("o-anna").id
    of = {"account_id": contest.account_id, "campaign_id": contest.campaign.id}
    with contest.db.work() as session:
        works = [
            {**of, "public_id": public_id(), "person_id": person + n, "number": n + 1, "state": "waiting",
             "created_at": contest.now, "updated_at": contest.now}
            for n in range(count)
        ]  # fmt: skip
        session.execute(insert(PhotoWork), works)
        numbers = select(PhotoWork.id).where(
            PhotoWork.account_id == contest.account_id, PhotoWork.campaign_id == contest.campaign.id
        )
        ids = list(session.scalars(numbers.order_by(PhotoWork.number)))
        likenesses = [contest.dice.getrandbits(64) - 2**63 for _ in ids]
        for n in range(100, count, 100):
            likenesses[n] = likenesses[n - 50] ^ 5
        pictures = [
            {**of, "work_id": work, "public_id": public_id(), "slot": 1, "position": 1, "key": "1",
             "digest": f"{n:064x}", "likeness": likeness, "created_at": contest.now}
            for n, (work, likeness) in enumerate(zip(ids, likenesses, strict=True))
        ]  # fmt: skip
        session.execute(insert(PhotoPicture), pictures)


def test_six_thousand_pictures_are_compared_in_less_than_half_a_minute(sqlite_db: Database) -> None:
    contest = make_contest(sqlite_db)
    fill(contest, 6000)
    began = time.process_time()
    assert compare(contest) == 6000
    assert time.process_time() - began < 30
    with contest.db.read() as session:
        of = PhotoSuspect.account_id == contest.account_id
        bits = list(session.scalars(select(PhotoSuspect.bits).where(of)))
    assert bits.count(2) == 59
    assert len(bits) < 80  # a few of eighteen million pairs are near by chance
