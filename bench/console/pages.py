"""The console's lists that the bench walks, and the pages that are none.

`unknown_pages` names what is neither: a new list is walked, or somebody says here why not.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode

from flask import Flask

from bench.console.contests import CLOSED_ROUND, CONTEST, OPEN_ROUND
from bench.console.statements import RARE

_PLACES = frozenset({"account_key", "organisation_key"})
_DEEP = datetime.now(UTC) - timedelta(days=400)
_MICROSECONDS = int(_DEEP.timestamp() * 1_000_000)
_PLACE = f"{_DEEP:%Y%m%dT%H%M%S%f}_1_0"


@dataclass(frozen=True, slots=True)
class List:
    """One list with its filters. `path` stands below the account's or the union's address; `county`: a county's editor
    looks at it too."""

    name: str
    endpoint: str
    at: str
    path: str
    query: str = ""
    county: bool = False

    def address(self, place: str) -> str:
        query = f"?{self.query}" if self.query else ""
        begin = f"/console/{self.at}/{place}" if self.at else "/console"
        return f"{begin}{self.path}{query}"


def _lists() -> Iterator[List]:
    yield List("全部单位", "console.home", "", "/")
    yield List("登录的设备", "console.my_sessions", "", "/me/sessions")
    yield List("我的登录记录", "acts.mine", "", "/me/signins")
    yield List("单位首页", "console.organisation_home", "o", "/", county=True)
    yield List("公众号首页", "console.account_home", "a", "/", county=True)
    yield List("人员与权限", "people.index", "o", "/people")
    yield List("操作记录", "acts.index", "o", "/acts")
    yield List("操作记录，很后的一页", "acts.index", "o", "/acts", "before=1000")
    yield List("组织", "organisations.index", "o", "/organisations")
    yield List("公众号", "accounts.index", "o", "/accounts")
    yield List("额度", "quotas.index", "a", "/quotas")
    yield List("额度汇总", "quotas.summary", "o", "/quotas")
    yield List("工作日历", "workdays.index", "o", "/workdays", county=True)
    yield List("微活动", "campaigns_console.index", "a", "/campaigns")
    yield List("抽奖与奖品", "draws.index", "a", "/draws")
    yield List("领奖与发放", "claims.index", "a", "/claims")
    yield List("话费订单", "claims.orders", "a", "/credit")
    yield List("题库", "questions.index", "o", "/questions")
    yield from _followers()
    yield from _scenes()
    yield from _entries()
    yield from _gaps()
    yield from _rules()
    yield from _columns()
    yield from _menus()
    yield from _contests()
    yield from _juries()
    yield List("推送日历", "pushes.index", "a", "/pushes", county=True)


def _followers() -> Iterator[List]:
    def of(name: str, **query: str) -> List:
        return List(f"粉丝：{name}", "followers.index", "a", "/followers", urlencode(query))

    yield of("全部")
    yield of("很后的一页", after=f"{_MICROSECONDS}.99999999")
    for view in ("following", "left", "new", "active", "asleep", "asked", "often", "blocked"):
        yield of(view, view=view, days="60" if view == "new" else "")
    yield of("沉睡，很后的一页", view="asleep", after=f"{_MICROSECONDS}.99999999")
    yield of("海报", scene="poster-0")
    yield of("海报，已关注", scene="poster-0", view="following")
    yield of("标签", tag="{tag}")
    yield of("标签，后面的一页", tag="{tag}", after="0.{member}")
    yield of("标签，活跃", tag="{tag}", view="active")
    yield List("粉丝数", "followers.count", "a", "/followers/count")
    yield List("粉丝数：标签", "followers.count", "a", "/followers/count", "tag={tag}")
    yield List("粉丝标签", "followers.tags", "a", "/followers/tags")


def _scenes() -> Iterator[List]:
    yield List("场景二维码", "scene_codes.index", "a", "/scenes")
    yield List("场景二维码，后面的一页", "scene_codes.index", "a", "/scenes", "before=100")


def _entries() -> Iterator[List]:
    def of(name: str, **query: str) -> List:
        return List(f"问答：{name}", "entries.index", "o", "/entries", urlencode(query), county=True)

    yield of("全部")
    yield of("很后的一页", after=_PLACE)
    for state in ("live", "draft", "reviewed", "due", "over", "withdrawn"):
        yield of(state, state=state)
    yield of("主题", topic="topic-01")
    yield of("查常见的词", q="押金")
    yield of("查两个词", q="押金 不退")
    yield of("查少见的词", q=RARE)
    yield of("查没有的词", q="航天飞机")
    yield of("线上里查", q="押金", state="live")


def _gaps() -> Iterator[List]:
    for days in ("7", "30", "90"):
        yield List(f"问答缺口：{days} 天", "gaps.index", "a", "/gaps", f"days={days}", county=True)


def _rules() -> Iterator[List]:
    def of(name: str, **query: str) -> List:
        return List(f"关键词：{name}", "rules.index", "o", "/rules", urlencode(query), county=True)

    yield of("全部")
    yield of("后面的一页", after="0-150")
    for state in ("on", "off", "deleted"):
        yield of(state, state=state)
    yield of("本单位", source="own")
    yield of("查找", q="押金")


def _columns() -> Iterator[List]:
    def of(name: str, query: str = "") -> List:
        path = "/columns/series-1-1"
        return List(f"栏目内容：{name}", "columns_console.items", "o", path, query, county=True)

    yield List("栏目", "columns_console.index", "o", "/columns", county=True)
    yield of("全部")
    yield of("后面的一页", "before=120")
    yield of("草稿", "state=draft")


def _menus() -> Iterator[List]:
    yield List("自定义菜单", "menus.index", "a", "/menu", county=True)
    yield List("菜单发布", "menu_releases.index", "a", "/menu/release")
    yield List("菜单的历史版本", "menu_releases.history", "a", "/menu/versions", county=True)
    yield List("菜单的历史版本，后面的一页", "menu_releases.history", "a", "/menu/versions", "before=40")
    yield List("个性化菜单", "menu_variants.index", "a", "/menu/variants", county=True)


def _contests() -> Iterator[List]:
    def of(name: str, endpoint: str, path: str, **query: str) -> List:
        whole = f"/campaigns/{CONTEST}/photo/{path}"
        return List(f"作品征集：{name}", endpoint, "a", whole, urlencode(query))

    yield List("作品征集：活动页", "campaigns_console.show", "a", f"/campaigns/{CONTEST}")
    yield of("等待审核", "photo_works.index", "works")
    yield of("全部", "photo_works.index", "works", state="all")
    yield of("全部，后面的一页", "photo_works.index", "works", state="all", after="150")
    yield of("已展示的一个题材", "photo_works.index", "works", state="shown", category="工地")
    yield of("查找", "photo_works.index", "works", state="all", q="早班")
    yield of("一件", "photo_work.index", "works/work7")
    yield of("疑似重复", "photo_suspects.index", "suspects")
    yield of("获奖名单", "photo_awards.index", "awards")
    yield of("异议", "photo_objections.index", "objections")
    yield of("每月之星", "photo_months.index", "months")


def _juries() -> Iterator[List]:
    def of(name: str, endpoint: str, path: str) -> List:
        return List(f"评审：{name}", endpoint, "a", f"/campaigns/{CONTEST}/panel{path}")

    yield of("轮次", "jury_rounds.index", "")
    yield of("评委", "jury_jurors.index", "/jurors")
    yield of("取消资格", "jury_outs.index", "/outs")
    yield of("进行中的一轮", "jury_rounds.one", f"/rounds/{OPEN_ROUND}")
    yield of("结束了的一轮", "jury_rounds.one", f"/rounds/{CLOSED_ROUND}")
    yield of("评审统计", "jury_results.agreement", f"/rounds/{CLOSED_ROUND}/agreement")


LISTS = tuple(_lists())

NO_LISTS = frozenset(
    {
        # forms of one thing, and what they ask for while somebody types
        *(
            "accounts.new",
            "accounts.capabilities",
            "accounts.settings",
            "accounts.setup",
            "accounts.close",
            "accounts.move",
            "takeover.index",
        ),
        *(
            "columns_console.new",
            "entries.new",
            "entries.files",
            "pushes.new",
            "scene_codes.new",
            "rules.edit",
        ),
        *(
            "entries.articles",
            "entries.asked",
            "entries.near",
            "entries.try_out",
            "rules.try_out",
        ),
        *("pickers.entries", "pickers.pictures"),
        *("menus.entries", "menu_variants.match"),
        *("campaigns_console.new", "claims.desk", "draws.new", "questions.files", "questions.new"),
        *("welcome.index", "welcome.contacts", "welcome.scene"),
        *("console.my_password", "console.my_second_factor", "console.sign_in", "staff_links.mine"),
        # what one person judges
        "jury_judging.index",
        # the whole of it, as a file
        *("acts.export", "scene_codes.export", "workdays.export"),
    }
)


def unknown_pages(app: Flask) -> list[str]:
    """Endpoints of console pages that need no thing's id and are neither walked nor said to be no list."""
    walked = {one.endpoint for one in LISTS}
    found = {
        rule.endpoint
        for rule in app.url_map.iter_rules()
        if rule.rule.startswith("/console/") and "GET" in (rule.methods or ()) and rule.arguments <= _PLACES
    }
    return sorted(found - walked - NO_LISTS)
