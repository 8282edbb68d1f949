"""What a person may do in the console. Views declare one; roles (`staff.roles`) are made of them."""

from enum import StrEnum


class Permission(StrEnum):
    """Each holds at the organisation of a grant and below it, PERSONAL at the organisation alone."""

    LOOK = "look"
    """See the console's pages of content; every role has it but a juror's."""
    ENTRIES = "entries"
    REVIEW_FIRST = "review_first"
    REVIEW_SECOND = "review_second"
    PUBLISH = "publish"
    """Let go live what phones show: answers, articles, menus."""
    RULES = "rules"
    MENUS = "menus"
    COLUMNS = "columns"
    PUSHES = "pushes"
    CAMPAIGNS = "campaigns"
    JUDGE = "judge"
    """Judge entries of campaigns that name one as a juror; nothing else."""
    FOLLOWERS = "followers"
    TALK = "talk"
    """Answer people: messages, requests for a person."""
    PERSONAL = "personal"
    """See telephone numbers and names unmasked."""
    FIGURES = "figures"
    ACCOUNTS = "accounts"
    """Register official accounts, their secrets and texts."""
    PEOPLE = "people"
    """Give and take roles."""
    AUDIT = "audit"


TITLES: dict[Permission, str] = {
    Permission.LOOK: "查看后台",
    Permission.ENTRIES: "编辑问答",
    Permission.REVIEW_FIRST: "初审",
    Permission.REVIEW_SECOND: "复审",
    Permission.PUBLISH: "发布上线",
    Permission.RULES: "关键词与欢迎语",
    Permission.MENUS: "编辑菜单",
    Permission.COLUMNS: "编辑栏目",
    Permission.PUSHES: "安排推送",
    Permission.CAMPAIGNS: "组织活动",
    Permission.JUDGE: "评审作品",
    Permission.FOLLOWERS: "粉丝与标签",
    Permission.TALK: "回复留言",
    Permission.PERSONAL: "查看电话、姓名等个人信息",
    Permission.FIGURES: "查看数据",
    Permission.ACCOUNTS: "公众号与组织设置",
    Permission.PEOPLE: "人员与权限",
    Permission.AUDIT: "操作记录",
}
