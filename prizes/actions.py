"""What acts on draws and prizes are called in the audit log."""

ACTIONS: dict[str, str] = {
    "draw_created": "新建抽奖",
    "draw_changed": "修改抽奖",
    "draw_deleted": "删除抽奖草稿",
    "draw_opened": "开放抽奖",
    "draw_closed": "结束抽奖",
    "draw_revealed": "公布抽奖结果",
    "draw_excluded": "登记不参加抽奖的工作人员",
    "draw_readmitted": "移出不参加抽奖的名单",
    "prize_codes_loaded": "上传券码",
    "prize_sent": "登记奖品发货",
    "prize_done": "登记奖品签收",
    "prize_handed_over": "现场核销奖品",
    "prize_retried": "重新充值话费",
    "prize_order_sent_again": "重新提交充值订单",
    "prize_unmasked": "查看领奖人信息",
    "prizes_exported": "导出领奖名单",
}
