"""A vote in the console: candidates, figures, rounds, the jury, 防刷票; a module each, brought together here."""

from campaigns.kinds.vote import (
    console_candidates,
    console_figures,
    console_files,
    console_guard,
    console_jury,
    console_rounds,
)
from house.console import Console

ACTIONS = {
    "candidate_added": "添加候选人",
    "candidate_changed": "修改候选人",
    "candidate_removed": "删除候选人",
    "candidate_frozen": "冻结候选人",
    "candidate_thawed": "恢复候选人",
    "candidate_withdrawn": "撤下候选人",
    "candidate_pictures": "上传候选人图片",
    "candidates_uploaded": "上传候选人名单",
    "candidates_imported": "导入候选人名单",
    "candidates_exported": "导出候选人名单",
    "vote_round_confirmed": "确定晋级名单",
    "vote_round_taken_back": "撤回晋级名单",
    "vote_scored": "填写评委打分",
    "vote_recounted": "重新点票",
    "vote_searched": "查找可疑选票",
    "vote_struck": "剔除选票",
    "vote_restored": "恢复剔除的选票",
    "vote_root": "公示投票账本",
}

CONSOLE = Console(
    (
        console_candidates.pages,
        console_files.pages,
        console_figures.pages,
        console_rounds.pages,
        console_jury.pages,
        console_guard.pages,
    ),
    actions=ACTIONS,
)
