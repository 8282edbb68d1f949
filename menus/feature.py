"""What menus bring to the house."""

from house.console import Console, NavItem
from house.feature import Feature
from house.permissions import Permission
from menus import console, console_releases, console_variants
from menus.alerts import alerts
from menus.changes import MENU_CHANGE
from menus.commands import group
from menus.tasks import courier, jobs

FEATURE = Feature(
    key="menus",
    commands=group,
    jobs=jobs,
    couriers=lambda parts: {MENU_CHANGE: courier(parts)},
    console=Console(
        (console.pages, console_variants.pages, console_releases.pages),
        (
            NavItem("自定义菜单", "menus.index", "互动管理", Permission.MENUS, "account", "menu"),
            NavItem("个性化菜单", "menu_variants.index", "互动管理", Permission.MENUS, "account", "follower"),
            NavItem("菜单发布", "menu_releases.index", "互动管理", Permission.PUBLISH, "account", "phone"),
        ),
        {
            "menu_saved": "保存菜单草稿",
            "menu_published": "发布菜单",
            "menu_restored": "恢复旧版菜单",
            "menu_scheduled": "安排定时发布菜单",
            "menu_change_failed": "定时发布菜单没有成功",
            "menu_change_cancelled": "取消定时发布菜单",
            "menu_variant_added": "新建个性化菜单",
            "menu_variant_saved": "保存个性化菜单",
            "menu_variant_deleted": "删除个性化菜单",
            "menu_variant_published": "发布个性化菜单",
            "menu_variant_withdrawn": "下线个性化菜单",
        },
        alerts,
    ),
)
