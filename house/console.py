"""What a feature brings to the console: its pages, and where they stand in the navigation."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from flask import Blueprint
from sqlalchemy.orm import Session

from accounts.directory import AccountView
from house.permissions import Permission

Group = Literal["内容管理", "互动管理", "数据分析", "设置"]
GROUPS: tuple[Group, ...] = ("内容管理", "互动管理", "数据分析", "设置")
"""The words of the platform's own back end, which staff know."""

At = Literal["account", "organisation"]


@dataclass(frozen=True, slots=True)
class NavItem:
    """A line of the navigation. `at`: whether the page is one of an account or of an organisation; `icon` names a drawing
    in `staff/templates/console/icons.html`."""

    title: str
    endpoint: str
    group: Group
    permission: Permission
    at: At
    icon: str


@dataclass(frozen=True, slots=True)
class Alert:
    """Something that somebody with `permission` should look at. `page` and `named` lead to where: an endpoint of the
    account's pages and what stands in its address."""

    text: str
    permission: Permission
    page: str
    named: Mapping[str, str] = field(default_factory=dict)


Alerts = Callable[[Session, AccountView, datetime], Sequence[Alert]]


@dataclass(frozen=True, slots=True)
class Console:
    """`pages` come from `staff.guard.console_pages`, so that nobody reaches one without a declared permission."""

    pages: tuple[Blueprint, ...]
    nav: tuple[NavItem, ...] = ()
    actions: Mapping[str, str] = field(default_factory=dict)
    """What its acts in the audit log are called in Chinese."""
    alerts: Alerts = field(default=lambda _session, _account, _now: ())
    """What went wrong with an account, or soon will; shown on its first page."""
