"""Authors are told what was decided: once, not before it can be undone no more, and nothing of what was."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from campaigns.kinds.photo.judging import REASONS
from campaigns.kinds.photo.telling import tell_due
from models.jobs import OutboxItem
from models.messages import MessageLog
from tests.campaigns.houses import two_accounts
from tests.campaigns.photo.clerks import judge, picked, take_back
from tests.campaigns.photo.world import Contest, make_contest
from tests.conftest import Home
from tests.staff.desk import Watch, set_watch


@pytest.fixture
def house(tmp_path: Path, valkey_url: str, redis: object, sqlite_template: Path) -> Iterator[Home]:
    with two_accounts(tmp_path, valkey_url, sqlite_template) as home:
        home.app.extensions["zhijia.runtime"].shelves.refresh()
        yield home


@pytest.fixture
def contest(house: Home) -> Contest:
    return make_contest(house.parts.db, account_id=house.parts.directory.get("ours").id)


@pytest.fixture
def pass_minutes(house: Home, contest: Contest) -> Callable[[int], list[str]]:
    """Lets minutes go by and the worker look; what stands in the outbox then."""
    watch: Watch = set_watch(house)
    watch.now = contest.now

    def passed(minutes: int) -> list[str]:
        contest.now = watch.now = watch.now + timedelta(minutes=minutes)
        tell_due(house.parts)
        return sent(contest)

    return passed


def sent(contest: Contest) -> list[str]:
    query = select(OutboxItem).where(OutboxItem.account_id == contest.account_id).order_by(OutboxItem.id)
    with contest.db.read() as session:
        return [one.payload["message"]["text"]["content"] for one in session.scalars(query)]


def wrote(contest: Contest, openid: str) -> None:
    row = MessageLog(
        account_id=contest.account_id, message_key=openid, openid=openid, kind="text", received_at=contest.now
    )
    with contest.db.work() as session:
        session.add(row)


def test_who_wrote_lately_is_told_after_two_minutes_and_once(
    contest: Contest, pass_minutes: Callable[[int], list[str]]
) -> None:
    wrote(contest, "o-anna")
    judge(contest, "shown", contest.enter("o-anna", "夜班"))
    assert pass_minutes(1) == []
    (told,) = pass_minutes(2)
    assert "「夜班」（1 号）通过了审核" in told
    assert contest.campaign.public_id in told
    assert len(pass_minutes(10)) == 1


def test_who_is_refused_reads_why_and_that_the_place_is_theirs(
    contest: Contest, pass_minutes: Callable[[int], list[str]]
) -> None:
    wrote(contest, "o-anna")
    judge(contest, "refused", contest.enter("o-anna"), why=REASONS[1])
    (told,) = pass_minutes(3)
    assert REASONS[1] in told
    assert "名额还在" in told


def test_what_was_undone_is_never_told(contest: Contest, pass_minutes: Callable[[int], list[str]]) -> None:
    wrote(contest, "o-anna")
    number = contest.enter("o-anna")
    judge(contest, "refused", number, why=REASONS[0])
    pass_minutes(1)
    take_back(contest, picked(contest, number))
    assert pass_minutes(5) == []


def test_of_several_steps_the_last_is_told(
    contest: Contest, pass_minutes: Callable[[int], list[str]]
) -> None:
    wrote(contest, "o-anna")
    number = contest.enter("o-anna")
    judge(contest, "refused", number, why=REASONS[0])
    pass_minutes(1)
    judge(contest, "shown", number)
    assert pass_minutes(1) == []
    (told,) = pass_minutes(2)
    assert "通过了审核" in told


def test_what_its_author_changed_since_is_not_told(
    contest: Contest, pass_minutes: Callable[[int], list[str]]
) -> None:
    wrote(contest, "o-anna")
    number = contest.enter("o-anna")
    judge(contest, "refused", number, why=REASONS[0])
    contest.write("o-anna", contest.work(number).public_id, title="改好了")
    assert pass_minutes(5) == []


def test_who_never_wrote_is_not_written_to(
    contest: Contest, pass_minutes: Callable[[int], list[str]]
) -> None:
    judge(contest, "shown", contest.enter("o-anna"))
    assert pass_minutes(5) == []
