"""Verbs on the tree of organisations: add, rename, move, remove. Called by the console and by commands."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Table, exists, select, update
from sqlalchemy.orm import Session

from accounts.chains import chain_of
from accounts.directory import STAMP
from accounts.keys import check_key
from core.errors import Conflict, Invalid, NotFound
from core.text import clean
from models.accounts import Account, Organisation
from models.audit import AuditEntry
from models.base import TENANT_COLUMNS, Base
from models.stamps import raise_stamp

KINDS: dict[str, str] = {
    "province": "省级工会",
    "city": "市级工会",
    "county": "县（市、区）工会",
    "industry": "产业工会",
    "enterprise": "企业（单位）工会",
    "other": "其他",
}
NAME_CHARS = 100
_CONTENTS = {
    "entries": "问答",
    "keyword_rules": "关键词回复",
    "synonyms": "同义词",
    "grants": "人员的角色",
    "columns": "栏目",
    "workdays": "工作日历",
    "workday_years": "工作日历",
}
"""What people call the rows of these tables; of any other it is 「内容」."""


@dataclass(frozen=True, slots=True)
class NewOrganisation:
    """What a person enters for a new one. `parent` is a key; None makes a root, which only operators may."""

    key: str
    name: str
    kind: str = "other"
    parent: str | None = None


@dataclass(frozen=True, slots=True)
class Node:
    """An organisation in the tree. `depth` counts from the roots; `chain` is its own id, then its parents' up to the root."""

    id: int
    key: str
    name: str
    kind: str
    version: int
    parent_id: int | None
    chain: tuple[int, ...]

    @property
    def depth(self) -> int:
        return len(self.chain) - 1


def list_tree(session: Session, below: int | None = None) -> list[Node]:
    """Organisations, parents before their children, by name; `below`: the one with this id and all under it."""
    nodes = _nodes(session)
    names = {node.id: node.name for node in nodes}
    found = [node for node in nodes if below is None or below in node.chain]
    return sorted(found, key=lambda node: [(names[id_], id_) for id_ in reversed(node.chain)])


def get_organisation(session: Session, key: str) -> Organisation:
    """Raises NotFound."""
    organisation = session.scalar(select(Organisation).where(Organisation.key == key))
    if organisation is None:
        raise NotFound("no_organisation", f"没有名为「{key}」的组织")
    return organisation


def add_organisation(session: Session, new: NewOrganisation) -> Organisation:
    """Raises Invalid (a field's form), NotFound (the parent) or Conflict (key taken)."""
    check_key(new.key, "组织")
    name, kind = _checked(new.name, new.kind)
    parent_id = get_organisation(session, new.parent).id if new.parent is not None else None
    taken = session.scalar(select(Organisation.name).where(Organisation.key == new.key))
    if taken is not None:
        raise Conflict("organisation_taken", f"代号 {new.key} 已经被「{taken}」使用，请换一个。")
    organisation = Organisation(key=new.key, name=name, kind=kind, parent_id=parent_id)
    session.add(organisation)
    session.flush()
    raise_stamp(session, STAMP)
    return organisation


def change_organisation(
    session: Session, organisation_id: int, version: int, *, name: str, kind: str, parent_id: int | None
) -> None:
    """Rename, and move below another parent. Raises Invalid, NotFound, or Conflict: changed since `version` was read, or
    a move below itself."""
    name, kind = _checked(name, kind)
    _lock_tree(session)
    nodes = {node.id: node for node in _nodes(session)}
    if organisation_id not in nodes:
        raise NotFound("no_organisation", "这个组织已经被删除。")
    if parent_id is not None and parent_id not in nodes:
        raise NotFound("no_organisation", "要移到的上级已经被删除，请重新选择。")
    if parent_id is not None and organisation_id in nodes[parent_id].chain:
        raise Conflict("below_itself", "不能移到自己或自己的下级下面，请选择别的上级。")
    changed = session.execute(
        update(Organisation)
        .where(Organisation.id == organisation_id, Organisation.version == version)
        .values(name=name, kind=kind, parent_id=parent_id, version=version + 1)
        .execution_options(synchronize_session=False)
        .returning(Organisation.id)
    )
    if changed.first() is None:
        raise Conflict("changed", "您打开这个页面以后，别人改过这个组织。")
    raise_stamp(session, STAMP)


