"""Recusals, undone and not, and jurors who can't come."""

import pytest

from campaigns.jury import jurors, marking
from core.errors import Conflict, Invalid, NotFound
from tests.campaigns.jury.panel import NOW, Panel

FOUR = [(f"juror{number}", "") for number in range(4)]


def test_what_somebody_recuses_themselves_from_goes_to_who_has_least(panel: Panel):
    panel.name(*FOUR)
    panel.works.fill(8)
    round_ = panel.open(quorum=1)
    number = panel.numbers(round_, "juror0")[0]
    assert panel.recuse(round_, "juror0", number) is True
    assert panel.recuse(round_, "juror0", number) is True  # sent twice
    (taker,) = panel.holders(round_, number)
    assert taker != "juror0"
    assert number not in panel.numbers(round_, "juror0")
    panel.recuse(round_, "juror0", panel.numbers(round_, "juror0")[0])
    assert [len(panel.numbers(round_, login)) for login in panel.jurors] in (
        [0, 3, 3, 2],
        [0, 3, 2, 3],
        [0, 2, 3, 3],
    )


def test_a_recusal_is_undone_until_the_stand_in_has_judged(panel: Panel):
    panel.name(*FOUR)
    panel.works.fill(4)
    round_ = panel.open(quorum=1)
    number = panel.numbers(round_, "juror0")[0]
    panel.recuse(round_, "juror0", number)
    panel.take_back(round_, "juror0", number)
    assert panel.holders(round_, number) == ["juror0"]
    panel.recuse(round_, "juror0", number)
    (taker,) = panel.holders(round_, number)
    panel.mark(round_, taker, number, 4)
    with pytest.raises(Conflict, match="已经在评"):
        panel.take_back(round_, "juror0", number)
    assert panel.holders(round_, number) == [taker]


def test_a_chain_of_recusals_ends_with_nobody_twice_and_comes_back_to_the_first_only(panel: Panel):
    panel.name(*FOUR)
    panel.works.fill(1)
    round_ = panel.open(quorum=1)
    chain = []
    for _ in range(4):
        (holder,) = panel.holders(round_, 1)
        chain.append(holder)
        last = panel.recuse(round_, holder, 1)
    assert sorted(chain) == sorted(panel.jurors)
    assert last is False
    assert panel.holders(round_, 1) == []
    panel.take_back(round_, chain[0], 1)
    assert panel.holders(round_, 1) == [chain[0]]
    with pytest.raises(Conflict):
        panel.take_back(round_, chain[1], 1)


def test_a_mark_after_one_s_own_recusal_is_refused(panel: Panel):
    panel.name(*FOUR)
    panel.works.fill(4)
    round_ = panel.open(quorum=1)
    number = panel.numbers(round_, "juror0")[0]
    panel.recuse(round_, "juror0", number)
    with pytest.raises(Conflict, match="撤销回避"):
        panel.mark(round_, "juror0", number, 5)
    stranger = next(n for n in range(1, 5) if "juror0" not in panel.holders(round_, n) and n != number)
    with pytest.raises(NotFound):
        panel.mark(round_, "juror0", stranger, 5)


def test_colleagues_never_stand_in(panel: Panel):
    panel.name(("a.one", "一处"), ("b.two", "二处"), ("c.three", "三处"))
    panel.works.fill(6, unit="二处")
    round_ = panel.open(quorum=1)
    for number in panel.numbers(round_, "a.one"):
        panel.recuse(round_, "a.one", number)
        assert panel.holders(round_, number) == ["c.three"]


def test_in_a_ranking_one_leaves_a_work_out_and_the_rest_closes_up(panel: Panel):
    panel.name(("a.one", ""), ("b.two", ""))
    panel.works.fill(3)
    round_ = panel.open("ranking")
    with pytest.raises(Invalid, match="对不上"):
        panel.order(round_, "a.one", [1, 2])
    panel.order(round_, "a.one", [1, 2, 3])
    panel.order(round_, "b.two", [3, 2, 1])
    panel.recuse(round_, "a.one", 1)
    found = {one.number: one.score for one in panel.close(round_)}
    assert found == {1: 0, 2: (100 + 50) / 2, 3: (0 + 100) / 2}


