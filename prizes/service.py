"""Verbs on draws, from the draft to the published result. (Turns: `prizes.turns`; what was won: `prizes.claims`.)"""

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from core.errors import Conflict, Invalid, NotFound
from core.ids import public_id
from members.ledger import mark_of
from members.staff_links.rules import follower_mark
from members.staff_links.store import list_barred
from models.ledger import Person
from models.members import Member
from models.prizes import Chance, Draw, DrawExclusion, DrawTurn, Prize, Win
from models.stamps import raise_stamp
from models.upsert import count_rows, insert_missing
from prizes import tape
from prizes.rules import DrawDraft, PrizeDraft, check_draft, check_ready, check_step
from prizes.store import STAMP, get_draw, list_prizes, published_text, view_of
from prizes.view import DrawView, scope_of

_CHANGED = "您填写的时候，别人已经改过并保存了。您写的都还在下面；对照一下再保存。"
_APART = -1_000_000
"""Positions are unique within a draw: those to be moved are put out of the way first."""
_BATCH = 2000


def create_draw(session: Session, account_id: int, draft: DrawDraft, by: str, now: datetime) -> Draw:
    """A new draft. Raises Invalid."""
    check_draft(draft)
    draw = Draw(account_id=account_id, public_id=public_id(), updated_at=now, **_columns(draft, by))
    session.add(draw)
    session.flush()
    _save_prizes(session, draw, draft.prizes)
    return draw


def change_draw(
    session: Session,
    account_id: int,
    draw_id: str,
    version: int,
    draft: DrawDraft,
    by: str,
    now: datetime,
) -> Draw:
    """Save a draft. Raises Invalid, NotFound, Conflict (it was opened, or somebody else saved meanwhile)."""
    check_draft(draft)
    draw = get_draw(session, account_id, draw_id)
    if draw.state != "draft":
        raise Conflict("opened", "抽奖已经开放，奖品、数量和概率都锁定了，不能再改。")
    _save(session, draw, version, _columns(draft, by), now)
    _save_prizes(session, draw, draft.prizes)
    return draw


def delete_draft(session: Session, account_id: int, draw_id: str) -> None:
    """A draw that was never opened. Raises NotFound, Conflict."""
    draw = get_draw(session, account_id, draw_id)
    where = (Draw.account_id == account_id, Draw.id == draw.id, Draw.state == "draft")
    if count_rows(session.execute(delete(Draw).where(*where))) == 0:
        raise Conflict("opened", "抽奖已经开放过，要留存备查，不能删除。")


def open_draw(
    session: Session, account_id: int, draw_id: str, version: int, by: str, now: datetime
) -> DrawView:
    """draft → open: prizes and odds are frozen, the seed is made and sealed, its commitment is there to be read.

    Raises Invalid, NotFound, Conflict.
    """
    draw = get_draw(session, account_id, draw_id)
    check_step(draw.state, "open")
    view = view_of(session, draw)
    check_ready(view, now)
    seed = "" if view.mode == "odds" else tape.new_seed()
    values = {
        "state": "open",
        "opened_at": now,
        "seed": seed or None,
        "commitment": tape.commit(published_text(view), seed),
        "updated_by": by[:40],
    }
    _save(session, draw, version, values, now)
    raise_stamp(session, STAMP)
    return view_of(session, draw)


def close_draw(session: Session, account_id: int, draw_id: str, by: str, now: datetime) -> bool:
    """open → closed, once: no more turns and chances. The list of a final draw is frozen. False when it was closed."""
    draw = get_draw(session, account_id, draw_id)
    where = (Draw.account_id == account_id, Draw.id == draw.id, Draw.state == "open")
    values = {"state": "closed", "closed_at": now, "updated_at": now, "updated_by": by[:40]}
    closing = update(Draw).where(*where).values(**values, version=Draw.version + 1)
    if count_rows(session.execute(closing)) == 0:
        return False
    session.refresh(draw)
    if draw.mode == "final":
        _exclude_staff(session, draw)
        draw.list_hash = tape.hash_of_list([ticket for ticket, _ in list_tickets(session, draw)])
        session.flush()
    raise_stamp(session, STAMP)
    return True


