"""What a quiz brings: boards, the certificate, and the page that says whether a certificate is real. `h5` gives them addresses."""

from flask import Response, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from campaigns.certificate import can_draw, draw, qr_svg
from campaigns.kinds.quiz import certificate, rules
from campaigns.kinds.quiz.config import settings_of
from campaigns.kinds.quiz.standings import GROUPS, find_mine, list_groups, list_leaders
from campaigns.kinds.quiz.store import find_standing
from campaigns.stage import Stage, find_campaign, on_stage, page_on
from core.errors import NotFound
from house.current import parts
from members.ledger import find_person
from prizes.rules import mask_name

KIND = "quiz"


@on_stage(KIND)
def boards(stage: Stage) -> AnyResponse:
    """Persons, or the average of districts, organisations, industries."""
    settings = settings_of(stage.campaign)
    if not settings.boards:
        raise NotFound("no_boards", "这次活动不公布排行榜。")
    by = next((group for group in GROUPS if group == request.args.get("by")), None)
    with parts().db.read() as session:
        leaders = list_leaders(session, stage.campaign) if by is None else []
        groups = list_groups(session, stage.campaign, by) if by is not None else []
        person = find_person(session, stage.campaign.account_id, stage.campaign.scope, stage.openid)
        mine = find_mine(session, stage.campaign, person.id) if person is not None else None
    return page_on(
        stage,
        "quiz/boards.html",
        "排行榜",
        settings=settings,
        by=by,
        tabs=GROUPS,
        leaders=leaders,
        groups=groups,
        mine=mine,
        me=person,
        duration=rules.duration_text,
    )


@on_stage(KIND)
def show_certificate(stage: Stage) -> AnyResponse:
    """The certificate as a picture to keep; as a page where this machine has no Chinese font to draw with."""
    shown = _certificate(stage)
    return page_on(
        stage,
        "quiz/certificate.html",
        "我的证书",
        shown=shown,
        drawable=can_draw(),
        qr=qr_svg(shown.verify_url),
        duration=rules.duration_text,
    )


@on_stage(KIND)
def draw_certificate(stage: Stage) -> AnyResponse:
    picture = draw(certificate.paper_of(_certificate(stage)))
    if picture is None:
        raise NotFound("no_font", "这台服务器没有中文字体，画不了图片；请在证书页面上长按截图保存。")
    return Response(picture, mimetype="image/png")


def verify(account_key: str, campaign_id: str, code: str) -> AnyResponse:
    """Open to all: is this certificate's number real, and what does it stand for? The name is masked."""
    account = parts().directory.get(account_key)
    campaign = find_campaign(account, campaign_id, KIND)
    with parts().db.read() as session:
        found = certificate.find(session, campaign, code)
    html = render_template(
        "quiz/verify.html",
        title="证书查验",
        account=account,
        campaign=campaign,
        found=found,
        name=mask_name(found.person.name or "") if found else "",
        duration=rules.duration_text,
    )
    return Response(html, 200 if found else 404)


def _certificate(stage: Stage) -> certificate.Certificate:
    """Somebody's own. Raises NotFound where it is not earned."""
    campaign = stage.campaign
    with parts().db.read() as session:
        person = find_person(session, campaign.account_id, campaign.scope, stage.openid)
        standing = find_standing(session, campaign, person.id) if person is not None else None
    if person is None or standing is None or not certificate.is_earned(settings_of(campaign), standing):
        raise NotFound("no_certificate", "还没有达到领取证书的成绩，再答一次试试。")
    path = url_for(
        ".verify", account_key=stage.account.key, campaign_id=campaign.public_id, code=standing.public_id
    )
    return certificate.make(
        campaign, stage.account.name, person, standing, parts().settings.public_url + path
    )
