"""Verbs on columns and their items. What several people may change at once carries a version; the second one is refused."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from columns.counting import count_items
from columns.rules import (
    ColumnDraft,
    ItemDraft,
    Medium,
    check_code,
    check_column,
    check_item,
    clashing,
    missing,
)
from columns.store import STAMP, find_entry, get_item, get_own_column, list_columns
from core.errors import Conflict, Invalid
from core.ids import public_id
from models.columns import Column, ColumnItem
from models.stamps import raise_stamp
from models.upsert import count_rows

_MOST_COLUMNS = 50
_CHANGED = "您填写的时候，别人已经改过并保存了。您写的都还在下面；对照一下再保存。"


@dataclass(frozen=True, slots=True)
class Editor:
    """Who changes, and when."""

    name: str
    now: datetime

    @property
    def marks(self) -> dict[str, Any]:
        return {"updated_by": self.name[:40], "updated_at": self.now}


def add_column(
    session: Session, chain: Sequence[int], code: str, draft: ColumnDraft, editor: Editor
) -> Column:
    """A new column of the organisation `chain[0]`; without a `code` it gets one. Raises Invalid, Conflict."""
    code = check_code(code or public_id(8))
    draft = check_column(draft)
    known = list_columns(session, chain)
    if any(one.code == code for one in known):
        raise Conflict("column_exists", f"网址短名「{code}」已经有栏目在用，请换一个。")
    if len(known) >= _MOST_COLUMNS:
        raise Conflict("too_many_columns", f"栏目最多 {_MOST_COLUMNS} 个，请先删除不用的。")
    _refuse_clashes(draft, known)
    column = Column(
        organisation_id=chain[0],
        code=code,
        position=max((one.position for one in known), default=0) + 1,
        **_settings(draft),
        **editor.marks,
    )
    session.add(column)
    try:
        session.flush()
    except IntegrityError:
        raise Conflict("column_exists", f"网址短名「{code}」刚刚被别人用了，请换一个。") from None
    raise_stamp(session, STAMP)
    return column


def change_column(
    session: Session, chain: Sequence[int], code: str, version: int, draft: ColumnDraft, editor: Editor
) -> None:
    """Raises Invalid, NotFound, and Conflict when it is no longer of `version`."""
    draft = check_column(draft)
    _refuse_clashes(draft, [one for one in list_columns(session, chain) if one.code != code])
    column = get_own_column(session, chain[0], code)
    _change_column(session, column, version, {**_settings(draft), **editor.marks})


def show_column(session: Session, column: Column, *, shown: bool, editor: Editor) -> None:
    """Switch it on or off for phones, whatever its version."""
    _change_column(session, column, None, {"shown": shown, **editor.marks})


def move_column(session: Session, organisation_id: int, code: str, step: int) -> None:
    """Up (-1) or down (1) among the organisation's own. Raises NotFound."""
    column = get_own_column(session, organisation_id, code)
    own = list_columns(session, [organisation_id])
    at = next(place for place, one in enumerate(own) if one.id == column.id)
    order = [one for one in own if one.id != column.id]
    order.insert(min(max(at + step, 0), len(order)), column)
    for place, one in enumerate(order, 1):
        one.position = place
    raise_stamp(session, STAMP)


def copy_column(session: Session, organisation_id: int, inherited: Column, editor: Editor) -> Column:
    """An organisation's own copy of an inherited column, with the live items; from then on it stands alone."""
    if inherited.organisation_id == organisation_id:
        raise Conflict("own_column", "这个栏目已经是本单位自己的了。")
    draft = ColumnDraft(inherited.title, inherited.description, inherited.cover, tuple(inherited.words))
    column = Column(
        organisation_id=organisation_id,
        live_items=0,
        code=inherited.code,
        position=inherited.position,
        shown=inherited.shown,
        **_settings(draft),
        **editor.marks,
    )
    session.add(column)
    session.flush()
    live = select(ColumnItem).where(
        ColumnItem.organisation_id == inherited.organisation_id,
        ColumnItem.column_id == inherited.id,
        ColumnItem.state == "live",
    )
    for item in session.scalars(live).all():
        copied = _new_item(column, draft_of(item), editor)
        copied.state, copied.published_at = "live", item.published_at
        session.add(copied)
        column.live_items += 1
    session.flush()
    raise_stamp(session, STAMP)
    return column


