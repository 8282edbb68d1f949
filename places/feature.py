"""What organisations and accounts bring to the house."""

from house.console import Console, NavItem
from house.feature import Feature
from house.permissions import Permission
from places import console_setup, console_tree, verify

FEATURE = Feature(
    key="places",
    pages=verify.pages,
    console=Console(
        (console_tree.pages, console_setup.pages),
        (
            NavItem("组织", "organisations.index", "设置", Permission.ACCOUNTS, "organisation", "tree"),
            NavItem("公众号", "accounts.index", "设置", Permission.ACCOUNTS, "organisation", "phone"),
        ),
        {
            "organisation_added": "添加组织",
            "organisation_changed": "修改组织",
            "organisation_removed": "删除组织",
            "account_added": "登记公众号",
            "account_changed": "修改公众号",
            "domain_file_kept": "上传域名校验文件",
            "domain_file_removed": "删除域名校验文件",
        },
    ),
)
