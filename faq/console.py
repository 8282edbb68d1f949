"""问答 in the console: the list, one entry, and its way from draft to live and back, with its history."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta

from flask import Response, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from core.errors import DomainError
from faq import console_aids, console_files, console_form
from faq.desk import (
    Known,
    accounts_below,
    find_known,
    hand,
    organisation_names,
    row_of,
    statutes,
    today,
)
from faq.history import differences
from faq.listing import (
    STATES,
    Line,
    Page,
    Place,
    Wanted,
    count_helped,
    list_lines,
    list_perishable,
    list_topics,
    list_versions,
    parse_place,
)
from faq.rows import from_json
from faq.service import (
    bring_back,
    discard_draft,
    mark_checked,
    publish_draft,
    review_draft,
    roll_back,
    withdraw,
)
from faq.upkeep import Due, due, last_change
from house.current import parts
from house.permissions import Permission
from staff.guard import acting, console_pages, here, needs

_PAGE = 50
_COUNTED = 100
"""Entries that may be due are not counted beyond."""

_DAYS = timedelta(days=30)
_SAID = {
    "drafted": "草稿已保存，手机上的内容没有变。",
    "published": "已上线，约 2 秒后手机上就是新内容。",
    "reviewed": "已审核，可以上线了。",
    "discarded": "草稿已丢弃。",
    "withdrawn": "已下线，约 2 秒后手机上不再显示。点「恢复上线」可以撤销。",
    "brought_back": "已恢复上线。",
    "checked": "已记下复核日期。",
    "rolled_back": "已恢复成那一版，约 2 秒后生效。",
}
_VIEW = "/o/<organisation_key>/entries/<public_id>"
pages = console_pages("entries", __name__)


@pages.get("/o/<organisation_key>/entries")
@needs(Permission.LOOK)
def index(organisation_key: str) -> Response:
    """What the organisation has: own entries and drafts, and what it inherits."""
    me, args = here(), request.args
    state = args.get("state", "") if args.get("state", "") in STATES else ""
    wanted = Wanted(args.get("q", "").strip()[:100], args.get("topic", ""), state)
    now = parts().clock()
    with parts().db.read() as session:
        after = parse_place(args.get("after", ""))
        page = _due_lines(session, wanted, after) if state == "due" else _lines(session, wanted, after)
        waiting = None if state == "due" else _count_due(session)
        codes = {line.code for line in page.lines}
        helped = count_helped(session, [one.id for one in accounts_below()], codes, now - _DAYS)
        topics = list_topics(session, me.place.chain)
    html = render_template(
        "faq/console_entries.html",
        title="问答",
        page=page,
        wanted=wanted,
        states=STATES,
        topics=topics,
        helped=helped,
        reasons=_reasons(page.lines),
        waiting=waiting,
        badges=_badges,
        names=organisation_names(),
        paged=after is not None,
        said=_SAID.get(args.get("done", ""), ""),
    )
    return Response(html)


@pages.get(_VIEW)
@needs(Permission.LOOK)
def show(organisation_key: str, public_id: str) -> Response:
    """What phones get, and the draft beside it."""
    return _show(public_id, said=_SAID.get(request.args.get("done", ""), ""))


def _show(public_id: str, *, said: str = "", problem: str = "", status: int = 200) -> Response:
    me = here()
    with parts().db.read() as session:
        known = find_known(session, me.place.chain, public_id)
        accounts = [one.id for one in accounts_below()]
        helped = count_helped(session, accounts, [known.code], parts().clock() - _DAYS)
    live = known.live
    draft = from_json(known.draft.row) if known.draft else None
    stands = known.entry or known.above
    before = row_of(stands) if stands else None
    html = render_template(
        "faq/console_entry.html",
        title=known.question,
        known=known,
        live=live,
        shown=live or (row_of(known.entry) if known.entry else draft),
        draft=draft,
        changes=differences(before, draft) if draft else [],
        stale=known.draft is not None and known.draft.base_version != known.seen.live,
        reason=due(live, statutes(), today()) if live and known.entry else None,
        helped=helped.get(known.code),
        names=organisation_names(),
        said=said,
        problem=problem,
    )
    return Response(html, status)


@pages.post(f"{_VIEW}/review")
@needs(Permission.REVIEW_FIRST)
def review(organisation_key: str, public_id: str) -> AnyResponse:
    """The draft is right."""
    return _change(
        public_id,
        "entry_reviewed",
        "reviewed",
        lambda session, known: review_draft(session, here().place.id, known.code, _version(), hand()),
    )


@pages.post(f"{_VIEW}/publish")
@needs(Permission.PUBLISH)
def publish(organisation_key: str, public_id: str) -> AnyResponse:
    """A reviewed draft goes live."""
    return _change(
        public_id,
        "entry_published",
        "published",
        lambda session, known: publish_draft(session, here().place.id, known.code, _version(), hand()),
    )


@pages.post(f"{_VIEW}/discard")
@needs(Permission.ENTRIES)
def discard(organisation_key: str, public_id: str) -> AnyResponse:
    """Throw a draft away; what is live stays."""
    return _change(
        public_id,
        "draft_discarded",
        "discarded",
        lambda session, known: discard_draft(session, here().place.id, known.code, _version()),
    )


@pages.post(f"{_VIEW}/withdraw")
@needs(Permission.PUBLISH)
def take_down(organisation_key: str, public_id: str) -> AnyResponse:
    """Off the phones; it can be brought back."""
    return _change(
        public_id,
        "entry_withdrawn",
        "withdrawn",
        lambda session, known: withdraw(session, here().place.id, known.code, _version(), hand()),
    )


@pages.post(f"{_VIEW}/bring-back")
@needs(Permission.PUBLISH)
def put_back(organisation_key: str, public_id: str) -> AnyResponse:
    """A withdrawn entry is shown again."""
    return _change(
        public_id,
        "entry_brought_back",
        "brought_back",
        lambda session, known: bring_back(session, here().place.id, known.code, _version(), hand()),
    )


@pages.post(f"{_VIEW}/checked")
@needs(Permission.REVIEW_FIRST)
def checked(organisation_key: str, public_id: str) -> AnyResponse:
    """Compared with the statutes of today, and right."""
    return _change(
        public_id,
        "entry_checked",
        "checked",
        lambda session, known: mark_checked(
            session, here().place.id, known.code, _version(), today(), hand()
        ),
    )


@pages.get(f"{_VIEW}/history")
@needs(Permission.LOOK)
def history(organisation_key: str, public_id: str) -> Response:
    """All that was live, and what one version changed against the one before (or against what is live now)."""
    me = here()
    with parts().db.read() as session:
        known = find_known(session, me.place.chain, public_id)
        versions = list_versions(session, me.place.id, known.code)
    chosen = request.args.get("number", type=int)
    picked = next((one for one in versions if one.number == chosen), versions[0] if versions else None)
    before = next((one for one in versions if picked and one.number < picked.number), None)
    against_live = request.args.get("against") == "live"
    row = from_json(picked.row) if picked else None
    older, newer = from_json(before.row) if before else None, row
    if against_live:
        older, newer = row, from_json(versions[0].row) if versions else None
    html = render_template(
        "faq/console_history.html",
        title="历史版本",
        known=known,
        versions=versions,
        picked=picked,
        whole=newer if older is None else None,
        changes=differences(older, newer) if older and newer else [],
        against_live=against_live,
    )
    return Response(html)


@pages.post(f"{_VIEW}/history")
@needs(Permission.PUBLISH)
def restore(organisation_key: str, public_id: str) -> AnyResponse:
    """An old version becomes the newest."""
    number = request.form.get("number", 0, type=int)

    def change(session: Session, known: Known) -> None:
        roll_back(session, here().place.id, known.code, number, _version(), hand())

    return _change(public_id, "entry_rolled_back", "rolled_back", change, number=number)


def _change(
    public_id: str, act: str, done: str, change: Callable[[Session, Known], None], **facts: int
) -> AnyResponse:
    """One step of an entry's life; who comes too late sees it as it is now, and why nothing happened."""
    me = here()
    with parts().db.read() as session:
        known = find_known(session, me.place.chain, public_id)
    try:
        with acting(act, f"{known.question[:80]}（{known.code}）", **facts) as session:
            change(session, known)
    except DomainError as error:
        return _show(public_id, problem=error.message, status=error.status)
    if done == "discarded" and known.entry is None:
        return redirect(url_for("entries.index", organisation_key=me.place.key, done=done))
    address = url_for("entries.show", organisation_key=me.place.key, public_id=public_id, done=done)
    return redirect(address)


