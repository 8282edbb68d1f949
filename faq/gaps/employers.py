"""Finds the names of employers in plain Chinese: what stands before 公司, 集团, 厂, 店 or 物流. Called by `masking`.

A kind of employer (电子厂, 物业公司) names nobody and stays. So does what is made of everyday words (辞职厂里不批), unless a word
before it says that a name begins there (在阳光厂).
"""

import re

from faq.words import load_tokenizer

COMPANY, FACTORY, SHOP = "某公司", "某厂", "某店"
_LONGEST = 24

_LEGAL = "(?:集团)?(?:股份)?(?:有限)?(?:责任)?公司"
_END = re.compile(
    f"{_LEGAL}|集团(?:{_LEGAL})?|物流(?:{_LEGAL})?|(?:快递|速递){_LEGAL}"
    f"|工?厂(?:{_LEGAL})?(?![方长家子区房商牌址服车妹哥规庆])|(?:大?酒店|饭店|酒楼|餐厅|店)(?:{_LEGAL})?(?![长员家铺面主小庆规服])"
)
_RUN = re.compile(r"[^\W_（）()]*(?:[（(][^\W_]{1,8}[）)][^\W_]{0,12})?$")
_BEFORE_NAMES = "在|被|进了?|入职了?|应聘了?|就职于|任职于|离开|叫|名为|投诉|举报|起诉|控告"
_NEVER_INSIDE = (
    "是给替跟找告的了我你您他她们个这那哪某本该把让有没不说要问对但而且或及想能会就都也还又再已请帮干打过着"
)
_SELDOM_INSIDE = "去到从来于开关闭建搬迁换接撤封住回学整拆选送出为和与同家因向由上下做"
"""Verbs and such that are also parts of names (万家乐, 同和): they end a name only where nothing says where it begins."""

_CALLED = re.compile(
    r"(?P<before>(?:公司|单位|厂|店)(?:的?名[字称]?)?(?:是叫|叫做|叫|名为))"
    rf"(?P<name>[^\W_{_NEVER_INSIDE}{_SELDOM_INSIDE}]{{2,6}})(?=[^\w]|$)"
)
_AT = re.compile(
    rf"(?P<before>在|进了?|入职)(?P<name>[^\W_{_NEVER_INSIDE}]{{2,8}}?)"
    "(?P<kind>电子|科技|五金|塑胶|服饰|鞋业|实业|精密|食品|超市|商场|小区|医院|幼儿园|学校)(?=上班|工作|打工|做|当|干|里|住院|看病|[^\\w]|$)"
)
_SMALL_WORDS = frozenset("后时里期前以完满开月年天号回假间中人钱块条次元书")
_FOUNDED = frozenset(
    ["注册", "成立", "变更", "转让", "注销", "合伙", "所有", "什么", "如果", "属于", "属於", "经营"]
)
_RARE = 100
"""A word that jieba counted no more often may well be somebody's name."""

