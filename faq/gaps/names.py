"""Finds the names of persons in plain Chinese by what stands around them. Called by `masking`.

Most surnames are parts of words too (高温, 方便, 由于). A surname therefore counts where a title follows (王经理), where
somebody is introduced (我叫李强), where a title leads (老板张伟), after 老 or 小, or before given names that hardly mean
anything else; and never inside a word of jieba's dictionary.
"""

import re
from collections.abc import Callable

from faq.words import load_tokenizer

PERSON = "某人"
_SOMEBODY = "某"

_DOUBLE = "欧阳|上官|司马|司徒|诸葛|皇甫|尉迟|夏侯|慕容|令狐|公孙|东方|端木|长孙|宇文|南宫"
_CLEAR = (
    "王李张刘陈杨赵吴徐孙朱胡郭罗梁宋郑谢韩唐冯邓曹彭萧肖蔡潘袁董余苏魏蒋杜沈姜崔谭廖贾邱侯邵孟秦薛阎闫尹雷郝龚邹汪陶樊殷翟"
    "倪岳卢姚吕丁叶范傅夏熊贺武耿聂覃韦欧虞柯褚喻柳毕骆阮佟窦庞晏詹桑冼莫鲍俞裴陆翁荀甄靳阚瞿栾葛穆兰辜鄢晁黄林许马"
)
_DOUBTFUL = (
    "周高何曾程石方任于田金江钱万史龙段汤黎易文洪白安戴严顾毛康赖钟牛尤华古温纪涂祝艾甘左宁关宫常齐乔章庄邢游"
)
"""Surnames that are everyday words as well: only where the context is sure of a name."""

_NOT_GIVEN = (
    "在是的我他她你您们有被说要于和跟与从今去来不没到上下做干打工厂公这那个就因想问请为岁年月日号了也都还把让给对向叫找欠扣发"
    "资薪签辞开骂赔付已会能可应该之将吗呢吧啊呀哦么什怎吃住出进后前里外现又再只每当如若但而且或及等时候多少几两此某"
)
_ANY = r"[^\W\dA-Za-z_某]"
_GIVEN = rf"[^\W\dA-Za-z_{_NOT_GIVEN}]"
_SURNAME = f"(?:{_DOUBLE}|[{_CLEAR}{_DOUBTFUL}])"
_CLEAR_SURNAME = f"(?:{_DOUBLE}|[{_CLEAR}])"

_TITLES = (
    "老板娘|老板|董事长|总经理|副经理|经理|总监|副总|主管|主任|师傅|师父|女士|先生|小姐|太太|厂长|组长|班长|队长|店长|站长|科长|课长|部长"
    "|处长|校长|院长|园长|所长|局长|领班|领导|工头|会计|老师|律师|法官|医生|大夫|护士|警官|书记|主席|同志|大哥|大姐|阿姨|大叔|叔叔"
    "|总(?!共|计|部|工会|体|数|额|结|得|算|公司|承包|包)|工(?=$|[说让叫要不也还签批找骂，。,!！])|哥(?!哥)|姐(?!姐|妹)"
)
_LEADING = (
    "老板娘|老板|董事长|经理|总监|主管|主任|厂长|组长|班长|队长|店长|站长|课长|领班|工头|师傅|工友|同事|老乡|朋友|老公|老婆|丈夫|妻子|儿子|爱人|[我他她]爸|[我他她]妈|[我他她]哥|[我他她]姐|[我他她]弟|[我他她]妹|徒弟"
    "|女儿|父亲|母亲|爸爸|妈妈|哥哥|姐姐|弟弟|妹妹|人事|法人|负责人"
)
_NAMES = "我叫|他叫|她叫|名叫|叫做|名字叫|名字是|名字|姓名|联系人"

_IN_NAMES = (
    "伟芳娜敏静丽强磊军勇艳杰娟涛超霞刚鹏燕玲婷飞斌辉莉萍雪倩琴凤琳英梅兰秀桂玉珍荣翠萱宇浩然轩涵博晨阳洋鑫凯旭佳琪怡欣雅梓"
    "波峰俊建志国庆明德福贵富顺根生林海龙虎祥华平春红云莲香菊花芬淑惠慧娥娇美素月秋冬夏雨雷亮光松柏仁义礼智信忠孝良才财宝"
    "元兴旺盛发达昌隆康健安宁立成功胜利文武彬振家辰晓小大永长新世学少卫东"
    "守栋廷炳培树启绍继耀焕坤鸿泽炎诚谦豪骏铭锋锦雄霖菲薇蓉蕾芸茹媛婧妮妍岚彤睿瑞瑶瑜璐璇珊珠琦琼艺邦钢钧锐凡宏川希帆广彪怀思恒恩"
    "敬昊昕晖晴晶景柱桥楠欢民汉泉泰洪清滨炜煜熙爱盈硕祖立童维育舒航若茂荷虹远铃银雁雯颖麟贞"
)
_ONLY_IN_NAMES = (
    "伟芳娜敏静丽强磊军勇艳杰娟涛超霞刚鹏燕玲婷斌莉萍倩琴琳英梅秀珍翠萱浩轩涵鑫凯旭琪怡梓峰俊芬淑慧娥娇彬辉洋"
)
_COUNTS = frozenset("一二两三四五六七八九十几这那每上下本第半")
"""Before 周 and 张 these count weeks and sheets."""

