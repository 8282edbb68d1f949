"""Files of candidates that staff send: read, shown as what they would change, and taken over when somebody confirms."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from campaigns.kind import KeepPicture
from campaigns.kinds.vote.candidates import (
    MOST,
    CandidateDraft,
    add_candidates,
    check_draft,
    check_fixed,
    draft_of,
    put_pictures,
    reopen_draft,
)
from campaigns.kinds.vote.config import settings_of
from campaigns.kinds.vote.files import COLUMNS, Cells, read_candidates
from campaigns.kinds.vote.tables import VoteCandidate, VoteUpload
from campaigns.rules import EDITABLE
from campaigns.view import CampaignView
from core.differences import Difference, find_differences
from core.errors import Conflict, DomainError, Invalid, NotFound
from core.ids import public_id
from faq.files import RowError
from models.upsert import count_rows

_KEPT = timedelta(days=1)
_SHIPPED = "演示"


@dataclass
class Plan:
    """What taking a file over would do."""

    added: list[CandidateDraft] = field(default_factory=list)
    changed: list[tuple[VoteCandidate, CandidateDraft, list[Difference]]] = field(default_factory=list)
    unchanged: int = 0
    problems: list[str] = field(default_factory=list)
    """Rows that are not taken, and why."""


def keep_upload(
    session: Session, campaign: CampaignView, staff_id: int, name: str, data: bytes, now: datetime
) -> str:
    """Read a file and keep its rows for the preview. Returns the upload's public id. Raises Invalid."""
    rows, errors = read_candidates(name, data)
    if not rows and not errors:
        raise Invalid("no_rows", f"{name} 里除了表头没有内容。")
    if len(rows) > MOST:
        raise Invalid("too_many", f"{name} 有 {len(rows)} 行，一个投票最多 {MOST} 个。")
    old = delete(VoteUpload).where(
        VoteUpload.account_id == campaign.account_id, VoteUpload.created_at < now - _KEPT
    )
    session.execute(old)
    upload = VoteUpload(
        account_id=campaign.account_id,
        campaign_id=campaign.id,
        public_id=public_id(),
        staff_id=staff_id,
        file_name=name[:120],
        candidates=[{"row": row, **cells} for row, cells in rows],
        problems=[str(error) for error in errors],
        created_at=now,
    )
    session.add(upload)
    return upload.public_id


def get_upload(session: Session, campaign: CampaignView, staff_id: int, upload_id: str) -> VoteUpload:
    """Somebody's own. Raises NotFound."""
    query = select(VoteUpload).where(
        VoteUpload.account_id == campaign.account_id,
        VoteUpload.campaign_id == campaign.id,
        VoteUpload.staff_id == staff_id,
        VoteUpload.public_id == upload_id,
    )
    found = session.scalar(query)
    if found is None:
        raise NotFound("no_upload", "这次上传已经处理过，或放得太久了。请重新上传文件。")
    return found


def plan_upload(session: Session, campaign: CampaignView, upload: VoteUpload) -> Plan:
    """Compare a file's rows with the candidates as they are now."""
    return plan_rows(session, campaign, [_row_of(one) for one in upload.candidates], upload.problems)


def plan_rows(
    session: Session,
    campaign: CampaignView,
    rows: Sequence[tuple[int, Cells]],
    problems: Sequence[str] = (),
) -> Plan:
    """One bad row spoils nothing else."""
    query = select(VoteCandidate).where(
        VoteCandidate.account_id == campaign.account_id, VoteCandidate.campaign_id == campaign.id
    )
    known = {one.number: one for one in session.scalars(query)}
    plan, seen = Plan(problems=list(problems)), dict[int, int]()
    for row, cells in rows:
        try:
            _plan_row(campaign, known, seen, row, cells, plan)
        except DomainError as error:
            plan.problems.append(str(RowError(row, error.message)))
    return plan


