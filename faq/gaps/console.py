"""问答缺口 in the console: what was asked and not answered well, and how much is answered at all."""

from dataclasses import dataclass, replace
from datetime import date, timedelta

from flask import Response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from core.clock import SHANGHAI
from core.errors import Conflict, DomainError, NotFound
from faq.desk import Known, find_known, hand
from faq.files import EntryRow
from faq.gaps.grouping import Gap
from faq.gaps.lists import WINDOWS, window_start
from faq.gaps.service import MOST_ALTERNATES, Coverage, get_gap, measure, reopen, settle
from faq.gaps.store import get_list, list_lines
from faq.service import publish, save_draft
from faq.store import EntryView, list_in_force
from house.current import parts
from house.permissions import Permission
from models.gaps import GapLine
from staff.guard import acting, console_pages, here, needs

_PAGE = 20
_BARS = 20
"""Steps in which a bar's length is drawn: its class in faq-console.css."""

_SAID = {
    "added": "已加为相近问法并上线，约 2 秒后生效；这个缺口已从清单移除。",
    "drafted": "已加到那条问答的草稿里，审核、上线后生效；这个缺口已从清单移除。",
    "dismissed": "已从清单移除。",
    "reopened": "已放回清单。",
}
pages = console_pages("gaps", __name__)


@dataclass(frozen=True, slots=True)
class _Line:
    gap: GapLine
    nearest: EntryView | None
    """None also where it has gone since the worker compared."""


@pages.get("/a/<account_key>/gaps")
@needs(Permission.FIGURES)
def index(account_key: str) -> Response:
    """The gaps as the worker listed them, most asked first, and the figures of coverage."""
    return _page(said=_SAID.get(request.args.get("done", ""), ""))


@pages.post("/a/<account_key>/gaps/<gap>/alternates")
@needs(Permission.ENTRIES)
def add(account_key: str, gap: str) -> AnyResponse:
    """The gap's questions become alternates of an entry: live at once for who may, else in its draft."""
    me = here()
    live = me.may(Permission.PUBLISH)
    try:
        with parts().db.read() as session:
            known = find_known(session, me.place.chain, request.form.get("entry", ""))
            found = get_gap(session, me.official.id, gap)
        row = _with_alternates(known, found)
        # A draft in work is not made live in passing.
        store = publish if live and known.draft is None else save_draft
        with acting("alternates_added", f"{row.question[:80]}（{row.code}）", gap=gap) as session:
            store(session, me.place.id, row, known.seen, hand("补充相近问法"))
            settle(session, me.official.id, found, parts().clock())
    except DomainError as error:
        return _page(problem=error.message, status=error.status)
    return _back("added" if store is publish else "drafted", gap)


@pages.post("/a/<account_key>/gaps/<gap>/dismiss")
@needs(Permission.ENTRIES)
def dismiss(account_key: str, gap: str) -> AnyResponse:
    """Off the list without an entry."""
    me = here()
    try:
        with acting("gap_dismissed", gap) as session:
            settle(session, me.official.id, get_gap(session, me.official.id, gap), parts().clock())
    except DomainError as error:
        return _page(problem=error.message, status=error.status)
    return _back("dismissed", gap)


@pages.post("/a/<account_key>/gaps/<gap>/reopen")
@needs(Permission.ENTRIES)
def undo(account_key: str, gap: str) -> AnyResponse:
    """Back on the list."""
    try:
        with acting("gap_reopened", gap) as session:
            reopen(session, here().official.id, gap)
    except NotFound:
        return _page(problem="这个缺口已经在清单里了，不用恢复。", status=409)
    return _back("reopened")


def _back(done: str, gap: str = "") -> AnyResponse:
    key = here().official.key
    return redirect(url_for("gaps.index", account_key=key, done=done, settled=gap or None))


def _page(*, said: str = "", problem: str = "", status: int = 200) -> Response:
    account = here().official
    days = request.args.get("days", 30, type=int)
    days = days if days in WINDOWS else 30
    since = window_start(parts().clock(), days)
    with parts().db.read() as session:
        listed = get_list(session, account.id, days)
        found = list_lines(session, account.id, days, request.args.get("after", 0, type=int), _PAGE + 1)
        shown = found[:_PAGE]
        near = list_in_force(session, here().place.chain, {gap.nearest for gap in shown if gap.nearest})
        total, by_day = measure(session, account.id, since)
    html = render_template(
        "faq/console_gaps.html",
        title="问答缺口",
        lines=[_Line(gap, near.get(gap.nearest)) for gap in shown],
        listed=listed,
        more=shown[-1].rank if len(found) > _PAGE else None,
        days=days,
        choices=WINDOWS,
        total=total,
        by_day=_every_day(since.astimezone(SHANGHAI).date(), days, by_day),
        steps=_steps,
        settled=request.args.get("settled", ""),
        said=said,
        problem=problem,
    )
    return Response(html, status)


def _every_day(first: date, days: int, by_day: dict[date, Coverage]) -> list[tuple[date, Coverage]]:
    """Newest first; days on which nobody asked are there too."""
    every = [first + timedelta(days=number) for number in range(days)]
    return [(day, by_day.get(day, Coverage())) for day in reversed(every)]


def _steps(part: int, whole: int) -> int:
    return round(_BARS * part / whole) if whole else 0


def _with_alternates(known: Known, gap: Gap) -> EntryRow:
    stored = known.stored
    if stored is None:
        raise Conflict("gone", "那条问答刚刚下线了，没有改动。请刷新页面再看。")
    # In files a bar parts the alternates.
    texts = [text.replace("|", "／") for text in gap.texts]
    new = [text for text in texts if text not in (stored.question, *stored.alternates)]
    return replace(stored, alternates=(*stored.alternates, *new[:MOST_ALTERNATES]))
