"""The award list: by hand, by a ranking with its ties, each place once however many give at once; public, it is only struck out."""

from typing import Any, NamedTuple

import pytest
from sqlalchemy import insert

from campaigns.ballots.tables import VoteTotal
from campaigns.kinds.photo.awards import (
    find_twice,
    from_ranking,
    list_awards,
    propose_from,
    take_away,
    withdraw,
)
from campaigns.kinds.photo.config import BY_LIKES
from campaigns.kinds.photo.judging import REASONS
from campaigns.kinds.photo.rankings import Given, Proposal, Tie, rank_by_likes
from core.errors import Closed, Conflict, Invalid, NotFound, SoldOut
from models.db import Database
from tests.campaigns.photo.clerks import AWARDS, award, enter_shown, judge, publicise
from tests.campaigns.photo.world import Contest, make_contest
from tests.neighbours import together


class Ranked(NamedTuple):
    """A jury's."""

    number: int
    place: int
    group: str = ""


@pytest.fixture
def prized(db: Database) -> Contest:
    """With three levels: 一等奖 one, 二等奖 two, 组织奖 two by hand."""
    return make_contest(db, AWARDS)


def lines(contest: Contest) -> list[tuple[str, int, int, str]]:
    with contest.db.read() as session:
        found = list_awards(session, contest.campaign)
    return [
        (one.award.level, one.award.place, one.work.number or 0, one.award.withdrawn_why) for one in found
    ]


def propose(contest: Contest, *ranked: Ranked) -> Proposal:
    with contest.db.read() as session:
        return propose_from(session, contest.campaign, BY_LIKES, ranked)


def fill(contest: Contest, ranked: list[Ranked], seen: list[Given]) -> int:
    with contest.db.work() as session:
        return from_ranking(session, contest.campaign, BY_LIKES, ranked, seen, "anna", contest.now)


def test_works_are_given_awards_by_hand_until_the_places_end(prized: Contest) -> None:
    numbers = [enter_shown(prized, f"o-{n}") for n in range(4)]
    for number in numbers[:2]:
        award(prized, number, "二等奖")
    with pytest.raises(SoldOut, match="二等奖只有 2 名"):
        award(prized, numbers[2], "二等奖")
    with pytest.raises(Conflict, match="已经是二等奖"):
        award(prized, numbers[0], "一等奖")
    with pytest.raises(Invalid):
        award(prized, numbers[2], "特等奖")
    award(prized, numbers[3], "一等奖")
    assert lines(prized) == [("一等奖", 1, 4, ""), ("二等奖", 1, 1, ""), ("二等奖", 2, 2, "")]


def test_only_what_hangs_on_the_wall_gets_an_award(prized: Contest) -> None:
    number = prized.enter("o-anna")
    for missing in (number, 99):
        with pytest.raises(NotFound):
            award(prized, missing, "一等奖")


def test_a_place_that_is_given_back_is_given_again(prized: Contest) -> None:
    first, second = (enter_shown(prized, f"o-{n}") for n in range(2))
    given = award(prized, first, "一等奖")
    with prized.db.work() as session:
        take_away(session, prized.campaign, given.public_id)
    with prized.db.work() as session, pytest.raises(NotFound):
        take_away(session, prized.campaign, given.public_id)
    assert award(prized, second, "一等奖").place == 1
    judge(prized, "refused", first, why=REASONS[0])


def test_a_ranking_fills_the_levels_that_go_by_it_and_leaves_the_others(prized: Contest) -> None:
    for n in range(5):
        enter_shown(prized, f"o-{n}")
    ranked = [Ranked(3, 1), Ranked(1, 2), Ranked(5, 3), Ranked(2, 4)]
    proposal = propose(prized, *ranked)
    assert proposal == Proposal([Given("一等奖", "", 3), Given("二等奖", "", 1), Given("二等奖", "", 5)], [])
    assert fill(prized, ranked, list(proposal.given)) == 3
    assert [one[:3] for one in lines(prized)] == [("一等奖", 1, 3), ("二等奖", 1, 1), ("二等奖", 2, 5)]
    assert propose(prized, *ranked) == Proposal([], [])


