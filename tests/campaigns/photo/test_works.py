"""Authors and their works: places, pictures, handing in, taking back, on both databases and many at once."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from campaigns.kinds.photo.life import erase_person, export_rows
from campaigns.kinds.photo.works import get_mine, order_pictures, remove_picture, take_back
from core.errors import Conflict, DomainError, Invalid, NotFound, SoldOut
from models.db import Database
from tests.campaigns.photo.world import Contest, make_contest

AT_ONCE = 8


def at_once(work: Callable[[int], Any], times: int = AT_ONCE) -> list[Any]:
    """What came of each, an error being one."""

    def tried(number: int) -> Any:
        try:
            return work(number)
        except DomainError as error:
            return error

    with ThreadPoolExecutor(times) as pool:
        return list(pool.map(tried, range(times)))


def test_a_work_is_handed_in_with_a_number_that_stays(contest: Contest) -> None:
    assert [contest.enter("o-anna"), contest.enter("o-bob"), contest.enter("o-anna")] == [1, 2, 3]
    work_id = contest.work(1).public_id
    contest.write("o-anna", work_id, title="早班")
    assert contest.work(1).state == "draft"
    assert contest.hand_in("o-anna", work_id) == 1


def test_one_hands_in_no_more_than_the_cap_however_many_come_at_once(contest: Contest) -> None:
    contest.person("o-anna")
    done = at_once(lambda _: contest.begin("o-anna"))
    assert sum(isinstance(one, str) for one in done) == 2
    assert all(isinstance(one, SoldOut) for one in done if not isinstance(one, str))


def test_numbers_are_given_once_however_many_come_at_once(contest: Contest) -> None:
    ids = []
    for number in range(AT_ONCE):
        ids.append(contest.begin(f"o-{number}"))
        contest.add(f"o-{number}", ids[-1])
        contest.write(f"o-{number}", ids[-1], title="夜班")
    done = at_once(lambda number: contest.hand_in(f"o-{number}", ids[number]))
    assert sorted(done) == list(range(1, AT_ONCE + 1))


def test_a_work_holds_no_more_pictures_than_the_cap_however_many_come_at_once(contest: Contest) -> None:
    work_id = contest.begin("o-anna")
    done = at_once(lambda _: contest.add("o-anna", work_id))
    with contest.db.read() as session:
        work = get_mine(session, contest.campaign, contest.person("o-anna").id, work_id)
    assert len(contest.pictures(work.id)) == 3
    refused = [one for one in done if isinstance(one, DomainError)]
    assert len(refused) == AT_ONCE - 3
    assert all(isinstance(one, SoldOut | Conflict) for one in refused)


def test_a_picture_that_comes_again_is_kept_once(contest: Contest) -> None:
    work_id = contest.begin("o-anna")
    first = contest.add("o-anna", work_id, "key-1")
    assert contest.add("o-anna", work_id, "key-1") == first
    done = at_once(lambda _: contest.add("o-anna", work_id, "key-2"), 4)
    assert len({one for one in done if isinstance(one, str)}) == 1


def test_what_is_missing_is_named(contest: Contest) -> None:
    work_id = contest.begin("o-anna")
    for wanted in ("agreed", "title", "pictures"):
        with pytest.raises(Invalid) as told:
            contest.hand_in("o-anna", work_id, agreed=wanted != "agreed")
        assert told.value.facts["field"] == wanted
        if wanted == "title":
            contest.write("o-anna", work_id, title="夜班")


def test_pictures_are_put_in_order_and_taken_out(contest: Contest) -> None:
    work_id = contest.begin("o-anna")
    ids = [contest.add("o-anna", work_id) for _ in range(3)]
    person = contest.person("o-anna")
    with contest.db.work() as session:
        work = get_mine(session, contest.campaign, person.id, work_id)
        order_pictures(session, contest.campaign, work, [ids[2], ids[0]], contest.now)
        remove_picture(session, contest.campaign, work, ids[0], contest.now)
        row = work.id
    assert [one.public_id for one in contest.pictures(row)] == [ids[2], ids[1]]
    contest.add("o-anna", work_id)
    with contest.db.work() as session, pytest.raises(NotFound):
        work = get_mine(session, contest.campaign, person.id, work_id)
        remove_picture(session, contest.campaign, work, ids[0], contest.now)


def test_a_work_taken_back_gives_its_place_back(contest: Contest) -> None:
    number = contest.enter("o-anna")
    contest.enter("o-anna")
    with pytest.raises(SoldOut):
        contest.begin("o-anna")
    with contest.db.work() as session:
        work = get_mine(
            session, contest.campaign, contest.person("o-anna").id, contest.work(number).public_id
        )
        take_back(session, work, contest.now)
    contest.begin("o-anna")


def test_nobody_reaches_another_s_work(contest: Contest) -> None:
    contest.enter("o-anna")
    with contest.db.read() as session, pytest.raises(NotFound):
        get_mine(session, contest.campaign, contest.person("o-bob").id, contest.work(1).public_id)


def test_a_group_says_what_it_takes(db: Database) -> None:
    contest = make_contest(db, {"groups": [{"title": "图文组"}, {"title": "交互组", "form": "链接"}]})
    work_id = contest.begin("o-anna", "交互组")
    contest.write("o-anna", work_id, title="云上工会", group="交互组")
    with pytest.raises(Invalid, match="链接"):
        contest.hand_in("o-anna", work_id)
    for bad in (
        "http://example.com/a",
        "https://",
        "https://a b.com",
        'https://a.com/"x',
        "javascript:alert(1)",
    ):
        with pytest.raises(Invalid, match="https"):
            contest.write("o-anna", work_id, title="云上工会", group="交互组", link=bad)
    contest.write("o-anna", work_id, title="云上工会", group="交互组", link="https://example.com/h5")
    assert contest.hand_in("o-anna", work_id) == 1
    with pytest.raises(Invalid, match="没有「画」"):
        contest.begin("o-anna", "画")


def test_who_is_erased_leaves_a_number_and_nothing_else(contest: Contest) -> None:
    contest.enter("o-anna", author="安娜")
    person = contest.person("o-anna")
    with contest.db.work() as session:
        assert erase_person(session, contest.account_id, person.id) == 1
    work = contest.work(1)
    assert (work.title, work.author, work.state) == ("", "", "withdrawn")
    assert contest.pictures(work.id) == []
    with contest.db.read() as session:
        assert [row[0] for row in export_rows(session, contest.campaign)] == [1]
