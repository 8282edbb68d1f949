"""Roles, and what somebody may do where: a pure decision over the grants they hold."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from house.permissions import Permission as P


class Role(StrEnum):
    ADMIN = "admin"
    EDITOR = "editor"
    FIRST = "first_reviewer"
    SECOND = "second_reviewer"
    FINAL = "final_reviewer"
    ORGANISER = "organiser"
    SERVICE = "service"
    JUDGE = "judge"
    VIEWER = "viewer"
    AUDITOR = "auditor"
    PRIVACY = "privacy"


TITLES: dict[Role, str] = {
    Role.ADMIN: "管理员",
    Role.EDITOR: "编辑",
    Role.FIRST: "初审",
    Role.SECOND: "复审",
    Role.FINAL: "终审",
    Role.ORGANISER: "活动组织者",
    Role.SERVICE: "客服",
    Role.JUDGE: "评委",
    Role.VIEWER: "数据查看",
    Role.AUDITOR: "审计",
    Role.PRIVACY: "个人信息查看",
}

_EDITING = {P.LOOK, P.ENTRIES, P.RULES, P.MENUS, P.COLUMNS, P.PUSHES, P.FIGURES}
ALLOWED: dict[Role, frozenset[P]] = {
    Role.ADMIN: frozenset(set(P) - {P.PERSONAL, P.JUDGE}),
    Role.EDITOR: frozenset(_EDITING),
    Role.FIRST: frozenset({P.LOOK, P.REVIEW_FIRST}),
    Role.SECOND: frozenset({P.LOOK, P.REVIEW_FIRST, P.REVIEW_SECOND}),
    Role.FINAL: frozenset({P.LOOK, P.REVIEW_FIRST, P.REVIEW_SECOND, P.PUBLISH}),
    Role.ORGANISER: frozenset({P.LOOK, P.CAMPAIGNS, P.FIGURES}),
    Role.SERVICE: frozenset({P.LOOK, P.TALK, P.FOLLOWERS}),
    Role.JUDGE: frozenset({P.JUDGE}),
    Role.VIEWER: frozenset({P.LOOK, P.FIGURES}),
    Role.AUDITOR: frozenset({P.LOOK, P.AUDIT}),
    Role.PRIVACY: frozenset({P.LOOK, P.PERSONAL}),
}
"""Nobody has PERSONAL by another role: who may see it is decided person by person, organisation by organisation."""

_NEVER_INHERITED = frozenset({P.PERSONAL})


@dataclass(frozen=True, slots=True)
class Held:
    """A role that somebody holds at an organisation, until `expires_at` (None: until it is taken)."""

    organisation_id: int
    role: Role
    expires_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Access:
    """What one person may do now. Immutable."""

    grants: tuple[Held, ...]

    @classmethod
    def at(cls, held: Iterable[Held], now: datetime) -> "Access":
        """Of the grants that have not expired."""
        return cls(tuple(one for one in held if one.expires_at is None or now < one.expires_at))

    def permissions(self, chain: Sequence[int]) -> frozenset[P]:
        """At an organisation. `chain`: its id first, then its parents' up to the root."""
        found: set[P] = set()
        for grant in self.grants:
            if chain and grant.organisation_id == chain[0]:
                found |= ALLOWED[grant.role]
            elif grant.organisation_id in chain:
                found |= ALLOWED[grant.role] - _NEVER_INHERITED
        return frozenset(found)

    def may(self, permission: P, chain: Sequence[int]) -> bool:
        return permission in self.permissions(chain)

    def organisations(self, chains: Mapping[int, Sequence[int]], permission: P = P.LOOK) -> list[int]:
        """Of `chains` (by organisation id), those where `permission` is held."""
        return [id_ for id_, chain in chains.items() if self.may(permission, chain)]

    @property
    def roles(self) -> Collection[Role]:
        return {grant.role for grant in self.grants}
