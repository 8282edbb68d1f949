"""Names, numbers, employers, addresses and days go; what the question is about stays. All of it is made up."""

import csv
import time

import pytest

from core.settings import ROOT
from faq.gaps.masking import LONGEST, mask

NUMBERS = {
    "我电话13812345678": "我电话某号码",
    "打138-1234-5678或者１３８１２３４５６７８": "打某号码或者某号码",
    "138.1234.5678": "某号码",
    "1 3 8 1 2 3 4 5 6 7 8": "某号码",
    "138\u200b1234\u200b5678": "某号码",
    "座机0755-12345678": "座机某号码",
    "+86 13812345678": "某号码",
    "400-820-8820没人接": "某号码没人接",
    "身份证11010119900307123X": "身份证某号码",
    "身份证 110101 19900307 1234": "身份证 某号码",
    "卡号6222 0212 3456 7890 123": "卡号某号码",
    "幺三八一二三四五六七八九": "某号码",
    "工号A12345": "工号A某号码",
    "社保号12345": "社保号某号码",
    "欠我35000元": "欠我若干元",
    "工资12,000元": "工资若干元",
    "20250315入职": "某号码入职",
}
CONTACTS = {
    "微信号abc_12345": "微信号某号码",
    "加我微信：zhangsan88": "加我微信：某号码",
    "我vx wx_12345a": "我vx 某号码",
    "QQ 123456789": "QQ 某号码",
    "wxid_abc123def": "某号码",
    "邮箱abc.d@qq.com": "邮箱某邮箱",
    "看https://example.com/a?b=1这个": "看某网址这个",
    "我的openid是oABCDEFGHIJKLMNOPQRSTUVWXYZ1": "我的openid是某号码",
    "粤B12345的车": "某车牌的车",
    "粤b·d12345": "某车牌",
}
PLACES = {
    "深圳市宝安区凤凰路88号3栋2单元501室": "深圳市宝安区某地址",
    "宿舍3栋502": "宿舍某地址",
    "住5号楼1203室": "住某地址",
    "凤凰村12号": "某地址",
    "人民路八十八号": "某地址",
}
DAYS = {
    "3月15号入职": "3月某日入职",
    "3月15入职": "3月某日入职",
    "三月十五号签的": "三月某日签的",
    "2025年3月15日入职": "2025年3月某日入职",
    "2025-03-15入职": "2025年3月某日入职",
    "2024.1.5-2025.3.6": "2024年1月某日-2025年3月某日",
}
EMPLOYERS = {
    "我在深圳富士兴电子厂上班": "我在某厂上班",
    "华丰兴（深圳）电子有限公司拖欠工资": "某公司拖欠工资",
    "东莞市恒兴五金制品有限公司": "某公司",
    "科达兴劳务派遣有限公司和宏发兴厂都不管": "某公司和某厂都不管",
    "顺达兴物流不给我结账": "某公司不给我结账",
    "在阳光厂上班": "在某厂上班",
    "联众兴集团裁员": "某公司裁员",
    "在如意兴饭店端盘子": "在某店端盘子",
    "鑫达兴服装厂不签合同": "某厂不签合同",
    "在鑫达兴厂里上班": "在某厂里上班",
    "被天润兴物业公司辞退": "被某公司辞退",
    "公司叫恒力达电子有限公司": "公司叫某公司",
    "ABC电子厂不发工资": "某厂不发工资",
}
PERSONS = {
    "我叫张伟，在厂里上班": "我叫某人，在厂里上班",
    "我叫王建国在工地干活": "我叫某人在工地干活",
    "我叫阿力木，": "我叫某人，",
    "姓名：田小雨": "姓名：某人",
    "我是李强": "我是某人",
    "老板王建国不给钱": "老板某人不给钱",
    "找李经理签字": "找某经理签字",
    "王总经理": "某经理",
    "被高总骂了": "被某总骂了",
    "黄总和王总监都不管": "某总和某总监都不管",
    "周老板跑了": "某老板跑了",
    "何师傅让我签": "某师傅让我签",
    "欧阳经理不批": "某经理不批",
    "陈丽华女士": "某女士",
    "孙先生": "某先生",
    "王姐说": "某姐说",
    "小王和老李": "某人和某人",
    "工友陈小兵摔伤": "工友某人摔伤",
    "班长叫李秀英签": "班长叫某人签",
    "张三欠我钱": "某人欠我钱",
    "我姓周": "我姓某",
}
STAY = [
    "公司不发工资",
    "厂里让加班",
    "我在电子厂上班",
    "工厂搬迁要赔偿吗",
    "工地上摔伤了",
    "物流公司的司机算员工吗",
    "我在酒店上班",
    "有限公司和个体户有什么区别",
    "劳务派遣公司不给我交社保",
    "辞职厂里不批",
    "离职后公司扣我工资",
    "老板娘说不干就滚",
    "总经理签字有用吗",
    "项目经理让我走",
    "车间主管骂人",
    "人事经理让我签字",
    "由于老板不发工资",
    "高温补贴多少钱",
    "周末主管叫我加班",
    "叉车师傅要证吗",
    "老板许诺给奖金",
    "老板张口就骂",
    "任何老板都要签合同",
    "对方经理不承认",
    "小时工一小时多少钱",
    "我叫老板开证明他不开",
    "上周主管通知我调岗",
    "每周五天八小时",
    "谢谢",
    "每月15号发工资",
    "5月工资没发",
    "干了3年5个月",
    "今年1月到5月",
    "工资4500-5000合理吗",
    "月薪8000元",
    "打12333没人接",
    "工会12351管吗",
    "地铁3号线",
    "3楼车间",
    "怀孕3个月被辞退",
    "工伤十级赔多少",
    "《劳动合同法》第四十六条",
    "在东莞打工",
]
ALL = {**NUMBERS, **CONTACTS, **PLACES, **DAYS, **EMPLOYERS, **PERSONS}


