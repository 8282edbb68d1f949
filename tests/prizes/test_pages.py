"""Workers' pages: drawing, claiming, checking; and what is refused."""

import json
import re
from dataclasses import replace
from datetime import timedelta
from itertools import product

import pytest
from sqlalchemy import func, select, update

from models.base import Base
from models.prizes import CreditOrder, PrizeCode, Win
from prizes.claims import prove
from prizes.codes import load_codes
from prizes.rules import PrizeDraft
from prizes.service import close_draw, reveal
from prizes.store import get_draw, get_prize
from tests.conftest import new_account
from tests.prizes.draws import CARD, CREDIT, MUG, a_draft
from tests.prizes.players import House, Phone
from tests.staff.desk import text_of

CUP = PrizeDraft("茶杯", "goods", 5, 900, delivery="pickup")


def sure(prize: PrizeDraft, **changes: object):
    """A tape on which every slot wins this prize."""
    return a_draft(replace(prize, stock=20), slots=20, **changes)


def win_of(house: House, win: str) -> Win:
    with house.db.read() as session:
        return session.scalars(select(Win).where(Win.account_id == house.owner, Win.public_id == win)).one()


def everything(house: House) -> dict[str, list[tuple[object, ...]]]:
    """Every row of every table of draws and ledgers."""
    with house.db.engine.connect() as connection:
        return {
            name: [tuple(row) for row in connection.execute(select(table))]
            for name, table in Base.metadata.tables.items()
            if name.startswith(("draw", "prize", "win", "ledger_", "credit_", "outbox"))
        }


def test_a_worker_sees_the_chances_draws_and_finds_the_prize_among_theirs(house: House):
    draw = house.open(sure(MUG))
    house.give(draw, count=2)
    phone = Phone(house)
    page = phone.get(f"/d/{draw.public_id}")
    assert "还有 2 次机会" in text_of(page)
    assert "style=" not in page.text
    told = json.loads(phone.draw(draw).data)
    assert told["prize"]["name"] == MUG.name
    assert MUG.name in phone.get("/prizes").text


@pytest.mark.parametrize("face", ["scratch", "wheel", "envelope"])
def test_every_face_works_without_script(house: House, face: str):
    draw = house.open(sure(MUG, face=face))
    house.give(draw)
    phone = Phone(house)
    page = phone.get(f"/d/{draw.public_id}").text
    key = re.search(r'name="key" value="([^"]+)"', page)[1]
    done = phone.post(f"/d/{draw.public_id}/turn", {"key": key}, follow_redirects=True)
    assert "恭喜您抽中" in text_of(done)


def test_the_same_key_is_answered_with_the_same_bytes_also_after_the_end(house: House):
    draw = house.open(sure(MUG))
    house.give(draw, count=2)
    phone = Phone(house)
    first = phone.draw(draw).data
    assert phone.draw(draw).data == first
    house.watch.wait(days=30)
    assert phone.draw(draw).data == first
    assert phone.draw(draw, "key-00000002").status_code == 409


def test_nobody_gets_in_by_naming_an_openid(house: House):
    draw = house.open()
    house.give(draw)
    stranger = house.app.test_client()
    assert stranger.get(f"/h5/ours/d/{draw.public_id}?openid=oworker").status_code == 302
    refused = stranger.post(
        f"/h5/ours/d/{draw.public_id}/turn?openid=oworker",
        data={"key": "key-00000001", "openid": "oworker"},
    )
    assert refused.status_code == 403
    assert everything(house)["draw_turns"] == []


_FORGED = (
    "openid",
    "person_id",
    "prize",
    "prize_id",
    "slot",
    "win",
    "draw_id",
    "account_id",
    "chance",
    "seed",
    "now",
)
_VALUES = ("1", "0", "-1", "oanother", "' OR 1=1 --", "<b>", "99999999999999999999")


@pytest.mark.parametrize(("name", "value"), list(product(_FORGED, _VALUES)))
def test_a_forged_parameter_is_refused_and_nothing_changes(house: House, name: str, value: str):
    draw = house.open(sure(MUG))
    house.give(draw)
    phone = Phone(house)
    before = everything(house)
    path = f"/d/{draw.public_id}/turn"
    assert phone.post(path, {"key": "key-00000001", name: value}).status_code == 422
    assert phone.post(f"{path}?{name}=1", {"key": "key-00000001"}).status_code == 422
    assert everything(house) == before


@pytest.mark.parametrize("key", ["", "k", "k" * 65, "\x00" * 9, "键" * 9, "key 0001", "' OR 1=1 --"])
def test_a_bad_key_is_refused(house: House, key: str):
    draw = house.open(sure(MUG))
    house.give(draw)
    assert Phone(house).draw(draw, key).status_code == 422


