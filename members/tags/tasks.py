"""Scheduled work on tags: take over the platform's, and put a tag on a group of followers portion by portion."""

from collections.abc import Iterator, Sequence

from sqlalchemy import select, update

from accounts.directory import AccountView
from core.logs import get_logger
from house.parts import Parts
from jobs.ticker import Job
from members.rules import DAYS, Cursor, Filter, View
from members.store import list_followers
from members.tags import sync
from members.tags.service import add_tag
from models.members import Tag
from models.upsert import count_rows
from wechat.api.base import as_int, as_rows
from wechat.client import WeChatAPI
from wechat.errors import WeChatError

_PORTION = 500
log = get_logger(__name__)


def is_linked(account: AccountView) -> bool:
    """The platform gives tags to verified accounts only."""
    return account.verified


def jobs(parts: Parts) -> Sequence[Job]:
    """The worker's part."""
    tick = parts.settings.worker.tick_s
    return (
        Job("tags_pull", tick * 5, lambda: pull_due(parts)),
        Job("tags_fill", tick, lambda: fill_due(parts)),
    )


def pull_due(parts: Parts) -> int:
    """Compare the tags of every account whose time has come; returns how many accounts."""
    done = 0
    for account in parts.directory.all():
        if not is_linked(account):
            continue
        with parts.db.work() as session:
            if not sync.claim_sync(session, account.id, parts.clock()):
                continue
        problem = ""
        try:
            _pull(parts, account)
            done += 1
        except WeChatError as error:  # one account's trouble does not hold up the others
            log.warning("tags_not_pulled", account=account.key, error=error)
            problem = error.message
        with parts.db.work() as session:
            sync.close_sync(session, account.id, parts.clock(), problem)
    return done


def _pull(parts: Parts, account: AccountView) -> None:
    api = parts.platform.api(account)
    asked_at = parts.clock()
    listed = [
        sync.PlatformTag(as_int(row.get("id")), str(row.get("name", ""))[:40], as_int(row.get("count")))
        for row in as_rows(api.call("GET", "/cgi-bin/tags/get"), "tags")
    ]
    with parts.db.work() as session:
        sync.take_names(session, account.id, listed, asked_at)
        due = [(tag.id, tag.platform_id) for tag in sync.list_unpulled(session, account.id, asked_at)]
    for tag_id, platform_id in due:
        asked_at = parts.clock()
        openids = set(_carriers(api, platform_id or 0))
        with parts.db.work() as session:
            sync.take_members(session, account.id, tag_id, openids, asked_at)


def _carriers(api: WeChatAPI, platform_id: int) -> Iterator[str]:
    """Openids of those who carry a tag, 10 000 a call."""
    after = None
    while True:
        answer = api.tag.get_tag_users(platform_id, after)
        openids = (answer.get("data") or {}).get("openid") or []
        yield from map(str, openids)
        after = answer.get("next_openid")
        if not openids or not after:
            return


def fill_due(parts: Parts) -> int:
    """Give the next portion of each group its tag; returns how many followers were looked at."""
    with parts.db.read() as session:
        query = select(Tag).where(Tag.fill_group != "").order_by(Tag.id)
        due = list(session.scalars(query.execution_options(all_tenants="groups of every account")))
    return sum(_fill(parts, tag) for tag in due)


def _fill(parts: Parts, tag: Tag) -> int:
    view = View(tag.fill_group)
    wanted = Filter(tag.fill_at or parts.clock(), view, DAYS.get(view, 7))
    linked = is_linked(parts.directory.get_by_id(tag.account_id))
    with parts.db.work() as session:
        page = list_followers(session, tag.account_id, wanted, Cursor.read(tag.fill_after), _PORTION)
        claimed = session.execute(
            update(Tag)
            .where(
                Tag.account_id == tag.account_id,
                Tag.id == tag.id,
                Tag.fill_after == tag.fill_after,
                Tag.fill_group == tag.fill_group,
            )
            .values(
                fill_after=str(page.next or ""),
                fill_group=tag.fill_group if page.next else "",
                filled=Tag.filled + len(page.members),
            )
            .execution_options(synchronize_session=False)
        )
        if count_rows(claimed):
            found = session.scalars(
                select(Tag).where(Tag.account_id == tag.account_id, Tag.id == tag.id)
            ).one()
            add_tag(session, found, page.members, linked=linked, now=parts.clock())
            return len(page.members)
    return 0
