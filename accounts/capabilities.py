"""What the platform offers an account, by its kind and whether it is verified: pure decisions for all who must ask first.

Sources: WeChat doc pages 接口权限说明, 群发接口, 发布能力 (since July 2025 not for unverified accounts), 订阅通知介绍, and the page of
the test account. The platform's own page 接口权限 has the last word: it can take single rights from single accounts.
"""

from dataclasses import dataclass
from enum import Enum, StrEnum
from typing import Protocol


class Kinded(Protocol):
    """Whatever is known of an account: a row, or the view in memory."""

    @property
    def kind(self) -> str: ...

    @property
    def verified(self) -> bool: ...


class Capability(StrEnum):
    """What features ask for."""

    ANSWERS = "answers"
    MENU = "menu"
    PERSONAL_MENU = "personal_menu"
    CUSTOMER_MESSAGES = "customer_messages"
    MASS = "mass"
    MASS_BY_LIST = "mass_by_list"
    PUBLISHING = "publishing"
    MATERIAL = "material"
    TEMPLATE_MESSAGES = "template_messages"
    NOTICES = "notices"
    SIGN_IN = "sign_in"
    PAGES = "pages"
    SHARING = "sharing"
    SCENES = "scenes"
    TAGS = "tags"
    FOLLOWERS = "followers"
    FIGURES = "figures"


class _Needs(Enum):
    NOTHING = "nothing"
    SERVICE_OR_VERIFIED = "service or verified"
    VERIFIED = "verified"
    VERIFIED_SERVICE = "verified service"


@dataclass(frozen=True, slots=True)
class _Rule:
    """`test`: a test account has it as well. `instead`: what staff do where it is missing."""

    title: str
    use: str
    needs: _Needs
    test: bool
    instead: str


@dataclass(frozen=True, slots=True)
class Offer:
    """One capability of one account. `limit` is said where it is offered; `why` and `remedy` where it is not."""

    name: Capability
    title: str
    use: str
    offered: bool
    limit: str = ""
    why: str = ""
    remedy: str = ""

    def __bool__(self) -> bool:
        return self.offered


_RULES: dict[Capability, _Rule] = {
    Capability.ANSWERS: _Rule(
        "接收消息与自动回复", "粉丝提问、关注、点菜单时马上回答", _Needs.NOTHING, True, ""
    ),
    Capability.MENU: _Rule(
        "自定义菜单",
        "聊天窗口下方的三列菜单",
        _Needs.SERVICE_OR_VERIFIED,
        True,
        "在那之前，可在欢迎语里写明回复哪些字能得到什么。",
    ),
    Capability.PERSONAL_MENU: _Rule(
        "个性化菜单",
        "按标签给不同的粉丝看不同的菜单",
        _Needs.VERIFIED,
        True,
        "在那之前，所有粉丝看同一个菜单。",
    ),
    Capability.CUSTOMER_MESSAGES: _Rule(
        "客服消息",
        "粉丝来信后 48 小时内补发答复、人工回复",
        _Needs.VERIFIED,
        True,
        "在那之前，5 秒内的自动回复不受影响，人工答复请改用电话。",
    ),
    Capability.MASS: _Rule(
        "群发", "把图文推送给全部粉丝或一个标签", _Needs.VERIFIED, False, "在那之前，请登录公众平台手工群发。"
    ),
    Capability.MASS_BY_LIST: _Rule(
        "按名单群发", "只发给选定的粉丝", _Needs.VERIFIED_SERVICE, False, "可以改为按标签群发。"
    ),
    Capability.PUBLISHING: _Rule(
        "发布文章", "文章上线但不推送", _Needs.VERIFIED, False, "在那之前，请登录公众平台手工发表。"
    ),
    Capability.MATERIAL: _Rule(
        "素材与草稿", "上传图片、建立图文草稿", _Needs.VERIFIED, True, "在那之前，请登录公众平台手工上传。"
    ),
    Capability.TEMPLATE_MESSAGES: _Rule(
        "模板消息",
        "给粉丝发办理结果等业务通知",
        _Needs.VERIFIED_SERVICE,
        True,
        "可以在粉丝来信后 48 小时内答复。",
    ),
    Capability.NOTICES: _Rule(
        "订阅通知",
        "粉丝订阅后提醒他活动、缴费等",
        _Needs.VERIFIED_SERVICE,
        False,
        "可以改用群发或菜单里的公告。",
    ),
    Capability.SIGN_IN: _Rule(
        "网页授权（网页里知道是谁）",
        "从菜单直接打开「我的」",
        _Needs.VERIFIED_SERVICE,
        True,
        "功能照常：粉丝在聊天里回复「我的」，系统发一个一次性链接。",
    ),
    Capability.PAGES: _Rule("网页能力（JS-SDK）", "网页里拍照、定位、扫一扫", _Needs.NOTHING, True, ""),
    Capability.SHARING: _Rule(
        "分享卡片",
        "网页分享出去时有自己的标题和图片",
        _Needs.VERIFIED,
        True,
        "在那之前，分享出去的是普通链接。",
    ),
    Capability.SCENES: _Rule(
        "带参数的二维码",
        "知道粉丝是扫哪张海报来的",
        _Needs.VERIFIED_SERVICE,
        True,
        "可以用普通二维码，并在海报上写「关注后回复某某」。",
    ),
    Capability.TAGS: _Rule(
        "标签、备注与黑名单", "给粉丝分组", _Needs.VERIFIED, True, "在那之前，标签只保存在本后台。"
    ),
    Capability.FOLLOWERS: _Rule(
        "粉丝名单", "取得全部粉丝的编号", _Needs.VERIFIED, True, "在那之前，只知道来过信或点过菜单的粉丝。"
    ),
    Capability.FIGURES: _Rule(
        "微信的统计数据",
        "增减、阅读、分享的每日数字",
        _Needs.VERIFIED,
        False,
        "在那之前，请登录公众平台查看。",
    ),
}

