"""Which words would get an account banned, and which are honest."""

import pytest

from campaigns.inducement import find_phrases

FORBIDDEN = """
转发本活动到朋友圈即可参加抽奖
分享给好友才能领取红包
分享到朋友圈，截图发给我们领奖
转发朋友圈集满 30 个赞送话费
集齐38个赞领取礼品
关注公众号即可抽奖
关注我们才能答题
关注本公众号领取奖品
扫码关注公众号领红包
邀请好友参加，每邀请一位多一次抽奖机会
拉3名工友参加即可获得一次抽奖机会
请好友助力，助力满10次领话费
让朋友帮忙点一下就能砍价
不转不是中国人
分享有礼，好礼送不停
转发有奖
关注有礼
分享后可再抽一次
转发后才可以查看成绩，奖品等您来
每分享一次增加一次答题次数
分享到3个微信群可得抽奖机会
凭朋友圈截图到工会领奖
抽奖前请先分享活动
领奖前须先关注公众号
未关注公众号的不能领奖
没有关注的，中奖无效
取消关注将取消中奖资格
邀请新用户得积分
推荐好友参加答题，双方各得5元红包
带新人来答题，话费翻倍
点赞满 50 个送雨伞
点赞数前十名可领奖，求点赞
转 发 朋 友 圈 即 可 抽 奖
轉發朋友圈即可抽獎
分享·给·好友·即可·领奖
转发此链接至微信群，免费领取
想要获得更多机会请分享给工友
是工会人就转发
组队瓜分红包，好友助力得现金
上传转发记录截图可获奖励
发到朋友圈就能参加抽奖
关注后抽奖
长按关注公众号参与抽奖
转发给5位同事解锁答案
分享朋友圈，多一次机会
拉新返红包，用您的邀请码邀请他人
凑够20个赞可换毛巾
同步到朋友圈可额外抽奖一次
""".strip().splitlines()

HONEST = """
欢迎把活动告诉身边的工友
欢迎分享给身边的工友，一起学法
本活动不以转发、分享、关注为参加条件
无需分享即可抽奖
不需要关注公众号也能参加抽奖
是否分享与中奖无关
分享不增加中奖机会
转发不作为领奖条件
关注职工身心健康，送清凉到一线
关注劳动者权益保障
中奖名单请关注活动公告
请关注后续通知，按时领取奖品
分享您的工作故事，优秀作品可获奖
分享身边的最美瞬间，入选作品赠送相册
分享自己的学习心得即可参加征文评选
请勿轻信转发领奖的谣言
谨防“分享领红包”骗局
我们不会要求您转发抽奖
严禁拉票、刷票，发现后取消资格
答对八题即可获得一次抽奖机会
完成答题后可抽奖一次
奖品：话费 10 元，共 500 份
每人每天三次答题机会，取最好成绩
一等奖 3 名，奖保温杯一个
中奖概率 1%，抽完为止
中奖后 15 天内凭短信到职工之家领取
领奖时请出示会员卡
逾期未领视为放弃，奖品收回
邀请劳动模范现场讲课
邀请律师为职工讲解劳动合同法
工友们踊跃参加，成绩排名公布
以工会小组为单位组队参加
最高分者可获得证书
点赞身边的好工友
为一线职工点赞，致敬最美劳动者
赞美劳动，赞歌献给劳动者
发到您预留手机的话费，请在三天内查收
话费将发送到您填写的手机号
通知已转发各基层工会
关注天气变化，注意防暑降温
推荐优秀职工参加技能比武
介绍信由本单位工会开具，领奖时带上
朋友圈里的谣言不要轻信
助力企业高质量发展，职工建功新时代
参加抽奖不论是否关注本公众号
禁止以分享得奖的方式宣传本活动
带好身份证领取奖品
职工代表收集意见建议并转到有关部门
""".strip().splitlines()


def test_there_are_enough_examples_of_both():
    assert min(len(set(FORBIDDEN)), len(set(HONEST))) >= 40


@pytest.mark.parametrize("text", FORBIDDEN)
def test_what_makes_people_share_or_follow_for_a_gain_is_found(text: str):
    assert list(find_phrases(text))


@pytest.mark.parametrize("text", HONEST)
def test_honest_words_pass(text: str):
    assert list(find_phrases(text)) == []


def test_it_is_found_in_the_middle_of_a_long_text_and_named():
    text = "欢迎参加本次活动。答对八题有奖。\n转发朋友圈即可再抽一次。\n奖品数量有限。"
    assert [name for name, _ in find_phrases(text)] == ["诱导分享"]
    (phrase,) = [phrase for _, phrase in find_phrases(text)]
    assert "转发朋友圈" in phrase


def test_full_width_and_spaces_hide_nothing():
    assert list(find_phrases("关注　公众号，即可 抽奖"))


def test_a_denial_in_another_sentence_excuses_nothing():
    assert list(find_phrases("无需付费。转发即可抽奖。"))
