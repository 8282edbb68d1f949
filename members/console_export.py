"""粉丝导出: the list as its filters show it, as CSV (any length, sent batch by batch) or XLSX. Remarks and openids only for those
who may see personal data."""

from collections.abc import Iterator

from werkzeug.wrappers import Response as AnyResponse

from core.clock import SHANGHAI, local_text
from core.errors import DomainError
from core.masking import mask_openid
from house.current import parts
from house.permissions import Permission
from members import store
from members.console import list_page, wanted_followers
from members.rules import VIEWS, Cursor, Filter
from members.tags.console import pages
from models.members import Member, Tag
from staff.guard import acting, here, needs
from web.tables import csv_download, xlsx_download

__all__ = ["pages"]
"""Those of the followers and tags, with the export added."""

_BATCH = 1000
_HEADER = (
    "编号",
    "是否关注",
    "从哪个二维码来",
    "第一次互动",
    "关注时间",
    "最近互动",
    "提问次数",
    "标签",
    "黑名单",
)
_PERSONAL = ("openid", "备注")


@pages.get("/a/<account_key>/followers/export/<any(csv, xlsx):kind>")
@needs(Permission.FOLLOWERS)
def export(account_key: str, kind: str) -> AnyResponse:
    """All that the filters find, in the list's order. Noted, with whether personal data went along."""
    account, personal = here().official, here().may(Permission.PERSONAL)
    try:
        with parts().db.read() as session:
            wanted, _ = wanted_followers(session)
        name = f"粉丝-{account.key}-{wanted.now.astimezone(SHANGHAI):%Y%m%d}"
        header = (*_HEADER, *(_PERSONAL if personal else ()))
        rows = _rows(account.id, wanted, personal=personal)
        made = csv_download(name, header, rows) if kind == "csv" else xlsx_download(name, header, rows)
    except DomainError as error:
        return list_page(problem=error.message, status=error.status)
    with acting("followers_exported", VIEWS[wanted.view], file=kind, personal=personal):
        pass
    return made


def _rows(account_id: int, wanted: Filter, *, personal: bool) -> Iterator[tuple[str, ...]]:
    after: Cursor | None = None
    while True:
        with parts().db.read() as session:
            page = store.list_followers(session, account_id, wanted, after, _BATCH)
            tags = store.list_tags_of(session, account_id, [one.id for one in page.members])
            scenes = store.scene_labels(session, account_id)
        for one in page.members:
            yield _row(one, tags.get(one.id, []), scenes, personal=personal)
        if page.next is None:
            return
        after = page.next


def _row(one: Member, tags: list[Tag], scenes: dict[str, str], *, personal: bool) -> tuple[str, ...]:
    moments = (one.first_seen_at, one.followed_at, one.last_seen_at)
    first, followed, last = (local_text(moment) if moment else "" for moment in moments)
    line = (
        mask_openid(one.openid),
        "是" if one.following else "否",
        scenes.get(one.scene, one.scene),
        first,
        followed,
        last,
        str(one.asked_count),
        "、".join(tag.name for tag in tags),
        "是" if one.blocked_at else "",
    )
    return (*line, one.openid, one.remark or "") if personal else line
