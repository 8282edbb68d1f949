"""What every kind of campaign keeps, walked for each that is there, for two unions on both databases.

A kind's tests hold `tests/campaigns/<kind>/sample.py`: SETTINGS, `prepare(session, campaign)` and
`play(session, campaign, person, now)`.
"""

from pathlib import Path

import pytest

from accounts.service import add_account
from campaigns import joining, personal, service
from campaigns.registry import all_kinds
from campaigns.service import Organiser
from core.errors import Closed, Conflict
from members import ledger
from members.ledger import find_person
from models.db import Database
from tests.campaigns.walk import AFTER, DURING, OPENS, Walk, open_campaign
from tests.conftest import NOW, new_account

KINDS = sorted(all_kinds())
PEOPLE = ("o-anna", "o-bob")


@pytest.fixture(params=KINDS)
def walks(request: pytest.FixtureRequest, db: Database) -> list[Walk]:
    """The same kind at two unions."""
    ledger.use_key(b"a-ledger-key-for-tests")
    with db.work() as session:
        ids = [add_account(session, new_account(key), NOW).id for key in ("ours", "theirs")]
    return [open_campaign(db, all_kinds()[request.param], account_id) for account_id in ids]


def test_from_the_draft_to_forgetting_somebody(walks: list[Walk], tmp_path: Path):
    ours, theirs = walks
    for walk in walks:
        for openid in PEOPLE:
            walk.play(openid)
    before = theirs.figures()
    assert before
    assert all(isinstance(value, int | float) for value in before.values())
    assert ours.close() is True
    assert ours.close() is False
    with pytest.raises(Closed):
        ours.play("o-carl", AFTER)
    rows = ours.export(tmp_path / "ours.csv")
    assert rows[0] == list(ours.kind.export_columns)
    assert len(rows) >= 1 + len(PEOPLE)
    assert not any(openid in cell for row in rows for cell in row for openid in PEOPLE)
    with ours.db.work() as session:
        told = personal.export(session, ours.account_id, PEOPLE[0])
        assert "测试活动" in str(told)
        personal.erase(session, ours.account_id, PEOPLE[0])
    with ours.db.read() as session:
        assert list(personal.export(session, ours.account_id, PEOPLE[0])) == []
        assert personal.export(session, ours.account_id, PEOPLE[1])
        assert personal.export(session, theirs.account_id, PEOPLE[0])
        forgotten = find_person(session, ours.account_id, ours.campaign.scope, PEOPLE[0])
        assert forgotten is not None
        assert forgotten.openid is None
    assert len(ours.export(tmp_path / "again.csv")) == len(rows)
    assert theirs.figures() == before


def test_joining_twice_is_one_person(walks: list[Walk]):
    walk = walks[0]
    with walk.db.work() as session:
        first = joining.join(session, walk.campaign, "o-anna", DURING)
    with walk.db.work() as session:
        assert joining.join(session, walk.campaign, "o-anna", DURING).id == first.id


def test_what_is_open_can_not_be_changed_any_more(walks: list[Walk]):
    with pytest.raises(Conflict):
        walks[0].change()


def test_one_union_s_campaign_is_not_found_at_another(walks: list[Walk]):
    ours, theirs = walks
    stray = Walk(ours.db, ours.kind, theirs.account_id, ours.campaign_id)
    with pytest.raises(Exception, match="没有这个活动"):
        _ = stray.campaign


def test_every_kind_tells_its_settings_in_sentences(walks: list[Walk]):
    facts = list(walks[0].kind.facts(walks[0].campaign))
    assert all(isinstance(one, str) and one.strip() for one in facts)


@pytest.mark.parametrize("key", KINDS)
def test_every_template_is_a_draft_that_can_be_begun(key: str, sqlite_db: Database):
    kind = all_kinds()[key]
    with sqlite_db.work() as session:
        account_id = add_account(session, new_account(), NOW).id
        for template in kind.templates:
            made = service.begin(session, account_id, key, template, OPENS, Organiser("anna", NOW))
            assert made.settings == kind.config.model_validate(dict(template.settings))
