"""Forty things people really write: nothing that tells who they are is in the table or comes out of a command."""

import json
import re

import pytest
from sqlalchemy import text

from tests.conftest import Home
from tests.faq.gaps.conftest import Run, said, told, useless

# (what is written, what must not be found again); persons, firms and numbers are made up.
WRITTEN = [
    ("我叫张伟，电话13812345678，厂里不发工资", "张伟 13812345678"),
    ("老板王建国欠我三个月工资跑了", "王建国"),
    ("李经理让我签自愿离职，我怀孕四个月了", "李经理"),
    ("我老公陈大勇在工地摔断了腿，没人管", "陈大勇"),
    ("我是刘芳，在华兴达制衣厂做了五年", "刘芳 华兴达"),
    ("主管赵敏扣我工资", "赵敏"),
    ("加我微信zhou_12345聊", "zhou_12345"),
    ("身份证440101199001011234能查社保吗", "440101199001011234"),
    ("工资打到6222021234567890123了吗", "6222021234567890123"),
    ("我在东莞市恒发顺五金制品有限公司上班，工伤不给报", "恒发顺"),
    ("班长黄志强天天骂人", "黄志强"),
    ("我姓欧阳，想问产假", "欧阳"),
    ("周总说不给加班费", "周总"),
    ("小李和老王都没签合同", "小李 老王"),
    ("工友吴小军被机器压到手", "吴小军"),
    ("我住深圳市福永街道凤凰路88号2栋301", "凤凰路 301"),
    ("车牌粤B12345撞了我，算工伤吗", "B12345"),
    ("发到我邮箱lihua99@qq.com", "lihua99"),
    ("法人孙建华不露面", "孙建华"),
    ("人事杨丽让我签空白合同", "杨丽"),
    ("何师傅不给我开证明", "何师傅"),
    ("我叫买买提·吐尔逊，工资没发", "买买提 吐尔逊"),
    ("2026年3月15日入职永利丰电子厂到现在没合同", "3月15 永利丰"),
    ("QQ 987654321 找我", "987654321"),
    ("联系人：郑小红 15912345678", "郑小红 15912345678"),
    ("陈丽华女士被辞退怎么赔", "陈丽华"),
    ("徐老师在培训中心上班没有社保", "徐老师"),
    ("被天源和物业公司的马主任赶出来", "马主任 天源"),
    ("座机0755-26001234一直没人接", "26001234"),
    ("张三、李四、王五都被欠薪", "张三 李四 王五"),
    ("顺腾达物流不结运费", "顺腾达"),
    ("我女儿林小燕十五岁在厂里打工", "林小燕"),
    ("领导叫冯军，他逼我辞职", "冯军"),
    ("我的手机１３９００００１１１１", "１３９ 13900001111"),
    ("曾经理说试用期没工资", "曾经理"),
    ("在鑫源盛饭店洗碗，老板娘不给钱", "鑫源盛"),
    ("我是谢桂芳的儿子，她上班晕倒了", "谢桂芳"),
    ("诸葛主管不让请病假", "诸葛"),
    ("工号009812345被罚款", "009812345"),
    ("联众达集团的工会在哪", "联众达"),
]
OPENID = "oTESTtestTESTtestTESTtest1234"


@pytest.mark.parametrize(("words", "secrets"), WRITTEN, ids=range(len(WRITTEN)))
def test_neither_the_table_nor_the_commands_know_who_it_was(home: Home, run: Run, words: str, secrets: str):
    told(home.parts.db, said(f"{words}，我的编号{OPENID}"), useless(words))
    with home.parts.db.read() as session:
        kept = str(session.execute(text("SELECT * FROM asked_questions")).all())
    shown = [run("gaps", "--account", "ours", *more) for more in ((), ("--json",))]
    code = json.loads(shown[1].stdout)["gaps"][0]["id"]
    shown += [
        run("gaps", "fill", code, "--account", "ours", "--answer", "好"),
        run("coverage", "--account", "ours"),
    ]
    assert all(done.exit_code == 0 for done in shown)
    everything = kept + "".join(done.output for done in shown)
    for secret in (*secrets.split(), OPENID):
        assert secret not in everything
    assert not re.search(r"1[3-9]\d{9}", everything)


def test_there_are_forty_of_them():
    assert len(WRITTEN) == 40