_FAMILIAR_FORMS = frozenset("老小")
_TOUCHES = frozenset("和跟与被找叫让给我你他她对向问")
"""What often stands right before a name, and begins words with it only by chance."""

_NAME_LIKE = re.compile(f"[{_IN_NAMES}]{{2}}|[{_ONLY_IN_NAMES}三四五]{_ANY}?")
_TITLED = re.compile(
    f"(?P<name>{_CLEAR_SURNAME}(?:{_ANY}{_GIVEN}?)?|[{_DOUBTFUL}]{_GIVEN}{{0,2}})(?P<after>{_TITLES})"
)
_SURNAMED = re.compile(f"(?P<before>(?<!百)姓)(?P<name>{_SURNAME})")
_FOLLOWED = tuple(
    re.compile(pattern)
    for pattern in (
        f"(?P<before>(?:{_NAMES})(?:[是为叫]|\\s?[:：])?\\s?)"
        f"(?P<name>{_SURNAME}{_ANY}{_GIVEN}?|{_GIVEN}{{2,5}}(?![^\\W\\d]))",
        f"(?P<before>[我他她]是|本人)(?P<name>{_CLEAR_SURNAME}{_ANY}{_GIVEN}?)",
        f"(?P<before>叫)(?P<name>{_SURNAME}{_ANY}{_GIVEN}?)",
        f"(?P<before>(?:{_LEADING})(?:名?叫|是|\\s?[:：])?\\s?)"
        f"(?P<name>{_CLEAR_SURNAME}{_GIVEN}{{1,2}}|[{_DOUBTFUL}](?:[{_IN_NAMES}]{{2}}|[{_ONLY_IN_NAMES}]))",
    )
)
"""What comes before a name, and the name."""

_FAMILIAR = re.compile(
    f"(?<!大)[老小](?P<name>[{_CLEAR}周何])(?![子牛打期末转报休])|[小阿][强伟珍芳玲辉杰霞丽斌娟婷敏]|阿[明华英勇军兰龙]"
)
_FULL = re.compile(
    f"(?P<name>{_CLEAR_SURNAME}(?:[{_IN_NAMES}]{{2}}|[{_ONLY_IN_NAMES}])|[周何高曾程方任田史段易文洪严顾康][{_IN_NAMES}][{_ONLY_IN_NAMES}]|张三|李四|王五)"
)
_DOTTED = re.compile(rf"{_ANY}{{2,4}}(?:[·•‧・]{_ANY}{{2,4}}){{1,2}}")


def mask_persons(text: str) -> str:
    """`text` with 某人 for names, and 某 for the name before a title."""
    text = _DOTTED.sub(PERSON, text)
    text = _replace(_TITLED, text, lambda found: _SOMEBODY + found["after"])
    text = _replace(_SURNAMED, text, lambda found: found["before"] + _SOMEBODY)
    for pattern in _FOLLOWED:
        text = _replace(pattern, text, lambda found: found["before"] + PERSON)
    for pattern in (_FAMILIAR, _FULL):
        text = _replace(pattern, text, lambda _found: PERSON)
    return text


def _replace(pattern: re.Pattern[str], text: str, name: Callable[[re.Match[str]], str]) -> str:
    """Like `sub`, for what is a name; what is not may still begin one at its next letter."""
    parts: list[str] = []
    done, at = 0, 0
    while found := pattern.search(text, at):
        if found["name"] and _is_word(text, *found.span("name")):
            at = found.start() + 1
        else:
            parts += (text[done : found.start()], name(found))
            done = at = found.end()
    return "".join((*parts, text[done:]))


def _is_word(text: str, start: int, end: int) -> bool:
    """Does the surname at `start` belong to an ordinary word (何时, 由于, 高血压), or count something (一周, 一张)?

    `end`: where the name would end; beyond it nothing is looked up.
    """
    if start and (text[start] in "周张" and text[start - 1] in _COUNTS):
        return True
    if text[start : start + 2] in _DOUBLE:
        return False
    known = load_tokenizer().FREQ
    before = text[max(0, start - 1) : start]
    touches = before in _FAMILIAR_FORMS or (text[start] in _CLEAR and before in _TOUCHES)
    if not touches and any(known.get(text[start - back : start + 1]) for back in (1, 2) if start >= back):
        return True
    longest = min(4 if text[start] in _DOUBTFUL else 2, end - start)
    words = (text[start : start + length] for length in range(2, longest + 1))
    return not _NAME_LIKE.fullmatch(text, start + 1, end) and any(known.get(word) for word in words)
