"""What organisations and accounts bring to the house."""

from house.console import Console, NavItem
from house.feature import Feature
from house.permissions import Permission
from places import console_moves, console_quotas, console_tree, personal, tasks, verify

FEATURE = Feature(
    key="places",
    pages=verify.pages,
    jobs=tasks.jobs,
    erase=personal.erase,
    export=personal.export,
    console=Console(
        (console_tree.pages, console_moves.pages, console_quotas.pages),
        (
            NavItem("组织", "organisations.index", "设置", Permission.ACCOUNTS, "organisation", "tree"),
            NavItem("公众号", "accounts.index", "设置", Permission.ACCOUNTS, "organisation", "phone"),
            NavItem("额度", "quotas.index", "设置", Permission.LOOK, "account", "quota"),
            NavItem("额度汇总", "quotas.summary", "设置", Permission.LOOK, "organisation", "quota"),
        ),
        {
            "organisation_added": "添加组织",
            "organisation_changed": "修改组织",
            "organisation_removed": "删除组织",
            "account_added": "登记公众号",
            "account_changed": "修改公众号",
            "account_moved": "移动公众号",
            "account_closed": "停用公众号",
            "account_reopened": "恢复公众号",
            "domain_file_kept": "上传域名校验文件",
            "domain_file_removed": "删除域名校验文件",
            "quotas_compared": "与平台核对额度",
            "quotas_cleared": "接口调用次数清零",
        },
    ),
)