def reveal(
    session: Session, account_id: int, draw_id: str, version: int, entropy: str, by: str, now: datetime
) -> int:
    """closed → revealed: the seed is shown; a final draw draws its winners. Returns how many these are.

    `entropy` is the public number that was named before, typed in once. Raises Invalid, NotFound, Conflict.
    """
    draw = get_draw(session, account_id, draw_id)
    check_step(draw.state, "revealed")
    entropy = entropy.strip()
    if draw.entropy_source and not 1 <= len(entropy) <= 80:
        raise Invalid("no_entropy", f"请填写事先公布的随机数：{draw.entropy_source}。填写后不能再改。")
    if not draw.entropy_source and entropy:
        raise Invalid("entropy", "规则里没有约定公开随机数，不能临时加入。")
    values = {
        "state": "revealed",
        "revealed_seed": draw.seed or "",
        "entropy": entropy,
        "updated_by": by[:40],
    }
    _save(session, draw, version, values, now)
    raise_stamp(session, STAMP)
    return _draw_winners(session, draw, now) if draw.mode == "final" else 0


def exclude(session: Session, account_id: int, draw_id: str, named: Sequence[str], note: str) -> int:
    """These followers (openids, or the numbers the console shows) may not draw. Returns how many are new.

    Raises Invalid for one that is not known, NotFound, Conflict once the draw has ended.
    """
    draw = get_draw(session, account_id, draw_id)
    if draw.state not in ("draft", "open"):
        raise Conflict("ended", "抽奖已经结束，名单不能再改。")
    scope = scope_of(draw.public_id)
    rows = [
        {
            "account_id": account_id,
            "draw_id": draw.id,
            "mark": mark_of(scope, _openid(session, account_id, one)),
            "note": note.strip()[:40],
        }
        for one in dict.fromkeys(named)
    ]
    raise_stamp(session, STAMP)
    return insert_missing(session, DrawExclusion, rows)


def _exclude_staff(session: Session, draw: Draw) -> None:
    """Whoever is linked as staff leaves the list for good as it is frozen: links that come or end later change nothing."""
    view = view_of(session, draw)
    barred = list_barred(session, draw.account_id, view.staff_since)
    if not barred:
        return
    holders = select(Person.mark, Person.openid).where(
        Person.account_id == draw.account_id, Person.scope == view.scope, Person.openid.is_not(None)
    )
    rows = [
        {"account_id": draw.account_id, "draw_id": draw.id, "mark": mark, "note": "已绑定微信的工作人员"}
        for mark, openid in session.execute(holders.execution_options(yield_per=_BATCH))
        if openid and follower_mark(draw.account_id, openid) in barred
    ]
    insert_missing(session, DrawExclusion, rows)


def readmit(session: Session, account_id: int, draw_id: str, exclusion_id: int) -> None:
    """Take somebody off the list. Raises NotFound, Conflict."""
    draw = get_draw(session, account_id, draw_id)
    if draw.state != "draft":
        raise Conflict("opened", "抽奖开放以后，名单只能加人，不能减人。")
    where = (
        DrawExclusion.account_id == account_id,
        DrawExclusion.draw_id == draw.id,
        DrawExclusion.id == exclusion_id,
    )
    if count_rows(session.execute(delete(DrawExclusion).where(*where))) == 0:
        raise NotFound("no_exclusion", "名单里没有这个人，可能已经移出。")


def list_tickets(session: Session, draw: Draw) -> list[tuple[tape.Ticket, int]]:
    """The chances of a final draw in the order they were earned, with their ids; without those of the excluded."""
    scope = scope_of(draw.public_id)
    excluded = select(DrawExclusion.mark).where(
        DrawExclusion.account_id == draw.account_id, DrawExclusion.draw_id == draw.id
    )
    query = (
        select(Chance.id, Chance.person_id)
        .join(Person, Person.id == Chance.person_id)
        .where(
            Chance.account_id == draw.account_id,
            Person.account_id == draw.account_id,
            Chance.draw_id == draw.id,
            Person.mark.not_in(excluded),
        )
        .order_by(Chance.id)
    )
    return [
        (tape.Ticket(ticket_number(scope, chance), holder_of(scope, person)), chance)
        for chance, person in session.execute(query)
    ]


def ticket_number(scope: str, chance_id: int) -> str:
    """What a chance of a final draw is called in public; its owner sees it on the draw's page."""
    return mark_of(scope, f"ticket:{chance_id}")[:12]


def holder_of(scope: str, person_id: int) -> str:
    """Whose tickets belong together, without a name."""
    return mark_of(scope, f"holder:{person_id}")[:8]


