"""Figures that provinces set (heat allowance, minimum wage): read from `content/figures/*.csv`, and which province a text
names. Calculators ask `find`; what is not there is asked of the person, never guessed."""

import csv
import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from functools import cache
from pathlib import Path

from core.errors import ConfigError
from core.settings import ROOT

FIGURES = ROOT / "content" / "figures"

COLUMNS = (
    "kind",
    "region",
    "city",
    "amount",
    "unit",
    "valid_from",
    "valid_until",
    "source",
    "checked_on",
    "note",
)

UNITS = {
    "heat_outdoor": ("元/月", "元/天"),
    "heat_indoor": ("元/月", "元/天"),
    "heat_from": ("月",),
    "heat_until": ("月",),
    "min_wage": ("元/月",),
    "min_wage_low": ("元/月",),
}
"""The kinds of figures, and the units each may have. `heat_from` and `heat_until` are the first and the last month."""

UNCHECKED = "需核对"
"""Stands in a row's note while nobody has compared the row with the document itself."""

_PLACES = {
    "北京": "",
    "天津": "滨海新区",
    "河北": "石家庄 唐山 秦皇岛 邯郸 邢台 保定 张家口 承德 沧州 廊坊 衡水 雄安",
    "山西": "太原 阳泉 长治 晋城 朔州 晋中 运城 忻州 临汾 吕梁",
    "内蒙古": "内蒙 呼和浩特 包头 乌海 赤峰 通辽 鄂尔多斯 呼伦贝尔 巴彦淖尔 乌兰察布",
    "辽宁": "沈阳 大连 鞍山 抚顺 本溪 丹东 锦州 营口 阜新 辽阳 盘锦 铁岭 葫芦岛",
    "吉林": "长春 辽源 通化 松原 白城 延边",
    "黑龙江": "哈尔滨 齐齐哈尔 鸡西 鹤岗 双鸭山 大庆 佳木斯 七台河 牡丹江 绥化",
    "上海": "浦东",
    "江苏": "南京 无锡 徐州 常州 苏州 南通 连云港 淮安 盐城 扬州 镇江 泰州 宿迁 昆山 江阴 张家港 常熟",
    "浙江": "杭州 宁波 温州 嘉兴 湖州 绍兴 金华 衢州 舟山 台州 丽水 义乌 慈溪 余姚",
    "安徽": "合肥 芜湖 蚌埠 淮南 马鞍山 淮北 铜陵 安庆 黄山 滁州 阜阳 宿州 六安 亳州 池州 宣城",
    "福建": "福州 厦门 莆田 泉州 漳州 南平 龙岩 宁德 晋江",
    "江西": "南昌 景德镇 萍乡 九江 新余 鹰潭 赣州 吉安 宜春 抚州 上饶",
    "山东": "济南 青岛 淄博 枣庄 东营 烟台 潍坊 济宁 泰安 威海 日照 临沂 德州 聊城 滨州 菏泽",
    "河南": "郑州 开封 洛阳 平顶山 安阳 鹤壁 新乡 焦作 濮阳 许昌 漯河 三门峡 南阳 商丘 信阳 周口 驻马店",
    "湖北": "武汉 黄石 十堰 宜昌 襄阳 鄂州 荆门 孝感 荆州 黄冈 咸宁 随州 恩施",
    "湖南": "长沙 株洲 湘潭 衡阳 邵阳 岳阳 常德 张家界 益阳 郴州 永州 怀化 娄底 湘西",
    "广东": "广州 深圳 珠海 汕头 佛山 韶关 湛江 肇庆 江门 茂名 惠州 梅州 汕尾 河源 阳江 清远 东莞 中山 潮州 揭阳 云浮",
    "广西": "南宁 柳州 桂林 梧州 北海 防城港 钦州 贵港 玉林 百色 贺州 河池 崇左",
    "海南": "海口 三亚 儋州 琼海",
    "重庆": "",
    "四川": "成都 自贡 攀枝花 泸州 德阳 绵阳 广元 遂宁 内江 乐山 南充 眉山 宜宾 广安 达州 雅安 巴中 资阳 凉山",
    "贵州": "贵阳 六盘水 遵义 安顺 毕节 铜仁 黔西南 黔东南 黔南",
    "云南": "昆明 曲靖 玉溪 昭通 丽江 普洱 临沧 楚雄 红河州 西双版纳",
    "西藏": "拉萨 日喀则 昌都 林芝",
    "陕西": "西安 铜川 宝鸡 咸阳 渭南 延安 汉中 榆林 安康 商洛",
    "甘肃": "兰州 嘉峪关 天水 武威 张掖 平凉 酒泉 庆阳 陇南",
    "青海": "西宁 海东市 海南州 海南藏族 海西州 格尔木",
    "宁夏": "银川 石嘴山 吴忠 固原",
    "新疆": "乌鲁木齐 克拉玛依 吐鲁番 哈密 阿克苏 喀什 昌吉 伊犁 库尔勒",
}

REGIONS = tuple(_PLACES)
"""The 31 provinces, autonomous regions and municipalities, by their short names."""

