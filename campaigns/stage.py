"""The stage on which workers' pages of campaigns play: whose account, which campaign, who is looking.

A kind makes its pages with `stage_pages` and `@on_stage` and is given a `Stage`; nobody gets there by a forged identity.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import wraps
from typing import Any, cast

from flask import (
    Blueprint,
    Flask,
    Response,
    current_app,
    jsonify,
    redirect,
    render_template,
    request,
    url_for,
)
from werkzeug.wrappers import Response as AnyResponse

from accounts.directory import AccountView
from campaigns.crowd import Crowd
from campaigns.shelf import CampaignShelf
from campaigns.view import CampaignView
from core.errors import DomainError, NotAllowed, NotFound
from house.current import parts
from members.signin import visitor_or_signin
from web.pages import secure
from web.session import Visitor

SHELF = "zhijia.campaigns"
_CROWD = "zhijia.campaign_crowd"
_JSON = "application/json"
_STAGED = "campaign_stage"
_SNAPSHOT = "您现在看到的是页面快照，认不出您是谁。请点右下角「使用完整服务」再参加。"


@dataclass(frozen=True, slots=True)
class Stage:
    """One request of somebody who is known."""

    account: AccountView
    campaign: CampaignView
    visitor: Visitor
    now: datetime

    @property
    def openid(self) -> str:
        return self.visitor.openid


View = Callable[..., AnyResponse]


def stage_pages(name: str, module: str) -> Blueprint:
    """A kind's pages, all below one campaign's address."""
    blueprint = Blueprint(
        name, module, url_prefix="/h5/<account_key>/c/<campaign_id>", template_folder="templates"
    )
    return secure(blueprint)


def shelf() -> CampaignShelf:
    return cast(CampaignShelf, current_app.extensions[SHELF])


def crowd() -> Crowd:
    """Counts for front pages, of this process."""
    return cast(Crowd, current_app.extensions.setdefault(_CROWD, Crowd(parts().db)))


def find_campaign(account: AccountView, campaign_id: str, kind: str | None = None) -> CampaignView:
    """One that is open to workers, of `kind` if it is named. Raises NotFound."""
    campaign = shelf().get(account.id, campaign_id)
    if kind is not None and campaign.kind != kind:
        raise NotFound("no_campaign", "这个活动没有这一页，请回到活动首页。")
    return campaign


def on_stage(kind: str | None = None) -> Callable[[View], View]:
    """A view that is given a Stage and the rest of its address.

    A GET by nobody leads to the sign-in; a virtual visitor may look. A POST comes from our own pages and from somebody
    who is known, else it is refused; who asks for JSON is told so in JSON.
    """

    def wrap(view: View) -> View:
        @wraps(view)
        def answer(account_key: str, campaign_id: str, **rest: object) -> AnyResponse:
            try:
                return _answer(view, kind, account_key, campaign_id, rest)
            except DomainError as error:
                return _tell(error, account_key, campaign_id)

        setattr(answer, _STAGED, True)
        return answer

    return wrap


def asks_who(app: Flask, endpoint: str) -> bool:
    """Is a page `on_stage`, so that nobody gets there without a follower's own session?"""
    return bool(getattr(app.view_functions[endpoint], _STAGED, False))


def _tell(error: DomainError, account_key: str, campaign_id: str) -> AnyResponse:
    """In JSON to who asks for it. What a form can help with leads to the form."""
    form = url_for("campaign_pages.join", account_key=account_key, campaign_id=campaign_id)
    if wants_json():
        more = {"join": form} if error.code == "asks" else {}
        response = jsonify(error=error.code, message=error.message, **more)
        response.status_code = error.status
        return response
    if error.code == "asks":
        return redirect(form, 303)
    raise error


def wants_json() -> bool:
    accept = request.headers.get("Accept", "")
    # What our scripts send, and what browsers do, need no weighing.
    if accept == _JSON or _JSON not in accept:
        return accept == _JSON
    return request.accept_mimetypes.best == _JSON


def _answer(
    view: View, kind: str | None, account_key: str, campaign_id: str, rest: dict[str, object]
) -> AnyResponse:
    account = parts().directory.get(account_key)
    campaign = find_campaign(account, campaign_id, kind)
    if request.method == "POST" and request.headers.get("Sec-Fetch-Site", "same-origin") != "same-origin":
        raise NotAllowed("foreign_form", "这次提交不是从本页面发出的，没有执行。请回到公众号重新打开。")
    visitor = visitor_or_signin(account)
    if not isinstance(visitor, Visitor):
        if request.method == "POST" or wants_json():
            raise NotAllowed("signed_out", "登录已失效，请回到公众号重新打开这个活动；已经保存的都还在。")
        return _ask_link(account, campaign) if visitor.status_code == 403 else visitor
    if visitor.snapshot and request.method == "POST":
        raise NotAllowed("snapshot", _SNAPSHOT)
    return view(Stage(account, campaign, visitor, parts().clock()), **rest)


def page_on(stage: Stage, template: str, title: str, *, status: int = 200, **values: Any) -> Response:
    """A kind's page for somebody who is known."""
    html = render_template(
        template, title=title, account=stage.account, campaign=stage.campaign, stage=stage, **values
    )
    return Response(html, status)


def _ask_link(account: AccountView, campaign: CampaignView) -> Response:
    """For accounts without web sign-in: the campaign's word in the chat brings a link."""
    html = render_template(
        "campaigns/ask_link.html", title=campaign.title, account=account, campaign=campaign
    )
    return Response(html, 403)