def deadline_of(draw: DrawView, now: datetime) -> datetime:
    """Until when what is won now has to be claimed."""
    return now + timedelta(days=draw.claim_days)


def _draw_winners(session: Session, draw: Draw, now: datetime) -> int:
    view = view_of(session, draw)
    tickets = list_tickets(session, draw)
    chances = {ticket.number: chance for ticket, chance in tickets}
    ranked = tape.rank(view.revealed_seed, view.entropy, view.list_hash, [ticket for ticket, _ in tickets])
    chosen = tape.choose(ranked, [one.stock for one in view.prizes], view.wins_per_person)
    for start in range(0, len(chosen), _BATCH):
        part = [
            (chances[ticket.number], view.prizes[prize].id)
            for ticket, prize in chosen[start : start + _BATCH]
        ]
        _keep_winners(session, view, part, now)
    return len(chosen)


def _keep_winners(session: Session, draw: DrawView, chosen: Sequence[tuple[int, int]], now: datetime) -> None:
    """A spent chance, a turn and a win for each (chance, prize)."""
    ids = [chance for chance, _ in chosen]
    where = (Chance.account_id == draw.account_id, Chance.draw_id == draw.id, Chance.id.in_(ids))
    people = dict(session.execute(select(Chance.id, Chance.person_id).where(*where)).all())
    session.execute(update(Chance).where(*where).values(spent_at=now))
    turns = [
        DrawTurn(
            account_id=draw.account_id,
            public_id=public_id(),
            draw_id=draw.id,
            person_id=people[chance],
            key=f"final:{chance}",
            chance_id=chance,
            prize_id=prize,
            at=now,
        )
        for chance, prize in chosen
    ]
    session.add_all(turns)
    session.flush()
    session.add_all(_wins(draw, turns, now))
    for prize in {prize for _, prize in chosen}:
        count = sum(one == prize for _, one in chosen)
        mine = (Prize.account_id == draw.account_id, Prize.id == prize)
        session.execute(update(Prize).where(*mine).values(given=Prize.given + count))


def _wins(draw: DrawView, turns: Sequence[DrawTurn], now: datetime) -> Iterator[Win]:
    for turn in turns:
        yield Win(
            account_id=draw.account_id,
            public_id=public_id(),
            draw_id=draw.id,
            prize_id=turn.prize_id,
            turn_id=turn.id,
            person_id=turn.person_id,
            won_at=now,
            deadline=deadline_of(draw, now),
        )


def _openid(session: Session, account_id: int, named: str) -> str:
    """Raises Invalid."""
    named = named.strip()
    query = select(Member.openid).where(Member.account_id == account_id)
    openid = session.scalar(query.where(Member.public_id == named)) or session.scalar(
        query.where(Member.openid == named)
    )
    if openid is None:
        raise Invalid(
            "no_follower", f"找不到粉丝「{named[:40]}」。请填粉丝页面网址里的编号，本人要先给公众号发过消息。"
        )
    return openid


def _columns(draft: DrawDraft, by: str) -> dict[str, Any]:
    values = asdict(draft)
    del values["prizes"]
    return {**values, "updated_by": by[:40]}


def _save(session: Session, draw: Draw, version: int, values: dict[str, Any], now: datetime) -> None:
    """By conditional update: of two people, the second is told."""
    where = (Draw.account_id == draw.account_id, Draw.id == draw.id, Draw.version == version)
    marks = {"version": version + 1, "updated_at": now}
    if count_rows(session.execute(update(Draw).where(*where).values({**values, **marks}))) == 0:
        raise Conflict("changed", _CHANGED)
    session.refresh(draw)


def _save_prizes(session: Session, draw: Draw, drafts: Sequence[PrizeDraft]) -> None:
    """Keep those that are still there (their codes hang on them), drop the others, add the new ones."""
    known = {one.public_id: one for one in list_prizes(session, draw.account_id, draw.id)}
    kept = {one.public_id for one in drafts}
    for key, prize in known.items():
        if key in kept:
            prize.position = _APART + prize.position
        else:
            session.delete(prize)
    session.flush()
    for position, draft in enumerate(drafts, 1):
        prize = known.get(draft.public_id) or Prize(
            account_id=draw.account_id, draw_id=draw.id, public_id=public_id()
        )
        for name in ("name", "kind", "stock", "value_fen", "odds", "delivery", "how", "picture"):
            setattr(prize, name, getattr(draft, name))
        prize.position = position
        session.add(prize)
    session.flush()
