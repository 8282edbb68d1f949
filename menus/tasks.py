"""Scheduled work of menus: publish what is due."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from sqlalchemy.orm import Session

from accounts import audit
from accounts.directory import AccountView
from house.parts import Parts
from jobs.outbox import Courier, Parcel
from jobs.ticker import Job
from menus import changes, store
from menus.checks import examine
from menus.drafts import as_draft
from menus.lookups import gather_facts
from menus.publishing import publish_menu
from menus.rules import check_menu
from models.menus import MenuChange
from wechat.errors import WeChatError

_OVERTAKEN = "到时间以后，已有人发布了别的菜单，这一份没有发布"


def jobs(parts: Parts) -> Sequence[Job]:
    def begin_due() -> int:
        with parts.db.read() as session:
            due = store.list_due_changes(session, parts.clock())
        begun = 0
        for account_id, change_id in due:
            with parts.db.work() as session:
                begun += changes.begin_change(session, account_id, change_id, parts.clock())
        return begun

    def fail_undelivered() -> int:
        with parts.db.work() as session:
            return changes.fail_undelivered(session, parts.clock())

    tick = parts.settings.worker.tick_s
    return (
        Job("menu_changes_due", tick, begin_due),
        Job("menu_changes_undelivered", tick * 10, fail_undelivered),
    )


def courier(parts: Parts) -> Courier:
    """Delivers payloads {"change_id": …}. Publishing one menu twice changes nothing, so a lost answer does no harm."""

    def deliver(parcel: Parcel) -> None:
        with parts.db.read() as session:
            change = changes.get_begun(session, parcel.account_id, parcel.payload["change_id"])
            overtaken = change is not None and changes.is_overtaken(session, change)
        if change is None:
            return
        if overtaken:
            _fail(parts, change, _OVERTAKEN)
            return
        account = parts.directory.get_by_id(parcel.account_id)
        wrong = _what_is_wrong_now(parts, account, change)
        if wrong:
            _refuse(parts, account, change, wrong)
            return
        try:
            publish_menu(
                parts,
                account,
                check_menu(change.tree, "定时发布的菜单"),
                work=lambda: _closing(parts, account, change),
                by=change.created_by,
                note="定时发布",
            )
        except WeChatError as error:
            if error.permanent:
                _refuse(parts, account, change, error.message)
            raise

    return deliver


def _fail(parts: Parts, change: MenuChange, why: str) -> None:
    with parts.db.work() as session:
        changes.close_change(session, change, parts.clock(), error=why)


def _what_is_wrong_now(parts: Parts, account: AccountView, change: MenuChange) -> str:
    """Since it was scheduled, what it leads to may have gone; empty for nothing."""
    tree = as_draft(change.tree)
    with parts.db.read() as session:
        findings = examine(tree, gather_facts(parts, session, account, tree))
    return "；".join(finding.text for finding in findings if finding.blocks)


def _refuse(parts: Parts, account: AccountView, change: MenuChange, why: str) -> None:
    """It is not published; the menu on phones and the draft stay, and the audit log says why."""
    with parts.db.work() as session:
        changes.close_change(session, change, parts.clock(), error=why)
        act = _act(account, change, "menu_change_failed", why)
        audit.note(session, act, parts.clock())


def _act(account: AccountView, change: MenuChange, action: str, why: str = "") -> audit.Act:
    return audit.Act(
        actor=f"定时任务（{change.created_by}）",
        action=action,
        target=account.name,
        organisation_id=account.organisation_id,
        facts={"how": "定时发布", "why": why},
    )


@contextmanager
def _closing(parts: Parts, account: AccountView, change: MenuChange) -> Iterator[Session]:
    """The unit of work that keeps the published menu: the change is done, and the audit log says so."""
    with parts.db.work() as session:
        yield session
        changes.close_change(session, change, parts.clock())
        audit.note(session, _act(account, change, "menu_published"), parts.clock())
