"""Staff decide about works: through, refused, off the wall, back, undone; two at once, versions, mended words."""

from typing import Any

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session

from campaigns.kinds.photo import judging
from campaigns.kinds.photo.judging import (
    REASONS,
    Outcome,
    Picked,
    list_decisions,
    mend,
)
from campaigns.kinds.photo.life import erase_person
from campaigns.kinds.photo.tables import PhotoPicture, PhotoWork
from campaigns.kinds.photo.works import get_mine
from campaigns.kinds.photo.works import take_back as author_takes_back
from core.errors import Conflict, Invalid, NotFound, SoldOut
from models.db import Database
from tests.campaigns.photo.clerks import AWARDS, award, enter_shown, judge, judge_seen, picked, take_back
from tests.campaigns.photo.world import Contest, make_contest
from tests.neighbours import together


def test_what_waits_is_let_through_and_says_who_and_when(contest: Contest) -> None:
    number = contest.enter("o-anna")
    assert judge(contest, "shown", number).numbers == [number]
    work = contest.work(number)
    assert (work.state, work.judged_by, work.judged_at) == ("shown", "anna", contest.now)
    with contest.db.read() as session:
        assert [(one.was, one.state) for one in list_decisions(session, work)] == [("waiting", "shown")]


def test_who_is_refused_reads_why_and_has_their_place_back(contest: Contest) -> None:
    numbers = [contest.enter("o-anna"), contest.enter("o-anna")]
    with pytest.raises(SoldOut):
        contest.begin("o-anna")
    with pytest.raises(Invalid, match="原因"):
        judge(contest, "refused", numbers[0])
    judge(contest, "refused", numbers[0], why=REASONS[1])
    assert (contest.work(numbers[0]).state, contest.work(numbers[0]).state_why) == ("refused", REASONS[1])
    contest.begin("o-anna")


def test_a_work_is_taken_off_the_wall_with_a_reason_and_put_back(contest: Contest) -> None:
    number = enter_shown(contest, "o-anna")
    told = judge(contest, "waiting", number)
    assert told.refused == [(number, "从墙上撤下要写明原因，作者看得到。")]
    judge(contest, "waiting", number, why="有人来信说自己没有同意")
    assert contest.work(number).state == "waiting"
    judge(contest, "shown", number)
    assert (contest.work(number).state, contest.work(number).state_why) == ("shown", "")


def test_a_picture_on_its_way_holds_a_work_up_and_a_failed_one_does_not(contest: Contest) -> None:
    number = contest.enter("o-anna", pictures=2)
    set_state(contest, number, "fetching")
    assert "还有照片正在从微信取过来" in judge(contest, "shown", number).refused[0][1]
    assert contest.work(number).state == "waiting"
    set_state(contest, number, "failed")
    assert judge(contest, "shown", number).numbers == [number]


def set_state(contest: Contest, number: int, state: str) -> None:
    picture = contest.pictures(contest.work(number).id)[1]
    where = (PhotoPicture.account_id == contest.account_id, PhotoPicture.id == picture.id)
    with contest.db.work() as session:
        session.execute(update(PhotoPicture).where(*where).values(state=state))


def test_of_many_at_once_what_can_not_be_decided_is_told_and_the_rest_goes_on(contest: Contest) -> None:
    numbers = [contest.enter(f"o-{n}") for n in range(4)]
    seen = [*picked(contest, *numbers), Picked("nobody", 1)]
    contest.write("o-1", contest.work(numbers[1]).public_id, title="作者刚改过")
    outcome = judge_seen(contest, seen, "shown")
    assert outcome.numbers == [numbers[0], numbers[2], numbers[3]]
    assert [number for number, _ in outcome.refused] == [0, numbers[1]]
    assert contest.work(numbers[1]).state == "draft"


def test_the_last_decision_is_undone_once_and_only_where_nothing_happened_since(contest: Contest) -> None:
    number = contest.enter("o-anna")
    judge(contest, "refused", number, why=REASONS[0])
    seen = picked(contest, number)
    assert take_back(contest, seen).numbers == [number]
    work = contest.work(number)
    assert (work.state, work.state_why, work.slot) == ("waiting", "", 1)
    assert take_back(contest, seen).refused != []
    judge(contest, "shown", number)
    judge(contest, "refused", number, why=REASONS[2])
    assert take_back(contest, picked(contest, number)).numbers == [number]
    assert contest.work(number).state == "shown"


def test_a_place_its_author_has_used_meanwhile_is_not_taken_from_them(contest: Contest) -> None:
    number = contest.enter("o-anna")
    judge(contest, "refused", number, why=REASONS[0])
    contest.begin("o-anna")
    contest.begin("o-anna")
    assert "用这个名额交了别的" in take_back(contest, picked(contest, number)).refused[0][1]
    assert "用这个名额交了别的" in judge(contest, "shown", number).refused[0][1]
    assert contest.work(number).state == "refused"


