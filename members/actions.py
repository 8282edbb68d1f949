"""What the acts of this feature in the audit log are called in Chinese."""

ACTIONS: dict[str, str] = {
    "remark_changed": "修改粉丝备注",
    "followers_tagged": "给粉丝打标签",
    "followers_untagged": "取消粉丝标签",
    "followers_blocked": "加入黑名单",
    "followers_unblocked": "移出黑名单",
    "followers_exported": "导出粉丝",
    "unmasked": "查看消息原文",
    "tag_made": "新建标签",
    "tag_renamed": "标签改名",
    "tag_deleted": "删除标签",
    "tag_retried": "重试标签同步",
    "tags_compared": "与平台核对标签",
    "scene_made": "新建场景二维码",
    "scene_changed": "修改场景二维码",
    "scene_renewed": "延长场景二维码",
    "staff_code_made": "取微信绑定码",
    "staff_linked": "工作人员绑定微信",
    "staff_unlinked": "工作人员解除微信绑定",
    "follower_erased": "粉丝删除本人数据",
}
