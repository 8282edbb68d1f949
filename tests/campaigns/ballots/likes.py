"""A kind of campaign that exists in tests alone: works that people like, one at a time, by the ledger that votes have."""

from typing import Annotated, Literal

from flask import url_for
from pydantic import Field
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from campaigns.ballots import life
from campaigns.ballots.console_place import ballot_pages
from campaigns.ballots.h5 import mount_ballots
from campaigns.ballots.open_pages import Look, looking
from campaigns.ballots.part import BallotPart
from campaigns.ballots.roll import Roll, Votable
from campaigns.ballots.rules import EACH_DAY, LIVE, Round, Show
from campaigns.ballots.summary import summarise
from campaigns.ballots.words import LIKING, Words
from campaigns.kind import CampaignKind, Template
from campaigns.stage import stage_pages
from campaigns.view import CampaignView, KindConfig

WORKS = ("晨光", "焊花", "塔吊", "夜班")


class LikesConfig(KindConfig):
    noun: str = "作品"
    votes: Annotated[int, Field(ge=1, title="每人每天几个赞")] = 3
    show: Annotated[Show, Field(title="赞数什么时候公布")] = LIVE
    challenge: Annotated[bool, Field(title="可疑时请手机算一道题")] = True
    hidden: Annotated[tuple[str, ...], Field(title="撤下的作品")] = ()

    choose_least: int = 1
    choose_most: int = 1
    period: Literal["每天", "每轮"] = EACH_DAY

    @property
    def words(self) -> Words:
        return LIKING

    @property
    def group_names(self) -> tuple[str, ...]:
        return ("照片", "视频")

    @property
    def rounds(self) -> tuple[Round, ...]:
        return ()


def read_works(_session: Session, campaign: CampaignView) -> Roll[Votable]:
    hidden = campaign.settings.hidden if isinstance(campaign.settings, LikesConfig) else ()
    return Roll([_work(number, name, name in hidden) for number, name in enumerate(WORKS, 1)])


def _work(number: int, name: str, hidden: bool) -> Votable:
    group = "照片" if number < 4 else "视频"
    state = "withdrawn" if hidden else "standing"
    return Votable(public_id=f"w{number}", number=number, name=name, group=group, unit="甲厂", state=state)


def _desk(account_key: str, campaign: CampaignView, one: Votable) -> str:
    page = url_for("campaigns_console.show", account_key=account_key, public_id=campaign.public_id)
    return f"{page}#{one.public_id}"


def make_kind() -> CampaignKind:
    """A new one, since an application keeps the blueprints it was given."""
    pages = stage_pages("likes", __name__)
    mount_ballots(pages)

    @pages.get("/likes")
    @looking("likes")
    def play(look: Look) -> Response:
        return Response(f"作品 {look.campaign.public_id}")

    return CampaignKind(
        key="likes",
        title="晒作品",
        about="晒作品，点赞",
        verb="晒作品",
        config=LikesConfig,
        templates=[Template("plain", "晒作品", "最简单的", {}, days=7)],
        h5=pages,
        ballots=BallotPart(read=read_works, desk=_desk),
        summarise=summarise,
        export_columns=life.EXPORT_COLUMNS,
        export_rows=life.export_rows,
        erase_person=life.erase_person,
        kept=life.kept,
        on_close=life.on_close,
        desk=ballot_pages,
        facts=lambda campaign: [*life.quota_facts(campaign), *life.ledger_facts(campaign)],
    )
