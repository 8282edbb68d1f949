"""Is what a push leads to on phones? Asked when somebody lets it go, and again at its time."""

import re
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.directory import AccountView
from chat.content import fill
from house.entries import has_page
from models.columns import Column, ColumnItem

_ITEM = re.compile(r"/columns/(?P<code>[\w-]{1,40})/(?P<number>[0-9]{1,6})")
_ENTRY = re.compile(r"/faq/(?P<public_id>\w{1,16})")


def missing_target(session: Session, account: AccountView, link: str, today: date) -> str:
    """Why people would find nothing; empty where all is well, and for pages that are not of columns and answers."""
    address = fill(link, account)
    if not address.startswith(account.h5_url):
        return ""
    path = address.removeprefix(account.h5_url)
    if (found := _ITEM.fullmatch(path)) and not _is_live(
        session, account, found["code"], int(found["number"])
    ):
        return f"链接里的栏目内容（第 {found['number']} 期）还没有上线。请先审核上线，再发送推送。"
    if (found := _ENTRY.fullmatch(path)) and not has_page(
        session, account.organisation_ids, found["public_id"], today
    ):
        return "链接里的问答没有上线，或已经过期。请先上线，再发送推送。"
    return ""


def _is_live(session: Session, account: AccountView, code: str, number: int) -> bool:
    chain = account.organisation_ids
    columns = select(Column).where(Column.organisation_id.in_(chain), Column.code == code)
    nearest = min(session.scalars(columns), key=lambda one: chain.index(one.organisation_id), default=None)
    if nearest is None or not nearest.shown:
        return False
    item = select(ColumnItem.id).where(
        ColumnItem.organisation_id == nearest.organisation_id,
        ColumnItem.column_id == nearest.id,
        ColumnItem.number == number,
        ColumnItem.state == "live",
    )
    return session.scalar(item) is not None
