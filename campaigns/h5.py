"""A campaign's pages for workers that every kind has: its front page, its rules, all campaigns of an account."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict
from typing import Any

from flask import Blueprint, Response, jsonify, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from accounts.directory import AccountView
from campaigns.eligibility import ASKS, Ask, asked
from campaigns.joining import introduce
from campaigns.registry import kind_of
from campaigns.share import card_of, may_share, sign_page
from campaigns.stage import Stage, crowd, find_campaign, on_stage, shelf
from campaigns.view import PHASES, CampaignView
from core.clock import local_text
from core.errors import Closed, DomainError, NotFound
from house.current import parts
from members.ledger import find_person
from web.pages import secure
from wechat.errors import WeChatError

pages = secure(Blueprint("campaign_pages", __name__, template_folder="templates"))


@pages.get("/h5/<account_key>/c")
def index(account_key: str) -> Response:
    """What is on, what comes, what was."""
    account = parts().directory.get(account_key)
    now = parts().clock()
    shown = [(one, one.phase(now)) for one in shelf().of_account(account.id)]
    html = render_template("campaigns/index.html", title="活动", account=account, shown=shown, phases=PHASES)
    return Response(html)


@pages.get("/h5/<account_key>/c/<campaign_id>")
def front(account_key: str, campaign_id: str) -> AnyResponse:
    """Open to all, also to crawlers and virtual visitors: what it is, how long, and the way in."""
    account = parts().directory.get(account_key)
    return Response(_front(account, find_campaign(account, campaign_id)))


@pages.get("/h5/<account_key>/c/<campaign_id>/rules")
def rules(account_key: str, campaign_id: str) -> Response:
    """The rules as they were frozen, the kind's own facts, and the privacy notice."""
    account = parts().directory.get(account_key)
    campaign = find_campaign(account, campaign_id)
    return Response(_rules(account, campaign))


@pages.route("/h5/<account_key>/c/<campaign_id>/join", methods=["GET", "POST"])
@on_stage()
def join(stage: Stage) -> AnyResponse:
    """What the campaign asks for before one takes part; then on to the kind's first page."""
    if request.method == "GET":
        return _join(stage)
    told = {one: request.form.get(one, "") for one in ASKS}
    try:
        with parts().db.work() as session:
            introduce(session, stage.campaign, stage.openid, told, stage.now, _regions(stage))
    except DomainError as error:
        return _join(stage, told=told, problem=error.message, status=error.status)
    return redirect(_play_url(stage.account, stage.campaign), 303)


@pages.get("/h5/<account_key>/c/<campaign_id>/share")
def share(account_key: str, campaign_id: str) -> Response:
    """The JS-SDK's signature for a page of this campaign; the card itself stands in the page."""
    account = parts().directory.get(account_key)
    campaign = find_campaign(account, campaign_id)
    if not may_share(account):
        raise NotFound("no_share", "这个公众号没有自定义分享卡片的能力。")
    try:
        ticket = parts().platform.ticket(account)
    except WeChatError as error:
        raise Closed("no_ticket", f"暂时不能设置分享卡片：{error.message}") from None
    signed = sign_page(account, campaign, request.args.get("url", ""), ticket, parts().clock())
    return jsonify(asdict(signed))


def _join(
    stage: Stage, *, told: Mapping[Ask, str] | None = None, problem: str = "", status: int = 200
) -> Response:
    campaign = stage.campaign
    with parts().db.read() as session:
        person = find_person(session, campaign.account_id, campaign.scope, stage.openid)
    stands = {one: getattr(person, one) or "" for one in ASKS} if person else {}
    html = render_template(
        "campaigns/join.html",
        title="填写信息",
        account=stage.account,
        campaign=campaign,
        asks={one: ASKS[one] for one in asked(campaign.eligibility)},
        regions=_regions(stage),
        stands=stands,
        told=told or {},
        problem=problem,
        snapshot=stage.visitor.snapshot,
        play_url=_play_url(stage.account, campaign),
    )
    return Response(html, status)


def _regions(stage: Stage) -> tuple[str, ...]:
    """What may be chosen: the campaign's districts, else all of the account's."""
    return stage.campaign.eligibility.regions or tuple(one.district for one in stage.account.profile.contacts)


def _play_url(account: AccountView, campaign: CampaignView) -> str:
    kind = kind_of(campaign.kind)
    return url_for(f"{kind.h5.name}.play", account_key=account.key, campaign_id=campaign.public_id)


def _front(account: AccountView, campaign: CampaignView) -> str:
    return render_template(
        "campaigns/front.html",
        title=campaign.title,
        account=account,
        campaign=campaign,
        play_url=_play_url(account, campaign),
        people=crowd().count(campaign.account_id, campaign.scope),
        share=may_share(account),
        card=card_of(account, campaign),
        **front_of(campaign),
    )


def _rules(account: AccountView, campaign: CampaignView) -> str:
    return render_template(
        "campaigns/rules.html", title="活动规则", account=account, campaign=campaign, **rules_of(campaign)
    )


def front_of(campaign: CampaignView) -> dict[str, Any]:
    """What the front page says of a campaign."""
    now = parts().clock()
    phase = campaign.phase(now)
    moment = campaign.opens_at if phase == "soon" else campaign.closes_at
    return {
        "kind": kind_of(campaign.kind),
        "phase": phase,
        "phase_title": PHASES[phase],
        "seconds_left": max(0, int((moment - now).total_seconds())),
    }


def rules_of(campaign: CampaignView) -> dict[str, Any]:
    """What the rules page says: its times and the kind's own facts, then section by section."""
    sections = [
        (str(field.title), getattr(campaign.rules, name))
        for name, field in type(campaign.rules).model_fields.items()
    ]
    span = f"活动时间：{local_text(campaign.opens_at)} 至 {local_text(campaign.closes_at)}。"
    return {
        "facts": [span, *_changes(campaign), *kind_of(campaign.kind).facts(campaign)],
        "sections": [(name, text) for name, text in sections if text.strip()],
    }


def _changes(campaign: CampaignView) -> Iterator[str]:
    """What came otherwise than was announced."""
    if campaign.extended_from is not None:
        yield f"原定 {local_text(campaign.extended_from)} 结束，现延期：{campaign.extended_why}"
    if campaign.state == "frozen":
        since = f"{local_text(campaign.frozen_at)} 起" if campaign.frozen_at else ""
        yield f"{since}暂停中：{campaign.frozen_why}"
