"""`flask prizes verify`: silent over a draw as it was promised, and told of whatever was moved."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from sqlalchemy import delete, select, text, update

from models.db import Database
from models.prizes import Chance, Draw, DrawTurn, Prize, Win
from prizes.service import close_draw, reveal
from prizes.store import get_draw
from prizes.verify import verify
from tests.conftest import NOW, Home
from tests.prizes.draws import CREDIT, MUG, a_draft, give_chances, open_one, take


def played(db: Database, owner: int, **changes: object) -> str:
    """A draw of which half was drawn; its public id."""
    odds = {"odds": "0.25"}
    prizes = changes.pop("prizes", (CREDIT, MUG))
    draft = a_draft(*(replace(one, **odds) for one in prizes), **changes)
    draw = open_one(db, owner, draft)
    for n in range(10):
        give_chances(db, draw, f"oworker{n}")
        if draft.mode != "final":
            take(db, draw, f"oworker{n}")
    return draw.public_id


def findings(db: Database, owner: int, draw_id: str) -> list[str]:
    with db.read() as session:
        return list(verify(session, owner, get_draw(session, owner, draw_id)))


@pytest.mark.parametrize("mode", ["tape", "odds"])
def test_a_draw_as_it_was_promised_shows_nothing(db: Database, owner: int, mode: str):
    draw_id = played(db, owner, mode=mode)
    assert findings(db, owner, draw_id) == []


def test_a_final_draw_as_it_was_promised_shows_nothing(db: Database, owner: int):
    draw_id = played(db, owner, mode="final", slots=0, entropy_source="收盘点数")
    for step in (
        lambda session: close_draw(session, owner, draw_id, "安娜", NOW),
        lambda session: reveal(session, owner, draw_id, 3, "3000.11", "安娜", NOW),
    ):
        with db.work() as session:
            step(session)
        assert findings(db, owner, draw_id) == []


def _move_prize(session, owner):
    blank = session.scalar(
        select(DrawTurn.id).where(DrawTurn.account_id == owner, DrawTurn.prize_id.is_(None)).limit(1)
    )
    prize = session.scalar(select(Prize.id).where(Prize.account_id == owner).limit(1))
    session.execute(
        update(DrawTurn).where(DrawTurn.account_id == owner, DrawTurn.id == blank).values(prize_id=prize)
    )


def _drop_turn(session, owner):
    session.execute(delete(DrawTurn).where(DrawTurn.account_id == owner, DrawTurn.slot == 3))


def _drop_last_turn(session, owner):
    session.execute(delete(DrawTurn).where(DrawTurn.account_id == owner, DrawTurn.slot == 9))


def _more_stock(session, owner):
    session.execute(update(Prize).where(Prize.account_id == owner).values(stock=Prize.stock + 1))


def _rename(session, owner):
    session.execute(
        update(Prize).where(Prize.account_id == owner, Prize.position == 1).values(name="1 元话费")
    )


def _give_back(session, owner):
    session.execute(update(Chance).where(Chance.account_id == owner).values(spent_at=None))


def _count_up(session, owner):
    session.execute(update(Prize).where(Prize.account_id == owner).values(given=Prize.given - 1))


def _drop_win(session, owner):
    session.execute(delete(Win).where(Win.account_id == owner))


def _hand_win_to_another(session, owner):
    session.execute(update(Win).where(Win.account_id == owner).values(person_id=Win.person_id + 1))


def _other_seed(session, owner):
    session.execute(update(Draw).where(Draw.account_id == owner).values(seed="00" * 32))


def _skip_slots(session, owner):
    session.execute(update(Draw).where(Draw.account_id == owner).values(next_slot=15))


@pytest.mark.parametrize(
    ("tamper", "told"),
    [
        (_move_prize, "不一致"),
        (_drop_turn, "没有抽奖记录"),
        (_drop_last_turn, "计数器"),
        (_more_stock, "承诺"),
        (_rename, "承诺"),
        (_give_back, "抽奖机会"),
        (_count_up, "库存"),
        (_drop_win, "没有中奖记录"),
        (_hand_win_to_another, "对不上"),
        (_other_seed, "承诺"),
        (_skip_slots, "计数器"),
    ],
)
def test_whatever_was_moved_is_told(db: Database, owner: int, tamper: Callable, told: str):
    draw_id = played(db, owner, slots=10, prizes=(CREDIT, replace(MUG, stock=2)))
    with db.work() as session:
        tamper(session, owner)
    assert any(told in one for one in findings(db, owner, draw_id))


def test_a_chance_added_after_the_end_is_told(db: Database, owner: int):
    draw_id = played(db, owner, mode="final", slots=0)
    with db.work() as session:
        close_draw(session, owner, draw_id, "安娜", NOW)
        session.execute(
            text(
                "INSERT INTO draw_chances (account_id, draw_id, person_id, source, earned_at) "
                "SELECT account_id, draw_id, person_id, 'late', earned_at FROM draw_chances LIMIT 1"
            )
        )
    assert "锁定" in findings(db, owner, draw_id)[0]


def test_the_command_tells_and_exits(home: Home):
    with home.parts.db.read() as session:
        owner = session.scalar(text("SELECT id FROM accounts"))
    draw_id = played(home.parts.db, owner)
    run = home.app.test_cli_runner()
    done = run.invoke(args=["prizes", "verify", draw_id])
    assert (done.exit_code, "核验通过" in done.output) == (0, True)
    listed = run.invoke(args=["prizes", "list", "--account", "ours"])
    assert draw_id in listed.output
    with home.parts.db.work() as session:
        seed = session.scalar(select(Draw.seed).where(Draw.account_id == owner))
        _drop_turn(session, owner)
    done = run.invoke(args=["prizes", "verify", draw_id, "--account", "ours"])
    assert done.exit_code == 1
    assert "没有抽奖记录" in done.output
    assert seed not in done.output + listed.output
    assert run.invoke(args=["prizes", "verify", "nothing"]).exit_code == 1


def test_codes_are_loaded_by_the_command(home: Home, tmp_path):
    from prizes.rules import PrizeDraft
    from tests.prizes.draws import add_draw

    with home.parts.db.read() as session:
        owner = session.scalar(text("SELECT id FROM accounts"))
    add_draw(home.parts.db, owner, a_draft(PrizeDraft("电影券", "code", 3, 100)))
    with home.parts.db.read() as session:
        prize = session.scalar(select(Prize.public_id).where(Prize.account_id == owner))
    (tmp_path / "codes.txt").write_text("ZQX-1\nZQX-2\n\nZQX-1\n", "utf-8")
    run = home.app.test_cli_runner()
    args = ["prizes", "load-codes", prize, str(tmp_path / "codes.txt"), "--account", "ours"]
    done = run.invoke(args=args)
    assert "新增 2 个券码，重复未收 1 个" in done.output
    assert "ZQX" not in done.output
    with home.parts.db.read() as session:
        raw = session.execute(text("SELECT code FROM prize_codes")).scalars().all()
    assert all(b"ZQX" not in bytes(one) for one in raw)
