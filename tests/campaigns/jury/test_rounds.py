"""Rounds from draft to result, on both databases."""

import time
from datetime import timedelta

import pytest
from sqlalchemy import update

from campaigns.jury import outs, rounds
from campaigns.jury.planning import plan_round
from campaigns.jury.results import ranking_of
from campaigns.jury.rounds import RoundDraft
from campaigns.jury.store import count_loads, count_progress, find_holders, find_short
from campaigns.jury.tables import JuryTask
from core.errors import Conflict, Invalid, NotFound
from members.staff_links.rules import follower_mark
from models.members import StaffLink
from tests.campaigns.jury.panel import NOW, Panel

SIX = [(f"juror{number}", f"单位{number % 3}") for number in range(6)]


def test_three_rounds_lead_from_all_works_to_an_order(panel: Panel):
    panel.name(*SIX)
    panel.works.fill(12)
    first = panel.open("yes_no", quorum=2)
    panel.mark_all(first, {number: int(number <= 6) for number in range(1, 13)})
    assert [one.number for one in panel.close(first) if one.place == 1] == [1, 2, 3, 4, 5, 6]
    second = panel.open("stars", quorum=3, takes="share", takes_most=50)
    assert sorted({n for login in panel.jurors for n in panel.numbers(second, login)}) == [1, 2, 3, 4, 5, 6]
    panel.mark_all(second, {1: 5, 2: 5, 3: 4, 4: 4, 5: 1, 6: 1})
    assert [(one.number, one.place, one.score) for one in panel.close(second)][:3] == [
        (1, 1, 5.0),
        (2, 1, 5.0),
        (3, 3, 4.0),
    ]
    last = panel.open("ranking", takes="best", takes_most=3)
    for login in panel.jurors:
        assert sorted(panel.numbers(last, login)) == [1, 2, 3, 4]  # 3 and 4 tie for the last place
        panel.order(last, login, [3, 1, 4, 2] if login != "juror0" else [1, 3, 4, 2])
    panel.close(last)
    with panel.db.read() as session:
        assert [(one.number, one.place) for one in ranking_of(session, panel.campaign)] == [
            (3, 1),
            (1, 2),
            (4, 3),
            (2, 4),
        ]


def test_nobody_judges_their_own_or_their_colleagues_works(panel: Panel):
    panel.name(*SIX)
    panel.works.fill(10, unit="单位 0")
    panel.works.fill(10, unit="单位1")
    panel.works.fill(10, openid="o-own")
    with panel.db.work() as session:
        link = StaffLink(
            account_id=panel.campaign.account_id,
            staff_id=panel.jurors["juror5"].staff_id,
            code_hash="x",
            code_until=NOW,
            mark=follower_mark(panel.campaign.account_id, "o-own"),
            linked_at=NOW,
        )
        session.add(link)
    round_ = panel.open(quorum=2)
    mine = {login: panel.numbers(round_, login) for login in panel.jurors}
    assert all(n > 10 or "juror0" not in panel.holders(round_, n) for n in range(1, 31))
    assert not any(11 <= n <= 20 for n in mine["juror1"] + mine["juror4"])
    assert not any(n > 20 for n in mine["juror5"])
    loads = [len(numbers) for numbers in mine.values()]
    assert sum(loads) == 60
    assert max(loads) - min(loads) <= 1


def test_what_can_not_be_allocated_is_said_before_and_not_opened(panel: Panel):
    panel.name(("a.one", "一处"), ("b.two", "一处"))
    panel.works.fill(3, unit="一处")
    panel.works.fill(3)
    round_ = panel.draft(quorum=2)
    with panel.db.read() as session:
        plan = plan_round(session, panel.campaign, round_)
    assert plan.allocation is not None
    assert plan.allocation.missing == {1: 2, 2: 2, 3: 2}
    assert "有 3 件作品找不到足够的评委（1 号、2 号、3 号）" in plan.problem
    with pytest.raises(Conflict, match="找不到足够的评委"), panel.db.work() as session:
        rounds.open_round(session, panel.campaign, round_, 1, "anna", NOW)
    assert panel.get(round_).state == "draft"
    assert panel.numbers(round_, "a.one") == []


