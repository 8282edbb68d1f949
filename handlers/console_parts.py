"""What the pages of rules and of welcome texts share."""

from accounts.directory import AccountView
from handlers.overview import Overview
from handlers.replies import RuleReply, contents
from handlers.store import list_questions, list_rules
from house.current import parts
from staff.guard import here


def load_overview() -> Overview:
    """Of the organisation that the page is of, read anew."""
    me = here()
    names = {one.id: one.name for one in parts().directory.organisations()}
    with parts().db.read() as session:
        return Overview.of(list_rules(session, me.place.chain), me.place.chain, names)


def first_account() -> AccountView | None:
    """One whose name and addresses can stand in for placeholders: the page's own, or the organisation's first."""
    me = here()
    if me.account is not None:
        return me.account
    return next((one for one in parts().directory.all() if one.organisation_id == me.place.id), None)


def questions_in(reply: RuleReply) -> dict[str, str]:
    """The questions of the answers that `reply` names, by code."""
    codes = [content.entry for content in contents(reply) if content.entry]
    if not codes:
        return {}
    with parts().db.read() as session:
        return list_questions(session, here().place.chain, codes)
