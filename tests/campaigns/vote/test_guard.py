"""The rules against vote stuffing: each finds its attacker, and leaves alone the honest crowd that looks like it."""

from dataclasses import fields, replace
from datetime import timedelta

import numpy as np
import pytest

from campaigns.ballots.ballot import CHAT, Origin
from campaigns.ballots.guard import PRESETS, Found, find, find_columns, rule_from
from campaigns.ballots.guard.columns import codes_of
from campaigns.ballots.guard.loading import load
from campaigns.ballots.guard.signals import find_regular, rank_within
from campaigns.ballots.strikes import Why, restore, strike
from core.errors import Invalid, NotFound
from models.members import Member
from tests.campaigns.vote.story import MINUTE_MS, SECOND_MS, Story, at
from tests.campaigns.vote.world import DURING, OPENS, Vote

LONG_AGO = 200 * 86_400
KEYS = [preset.key for preset in PRESETS]


def told() -> Story:
    """A story with everybody else's votes in it."""
    story = Story()
    story.everybody()
    return story


def test_a_night_burst_in_four_browsers_is_found_and_a_night_shift_is_not():
    story = told()
    burst = {
        story.ballot(
            at(2) + n * SECOND_MS, 1, address=n % 50 + 1, near=1, agent=900 + n % 4, followed=LONG_AGO
        )
        for n in range(320)
    }
    for n in range(400):  # the night shift leaves at two and votes for its master
        story.ballot(
            at(2) + n * 700, 2, address=77, near=2, agent=story.phone(), followed=60 if n % 2 else LONG_AGO
        )
    for n in range(320):  # the same four browsers by day are another rule's business
        story.ballot(at(14) + n * SECOND_MS, 3, address=n + 100, near=3, agent=950 + n % 4, followed=LONG_AGO)
    assert story.find("night") == burst
    assert story.find("night", ballots=321) == set()


def test_a_night_of_new_followers_is_found_in_the_chat_too():
    story = told()
    burst = {story.ballot(at(3) + n * SECOND_MS, 1, followed=20 + n % 50, chat=True) for n in range(300)}
    for n in range(300):  # a night in the chat by people who have followed for long
        story.ballot(at(3) + n * SECOND_MS, 2, followed=LONG_AGO, chat=True)
    assert story.find("night") == burst


def test_a_pool_behind_one_address_is_found_and_a_factory_is_not():
    story = told()
    pool = {
        story.ballot(at(9) + n * 5 * MINUTE_MS, 1, address=1, near=1, agent=900 + n % 30, followed=20 + n)
        for n in range(60)
    }
    few = {
        story.ballot(at(9) + n * 5 * MINUTE_MS, 2, address=2, near=1, agent=900 + n % 5, followed=LONG_AGO)
        for n in range(60)
    }
    for n in range(
        3000
    ):  # shift's end: one address, ten minutes, all for their master, most by the poster at the gate
        fresh = 90 if n % 10 < 6 else LONG_AGO
        story.ballot(at(16) + n * 200, 3, address=3, near=3, agent=story.phone(), followed=fresh)
    assert story.find("address") == pool | few


def test_an_address_that_votes_for_many_is_no_pool():
    story = told()
    for n in range(200):
        story.ballot(
            at(9) + n * MINUTE_MS, n % 4 + 1, address=1, near=1, agent=900 + n % 3, followed=LONG_AGO
        )
    assert story.find("address") == set()


def test_where_everybody_is_new_a_new_follower_is_no_sign():
    """The account was opened for this vote."""
    story = Story()
    story.everybody(followed=60)
    for n in range(400):
        story.ballot(at(16) + n * 200, 3, address=3, near=3, agent=story.phone(), followed=60)
    assert story.find("address") == set()
    assert story.find("followers") == set()


def test_popular_phones_are_no_sign_where_everybody_has_them():
    story = Story()
    for n in range(600):
        story.ballot(
            at(8 + n / 50), 90 + n % 10, address=5000 + n, near=500, agent=n % 8 + 1, followed=LONG_AGO
        )
    for n in range(200):
        story.ballot(at(16) + n * 200, 3, address=3, near=3, agent=n % 8 + 1, followed=LONG_AGO)
    assert story.find("address") == set()


