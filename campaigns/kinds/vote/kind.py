"""The kind 投票 as the house of campaigns knows it."""

from campaigns.ballots import life as ballots_life
from campaigns.ballots.rules import EACH_DAY, EACH_ROUND
from campaigns.ballots.summary import summarise
from campaigns.kind import CampaignKind, Template
from campaigns.kinds.vote import h5, life
from campaigns.kinds.vote.ballots import BALLOTS
from campaigns.kinds.vote.candidates import copy_candidates
from campaigns.kinds.vote.chat import VoteChat
from campaigns.kinds.vote.config import VoteConfig
from campaigns.kinds.vote.console import CONSOLE
from campaigns.kinds.vote.console_place import desk
from campaigns.kinds.vote.importing import furnish
from campaigns.kinds.vote.preview import preview

TEMPLATES = (
    Template(
        key="craftsmen",
        title="工匠评选投票",
        about="每人每天投一张选票，选 1 到 10 位，每位每天一票；公众投票占 70%，评委打分占 30%",
        summary="为您心中的工匠投一票。",
        settings={"noun": "候选人", "choose_most": 10, "votes": 10, "public_percent": 70},
        days=10,
    ),
    Template(
        key="teams",
        title="先进班组网络投票",
        about="每人一份选票，选 5 个班组，投票期间不公布票数",
        summary="五个班组，由您来选。",
        settings={
            "noun": "班组",
            "choose_least": 5,
            "choose_most": 5,
            "votes": 5,
            "period": EACH_ROUND,
            "show": "结束后公布",
        },
        days=7,
    ),
    Template(
        key="works",
        title="作品人气投票",
        about="每人每天三票，可以分开投，票数每天 18 点公布",
        summary="喜欢哪件作品，就投给它。",
        settings={"noun": "作品", "choose_most": 3, "votes": 3, "period": EACH_DAY, "show": "每天 18 点公布"},
        days=14,
    ),
)

KIND = CampaignKind(
    key="vote",
    title="投票",
    about="一人一天几票，票票有回执；账本公开校验，刷票能查、能剔除、能恢复",
    verb="投票",
    config=VoteConfig,
    templates=TEMPLATES,
    h5=h5.pages,
    chat=VoteChat(),
    preview=preview,
    console=CONSOLE,
    desk=desk,
    summarise=summarise,
    export_columns=ballots_life.EXPORT_COLUMNS,
    export_rows=ballots_life.export_rows,
    erase_person=ballots_life.erase_person,
    kept=ballots_life.kept,
    ballots=BALLOTS,
    gives_chances=True,
    preflight=life.preflight,
    on_close=ballots_life.on_close,
    on_copy=copy_candidates,
    furnish=furnish,
    facts=life.facts,
    media=life.media_names,
)
