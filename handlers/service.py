"""Verbs on keyword rules, for the console. Each change names the version that was seen; a newer one is a Conflict."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from core.errors import Conflict
from handlers.keywords import STAMP
from handlers.rules_file import RuleRow, check_entries, values_of
from handlers.store import get_rule
from models.content import KeywordRule
from models.stamps import raise_stamp
from models.upsert import count_rows

_CHANGED = "这条规则刚刚被别人改过或删除了。"


def save_rule(
    session: Session, chain: Sequence[int], row: RuleRow, version: int, *, by: str, now: datetime
) -> None:
    """Store `row` at the first organisation of `chain`; version 0 is a rule that it does not have yet.

    Raises Invalid (an entry that does not exist) or Conflict.
    """
    check_entries(session, chain, [row])
    values = {**values_of(row), "updated_at": now, "updated_by": by}
    if version == 0:
        _add(session, chain[0], row.code, values)
    else:
        _change(session, chain[0], row.code, version, values)
    raise_stamp(session, STAMP)


def delete_rule(
    session: Session, organisation_id: int, code: str, version: int, *, by: str, now: datetime
) -> None:
    """Raises Conflict."""
    _change(session, organisation_id, code, version, {"deleted_at": now, "updated_at": now, "updated_by": by})
    raise_stamp(session, STAMP)


def restore_rule(session: Session, organisation_id: int, code: str, *, by: str, now: datetime) -> None:
    """Bring back what was deleted; one that is back already stays. Raises Conflict for none."""
    changed = session.execute(
        update(KeywordRule)
        .where(
            KeywordRule.organisation_id == organisation_id,
            KeywordRule.code == code,
            KeywordRule.deleted_at.is_not(None),
        )
        .values(deleted_at=None, updated_at=now, updated_by=by, version=KeywordRule.version + 1)
        .execution_options(synchronize_session=False)
    )
    if not count_rows(changed) and get_rule(session, organisation_id, code) is None:
        raise Conflict("rule_gone", "这条规则已经不在了。")
    raise_stamp(session, STAMP)


def switch_rule(
    session: Session,
    organisation_id: int,
    code: str,
    version: int,
    *,
    enabled: bool,
    by: str,
    now: datetime,
) -> None:
    """Raises Conflict."""
    _change(
        session, organisation_id, code, version, {"enabled": enabled, "updated_at": now, "updated_by": by}
    )
    raise_stamp(session, STAMP)


def _add(session: Session, organisation_id: int, code: str, values: dict[str, object]) -> None:
    """A new rule, in the place of a deleted one of that code."""
    deleted = get_rule(session, organisation_id, code)
    if deleted is not None:
        if deleted.deleted_at is None:
            raise Conflict("rule_changed", _CHANGED)
        _change(session, organisation_id, code, deleted.version, {**values, "deleted_at": None}, deleted=True)
        return
    try:
        with session.begin_nested():
            session.add(KeywordRule(organisation_id=organisation_id, code=code, **values))
    except IntegrityError:
        raise Conflict("rule_changed", _CHANGED) from None


def _change(
    session: Session,
    organisation_id: int,
    code: str,
    version: int,
    values: dict[str, object],
    *,
    deleted: bool = False,
) -> None:
    state = KeywordRule.deleted_at.is_not(None) if deleted else KeywordRule.deleted_at.is_(None)
    changed = session.execute(
        update(KeywordRule)
        .where(
            KeywordRule.organisation_id == organisation_id,
            KeywordRule.code == code,
            KeywordRule.version == version,
            state,
        )
        .values(**values, version=version + 1)
        .execution_options(synchronize_session=False)
    )
    if not count_rows(changed):
        raise Conflict("rule_changed", _CHANGED)