def test_a_refused_work_that_is_mended_and_handed_in_again_waits_again(contest: Contest) -> None:
    number = contest.enter("o-anna")
    judge(contest, "refused", number, why=REASONS[7])
    contest.write("o-anna", contest.work(number).public_id, title="改好了")
    assert contest.hand_in("o-anna", contest.work(number).public_id) == number
    assert judge(contest, "shown", number).numbers == [number]


def test_a_work_of_the_award_list_stays_on_the_wall(db: Database) -> None:
    contest = make_contest(db, AWARDS)
    number = enter_shown(contest, "o-anna")
    award(contest, number, "一等奖")
    assert "在获奖名单里（一等奖）" in judge(contest, "refused", number, why=REASONS[0]).refused[0][1]
    work = contest.work(number)
    assert (work.state, work.slot) == ("shown", 1)


def test_what_its_author_took_back_is_nobodys_to_decide(contest: Contest) -> None:
    number = contest.enter("o-anna")
    seen = picked(contest, number)
    with contest.db.work() as session:
        work = get_mine(
            session, contest.campaign, contest.person("o-anna").id, contest.work(number).public_id
        )
        author_takes_back(session, work, contest.now)
    assert judge_seen(contest, seen, "shown").numbers == []
    assert judge(contest, "shown", number).numbers == []


def test_mistyped_words_are_mended_and_what_they_were_is_kept_until_erasure(contest: Contest) -> None:
    number = contest.enter("o-anna", title="夜斑")
    (one,) = picked(contest, number)
    with contest.db.work() as session:
        words = {"title": "夜班", "about": ""}
        assert mend(session, contest.campaign, one, words, "anna", contest.now) == ["题目"]
    work = contest.work(number)
    assert (work.title, work.state) == ("夜班", "waiting")
    with contest.db.read() as session:
        assert list_decisions(session, work)[0].before == "题目：夜斑"
    for bad in ({"title": "", "about": ""}, {"title": "长" * 41, "about": ""}):
        with contest.db.work() as session, pytest.raises(Invalid):
            mend(session, contest.campaign, picked(contest, number)[0], bad, "anna", contest.now)
    with contest.db.work() as session, pytest.raises(Conflict):
        mend(session, contest.campaign, one, {"title": "又改", "about": ""}, "bob", contest.now)
    with contest.db.work() as session:
        erase_person(session, contest.account_id, contest.person("o-anna").id)
    with contest.db.read() as session:
        assert list_decisions(session, work)[0].before == ""


def test_another_unions_works_are_not_there(db: Database) -> None:
    ours = make_contest(db)
    number = ours.enter("o-anna")
    seen = picked(ours, number)
    theirs = make_contest(db, account_id=ours.account_id)
    assert judge_seen(theirs, seen, "shown").refused == [(0, "有 1 件已经不在了。")]
    with db.read() as session, pytest.raises(NotFound):
        judging.get_work(session, theirs.campaign, seen[0].work_id)


def race(contest: Contest, number: int) -> list[Outcome]:
    """Anna and Bob, four times each, with the page they both have open."""
    seen = picked(contest, number)

    def one(at: int) -> Outcome:
        if at % 2:
            return judge_seen(contest, seen, "refused", REASONS[0], "bob")
        return judge_seen(contest, seen, "shown")

    return [done for done in together(8, one) if isinstance(done, Outcome)]


def test_of_two_staff_at_once_one_decides_and_the_other_is_told(contest: Contest) -> None:
    for n in range(5):
        number = contest.enter(f"o-{n}")
        done = race(contest, number)
        assert sum(len(one.done) for one in done) == 1
        (winner,) = [one.done[0] for one in done if one.done]
        assert contest.work(number).state == winner.state


def test_control_without_the_version_two_staff_would_both_decide(
    contest: Contest, monkeypatch: pytest.MonkeyPatch
) -> None:
    def blind(session: Session, work: PhotoWork, _v: int, _s: object, values: Any, _now: object) -> None:
        where = (PhotoWork.account_id == work.account_id, PhotoWork.id == work.id)
        session.execute(update(PhotoWork).where(*where).values(**values, version=PhotoWork.version + 1))
        session.refresh(work)

    monkeypatch.setattr(judging, "save", blind)
    assert any(sum(len(one.done) for one in race(contest, contest.enter(f"o-{n}"))) > 1 for n in range(5))


def test_two_batches_that_cross_do_not_wait_for_each_other(contest: Contest) -> None:
    numbers = [contest.enter(f"o-{n}") for n in range(12)]
    seen = picked(contest, *numbers)
    back = list(reversed(seen))
    done = [
        one
        for one in together(
            2,
            lambda at: judge_seen(contest, back, "refused", REASONS[0], "bob")
            if at
            else judge_seen(contest, seen, "shown"),
        )
        if isinstance(one, Outcome)
    ]
    assert sorted(number for one in done for number in one.numbers) == numbers