@pytest.mark.parametrize(("words", "masked"), ALL.items(), ids=ALL)
def test_masked(words: str, masked: str):
    assert mask(words) == masked


@pytest.mark.parametrize("words", STAY)
def test_stays(words: str):
    assert mask(words) == words


def test_masking_again_changes_nothing():
    for words in (*ALL, *STAY):
        assert mask(mask(words)) == mask(words)


def test_secrets_go_the_way_they_go_in_logs():
    assert "abcdefgh" not in mask("我的密码 password=abcdefgh")


def test_of_the_shipped_questions_hardly_any_loses_a_word_to_a_name_that_is_none():
    lost = total = 0
    for path in sorted((ROOT / "content" / "training").glob("*.csv")):
        with path.open(encoding="utf-8-sig", newline="") as file:
            for row in csv.DictReader(file):
                masked = mask(row["question"])
                total += 1
                lost += sum(
                    masked.count(word) > row["question"].count(word) for word in ("某人", "某公司", "某厂")
                )
    assert total > 10_000
    assert lost < 0.003 * total


@pytest.mark.parametrize(
    "words", ["班车" * 1000, "13812345678" * 200, "😀" * 999, "", " \n\t ", "\0\ud800我"]
)
def test_long_and_strange_texts_are_cut_and_kept_valid(words: str):
    assert len(mask(words)) <= LONGEST
    mask(words).encode()


@pytest.mark.parametrize(
    "piece",
    [
        "1",
        "1 ",
        "一",
        "a@",
        "a-",
        "王",
        "张经",
        "在",
        "公司",
        "路",
        "1栋",
        "路1号",
        "老板王",
        "我叫",
        "微信",
        "(",
        "·",
        "王·",
        "厂",
        "1,",
        "年",
        "月1",
    ],
)
def test_whatever_is_repeated_takes_no_time(piece: str):
    begun = time.perf_counter()
    mask(piece * 5000)
    assert time.perf_counter() - begun < 0.5
