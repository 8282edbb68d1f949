"""Candidates: verbs, files, scores, who goes on to the next round."""

import io
import zipfile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import fields
from datetime import timedelta

import pytest
from PIL import Image

from campaigns import service
from campaigns.ballots.effect import find_changes
from campaigns.ballots.figures import read_figures, read_hours
from campaigns.ballots.roll import Roll
from campaigns.kinds.vote import candidates
from campaigns.kinds.vote.advancing import confirm, find_heats, may_confirm, through
from campaigns.kinds.vote.ballots import BALLOTS
from campaigns.kinds.vote.candidates import CandidateDraft, add_candidates, change_candidate, set_state
from campaigns.kinds.vote.config import VoteConfig
from campaigns.kinds.vote.files import read_candidates, read_pictures, read_scores, write_candidates
from campaigns.kinds.vote.importing import plan_rows
from campaigns.kinds.vote.kind import KIND
from campaigns.kinds.vote.roll import Candidate, read_roll
from campaigns.kinds.vote.scoring import parse_score, score_text, set_scores
from campaigns.store import get_campaign, get_row
from core.errors import Conflict, Invalid
from models.db import Database
from tests.campaigns.vote.world import DURING, OPENS, Vote, by, furnish, make_vote

ROUNDS = {
    "choose_most": 3,
    "votes": 5,
    "rounds": [{"title": "初选", "day": 0, "keep": 2}, {"title": "终选", "day": 3, "keep": 0}],
}


def candidate(number: int, **given: object) -> Candidate:
    values = dict.fromkeys((one.name for one in fields(Candidate)), "") | {
        "number": number,
        "name": f"第{number}",
        "through": 1,
    }
    return Candidate(**(values | {"jury_hundredths": None, "state": "standing"} | given))


def roll_now(vote: Vote) -> Roll:
    with vote.db.read() as session:
        return read_roll(session, vote.campaign)


@pytest.fixture
def checked(sqlite_db: Database) -> Vote:
    """One that is approved and not open yet."""
    vote = make_vote(sqlite_db)
    with sqlite_db.work() as session:
        made = service.begin(session, vote.account_id, "vote", KIND.templates[0], OPENS, by())
        furnish(session, made)
        row = get_row(session, vote.account_id, made.public_id)
        row.state = "checked"
    with sqlite_db.read() as session:
        return Vote(sqlite_db, vote.account_id, get_campaign(session, vote.account_id, made.public_id))


def test_a_change_of_the_list_has_to_be_checked_again(checked: Vote):
    with checked.db.work() as session:
        add_candidates(session, checked.campaign, [CandidateDraft("新人")], "bob", DURING)
    with checked.db.read() as session:
        row = get_row(session, checked.account_id, checked.campaign.public_id)
    assert (row.state, row.version) == ("draft", checked.campaign.version + 1)


def test_an_open_vote_keeps_its_list_whatever_the_caller_believes(checked: Vote):
    stale = checked.campaign
    with checked.db.work() as session:
        get_row(session, checked.account_id, stale.public_id).state = "live"
    with checked.db.work() as session, pytest.raises(Conflict):
        add_candidates(session, stale, [CandidateDraft("后来的")], "bob", DURING)
    row = roll_now(checked).candidates[0]
    renamed = CandidateDraft("改名", number=row.number)
    with checked.db.work() as session, pytest.raises(Conflict):
        change_candidate(session, stale, row.public_id, 1, renamed, "bob", DURING)
    mended = CandidateDraft(row.name, number=row.number, about="补上的事迹")
    with checked.db.work() as session:
        change_candidate(session, stale, row.public_id, 1, mended, "bob", DURING)
    assert roll_now(checked).candidates[0].about == "补上的事迹"


def test_who_is_frozen_comes_back_who_is_withdrawn_does_not(vote: Vote):
    one = roll_now(vote).candidates[0]

    def put(version: int, state: str, why: str = "有人举报") -> None:
        with vote.db.work() as session:
            set_state(session, vote.campaign, one.public_id, version, state, why, "bob", DURING)

    put(1, "frozen")
    assert one.number not in roll_now(vote).standing(1)
    with pytest.raises(Invalid):
        put(2, "standing", " ")
    put(2, "standing")
    with pytest.raises(Conflict):
        put(2, "withdrawn")
    put(3, "withdrawn")
    with pytest.raises(Conflict):
        put(4, "standing")


