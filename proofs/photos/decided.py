"""What was handed in is looked through in the console, likenesses are found, jurors get it evenly and decide, awards are given and shown."""

import random
import time
from collections import Counter
from collections.abc import Sequence

from sqlalchemy import select, text

from campaigns.jury.jurors import add_jurors
from campaigns.jury.marking import mark, put_in_order, recuse
from campaigns.jury.results import ranking_of
from campaigns.jury.rounds import RoundDraft, add_round, close_round, open_round
from campaigns.jury.store import get_round, list_jurors, list_tasks
from campaigns.jury.tables import JuryTask
from campaigns.kinds.photo.awards import from_ranking, list_awards, propose_from
from campaigns.kinds.photo.config import BY_JURY
from campaigns.kinds.photo.tables import PhotoPicture, PhotoSuspect, PhotoWork
from campaigns.service import Organiser, close, publicise
from campaigns.store import get_campaign
from core.clock import system_clock
from proofs.findings import Findings
from proofs.photos.entered import PLANTED, picture_of
from proofs.photos.world import AWARDED, Place, organiser
from proofs.run import Run, say
from staff.roles import Role
from staff.service import NewStaff, add_staff, give_role

_QUORUM = 3
_BATCH = 48
_COMPARED_S = 600.0
_RANKED = 20
"""Of each group, in the last round."""