def test_a_form_from_elsewhere_is_refused(house: House):
    draw = house.open(sure(MUG))
    house.give(draw)
    sent = Phone(house).post(
        f"/d/{draw.public_id}/turn", {"key": "key-00000001"}, headers={"Sec-Fetch-Site": "cross-site"}
    )
    assert sent.status_code == 403
    assert everything(house)["draw_turns"] == []


def test_what_somebody_else_won_does_not_exist(house: House):
    draw = house.open(sure(MUG))
    house.give(draw)
    mine, other = Phone(house), Phone(house, "oanother")
    told = json.loads(mine.draw(draw).data)
    for path in (f"/w/{told['win']}", f"/d/{draw.public_id}/t/{told['turn']}"):
        assert mine.get(path).status_code == 200
        assert other.get(path).status_code == 404
    assert other.claim(told["win"]).status_code == 404
    assert win_of(house, told["win"]).state == "won"


def test_another_accounts_draw_is_not_found(house: House):
    theirs = house.home.add_account(new_account("theirs"))
    with house.db.read() as session:
        house.home.parts.directory.reload(session)
    draw = house.open(sure(MUG), theirs)
    house.give(draw)
    phone = Phone(house)
    for path in ("", "/fair", "/winners", "/ledger.csv"):
        assert phone.get(f"/d/{draw.public_id}{path}").status_code == 404
    assert phone.draw(draw).status_code == 404


def test_goods_are_claimed_with_an_address(house: House):
    draw = house.open(sure(MUG))
    house.give(draw)
    phone = Phone(house)
    win = phone.win(draw)
    assert phone.claim(win, address="短").status_code == 422
    assert phone.claim(win, agreed="").status_code == 422
    refused = phone.claim(win, phone="123", name="<b>王</b>")
    assert refused.status_code == 422
    assert "手机号应为 11 位数字" in refused.text
    assert "&lt;b&gt;王" in refused.text
    assert phone.claim(win).status_code == 303
    kept = win_of(house, win)
    assert (kept.state, kept.name, kept.phone) == ("claimed", "王小明", "13812345678")
    assert phone.claim(win).status_code == 409


_FORGED_CLAIM = (
    "openid",
    "win_id",
    "prize_id",
    "state",
    "deadline",
    "phone_mark",
    "keeper",
    "version",
    "note",
)


@pytest.mark.parametrize(("name", "value"), list(product(_FORGED_CLAIM, _VALUES)))
def test_a_claim_with_a_forged_parameter_is_refused_and_nothing_changes(house: House, name: str, value: str):
    draw = house.open(sure(CUP))
    house.give(draw)
    phone = Phone(house)
    win = phone.win(draw)
    before = everything(house)
    good = {"name": "林小海", "phone": "13800001111", "agreed": "1"}
    assert phone.claim(win, **{name: value}).status_code == 422
    assert phone.post(f"/w/{win}/claim?{name}=1", good).status_code == 422
    assert phone.post(f"/w/{win}/see", {name: value}).status_code == 422
    assert everything(house) == before


@pytest.mark.parametrize("win", ["0", "-1", "x" * 16, "'%20OR%201=1", "%00", "..%2f..", "9" * 40])
def test_a_prize_that_is_not_there_is_not_found(house: House, win: str):
    draw = house.open(sure(CUP))
    house.give(draw)
    Phone(house).win(draw)
    before = everything(house)
    assert Phone(house).get(f"/w/{win}").status_code == 404
    assert Phone(house).claim(win).status_code == 404
    assert everything(house) == before


def test_a_claim_with_fields_that_no_form_has_is_refused(house: House):
    draw = house.open(sure(MUG))
    house.give(draw)
    phone = Phone(house)
    win = phone.win(draw)
    assert phone.claim(win, state="confirmed").status_code == 422
    assert win_of(house, win).state == "won"


def test_too_late_is_too_late(house: House):
    draw = house.open(sure(MUG, claim_days=3))
    house.give(draw)
    phone = Phone(house)
    win = phone.win(draw)
    house.watch.wait(days=3)
    assert phone.claim(win).status_code == 409
    assert "领奖时间已过" in text_of(phone.get(f"/w/{win}"))