@pytest.mark.parametrize("guarded", [True, False])
def test_nobody_opens_a_list_while_it_is_changed(
    postgres_db: Database, monkeypatch: pytest.MonkeyPatch, guarded: bool
):
    """Without the guard somebody opens a vote with a candidate in it whom nobody has checked."""
    if not guarded:
        monkeypatch.setattr(candidates, "reopen_draft", lambda _session, _campaign: True)
    vote = make_vote(postgres_db)
    with postgres_db.work() as session:
        get_row(session, vote.account_id, vote.campaign.public_id).state = "checked"
    vote.refresh()

    def open_it() -> str:
        try:
            with postgres_db.work() as session:
                version = vote.campaign.version
                service.open_campaign(session, vote.account_id, vote.campaign.public_id, version, by())
        except Conflict as error:
            return error.code
        return "opened"

    with ThreadPoolExecutor(1) as pool:
        with postgres_db.work() as session:
            add_candidates(session, vote.campaign, [CandidateDraft("没人看过的")], "bob", DURING)
            session.flush()
            other = pool.submit(open_it)
            wait([other], timeout=1.0)
        told = other.result(timeout=10)
    vote.refresh()
    assert (told, vote.campaign.state) == (("changed", "draft") if guarded else ("opened", "live"))


def test_ballots_are_told_by_the_hour_they_were_sealed_in(vote: Vote):
    vote.cast("o-anna", 1)
    vote.cast("o-bob", 1, 2)
    vote.seal()
    now = vote.now + timedelta(hours=3)
    with vote.db.read() as session:
        hours = read_hours(session, vote.campaign, now)
        figures = read_figures(session, vote.campaign, BALLOTS, 1)
        assert read_hours(session, vote.campaign, now + timedelta(hours=48)).values == [0] * 48
    assert (hours.values[-4:], sum(hours.values)) == ([2, 0, 0, 0], 2)
    assert (figures.ballots, figures.votes, figures.unsealed) == (2, 3, 0)
    first = figures.groups[""][0]
    assert (first.place.candidate.number, round(first.share), first.width) == (1, 67, 100)


HEAD = "编号,姓名或名称,单位,事迹\n"


def test_a_file_is_read_row_by_row_and_one_bad_row_spoils_nothing_else():
    rows, errors = read_candidates(
        "名单.csv", f"{HEAD}1,林一,甲厂,好\nx,陈二,,\n,黄三,,多,了\n,何四,,\n".encode()
    )
    assert [(row, cells["name"], cells["number"]) for row, cells in rows] == [(2, "林一", 1), (5, "何四", 0)]
    assert [str(one) for one in errors] == [
        "第 3 行：编号「x」应是 1 到 9999 的整数",
        "第 4 行：比表头多出几格：内容里有逗号时，整格要用双引号括起来",
    ]
    with pytest.raises(Invalid, match="姓名或名称"):
        read_candidates("名单.csv", "编号,名\n1,a\n".encode())


def test_what_is_written_is_read_again_unchanged(vote: Vote):
    with vote.db.read() as session:
        people = read_roll(session, vote.campaign).candidates
        for suffix in ("csv", "xlsx"):
            rows, errors = read_candidates(f"a.{suffix}", write_candidates(suffix, people))
            plan = plan_rows(session, vote.campaign, rows)
            assert (errors, plan.problems, plan.added, plan.changed) == ([], [], [], [])
            assert plan.unchanged == 6


def test_columns_that_a_file_lacks_stay_as_they_are(checked: Vote):
    rows, _ = read_candidates("a.csv", "编号,姓名或名称,单位\n1,林一,乙厂\n2,陈二,\n,新来,丙厂\n".encode())
    with checked.db.read() as session:
        plan = plan_rows(session, checked.campaign, rows)
    ((_, draft, differences),) = plan.changed
    assert (draft.unit, draft.about, [one.title for one in differences]) == ("乙厂", "爱岗敬业", ["单位"])
    assert ([one.name for one in plan.added], plan.unchanged) == (["新来"], 1)


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("1,林一,,", "编号 1 与第 2 行重复"),
        (",林一,,", "已经在名单里（1 号）"),
        ("7,,,", "都要有姓名"),
        ("7,很长" + "长" * 30 + ",,", "最多 30 个字"),
    ],
)
def test_a_row_that_makes_no_sense_is_named(checked: Vote, line: str, told: str):
    rows, _ = read_candidates("a.csv", f"{HEAD}1,林一,,好\n{line}\n".encode())
    with checked.db.read() as session:
        (problem,) = plan_rows(session, checked.campaign, rows).problems
    assert problem.startswith("第 3 行：") and told in problem


