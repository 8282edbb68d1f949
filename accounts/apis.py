"""The endpoints that have a daily limit: their names for staff, how many calls a day, who must go without at the end.

Sources: WeChat doc pages 接口调用频次限制说明 (also for test accounts), 获取稳定版接口调用凭据, 发布能力, 创建个性化菜单. The platform may give an
account more or less; what it says itself (`models.quotas.ApiQuota`) goes before what stands here.
"""

from dataclasses import dataclass

from accounts.capabilities import Kinded

MENU = "/cgi-bin/menu/create"
PERSONAL_MENU = "/cgi-bin/menu/addconditional"
CUSTOMER_MESSAGE = "/cgi-bin/message/custom/send"
PREVIEW = "/cgi-bin/message/mass/preview"
TAGS = "/cgi-bin/tags/get"
CLEARS_A_MONTH = 10
"""How often a month an account may set its calls of the day back to none."""


@dataclass(frozen=True, slots=True)
class Api:
    """`a_day`: calls an account has a day, `trial` those of a test account; None where the platform names no figure.

    What is not `essential` refuses itself when none is left, so that what people wait for can be tried to the end.
    """

    path: str
    title: str
    a_day: int | None = None
    trial: int | None = None
    essential: bool = False


_ALL = (
    Api(CUSTOMER_MESSAGE, "客服消息", 500_000, 50_000, essential=True),
    Api(MENU, "发布自定义菜单", 1000, 100, essential=True),
    Api(PERSONAL_MENU, "发布个性化菜单", 2000, essential=True),
    Api("/cgi-bin/menu/delconditional", "下线个性化菜单", 2000, essential=True),
    Api("/cgi-bin/menu/delete", "删除自定义菜单", 1000, 100, essential=True),
    Api("/cgi-bin/menu/get", "读取自定义菜单", 10_000, 1000),
    Api("/cgi-bin/get_current_selfmenu_info", "读取平台上的菜单"),
    Api("/cgi-bin/get_current_autoreply_info", "读取平台上的自动回复"),
    Api("/cgi-bin/message/mass/sendall", "群发", 100, essential=True),
    Api("/cgi-bin/message/mass/send", "按名单群发", 100, essential=True),
    Api(PREVIEW, "群发预览", 100),
    Api("/cgi-bin/draft/add", "建立草稿", essential=True),
    Api("/cgi-bin/freepublish/submit", "发布文章", 100, essential=True),
    Api("/cgi-bin/freepublish/get", "查询发布结果", 100),
    Api("/cgi-bin/media/upload", "上传临时素材", essential=True),
    Api("/cgi-bin/media/get", "下载临时素材"),
    Api("/cgi-bin/media/uploadimg", "上传正文图片", essential=True),
    Api("/cgi-bin/material/add_material", "上传永久素材", essential=True),
    Api("/cgi-bin/material/batchget_material", "读取素材列表"),
    Api("/cgi-bin/qrcode/create", "生成带参数的二维码", 100_000, 10_000, essential=True),
    Api(TAGS, "读取标签"),
    Api("/cgi-bin/user/tag/get", "读取标签下的粉丝"),
    Api("/cgi-bin/tags/create", "新建标签", essential=True),
    Api("/cgi-bin/tags/update", "修改标签", essential=True),
    Api("/cgi-bin/tags/delete", "删除标签", essential=True),
    Api("/cgi-bin/tags/members/batchtagging", "给粉丝打标签", essential=True),
    Api("/cgi-bin/tags/members/batchuntagging", "取消粉丝标签", essential=True),
    Api("/cgi-bin/tags/members/batchblacklist", "拉黑粉丝", essential=True),
    Api("/cgi-bin/tags/members/batchunblacklist", "取消拉黑", essential=True),
    Api("/cgi-bin/user/get", "读取粉丝名单", 500, 100),
    Api("/cgi-bin/user/info", "读取粉丝资料", 5_000_000, 500_000),
    Api("/cgi-bin/user/info/updateremark", "修改粉丝备注", 10_000, essential=True),
    Api("/cgi-bin/stable_token", "获取调用凭据", 500_000, essential=True),
    Api("/cgi-bin/openapi/quota/get", "查询额度", essential=True),
    Api("/cgi-bin/clear_quota", "调用次数清零", essential=True),
    Api("/cgi-bin/callback/check", "网络检测", essential=True),
)
APIS = {api.path: api for api in _ALL}
_FIGURES = "/datacube/"


def api_of(path: str) -> Api:
    """One endpoint; one that nobody wrote down is essential, so that nothing is held back by mistake."""
    if path.startswith(_FIGURES):
        return Api(path, "读取统计数据")
    return APIS.get(path) or Api(path, path, essential=True)


def limit_of(api: Api, account: Kinded) -> int | None:
    """Calls a day that the platform's documents give this account."""
    return api.trial if account.kind == "test" else api.a_day