def test_a_code_is_given_once_and_shown_to_its_winner_alone(house: House):
    draw = house.open(sure(CARD))
    house.give(draw)
    with house.db.work() as session:
        prize = get_prize(session, house.owner, draw.prizes[0].public_id)
        load_codes(session, prize, ["SECRET-0001", "SECRET-0002"])
    phone = Phone(house)
    win = phone.win(draw)
    phone.claim(win)
    shown = phone.get(f"/w/{win}").text
    assert "SECRET-000" in shown
    with house.db.read() as session:
        given = select(func.count(PrizeCode.id)).where(
            PrizeCode.account_id == house.owner, PrizeCode.win_id.is_not(None)
        )
        assert session.scalar(given) == 1
    assert win_of(house, win).state == "confirmed"


def test_who_came_by_a_link_claims_only_once_the_chat_has_said_so(house: House):
    draw = house.open(sure(CARD))
    house.give(draw)
    with house.db.work() as session:
        load_codes(session, get_prize(session, house.owner, draw.prizes[0].public_id), ["SECRET-0001"])
    phone = Phone(house, by_link=True)
    win = phone.win(draw)
    phone.claim(win)
    assert win_of(house, win).state == "won"
    page = phone.get(f"/w/{win}").text
    digits = re.search(r"领奖 (\d{6})", page)[1]
    wrong = f"{(int(digits) + 1) % 1_000_000:06}"
    with house.db.work() as session:
        assert prove(session, house.owner, "oworker", wrong, house.watch.now) is None
        assert prove(session, house.owner, "oanother", digits, house.watch.now) is None
    assert win_of(house, win).state == "won"
    with house.db.work() as session:
        assert prove(session, house.owner, "oworker", digits, house.watch.now)
    assert win_of(house, win).state == "confirmed"
    assert "SECRET-0001" in phone.get(f"/w/{win}").text
    thief = Phone(house, by_link=True)
    seen = thief.get(f"/w/{win}")
    assert "SECRET" not in seen.text
    assert "确认本人" in seen.text


def test_the_digits_of_an_old_asking_confirm_nothing(house: House):
    draw = house.open(sure(MUG))
    house.give(draw)
    phone = Phone(house, by_link=True)
    win = phone.win(draw)
    phone.claim(win)
    digits = re.search(r"领奖 (\d{6})", phone.get(f"/w/{win}").text)[1]
    house.watch.wait(minutes=31)
    with house.db.work() as session:
        assert prove(session, house.owner, "oworker", digits, house.watch.now) is None
    phone.claim(win, phone="13912345678")
    with house.db.work() as session:
        assert prove(session, house.owner, "oworker", digits, house.watch.now) is None


def test_a_number_that_has_had_its_share_gets_no_more(house: House):
    draw = house.open(sure(MUG, wins_per_phone=1))
    for person in ("oone", "otwo"):
        house.give(draw, person)
    one, two = Phone(house, "oone"), Phone(house, "otwo")
    first, second = one.win(draw), two.win(draw)
    assert one.claim(first).status_code == 303
    refused = two.claim(second)
    assert refused.status_code == 409
    assert "已经领过奖" in refused.text
    assert two.claim(second, phone="13912345678").status_code == 303


def test_winners_are_named_masked_and_only_if_they_agreed(house: House):
    draw = house.open(sure(MUG))
    for person in ("oone", "otwo"):
        house.give(draw, person)
    one, two = Phone(house, "oone"), Phone(house, "otwo")
    one.claim(one.win(draw), shown="1")
    two.claim(two.win(draw), name="李四光", phone="13900001111")
    page = house.app.test_client().get(f"/h5/ours/d/{draw.public_id}/winners").text
    assert "王**" in page
    assert "138****5678" in page
    assert "李" not in page
    assert "13812345678" not in page


def test_who_no_longer_wants_to_be_named_leaves_the_list_at_once(house: House):
    draw = house.open(sure(MUG))
    for person in ("oone", "otwo"):
        house.give(draw, person)
    one, two = Phone(house, "oone"), Phone(house, "otwo")
    win, address = one.win(draw), f"/d/{draw.public_id}/winners"
    one.claim(win, shown="1")
    assert "不再公布" in one.get(f"/w/{win}").text
    assert two.post(f"/w/{win}/hide").status_code == 404
    assert one.post(f"/w/{win}/hide", {"shown": "1"}).status_code == 422
    assert "王**" in one.get(address).text
    assert one.post(f"/w/{win}/hide").status_code == 303
    assert "王**" not in one.get(address).text
    assert "不再公布" not in one.get(f"/w/{win}").text


