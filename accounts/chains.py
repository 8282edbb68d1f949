"""The way up the tree of organisations."""

from collections.abc import Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.accounts import Account, Organisation


def chain_of(organisation_id: int, parents: Mapping[int, int | None]) -> tuple[int, ...]:
    """An organisation's id, then its parents' up to the root; ends where a circle would begin again."""
    chain: list[int] = []
    current: int | None = organisation_id
    while current is not None and current not in chain:
        chain.append(current)
        current = parents.get(current)
    return tuple(chain)


def chain_of_account(session: Session, account_id: int) -> tuple[int, ...]:
    """The organisation of an account, then its parents up to the root."""
    own = session.scalars(select(Account.organisation_id).where(Account.id == account_id)).one()
    parents = dict(session.execute(select(Organisation.id, Organisation.parent_id)).all())
    return chain_of(own, parents)
