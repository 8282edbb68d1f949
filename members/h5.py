"""「我的」: a worker's own page."""

from flask import Response, current_app, render_template

from house.current import parts
from house.links import MINE, Mine
from members.service import find_member, list_questions
from members.signin import pages, visitor_or_signin

__all__ = ["me", "pages"]


@pages.get("/h5/<account_key>/me")
def me(account_key: str) -> Response:
    """What the account knows of the visitor: since when, and their own questions."""
    account = parts().directory.get(account_key)
    visitor = visitor_or_signin(account)
    if isinstance(visitor, Response):
        return visitor
    if visitor.snapshot:
        return Response(render_template("members/snapshot.html", title="我的", account=account))
    with parts().db.read() as session:
        member = find_member(session, account.id, visitor.openid)
        questions = list_questions(session, account.id, visitor.openid)
        mine: list[Mine] = current_app.extensions[MINE]
        found = [part for one in mine if (part := one(session, account.id, visitor.openid)) is not None]
    html = render_template(
        "members/me.html", title="我的", account=account, member=member, questions=questions, parts=found
    )
    return Response(html)