def take_over(
    session: Session, campaign: CampaignView, upload: VoteUpload, *, skip_bad: bool, by: str, now: datetime
) -> int:
    """Bring a file's rows in, once; all of them, or the good ones with `skip_bad`. How many. Raises Conflict, Invalid."""
    where = (VoteUpload.account_id == campaign.account_id, VoteUpload.id == upload.id)
    if not count_rows(session.execute(delete(VoteUpload).where(*where))):
        raise Conflict("taken", "这个文件刚刚已经导入过了，没有再导入一次。")
    reopen_draft(session, campaign)
    plan = plan_upload(session, campaign, upload)
    if plan.problems and not skip_bad:
        raise Invalid(
            "bad_rows",
            f"有 {len(plan.problems)} 行有错，什么都没有导入。改好再上传，或勾选「跳过有错的行」。",
        )
    return take_plan(session, campaign, plan, by, now)


def take_plan(session: Session, campaign: CampaignView, plan: Plan, by: str, now: datetime) -> int:
    """Write what a plan says; returns how many candidates. Raises Conflict where somebody changed one meanwhile."""
    for row, draft, _ in plan.changed:
        where = (
            VoteCandidate.account_id == campaign.account_id,
            VoteCandidate.id == row.id,
            VoteCandidate.version == row.version,
        )
        values = {**asdict(draft), "version": row.version + 1, "updated_at": now, "updated_by": by[:40]}
        if count_rows(session.execute(update(VoteCandidate).where(*where).values(values))) == 0:
            raise Conflict("changed", f"{row.number} 号刚刚被别人改过，什么都没有导入。请再预览一次。")
    added = add_candidates(session, campaign, plan.added, by, now) if plan.added else 0
    return added + len(plan.changed)


def furnish(session: Session, campaign: CampaignView, path: Path, keep: KeepPicture, now: datetime) -> None:
    """A `CampaignKind.furnish`: the candidates of a table, all of them, with the pictures by number in the folder that is
    called as it is. Raises Invalid for a bad row."""
    rows, errors = read_candidates(path.name, path.read_bytes())
    plan = plan_rows(session, campaign, rows, [str(one) for one in errors])
    if plan.problems:
        raise Invalid("bad_content", f"{path.name} {plan.problems[0]}")
    take_plan(session, campaign, plan, _SHIPPED, now)
    kept: dict[int, str] = {}
    for picture in sorted(path.with_suffix("").glob("*.webp")):
        with picture.open("rb") as file:
            kept[int(picture.stem)] = keep(file)
    put_pictures(session, campaign, kept, _SHIPPED, now)


def _row_of(stored: Mapping[str, Any]) -> tuple[int, Cells]:
    return stored["row"], {name: value for name, value in stored.items() if name != "row"}


def _plan_row(
    campaign: CampaignView,
    known: Mapping[int, VoteCandidate],
    seen: dict[int, int],
    row: int,
    cells: Cells,
    plan: Plan,
) -> None:
    number = cells.get("number", 0)
    if number and number in seen:
        raise Invalid("twice", f"编号 {number} 与第 {seen[number]} 行重复")
    seen[number] = row
    before = known.get(number)
    draft = replace(draft_of(before), **cells) if before is not None else CandidateDraft(**cells)
    check_draft(campaign, draft)
    if before is None:
        _check_new(campaign, known, draft)
        plan.added.append(draft)
        return
    if campaign.state not in EDITABLE:
        check_fixed(before, draft)
    if differences := find_differences(texts_of(draft_of(before)), texts_of(draft)):
        plan.changed.append((before, draft, differences))
    else:
        plan.unchanged += 1


def texts_of(draft: CandidateDraft) -> dict[str, str]:
    """What a file holds of a candidate, by what its columns are called."""
    return {title: str(getattr(draft, name)) for name, title in COLUMNS.items()}


def _check_new(campaign: CampaignView, known: Mapping[int, VoteCandidate], draft: CandidateDraft) -> None:
    if campaign.state not in EDITABLE:
        raise Conflict("opened", f"投票已经开放，不能再增加{settings_of(campaign).noun}")
    same = [one for one in known.values() if (one.name, one.unit) == (draft.name, draft.unit)]
    if same and not draft.number:
        raise Invalid("there", f"「{draft.name}」已经在名单里（{same[0].number} 号）；要修改请写上编号")
