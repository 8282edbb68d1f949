"""The rules an organiser can choose, with figures they can change, in the words in which they are published.

No rule goes by one signal. Three thousand people of a factory share an address, leave at the same minute and vote for their own
master; whoever scans a poster follows and votes within a minute. So a rule first names a crowd (many ballots for one candidate that share
an address, an hour, a browser) and then asks of it what people do not do together: all with the same few models of phone,
all of them new followers who vote for nobody else, one every sixty seconds. Of the crowd only the ballots that bear the sign are
found.

Ballots of the chat carry no address and no browser. What remains of them is time, how long somebody had followed, for whom they vote
and the intervals between ballots: `night`, `followers` and `intervals` see them (`in_chat`).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from campaigns.ballots.guard import searches
from campaigns.ballots.guard.columns import Columns


@dataclass(frozen=True, slots=True)
class Figure:
    """A number of a rule, and within which limits it can be changed. `unit` is what stands behind it: 张, 分钟, %."""

    name: str
    title: str
    unit: str
    default: int
    least: int
    most: int


Search = Callable[[Columns, Mapping[str, int]], NDArray[np.bool_]]


@dataclass(frozen=True, slots=True)
class Preset:
    """A rule as it is offered. `sentence` is for the published rules, with the figures' names in braces."""

    key: str
    title: str
    sentence: str
    innocent: str
    """Who looks alike and is not meant, and why the rule leaves them alone."""
    in_chat: bool
    """Does it see votes in the chat?"""
    figures: tuple[Figure, ...]
    search: Search


def _ballots(default: int, least: int = 10) -> Figure:
    return Figure("ballots", "多少张选票起", "张", default, least, 100_000)


def _percent(name: str, title: str, default: int, least: int = 50) -> Figure:
    return Figure(name, title, "%", default, least, 100)


_ALIKE = _percent("alike", "十种手机占到", 70)
_FRESH = _percent("fresh", "不多投也不换人的新粉丝占到", 85)
_MINUTES = Figure("minutes", "关注后多久内投票算新粉丝", "分钟", 10, 1, 1440)
_SIGNS = (
    "其中 {alike}% 以上出自十种手机（每种占 4% 以上，又是其他候选人那里的两倍以上），或者 {fresh}% "
    "以上是关注不到 {minutes} 分钟就投票、而且从头到尾不多投也不换人的，剔除带有这些特征的选票；其他候选人也常有的特征不算。"
)

PRESETS = (
    Preset(
        "night",
        "夜间集中投票",
        f"{{from_hour}} 点到 {{to_hour}} 点之间，一个候选人一夜得到 {{ballots}} 张以上选票，{_SIGNS}",
        "夜班工人下班一起投票，手机各式各样，也不全是刚关注的，不会被剔除。",
        True,
        (
            Figure("from_hour", "夜间从几点", "点", 1, 0, 23),
            Figure("to_hour", "到几点", "点", 6, 1, 24),
            _ballots(300),
            _ALIKE,
            _FRESH,
            _MINUTES,
        ),
        searches.night,
    ),
    Preset(
        "address",
        "同一地址集中投票",
        f"一个网络地址一天投给同一个候选人 {{ballots}} 张以上，占这个地址当天选票的 {{share}}% 以上，{_SIGNS}",
        "一个工厂几千人共用一个地址，也常常都投自己厂的人；但他们的手机各式各样，也不全是刚关注的，不会被剔除。单位统一配发手机的，先核实再剔除。",
        False,
        (_ballots(40), _percent("share", "投给同一个候选人的占到", 70), _ALIKE, _FRESH, _MINUTES),
        searches.address,
    ),
    Preset(
        "range",
        "同一网段突然大量投票",
        f"一个网段（相邻的网络地址）一小时内投给同一个候选人 {{ballots}} 张以上，是这个网段当天平均每小时的 {{times}} 倍以上，{_SIGNS}",
        "手机上网的人成千上万共用运营商的网段，工会动员时一小时内会多出很多；他们的手机各式各样，不会被剔除。",
        False,
        (_ballots(60), Figure("times", "平时的几倍", "倍", 3, 1, 100), _ALIKE, _FRESH, _MINUTES),
        searches.range_,
    ),
    Preset(
        "intervals",
        "间隔整齐的投票",
        "同一地址（或同一种手机，或对话里）投给同一个候选人的选票，连续 {ballots} 张以上间隔几乎相同（相差不到平均间隔的 {spread}%）的，剔除这一串选票。",
        "食堂门口排队扫码，一个接一个，间隔也有长有短，不会被剔除；整齐到秒的是程序。",
        True,
        (_ballots(25, 15), Figure("spread", "间隔相差不到", "%", 20, 1, 30)),
        searches.intervals,
    ),
    Preset(
        "followers",
        "新粉丝集中投给一个候选人",
        "来自同一网段（或对话里）、投给同一个候选人的选票，一小时里有 {ballots} 张以上是关注不到 {minutes} 分钟就投的、而且从头到尾不多投也不换人，占到 "
        "{fresh}% 以上，又达到其他候选人平均占比的 {times} 倍以上的，剔除这些选票。",
        "扫海报关注再投票的人很多，但同一网段里总有早就关注的人；新开的公众号人人都是新粉丝，这条规则就不起作用。",
        True,
        (_ballots(50), _MINUTES, _FRESH, Figure("times", "是其他候选人的几倍", "倍", 2, 1, 100)),
        searches.followers,
    ),
    Preset(
        "agents",
        "同一种手机散在各处",
        "一小时内投给同一个候选人的选票，有 {ballots} 张以上来自完全相同的手机和版本、却散在 {addresses} 个以上的网络地址，并且在这个候选人这一小时选票里的占比，达到这种手机在其他候选人选票里占比的 "
        "{times} 倍以上的，剔除这些选票。",
        "热门型号的手机本来就多，所以比的是它平时占多少；一家人、一个班组用同一款手机，张数到不了。",
        False,
        (
            _ballots(30),
            Figure("addresses", "多少个地址起", "个", 10, 2, 10_000),
            Figure("times", "是其他候选人的几倍", "倍", 6, 2, 100),
        ),
        searches.agents,
    ),
    Preset(
        "silent",
        "没有浏览器标识的投票",
        "在网页上投给同一个候选人、没有浏览器标识的选票，一天 {ballots} 张以上，并且在这个候选人当天选票里的占比，达到其他候选人的 {times} "
        "倍以上的，剔除这些选票。",
        "个别手机会隐藏标识，分散在各个候选人里；集中在一个候选人身上才算。",
        False,
        (_ballots(20), Figure("times", "是其他候选人的几倍", "倍", 3, 1, 100)),
        searches.silent,
    ),
    Preset(
        "together",
        "一批人一起来，只投一个",
        f"十分钟内投给同一个候选人 {{ballots}} 张以上，是这个候选人当天平均每十分钟的 {{times}} 倍以上，{_SIGNS}",
        "工会一声动员，几千人十分钟里一起来投，手机各式各样，有老粉丝也有新粉丝，不会被剔除。",
        False,
        (_ballots(60), Figure("times", "平时的几倍", "倍", 3, 1, 100), _ALIKE, _FRESH, _MINUTES),
        searches.together,
    ),
)