@pytest.mark.parametrize(
    "wrong",
    [
        {"title": " "},
        {"method": "guess"},
        {"quorum": 0},
        {"takes": "best", "takes_most": 0},
        {"takes": "share", "takes_most": 101},
        {"method": "ranking", "live": True},
    ],
)
def test_a_round_that_makes_no_sense_is_refused(plain_panel: Panel, wrong: dict[str, object]):
    with pytest.raises(Invalid), plain_panel.db.work() as session:
        draft = RoundDraft(**{"title": "初评", "method": "stars", **wrong})
        rounds.add_round(session, plain_panel.campaign, draft, "anna", NOW)


def test_a_mark_changes_until_the_round_closes(panel: Panel):
    panel.name(("a.one", ""))
    panel.works.fill(2)
    round_ = panel.open(quorum=1)
    panel.mark(round_, "a.one", 1, 2)
    panel.mark(round_, "a.one", 1, 5)
    assert [one.score for one in panel.close(round_)] == [5.0, 0.0]
    with pytest.raises(Conflict, match="已经结束"):
        panel.mark(round_, "a.one", 2, 5)
    with pytest.raises(Invalid, match="为什么"), panel.db.work() as session:
        rounds.reopen_round(session, round_, panel.get(round_).version, " ", "anna", NOW)
    with panel.db.work() as session:
        rounds.reopen_round(session, round_, panel.get(round_).version, "漏了一件", "anna", NOW)
    panel.mark(round_, "a.one", 2, 4)
    assert [(one.number, one.place) for one in panel.close(round_)] == [(1, 1), (2, 2)]


def test_a_round_whose_successor_has_begun_stays_closed(plain_panel: Panel):
    plain_panel.name(("a.one", ""))
    plain_panel.works.fill(2)
    first = plain_panel.open(quorum=1)
    plain_panel.mark_all(first, 3)
    plain_panel.close(first)
    plain_panel.open("ranking", takes="best", takes_most=1)
    with pytest.raises(Conflict, match="后面的轮次"), plain_panel.db.work() as session:
        rounds.reopen_round(session, first, plain_panel.get(first).version, "为何", "anna", NOW)


def test_after_the_deadline_nothing_is_judged_until_it_is_put_off(plain_panel: Panel):
    plain_panel.name(("a.one", ""))
    plain_panel.works.fill(1)
    round_ = plain_panel.open(quorum=1, due_at=NOW + timedelta(hours=1))
    with pytest.raises(Conflict, match="截止"):
        plain_panel.mark(round_, "a.one", 1, 5, NOW + timedelta(hours=1))
    with plain_panel.db.work() as session:
        rounds.put_off(session, round_, round_.version, NOW + timedelta(hours=3), "anna", NOW)
    plain_panel.mark(round_, "a.one", 1, 5, NOW + timedelta(hours=2))


def test_of_two_organisers_the_second_is_told(plain_panel: Panel):
    plain_panel.name(("a.one", ""))
    plain_panel.works.fill(1)
    round_ = plain_panel.open(quorum=1)
    with pytest.raises(Conflict, match="被别人改过"), plain_panel.db.work() as session:
        rounds.close_round(session, plain_panel.campaign, round_, round_.version - 1, "bob", NOW)


def test_groups_are_judged_and_ranked_by_themselves(panel: Panel):
    panel.name(("a.one", ""))
    panel.works.fill(2, group="图文")
    panel.works.fill(2, group="短视频")
    pictures = panel.open(quorum=1, groups=("图文",))
    assert sorted(panel.numbers(pictures, "a.one")) == [1, 2]
    panel.mark_all(pictures, {1: 2, 2: 4})
    panel.close(pictures)
    videos = panel.open(quorum=1, groups=("短视频",))
    panel.mark_all(videos, {3: 1, 4: 5})
    panel.close(videos)
    best = panel.draft("ranking", takes="best", takes_most=1)
    with panel.db.read() as session:
        found = ranking_of(session, panel.campaign)
        coming = [one.number for one in plan_round(session, panel.campaign, best).entries]
    assert {(one.group, one.number, one.place) for one in found} == {
        ("图文", 2, 1),
        ("图文", 1, 2),
        ("短视频", 4, 1),
        ("短视频", 3, 2),
    }
    assert coming == [2, 4]