_PROVINCE_OF = {
    place: province for province, cities in _PLACES.items() for place in (province, *cities.split())
}
# Longest first, read from left to right: 上海南京 holds no 海南. A place's name in a street's name says nothing.
_PLACE = re.compile(f"(在)?({'|'.join(sorted(_PROVINCE_OF, key=len, reverse=True))})(?![东西南北中]?[路街])")


@dataclass(frozen=True, slots=True)
class RegionalFigure:
    """A figure of a province, or of one of its cities. Valid on both its days; `valid_until` None is open."""

    kind: str
    region: str
    city: str
    amount: Decimal
    unit: str
    valid_from: date
    valid_until: date | None
    source: str
    checked_on: date
    note: str

    @property
    def confirmed(self) -> bool:
        """Was the row compared with the document it names?"""
        return UNCHECKED not in self.note

    @property
    def basis(self) -> str:
        """What people read about where the figure comes from."""
        text = f"标准依据：{self.source}（{self.checked_on} 收录）"
        return text if self.confirmed else f"{text}，尚未与原文逐字核对，请以当地最新文件为准"

    def covers(self, day: date) -> bool:
        return self.valid_from <= day and (self.valid_until is None or day <= self.valid_until)


def province_in(text: str) -> str | None:
    """The province `text` names, itself or by one of its bigger cities. Of several, the one somebody is *in* (在);
    None where that does not decide."""
    found = [(bool(match[1]), _PROVINCE_OF[match[2]]) for match in _PLACE.finditer(text)]
    inside = {province for is_in, province in found if is_in}
    named = inside or {province for _, province in found}
    return named.pop() if len(named) == 1 else None


def find(kind: str, region: str, day: date, city: str = "") -> RegionalFigure | None:
    """The figure in force on `day`: the city's own where there is one, else the province's; None when none is known."""
    for place in dict.fromkeys((city, "")):
        for figure in _figures():
            if (figure.kind, figure.region, figure.city) == (kind, region, place) and figure.covers(day):
                return figure
    return None


@cache
def _figures() -> tuple[RegionalFigure, ...]:
    return read_figures(FIGURES)


def read_figures(folder: Path) -> tuple[RegionalFigure, ...]:
    """All rows of all CSV files in `folder`. Raises ConfigError (file and line) for a bad row, or two for one day."""
    found: list[RegionalFigure] = []
    for path in sorted(folder.glob("*.csv")):
        for line, row in _rows(path):
            figure = _figure(row, f"{path.name} 第 {line} 行")
            if any(_overlap(figure, other) for other in found):
                raise ConfigError("bad_figures", f"{path.name} 第 {line} 行：与另一行同一天都有效")
            found.append(figure)
    return tuple(found)


def _rows(path: Path) -> list[tuple[int, dict[str, str]]]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file)
            if tuple(reader.fieldnames or ()) != COLUMNS:
                raise ConfigError("bad_figures", f"{path.name} 第 1 行：表头应是 {','.join(COLUMNS)}")
            return [(reader.line_num, row) for row in reader]
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError("bad_figures", f"{path.name} 读不出来：{error}") from None


def _figure(row: dict[str, str], place: str) -> RegionalFigure:
    if None in row or None in row.values():
        raise ConfigError("bad_figures", f"{place}：应有 {len(COLUMNS)} 列")
    if row["kind"] not in UNITS:
        raise ConfigError("bad_figures", f"{place}：没有 {row['kind']} 这一种标准")
    if row["region"] not in REGIONS:
        raise ConfigError("bad_figures", f"{place}：没有 {row['region']} 这个省份，请写简称，如 广东")
    if row["unit"] not in UNITS[row["kind"]]:
        raise ConfigError("bad_figures", f"{place}：单位应是 {' 或 '.join(UNITS[row['kind']])}")
    if not row["source"]:
        raise ConfigError("bad_figures", f"{place}：没有写依据的文件")
    try:
        amount = Decimal(row["amount"])
        valid_from, checked_on = date.fromisoformat(row["valid_from"]), date.fromisoformat(row["checked_on"])
        valid_until = date.fromisoformat(row["valid_until"]) if row["valid_until"] else None
    except (InvalidOperation, ValueError):
        raise ConfigError("bad_figures", f"{place}：数字或日期写错了（日期如 2026-01-31）") from None
    if not amount.is_finite() or amount <= 0 or (row["unit"] == "月" and amount not in range(1, 13)):
        raise ConfigError("bad_figures", f"{place}：数额 {row['amount']} 不对")
    if valid_until is not None and valid_until < valid_from:
        raise ConfigError("bad_figures", f"{place}：有效期的起止写反了")
    return RegionalFigure(
        row["kind"],
        row["region"],
        row["city"],
        amount,
        row["unit"],
        valid_from,
        valid_until,
        row["source"],
        checked_on,
        row["note"],
    )


def _overlap(one: RegionalFigure, other: RegionalFigure) -> bool:
    same = (one.kind, one.region, one.city) == (other.kind, other.region, other.city)
    return same and (one.covers(other.valid_from) or other.covers(one.valid_from))
