"""A campaign's pages for workers that every kind has: its front page, its rules, all campaigns of an account."""

from flask import Blueprint, Response, render_template, url_for
from werkzeug.wrappers import Response as AnyResponse

from accounts.directory import AccountView
from campaigns.registry import kind_of
from campaigns.stage import find_campaign, shelf
from campaigns.view import PHASES, CampaignView
from core.clock import local_text
from house.current import parts
from web.pages import secure

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


def _front(account: AccountView, campaign: CampaignView) -> str:
    now = parts().clock()
    kind = kind_of(campaign.kind)
    phase = campaign.phase(now)
    moment = campaign.opens_at if phase == "soon" else campaign.closes_at
    return render_template(
        "campaigns/front.html",
        title=campaign.title,
        account=account,
        campaign=campaign,
        kind=kind,
        phase=phase,
        phase_title=PHASES[phase],
        seconds_left=max(0, int((moment - now).total_seconds())),
        play_url=url_for(f"{kind.h5.name}.play", account_key=account.key, campaign_id=campaign.public_id),
    )


def _rules(account: AccountView, campaign: CampaignView) -> str:
    sections = [
        (str(field.title), getattr(campaign.rules, name))
        for name, field in type(campaign.rules).model_fields.items()
    ]
    return render_template(
        "campaigns/rules.html",
        title="活动规则",
        account=account,
        campaign=campaign,
        facts=[
            f"活动时间：{local_text(campaign.opens_at)} 至 {local_text(campaign.closes_at)}。",
            *kind_of(campaign.kind).facts(campaign),
        ],
        sections=[(name, text) for name, text in sections if text.strip()],
    )
