"""What acts on ballots are called in the audit log."""

ACTIONS = {
    "vote_recounted": "重新点票",
    "vote_searched": "查找可疑选票",
    "vote_struck": "剔除选票",
    "vote_restored": "恢复剔除的选票",
    "vote_root": "公示投票账本",
}
