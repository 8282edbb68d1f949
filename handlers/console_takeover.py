"""取回原有设置: what was set up on the platform's website is shown, and what is ticked becomes our menu draft, rules and texts."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import Response, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from accounts.capabilities import Capability, may
from accounts.profile import Profile, check_profile
from core.errors import Conflict, DomainError, Invalid
from core.text import comparable
from handlers.replies import dump, summary
from handlers.rules_file import RuleRow
from handlers.service import save_rule
from handlers.store import get_rule, list_rules
from handlers.takeover import Found, read_found, with_pictures
from handlers.welcome import mark, part_of, save_part
from house.current import parts
from house.permissions import Permission
from menus.service import get_draft, save_draft
from models.accounts import Account
from staff.guard import acting, console_pages, here, needs
from wechat.api.base import Upload
from wechat.api.files import RemoteFile
from wechat.client import WeChatAPI

_MOST_LETTERS = 400_000
pages = console_pages("takeover", __name__)


@dataclass(frozen=True, slots=True)
class RuleLine:
    """A rule of the website beside what we have. `version`: of our rule of that code, 0 for none."""

    row: RuleRow
    summary: str
    version: int
    warning: str


@pages.get("/a/<account_key>/takeover")
@needs(Permission.ACCOUNTS)
def index(account_key: str) -> Response:
    said = "搬好了。菜单存成了草稿，请到「自定义菜单」核对后发布；关键词和欢迎语约 1 秒后生效。"
    return _page(None, "", said=said if "done" in request.args else "")


@pages.post("/a/<account_key>/takeover")
@needs(Permission.ACCOUNTS)
def look(account_key: str) -> Response:
    """Ask the platform; nothing is changed."""
    api = parts().platform.api(here().official)
    try:
        text = json.dumps(
            {"menu": api.menu.get_menu_info(), "replies": api.message.get_autoreply_info()},
            ensure_ascii=False,
        )
        return _page(_found(text), text)
    except DomainError as error:
        return _page(None, "", problem=f"没有读到公众平台上的设置：{error.message}", status=error.status)


@pages.post("/a/<account_key>/takeover/apply")
@needs(Permission.ACCOUNTS)
def apply(account_key: str) -> AnyResponse:
    """Take over what is ticked, all of it or nothing."""
    text, taken = request.form.get("found", ""), request.form.getlist("take")
    found = None
    try:
        found = _found(text)
        if not taken:
            raise Invalid("nothing", "请至少勾选一项。")
        chosen = _chosen(found, taken)
        kept = _keep_pictures(parts().platform.api(here().official), chosen)
        chosen = _chosen(_found(with_pictures(text, kept)), taken)
        with acting("taken_over", here().official.name, parts="、".join(_titles(taken))) as session:
            _take(session, chosen)
    except DomainError as error:
        return _page(found, text, problem=error.message, status=error.status, taken=taken)
    return redirect(url_for("takeover.index", account_key=account_key, done=1))


def _found(text: str) -> Found:
    """Of the answers as JSON, which the page carries along: what is taken over is what was shown. Raises Invalid."""
    try:
        answers = json.loads(text if len(text) <= _MOST_LETTERS else "")
        menu, replies = answers["menu"], answers["replies"]
    except (ValueError, TypeError, KeyError, RecursionError):
        raise Invalid("not_found", "页面放得太久或内容不完整，请重新读取一次。") from None
    if not isinstance(menu, Mapping) or not isinstance(replies, Mapping):
        raise Invalid("not_found", "公众平台返回的内容看不懂，请重新读取一次。")
    return read_found(menu, replies, pictures=may(here().official, Capability.MATERIAL))


def _chosen(found: Found, taken: list[str]) -> Found:
    """Only what is ticked."""
    return Found(
        menu=found.menu if "menu" in taken else [],
        rules=tuple(rule for rule in found.rules if f"rule:{rule.code}" in taken),
        welcome=found.welcome if "welcome" in taken else None,
        fallback=found.fallback if "fallback" in taken else "",
    )


def _keep_pictures(api: WeChatAPI, found: Found) -> dict[str, str]:
    """Permanent media ids by temporary ones. Raises WeChatError."""
    kept = {}
    for number, media_id in enumerate(found.pictures(), 1):
        picture = api.files.get_temporary(media_id)
        if isinstance(picture, RemoteFile):
            raise Invalid("no_picture", "有一张图片下载不了，请去掉它所在的一项后再试。")
        suffix = "png" if picture.content_type == "image/png" else "jpg"
        upload = Upload(f"takeover-{number}.{suffix}", picture.content, picture.content_type)
        kept[media_id] = api.files.add_material("image", upload).media_id
    return kept


def _take(session: Session, chosen: Found) -> None:
    """Raises Conflict where something else was saved since the page was shown."""
    me, account, now, form = here(), here().official, parts().clock(), request.form
    if chosen.menu:
        version = form.get("draft", default=-1, type=int)
        save_draft(session, account.id, chosen.menu, version, by=me.staff.name, now=now)
    for row in chosen.rules:
        version = form.get(f"version:{row.code}", default=-1, type=int)
        stored = get_rule(session, me.place.id, row.code)
        if (stored.version if stored else 0) != version:
            raise Conflict("rule_changed", f"规则「{row.title}」刚刚被别人改过，请重新读取一次。")
        save_rule(session, me.place.chain, row, version, by=me.staff.name, now=now)
    if chosen.welcome:
        save_part(session, account.id, ("welcome",), dump(chosen.welcome), form.get("welcome_seen", ""))
    if chosen.fallback:
        save_part(session, account.id, ("fallback",), chosen.fallback, form.get("fallback_seen", ""))


def _titles(taken: list[str]) -> list[str]:
    rules = sum(name.startswith("rule:") for name in taken)
    titles = {"menu": "菜单", "welcome": "欢迎语", "fallback": "默认回复"}
    return [title for name, title in titles.items() if name in taken] + (
        [f"{rules} 条关键词"] if rules else []
    )


def _page(
    found: Found | None,
    text: str,
    *,
    problem: str = "",
    said: str = "",
    status: int = 200,
    taken: list[str] | None = None,
) -> Response:
    with parts().db.read() as session:
        draft = get_draft(session, here().official.id)
        profile = check_profile(session.get_one(Account, here().official.id).profile, "资料")
        lines = _rule_lines(session, found.rules) if found else []
    html = render_template(
        "handlers/console_takeover.html",
        title="取回原有设置",
        found=found,
        text=text,
        lines=lines,
        draft=draft,
        texts=_texts(found, profile) if found else [],
        ticked=set(taken) if taken is not None else _ticked(found, lines, bool(draft.tree), profile),
        problem=problem,
        said=said,
    )
    return Response(html, status)


def _rule_lines(session: Session, rules: tuple[RuleRow, ...]) -> list[RuleLine]:
    own = list_rules(session, [here().place.id])
    lines = []
    for row in rules:
        stored = get_rule(session, here().place.id, row.code)
        said = {comparable(word) for word in row.keywords}
        others = [
            rule.title or rule.code
            for rule in own
            if rule.code != row.code and said & {comparable(word) for word in rule.keywords}
        ]
        warning = f"同样的关键词已在规则「{others[0]}」里" if others else ""
        if stored is not None:
            warning = (
                "已经搬过；勾选会用公众平台上的替换现在的" if stored.deleted_at is None else "搬过后又删除了"
            )
        lines.append(RuleLine(row, summary(row.reply), stored.version if stored else 0, warning))
    return lines


def _texts(found: Found, profile: Profile) -> list[dict[str, Any]]:
    """Welcome and default reply: what the website had, what we have, and the mark of that."""
    rows = [
        (
            "welcome",
            "关注后的欢迎语",
            summary(found.welcome) if found.welcome else "",
            summary(profile.welcome),
        ),
        ("fallback", "默认回复（答不上来时）", found.fallback, profile.fallback),
    ]
    return [
        {
            "name": name,
            "title": title,
            "theirs": theirs,
            "ours": ours,
            "seen": mark(part_of(profile, (name,))),
        }
        for name, title, theirs, ours in rows
        if theirs
    ]


def _ticked(found: Found | None, lines: list[RuleLine], has_menu: bool, profile: Profile) -> set[str]:
    """At first only what replaces nothing."""
    ticked = {f"rule:{line.row.code}" for line in lines if not line.warning}
    if found and found.menu and not has_menu:
        ticked.add("menu")
    if found and found.welcome and profile.welcome == Profile().welcome:
        ticked.add("welcome")
    return ticked
