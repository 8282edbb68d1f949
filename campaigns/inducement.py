"""Wordings by which a campaign would make people share, follow or fetch others for a gain: what the platform bans accounts
for. Pure; called by the check before opening and for share cards.

Source: 微信公众平台运营规范, 微信外部链接内容管理规范 (诱导分享、诱导关注). Plain words that invite, or that say sharing is *no*
condition, are let through.
"""

import re
from collections.abc import Iterator

from core.text import normalise

_NOISE = re.compile(r"[\s·•*_~^|'\"“”‘’`-]+")
_TRADITIONAL = str.maketrans(
    "轉發關註注獎領獲贏圈讚贊點擊請邀與參隊紅邊碼掃禮號們個",
    "转发关注注奖领获赢圈赞赞点击请邀与参队红边码扫礼号们个",
)
_CLAUSE = r"[^。！？!?；;\n]"
_SHARE = r"(?:分享|转发|转给|转到|扩散|发到|发至|发送(?:给|到|至)|晒到|同步到)"
_OWN_STORY = (
    r"(?!(?:出|一下)?(?:您|你|自己|身边|他们|我)?(?:的|身边)?"
    r"[^，,。]{0,6}(?:故事|经历|瞬间|照片|作品|心得|经验|感受|感想|做法|体会|收获|观点|建议|事迹|风采|文章|课件|资料))"
)
_THEN = (
    r"(?:才能|才可|才有|方可|方能|即可|即能|即有|即得|即送|即享|就能|就可|就有|就送|便可|便能|可获|可得|可领|可抽|可以?再|可享|可参|"
    r"后可|后即|后才|后参|后抽|后领|后获|立得|立领|立享|立即获|必得|必中|必送|再送|赠送|送|赢|领|抽|奖励|得奖|获奖|增加|额外|多(?:一|1|得)|"
    r"解锁|翻倍|加倍|换取|兑换|免费)"
)
_FRIENDS = r"(?:好友|朋友|工友|同事|亲友|家人|新人|新用户|他人|别人|人)"
_NUMBER = r"[0-9一二两三四五六七八九十百千几多]+"

