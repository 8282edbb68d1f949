"""What the working calendar brings to the house."""

from house.console import Console, NavItem
from house.feature import Feature
from house.permissions import Permission
from wall.workdays import console
from wall.workdays.commands import group

FEATURE = Feature(
    key="workdays",
    commands=group,
    console=Console(
        (console.pages,),
        (NavItem("工作日历", "workdays.index", "设置", Permission.LOOK, "organisation", "calendar"),),
        {
            "workday_changed": "修改工作日历",
            "workdays_restored": "恢复工作日历",
            "workdays_imported": "导入工作日历",
        },
    ),
)