def test_disqualified_works_leave_every_round_and_come_back_with_their_marks(panel: Panel):
    panel.name(("a.one", ""))
    panel.works.fill(3)
    panel.works.change(2, faults={"small": "只有 300 像素"})
    panel.works.change(3, faults={"late": "晚了一天", "small": "只有 200 像素"})
    round_ = panel.open(quorum=1)
    panel.mark_all(round_, {1: 1, 2: 5, 3: 3})
    with panel.db.read() as session:
        faults = outs.list_faults(session, panel.campaign, {"small"})
    assert [(one.entry.number, one.why) for one in faults] == [(2, "只有 300 像素"), (3, "只有 200 像素")]
    with panel.db.work() as session:
        assert outs.put_out(session, panel.campaign, {"small"}, {2}, "anna", NOW) == 1
    assert sorted(panel.numbers(round_, "a.one")) == [1, 3]
    assert [(one.number, one.place) for one in panel.close(round_)] == [(3, 1), (1, 2)]
    with panel.db.work() as session:
        outs.put_out_by_hand(session, panel.campaign, 3, "抄的", "anna", NOW)
    assert [(one.number, one.place) for one in panel.standings(round_)] == [(1, 1)]
    with pytest.raises(NotFound), panel.db.work() as session:
        outs.take_in(session, panel.campaign, 1)
    with panel.db.work() as session:
        outs.take_in(session, panel.campaign, 3)
        outs.take_in(session, panel.campaign, 2)
        rounds.reopen_round(session, round_, panel.get(round_).version, "恢复一件", "anna", NOW)
    assert [(one.number, one.place) for one in panel.close(round_)] == [(2, 1), (3, 2), (1, 3)]


def test_a_draft_that_is_dropped_leaves_no_gap(plain_panel: Panel):
    made = [plain_panel.draft() for _ in range(3)]
    with plain_panel.db.work() as session:
        rounds.drop_round(session, made[0], 1)
    assert [plain_panel.get(one).number for one in made[1:]] == [1, 2]


def test_progress_counts_what_is_done_open_and_recused(plain_panel: Panel):
    plain_panel.name(("a.one", ""), ("b.two", ""))
    plain_panel.works.fill(4)
    round_ = plain_panel.open(quorum=2)
    plain_panel.mark(round_, "a.one", 1, 3)
    assert plain_panel.recuse(round_, "a.one", 2) is False
    with plain_panel.db.read() as session:
        of = count_progress(session, plain_panel.campaign, round_)[plain_panel.jurors["a.one"].id]
        entries = plain_panel.works.entries
        short = find_short(session, plain_panel.campaign, round_, entries)
    assert (of.done, of.open, of.recused) == (1, 2, 1)
    assert short == {2: 1}


def test_six_thousand_works_and_two_hundred_jurors_open_and_close_in_seconds(panel: Panel):
    panel.name(*((f"juror{number:03d}", f"单位{number % 70}") for number in range(200)))
    for number in range(100):
        panel.works.fill(60, unit=f"单位{number}")
    begun = time.process_time()
    round_ = panel.open(quorum=3)
    opened = time.process_time()
    assert opened - begun < 10
    with panel.db.read() as session:
        loads = count_loads(session, round_)
        holders = find_holders(session, round_)
    assert sum(loads.values()) == 18_000
    assert max(loads.values()) - min(loads.values()) <= 1
    units = {one.id: one.unit for one in panel.jurors.values()}
    for entry in panel.works.entries:
        assert entry.unit not in {units[one.juror_id] for one in holders[entry.number]}
    with panel.db.work() as session:
        of = (JuryTask.account_id == panel.campaign.account_id, JuryTask.round_id == round_.id)
        session.execute(update(JuryTask).where(*of).values(state="done", mark=JuryTask.number % 5 + 1))
    closing = time.process_time()
    standings = panel.close(round_)
    closed = time.process_time()
    assert closed - closing < 10
    assert sum(one.place == 1 for one in standings) == 1200
    print(
        f"6000 × 200 × 3: opened in {opened - begun:.1f} s of processor, closed in {closed - closing:.1f} s"
    )