_FORCED = "胁迫分享"
_PATTERNS: tuple[tuple[str, str], ...] = (
    ("诱导分享", rf"{_SHARE}{_OWN_STORY}{_CLAUSE}{{0,16}}?{_THEN}"),
    (
        "诱导分享",
        rf"(?:分享|转发|发|晒)(?:给|到|至)?(?:微信)?(?:朋友圈|微信群|{_NUMBER}个?群){_CLAUSE}{{0,14}}?(?:截图|抽|领|得|赢|奖|机会|参加|参与)",
    ),
    (
        "诱导分享",
        rf"(?:凭|上传|出示|发来){_CLAUSE}{{0,6}}(?:分享|转发|朋友圈){_CLAUSE}{{0,4}}(?:截图|截屏|记录)",
    ),
    (
        "诱导分享",
        rf"(?:抽奖|领奖|领取|答题|投票|参加|参与|查看结果|兑奖){_CLAUSE}{{0,4}}(?:前|之前){_CLAUSE}{{0,6}}(?:请先|须先|需先|要先|先){_CLAUSE}{{0,4}}(?:分享|转发|关注)",
    ),
    (
        "诱导分享",
        rf"(?:想|要|若要|欲){_CLAUSE}{{0,8}}(?:奖|机会|结果|答案){_CLAUSE}{{0,6}}(?:请|就|先|须|需){_CLAUSE}{{0,3}}(?:分享|转发)",
    ),
    ("诱导分享", r"(?:分享|转发)(?:有礼|有奖|领奖|抽奖|得奖|送礼|有好礼|有惊喜|得红包|领红包)"),
    ("诱导分享", rf"(?:每|一旦)(?:分享|转发){_CLAUSE}{{0,10}}(?:次|个|人|得|加|增|获|奖)"),
    (_FORCED, r"不转(?:发)?(?:不是|就是|枉为|没良心|后悔)|是(?:中国人|工会人|职工)就转|转疯了"),
    (
        "诱导关注",
        rf"(?<!值得)关注(?!后续)(?:并)?(?:了|一下)?(?:本|我们|该|此|官方|我会)?(?:微信)?(?:的)?(?:公众号|公众帐号|公众账号|订阅号|服务号|微信号|公号|号|我们)?{_CLAUSE}{{0,3}}{_THEN}",
    ),
    (
        "诱导关注",
        rf"(?:未|不|没|没有)关注{_CLAUSE}{{0,8}}(?:不能|不可|无法|无效|不予|作废|没有资格|取消)",
    ),
    ("诱导关注", r"关注(?:有礼|有奖|领奖|抽奖|送礼|领红包|得红包|送红包|送话费)"),
    ("诱导关注", rf"取(?:消)?关(?:注)?{_CLAUSE}{{0,8}}(?:取消|失去|作废|收回|不予)"),
    (
        "诱导关注",
        rf"(?:关注|扫码关注|长按关注)(?:本|我们的?|官方)?(?:公众号|服务号|订阅号){_CLAUSE}{{0,8}}(?:领取|抽奖|领奖|兑奖|参与抽|答题)",
    ),
    ("集赞", rf"(?:集|攒|求|凑|收集)[齐满够]?{_CLAUSE}{{0,6}}个?(?:赞|点赞)(?!扬|歌|美)"),
    ("集赞", rf"点赞(?:数)?(?:满|达到?|超过|前){_CLAUSE}{{0,10}}(?:送|领|得|奖|抽|兑)"),
    (
        "邀请好友得利",
        rf"(?:邀请|邀|拉|带|推荐|介绍){_CLAUSE}{{0,4}}(?:{_NUMBER}(?:位|名|个)?)?{_FRIENDS}{_CLAUSE}{{0,14}}?(?:机会|奖|领|得|送|抽|加分|积分|红包|次数|翻倍|解锁)",
    ),
    ("邀请好友得利", rf"(?:拉新|裂变|拉人头|邀请码|推广码){_CLAUSE}{{0,10}}(?:奖|得|送|领|返|红包)"),
    ("好友助力", rf"(?:{_FRIENDS}){_CLAUSE}{{0,4}}(?:助力|砍价|帮点|帮砍|帮忙点|帮您点|帮你点|加油值|帮拆)"),
    (
        "好友助力",
        r"(?:助力|砍一刀|帮我砍|帮我点|帮拆红包|组队瓜分|拼手气瓜分)(?:成功|满|一下|领|得|送|可|红包)?(?=.{0,8}(?:奖|红包|机会|领|得|送|次|刀|点|分))",
    ),
)
_COMPILED = tuple((name, re.compile(pattern)) for name, pattern in _PATTERNS)
_DENIED_BEFORE = re.compile(
    r"(?:无需|无须|不需要?|不用|不必|不要求|不会要求|不以|不因|不得|不能以|禁止|严禁|请勿|勿|杜绝|抵制|反对|拒绝|不设|不靠|谨防|警惕|并不|从不|"
    r"没有)[^。！？；\n，,]{0,8}$"
)
_DENIED_INSIDE = re.compile(r"不(?:作为|影响|增加|会|是|需|计入|改变|得|送)|无关|自愿|不论|无论")
_EITHER = re.compile(r"(?:不论|无论|不管|是否)[^。！？；\n，,]{0,8}$")


def find_phrases(text: str) -> Iterator[tuple[str, str]]:
    """(what kind of inducement, the words), in the order of kinds; each kind once."""
    plain = _plain(text)
    told: set[str] = set()
    for name, pattern in _COMPILED:
        if name in told:
            continue
        for found in pattern.finditer(plain):
            if name == _FORCED or not _denied(plain, found):
                told.add(name)
                yield name, found.group()
                break


def _plain(text: str) -> str:
    """Full width, spaces between letters and traditional characters hide nothing."""
    lines = text.translate(_TRADITIONAL).splitlines()
    return "\n".join(_NOISE.sub("", normalise(line)) for line in lines)


def _denied(text: str, found: re.Match[str]) -> bool:
    before = text[max(0, found.start() - 16) : found.start()]
    if _DENIED_BEFORE.search(before) or _EITHER.search(before):
        return True
    after = text[found.end() : found.end() + 8]
    return bool(_DENIED_INSIDE.search(found.group())) or after.startswith(("不作为", "无关", "的行为"))