def test_a_tie_within_a_level_is_told_and_one_across_its_end_is_decided_by_people(prized: Contest) -> None:
    for n in range(5):
        enter_shown(prized, f"o-{n}")
    ranked = [Ranked(1, 1), Ranked(2, 1), Ranked(3, 3), Ranked(4, 3), Ranked(5, 5)]
    assert propose(prized, *ranked) == Proposal([], [Tie("一等奖", "", 1, (1, 2))])
    award(prized, 2, "一等奖")
    assert propose(prized, *ranked) == Proposal([Given("二等奖", "", 1)], [Tie("二等奖", "", 1, (3, 4))])
    award(prized, 1, "二等奖")
    award(prized, 4, "二等奖")
    assert propose(prized, *ranked) == Proposal([], [])
    within = make_contest(prized.db, AWARDS, prized.account_id)
    for n in range(3):
        enter_shown(within, f"o-{n}")
    tied = propose(within, Ranked(1, 1), Ranked(2, 2), Ranked(3, 2)).given
    assert [one.tied for one in tied] == [False, True, True]


def test_each_group_has_its_own_awards(db: Database) -> None:
    groups = {"groups": [{"title": "图文组"}, {"title": "摄影组"}]}
    contest = make_contest(db, AWARDS | groups)
    for n, group in enumerate(("图文组", "摄影组", "摄影组")):
        enter_shown(contest, f"o-{n}", group=group)
    ranked = [Ranked(1, 1, "图文组"), Ranked(2, 1, "摄影组"), Ranked(3, 2, "摄影组")]
    given = propose(contest, *ranked).given
    assert given == [Given("一等奖", "图文组", 1), Given("一等奖", "摄影组", 2), Given("二等奖", "摄影组", 3)]
    assert fill(contest, ranked, list(given)) == 3
    assert [one[:3] for one in lines(contest)] == [("一等奖", 1, 1), ("一等奖", 1, 2), ("二等奖", 1, 3)]


def test_a_ranking_that_changed_since_it_was_looked_at_fills_nothing(prized: Contest) -> None:
    for n in range(3):
        enter_shown(prized, f"o-{n}")
    seen = list(propose(prized, Ranked(1, 1), Ranked(2, 2)).given)
    with pytest.raises(Conflict, match="刚刚变了"):
        fill(prized, [Ranked(2, 1), Ranked(1, 2)], seen)
    judge(prized, "waiting", 1, why="再核实一下")
    with pytest.raises(Conflict):
        fill(prized, [Ranked(1, 1), Ranked(2, 2)], seen)
    assert lines(prized) == []


def test_likes_rank_what_hangs_on_the_wall_without_those_that_were_struck(prized: Contest) -> None:
    for n in range(4):
        enter_shown(prized, f"o-{n}")
    like(prized, {1: (5, 0), 2: (9, 4), 3: (7, 0), 4: (2, 2)})
    judge(prized, "waiting", 3, why="再核实一下")
    with prized.db.read() as session:
        ranked = rank_by_likes(session, prized.campaign)
    assert [(one.number, one.place, one.likes) for one in ranked] == [(1, 1, 5), (2, 1, 5)]


def like(contest: Contest, likes: dict[int, tuple[int, int]]) -> None:
    """As the books have them: sealed and struck, by number."""
    rows: list[dict[str, Any]] = [
        {
            "account_id": contest.account_id,
            "campaign_id": contest.campaign.id,
            "round": 1,
            "candidate": number,
            "votes": votes,
            "struck": struck,
        }
        for number, (votes, struck) in likes.items()
    ]
    with contest.db.work() as session:
        session.execute(insert(VoteTotal), rows)


