"""The certificate of an award: for its author as a picture to keep, for everybody a page that says whether it is real."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from flask import Response, render_template, url_for
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from campaigns.certificate import Paper, can_draw, qr_svg
from campaigns.certificate import draw as draw_paper
from campaigns.kinds.photo.awards import Line
from campaigns.kinds.photo.config import settings_of
from campaigns.kinds.photo.objections import objections_until
from campaigns.kinds.photo.tables import PhotoAward, PhotoWork
from campaigns.kinds.photo.works import of_campaign
from campaigns.stage import Stage, find_campaign, on_stage, page_on
from campaigns.view import CampaignView
from core.clock import SHANGHAI
from core.errors import Closed, NotFound
from house.current import parts
from members.ledger import find_person

KIND = "photo"


@on_stage(KIND)
def show(stage: Stage, award_id: str) -> AnyResponse:
    """One's own certificate; as a page where this machine has no Chinese font to draw with."""
    paper = _paper(stage, award_id)
    return page_on(
        stage,
        "photo/certificate.html",
        "我的证书",
        paper=paper,
        award_id=award_id,
        drawable=can_draw(),
        qr=qr_svg(paper.verify_url),
    )


@on_stage(KIND)
def draw(stage: Stage, award_id: str) -> AnyResponse:
    picture = draw_paper(_paper(stage, award_id))
    if picture is None:
        raise NotFound("no_font", "这台服务器没有中文字体，画不了图片；请在证书页面上长按截图保存。")
    return Response(picture, mimetype="image/png")


def verify(account_key: str, campaign_id: str, award_id: str) -> AnyResponse:
    """Open to all: is this certificate real, and what does it stand for? It names nobody."""
    account = parts().directory.get(account_key)
    campaign = find_campaign(account, campaign_id, KIND)
    with parts().db.read() as session:
        line = find_given(session, campaign, award_id, parts().clock())
    html = render_template(
        "photo/verify.html",
        title="证书查验",
        account=account,
        campaign=campaign,
        settings=settings_of(campaign),
        line=line,
        day=_day_of(campaign),
    )
    return Response(html, 200 if line else 404)


def is_final(campaign: CampaignView, now: datetime) -> bool:
    """Are the days of 公示 over, so that certificates are given?"""
    until = objections_until(campaign)
    return campaign.state == "archived" or (until is not None and now >= until)


def find_given(session: Session, campaign: CampaignView, award_id: str, now: datetime) -> Line | None:
    """The award that a certificate of this number stands for; None where none was given, or it was withdrawn."""
    query = (
        select(PhotoAward, PhotoWork)
        .join(PhotoWork, PhotoWork.id == PhotoAward.work_id)
        .where(
            PhotoAward.account_id == campaign.account_id,
            *of_campaign(campaign),
            PhotoAward.public_id == award_id,
            PhotoAward.withdrawn_why == "",
        )
    )
    row = session.execute(query).one_or_none() if is_final(campaign, now) else None
    return Line(*row) if row is not None else None


def list_own(
    session: Session, campaign: CampaignView, works: Sequence[int], now: datetime
) -> Mapping[int, PhotoAward]:
    """Awards of works (row ids) for which there is a certificate, by work."""
    if not is_final(campaign, now):
        return {}
    query = select(PhotoAward).where(
        PhotoAward.account_id == campaign.account_id,
        PhotoAward.work_id.in_(works),
        PhotoAward.withdrawn_why == "",
    )
    return {one.work_id: one for one in session.scalars(query)}


def _paper(stage: Stage, award_id: str) -> Paper:
    """Somebody's own. Raises NotFound, Closed until the days of 公示 are over."""
    campaign = stage.campaign
    if not is_final(campaign, stage.now):
        raise Closed("not_final", "获奖名单公示期满，才发证书。请过几天再来。")
    with parts().db.read() as session:
        person = find_person(session, campaign.account_id, campaign.scope, stage.openid)
        line = find_given(session, campaign, award_id, stage.now)
    if person is None or line is None or line.work.person_id != person.id:
        raise NotFound("no_certificate", "这份证书不是您的，或者奖项已经撤销。请从「我的作品」里打开。")
    path = url_for(
        ".verify", account_key=stage.account.key, campaign_id=campaign.public_id, award_id=award_id
    )
    award, work = line
    return Paper(
        number=award.public_id,
        name=work.author or person.name or "作者",
        text=f"您的{settings_of(campaign).noun}「{work.title}」在「{campaign.title}」中获{award.group}{award.level}。",
        small="",
        host=stage.account.name,
        day=_day_of(campaign),
        verify_url=parts().settings.public_url + path,
    )


def _day_of(campaign: CampaignView) -> str:
    """The day the list became public, as it is written."""
    day = campaign.publicised_at
    return day.astimezone(SHANGHAI).strftime("%Y 年 %-m 月 %-d 日") if day is not None else ""
