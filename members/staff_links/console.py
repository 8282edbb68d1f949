"""我的微信 in the console: one links one's own WeChat to one's name, so that draws know their staff, and juries their jurors' works.

For everybody with a role there, jurors too, who may look at nothing else.
"""

from flask import Response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from core.errors import DomainError
from core.ids import row_number
from house.current import parts
from members.staff_links import service
from members.staff_links.rules import CODE_MINUTES, STILL_BARRED
from members.staff_links.store import list_links
from staff.guard import acting, console_pages, here, needs

pages = console_pages("staff_links", __name__)


@pages.get("/a/<account_key>/my-wechat")
@needs("signed_in")
def mine(account_key: str) -> Response:
    """Which WeChats are linked, and how to link one."""
    return _mine()


@pages.post("/a/<account_key>/my-wechat/code")
@needs("signed_in")
def code(account_key: str) -> AnyResponse:
    """Eight digits to be sent from the chat; shown once."""
    me = here()
    with acting("staff_code_made") as session:
        digits = service.make_code(session, me.official.id, me.staff.id, parts().clock())
    return _mine(digits=f"{digits[:4]} {digits[4:]}")


@pages.post("/a/<account_key>/my-wechat/end")
@needs("signed_in")
def end(account_key: str) -> AnyResponse:
    """One's own link ends."""
    me = here()
    try:
        with acting("staff_unlinked") as session:
            link_id = request.form.get("one", 0, row_number)
            service.end_link(session, me.official.id, me.staff.id, link_id, parts().clock())
    except DomainError as error:
        return _mine(problem=error.message, status=error.status)
    return redirect(url_for(".mine", account_key=account_key))


def _mine(*, digits: str = "", problem: str = "", status: int = 200) -> Response:
    me = here()
    with parts().db.read() as session:
        links = list_links(session, me.official.id, me.staff.id)
    html = render_template(
        "members/console_my_wechat.html",
        title="我的微信",
        links=links,
        digits=digits,
        minutes=CODE_MINUTES,
        days=STILL_BARRED.days,
        problem=problem,
    )
    return Response(html, status)
