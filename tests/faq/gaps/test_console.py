"""问答缺口 in the console: seen, filled, added to an entry, put aside and brought back."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import update

from core.settings import Settings
from faq.gaps.nearest import compare_with
from faq.gaps.service import find_gaps
from models import Entry
from staff.roles import Role
from tests.conftest import NOW, Home
from tests.faq.consoles import LIST, bring_in, entry, open_house, organisation, page_of, typed
from tests.faq.entries import row
from tests.faq.gaps.conftest import days_ago, grouped, said, told
from tests.faq.gaps.test_clusters import BUS, HEAT
from tests.staff.desk import Desk
from tests.staff.desk import text_of as words

GAPS = "/console/a/ours/gaps"


@pytest.fixture
def house(
    settings: Settings, sqlite_template: Path, tmp_path: Path, redis: object, few_questions: None
) -> Iterator[Home]:
    with open_house(settings, sqlite_template, tmp_path) as home:
        account = home.parts.directory.get("ours").id
        told(
            home.parts.db,
            *(said(text, account_id=account, at=days_ago(n)) for n, text in enumerate(HEAT + BUS)),
        )
        told(home.parts.db, said("别人家的事怎么办", account_id=home.parts.directory.get("others").id))
        grouped(home.parts.db, account)
        yield home


@pytest.fixture
def anna(house: Home) -> Desk:
    return Desk(house, "anna", "ours", Role.ADMIN)


def compare(house: Home, key: str = "ours") -> int:
    """The worker groups, and compares with what the account knows; gives the account's id."""
    account = house.parts.directory.get(key).id
    shelf = house.app.extensions["zhijia.faq"]
    grouped(house.parts.db, account, compare_with(shelf, key, NOW.date()))
    return account


def codes(house: Home, key: str = "ours") -> list[str]:
    account = compare(house, key)
    with house.parts.db.read() as session:
        return [gap.code for gap in find_gaps(session, account, days_ago(100))]


def test_gaps_are_shown_with_their_size_and_examples_and_the_days_with_their_share(house: Home, anna: Desk):
    told(
        house.parts.db,
        said("x", "faq", account_id=house.parts.directory.get("ours").id, note={"faq": "answer"}),
    )
    shown = words(anna.get(GAPS))
    for text in (HEAT[0], BUS[0]):
        assert text in shown
    assert "别人家" not in shown
    assert "直接回答 1" in shown
    assert f"转人工 {len(HEAT + BUS)}" in shown
    assert "11-20" in shown


def test_a_gap_is_filled_with_a_live_entry_and_leaves_the_list(house: Home, anna: Desk):
    before = codes(house)
    form = anna.get(f"{LIST}/new?account=ours&gap={before[0]}")
    assert "正在补缺口" in words(form)
    assert any(f">{text}" in form.text or f'value="{text}"' in form.text for text in HEAT + BUS)
    sent = typed(account="ours", gap=before[0], go="live", question=HEAT[0], alternates="\n".join(HEAT[1:]))
    assert anna.post(f"{LIST}/new", sent).status_code == 302
    assert codes(house) == before[1:]


def test_a_draft_fills_a_gap_too(house: Home):
    bob = Desk(house, "bobby", "ours", Role.EDITOR)
    before = codes(house)
    assert bob.post(f"{LIST}/new", typed(account="ours", gap=before[0])).status_code == 302
    assert codes(house) == before[1:]


def test_a_gap_that_was_filled_meanwhile_makes_no_second_entry(house: Home, anna: Desk):
    gap = codes(house)[0]
    anna.post(f"{GAPS}/{gap}/dismiss")
    late = anna.post(f"{LIST}/new", typed(account="ours", gap=gap, code="mine", go="live"))
    assert late.status_code == 404
    assert entry(house, "mine") is None


def test_a_refused_form_keeps_the_gap(house: Home, anna: Desk):
    gap = codes(house)[0]
    refused = anna.post(f"{LIST}/new", typed(account="ours", gap=gap, answer=""))
    assert refused.status_code == 422
    assert f'name="gap" value="{gap}"' in refused.text
    assert gap in codes(house)


def test_one_click_adds_the_questions_to_the_nearest_entry(house: Home, anna: Desk):
    bring_in(house, row("heat", f"{HEAT[0]}？", answer="有的。"))
    compare(house)
    shown = anna.get(GAPS)
    public_id = page_of(house, "heat").rpartition("/")[2]
    assert f'name="entry" value="{public_id}"' in shown.text
    gap = codes(house)[0]
    done = anna.post(f"{GAPS}/{gap}/alternates", {"entry": public_id})
    assert done.status_code == 302
    assert set(HEAT[1:]) <= set(entry(house, "heat").alternates)
    assert entry(house, "heat").version == 2
    assert gap not in codes(house)


