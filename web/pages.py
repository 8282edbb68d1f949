"""What every page for people gets: the shell, security headers, and errors as pages in Chinese."""

from flask import Blueprint, Flask, Response, render_template, request
from werkzeug.exceptions import HTTPException

from core.errors import DomainError
from core.ids import trace_id
from core.logs import get_logger
from web.assets import asset_url

log = get_logger(__name__)

_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'self'; img-src 'self' data: https:; style-src 'self'; script-src 'self'; "
        "base-uri 'none'; form-action 'self'; frame-ancestors 'self'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "X-Frame-Options": "SAMEORIGIN",
    "Cache-Control": "no-store",
}
_LOWERED = [(name.lower(), name, value) for name, value in _HEADERS.items()]
_TEXTS = {
    400: ("请求有误", "地址不完整或已被改动。请回到公众号重新打开。"),
    403: ("不能查看", "您没有查看这个页面的权限。"),
    404: ("找不到这个页面", "它可能已经下线，或地址不完整。请回到公众号的菜单重新进入。"),
    405: ("请求有误", "请回到公众号重新打开这个页面。"),
    413: ("内容太大", "请压缩后再提交。"),
    429: ("操作太频繁", "请过一会儿再试。"),
    503: ("暂时打不开", "服务正在恢复，请过一两分钟再试。"),
}


def secure(blueprint: Blueprint) -> Blueprint:
    """Security headers on every page of `blueprint`; personal pages are not kept by caches."""
    blueprint.after_request(add_headers)
    return blueprint


def add_headers(response: Response) -> Response:
    # As `setdefault` of each, which searches all headers and costs a sixth of a small page.
    set_ = {name.lower() for name, _ in response.headers}
    for lowered, name, value in _LOWERED:
        if lowered not in set_:
            response.headers.add(name, value)
    return response


def error_page(status: int, title: str, message: str) -> Response:
    html = render_template("web/error.html", title=title, message=message)
    return add_headers(Response(html, status=status))


def install(app: Flask) -> None:
    """Error pages and template helpers. The webhook never comes here: it answers its own errors."""
    app.jinja_env.globals["asset_url"] = asset_url

    @app.errorhandler(DomainError)
    def domain_error(error: DomainError) -> Response:
        title, _ = _TEXTS.get(error.status, ("没有办成", ""))
        return error_page(error.status, title, error.message)

    @app.errorhandler(HTTPException)
    def http_error(error: HTTPException) -> Response:
        status = error.code or 500
        title, message = _TEXTS.get(status, ("出错了", "请稍后再试。"))
        return error_page(status, title, message)

    @app.errorhandler(Exception)
    def unexpected(error: Exception) -> Response:
        trace = trace_id()
        log.error("page_failed", trace=trace, path=request.path, exc_info=error)
        return error_page(500, "出错了", f"系统出了点问题，请稍后再试。如需帮助请报编号 {trace}。")
