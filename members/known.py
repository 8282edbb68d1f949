"""The door of workers' pages that somebody has to be known for: sign-in, forms of our own only, no virtual visitors."""

from collections.abc import Callable

from flask import Response, request

from accounts.directory import AccountView
from core.errors import NotAllowed
from members.signin import visitor_or_signin
from web.session import Visitor

_SNAPSHOT = "您现在看到的是页面快照，认不出您是谁。请点右下角「使用完整服务」再参加。"


def wants_json() -> bool:
    return request.accept_mimetypes.best == "application/json"


def admit(account: AccountView, ask_link: Callable[[], Response]) -> Visitor | Response:
    """Who is looking, or where a GET by nobody leads: the sign-in, or `ask_link` where the account has none.

    A POST comes from our own pages and from somebody who is known; a virtual visitor may look. Raises NotAllowed.
    """
    if request.method == "POST" and request.headers.get("Sec-Fetch-Site", "same-origin") != "same-origin":
        raise NotAllowed("foreign_form", "这次提交不是从本页面发出的，没有执行。请回到公众号重新打开。")
    visitor = visitor_or_signin(account)
    if not isinstance(visitor, Visitor):
        if request.method == "POST" or wants_json():
            raise NotAllowed("signed_out", "登录已失效，请回到公众号重新打开；已经保存的都还在。")
        return ask_link() if visitor.status_code == 403 else visitor
    if visitor.snapshot and request.method == "POST":
        raise NotAllowed("snapshot", _SNAPSHOT)
    return visitor
