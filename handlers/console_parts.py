"""What the pages of rules and of welcome texts share."""

from pathlib import PurePath
from typing import Any

from flask import current_app, request, url_for

from accounts.directory import AccountView
from core.errors import Conflict, DomainError
from handlers import forms
from handlers.keywords import STAMP
from handlers.overview import Overview
from handlers.replies import RuleReply, contents
from handlers.store import list_questions, list_rules
from house.current import parts
from models.stamps import read_stamps
from staff.guard import here
from web.storage import LIMITS, read_picture
from wechat.api.base import Upload

_OVERVIEWS = "zhijia.rule_overviews"
_MOST = 20
"""Organisations whose overviews are kept."""

_Key = tuple[int, tuple[int, ...], dict[int, str]]


def load_overview() -> Overview:
    """Of the organisation that the page is of, as it stands now. To make one of thousands of rules takes long: until some
    rule or name is changed, the last one is still right."""
    chain = here().place.chain
    names = {one.id: one.name for one in parts().directory.organisations()}
    kept: dict[tuple[int, ...], tuple[_Key, Overview]] = current_app.extensions.setdefault(_OVERVIEWS, {})
    with parts().db.read() as session:
        # First the stamp: what is changed after it was read is read again the next time.
        key = (read_stamps(session).get(STAMP, 0), chain, names)
        known = kept.get(chain)
        if known is not None and known[0] == key:
            return known[1]
        overview = Overview.of(list_rules(session, chain), chain, names)
    while len(kept) >= _MOST:
        kept.pop(next(iter(kept)), None)
    kept[chain] = (key, overview)
    return overview


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


_MOST_BYTES = LIMITS["picture"] + 2 * 1024 * 1024
_MOST_FIELDS = 20_000
"""A guide has many, and forms with files are otherwise held to a thousand."""


def allow_pictures(_endpoint: str | None, _values: dict[str, Any] | None) -> None:
    """Before the guard reads the form."""
    request.max_content_length = _MOST_BYTES
    request.max_form_parts = _MOST_FIELDS


def change(tree: forms.Tree, do: str, root: str) -> str:
    """What a button of a reply's form asks for; why it did not happen, if so."""
    verb, _, path = do.partition(" ")
    if verb != "upload":
        forms.change(tree, do)
        return ""
    try:
        forms.set_image(tree, path, _kept_picture(f"{root}.{path}".rstrip(".")))
    except DomainError as error:
        return f"图片没有上传：{error.message}"
    return ""


def _kept_picture(name: str) -> str:
    """The id that the account's library gave to the picture a form brought. Raises DomainError."""
    account, file = first_account(), request.files.get(f"{name}.image.file")
    if account is None:
        raise Conflict("no_account", "本单位没有登记公众号，没有素材库可以存。")
    if file is None or not file.filename:
        raise Conflict("no_file", "请先选择一张图片，再点「上传并使用」。")
    data, suffix = read_picture(file.stream)
    stem = PurePath(file.filename).stem[:40] or "图片"
    kind = "image/png" if suffix == ".png" else "image/jpeg"
    files = parts().platform.api(account).files
    return files.add_material("image", Upload(f"{stem}{suffix}", data, kind)).media_id


def picture_choice() -> dict[str, str]:
    """For the form's template: where pictures are listed, and whose they are."""
    account = first_account()
    if account is None:
        return {"pictures_url": "", "picture_owner": ""}
    url = url_for("pickers.pictures", account_key=account.key)
    return {"pictures_url": url, "picture_owner": account.name}