def test_hired_machines_in_one_range_are_found_and_the_carriers_range_is_not():
    story = told()
    hired = {
        story.ballot(at(10) + n * SECOND_MS, 1, address=n + 1, near=1, agent=900 + n % 8, followed=LONG_AGO)
        for n in range(120)
    }
    for n in range(2000):  # a union calls its members, who are on the road
        fresh = 90 if n % 4 else LONG_AGO
        story.ballot(
            at(10) + n * SECOND_MS, 2, address=n % 40 + 300, near=2, agent=story.phone(), followed=fresh
        )
    for n in range(24 * 70):  # as many from one range, hour after hour: no burst
        story.ballot(at(n / 70), 3, address=n + 700, near=3, agent=900 + n % 8, followed=LONG_AGO)
    assert story.find("range") == hired


def test_a_robots_even_steps_are_found_and_the_canteens_queue_is_not():
    story = told()
    rng = np.random.default_rng(3)
    moment, queue = at(9), at(11)
    robot = set()
    for _ in range(40):
        moment += int(60_000 * rng.uniform(0.9, 1.1))
        robot.add(story.ballot(moment, 1, address=1, near=1, agent=story.phone(), followed=LONG_AGO))
    for _ in range(400):  # one after the other with the code at the door
        queue += int(rng.lognormal(np.log(15_000), 0.5))
        story.ballot(queue, 2, address=2, near=2, agent=story.phone(), followed=60)
    assert story.find("intervals") == robot
    assert story.find("intervals", ballots=41) == set()


def test_a_robot_in_the_chat_is_found_by_its_steps():
    story = told()
    robot = {story.ballot(at(9) + n * 30_000, 1, followed=LONG_AGO, chat=True) for n in range(30)}
    moment = at(9)
    for _ in range(300):
        moment += int(story.rng.exponential(20_000))
        story.ballot(moment, 2, followed=LONG_AGO, chat=True)
    assert story.find("intervals") == robot


def test_one_ballot_a_day_at_all_hours_is_no_robots_step():
    """Pauses of more than an hour are nobody's even steps."""
    story = Story()
    for n in range(60):
        story.ballot(at(0) + n * 7_200_000, 1, address=1, near=1, agent=9, followed=LONG_AGO)
    assert story.find("intervals") == set()


