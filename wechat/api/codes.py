"""What the platform's error codes mean: the kind, whether trying again can help, and what a person should do.

Data only; `wechat.errors` turns a row into an exception. Sources: WeChat doc pages 全局返回码 and the 错误码 section of each
endpoint. A code is in here when we can meet it; any other becomes `ErrorKind.UNKNOWN` with the platform's own words.
"""

from dataclasses import dataclass
from enum import StrEnum


class ErrorKind(StrEnum):
    """Who has to do something: the outbox, the token store, a person in the console, or the follower."""

    BUSY = "busy"  # nobody: try again later
    TOKEN = "token"  # noqa: S105  # the token store: take the newer one, or refresh once
    CONFIGURATION = "configuration"  # an administrator, in the platform's console
    PERMISSION = "permission"  # the account lacks the right: hide or degrade the feature
    QUOTA = "quota"  # wait; show the ledger
    UNREACHABLE = "unreachable"  # this follower can't be reached now
    ALREADY_DONE = "already_done"  # nobody: it was a repeat of something that worked
    OAUTH = "oauth"  # the visitor: sign in again
    CONTENT = "content"  # the author: a field is wrong
    UNKNOWN = "unknown"


_PASSES = frozenset({ErrorKind.BUSY, ErrorKind.TOKEN, ErrorKind.QUOTA})


@dataclass(frozen=True, slots=True)
class Meaning:
    """One code. `permanent`: the same request will fail again; `wait_s`: seconds after which a retry makes sense."""

    kind: ErrorKind
    text: str
    remedy: str
    permanent: bool
    wait_s: int = 0


def _is(
    kind: ErrorKind, text: str, remedy: str, *, permanent: bool | None = None, wait_s: int = 0
) -> Meaning:
    return Meaning(kind, text, remedy, kind not in _PASSES if permanent is None else permanent, wait_s)


_BUSY, _TOKEN, _CONF, _PERM = ErrorKind.BUSY, ErrorKind.TOKEN, ErrorKind.CONFIGURATION, ErrorKind.PERMISSION
_QUOTA, _REACH, _DONE = ErrorKind.QUOTA, ErrorKind.UNREACHABLE, ErrorKind.ALREADY_DONE
_OAUTH, _CONTENT = ErrorKind.OAUTH, ErrorKind.CONTENT

KEYS_PAGE = "微信开发者平台 → 我的业务 → 公众号/服务号 → 基础信息 → 开发密钥"
CALLBACK_PAGE = "微信开发者平台 → 我的业务 → 公众号/服务号 → 基础信息 → 域名与消息推送配置"
"""Where the platform keeps what was under 设置与开发 → 基本配置 before."""
_KEYS = f"请在「{KEYS_PAGE}」"
_AGAIN = "系统会自动重试；如持续出现，请稍后再操作"
_SIGN_IN = "请关闭页面，从公众号重新进入"
_OURS = "这是程序的请求格式问题，请把错误码和时间告诉技术人员"
_DAY_S = 86400

TOKEN_CODES = frozenset({40001, 40014, 42001})
"""The access token was refused: worth one retry with another one."""