def test_in_an_open_vote_a_file_mends_texts_and_nothing_else(vote: Vote):
    rows, _ = read_candidates("a.csv", f"{HEAD}1,林一,甲厂,更好\n2,改名,,\n9,新人,,\n".encode())
    with vote.db.read() as session:
        plan = plan_rows(session, vote.campaign, rows)
    assert len(plan.changed) == 1 and plan.added == []
    assert ["不能再改" in plan.problems[0], "不能再增加" in plan.problems[1]] == [True, True]


def picture(shape: str = "JPEG") -> bytes:
    body = io.BytesIO()
    Image.new("RGB", (30, 40), "red").save(body, shape)
    return body.getvalue()


def packed(**files: bytes) -> io.BytesIO:
    body = io.BytesIO()
    with zipfile.ZipFile(body, "w", zipfile.ZIP_DEFLATED) as file:
        for name, data in files.items():
            file.writestr(name, data)
    body.seek(0)
    return body


def test_a_zip_gives_pictures_by_number_and_leaves_what_computers_add():
    body = packed(
        **{"图/12.JPG": b"a", "003.png": b"b", "__MACOSX/12.jpg": b"x", ".DS_Store": b"x", "图/": b""}
    )
    assert [(one.number, one.data) for one in read_pictures(body)] == [(12, b"a"), (3, b"b")]


@pytest.mark.parametrize(
    ("body", "told"),
    [
        (lambda: packed(**{"林一.jpg": b"a"}), "用编号命名"),
        (lambda: packed(**{"1.svg": b"a"}), "用编号命名"),
        (lambda: packed(**{"1.jpg": b"a", "b/01.png": b"a"}), "两张"),
        (lambda: packed(**{"1.jpg": b"0" * 11 * 1024 * 1024}), "超过 10 MB"),
        (lambda: packed(), "没有图片"),
        (lambda: packed(**{f"{n}.jpg": b"a" for n in range(1, 202)}), "最多 200 张"),
        (lambda: io.BytesIO(b"no zip at all"), "打不开"),
        (lambda: io.BytesIO(packed(**{"1.jpg": picture()}).getvalue()[:-30]), "打不开"),
    ],
)
def test_a_zip_that_is_wrong_is_refused(body: Callable[[], io.BytesIO], told: str):
    with pytest.raises(Invalid, match=told):
        list(read_pictures(body()))


@pytest.mark.parametrize(
    ("text", "hundredths"),
    [("95.5", 9550), ("0", 0), ("100", 10_000), ("8.05", 805), (" ", None), ("100.00", 10_000)],
)
def test_a_score_is_kept_in_hundredths(text: str, hundredths: int | None):
    assert parse_score(text) == hundredths
    assert parse_score(score_text(hundredths)) == hundredths


@pytest.mark.parametrize("text", ["100.01", "-1", "9,5", "95.555", "九十", "1e2", "９５", "101"])
def test_what_is_no_score_is_refused(text: str):
    with pytest.raises(Invalid):
        parse_score(text)


def test_scores_of_a_file_come_by_number_with_its_errors():
    scores, errors = read_scores("a.csv", "编号,评分\n1,95.5\n2,\n2,80\n3,101\n".encode())
    assert scores == {1: 9550, 2: None}
    assert [one.row for one in errors] == [4, 5]


def test_two_who_score_the_same_person_are_told_and_nothing_is_half_saved(vote: Vote):
    with vote.db.work() as session:
        assert set_scores(session, vote.campaign, {1: (None, 9000), 2: (None, None)}, "anna", DURING) == 1
    with pytest.raises(Conflict, match="1 号"), vote.db.work() as session:
        set_scores(session, vote.campaign, {2: (None, 7000), 1: (None, 8000)}, "bob", DURING)
    with pytest.raises(Invalid, match="99"), vote.db.work() as session:
        set_scores(session, vote.campaign, {99: (None, 1)}, "bob", DURING)
    assert [one.jury_hundredths for one in roll_now(vote).candidates[:2]] == [9000, None]


