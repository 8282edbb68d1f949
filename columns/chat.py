"""Columns in the chat: a column's own words open it, a number chooses an issue, 「往期」 and 「更多」 leaf through it.

Only exact words open a column, so that no question that begins with one (「小明被辞退怎么办」) is swallowed.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from chat.answer import PASS, Answer, Reply, Talk, say
from chat.turn import Conversation, Hook, Turn
from columns.rules import read_number
from columns.shelf import ColumnShelf, Series
from columns.store import ItemView
from wechat.replies import ArticleCard, NewsReply

TOPIC = "column"
_NEWEST, _PAGE = 5, 10
_ALL = frozenset({"栏目", "全部栏目", "有哪些栏目", "往期"})
_PAST = frozenset({"往期", "往期内容", "全部", "目录", "列表"})
_MORE = frozenset({"更多", "还有吗", "还有呢", "下一页", "继续"})
_NEWER = frozenset({"下一期", "下一个", "下一集"})
_OLDER = frozenset({"上一期", "上一个", "上一集"})
_STEPS = _PAST | _MORE | _NEWER | _OLDER


@dataclass(frozen=True, slots=True)
class ColumnChat:
    """Answers from the shelf; keeps nothing itself."""

    shelf: ColumnShelf

    def hook(self) -> Hook:
        """A column, or an issue of one, called by its words."""
        return Hook("columns", self.open)

    def conversation(self) -> Conversation:
        """What goes on in an opened column."""
        return Conversation(
            TOPIC, lambda turn: turn.words in _STEPS or read_number(turn.words) is not None, self.go_on
        )

    def open(self, turn: Turn) -> Answer:
        """PASS for everything that calls no column."""
        if not turn.words:
            return PASS
        columns = self.shelf.of(turn.account.key)
        if turn.words in _ALL and columns.series:
            return _contents(turn, columns.series)
        called = columns.called(turn.words)
        if called is None:
            return PASS
        series, number = called
        return _newest(turn, series) if number is None else _show(turn, series, number)

    def go_on(self, turn: Turn) -> Answer:
        """PASS when the column is gone meanwhile."""
        data = turn.talk.data if turn.talk else {}
        series = self.shelf.of(turn.account.key).find(str(data.get("column")))
        if series is None:
            return PASS
        number = read_number(turn.words)
        if number is not None:
            return _show(turn, series, number)
        if turn.words in _MORE:
            return _page(turn, series, _number_in(data, "before"))
        if turn.words in _PAST:
            return _page(turn, series, None)
        return _step(turn, series, _number_in(data, "item"))


def column_url(h5_url: str, code: str) -> str:
    return f"{h5_url}/columns/{code}"


def _number_in(data: dict[str, Any], name: str) -> int | None:
    """Of a Talk that an older version may have written."""
    value = data.get(name)
    return value if isinstance(value, int) else None


def _talk(series: Series, **more: int) -> Talk:
    return Talk(TOPIC, {"column": series.column.code, **more})


def _lines(items: Sequence[ItemView]) -> str:
    return "\n".join(f"{item.number}. {item.title}" for item in items)


def _link(turn: Turn, series: Series, words: str) -> str:
    return f'<a href="{column_url(turn.account.h5_url, series.column.code)}">{words}</a>'


def _contents(turn: Turn, all_series: Sequence[Series]) -> Reply:
    lines = [f"· {one.column.title}（共 {len(one.items)} 期）" for one in all_series[:20]]
    link = f'<a href="{turn.account.h5_url}/columns">打开栏目页</a>'
    return say("我们的栏目：\n\n" + "\n".join(lines) + f"\n\n回复栏目的名字就能看，也可以{link}。")


def _newest(turn: Turn, series: Series) -> Reply:
    """A single issue as a card; more as a list to choose from."""
    items = series.below(None, _NEWEST)
    if len(series.items) == 1:
        return _show(turn, series, items[0].number)
    about = f"\n{series.column.description}" if series.column.description else ""
    past = "，回复「往期」看全部" if len(series.items) > len(items) else ""
    text = (
        f"【{series.column.title}】{about}\n\n{_lines(items)}\n\n回复前面的数字看那一期{past}，也可以"
        f"{_link(turn, series, '打开栏目页')}。"
    )
    return say(text, _talk(series, before=items[-1].number))


def _page(turn: Turn, series: Series, before: int | None) -> Reply:
    """Ten issues below `before`, the newest first."""
    items = series.below(before, _PAGE)
    if not items:
        text = f"【{series.column.title}】就这些了。回复数字看那一期，或{_link(turn, series, '打开栏目页')}。"
        return say(text, turn.talk)
    left = len(series.below(items[-1].number, len(series.items)))
    tail = f"回复数字看那一期，回复「更多」看其余 {left} 期。" if left else "回复数字看那一期。"
    text = f"【{series.column.title}】往期（共 {len(series.items)} 期）\n\n{_lines(items)}\n\n{tail}"
    return say(text, _talk(series, before=items[-1].number))


def _show(turn: Turn, series: Series, number: int) -> Reply:
    """The issue's card; its page has the rest."""
    item = series.item(number)
    if item is None:
        last, first = series.items[0].number, series.items[-1].number
        span = f"现在有第 {first} 期" + (f"到第 {last} 期" if last != first else "")
        text = f"【{series.column.title}】没有第 {number} 期，{span}。回复「往期」看全部。"
        return say(text, _talk(series))
    cover = item.cover or series.column.cover
    card = ArticleCard(
        title=f"{series.column.title}｜{item.title}",
        description=item.digest or f"第 {item.number} 期",
        picture_url=f"{turn.account.site_url}/media/{cover}" if cover else "",
        url=f"{column_url(turn.account.h5_url, series.column.code)}/{item.number}",
    )
    return Reply(NewsReply((card,)), _talk(series, item=item.number, before=item.number))


def _step(turn: Turn, series: Series, number: int | None) -> Reply:
    """The issue after or before the one that was shown."""
    if number is None:
        return _newest(turn, series)
    newer = turn.words in _NEWER
    beside = series.newer(number) if newer else series.older(number)
    if beside is None:
        end = "最新" if newer else "最早"
        return say(f"这已经是「{series.column.title}」{end}的一期了。回复「往期」看全部。", turn.talk)
    return _show(turn, series, beside.number)