# fmt: off  # a row a line
MEANINGS: dict[int, Meaning] = {
    # busy
    -1: _is(_BUSY, "微信系统繁忙", _AGAIN, wait_s=5),
    50000: _is(_BUSY, "微信系统繁忙", _AGAIN, wait_s=5),
    61450: _is(_BUSY, "微信客服系统出错", _AGAIN, wait_s=5),
    61503: _is(_BUSY, "微信的统计数据还没有准备好", "请在每天 8 点以后再取前一天的数据", wait_s=3600),
    # token
    40001: _is(
        _TOKEN,
        "access_token 无效或已被替换",
        f"{_KEYS}核对 AppID 与 AppSecret，并确认没有别的系统在刷新同一账号的 token",
    ),
    40014: _is(
        _TOKEN,
        "access_token 不合法",
        f"{_KEYS}核对 AppID 与 AppSecret，并确认没有别的系统在刷新同一账号的 token",
    ),
    42001: _is(_TOKEN, "access_token 已过期", "系统会自动换新；如持续出现，请检查服务器时间是否准确"),
    # configuration
    40002: _is(_CONF, "凭证类型不合法", _OURS),
    40013: _is(_CONF, "AppID 不正确", f"{_KEYS}复制开发者 ID，重新填写到账号设置（注意大小写和空格）"),
    40125: _is(_CONF, "AppSecret 不正确", f"{_KEYS}重置 AppSecret，并更新到账号设置"),
    40164: _is(
        _CONF,
        "服务器的出口 IP {ip} 不在公众号后台的 IP 白名单里",
        f"{_KEYS}的 API IP 白名单里添加，几分钟后再试",
    ),
    40201: _is(_CONF, "公众号后台没有填写服务器地址(URL)", f"请在「{CALLBACK_PAGE}」填写后再检测"),
    40243: _is(_CONF, "AppSecret 已被冻结", f"{_KEYS}解冻或重置 AppSecret，并更新到账号设置"),
    41001: _is(_CONF, "请求里缺少 access_token", "请在账号设置里核对 AppID 与 AppSecret 是否已填写"),
    41002: _is(_CONF, "请求里缺少 AppID", "请在账号设置里填写 AppID"),
    41004: _is(_CONF, "请求里缺少 AppSecret", "请在账号设置里填写 AppSecret"),
    40202: _is(_CONF, "网络检测的动作参数不正确", "动作只能是 dns、ping 或 all"),
    40203: _is(_CONF, "网络检测的运营商参数不正确", "运营商只能是 CHINANET、UNICOM、CAP 或 DEFAULT"),
    43001: _is(_CONF, "接口要求使用 GET 请求", _OURS),
    43002: _is(_CONF, "接口要求使用 POST 请求", _OURS),
    43003: _is(_CONF, "接口要求使用 HTTPS", "请检查微信接口地址的设置，应以 https:// 开头"),
    49003: _is(_CONF, "openid 与当前公众号不匹配", "请检查是否用了别的公众号的粉丝或 AppID"),
    89501: _is(
        _CONF, "服务器 IP {ip} 的调用正在等待管理员确认", "请管理员在微信上确认「公众号安全助手」的提醒后再试"
    ),
    89503: _is(
        _CONF, "服务器 IP {ip} 的调用需要管理员确认", "请管理员在微信上确认「公众号安全助手」的提醒后再试"
    ),
    89506: _is(_CONF, "24 小时内管理员拒绝了 IP {ip} 的调用两次", "请联系管理员，24 小时后再试"),
    89507: _is(_CONF, "1 小时内管理员拒绝了 IP {ip} 的调用", "请联系管理员，1 小时后再试"),
    # permission
    48001: _is(
        _PERM,
        "公众号没有这个接口的权限",
        "请登录微信公众平台 → 设置与开发 → 接口权限 查看；未认证账号需先完成微信认证",
    ),
    48003: _is(_PERM, "还没有同意群发协议", "请登录微信公众平台，在群发功能里同意协议后再试"),
    48004: _is(_PERM, "这个接口已被微信封禁", "请登录微信公众平台 → 通知中心 查看封禁原因和解封时间"),
    48005: _is(_PERM, "该素材正被自动回复或自定义菜单使用，不能删除", "请先在公众号后台解除引用，再删除素材"),
    48008: _is(_PERM, "公众号没有群发这类消息的权限", "请改用图文消息，或完成微信认证后再试"),
    50001: _is(_PERM, "接口没有授权", "请登录微信公众平台 → 设置与开发 → 接口权限 查看"),
    50002: _is(_PERM, "账号功能受限，可能被冻结或注销", "请登录微信公众平台 → 通知中心 查看原因并申诉"),
    53500: _is(_PERM, "发布功能已被封禁", "请登录微信公众平台 → 通知中心 查看原因"),
    61003: _is(_PERM, "公众号没有授权给第三方平台", "请管理员重新扫码授权"),
    61004: _is(
        _PERM, "调用来源没有登记，或账号没有该接口的权限", "请核对第三方平台的 IP 白名单和公众号的接口权限"
    ),
    61005: _is(_PERM, "第三方平台的凭证已过期", "请管理员重新扫码授权"),
    61007: _is(_PERM, "公众号没有把这个接口授权给第三方平台", "请管理员重新扫码授权，并勾选对应的权限集"),
    65306: _is(_PERM, "这类账号不支持个性化菜单", "请改用默认菜单，或完成微信认证后再试"),
    65309: _is(_PERM, "公众号没有打开个性化菜单功能", "请在微信公众平台打开后再试"),
    65400: _is(_PERM, "公众号没有启用新版客服功能", "请登录微信公众平台 → 客服功能 启用后再试"),
    88000: _is(_PERM, "公众号没有留言权限", "请关闭文章的留言选项后再试"),
    # quota
    45009: _is(
        _QUOTA, "该接口今天的调用次数已用完", "请明天再试；每月可清零 10 次，见账号的额度页面", wait_s=_DAY_S
    ),
    45011: _is(_QUOTA, "接口调用太频繁", "请等一分钟再试", wait_s=60),
    45028: _is(_QUOTA, "群发次数已用完", "请等额度恢复后再发，剩余次数见账号的额度页面", wait_s=_DAY_S),
    # Waiting does not help: only a new message of the follower opens the window again.
    45047: _is(
        _QUOTA, "给这位粉丝的客服消息条数已达上限", "请等粉丝再次发来消息或点击菜单后再发", permanent=True
    ),
    45066: _is(_QUOTA, "同一个 clientmsgid 的请求间隔太短", "请等一分钟再试", wait_s=60),
    48006: _is(_QUOTA, "本月的清零次数（10 次）已用完", "请等下月，或等当天额度自动恢复", permanent=True),
    53501: _is(_QUOTA, "发布太频繁", "请等几分钟再发布", wait_s=300),
    45010: _is(_QUOTA, "自定义菜单的创建次数已达上限", "请明天再试", wait_s=_DAY_S),
    45018: _is(_QUOTA, "分组数量已达上限", "请先删除不用的分组", permanent=True),
    45056: _is(_QUOTA, "标签数量已达上限（100 个）", "请先删除不用的标签", permanent=True),
    45059: _is(_QUOTA, "这位粉丝身上的标签已达上限（20 个）", "请先取消一些标签", permanent=True),
    61456: _is(_QUOTA, "客服账号数量已达上限", "请先删除不用的客服账号", permanent=True),
    65305: _is(_QUOTA, "个性化菜单数量已达上限", "请先删除不用的个性化菜单", permanent=True),
    65405: _is(_QUOTA, "客服绑定邀请已达上限", "请先处理未接受的邀请", permanent=True),
    # the follower, the window
    40003: _is(_REACH, "openid 不正确，或不是本公众号的粉丝", "请确认对方已关注本公众号"),
    43004: _is(_REACH, "对方没有关注公众号", "请等对方关注后再发"),
    43005: _is(_REACH, "对方与公众号没有好友关系", "请等对方关注后再发"),
    43019: _is(_REACH, "对方在公众号的黑名单里", "如需发送，请先在微信公众平台把对方移出黑名单"),
    43101: _is(_REACH, "对方没有订阅或已拒收这类通知", "请引导对方重新订阅后再发"),
    45015: _is(
        _REACH,
        "距粉丝上次互动已超过 48 小时，客服消息发不出去",
        "请等粉丝再次发来消息或点击菜单，或改用订阅通知",
    ),
    46004: _is(_REACH, "没有这个用户", "请确认对方已关注本公众号"),
    48002: _is(_REACH, "对方在公众号资料页关闭了接收消息", "只能等对方自己打开"),
    50005: _is(_REACH, "对方已取消关注", "请等对方重新关注后再发"),
    45080: _is(_REACH, "粉丝 30 秒内没有发来消息，不能显示输入状态", "请等粉丝发来消息后再试"),
    # already done
    45081: _is(_DONE, "对方已经看到输入状态", "不需要再发"),
    45065: _is(_DONE, "相同的群发已经受理过", "不需要再发，以第一次的结果为准"),
    # web sign-in
    40029: _is(_OAUTH, "登录凭证无效", _SIGN_IN),
    40030: _is(_OAUTH, "登录续期凭证无效", _SIGN_IN),
    40163: _is(_OAUTH, "登录凭证已被使用过", _SIGN_IN),
    41003: _is(_OAUTH, "缺少登录续期凭证", _SIGN_IN),
    41008: _is(_OAUTH, "缺少登录凭证", _SIGN_IN),
    42002: _is(_OAUTH, "登录续期凭证已过期", _SIGN_IN),
    42003: _is(_OAUTH, "登录凭证已过期", _SIGN_IN),
    42007: _is(_OAUTH, "用户修改了微信密码，登录已失效", _SIGN_IN),
    10003: _is(_OAUTH, "登录回调域名与后台设置不一致", "请登录微信公众平台 → 功能设置 → 网页授权域名 核对"),
    # content: media
    40004: _is(_CONTENT, "素材类型不对", "类型只能是 image、voice、video 或 thumb"),
    40005: _is(_CONTENT, "文件类型不对", "图片用 jpg/png，语音用 mp3/amr，视频用 mp4"),
    40006: _is(_CONTENT, "文件大小不合要求", "图片和视频不超过 10MB，语音 2MB，缩略图 64KB"),
    40007: _is(_CONTENT, "素材 media_id 无效或已过期", "请重新上传素材（临时素材只保存 3 天）"),
    40008: _is(_CONTENT, "消息类型不对", "请更换消息类型"),
    40009: _is(_CONTENT, "图片大小不合要求", "图片不超过 10MB，正文图片不超过 1MB"),
    40010: _is(_CONTENT, "语音大小不合要求", "语音不超过 2MB、60 秒"),
    40011: _is(_CONTENT, "视频大小不合要求", "视频不超过 10MB"),
    40012: _is(_CONTENT, "缩略图大小不合要求", "缩略图不超过 64KB，用 jpg"),
    40118: _is(_CONTENT, "media_id 长度不对", "请重新选择素材"),
    40121: _is(_CONTENT, "media_id 的类型不对", "请选择与消息类型一致的素材"),
    40137: _is(_CONTENT, "图片格式不支持", "请改用 jpg 或 png"),
    41005: _is(_CONTENT, "没有收到文件内容", "请重新选择文件上传"),
    41006: _is(_CONTENT, "缺少 media_id", "请先选择素材"),
    44001: _is(_CONTENT, "上传的文件是空的", "请重新选择文件上传"),
    45001: _is(_CONTENT, "文件太大", "图片和视频不超过 10MB，语音 2MB，缩略图 64KB"),
    45007: _is(_CONTENT, "语音太长", "语音不超过 60 秒"),
    46001: _is(_CONTENT, "素材不存在", "请重新上传素材"),
    53402: _is(_CONTENT, "封面裁剪失败", "请检查封面裁剪坐标，或更换封面"),
    # content: articles and texts
    40033: _is(_CONTENT, "文字里有不允许的转义字符", _OURS),
    40155: _is(_CONTENT, "正文里有其他公众号的主页链接", "请删除这些链接"),
    40227: _is(_CONTENT, "标题是空的", "请填写标题"),
    44002: _is(_CONTENT, "请求内容是空的", _OURS),
    44003: _is(_CONTENT, "图文内容是空的", "请填写正文"),
    44004: _is(_CONTENT, "消息文字是空的", "请填写文字内容"),
    45002: _is(_CONTENT, "内容太长", "请缩短内容：消息文字不超过 2048 字节，正文少于 2 万字"),
    45003: _is(_CONTENT, "标题太长", "标题不超过 32 个字"),
    45004: _is(_CONTENT, "摘要太长", "摘要不超过 128 个字"),
    45005: _is(_CONTENT, "链接太长", "请使用更短的链接"),
    45006: _is(_CONTENT, "图片链接太长", "请使用更短的图片链接"),
    45008: _is(_CONTENT, "图文条数超过限制", "一次最多 8 篇图文，客服消息只能 1 篇"),
    45067: _is(_CONTENT, "clientmsgid 太长", "clientmsgid 不超过 64 字节"),
    45110: _is(_CONTENT, "作者名太长", "作者不超过 16 个字"),
    45166: _is(_CONTENT, "内容没有通过微信的检查", "请检查正文中的链接、图片和敏感词"),
    53502: _is(_CONTENT, "草稿无效", "请重新保存草稿后再发布"),
    53503: _is(_CONTENT, "草稿没有通过发布检查", "请检查草稿的标题、正文、封面后重新保存"),
    53504: _is(_CONTENT, "这篇草稿只能在公众平台官网发布", "请登录微信公众平台 → 草稿箱 手工发布"),
    53505: _is(_CONTENT, "草稿需要先在官网手工保存一次", "请登录微信公众平台 → 草稿箱 打开并保存后再发布"),
    53600: _is(_CONTENT, "article_id 无效", "请确认文章已发布且没有被删除"),
    87009: _is(_CONTENT, "内容签名校验没有通过", "请重新编辑并保存内容后再提交"),
    87014: _is(_CONTENT, "内容含有违法违规信息", "请修改内容后再提交"),
    40060: _is(_CONTENT, "要删除的文章序号不对", "请核对文章在图文中的位置"),
    88001: _is(_CONTENT, "找不到这篇文章", "请核对文章编号"),
    # content: addressees and parameters
    40031: _is(_CONTENT, "openid 列表不正确", "请核对接收人名单"),
    40032: _is(_CONTENT, "openid 列表的长度不对", "按名单群发时请选 2 到 10000 人"),
    40130: _is(_CONTENT, "接收人太少", "按名单群发时至少选 2 人"),
    40132: _is(_CONTENT, "微信号不正确", "请填写微信号，不是昵称或手机号"),
    40035: _is(_CONTENT, "参数不正确", _OURS),
    40038: _is(_CONTENT, "请求格式不正确", _OURS),
    40039: _is(_CONTENT, "链接长度不对", "请使用更短的链接"),
    40048: _is(_CONTENT, "链接无效", "请填写以 http:// 或 https:// 开头的完整链接"),
    40066: _is(_CONTENT, "链接无效", "请填写以 http:// 或 https:// 开头的完整链接"),
    40097: _is(_CONTENT, "参数不正确", _OURS),
    41007: _is(_CONTENT, "缺少子菜单数据", "请补全子菜单"),
    41009: _is(_CONTENT, "缺少 openid", _OURS),
    45072: _is(_CONTENT, "输入状态的指令不对", _OURS),
    45083: _is(_CONTENT, "群发速度的档位不对", "档位只能是 0 到 4"),
    45084: _is(_CONTENT, "没有设置群发速度", "请选择 0 到 4 的档位"),
    47001: _is(_CONTENT, "请求内容不是正确的 JSON", _OURS),
    61500: _is(_CONTENT, "日期格式不正确", "日期请用 2026-01-31 的写法"),
    61501: _is(_CONTENT, "日期范围不正确", "请缩短日期范围，且截止到昨天"),
    76003: _is(_CONTENT, "rid 不正确", "请核对错误信息里的 rid"),
    76011: _is(_CONTENT, "接口路径不正确", "请填写以 /cgi-bin/ 等开头的接口路径"),
    # content: notices
    40036: _is(_CONTENT, "模板编号长度不对", "请核对模板编号"),
    40037: _is(_CONTENT, "模板编号无效", "请登录微信公众平台核对模板是否已被删除"),
    41030: _is(_CONTENT, "通知的跳转页面不正确", "请核对跳转链接"),
    47003: _is(_CONTENT, "通知的字段内容不符合模板要求", "请核对各字段的格式和长度"),
    200011: _is(_PERM, "账号被封禁，不能使用订阅通知", "请登录微信公众平台 → 通知中心 查看原因"),
    200012: _is(_QUOTA, "订阅通知模板数量已达上限", "请先删除不用的模板", permanent=True),
    200014: _is(_CONTENT, "模板标题编号不正确", "请重新选择模板"),
    200020: _is(_CONTENT, "模板关键词不正确", "请重新选择关键词"),
    # content: menus and tags
    40015: _is(_CONTENT, "菜单类型不对", "请核对菜单类型"),
    40016: _is(_CONTENT, "一级菜单数量不对", "一级菜单 1 到 3 个"),
    40017: _is(_CONTENT, "菜单按钮类型不对", "请核对菜单按钮的类型"),
    40018: _is(_CONTENT, "一级菜单名称太长", "名称不超过 16 字节（约 5 个汉字）"),
    40019: _is(_CONTENT, "菜单 KEY 太长", "KEY 不超过 128 字节"),
    40020: _is(_CONTENT, "菜单链接太长", "链接不超过 1024 字节"),
    40022: _is(_CONTENT, "子菜单的级数不对", "菜单最多两级"),
    40023: _is(_CONTENT, "子菜单数量不对", "每个一级菜单下最多 5 个子菜单"),
    40024: _is(_CONTENT, "子菜单类型不对", "请核对子菜单的类型"),
    40025: _is(_CONTENT, "子菜单名称太长", "名称不超过 60 字节（约 20 个汉字）"),
    40026: _is(_CONTENT, "子菜单 KEY 太长", "KEY 不超过 128 字节"),
    40027: _is(_CONTENT, "子菜单链接太长", "链接不超过 1024 字节"),
    40054: _is(_CONTENT, "菜单链接不正确", "请填写以 http:// 或 https:// 开头的完整链接"),
    40055: _is(_CONTENT, "菜单链接不正确", "请填写以 http:// 或 https:// 开头的完整链接"),
    40119: _is(_CONTENT, "菜单按钮类型不对", "请核对菜单按钮的类型"),
    40120: _is(_CONTENT, "子菜单按钮类型不对", "请核对子菜单按钮的类型"),
    46002: _is(_CONTENT, "菜单版本不存在", "请重新发布菜单"),
    46003: _is(_CONTENT, "公众号还没有自定义菜单", "请先发布菜单"),
    45064: _is(_CONTENT, "菜单里的小程序没有与公众号关联", "请先在微信公众平台关联小程序"),
    65301: _is(_CONTENT, "没有这个个性化菜单", "请刷新后再试"),
    65303: _is(_CONTENT, "还没有默认菜单", "请先发布默认菜单，再发布个性化菜单"),
    65304: _is(_CONTENT, "个性化菜单的匹配条件是空的", "请至少选择一个标签"),
    65317: _is(_CONTENT, "菜单里有不允许的链接", "请核对菜单里的链接"),
    65320: _is(_CONTENT, "个性化菜单不再支持按性别、地区、语言匹配", "请改用标签匹配"),
    40050: _is(_CONTENT, "分组编号不正确", "请刷新后重新选择"),
    40051: _is(_CONTENT, "分组名称不正确", "请更换名称"),
    40117: _is(_CONTENT, "分组名称不正确", "请更换名称"),
    45057: _is(_CONTENT, "标签下粉丝超过 10 万，不能直接删除", "请先取消部分粉丝的标签"),
    45058: _is(_CONTENT, "系统保留的标签不能修改", "请选择其他标签"),
    45157: _is(_CONTENT, "标签名称已存在", "请更换名称"),
    45158: _is(_CONTENT, "标签名称太长", "名称不超过 30 字节"),
    45159: _is(_CONTENT, "标签不正确", "请刷新后重新选择"),
    # content: customer-service staff
    61451: _is(_CONTENT, "客服参数不正确", _OURS),
    61452: _is(_CONTENT, "客服账号不正确", "请核对客服账号，格式为 账号@公众号微信号"),
    61453: _is(_CONTENT, "客服账号已存在", "请更换账号名"),
    61454: _is(_CONTENT, "客服账号名太长", "账号名不超过 10 个字符"),
    61455: _is(_CONTENT, "客服账号名含有不允许的字符", "只能用字母和数字"),
    61457: _is(_CONTENT, "客服头像的文件类型不对", "头像请用 jpg"),
    65401: _is(_CONTENT, "客服账号无效", "请核对客服账号"),
    65404: _is(_CONTENT, "微信号不正确", "请填写要绑定的微信号"),
    65407: _is(_CONTENT, "该客服账号已绑定微信号", "请先解除绑定"),
    65408: _is(_CONTENT, "该微信号已绑定其他客服账号", "请更换微信号"),
    65409: _is(_CONTENT, "该客服账号已有待接受的邀请", "请等对方处理邀请"),
}
# fmt: on