def test_the_tasks_of_who_is_absent_go_to_the_others_evenly_as_the_preview_said(panel: Panel):
    panel.name(*((f"juror{number}", "") for number in range(8)))
    panel.works.fill(24)
    round_ = panel.open(quorum=2)
    done = panel.numbers(round_, "juror0")[0]
    panel.mark(round_, "juror0", done, 5)
    juror = panel.jurors["juror0"]
    with panel.db.read() as session:
        (plan,) = jurors.plan_handover(session, panel.campaign, juror)
    assert sum(plan.counts().values()) == 5
    with panel.db.work() as session:
        (carried,) = jurors.send_away(session, panel.campaign, juror.public_id)
    assert carried.moves == plan.moves
    assert panel.numbers(round_, "juror0") == [done]
    loads = [len(panel.numbers(round_, login)) for login in panel.jurors if login != "juror0"]
    assert sum(loads) == 47
    assert max(loads) - min(loads) <= 1
    for number in range(1, 25):
        assert len(panel.holders(round_, number)) == 2
    with pytest.raises(Conflict, match="别人改过"), panel.db.work() as session:
        jurors.send_away(session, panel.campaign, juror.public_id)
    with panel.db.work() as session:
        jurors.call_back(session, panel.campaign, juror.public_id)


def test_what_nobody_else_may_judge_stays_and_is_said(panel: Panel):
    panel.name(("a.one", "一处"), ("b.two", "二处"))
    panel.works.fill(2, unit="二处")
    round_ = panel.open(quorum=1)
    with panel.db.work() as session:
        (plan,) = jurors.send_away(session, panel.campaign, panel.jurors["a.one"].public_id)
    assert plan.stuck == [1, 2]
    assert sorted(panel.numbers(round_, "a.one")) == [1, 2]


def test_who_is_absent_from_a_ranking_leaves_only_their_own_list(panel: Panel):
    panel.name(*FOUR)
    panel.works.fill(3)
    round_ = panel.open("ranking")
    with panel.db.work() as session:
        (plan,) = jurors.send_away(session, panel.campaign, panel.jurors["juror1"].public_id)
    assert len(plan.dropped) == 3
    assert panel.numbers(round_, "juror1") == []
    assert len(panel.numbers(round_, "juror2")) == 3


def test_only_who_has_the_role_is_named_and_nothing_is_done_by_halves(panel: Panel):
    panel.name(*FOUR)
    before = dict(panel.jurors)
    with pytest.raises(Invalid, match="没有用户名为「nobody」的评委"), panel.db.work() as session:
        named = [("juror0", "新单位"), ("nobody", "")]
        jurors.add_jurors(session, panel.campaign, [panel.organisation_id], named, "anna", NOW)
    panel.refresh()
    assert panel.jurors["juror0"].unit == ""
    with panel.db.work() as session:
        named = [("juror0", "新单位")]
        assert jurors.add_jurors(session, panel.campaign, [panel.organisation_id], named, "anna", NOW) == 0
    panel.refresh()
    assert panel.jurors["juror0"].unit == "新单位"
    assert len(panel.jurors) == len(before)


def test_a_juror_who_has_tasks_is_not_dropped(panel: Panel):
    panel.name(*FOUR)
    with panel.db.work() as session:
        jurors.drop_juror(session, panel.campaign, panel.jurors["juror3"].public_id)
    panel.refresh()
    panel.works.fill(3)
    panel.open(quorum=3)
    with pytest.raises(Conflict, match="缺席"), panel.db.work() as session:
        jurors.drop_juror(session, panel.campaign, panel.jurors["juror0"].public_id)


def test_a_list_is_read_line_by_line():
    assert jurors.read_list("Wang.Fang，第一工区\n\nli.na\t二处,东\n zhao \n") == [
        ("wang.fang", "第一工区"),
        ("li.na", "二处,东"),
        ("zhao", ""),
    ]
    with pytest.raises(Invalid, match="第 2 行"):
        jurors.read_list("a\n，单位")


def test_undo_opens_the_work_again(panel: Panel):
    panel.name(("a.one", ""))
    panel.works.fill(2)
    round_ = panel.open("yes_no", quorum=1)
    panel.mark(round_, "a.one", 1, 0)
    with panel.db.work() as session:
        marking.unmark(session, round_, panel.jurors["a.one"], 1, NOW)
    assert [one.state for one in panel.tasks(round_, "a.one")] == ["open", "open"]
    assert all(one.mark is None for one in panel.tasks(round_, "a.one"))


def test_works_that_nobody_could_take_over_go_to_who_is_named_later(panel: Panel):
    panel.name(("a.one", ""), ("b.two", ""))
    panel.works.fill(2)
    round_ = panel.open(quorum=2)
    assert panel.recuse(round_, "a.one", 1) is False
    with pytest.raises(Conflict, match="还是没有别人能评"), panel.db.work() as session:
        jurors.fill_short(session, panel.campaign, round_, NOW)
    panel.name(("c.three", ""))
    with panel.db.work() as session:
        assert jurors.fill_short(session, panel.campaign, round_, NOW) == 1
    assert panel.holders(round_, 1) == ["b.two", "c.three"]
    panel.take_back(round_, "a.one", 1)
    assert panel.holders(round_, 1) == ["a.one", "b.two"]
