"""A vote in the console: candidates, files, rounds, the jury; a module each, brought together here."""

from campaigns.kinds.vote import (
    console_candidates,
    console_files,
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
}

CONSOLE = Console(
    (
        console_candidates.pages,
        console_files.pages,
        console_rounds.pages,
        console_jury.pages,
    ),
    actions=ACTIONS,
)