def delete_column(session: Session, organisation_id: int, code: str) -> None:
    """Raises NotFound, and Conflict for one that has live items."""
    column = get_own_column(session, organisation_id, code)
    if has_live(session, column):
        raise Conflict("live_items", "栏目里还有已上线的内容，请先把它们撤下，或改为「隐藏」。")
    session.delete(column)
    session.flush()
    raise_stamp(session, STAMP)


def has_live(session: Session, column: Column) -> bool:
    """Do phones show anything of it?"""
    query = select(ColumnItem.id).where(
        ColumnItem.organisation_id == column.organisation_id,
        ColumnItem.column_id == column.id,
        ColumnItem.state == "live",
    )
    return session.scalar(query.limit(1)) is not None


def add_item(session: Session, column: Column, draft: ItemDraft, editor: Editor) -> ColumnItem:
    """A new draft. Raises Invalid for what is wrong with it, also when its number is taken."""
    draft = check_item(draft)
    _refuse_taken(session, column, draft.number, None)
    item = _new_item(column, draft, editor)
    session.add(item)
    _flush_number(session, draft.number)
    count_items(session, column, drafts=1)
    return item


def change_item(
    session: Session,
    chain: Sequence[int],
    column: Column,
    public_id: str,
    version: int,
    draft: ItemDraft,
    editor: Editor,
) -> None:
    """Raises Invalid, NotFound, and Conflict when it is no longer of `version`."""
    draft = check_item(draft)
    item = get_item(session, column, public_id)
    if item.version == version:  # else the difference is what counts
        _refuse_taken(session, column, draft.number, item.id)
        if item.state == "live":
            _refuse_incomplete(session, chain, draft)
    _change_item(session, item, version, {**_fields(draft), **editor.marks})


def publish_item(
    session: Session, chain: Sequence[int], column: Column, public_id: str, version: int, editor: Editor
) -> None:
    """Let the item go live as it stood in `version`. Raises Invalid for what it lacks, NotFound, Conflict."""
    item = get_item(session, column, public_id)
    draft = draft_of(item)
    lacks = missing(draft, entry_known=find_entry(session, chain, draft.entry_code) is not None)
    if lacks:
        raise Invalid("incomplete", f"还不能上线：{lacks}")
    published_at = item.published_at or editor.now
    _change_item(session, item, version, {"state": "live", "published_at": published_at, **editor.marks})
    if item.state != "live":
        count_items(session, column, live=1, drafts=-1)


def withdraw_item(session: Session, column: Column, public_id: str, version: int, editor: Editor) -> None:
    """Take it off the phones; it stays as a draft. Raises NotFound, Conflict."""
    item = get_item(session, column, public_id)
    _change_item(session, item, version, {"state": "draft", **editor.marks})
    if item.state == "live":
        count_items(session, column, live=-1, drafts=1)


def delete_item(session: Session, column: Column, public_id: str) -> None:
    """Raises NotFound, and Conflict for one that is live."""
    item = get_item(session, column, public_id)
    gone = session.execute(
        delete(ColumnItem).where(
            ColumnItem.organisation_id == column.organisation_id,
            ColumnItem.id == item.id,
            ColumnItem.state == "draft",
        )
    )
    if not count_rows(gone):
        raise Conflict("item_live", "这一期已经上线，请先撤下再删除。")
    count_items(session, column, drafts=-1)


def move_item(session: Session, column: Column, public_id: str, step: int, editor: Editor) -> bool:
    """Change numbers with the next higher (1) or lower (-1) item; False where there is none. Raises NotFound, Conflict."""
    item = get_item(session, column, public_id)
    others = select(ColumnItem).where(
        ColumnItem.organisation_id == column.organisation_id, ColumnItem.column_id == column.id
    )
    if step > 0:
        others = others.where(ColumnItem.number > item.number).order_by(ColumnItem.number)
    else:
        others = others.where(ColumnItem.number < item.number).order_by(ColumnItem.number.desc())
    other = session.scalar(others.limit(1))
    if other is None:
        return False
    mine, theirs = item.number, other.number
    # Two never hold one number, not even for a moment.
    _change_item(session, item, item.version, {"number": -item.id})
    _change_item(session, other, other.version, {"number": mine, **editor.marks})
    _change_item(session, item, item.version + 1, {"number": theirs, **editor.marks})
    return True