def test_once_public_the_list_stands_and_a_line_is_struck_out_with_its_reason(prized: Contest) -> None:
    numbers = [enter_shown(prized, f"o-{n}") for n in range(3)]
    given = award(prized, numbers[0], "一等奖")
    with prized.db.work() as session, pytest.raises(Closed, match="还没有公示"):
        withdraw(session, prized.campaign, given.public_id, "不是本人拍的", "anna", prized.now)
    publicise(prized)
    with pytest.raises(Closed, match="已经公示"):
        award(prized, numbers[1], "二等奖")
    with prized.db.work() as session, pytest.raises(Closed):
        take_away(session, prized.campaign, given.public_id)
    with prized.db.work() as session, pytest.raises(Invalid):
        withdraw(session, prized.campaign, given.public_id, " ", "anna", prized.now)
    with prized.db.work() as session:
        withdraw(session, prized.campaign, given.public_id, "不是本人拍的", "anna", prized.now)
    with prized.db.work() as session, pytest.raises(Conflict):
        withdraw(session, prized.campaign, given.public_id, "又一次", "bob", prized.now)
    assert lines(prized) == [("一等奖", 1, 1, "不是本人拍的")]


def test_one_person_with_two_awards_is_hinted_at(prized: Contest) -> None:
    numbers = [enter_shown(prized, "o-anna"), enter_shown(prized, "o-bob"), enter_shown(prized, "o-anna")]
    for number, level in zip(numbers, ("一等奖", "二等奖", "组织奖"), strict=True):
        award(prized, number, level)
    with prized.db.read() as session:
        assert find_twice(list_awards(session, prized.campaign)) == [(1, 3)]


def test_another_campaigns_awards_are_not_there(prized: Contest) -> None:
    given = award(prized, enter_shown(prized, "o-anna"), "一等奖")
    other = make_contest(prized.db, AWARDS, prized.account_id)
    with prized.db.work() as session, pytest.raises(NotFound):
        take_away(session, other.campaign, given.public_id)


def give_to_all(contest: Contest) -> list[Any]:
    numbers = [enter_shown(contest, f"o-{n}") for n in range(6)]
    return together(6, lambda at: award(contest, numbers[at], "二等奖"))


def test_no_more_awards_than_places_however_many_give_at_once(prized: Contest) -> None:
    done = give_to_all(prized)
    assert sorted(one[1] for one in lines(prized)) == [1, 2]
    assert sum(isinstance(one, SoldOut) for one in done) == 4


def test_one_work_gets_one_award_however_many_give_at_once(prized: Contest) -> None:
    number = enter_shown(prized, "o-anna")
    levels = ("一等奖", "二等奖", "组织奖") * 2
    done = together(6, lambda at: award(prized, number, levels[at]))
    assert len(lines(prized)) == 1
    assert sum(isinstance(one, Conflict) for one in done) == 5


def test_control_without_the_constraint_a_place_would_be_given_twice(postgres_db: Database) -> None:
    contest = make_contest(postgres_db, AWARDS)
    with postgres_db.engine.begin() as connection:
        connection.exec_driver_sql(
            "ALTER TABLE photo_awards DROP CONSTRAINT uq_photo_awards_campaign_id_level_group_place"
        )
    try:
        found = [count_second(contest) for _ in range(3)]
        assert max(found) > 2
    finally:
        with postgres_db.engine.begin() as connection:
            connection.exec_driver_sql("DELETE FROM photo_awards")
            connection.exec_driver_sql(
                "ALTER TABLE photo_awards ADD CONSTRAINT uq_photo_awards_campaign_id_level_group_place"
                ' UNIQUE (campaign_id, level, "group", place)'
            )


def count_second(contest: Contest) -> int:
    """How many of 二等奖 stand in the list, which has two places."""
    give_to_all(contest)
    return sum(one[0] == "二等奖" for one in lines(contest))


def test_who_publicises_while_an_award_is_given_shows_all_of_it_or_none(prized: Contest) -> None:
    number = enter_shown(prized, "o-anna")
    done = together(2, lambda at: publicise(prized) if at else award(prized, number, "一等奖"))
    assert len(lines(prized)) == (0 if isinstance(done[0], Closed) else 1)