def test_an_editor_adds_to_a_draft_and_a_draft_in_work_is_not_published_in_passing(house: Home, anna: Desk):
    bring_in(house, row("heat", f"{HEAT[0]}？", answer="有的。"))
    bob = Desk(house, "bobby", "ours", Role.EDITOR)
    public_id = page_of(house, "heat").rpartition("/")[2]
    first, second = codes(house)
    bob.post(f"{GAPS}/{first}/alternates", {"entry": public_id})
    anna.post(f"{GAPS}/{second}/alternates", {"entry": public_id})
    assert entry(house, "heat").alternates == []
    draft = words(anna.get(page_of(house, "heat")))
    assert HEAT[1] in draft
    assert BUS[0] in draft
    assert codes(house) == []


def test_an_inherited_entry_gets_its_alternates_in_a_copy(house: Home, anna: Desk):
    bring_in(house, row("heat", f"{HEAT[0]}？", answer="有的。"), place="province")
    compare(house)
    assert "复制成本单位的" in words(anna.get(GAPS))
    public_id = page_of(house, "heat", "province").rpartition("/")[2]
    anna.post(f"{GAPS}/{codes(house)[0]}/alternates", {"entry": public_id})
    assert entry(house, "heat", "province").alternates == []
    assert set(HEAT[1:]) <= set(entry(house, "heat").alternates)


def test_an_entry_that_went_since_is_not_offered_and_an_own_one_is_before_the_inherited(
    house: Home, anna: Desk
):
    bring_in(house, row("heat", f"{HEAT[0]}？", answer="有的。"), place="province")
    compare(house)
    assert "最接近的问答" in words(anna.get(GAPS))
    bring_in(house, row("heat", "高温津贴（本单位）", answer="有的。"))
    shown = words(anna.get(GAPS))
    assert "高温津贴（本单位） 把握" in shown
    assert "复制成本单位的" not in shown
    with house.parts.db.work() as session:
        for place in ("ours", "province"):
            own = update(Entry).where(Entry.organisation_id == organisation(house, place))
            session.execute(own.values(withdrawn_at=NOW))
    assert "最接近的问答" not in words(anna.get(GAPS))


def test_put_aside_and_brought_back(house: Home, anna: Desk):
    before = codes(house)
    done = anna.post(f"{GAPS}/{before[0]}/dismiss")
    assert codes(house) == before[1:]
    assert "撤销：放回清单" in words(anna.get(done.location))
    assert anna.post(f"{GAPS}/{before[0]}/dismiss").status_code == 404
    assert anna.post(f"{GAPS}/{before[0]}/reopen").status_code == 302
    assert codes(house) == before
    assert anna.post(f"{GAPS}/{before[0]}/reopen").status_code == 409


def test_another_accounts_gaps_and_entries_can_not_be_touched(house: Home, anna: Desk):
    strange = codes(house, "others")[0]
    assert anna.post(f"{GAPS}/{strange}/dismiss").status_code == 404
    assert anna.get(f"{LIST}/new?account=others&gap={strange}").status_code == 404
    assert anna.get("/console/a/others/gaps").status_code == 404
    bring_in(house, row("theirs", "别人的？"), place="others")
    public_id = page_of(house, "theirs", "others").rpartition("/")[2]
    gap = codes(house)[0]
    assert anna.post(f"{GAPS}/{gap}/alternates", {"entry": public_id}).status_code == 404
    assert codes(house, "others") == [strange]


def test_who_may_see_figures_may_look_and_change_nothing(house: Home):
    viewer = Desk(house, "viewer", "ours", Role.VIEWER)
    shown = viewer.get(GAPS)
    assert shown.status_code == 200
    assert "写成问答" not in words(shown)
    gap = codes(house)[0]
    for what in ("dismiss", "reopen", "alternates"):
        assert viewer.post(f"{GAPS}/{gap}/{what}").status_code == 403
    assert Desk(house, "judge", "ours", Role.JUDGE).get(GAPS).status_code == 403


def test_what_people_asked_is_shown_as_text(house: Home, anna: Desk):
    evil = "<script>alert(1)</script>怎么办"
    account = house.parts.directory.get("ours").id
    told(house.parts.db, said(evil, account_id=account))
    grouped(house.parts.db, account)
    shown = anna.get(GAPS).text
    assert "<script>alert" not in shown
    assert "&lt;script&gt;alert" in shown


def test_no_gaps_is_told_kindly(house: Home, anna: Desk):
    for gap in codes(house):
        anna.post(f"{GAPS}/{gap}/dismiss")
    assert "没有没答好的问题" in words(anna.get(f"{GAPS}?days=7"))