_VERIFY = "完成微信认证后就有。"
_WHY = {
    _Needs.SERVICE_OR_VERIFIED: "没有认证的订阅号，微信不开放这项能力。",
    _Needs.VERIFIED: "没有认证的公众号，微信不开放这项能力。",
    _Needs.VERIFIED_SERVICE: "微信只向已认证的服务号开放这项能力。",
}
_SINCE_JULY = "2025 年 7 月起，微信收回了未认证账号和个人账号的发布能力。"
_ANOTHER = "需要另外注册一个服务号并认证。"
_TEST = "测试号没有这项能力，请在正式的公众号上使用。"
HOW_TO_VERIFY = "请用工会的主体办理：登录微信公众平台 → 设置与开发 → 账号设置 → 认证详情。个人主体的公众号不能认证，要用工会的主体重新注册。通过后在「账号资料」里勾选「已通过微信认证」。"
MASS_LIMITS = {"subscription": "每天 1 次", "service": "每位粉丝每月最多收到 4 条，全部粉丝每天 1 次"}


def may(account: Kinded, capability: Capability | str) -> bool:
    """Does the platform offer this account a capability?"""
    rule = _RULES[Capability(capability)]
    if account.kind == "test":
        return rule.test
    service = account.kind == "service"
    match rule.needs:
        case _Needs.NOTHING:
            return True
        case _Needs.SERVICE_OR_VERIFIED:
            return service or account.verified
        case _Needs.VERIFIED:
            return account.verified
        case _Needs.VERIFIED_SERVICE:
            return service and account.verified


def offer(account: Kinded, capability: Capability | str) -> Offer:
    """One capability with the words for staff; true where it is offered."""
    name = Capability(capability)
    rule = _RULES[name]
    if may(account, name):
        limit = MASS_LIMITS.get(account.kind, "") if name is Capability.MASS else ""
        return Offer(name, rule.title, rule.use, True, limit=limit)
    why, remedy = _refusal(account, name, rule)
    return Offer(name, rule.title, rule.use, False, why=why, remedy=remedy)


def list_offers(account: Kinded) -> tuple[Offer, ...]:
    """All capabilities, in the order in which they are shown."""
    return tuple(offer(account, name) for name in Capability)


def _refusal(account: Kinded, name: Capability, rule: _Rule) -> tuple[str, str]:
    if account.kind == "test":
        return _TEST, ""
    why = _SINCE_JULY if name is Capability.PUBLISHING else _WHY[rule.needs]
    needs_service = rule.needs is _Needs.VERIFIED_SERVICE and account.kind != "service"
    return why, f"{_ANOTHER if needs_service else _VERIFY}{rule.instead}"
