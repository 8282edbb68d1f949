"""A vote's settings, as an organiser fills them in."""

from typing import Annotated, Literal, cast

from pydantic import BaseModel, ConfigDict, Field, model_validator

from campaigns.ballots.rules import EACH_DAY, LIVE
from campaigns.ballots.words import VOTING, Words
from campaigns.view import CampaignView, KindConfig
from core.text import parted


class Round(BaseModel):
    """One round (轮) of a vote that has several."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    title: Annotated[str, Field(min_length=1, max_length=20, title="轮名")]
    day: Annotated[int, Field(ge=0, le=365, title="开始后第几天开始", description="0 是活动开始当天")] = 0
    keep: Annotated[
        int, Field(ge=0, le=500, title="晋级几名", description="每组得票最多的几名进下一轮；最后一轮填 0")
    ] = 0


class VoteConfig(KindConfig):
    """As stored in `Campaign.settings`."""

    noun: Annotated[
        str, Field(min_length=1, max_length=8, title="投给什么", description="例如：候选人、作品、班组")
    ] = "候选人"
    groups: Annotated[
        str, Field(max_length=200, title="组别", description="几个组用顿号隔开；不分组的空着")
    ] = ""
    choose_least: Annotated[int, Field(ge=1, le=100, title="每张选票最少选几个")] = 1
    choose_most: Annotated[int, Field(ge=1, le=100, title="每张选票最多选几个")] = 1
    period: Annotated[
        Literal["每天", "每轮"],
        Field(title="票数按什么计", description="每天：每人每天可以投；每轮：每人每轮只有一份"),
    ] = EACH_DAY
    votes: Annotated[
        int,
        Field(ge=1, le=500, title="每人每天（轮）几票", description="同一个候选人每天（轮）只能投一票"),
    ] = 1
    rounds: Annotated[
        tuple[Round, ...], Field(max_length=10, title="轮次", description="分几轮才填，一轮一行")
    ] = ()
    show: Annotated[
        Literal["实时公布", "每天 18 点公布", "结束后公布"],
        Field(title="票数什么时候公布", description="账本每天都公布，票数可以晚一些"),
    ] = LIVE
    public_percent: Annotated[
        int,
        Field(
            ge=0, le=100, title="公众投票占多少（百分比）", description="其余是评委打分；全看公众投票的填 100"
        ),
    ] = 100
    order: Annotated[
        Literal["按编号", "随机", "按票数"],
        Field(title="列表的次序", description="随机：每人看到的次序不同，谁也不占便宜"),
    ] = "随机"
    challenge: Annotated[
        bool,
        Field(title="可疑时请手机算一道题", description="手机自己算，一两秒，人不用做什么；挡得住批量刷票"),
    ] = True

    @model_validator(mode="after")
    def _check(self) -> "VoteConfig":
        if self.choose_least > self.choose_most:
            raise ValueError("每张选票最少选的个数，不能比最多选的多")
        if self.choose_least > self.votes:
            raise ValueError(f"每人只有 {self.votes} 票，投不满一张最少选 {self.choose_least} 个的选票")
        days = [one.day for one in self.rounds]
        if days != sorted(set(days)) or (days and days[0] != 0):
            raise ValueError("轮次要按先后写，第一轮从第 0 天开始，后一轮比前一轮晚")
        if any(one.keep == 0 for one in self.rounds[:-1]):
            raise ValueError("除了最后一轮，每一轮都要写晋级几名")
        return self

    @property
    def group_names(self) -> tuple[str, ...]:
        """Empty for a vote without groups."""
        return parted(self.groups)

    @property
    def words(self) -> Words:
        return VOTING


def settings_of(campaign: CampaignView) -> VoteConfig:
    """A vote's, from a campaign that is one."""
    return cast(VoteConfig, campaign.settings)
