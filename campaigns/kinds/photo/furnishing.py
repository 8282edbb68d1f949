"""The works that are shipped with the demonstration's contest: by invented authors, looked through already."""

import hashlib
import io
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from campaigns.kind import KeepPicture
from campaigns.kinds.photo.works import Kept, WorkDraft, add_picture, begin_work, change_work, hand_in, save
from campaigns.view import CampaignView
from core.errors import Invalid
from faq.files import RowError, cell_text, read_table
from members.ledger import enter
from pictures.drawing import draw
from pictures.likeness import to_column

_SHIPPED = "演示"
_FIELDS = {
    "title": "题目",
    "about": "文字说明",
    "author": "作者",
    "place": "拍摄地点",
    "equipment": "器材",
}


def furnish(session: Session, campaign: CampaignView, path: Path, keep: KeepPicture, now: datetime) -> None:
    """A `CampaignKind.furnish`: the works of a table, with the pictures by number in the folder that is called as it is.

    Raises Invalid for a bad row.
    """
    for row, cells in read_table(path.name, path.read_bytes(), ("图片", "题目", "作者")):
        if isinstance(cells, RowError):
            raise Invalid("bad_content", f"{path.name} {cells}")
        picture = path.with_suffix("") / f"{cell_text(cells['图片'])}.jpg"
        if not picture.is_file():
            raise Invalid("bad_content", f"{path.name} 第 {row} 行：没有图片 {picture.name}")
        _add(session, campaign, cells, _keep(picture.read_bytes(), keep), now)


def _add(
    session: Session, campaign: CampaignView, cells: Mapping[str, Any], kept: Kept, now: datetime
) -> None:
    """Raises Invalid, SoldOut."""
    draft = WorkDraft(**{field: cell_text(cells.get(column, "")) for field, column in _FIELDS.items()})
    person = enter(session, campaign.account_id, campaign.scope, f"demo:{draft.author}", now)
    work = begin_work(session, campaign, person, "", now)
    add_picture(session, campaign, work, kept.digest, kept, now)
    change_work(session, campaign, work, work.version, draft, now)
    hand_in(session, campaign, work, agreed=True, now=now)
    shown = {"state": "shown", "judged_at": now, "judged_by": _SHIPPED}
    save(session, work, work.version, ("waiting",), shown, now)


def _keep(data: bytes, keep: KeepPicture) -> Kept:
    """Drawn by us, so no original is sealed."""
    drawn = draw(data)
    return Kept(
        name=keep(io.BytesIO(data)),
        original="",
        width=drawn.width,
        height=drawn.height,
        digest=hashlib.sha256(data).hexdigest(),
        likeness=to_column(drawn.likeness),
        taken="",
        camera="",
    )
