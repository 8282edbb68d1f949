"""Lists to choose from that forms of several features share: an answer by some of its words, a picture of the account's library."""

from flask import render_template, request

from core.clock import SHANGHAI
from core.errors import NotAllowed
from house.current import parts
from house.entries import search_entries
from house.permissions import TITLES, Permission
from staff.guard import console_pages, here, needs
from wechat.errors import WeChatError

_LONGEST = 60
pages = console_pages("pickers", __name__)


@pages.get("/o/<organisation_key>/pick/entries")
@needs(Permission.LOOK)
def entries(organisation_key: str) -> str:
    """Options for a field: answers that hold what was typed, whatever the field is called."""
    typed = next(iter(request.args.values()), "").strip()[:_LONGEST]
    today = parts().clock().astimezone(SHANGHAI).date()
    with parts().db.read() as session:
        found = search_entries(session, here().place.chain, typed, today) if typed else []
    return render_template("console/entry_options.html", entries=found)


@pages.get("/a/<account_key>/pick/pictures")
@needs(Permission.LOOK)
def pictures(account_key: str) -> str:
    """The newest pictures of the account's library on the platform; asking costs calls, so only whom it helps may."""
    if not (here().may(Permission.MENUS) or here().may(Permission.RULES)):
        raise NotAllowed(
            "no_permission",
            f"您在这里没有「{TITLES[Permission.MENUS]}」或「{TITLES[Permission.RULES]}」的权限，请找本单位的管理员开通。",
        )
    try:
        found = parts().platform.api(here().official).files.list_materials("image").items
    except WeChatError as error:
        return render_template("console/pictures.html", found=(), problem=error.message)
    return render_template("console/pictures.html", found=found, problem="")