_BLANK = "\0"
_CUT = re.compile(f"(?P<sure>{_BEFORE_NAMES})|[一另外同上下]家|[去今明前]年|[年月]底|[{_NEVER_INSIDE}]")
_SOFT_CUT = re.compile(f"[{_SELDOM_INSIDE}]")
_WHICH = re.compile("[大小老新前原分总子母全各外本国民公私甲乙两几多数一二三四五六七八九十第]")
_TRADES = re.compile(
    "有限|股份|责任|集团|控股|中小|大型|小型|微型|上市|国有|国营|民营|私营|私人|个体|合资|外资|独资|台资|港资"
    "|日资|韩资|德资|美资|央企|国企|外企|企业|事业|单位|公司|工厂|电子|五金|塑胶|塑料|注塑|模具|机械|机电|电器|电机|家电|电池|电缆|光电|灯饰|照明|制衣|服装|服饰|内衣"
    "|纺织|针织|印染|印刷|包装|纸箱|纸品|造纸|鞋材|皮革|皮具|箱包|玩具|家具|家私|木业|木材|木器|玻璃|陶瓷|水泥|砖瓦|石材|钢铁|钢材|钢结构|铸造|电镀|喷涂|焊接|化工|化学|化肥"
    "|农药|橡胶|轮胎|油漆|涂料|制药|医药|食品|饮料|饲料|屠宰|肉类|面粉|粮油|糖果|烟草|造船|汽车|汽配|汽修|配件|零件|零部件|加工|代工|组装|制造|生产|修理|维修|拆解|回收"
    "|劳务|派遣|人力|资源|外包|中介|职介|家政|保洁|清洁|环卫|环保|绿化|园林|物业|管理|保安|安保|安防|物流|快递|速递|快运|货运|运输|搬家|搬运|仓储|速运|配送|外卖|骑手"
    "|网约车|出租车|出租|客运|公交|航空|铁路|地铁|建筑|建设|建材|工程|装饰|装修|装潢|市政|路桥|房产|房地产|地产|置业|开发|投资|金融|保险|银行|证券|担保|小贷|贷款|信贷|催收"
    "|科技|技术|信息|网络|软件|互联网|电商|电子商务|商务|直播|传媒|广告|文化|影视|设计|咨询|教育|培训|旅游|旅行|餐饮|饮食|酒店|商贸|贸易|进出口|实业|发展|服务|电力|电网|燃气"
    "|自来水|水务|石油|煤矿|矿业|矿山|养殖|种植|农业|林业|渔业|医疗|健康|养老|美容|美发|美业|健身|养生|按摩|足浴|洗浴|通信|电信|运营|总包|发包|承包|分包|用工|用人|派出|接收|关联"
    "|奶茶|咖啡|火锅|烧烤|小吃|快餐|早餐|饭|面|米粉|面包|蛋糕|水果|蔬菜|便利|超市|母婴|药|书|网|鞋|布|酒|茶|花|手机|眼镜|理发|发廊|洗车|洗衣|宠物|零售|连锁|专卖|旗舰|加盟|直营"
    "|实体|门|商|夜|烟酒|服务|五星|四星|三星|钢|铁|铜|铝|糖|纸|砖|瓦|药|油|奶|米|酱|醋|染|漂|洗|兵工|军工|热电|发电|火电|污水|处理|垃圾|焚烧|月嫂|石料|石英|石棉|肉联|短视频|文印|海鲜|棉纺|日料|珠宝|首饰|玉石|玉器|罐头|手套|耐火|材料|足疗|美甲|农机|地服|冷链|砂石|烘焙|电焊|婚庆|纹身|货代"
    "|福利|幼教|后勤|缫丝|乳品|票务|媒体|家纺|半导体|饰品|毛绒|毛巾|新能源|冷冻|日化|羽绒|水产|雨伞|型材|幕墙|电瓶车|电动车|灯具|制氧|腌菜|化妆品|修车"
    "|正规|挂靠|家居|家具|卫浴|洁具|光伏|锂电|芯片|线束|弹簧|螺丝|轴承|阀门|窑|蜂窝|竹木|竹制品|豆制品|肉制品|茶叶|粮食|棉花|地毯|窗帘|拉链|纽扣|箱子|雨具|渔具|自行车"
)
_PLACES = re.compile(
    "北京|上海|天津|重庆|河北|山西|辽宁|吉林|黑龙江|江苏|浙江|安徽|福建|江西|山东|河南|湖北|湖南|广东|海南|四川|贵州|云南|陕西|甘肃|青海|台湾|内蒙古?|广西|西藏|宁夏|新疆"
    "|香港|澳门|中国|全国|深圳|广州|东莞|佛山|中山|珠海|惠州|苏州|昆山|无锡|常州|南京|杭州|宁波|温州|义乌|厦门|泉州|福州|青岛|济南|郑州|武汉|长沙|成都|西安|合肥|[^\\W\\d]{2,3}[省市区县镇]|街道|当地|本地|外地"
    "|附近|隔壁|老家|镇上|村[里上]|县[里城]|城郊|郊区|[0-9]{1,3}|(?<![A-Za-z])[A-Za-z]{1,2}(?![A-Za-z])"
)


def mask_employers(text: str) -> str:
    """`text` with 某公司, 某厂 or 某店 for employers that are named."""
    parts: list[str] = []
    done = floor = 0
    text = _AT.sub(_somewhere, _CALLED.sub(_named_so, text))
    for found in _END.finditer(text):
        start = _name_at(text, floor, found)
        floor = found.end()
        if start is not None:
            parts += (text[done:start], _instead(found[0]))
            done = floor
    return "".join((*parts, text[done:]))


def _somewhere(found: re.Match[str]) -> str:
    name = _WHICH.sub("", _TRADES.sub("", _PLACES.sub("", found["name"])))
    return found[0] if len(name) < 2 or _is_speech(name) else f"{found['before']}某{found['kind']}"


def _named_so(found: re.Match[str]) -> str:
    return found[0] if _is_speech(found["name"]) else found["before"] + COMPANY


def _instead(end: str) -> str:
    if end.endswith("公司"):
        return COMPANY
    return FACTORY if end[-1] == "厂" else SHOP if end[-1] in "店楼厅" else COMPANY


def _name_at(text: str, floor: int, end: re.Match[str]) -> int | None:
    """Where the name before `end` begins, not before `floor`; None where there is none."""
    run = _RUN.search(text, max(floor, end.start() - _LONGEST), end.start())
    start = run.start() if run else end.start()
    # Blanked, words of trade (开发, 建筑) do not look like the verbs (开, 建) that part a name from what is before it.
    blank = _TRADES.sub(lambda found: _BLANK * len(found[0]), text[start : end.start()])
    after, sure = 0, False
    for cut in _CUT.finditer(blank):
        after, sure = cut.end(), cut["sure"] is not None
    if not sure:
        for cut in _SOFT_CUT.finditer(blank, after):
            after = cut.end()
    rest = _PLACES.sub("", blank[after:])
    name = rest.replace(_BLANK, "")
    if len(_WHICH.sub("", name)) < 2 or not _is_named(name, end, sure=sure, trade=rest.endswith(_BLANK)):
        return None
    return start + after


def _is_named(name: str, end: re.Match[str], *, sure: bool, trade: bool) -> bool:
    """Is `name` one? `sure`: a word before it says so; `trade`: the word between it and `end` is one of trade."""
    if any(word in end[0] for word in ("有限", "责任", "股份", "集团")):
        return name not in _FOUNDED
    if end[0] == "公司" or end.string.startswith("里", end.end()):
        return (sure or trade) and not _is_speech(name)
    return sure or not _is_speech(name)


def _is_speech(name: str) -> bool:
    """Is it made of everyday words only?"""
    tokenizer = load_tokenizer()
    words = tokenizer.cut(name, HMM=False)
    return all(
        tokenizer.FREQ.get(word, 0) > _RARE if len(word) > 1 else word in _SMALL_WORDS for word in words
    )
