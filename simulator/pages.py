"""What a browser gets under /simulator/: the phone, its files, media, articles, and the door to the app's own pages."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit

from flask import (
    Blueprint,
    Response,
    abort,
    make_response,
    redirect,
    render_template,
    request,
    send_from_directory,
)
from werkzeug.wrappers import Response as BaseResponse

from .api.oauth import COOKIE, cookie_value
from .api.quotas import CHINA
from .qr_picture import qr_png
from .world import World

STATIC = Path(__file__).with_name("static")

# The page loads only its own files; pictures and pages of the app come from this machine.
_LOCAL = "http://127.0.0.1:* http://localhost:* https://127.0.0.1:* https://localhost:*"
PHONE_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; font-src 'self'; "
    f"img-src 'self' data: blob: {_LOCAL}; media-src 'self' data: blob: {_LOCAL}; frame-src 'self' {_LOCAL}; "
    "form-action 'none'; base-uri 'none'"
)
ARTICLE_POLICY = (
    "default-src 'none'; style-src 'self' 'unsafe-inline'; "
    f"img-src 'self' data: {_LOCAL}; base-uri 'none'; form-action 'none'; frame-ancestors 'self' {_LOCAL}"
)


def create_pages(world: World) -> Blueprint:
    """The blueprint."""
    blueprint = Blueprint("pages", __name__, template_folder="templates")
    _add_phone(blueprint)
    _add_media(blueprint, world)
    _add_articles(blueprint, world)
    _add_door(blueprint, world)
    return blueprint


@cache
def _version() -> str:
    """Changes with the files, so that a browser never runs an old script with a new page."""
    digest = hashlib.sha256()
    for path in sorted(STATIC.rglob("*")):
        if path.is_file():
            digest.update(path.read_bytes())
    return digest.hexdigest()[:10]


def _page(policy: str, html: str, status: int = 200) -> Response:
    response = make_response(html, status)
    response.headers["Content-Security-Policy"] = policy
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cache-Control"] = "no-store"
    return response


def _add_phone(blueprint: Blueprint) -> None:
    @blueprint.get("/simulator")
    def without_slash() -> Response:
        return redirect("/simulator/", 308)  # type: ignore[return-value]

    @blueprint.get("/simulator/")
    def phone() -> Response:
        return _page(PHONE_POLICY, render_template("phone.html", version=_version()))

    @blueprint.get("/simulator/static/<version>/<path:name>")
    def static(version: str, name: str) -> Response:
        response = send_from_directory(STATIC, name)
        fresh = version == _version()
        response.headers["Cache-Control"] = "public, max-age=31536000, immutable" if fresh else "no-store"
        response.headers["X-Content-Type-Options"] = "nosniff"
        return response


def _add_media(blueprint: Blueprint, world: World) -> None:
    @blueprint.get("/simulator/media/<media_id>")
    def media(media_id: str) -> BaseResponse:
        found = world.media.find(media_id)
        if found is None:
            abort(404)
        # What people upload must never run as a page of this origin.
        showable = (
            found.content_type.startswith(("image/", "audio/", "video/")) and "svg" not in found.content_type
        )
        response = Response(
            found.data, content_type=found.content_type if showable else "application/octet-stream"
        )
        response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.headers["Cache-Control"] = "private, max-age=86400"
        return response.make_conditional(request.environ, accept_ranges=True, complete_length=len(found.data))

    @blueprint.get("/simulator/qr/<ticket>")
    def qr(ticket: str) -> Response:
        code = world.qrcodes.find(ticket)
        if code is None:
            abort(404)
        return Response(qr_png(code.url), content_type="image/png")


def _add_articles(blueprint: Blueprint, world: World) -> None:
    def show(account_key: str, body: object, at: float, reads: int) -> Response:
        account = world.book.by_key(account_key)
        day = datetime.fromtimestamp(at, UTC).astimezone(CHINA).strftime("%Y年%-m月%-d日 %H:%M")
        html = render_template(
            "article.html",
            article=body,
            account=account.name if account else "",
            at=day,
            reads=reads,
            version=_version(),
        )
        return _page(ARTICLE_POLICY, html)

    def gone(text: str) -> Response:
        return _page(
            ARTICLE_POLICY,
            render_template("notice.html", title="无法查看", text=text, version=_version()),
            404,
        )

    @blueprint.get("/simulator/s/<key>")
    def article(key: str) -> Response:
        found = world.articles.get(key)
        if found is None:
            return gone("这篇文章不存在，链接可能不完整。")
        if found.deleted:
            return gone("该内容已被发布者删除。")
        world.articles.count_read(key)
        return show(found.account, found.body, found.created_at, found.reads + 1)

    @blueprint.get("/simulator/draft/<media_id>/<int:index>")
    def draft(media_id: str, index: int) -> Response:
        row = world.database.one("SELECT * FROM drafts WHERE media_id=?", media_id)
        articles = json.loads(row["articles"]) if row is not None else []
        if row is None or index >= len(articles):
            return gone("这份草稿不存在，可能已经群发或删除。")
        return show(row["account"], articles[index], row["updated_at"], 0)


def _add_door(blueprint: Blueprint, world: World) -> None:
    @blueprint.get("/simulator/open")
    def open_page() -> Response:
        """Hands the phone to one follower and opens a page of the app in it."""
        account = world.book.by_key(request.args.get("account", ""))
        openid, url = request.args.get("follower", ""), request.args.get("url", "")
        if account is None or world.followers.get(account.key, openid) is None:
            html = render_template(
                "notice.html", title="打不开", text="没有这位粉丝，请刷新手机页面。", version=_version()
            )
            return _page(ARTICLE_POLICY, html, 404)
        if not _is_page(url):
            html = render_template(
                "notice.html",
                title="打不开",
                text="链接地址不对，请检查菜单或回复里的网址。",
                version=_version(),
            )
            return _page(ARTICLE_POLICY, html, 400)
        response = make_response(redirect(url, 302))
        value = cookie_value(account, openid)
        previous = request.cookies.get(COOKIE)
        response.set_cookie(COOKIE, value, path="/simulator", httponly=True, samesite="Lax")
        if previous != value:
            for cookie in world.settings.clear_cookies:
                response.delete_cookie(cookie.name, path=cookie.path)
        response.headers["Cache-Control"] = "no-store"
        return response


def _is_page(url: str) -> bool:
    """A path of this origin, or http(s): never a script address, never `//other.host`."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    if parts.scheme:
        return parts.scheme in ("http", "https") and bool(parts.hostname)
    return url.startswith("/") and not url.startswith(("//", "/\\"))
