"""What campaigns keep of one follower: told, and forgotten without touching the ledger."""

from campaigns import personal
from campaigns.joining import introduce, join
from members.ledger import find_person
from tests.campaigns.desk import OPENS, Campaigns


def test_a_follower_is_told_what_they_took_part_in(campaigns: Campaigns):
    made = campaigns.live(eligibility={"asks": ["unit", "name"]})
    with campaigns.db.work() as session:
        introduce(session, made, "o1", {"unit": "某厂", "name": "王小明"}, OPENS)
        (kept,) = personal.export(session, campaigns.account_id, "o1")
        assert personal.export(session, campaigns.account_id, "o2") == []
    (row,) = kept.rows
    assert (row["活动"], row["姓名"], row["地区、单位、行业"], row["按了几下"]) == (
        made.title,
        "王小明",
        "某厂",
        0,
    )


def test_who_is_forgotten_loses_the_name_and_can_not_take_part_twice(campaigns: Campaigns):
    made = campaigns.live(eligibility={"asks": ["name"], "most_people": 1})
    with campaigns.db.work() as session:
        before = introduce(session, made, "o1", {"name": "王小明"}, OPENS).public_id
    with campaigns.db.work() as session:
        assert personal.erase(session, campaigns.account_id, "o1") > 0
    with campaigns.db.read() as session:
        person = find_person(session, campaigns.account_id, made.scope, "o1")
    assert person is not None
    assert (person.openid, person.name) == (None, None)
    with campaigns.db.work() as session:
        assert personal.erase(session, campaigns.account_id, "o1") == 0
        assert join(session, made, "o1", OPENS).public_id == before