def draft_of(item: ColumnItem) -> ItemDraft:
    """What is stored, in the form in which people write it."""
    return ItemDraft(
        number=item.number,
        title=item.title,
        kind=item.kind,
        digest=item.digest,
        cover=item.cover,
        body=item.body,
        entry_code=item.entry_code,
        media=tuple(Medium(str(one["name"]), str(one.get("caption", ""))) for one in item.media),
    )


def _new_item(column: Column, draft: ItemDraft, editor: Editor) -> ColumnItem:
    return ColumnItem(
        public_id=public_id(),
        organisation_id=column.organisation_id,
        column_id=column.id,
        **_fields(draft),
        **editor.marks,
    )


def _fields(draft: ItemDraft) -> dict[str, Any]:
    return {
        "number": draft.number,
        "title": draft.title,
        "kind": draft.kind,
        "digest": draft.digest,
        "cover": draft.cover,
        "body": draft.body,
        "entry_code": draft.entry_code,
        "media": [{"name": one.name, "caption": one.caption} for one in draft.media],
    }


def _settings(draft: ColumnDraft) -> dict[str, Any]:
    return {
        "title": draft.title,
        "description": draft.description,
        "cover": draft.cover,
        "words": list(draft.words),
    }


def _refuse_clashes(draft: ColumnDraft, others: Sequence[Column]) -> None:
    found = clashing((draft.title, *draft.words), [(one.title, one.words) for one in others if one.shown])
    if found:
        word, title = found
        raise Invalid("word_taken", f"「{word}」已经是栏目「{title}」的名称或口令，请换一个。")


def _refuse_taken(session: Session, column: Column, number: int, item_id: int | None) -> None:
    query = select(ColumnItem.title).where(
        ColumnItem.organisation_id == column.organisation_id,
        ColumnItem.column_id == column.id,
        ColumnItem.number == number,
        ColumnItem.id != (item_id or 0),
    )
    title = session.scalar(query)
    if title is not None:
        raise Invalid("number_taken", f"第 {number} 期已经有了：{title}。请换一个期号。")


def _refuse_incomplete(session: Session, chain: Sequence[int], draft: ItemDraft) -> None:
    lacks = missing(draft, entry_known=find_entry(session, chain, draft.entry_code) is not None)
    if lacks:
        raise Invalid("incomplete", f"这一期已经上线，不能缺内容：{lacks}")


def _flush_number(session: Session, number: int) -> None:
    try:
        session.flush()
    except IntegrityError:  # somebody else took it a moment ago
        raise Invalid("number_taken", f"第 {number} 期刚刚被别人用了，请换一个期号。") from None


def _change_item(session: Session, item: ColumnItem, version: int, values: dict[str, Any]) -> None:
    """If it is still of `version`."""
    try:
        changed = session.execute(
            update(ColumnItem)
            .where(
                ColumnItem.organisation_id == item.organisation_id,
                ColumnItem.id == item.id,
                ColumnItem.version == version,
            )
            .values(**values, version=ColumnItem.version + 1)
            .execution_options(synchronize_session=False)
        )
    except IntegrityError:
        raise Invalid("number_taken", "这个期号刚刚被别人用了，请换一个。") from None
    if not count_rows(changed):
        raise Conflict("item_changed", _CHANGED)
    raise_stamp(session, STAMP)


def _change_column(session: Session, column: Column, version: int | None, values: dict[str, Any]) -> None:
    change = update(Column).where(Column.organisation_id == column.organisation_id, Column.id == column.id)
    if version is not None:
        change = change.where(Column.version == version)
    changed = session.execute(
        change.values(**values, version=Column.version + 1).execution_options(synchronize_session=False)
    )
    if not count_rows(changed):
        raise Conflict("column_changed", _CHANGED)
    raise_stamp(session, STAMP)