def _version() -> int:
    return request.form.get("version", 0, type=int)


def _lines(session: Session, wanted: Wanted, after: Place | None) -> Page:
    return list_lines(session, here().place.chain, wanted, today(), after=after, limit=_PAGE)


def _due_lines(session: Session, wanted: Wanted, after: Place | None) -> Page:
    """A page of those that are due, of all that may be."""
    wanted, found = replace(wanted, news=last_change(statutes())), list[Line]()
    while True:
        page = _lines(session, wanted, after)
        reasons = _reasons(page.lines)
        found += [line for line in page.lines if line.entry is not None and line.entry.id in reasons]
        if len(found) > _PAGE:
            return Page(found[:_PAGE], found[_PAGE - 1].place)
        if page.more is None or len(found) == _PAGE:
            return Page(found, page.more)
        after = page.more


def _reasons(lines: Sequence[Line]) -> dict[int, Due]:
    """Why those of a page have to be looked at again, by the entry's id."""
    library, day = statutes(), today()
    live = [line.entry for line in lines if line.entry is not None and not line.withdrawn]
    return {entry.id: reason for entry in live if (reason := due(entry, library, day)) is not None}


def _count_due(session: Session) -> str:
    """How many have to be looked at again, counted up to a limit; empty for none."""
    library, day = statutes(), today()
    perishable = list_perishable(session, here().place.chain, last_change(library), day, _COUNTED)
    number = sum(due(entry, library, day) is not None for entry in perishable)
    if number == 0:
        return ""
    return f"{number} 条以上" if len(perishable) == _COUNTED else f"{number} 条"


def _badges(line: Line, reason: Due | None) -> list[tuple[str, str]]:
    """(colour, words) for the state of a line."""
    found: list[tuple[str, str]] = []
    if line.entry is None:
        found.append(("blue", "待上线" if line.draft == "reviewed" else "草稿"))
        return found
    if line.withdrawn:
        found.append(("secondary", "已下线"))
    elif reason is not None and reason.over:
        found.append(("red", "已过期"))
    elif line.entry.valid_from is not None and line.entry.valid_from > today():
        found.append(("secondary", f"{line.entry.valid_from} 生效"))
    else:
        found.append(("green", "线上"))
    if line.draft:
        found.append(("blue", "有草稿，已审核" if line.draft == "reviewed" else "有草稿"))
    if reason is not None and not reason.over:
        found.append(("orange", "需复核"))
    return found


console_form.install(pages)
console_files.install(pages)
console_aids.install(pages)
