"""Objections: in the days of 公示, one for each person and work, answered once; upheld, the award goes with it; told."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from accounts.directory import AccountDirectory, AccountView
from campaigns.kinds.photo.awards import list_awards
from campaigns.kinds.photo.life import erase_person
from campaigns.kinds.photo.objections import (
    alerts,
    answer,
    list_objections,
    object_to,
    objections_until,
)
from campaigns.kinds.photo.tables import PhotoObjection
from core.errors import Closed, Conflict, Invalid, NotFound
from core.ids import public_id
from members.ledger import find_person
from models.db import Database
from models.jobs import OutboxItem
from models.messages import MessageLog
from tests.campaigns.photo.clerks import AWARDS, award, enter_shown, publicise
from tests.campaigns.photo.world import Contest, make_contest
from tests.neighbours import together

WHY = "这张照片去年在别处得过奖，网上有。"


@pytest.fixture
def public(db: Database) -> Contest:
    """With two awarded works, 1 and 2, and one that is not."""
    contest = make_contest(db, AWARDS)
    for number, level in ((1, "一等奖"), (2, "二等奖")):
        award(contest, enter_shown(contest, f"o-{number}"), level)
    enter_shown(contest, "o-3")
    for openid in ("o-anna", "o-bob"):
        contest.person(openid)
    publicise(contest)
    return contest


def say(
    contest: Contest, openid: str, number: int = 1, reason: str = WHY, contact: str = ""
) -> PhotoObjection:
    with contest.db.work() as session:
        person = find_person(session, contest.account_id, contest.campaign.scope, openid)
        assert person is not None
        return object_to(session, contest.campaign, person, number, reason, contact, contest.now)


def reply(
    contest: Contest, row: PhotoObjection, *, upheld: bool, words: str = "经核实，属实。"
) -> PhotoObjection:
    with contest.db.work() as session:
        return answer(
            session,
            contest.campaign,
            account_of(contest),
            row.public_id,
            upheld=upheld,
            words=words,
            by="anna",
            now=contest.now,
        )


def account_of(contest: Contest) -> AccountView:
    directory = AccountDirectory("http://127.0.0.1", 300)
    with contest.db.read() as session:
        directory.reload(session)
    return directory.get_by_id(contest.account_id)


def struck(contest: Contest) -> dict[int, str]:
    with contest.db.read() as session:
        return {
            one.work.number or 0: one.award.withdrawn_why for one in list_awards(session, contest.campaign)
        }


def test_an_objection_is_kept_sealed_and_listed_with_its_work_and_award(public: Contest) -> None:
    say(public, "o-anna", 1, contact="13800000000")
    with public.db.read() as session:
        (one,) = list_objections(session, public.campaign)
        raw = session.connection().exec_driver_sql("SELECT reason, contact FROM photo_objections").one()
    assert (one.work.number, one.objection.reason, one.objection.contact) == (1, WHY, "13800000000")
    assert one.award is not None
    assert one.award.level == "一等奖"
    assert all(WHY.encode() not in bytes(value) and b"13800000000" not in bytes(value) for value in raw)


def test_one_person_objects_to_a_work_once_however_many_come_at_once(public: Contest) -> None:
    done = together(6, lambda _: say(public, "o-anna"))
    assert sum(isinstance(one, PhotoObjection) for one in done) == 1
    assert sum(isinstance(one, Conflict) for one in done) == 5
    say(public, "o-anna", 2)
    say(public, "o-bob", 1)


def test_what_has_no_award_or_no_reason_is_refused(public: Contest) -> None:
    for number in (3, 99):
        with pytest.raises(NotFound):
            say(public, "o-anna", number)
    for bad in ("", "不服", "长" * 501):
        with pytest.raises(Invalid, match="理由"):
            say(public, "o-anna", reason=bad)
    with pytest.raises(Invalid, match="联系方式"):
        say(public, "o-anna", contact="1" * 61)


def test_objections_end_with_the_days_that_were_announced(public: Contest) -> None:
    until = objections_until(public.campaign)
    assert until == public.campaign.closes_at + timedelta(days=5)
    public.now = until - timedelta(seconds=1)
    say(public, "o-anna")
    public.now = until
    with pytest.raises(Closed, match="已经结束"):
        say(public, "o-bob")


def test_before_the_list_is_public_nobody_can_object(db: Database) -> None:
    contest = make_contest(db, AWARDS)
    award(contest, enter_shown(contest, "o-anna"), "一等奖")
    assert objections_until(contest.campaign) is None
    contest.person("o-bob")
    with pytest.raises(Closed, match="不在公示期"):
        say(contest, "o-bob")


def test_upheld_it_strikes_the_award_out_and_rejected_it_leaves_it(public: Contest) -> None:
    first, second = say(public, "o-anna", 1), say(public, "o-anna", 2)
    with pytest.raises(Invalid):
        reply(public, first, upheld=True, words=" ")
    assert struck(public) == {1: "", 2: ""}
    assert reply(public, first, upheld=True).state == "upheld"
    assert (
        reply(public, second, upheld=False, words="作者有原片，时间对得上。").answer
        == "作者有原片，时间对得上。"
    )
    assert struck(public) == {1: "经核实，属实。", 2: ""}


def test_it_is_answered_once_and_a_second_one_about_the_same_work_still_can_be(public: Contest) -> None:
    row, other = say(public, "o-anna"), say(public, "o-bob")
    reply(public, row, upheld=True)
    with pytest.raises(Conflict, match="答复过"):
        reply(public, row, upheld=False)
    assert reply(public, other, upheld=True).state == "upheld"
    assert struck(public)[1] == "经核实，属实。"


def test_who_raised_it_is_told_where_a_message_can_reach_them(public: Contest) -> None:
    wrote(public, "o-anna")
    reply(public, say(public, "o-anna"), upheld=False)
    reply(public, say(public, "o-bob"), upheld=False)
    with public.db.read() as session:
        sent = session.scalars(select(OutboxItem).where(OutboxItem.account_id == public.account_id)).all()
    assert [one.payload["openid"] for one in sent] == ["o-anna"]
    assert "异议不成立" in sent[0].payload["message"]["text"]["content"]


def wrote(contest: Contest, openid: str) -> None:
    """Somebody wrote to the account just now."""
    row = MessageLog(
        account_id=contest.account_id,
        message_key=public_id(),
        openid=openid,
        kind="text",
        received_at=contest.now,
    )
    with contest.db.work() as session:
        session.add(row)


def test_who_is_erased_leaves_the_objection_without_their_words(public: Contest) -> None:
    say(public, "o-anna", contact="13800000000")
    with public.db.work() as session:
        person = find_person(session, public.account_id, public.campaign.scope, "o-anna")
        assert person is not None
        erase_person(session, public.account_id, person.id)
    with public.db.read() as session:
        (one,) = list_objections(session, public.campaign)
    assert (one.objection.reason, one.objection.contact) == (None, None)


def test_open_ones_stand_on_the_accounts_first_page(public: Contest) -> None:
    row = say(public, "o-anna")
    account = account_of(public)
    with public.db.read() as session:
        (told,) = alerts(session, account, public.now)
    assert "1 条异议或举报没有答复" in told.text
    reply(public, row, upheld=False)
    with public.db.read() as session:
        assert alerts(session, account, public.now) == []
