"""A contest's settings, as an organiser fills them in."""

from collections.abc import Sequence
from typing import Annotated, Literal, cast

from pydantic import BaseModel, ConfigDict, Field, model_validator

from campaigns.ballots.rules import EACH_DAY, LIVE, Round, Show
from campaigns.ballots.words import LIKING, Words
from campaigns.view import CampaignView, KindConfig
from core.text import parted

PICTURES: Literal["照片"] = "照片"
VIDEO: Literal["视频"] = "视频"
LINK: Literal["链接"] = "链接"
ANY: Literal["不限"] = "不限"
Form = Literal["照片", "视频", "链接", "不限"]
BY_JURY: Literal["评委评定"] = "评委评定"
BY_LIKES: Literal["公众点赞"] = "公众点赞"
BY_STAFF: Literal["主办方评定"] = "主办方评定"
MOST_PICTURES = 20


class Group(BaseModel):
    """A group (组别) of a contest that has several."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    title: Annotated[str, Field(min_length=1, max_length=20, title="组别")]
    form: Annotated[Form, Field(title="收什么", description="链接：H5、VR 这样的网页")] = PICTURES


class Award(BaseModel):
    """A level of the award list."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    title: Annotated[str, Field(min_length=1, max_length=20, title="奖项")]
    places: Annotated[int, Field(ge=1, le=1000, title="几名", description="分组的活动，每组各这么多名")] = 1
    by: Annotated[Literal["评委评定", "公众点赞", "主办方评定"], Field(title="怎么评出来")] = BY_JURY


class PhotoConfig(KindConfig):
    """As stored in `Campaign.settings`."""

    noun: Annotated[
        str, Field(min_length=1, max_length=8, title="征集什么", description="例如：作品、照片")
    ] = "作品"
    groups: Annotated[
        tuple[Group, ...],
        Field(max_length=8, title="组别", description="分组才填，一组一行；不分组的，收照片"),
    ] = ()
    categories: Annotated[
        str, Field(max_length=200, title="题材", description="几个题材用顿号隔开，作者选一个；不分的空着")
    ] = ""
    most_works: Annotated[int, Field(ge=1, le=50, title="每人最多交几件")] = 5
    most_pictures: Annotated[
        int,
        Field(ge=1, le=MOST_PICTURES, title="每件最多几张照片", description="1 张是单幅，几张是组照"),
    ] = 9
    details: Annotated[bool, Field(title="请作者写拍摄地点和器材", description="选填的，不写也能交")] = True
    likes: Annotated[bool, Field(title="让大家点赞", description="审核通过的作品，谁都可以点赞")] = True
    votes: Annotated[
        int, Field(ge=1, le=100, title="每人每天（全程）几个赞", description="同一件每天（全程）只能点一次")
    ] = 10
    period: Annotated[
        Literal["每天", "每轮"],
        Field(title="赞数按什么计", description="每天：每人每天可以点；每轮：整个活动期间只有这么多"),
    ] = EACH_DAY
    show: Annotated[Show, Field(title="赞数什么时候公布")] = LIVE
    order: Annotated[
        Literal["最新在前", "随机", "按赞数"],
        Field(title="作品墙的次序", description="随机：每人看到的次序不同，谁也不占便宜"),
    ] = "随机"
    awards: Annotated[
        tuple[Award, ...], Field(max_length=12, title="奖项", description="一个奖项一行；不评奖的空着")
    ] = ()
    objection_days: Annotated[
        int, Field(ge=1, le=30, title="公示几天", description="这些天里，谁都可以对获奖作品提出异议")
    ] = 5
    challenge: Annotated[
        bool,
        Field(title="可疑时请手机算一道题", description="手机自己算，一两秒，人不用做什么；挡得住批量刷赞"),
    ] = True

    @model_validator(mode="after")
    def _check(self) -> "PhotoConfig":
        titles = [one.title for one in self.groups]
        if len(set(titles)) != len(titles):
            raise ValueError("两个组别不能同名")
        awards = [one.title for one in self.awards]
        if len(set(awards)) != len(awards):
            raise ValueError("两个奖项不能同名")
        if not self.likes and any(one.by == BY_LIKES for one in self.awards):
            raise ValueError("有奖项按公众点赞评定，就要让大家点赞")
        return self

    @property
    def words(self) -> Words:
        return LIKING

    @property
    def choose_least(self) -> int:
        """A like is a ballot for one work."""
        return 1

    @property
    def choose_most(self) -> int:
        return 1

    @property
    def rounds(self) -> Sequence[Round]:
        return ()

    @property
    def group_names(self) -> tuple[str, ...]:
        """Empty for a contest without groups."""
        return tuple(one.title for one in self.groups)

    @property
    def category_names(self) -> tuple[str, ...]:
        return parted(self.categories)

    @property
    def likes_decide(self) -> bool:
        """Does an award go to who is liked most? Then asking for likes is 集赞."""
        return any(one.by == BY_LIKES for one in self.awards)

    def form_of(self, group: str) -> Form:
        """What a group takes; a contest without groups takes pictures."""
        return next((one.form for one in self.groups if one.title == group), PICTURES)


def settings_of(campaign: CampaignView) -> PhotoConfig:
    """A contest's, from a campaign that is one."""
    return cast(PhotoConfig, campaign.settings)
