"""What staff bring to the house."""

from house.console import Console, NavItem
from house.feature import Feature
from house.permissions import Permission
from staff import acts, console, people, pickers
from staff.actions import ACTIONS
from staff.commands import group
from staff.tasks import jobs

FEATURE = Feature(
    key="staff",
    commands=group,
    jobs=jobs,
    console=Console(
        (console.pages, people.pages, acts.pages, pickers.pages),
        (
            NavItem("人员与权限", "people.index", "设置", Permission.PEOPLE, "organisation", "people"),
            NavItem("操作记录", "acts.index", "设置", Permission.AUDIT, "organisation", "audit"),
        ),
        ACTIONS,
    ),
)
