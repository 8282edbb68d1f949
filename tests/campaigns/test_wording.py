"""What rules of a campaign must say: pure checks over texts."""

import pytest

from campaigns.view import Rules
from campaigns.wording import (
    find_dear_prizes,
    find_inducement,
    find_missing,
    find_no_contact,
    find_old_years,
    find_poor_privacy,
    find_unnamed_prizes,
)

FULL = Rules(
    who="全体职工",
    how="答题",
    prizes="话费：100 份",
    odds="每次 1%",
    claim="15 天内领取",
    forfeit="视为放弃",
    contact="测试工会 12351",
    privacy="测试工会收集您的微信标识，用于记录成绩，保存六个月，可随时在「我的数据」里删除。",
)


def test_complete_rules_of_a_campaign_with_prizes_lack_nothing():
    assert list(find_missing(FULL, prizes=True)) == []


@pytest.mark.parametrize("section", ["prizes", "odds", "claim", "forfeit"])
def test_what_the_law_wants_published_is_missed_only_where_something_can_be_won(section: str):
    lacking = FULL.model_copy(update={section: "  "})
    (finding,) = find_missing(lacking, prizes=True)
    assert (finding.level, finding.where) == ("stop", "rules")
    assert [one.level for one in find_missing(lacking, prizes=False)] in ([], ["hint"])


@pytest.mark.parametrize("section", ["who", "how", "contact", "privacy"])
def test_what_everybody_must_read_is_always_missed(section: str):
    (finding, *_) = find_missing(FULL.model_copy(update={section: ""}), prizes=False)
    assert finding.level == "stop"


def test_a_prize_that_is_announced_without_a_draw_is_pointed_out():
    plain = FULL.model_copy(update={"prizes": ""})
    (finding,) = find_missing(plain, prizes=False, announced="有奖答题")
    assert (finding.level, finding.where) == ("hint", "prizes")


@pytest.mark.parametrize(("fen", "found"), [(5_000_000, 0), (5_000_001, 1)])
def test_a_prize_of_chance_is_worth_fifty_thousand_at_most(fen: int, found: int):
    assert len(list(find_dear_prizes({"汽车": fen}))) == found


def test_inducement_names_the_text_and_where_to_mend_it():
    (finding,) = find_inducement({"活动简介": ("转发即可抽奖", "basics"), "规则": ("答题抽奖", "rules")})
    assert "活动简介" in finding.what
    assert finding.where == "basics"


@pytest.mark.parametrize(
    "contact", ["测试工会 12351", "0531-86012345", "电话：13800001111", "请打 400-810-1234"]
)
def test_a_contact_with_a_telephone_suffices(contact: str):
    assert list(find_no_contact(FULL.model_copy(update={"contact": contact}))) == []


@pytest.mark.parametrize("contact", ["测试工会", "测试工会 2026 年", "到三楼 305 室"])
def test_a_contact_without_a_telephone_does_not(contact: str):
    assert len(list(find_no_contact(FULL.model_copy(update={"contact": contact})))) == 1


def test_a_complete_privacy_notice_passes():
    assert list(find_poor_privacy(FULL)) == []


@pytest.mark.parametrize(
    ("cut", "told"),
    [
        ("测试工会", "谁在收集"),
        ("收集您的微信标识，", "收集什么"),
        ("用于记录成绩，", "用来做什么"),
        ("保存六个月，", "保存多久"),
        ("可随时在「我的数据」里删除", "怎么查看和删除"),
    ],
)
def test_a_privacy_notice_that_lacks_something_is_told_what(cut: str, told: str):
    privacy = (
        FULL.privacy.replace(cut, "").replace("记录成绩", "比赛")
        if cut.startswith("收集")
        else FULL.privacy.replace(cut, "")
    )
    (finding,) = find_poor_privacy(FULL.model_copy(update={"privacy": privacy}))
    assert told in finding.what


def test_rules_of_last_year_are_noticed():
    (finding,) = find_old_years(FULL.model_copy(update={"how": "2025 年 3 月 1 日起"}), 2026)
    assert "2025" in finding.what
    assert list(find_old_years(FULL.model_copy(update={"how": "2026-12-01 起，会员号 20250001"}), 2026)) == []


def test_rules_name_each_prize_its_number_and_the_days():
    assert list(find_unnamed_prizes(FULL, {"话费": 100}, 15)) == []
    stop, hint = find_unnamed_prizes(FULL, {"水杯": 5}, 7)
    assert (stop.level, hint.level) == ("stop", "hint")
    (wrong,) = find_unnamed_prizes(FULL, {"话费": 999}, 15)
    assert (wrong.level, "999" in wrong.what) == ("hint", True)