def test_even_steps_of_two_mornings_are_no_run():
    story = Story()
    for n in range(30):
        story.ballot(at(9, day=n // 15) + n % 15 * 60_000, 1, address=1, near=1, agent=9, followed=LONG_AGO)
    assert story.find("intervals", spread=30) == set()
    assert len(story.find("intervals", spread=30, ballots=15)) == 30


def test_bought_followers_are_found_on_pages_and_in_the_chat_and_a_posters_crowd_is_not():
    story = told()
    bought = {
        story.ballot(at(9) + n * 9_000, 1, address=n + 1, near=1, agent=story.phone(), followed=30 + n)
        for n in range(80)
    }
    bought |= {story.ballot(at(10) + n * 9_000, 2, followed=5 + n % 9, chat=True) for n in range(80)}
    for n in range(800):  # scan, follow, vote; but some had followed before
        fresh = 45 if n % 4 else LONG_AGO
        story.ballot(at(11) + n * 3_000, 3, address=n + 200, near=3, agent=story.phone(), followed=fresh)
    for n in range(100):  # all new, but they have a taste of their own
        story.ballot(at(12) + n * 3_000, 4, 90 + n % 10, address=n, near=4, agent=story.phone(), followed=45)
    assert story.find("followers") == bought


def test_a_person_who_votes_for_others_on_another_day_is_no_bought_follower():
    story = told()
    for n in range(80):
        story.ballot(
            at(9) + n * 9_000, 1, person=n + 1, address=n + 1, near=1, agent=story.phone(), followed=30
        )
        story.ballot(at(9, day=1), 5 + n % 9, person=n + 1, followed=86_430, agent=story.phone())
    assert story.find("followers") == set()


def test_where_five_must_be_chosen_a_bought_follower_chooses_the_same_five():
    story, mates = Story(), (11, 12, 13, 14)
    for n in range(300):
        others = [90 + (n + step) % 10 for step in range(5)]
        story.ballot(at(8 + n / 30), *others, address=n + 500, near=9, agent=story.phone(), followed=LONG_AGO)
    bought = {
        story.ballot(at(9) + n * 9_000, 1, *mates, address=n + 1, near=1, agent=story.phone(), followed=30)
        for n in range(80)
    }
    assert story.find("followers") == bought


def test_one_emulator_behind_many_proxies_is_found_and_a_popular_phone_is_not():
    story = told()
    proxies = {
        story.ballot(at(9) + n * 30_000, 1, address=n + 1, near=n + 1, agent=900, followed=LONG_AGO)
        for n in range(60)
    }
    for n in range(300):  # a third of everybody has this one
        story.ballot(at(9) + n * 1_000, 90 + n % 10, address=n + 9000, near=8, agent=7, followed=LONG_AGO)
    for n in range(200):
        phone = 7 if n % 3 == 0 else story.phone()
        story.ballot(at(9) + n * 10_000, 2, address=n + 400, near=9, agent=phone, followed=LONG_AGO)
    for n in range(60):  # a team with phones from the company, in two offices
        story.ballot(at(9) + n * 30_000, 3, address=n % 2 + 700, near=7, agent=901, followed=LONG_AGO)
    assert story.find("agents") == proxies


def test_a_script_without_a_name_is_found_and_a_few_shy_phones_are_not():
    story = told()
    script = {
        story.ballot(at(9) + n * 90_000, 1, address=n + 1, near=n + 1, followed=LONG_AGO) for n in range(40)
    }
    for n in range(19):
        story.ballot(at(9) + n * 90_000, 2, address=n + 900, near=n + 900, followed=LONG_AGO)
    for n in range(60):  # the chat never names a browser
        story.ballot(at(9) + n * 90_000, 3, followed=LONG_AGO, chat=True)
    assert story.find("silent") == script


def test_a_cohort_in_ten_minutes_is_found_wherever_it_comes_from_and_a_unions_call_is_not():
    story = told()
    cohort = {
        story.ballot(at(9) + n * 4_000, 1, address=n + 1, near=n + 1, agent=900 + n % 6, followed=LONG_AGO)
        for n in range(100)
    }
    for n in range(3000):
        fresh = 45 if n % 4 else LONG_AGO
        story.ballot(at(9) + n * 190, 2, address=n % 300, near=n % 8, agent=story.phone(), followed=fresh)
    assert story.find("together") == cohort


def test_of_a_mixed_crowd_only_the_ballots_that_bear_the_sign_are_found():
    story = told()
    pool, honest = set(), set()
    for n in range(100):
        moment = at(9) + n * MINUTE_MS
        pool.add(story.ballot(moment, 1, address=1, near=1, agent=900 + n % 3, followed=LONG_AGO))
        if n % 5 == 0:
            honest.add(story.ballot(moment, 1, address=1, near=1, agent=n + 1, followed=LONG_AGO))
    assert story.find("address") == pool
    assert honest


@pytest.mark.parametrize(
    "preset", [preset for preset in PRESETS if not preset.in_chat], ids=lambda one: one.key
)
def test_a_rule_that_is_not_for_the_chat_finds_nothing_there(preset):
    story = told()
    for n in range(600):
        story.ballot(at(2) + n * 1_000, 1, followed=20, chat=True)
    assert story.find(preset.key) == set()


@pytest.mark.parametrize("key", KEYS)
def test_no_rule_minds_a_campaign_without_ballots_or_with_one(key: str):
    story = Story()
    story.ballot(at(9), 1)
    assert story.find(key) == set()
    columns = story.columns()
    empty = replace(columns, **{one.name: getattr(columns, one.name)[:0] for one in fields(columns)})
    assert len(find_columns(empty, rule_from(key)).ballots) == 0


def test_what_is_found_is_told_by_candidate_hour_and_example():
    story = told()
    for n in range(60):
        story.ballot(at(9) + n * 6 * MINUTE_MS, 1, 4, address=1, near=1, agent=900, followed=60)
    found = find_columns(story.columns(), rule_from("address"))
    assert found.votes == {(1, 1): 60, (1, 4): 60}
    assert found.hours[9:15] == (10,) * 6 and sum(found.hours) == 60
    assert len(found.examples) == 12
    first = found.examples[0]
    assert (first.candidates, first.followed_minutes, first.channel) == ((1, 4), 1, "page")
    assert len(first.address) == 4


@pytest.mark.parametrize("preset", PRESETS, ids=lambda one: one.key)
def test_a_rule_says_itself_in_a_sentence_and_can_be_read_back(preset):
    rule = rule_from(preset.key)
    assert "{" not in rule.sentence and rule.sentence.endswith("。")
    for figure in preset.figures:
        assert figure.least <= figure.default <= figure.most
        assert str(figure.default) in rule.sentence
    facts = rule.facts()
    assert rule_from(str(facts.pop("key")), facts) == rule


@pytest.mark.parametrize("value", ["", "-1", "3.5", "１００", "abc", "1" * 30, "9", "100001"])
def test_a_figure_out_of_its_limits_is_refused_and_named(value: str):
    with pytest.raises(Invalid) as refused:
        rule_from("night", {"ballots": value})
    assert refused.value.facts["field"] == "ballots"


def test_a_night_that_ends_before_it_begins_and_an_unknown_rule_are_refused():
    with pytest.raises(Invalid):
        rule_from("night", {"from_hour": 6, "to_hour": 6})
    with pytest.raises(NotFound):
        rule_from("everybody")


def test_hashes_become_numbers_that_are_the_same_for_the_same():
    codes = codes_of(
        ["", "00112233aabbccdd", "00112233aabbccde", "10112233aabbccdd", "00112233aabbccdd", "x"]
    )
    assert codes[0] == 0
    assert codes[1] == codes[4]
    assert len(set(codes.tolist())) == 5


def test_equal_entries_share_their_place():
    ranks = rank_within(np.array([1, 0, 0, 1, 0]), np.array([5, 2, 9, 5, 2]))
    assert ranks.tolist() == [0, 1, 0, 0, 1]


def test_even_steps_end_where_another_group_begins():
    at_ = np.arange(20) * 1000
    of = np.repeat([0, 1], 10)
    assert not find_regular(at_, of, 11, 0.2).any()
    assert find_regular(at_, of, 10, 0.2).all()


# In tables.

LOW = {"ballots": 40}
POOL = Origin("page", "a" * 16, "b" * 16, "c" * 16)


def stuffed(vote: Vote) -> Vote:
    """Forty ballots from one address in one browser for candidate 2, and ten honest ones."""
    for n in range(40):
        vote.cast(f"o-pool-{n}", 2, origin=POOL, now=DURING + timedelta(seconds=n * n))
    for n in range(10):
        origin = Origin("page", f"{n:016x}", f"{n:016x}", f"{n:016x}")
        vote.cast(f"o-honest-{n}", n % 5 + 1, origin=origin)
    vote.cast("o-chat", 2, origin=CHAT)
    return vote


def look(vote: Vote, key: str = "address", **figures: int) -> Found:
    with vote.db.read() as session:
        return find(session, vote.campaign, rule_from(key, figures))


def test_in_tables_only_sealed_ballots_are_looked_at(vote: Vote):
    stuffed(vote)
    assert len(look(vote, **LOW).ballots) == 0
    vote.seal()
    vote.cast("o-unsealed", 2, origin=POOL)
    with vote.db.read() as session:
        assert load(session, vote.campaign).size == 51
    found = look(vote, **LOW)
    assert len(found.ballots) == 40
    assert found.votes == {(1, 2): 40}
    assert found.examples[0].at == DURING


def test_what_is_struck_is_not_found_again_until_it_is_given_back(vote: Vote):
    stuffed(vote).seal()
    found = look(vote, **LOW)
    why = Why(found.rule.facts(), found.rule.preset.title, "一个地址四十张", "anna", DURING)
    with vote.db.work() as session:
        row = strike(session, vote.campaign, found.ballots.tolist(), why)
        assert (row.ballots, row.votes) == (40, 40)
        name = row.public_id
    assert len(look(vote, **LOW).ballots) == 0
    with vote.db.work() as session:
        restore(session, vote.campaign, name, "查实是同一个车间", "anna", DURING)
    assert np.array_equal(look(vote, **LOW).ballots, found.ballots)


def test_when_somebody_followed_comes_from_the_followers(vote: Vote):
    for n in range(20):
        vote.cast(f"o-new-{n}", 3, now=DURING + timedelta(seconds=n * n))
        vote.cast(f"o-old-{n}", 4, now=DURING + timedelta(seconds=n * n))
    vote.seal()
    with vote.db.work() as session:
        for n in range(20):
            session.add(follower(vote, f"o-new-{n}", n, DURING - timedelta(seconds=30)))
            session.add(follower(vote, f"o-old-{n}", n + 20, OPENS - timedelta(days=90)))
    found = look(vote, "followers", ballots=20)
    assert found.votes == {(1, 3): 20}
    assert found.examples[0].followed_minutes == 0


def follower(vote: Vote, openid: str, number: int, when) -> Member:
    return Member(
        account_id=vote.account_id,
        public_id=f"m{number}",
        openid=openid,
        first_seen_at=when,
        last_seen_at=when,
        followed_at=when,
    )
