"""What acts on juries are called in the audit log. A juror's marks are rows with their time, no acts (see `marking`)."""

ACTIONS = {
    "jurors_named": "添加评委",
    "juror_away": "评委缺席",
    "juror_back": "评委归队",
    "juror_dropped": "移出评委",
    "jury_round_added": "新建评审轮次",
    "jury_round_changed": "修改评审轮次",
    "jury_round_dropped": "删除评审轮次",
    "jury_round_opened": "开始一轮评审",
    "jury_round_filled": "给缺评委的作品补评委",
    "jury_round_put_off": "改评审截止时间",
    "jury_round_closed": "结束一轮评审",
    "jury_round_reopened": "重新开放一轮评审",
    "jury_exported": "导出评审结果",
    "entries_put_out": "取消作品资格",
    "entry_taken_in": "恢复作品资格",
    "jury_day_room": "现场评审：席位和门",
    "jury_day_shown": "现场评审：公布一件的结果",
    "jury_day_again": "现场评审：一件重新投票",
}
