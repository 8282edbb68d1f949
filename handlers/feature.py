"""What the handlers bring to the house beside the webhook itself."""

from handlers import console, console_takeover, console_welcome, personal
from handlers.commands import group
from handlers.tasks import jobs
from house.console import Console, NavItem
from house.feature import Feature
from house.permissions import Permission

FEATURE = Feature(
    key="handlers",
    erase=personal.erase,
    export=personal.export,
    commands=group,
    jobs=jobs,
    console=Console(
        (console.pages, console_welcome.pages, console_takeover.pages),
        (
            NavItem("关键词回复", "rules.index", "互动管理", Permission.RULES, "organisation", "key"),
            NavItem("欢迎语与常用回复", "welcome.index", "互动管理", Permission.RULES, "account", "answer"),
            NavItem("取回原有设置", "takeover.index", "设置", Permission.ACCOUNTS, "account", "settings"),
        ),
        {
            "rule_saved": "保存关键词规则",
            "rule_deleted": "删除关键词规则",
            "rule_restored": "恢复关键词规则",
            "rule_enabled": "启用关键词规则",
            "rule_disabled": "停用关键词规则",
            "welcome_saved": "修改欢迎语与常用回复",
            "taken_over": "取回公众平台原有设置",
            "contact_restored": "恢复联系方式",
            "scene_deleted": "删除场景码欢迎语",
        },
    ),
)
