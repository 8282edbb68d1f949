"""What the acts in the audit log, and the facts beside them, are called in Chinese."""

from collections.abc import Mapping
from typing import Any

ACTIONS: dict[str, str] = {
    "signed_in": "登录",
    "signed_out": "退出登录",
    "sign_in_failed": "登录失败",
    "code_failed": "验证码错误",
    "locked_out": "试错太多被锁定",
    "password_changed": "修改密码",
    "second_factor_enrolled": "开启两步验证",
    "recovery_codes_renewed": "换新备用码",
    "sessions_ended": "让设备退出",
    "role_given": "授予角色",
    "role_taken": "收回角色",
    "access_reset": "重设密码",
    "second_factor_reset": "重设密码和两步验证",
    "person_put_out": "停用人员",
    "person_let_in": "恢复人员",
    "acts_exported": "导出操作记录",
}

PERSONAL = (
    "signed_in",
    "signed_out",
    "sign_in_failed",
    "code_failed",
    "locked_out",
    "password_changed",
    "second_factor_enrolled",
    "recovery_codes_renewed",
    "sessions_ended",
)
"""Acts of people at the door and with their own access: they belong to no organisation."""

FACTS: dict[str, str] = {
    "account": "公众号",
    "appid": "AppID",
    "at": "时间",
    "before": "原来的内容",
    "campaign": "活动编号",
    "changed": "改动",
    "code": "编号",
    "column": "栏目",
    "count": "人数",
    "day": "日期",
    "days": "天数",
    "due": "发送时间",
    "file": "文件",
    "full": "含姓名电话",
    "gap": "缺口",
    "group": "粉丝分组",
    "how": "方式",
    "key": "代号",
    "keywords": "关键词",
    "level": "审核环节",
    "live": "直接上线",
    "message": "消息编号",
    "moved": "换了上级",
    "note": "意见",
    "number": "第几期（版）",
    "parent": "上级",
    "part": "哪一步",
    "parts": "内容",
    "personal": "含个人信息",
    "rows": "条数",
    "scene": "场景值",
    "suffix": "格式",
    "tag": "标签号",
    "to": "改为",
    "version": "版本",
    "was": "原来",
    "why": "原因",
    "win": "中奖编号",
    "works": "作品编号",
    "year": "年份",
}
"""Of all features: names in facts are few, and mean the same everywhere."""

_VALUES = {True: "是", False: "否", "card": "客服消息卡片", "mass": "群发预览"}


def told_facts(facts: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Facts as people read them, without empty ones."""
    return [(FACTS.get(name, name), _told(value)) for name, value in facts.items() if _told(value)]


def _told(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, Mapping):
        return "，".join(f"{name}：{told}" for name, one in value.items() if (told := _told(one)))
    if isinstance(value, list | tuple):
        return "、".join(_told(one) for one in value)
    return _VALUES.get(value, str(value)) if isinstance(value, bool | str) else str(value)
