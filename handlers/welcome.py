"""Verbs on an account's texts (`accounts.profile`), one part at a time: two people may change different parts at once. Each
change names the mark of what was seen; something newer is a Conflict."""

import hashlib
import json
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.profile import Profile, check_profile
from accounts.service import set_profile
from core.errors import Conflict
from models.accounts import Account

Part = tuple[str, ...]
"""A field of the profile: ("welcome",), ("contacts",), or one scene's welcome: ("scenes", "factory")."""


def part_of(profile: Profile, part: Part) -> Any:
    """The part as plain JSON values; None for a scene that has none."""
    value: Any = profile.model_dump(mode="json")
    for name in part:
        value = value.get(name)
    return value


def mark(value: Any) -> str:
    """Of what was seen."""
    return hashlib.sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()[:16]


def save_part(session: Session, account_id: int, part: Part, value: Any, seen: str) -> None:
    """Replace a part; None takes a scene away. Raises Invalid, or Conflict when it is not what was `seen` any more."""
    # Of the account alone: its organisation is joined, and PostgreSQL locks no outer join.
    query = select(Account).where(Account.id == account_id).with_for_update(of=Account)
    account = session.scalars(query.execution_options(populate_existing=True)).one()
    profile = check_profile(account.profile, "资料")
    if mark(part_of(profile, part)) != seen:
        raise Conflict("profile_changed", "这一项刚刚被别人改过，您的内容还没有保存。")
    changed: Any = profile.model_dump(mode="json", exclude_defaults=True)
    holder = changed.setdefault(part[0], {}) if len(part) > 1 else changed
    holder.pop(part[-1], None)
    if value is not None:
        holder[part[-1]] = value
    set_profile(session, account, check_profile(changed, "资料"))
