"""A contest in the console: works, suspects, awards, objections, works of the month; a module each, brought together here."""

from campaigns.kinds.photo import (
    console_awards,
    console_months,
    console_objections,
    console_suspects,
    console_work,
    console_works,
)
from campaigns.kinds.photo.objections import alerts
from house.console import Console

ACTIONS = {
    "photo_let_through": "通过作品",
    "photo_refused": "退回作品",
    "photo_taken_off": "撤下作品，重新审核",
    "photo_undone": "撤销对作品的审核",
    "photo_mended": "修改作品的文字",
    "photo_original_opened": "下载作品原片",
    "photo_cleared": "判定照片不重复",
    "photo_alike": "判定照片重复",
    "photo_awarded": "列入获奖名单",
    "photo_awards_filled": "按名次填获奖名单",
    "photo_award_taken": "从获奖名单拿掉",
    "photo_award_withdrawn": "撤销奖项",
    "photo_objection_upheld": "答复异议：成立",
    "photo_objection_rejected": "答复异议：不成立",
    "photo_month_chosen": "选定每月之星",
    "photo_month_dropped": "撤下每月之星",
}

CONSOLE = Console(
    (
        console_works.pages,
        console_work.pages,
        console_suspects.pages,
        console_awards.pages,
        console_objections.pages,
        console_months.pages,
    ),
    actions=ACTIONS,
    alerts=alerts,
)
