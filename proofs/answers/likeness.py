"""How much an entry's words and an article's have in common: terms of two to four characters, the rarer the weightier.

People and statutes call one thing by two names, so both are first put into the statutes' words.
"""

import math
import re
from collections import defaultdict
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from faq.citations import chinese_number

_FIGURE = "[零〇一二三四五六七八九十百千]+"
_PERCENT = re.compile(f"百分之({_FIGURE})")
_COUNTED = re.compile(f"({_FIGURE})(?=个?(?:年|月|日|天|倍|周|小时|元|人|次|级|岁))")
_WORDS = re.compile(r"[\w%]+")
_SHORTEST, _LONGEST = 2, 4

# What stands on both sides keeps a longer word from being taken for the shorter one in it.
_MEANT = {
    **{word: word for word in ("用人单位", "劳动合同", "经济补偿", "劳动争议", "规章制度", "劳动报酬")},
    "2N": "2倍赔偿金违法解除",
    "N+1": "经济补偿",
    "补偿N": "经济补偿",
    "公司": "用人单位",
    "单位": "用人单位",
    "老板": "用人单位",
    "员工": "劳动者",
    "工人": "劳动者",
    "职工": "劳动者",
    "工友": "劳动者",
    "辞退": "解除劳动合同",
    "开除": "解除劳动合同",
    "解雇": "解除劳动合同",
    "辞职": "解除劳动合同",
    "离职": "解除劳动合同",
    "补偿": "经济补偿",
    "免费": "不收费",
    "工资": "劳动报酬",
    "两倍": "2倍",
    "双倍": "2倍",
    "天": "日",
    "押金": "财物担保",
    "调岗": "变更劳动合同",
    "降薪": "变更劳动合同",
    "加班": "延长工作时间",
    "社保": "社会保险",
    "交社保": "缴纳社会保险",
    "缴社保": "缴纳社会保险",
    "合同": "劳动合同",
    "没签": "未订立",
    "签合同": "订立劳动合同",
    "怀孕": "孕期",
    "规章": "规章制度",
    "仲裁": "劳动争议仲裁",
}
_SAID = re.compile("|".join(map(re.escape, sorted(_MEANT, key=len, reverse=True))))


def terms(text: str) -> frozenset[str]:
    """All terms of a text, in the statutes' words."""
    text = _PERCENT.sub(lambda found: f"{chinese_number(found[1])}%", text)
    text = _COUNTED.sub(lambda found: str(chinese_number(found[1])), text)
    text = _SAID.sub(lambda found: _MEANT[found[0]], text)
    return frozenset(
        word[start : start + size]
        for word in _WORDS.findall(text)
        for size in range(_SHORTEST, _LONGEST + 1)
        for start in range(len(word) - size + 1)
    )


def likeness(entries: Sequence[str], articles: Sequence[str]) -> NDArray[np.float64]:
    """A row per entry, a column per article: by how much the two are nearer than entries and articles commonly are.

    0 is the common measure, in standard deviations, those of the row and of the column added: an article that is near to
    everything is no nearer to one, and an entry that speaks of everything fits nothing better.
    """
    shared = _shared(entries, articles)
    return _standard(shared, 0) + _standard(shared, 1)


def _shared(entries: Sequence[str], articles: Sequence[str]) -> NDArray[np.float64]:
    """The squared rarity of all terms shared, by the article's own length (as in a cosine)."""
    stands_in: dict[str, list[int]] = defaultdict(list)
    of_article = [terms(text) for text in articles]
    for column, found in enumerate(of_article):
        for term in found:
            stands_in[term].append(column)
    weight = {term: math.log((len(articles) + 1) / len(columns)) ** 2 for term, columns in stands_in.items()}
    table = np.zeros((len(entries), len(articles)))
    for row, text in enumerate(entries):
        for term in terms(text) & stands_in.keys():
            table[row, stands_in[term]] += weight[term]
    length = np.array([math.sqrt(sum(weight[term] for term in found)) or 1.0 for found in of_article])
    shared: NDArray[np.float64] = table / length
    return shared


def _standard(table: NDArray[np.float64], axis: int) -> NDArray[np.float64]:
    deviation = table.std(axis=axis, keepdims=True)
    standard: NDArray[np.float64] = (table - table.mean(axis=axis, keepdims=True)) / np.where(
        deviation > 0, deviation, 1.0
    )
    return standard