def test_the_seed_is_nowhere_before_the_end_and_everywhere_after(house: House):
    draw = house.open(sure(MUG))
    house.give(draw)
    phone = Phone(house)
    win = phone.win(draw)
    with house.db.read() as session:
        seed = get_draw(session, house.owner, draw.public_id).seed
    paths = ["", "/fair", "/winners", "/ledger.csv"]
    pages = [phone.get(f"/d/{draw.public_id}{path}").text for path in paths]
    pages += [phone.get("/prizes").text, phone.get(f"/w/{win}").text]
    assert seed
    assert not any(seed in page for page in pages)
    assert draw.commitment in pages[1]
    with house.db.work() as session:
        close_draw(session, house.owner, draw.public_id, "安娜", house.watch.now)
    house.reload()
    assert seed not in phone.get(f"/d/{draw.public_id}/fair").text
    with house.db.work() as session:
        reveal(session, house.owner, draw.public_id, 3, "", "安娜", house.watch.now)
    house.reload()
    assert seed in phone.get(f"/d/{draw.public_id}/fair").text
    ledger = phone.get(f"/d/{draw.public_id}/ledger.csv").text
    assert MUG.name in ledger
    assert "oworker" not in ledger


def test_the_programme_on_the_fairness_page_computes_the_tape(house: House, tmp_path, monkeypatch):
    """What we tell people to run is run."""
    import contextlib
    import html
    import io

    draw = house.open(a_draft(CREDIT, MUG))
    with house.db.work() as session:
        close_draw(session, house.owner, draw.public_id, "安娜", house.watch.now)
        reveal(session, house.owner, draw.public_id, 3, "", "安娜", house.watch.now)
    house.reload()
    page = Phone(house).get(f"/d/{draw.public_id}/fair").text
    text, programme = (html.unescape(one) for one in re.findall(r"<pre[^>]*>(.*?)</pre>", page, re.S))
    with house.db.read() as session:
        row = get_draw(session, house.owner, draw.public_id)
    (tmp_path / "published.txt").write_text(text, "utf-8")
    out = io.StringIO()
    monkeypatch.chdir(tmp_path)
    with contextlib.redirect_stdout(out):
        exec(programme.replace("（公布的种子）", row.revealed_seed), {})
    first, *won = out.getvalue().splitlines()
    assert first == draw.commitment
    from prizes import tape

    made = tape.shuffle(row.revealed_seed, [CREDIT.stock, MUG.stock], 20)
    names = ["", CREDIT.name, MUG.name]
    assert won == [f"{n} {names[one]}" for n, one in enumerate(made, 1) if one]


def test_a_final_draw_shows_ones_numbers_and_then_the_result(house: House):
    draft = a_draft(
        replace(CREDIT, stock=2),
        mode="final",
        slots=0,
        entropy_source="12 月 1 日收盘点数",
        wins_per_person=1,
    )
    draw = house.open(draft)
    for person in ("oone", "otwo", "othree"):
        house.give(draw, person, count=2)
    phone = Phone(house, "oone")
    number = re.search(r"<code>([0-9a-f]{12})</code>", phone.get(f"/d/{draw.public_id}").text)[1]
    assert phone.draw(draw).status_code == 409
    with house.db.work() as session:
        close_draw(session, house.owner, draw.public_id, "安娜", house.watch.now)
    house.reload()
    assert number in phone.get(f"/d/{draw.public_id}/ledger.csv").text
    with house.db.work() as session:
        assert reveal(session, house.owner, draw.public_id, 3, "3210.55", "安娜", house.watch.now) == 2
        people = select(Win.person_id).where(Win.account_id == house.owner)
        assert len(set(session.scalars(people))) == 2


def test_a_pickup_prize_shows_a_picture_for_the_desk(house: House):
    draw = house.open(sure(CUP))
    house.give(draw)
    phone = Phone(house)
    win = phone.win(draw)
    assert "核销二维码" not in phone.get(f"/w/{win}").text
    phone.claim(win)
    assert "核销二维码" in phone.get(f"/w/{win}").text


def test_credit_is_ordered_once_when_it_is_claimed(house: House):
    draw = house.open(sure(CREDIT))
    house.give(draw)
    phone = Phone(house)
    win = phone.win(draw)
    phone.claim(win)
    phone.claim(win)
    with house.db.read() as session:
        assert (
            session.scalar(select(func.count(CreditOrder.id)).where(CreditOrder.account_id == house.owner))
            == 1
        )


def test_a_deadline_that_was_moved_in_the_row_is_what_counts(house: House):
    draw = house.open(sure(MUG))
    house.give(draw)
    phone = Phone(house)
    win = phone.win(draw)
    with house.db.work() as session:
        session.execute(
            update(Win)
            .where(Win.account_id == house.owner)
            .values(deadline=house.watch.now + timedelta(hours=1))
        )
    assert phone.claim(win).status_code == 303
