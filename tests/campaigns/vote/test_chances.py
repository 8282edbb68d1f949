"""Who votes gets a chance to draw: one a period, once, whatever is sealed again."""

from dataclasses import replace
from datetime import timedelta

from sqlalchemy import func, select

from campaigns.kinds.vote.life import facts
from campaigns.store import STAMP, get_row
from members.ledger import forget
from models.prizes import Chance
from models.stamps import raise_stamp
from prizes.chances import count_unspent
from prizes.service import close_draw
from prizes.view import DrawView
from tests.campaigns.vote.phones import Web
from tests.campaigns.vote.world import DURING, Vote
from tests.prizes.draws import a_draft, open_one


def linked(vote: Vote) -> DrawView:
    """The vote gives chances of this draw from now on."""
    draw = open_one(vote.db, vote.account_id, a_draft(opens_at=vote.campaign.opens_at))
    with vote.db.work() as session:
        get_row(session, vote.account_id, vote.campaign.public_id).draw_id = draw.id
        raise_stamp(session, STAMP)
    vote.campaign = replace(vote.campaign, draw_id=draw.id)
    return draw


def left(vote: Vote, draw: DrawView, openid: str) -> int:
    with vote.db.read() as session:
        return count_unspent(session, vote.account_id, draw.id, openid)


def test_a_day_with_ballots_is_one_chance(vote: Vote):
    draw = linked(vote)
    vote.cast("o-anna", 1)
    vote.cast("o-anna", 2)
    vote.cast("o-bob", 1)
    assert left(vote, draw, "o-anna") == 0
    vote.seal()
    assert (left(vote, draw, "o-anna"), left(vote, draw, "o-bob")) == (1, 1)
    vote.cast("o-anna", 3)
    vote.cast("o-anna", 1, now=DURING + timedelta(days=1))
    vote.seal()
    vote.seal()
    assert (left(vote, draw, "o-anna"), left(vote, draw, "o-bob"), left(vote, draw, "o-cy")) == (2, 1, 0)


def test_a_thousand_in_a_block_get_theirs(vote: Vote):
    draw = linked(vote)
    for number in range(600):
        vote.cast(f"o-{number}", 1)
    vote.seal()
    with vote.db.read() as session:
        query = select(func.count()).select_from(Chance)
        assert session.scalar(query.where(Chance.account_id == vote.account_id)) == 600
    assert left(vote, draw, "o-599") == 1


def test_who_was_erased_gets_none_and_who_comes_back_is_the_same(vote: Vote):
    draw = linked(vote)
    vote.cast("o-anna", 1)
    with vote.db.work() as session:
        forget(session, vote.account_id, "o-anna")
    vote.seal()
    assert left(vote, draw, "o-anna") == 0
    vote.cast("o-anna", 2)
    vote.seal()
    assert left(vote, draw, "o-anna") == 1


def test_a_draw_that_is_over_gives_no_more_and_a_vote_without_one_none(vote: Vote):
    vote.cast("o-bob", 1)
    vote.seal()
    draw = linked(vote)
    with vote.db.work() as session:
        close_draw(session, vote.account_id, draw.public_id, "安娜", DURING)
    vote.cast("o-anna", 1)
    assert vote.seal() == 1
    assert (left(vote, draw, "o-anna"), left(vote, draw, "o-bob")) == (0, 0)


def test_it_is_said_in_the_rules(vote: Vote):
    assert not any("抽奖" in one for one in facts(vote.campaign))
    linked(vote)
    assert any("得 1 次抽奖机会" in one for one in facts(vote.campaign))


def test_the_receipt_and_ones_own_ballots_lead_to_the_draw(web: Web):
    draw = linked(web.vote)
    web.refresh()
    phone = web.phone("o-anna")
    receipt = phone.send([1]).json["receipt"]
    at = f"/h5/{web.key}/d/{draw.public_id}"
    page = phone.get(f"/vote/receipts/{receipt}").text
    assert at in page and "一两秒后到账" in page
    web.vote.seal()
    for place in (f"/vote/receipts/{receipt}", "/vote/mine"):
        assert "去抽奖（还有 1 次机会）" in phone.get(place).text
    assert at not in web.phone("o-bob").get(f"/vote/receipts/{receipt}").text