def remove_organisation(session: Session, organisation_id: int) -> None:
    """Delete an empty one. Raises NotFound, or Conflict that names what is still in it."""
    _lock_tree(session)
    organisation = session.get(Organisation, organisation_id, with_for_update=True, populate_existing=True)
    if organisation is None:
        raise NotFound("no_organisation", "这个组织已经被删除。")
    held = _contents(session, organisation_id)
    if held:
        raise Conflict(
            "not_empty", f"「{organisation.name}」还不是空的，不能删除：里面有{'、'.join(held)}。", held=held
        )
    session.delete(organisation)
    session.flush()
    raise_stamp(session, STAMP)


def import_organisations(session: Session, rows: Sequence[NewOrganisation]) -> tuple[int, int]:
    """Bring in many at once, in any order; known keys take what the rows say. Returns how many were new and changed.

    Raises Invalid, NotFound or Conflict; then nothing of the rows is to be kept.
    """
    _refuse_twice(rows)
    _lock_tree(session)
    known = {one.key: one for one in session.scalars(select(Organisation))}
    fresh = {row.key for row in rows} - known.keys()
    for row in rows:
        if row.key in fresh:
            # Without its parent, whose row may stand below.
            known[row.key] = add_organisation(session, NewOrganisation(row.key, row.name, row.kind))
    taken = [row.key for row in rows if _take(known, row)]
    session.flush()
    _refuse_circles(known)
    raise_stamp(session, STAMP)
    return len(fresh), len(set(taken) - fresh)


def _refuse_twice(rows: Sequence[NewOrganisation]) -> None:
    keys = [row.key for row in rows]
    twice = sorted({key for key in keys if keys.count(key) > 1})
    if twice:
        raise Invalid("twice", f"代号重复：{'、'.join(twice)}")


def _take(known: Mapping[str, Organisation], row: NewOrganisation) -> bool:
    name, kind = _checked(row.name, row.kind)
    if row.parent is not None and row.parent not in known:
        raise NotFound("no_organisation", f"「{row.name}」的上级 {row.parent} 不在文件里，也没有登记过")
    parent_id = known[row.parent].id if row.parent is not None else None
    organisation = known[row.key]
    if (organisation.name, organisation.kind, organisation.parent_id) == (name, kind, parent_id):
        return False
    organisation.name, organisation.kind, organisation.parent_id = name, kind, parent_id
    organisation.version += 1
    return True


def _refuse_circles(known: Mapping[str, Organisation]) -> None:
    parents = {one.id: one.parent_id for one in known.values()}
    for one in known.values():
        if parents[chain_of(one.id, parents)[-1]] is not None:
            raise Conflict("below_itself", f"「{one.name}」成了自己的下级：请检查它和上级的 parent 一列")


def _nodes(session: Session) -> list[Node]:
    rows = session.execute(
        select(
            Organisation.id,
            Organisation.key,
            Organisation.name,
            Organisation.kind,
            Organisation.version,
            Organisation.parent_id,
        )
    ).all()
    parents = {row.id: row.parent_id for row in rows}
    return [
        Node(row.id, row.key, row.name, row.kind, row.version, row.parent_id, chain_of(row.id, parents))
        for row in rows
    ]


def _checked(name: str, kind: str) -> tuple[str, str]:
    name = " ".join(clean(name).split())
    if not name:
        raise Invalid("missing", "请填写组织的名称")
    if len(name) > NAME_CHARS:
        raise Invalid("too_long", f"组织的名称最多 {NAME_CHARS} 个字，现在是 {len(name)} 个")
    if kind not in KINDS:
        raise Invalid("bad_kind", f"「{kind}」不是组织的类型，应为 {'、'.join(KINDS)} 之一")
    return name, kind


def _lock_tree(session: Session) -> None:
    """Two moves at once could make a circle that neither sees: whoever moves or removes waits for the other."""
    # No key is changed: rows that are being written below an organisation need not wait.
    session.execute(select(Organisation.id).order_by(Organisation.id).with_for_update(key_share=True)).all()


def _contents(session: Session, organisation_id: int) -> list[str]:
    held = []
    if session.scalar(select(exists().where(Organisation.parent_id == organisation_id))):
        held.append("下级组织")
    if session.scalar(select(exists().where(Account.organisation_id == organisation_id))):
        held.append("公众号")
    for name, column in TENANT_COLUMNS.items():
        if column == "organisation_id" and _has_rows(session, Base.metadata.tables[name], organisation_id):
            held.append(_CONTENTS.get(name, "内容"))
    if session.scalar(select(exists().where(AuditEntry.organisation_id == organisation_id))):
        held.append("操作记录（按规定留存）")
    return list(dict.fromkeys(held))


def _has_rows(session: Session, table: Table, organisation_id: int) -> bool:
    query = select(table.c.organisation_id).where(table.c.organisation_id == organisation_id).limit(1)
    return session.scalar(query) is not None