def prove(run: Run, findings: Findings, place: Place, entries: int, jurors: int) -> None:
    _look_through(findings, place, entries)
    _find_alike(run, findings, place, entries)
    _name_jurors(place, jurors)
    best = max(_RANKED, entries // 20)
    drafts = (
        RoundDraft("海选", "yes_no", quorum=_QUORUM),
        RoundDraft("复评", "stars", quorum=_QUORUM, takes="best", takes_most=best),
        RoundDraft("终评", "ranking", takes="best", takes_most=_RANKED),
    )
    for draft in drafts:
        _judge_round(run, findings, place, draft, jurors)
    _award(findings, place)


def _look_through(findings: Findings, place: Place, entries: int) -> None:
    """All are let through over HTTP, as the grid's script asks."""
    token, began, shown = organiser(place), time.monotonic(), 0
    waiting = _works(place, "waiting")
    for start in range(0, len(waiting), _BATCH):
        batch = waiting[start : start + _BATCH]
        data = [("verdict", "shown"), *(("work", f"{one.public_id}.{one.version}") for one in batch)]
        told = place.desk_post(token, "/photo/works/decide", data)
        findings.attempted("moderated", len(batch))
        shown += len(told.get("done", ()))
        if told["status"] != 200:
            findings.violated("moderated", "refused", f"{told['status']} {told.get('told', '')}"[:200])
    took_s = time.monotonic() - began
    if shown != entries or len(_works(place, "shown")) != entries:
        findings.violated("moderated", "shown", f"{shown} of {entries}")
    say(f"审核通过 {shown} 件，{took_s:.1f} 秒")
    findings.figure("moderated", shown=shown, took_s=round(took_s, 1))


def _find_alike(run: Run, findings: Findings, place: Place, entries: int) -> None:
    """The worker compares by itself: each picture that was planted is a suspect, and hardly anything else is."""
    campaign, began = place.campaign, time.monotonic()
    of = (PhotoPicture.account_id == campaign.account_id, PhotoPicture.campaign_id == campaign.id)
    while True:
        with place.db.read() as session:
            left = session.scalar(
                select(PhotoPicture.id).where(*of, PhotoPicture.compared.is_(False)).limit(1)
            )
        if left is None:
            break
        if time.monotonic() - began > _COMPARED_S:
            findings.violated("alike", "not_compared", f"after {_COMPARED_S:.0f} s")
            return
        time.sleep(0.5)
    planted = {number for number in range(entries) if picture_of(run, number).again}
    with place.db.read() as session:
        query = (
            select(PhotoPicture.key)
            .join(PhotoSuspect, PhotoSuspect.picture_id == PhotoPicture.id)
            .where(*of, PhotoSuspect.account_id == campaign.account_id)
        )
        later = {int(key.removeprefix("picture-")) for key in session.scalars(query)}
        query = (
            select(PhotoPicture.key)
            .join(PhotoSuspect, PhotoSuspect.other_id == PhotoPicture.id)
            .where(*of, PhotoSuspect.account_id == campaign.account_id)
        )
        earlier = {int(key.removeprefix("picture-")) for key in session.scalars(query)}
    findings.attempted("alike", entries)
    named = later | earlier
    for number in sorted(planted - named)[:5]:
        findings.violated("alike", "not_found", f"entry {number}")
    honest = len(named - planted - {number - PLANTED + 1 for number in planted})
    if honest > entries // 100:
        findings.violated("alike", "suspected", f"{honest} honest ones of {entries}")
    say(f"疑似重复：放进去 {len(planted)} 件，找到 {len(planted & named)} 件，错怪 {honest} 件")
    findings.figure("alike", planted=len(planted), found=len(planted & named), honest_suspected=honest)


def _name_jurors(place: Place, count: int) -> None:
    now = system_clock()
    with place.db.work() as session:
        for number in range(count):
            new = NewStaff(f"juror-{number:03}", f"评委{number}", "shallow-river-lantern-7")
            staff = add_staff(session, new, now, must_change=False)
            give_role(session, staff, place.organisation_id, Role.JUDGE, by="证明", now=now)
        named = [(f"juror-{number:03}", f"第 {number} 车间") for number in range(count)]
        add_jurors(session, place.campaign, [place.organisation_id], named, "证明", now)


def _judge_round(run: Run, findings: Findings, place: Place, draft: RoundDraft, jurors: int) -> None:
    """Allocated evenly; everybody judges what is theirs; some recuse themselves, and others step in."""
    campaign, dice, now = place.campaign, run.chance(draft.title), system_clock()
    with place.db.work() as session:
        round_ = add_round(session, campaign, draft, "证明", now)
        began = time.monotonic()
        plan = open_round(session, campaign, round_, round_.version, "证明", now)
        took_s, round_id = time.monotonic() - began, round_.public_id
    loads = _loads(place, round_id)
    spread = max(loads.values()) - min(loads.values())
    findings.attempted(draft.title, sum(loads.values()))
    if draft.method != "ranking" and (spread > 1 or len(loads) != jurors):
        findings.violated(
            draft.title, "uneven", f"{len(loads)} jurors, {spread} between the most and the least"
        )
    recused = _judge_all(place, round_id, dice)
    with place.db.work() as session:
        round_ = get_round(session, campaign, round_id)
        close_round(session, campaign, round_, round_.version, "证明", system_clock())
    _recount(findings, place, draft, round_id)
    say(
        f"{draft.title}：{len(plan.entries)} 件，分给 {len(loads)} 位评委，相差 {spread}，用 {took_s:.1f} 秒；回避 {recused} 次"
    )
    findings.figure(
        draft.title,
        entries=len(plan.entries),
        jurors=len(loads),
        tasks=sum(loads.values()),
        spread=spread,
        allocated_s=round(took_s, 2),
        recused=recused,
    )


def _loads(place: Place, round_id: str) -> Counter[int]:
    with place.db.read() as session:
        round_ = get_round(session, place.campaign, round_id)
        query = select(JuryTask.juror_id).where(
            JuryTask.account_id == round_.account_id, JuryTask.round_id == round_.id
        )
        return Counter(session.scalars(query))


def _judge_all(place: Place, round_id: str, dice: random.Random) -> int:
    """A juror after the other, twice: the second time what others left to them."""
    campaign, recused = place.campaign, 0
    for again in (False, True):
        with place.db.read() as session:
            named = list_jurors(session, campaign, active=True)
        for one in named:
            with place.db.work() as session:
                round_ = get_round(session, campaign, round_id)
                tasks = [
                    task for task in list_tasks(session, campaign, round_, one.juror) if task.state == "open"
                ]
                if round_.method == "ranking":
                    if tasks:
                        order = sorted(
                            (task.number for task in tasks), key=lambda number: -_worth(number, dice)
                        )
                        put_in_order(session, campaign, round_, one.juror, order, system_clock())
                    continue
                for task in tasks:
                    if not again and dice.random() < 0.01:
                        recused += recuse(session, campaign, round_, one.juror, task.number, system_clock())
                        continue
                    value = _mark(round_.method, _worth(task.number, dice))
                    mark(session, round_, one.juror, task.number, value, system_clock(), dice.randint(3, 60))
    return recused


def _worth(number: int, dice: random.Random) -> float:
    """What a juror makes of an entry: how good it is, and a mood."""
    return random.Random(number).random() + dice.uniform(-0.2, 0.2)


def _mark(method: str, worth: float) -> int:
    return int(worth > 0.7) if method == "yes_no" else min(5, max(1, round(worth * 5)))


def _recount(findings: Findings, place: Place, draft: RoundDraft, round_id: str) -> None:
    """Scores once more in plain SQL; and nobody's task is left."""
    scale = {"yes_no": 100_000_000, "stars": 1_000_000}.get(draft.method)
    with place.db.engine.connect() as connection:
        left: int = connection.execute(
            text(
                "SELECT count(*) FROM jury_tasks JOIN jury_rounds ON jury_rounds.id = round_id "
                "WHERE jury_rounds.public_id = :id AND jury_tasks.state = 'open'"
            ),
            {"id": round_id},
        ).scalar_one()
        if left:
            findings.violated(draft.title, "left", f"{left} tasks")
        if scale is None:
            return
        rows = connection.execute(
            text(
                "SELECT e.number, e.score, round(avg(t.mark) * :scale)::bigint FROM jury_entries e "
                "JOIN jury_rounds r ON r.id = e.round_id JOIN jury_tasks t ON t.round_id = r.id AND t.number = e.number "
                "WHERE r.public_id = :id AND t.state = 'done' GROUP BY e.number, e.score"
            ),
            {"id": round_id, "scale": scale},
        ).all()
    findings.attempted(draft.title, len(rows))
    for row in rows:
        if abs(int(row[1]) - int(row[2])) > 1:
            findings.violated(draft.title, "score", f"entry {row[0]}: {row[1]}, counted {row[2]}")


def _award(findings: Findings, place: Place) -> None:
    """The jury's order becomes the award list; once it is public, anybody sees it and the exhibition."""
    now, by = system_clock(), Organiser("证明", system_clock())
    with place.db.work() as session:
        campaign = get_campaign(session, place.campaign.account_id, place.campaign.public_id)
        ranked = ranking_of(session, campaign)
        proposal = propose_from(session, campaign, BY_JURY, ranked)
        given = from_ranking(session, campaign, BY_JURY, ranked, proposal.given, "证明", now)
    findings.attempted("awarded", AWARDED)
    if given + sum(tie.free for tie in proposal.ties) != AWARDED:
        findings.violated("awarded", "given", f"{given} of {AWARDED}, ties {proposal.ties}")
    with place.db.work() as session:
        close(session, campaign, now)
    with place.db.work() as session:
        campaign = get_campaign(session, campaign.account_id, campaign.public_id)
        publicise(session, campaign.account_id, campaign.public_id, campaign.version, by)
    with place.db.read() as session:
        titles = [line.work.title for line in list_awards(session, campaign)]
    _look_at(findings, place, "/photo/awards", titles)
    _look_at(findings, place, "/photo/exhibition", titles)
    findings.figure("awarded", given=given, ties=len(proposal.ties))


def _look_at(findings: Findings, place: Place, path: str, titles: Sequence[str]) -> None:
    """Every awarded work stands on the page. Processes hear of the change within seconds."""
    until = time.monotonic() + 20
    missing: list[str] = list(titles)
    while missing and time.monotonic() < until:
        told = place.look(f"/h5/demo/c/{place.campaign.public_id}{path}")
        missing = [title for title in titles if not told.ok or title not in told.text]
        time.sleep(0.3)
    findings.attempted("awarded", len(titles))
    for title in missing[:3]:
        findings.violated("awarded", "not_shown", f"{title} on {path}")


def _works(place: Place, state: str) -> Sequence[PhotoWork]:
    campaign = place.campaign
    with place.db.read() as session:
        query = select(PhotoWork).where(
            PhotoWork.account_id == campaign.account_id,
            PhotoWork.campaign_id == campaign.id,
            PhotoWork.state == state,
        )
        return session.scalars(query.order_by(PhotoWork.number)).all()