def test_scores_stand_still_once_the_result_is_publicised(vote: Vote):
    with vote.db.work() as session:
        get_row(session, vote.account_id, vote.campaign.public_id).state = "publicised"
    with vote.db.work() as session, pytest.raises(Conflict, match="公示"):
        set_scores(session, vote.campaign, {1: (None, 9000)}, "anna", DURING)


def heats(votes: dict[int, int], keep: int) -> list[tuple[set[int], set[int], int]]:
    settings = VoteConfig(rounds=({"title": "初选", "day": 0, "keep": keep}, {"title": "终选", "day": 1}))
    roll = Roll([candidate(number) for number in votes])
    counts = {(1, number): (count, 0) for number, count in votes.items()}
    return [(set(one.sure), set(one.tied), one.room) for one in find_heats(settings, roll, counts, 1)]


def test_the_best_go_on_and_a_tie_at_the_edge_is_left_to_a_person():
    assert heats({1: 9, 2: 8, 3: 7}, 2) == [({1, 2}, set(), 0)]
    assert heats({1: 9, 2: 8, 3: 8}, 2) == [({1}, {2, 3}, 1)]
    assert heats({1: 9, 2: 9, 3: 8}, 2) == [({1, 2}, set(), 0)]
    assert heats({1: 5, 2: 5, 3: 5}, 2) == [(set(), {1, 2, 3}, 2)]
    assert heats({1: 5, 2: 4}, 3) == [({1, 2}, set(), 0)]


def test_groups_are_kept_apart():
    settings = VoteConfig(
        groups="甲、乙", rounds=({"title": "初", "day": 0, "keep": 1}, {"title": "终", "day": 1})
    )
    roll = Roll([candidate(1, group="甲"), candidate(2, group="甲"), candidate(3, group="乙")])
    counts = {(1, 1): (1, 0), (1, 2): (5, 0), (1, 3): (2, 0)}
    assert [(one.group, set(one.sure)) for one in find_heats(settings, roll, counts, 1)] == [
        ("甲", {2}),
        ("乙", {3}),
    ]


def confirm_at(vote: Vote, numbers: set[int], day: int = 0) -> int:
    with vote.db.work() as session:
        return confirm(session, vote.campaign, 1, numbers, "anna", DURING + timedelta(days=day))


def test_a_list_is_confirmed_changed_and_taken_back_until_the_next_round_began(db: Database):
    vote = make_vote(db, ROUNDS)
    assert confirm_at(vote, {1, 2}) == 2
    assert confirm_at(vote, {2, 3}) == 2
    assert through(roll_now(vote), 1) == {2, 3} == roll_now(vote).standing(2)
    confirm_at(vote, set())
    assert roll_now(vote).standing(2) == frozenset()
    confirm_at(vote, {4})
    with pytest.raises(Conflict):
        confirm_at(vote, {5}, day=3)
    with pytest.raises(Invalid):
        confirm_at(vote, {77})
    assert through(roll_now(vote), 1) == {4}


def test_a_list_that_was_forgotten_can_be_confirmed_once_after_its_time(db: Database):
    vote = make_vote(db, ROUNDS)
    assert may_confirm(vote.campaign, roll_now(vote), 1, DURING + timedelta(days=3))
    confirm_at(vote, {1, 2}, day=3)
    with pytest.raises(Conflict):
        confirm_at(vote, {3}, day=3)


def test_the_effect_of_striking_names_who_loses_and_whose_rank_changes():
    roll = Roll([candidate(number) for number in (1, 2, 3)])
    counts = {(1, 1): (10, 0), (1, 2): (8, 0), (1, 3): (1, 0)}
    changes = find_changes(BALLOTS, VoteConfig(), roll, counts, {(1, 1): 5})
    assert [(one.candidate.number, one.votes, one.loses, one.rank, one.rank_after) for one in changes] == [
        (1, 10, 5, 1, 2),
        (2, 8, 0, 2, 1),
    ]
