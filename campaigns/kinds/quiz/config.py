"""A quiz's settings, as an organiser fills them in: which questions, how often, how long, what is told when."""

from typing import Annotated, Literal, cast

from pydantic import BaseModel, ConfigDict, Field, model_validator

from campaigns.view import CampaignView, KindConfig
from core.text import parted

AT_ONCE: Literal["每题之后"] = "每题之后"
AT_THE_END: Literal["交卷之后"] = "交卷之后"
MOST_QUESTIONS = 100


class Row(BaseModel):
    """One line of the blueprint (组卷): so many questions of these subjects."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    subjects: Annotated[
        str, Field(max_length=200, title="题目分类", description="几个分类用顿号隔开；空着是全部分类")
    ] = ""
    difficulty: Annotated[int, Field(ge=0, le=3, title="难度", description="1 易、2 中、3 难；0 不限")] = 0
    take: Annotated[int, Field(ge=1, le=MOST_QUESTIONS, title="抽几题")] = 5
    gate: Annotated[int, Field(ge=1, le=31, title="第几关", description="不闯关的填 1")] = 1

    @property
    def subject_names(self) -> tuple[str, ...]:
        """Empty for all subjects."""
        return parted(self.subjects)


class Gate(BaseModel):
    """A level (关) of a quiz that has several; each opens on its own day."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    title: Annotated[str, Field(min_length=1, max_length=20, title="关名")]
    day: Annotated[int, Field(ge=0, le=365, title="开始后第几天开放", description="0 是活动开始当天")] = 0


class QuizConfig(KindConfig):
    """As stored in `Campaign.settings`."""

    blueprint: Annotated[
        tuple[Row, ...],
        Field(
            min_length=1, max_length=60, title="组卷", description="每人的题目按这里从题库随机抽，各人不同"
        ),
    ] = (Row(),)
    gates: Annotated[
        tuple[Gate, ...],
        Field(max_length=31, title="关卡", description="闯关答题才填，一关一行；不闯关的空着"),
    ] = ()
    in_order: Annotated[bool, Field(title="按顺序闯关", description="上一关达到及格分，才能进下一关")] = False
    minutes: Annotated[
        int,
        Field(ge=0, le=180, title="每次限时（分钟）", description="时间由服务器计，到时自动交卷；0 不限时"),
    ] = 10
    tries_a_day: Annotated[
        int, Field(ge=0, le=100, title="每人每天最多几次", description="每一关分别计算；0 不限")
    ] = 3
    tries: Annotated[
        int, Field(ge=0, le=1000, title="每人一共最多几次", description="每一关分别计算；0 不限")
    ] = 0
    feedback: Annotated[
        Literal["每题之后", "交卷之后"],
        Field(title="什么时候告诉对错", description="每题之后告诉的，答过的题不能再改"),
    ] = AT_THE_END
    points: Annotated[int, Field(ge=1, le=100, title="每题几分")] = 10
    pass_percent: Annotated[
        int,
        Field(
            ge=0,
            le=100,
            title="及格线（百分比）",
            description="达到的算通过；活动关联了抽奖时，每次通过得一次抽奖机会",
        ),
    ] = 60
    shuffle_questions: Annotated[bool, Field(title="打乱题目顺序")] = True
    shuffle_options: Annotated[bool, Field(title="打乱选项顺序")] = True
    boards: Annotated[bool, Field(title="公布排行榜", description="姓名只露一个字，没填姓名的不显示")] = True
    board_least: Annotated[
        int, Field(ge=1, le=1000, title="地区、单位、行业榜最少人数", description="人数不到的不上榜")
    ] = 3
    certificate: Annotated[
        str,
        Field(max_length=100, title="证书上的话", description="例如：在本次答题中成绩优秀。空着不发证书"),
    ] = ""
    certificate_percent: Annotated[
        int, Field(ge=0, le=100, title="得多少分发证书（百分比）", description="按最好成绩的总分算")
    ] = 80

    @model_validator(mode="after")
    def _check_gates(self) -> "QuizConfig":
        for number in range(1, self.gate_count + 1):
            asked = sum(row.take for row in self.blueprint if row.gate == number)
            if not asked:
                raise ValueError(f"第 {number} 关没有题目，请在「组卷」里给它加一行")
            if asked > MOST_QUESTIONS:
                raise ValueError(f"第 {number} 关有 {asked} 题，最多 {MOST_QUESTIONS} 题")
        if extra := next((row.gate for row in self.blueprint if row.gate > self.gate_count), None):
            raise ValueError(f"「组卷」里有第 {extra} 关，「关卡」里没有")
        return self

    @property
    def gate_count(self) -> int:
        """At least one: a quiz without levels has one that has no name."""
        return max(1, len(self.gates))

    def gate_title(self, gate: int) -> str:
        """Of the level with this number, from 0; empty in a quiz without levels."""
        return self.gates[gate].title if self.gates else ""

    def gate_day(self, gate: int) -> int:
        """Days after the start on which it opens."""
        return self.gates[gate].day if self.gates else 0

    def rows_of(self, gate: int) -> tuple[Row, ...]:
        return tuple(row for row in self.blueprint if row.gate == gate + 1)

    def total_of(self, gate: int) -> int:
        """How many questions it asks."""
        return sum(row.take for row in self.rows_of(gate))

    @property
    def most_points(self) -> int:
        """What all levels together can bring."""
        return sum(row.take for row in self.blueprint) * self.points


def settings_of(campaign: CampaignView) -> QuizConfig:
    """A quiz's, from a campaign that is one."""
    return cast(QuizConfig, campaign.settings)
