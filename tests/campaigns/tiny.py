"""A kind of campaign that exists in tests alone: one button, counted. Its settings have an input of every sort."""

from collections.abc import Iterator
from datetime import date, datetime
from typing import Annotated, Literal

from flask import Response
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import select
from sqlalchemy.orm import Session

from campaigns.joining import join
from campaigns.kind import CampaignKind, Figure, Series, Summary, Template
from campaigns.stage import Stage, on_stage, stage_pages
from campaigns.view import CampaignView, Finding, KindConfig
from chat.answer import PASS, Answer, say
from chat.turn import Turn
from house.current import parts
from members.ledger import Limit, reserve, used
from models.ledger import Person


class Row(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")
    title: Annotated[str, Field(min_length=1, max_length=20, title="名目")]
    points: Annotated[int, Field(ge=1, le=9, title="分数", description="1 到 9")] = 1
    hidden: Annotated[bool, Field(title="不显示")] = False


class Place(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")
    hall: Annotated[str, Field(max_length=20, title="地点")] = ""


class TinyConfig(KindConfig):
    slogan: Annotated[str, Field(max_length=20, title="口号", description="大家喊的")] = "加油"
    story: Annotated[str, Field(max_length=200, title="说明")] = ""
    taps: Annotated[int, Field(ge=1, le=50, title="按几下")] = 3
    share: Annotated[float, Field(ge=0, le=1, title="比例")] = 0.5
    loud: Annotated[bool, Field(title="大声")] = False
    colour: Annotated[Literal["红", "黄"], Field(title="颜色")] = "红"
    days: Annotated[tuple[Literal["周六", "周日"], ...], Field(title="哪几天")] = ()
    words: Annotated[tuple[str, ...], Field(max_length=3, title="词语")] = ()
    rows: Annotated[tuple[Row, ...], Field(max_length=5, title="名目表", description="一行一个")] = ()
    place: Annotated[Place, Field(title="场地")] = Place()
    ends: Annotated[date | None, Field(title="截止日")] = None
    at: Annotated[datetime | None, Field(title="时刻")] = None


pages = stage_pages("tiny_pages", __name__)


@pages.get("/play")
@on_stage("tiny")
def play(stage: Stage) -> Response:
    with parts().db.work() as session:
        person = join(session, stage.campaign, stage.openid, stage.now)
    return Response(f"编号 {person.public_id}")


@pages.post("/play")
@on_stage("tiny")
def tap(stage: Stage) -> Response:
    with parts().db.work() as session:
        person = join(session, stage.campaign, stage.openid, stage.now)
        done = reserve(session, stage.account.id, stage.campaign.scope, Limit("taps", 3, person.id))
    return Response("按下了" if done else "按完了")


class TinyChat:
    def may_answer(self, turn: Turn) -> bool:
        return turn.words == "按"

    def may_begin(self, campaign: CampaignView, turn: Turn) -> bool:
        return False

    def open(self, session: Session, campaign: CampaignView, person: Person, turn: Turn) -> Answer:
        return say(f"开始按：{campaign.title}")

    def answer(self, session: Session, campaign: CampaignView, person: Person | None, turn: Turn) -> Answer:
        return PASS if person is None else say(f"收到：{campaign.title}")


def _people(session: Session, campaign: CampaignView) -> Iterator[Person]:
    query = select(Person).where(Person.account_id == campaign.account_id, Person.scope == campaign.scope)
    yield from session.scalars(query.order_by(Person.id))


def summarise(session: Session, campaign: CampaignView, now: datetime) -> Summary:
    count = sum(1 for _ in _people(session, campaign))
    return Summary(
        [Figure("参与人数", count, "人")],
        [Series("每天", "line", ["一", "二"], [1, 3]), Series("各区", "bars", ["<b>东</b>"], [2])],
    )


def export_rows(session: Session, campaign: CampaignView) -> Iterator[tuple[str, str, int]]:
    for person in _people(session, campaign):
        yield (
            person.public_id,
            person.unit,
            used(session, campaign.account_id, campaign.scope, person.id, "taps"),
        )


def preflight(session: Session, campaign: CampaignView) -> list[Finding]:
    config = campaign.settings
    empty = isinstance(config, TinyConfig) and not config.slogan
    return [Finding("stop", "没有口号。", "写上口号。")] if empty else []


CLOSED: list[str] = []


KIND = CampaignKind(
    key="tiny",
    title="按一按",
    about="按一个按钮",
    verb="按按",
    config=TinyConfig,
    templates=[Template("plain", "按一按", "最简单的", {"taps": 5}, days=7)],
    h5=pages,
    summarise=summarise,
    export_columns=("编号", "单位", "次数"),
    export_rows=export_rows,
    erase_person=lambda _s, _a, _p: 1,
    kept=lambda session, campaign, person: {
        "按了几下": used(session, campaign.account_id, campaign.scope, person.id, "taps")
    },
    gives_chances=True,
    preflight=preflight,
    preview=lambda _s, campaign: f"<p>第一页：{campaign.public_id}</p>",
    on_close=lambda _s, campaign, _now: CLOSED.append(campaign.public_id),
    facts=lambda _c: ("每人按三下。",),
)
