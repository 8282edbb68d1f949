"""What acts on campaigns are called in the audit log."""

ACTIONS = {
    "campaign_begun": "新建活动",
    "campaign_copied": "复制活动",
    "campaign_changed": "修改活动",
    "campaign_approved": "审核通过活动",
    "campaign_sent_back": "退回活动修改",
    "campaign_opened": "开放活动",
    "campaign_frozen": "暂停活动",
    "campaign_resumed": "恢复活动",
    "campaign_extended": "活动延期",
    "campaign_publicised": "公示活动结果",
    "campaign_archived": "归档活动",
    "campaign_deleted": "删除活动草稿",
    "campaign_restored": "恢复删除的活动草稿",
    "campaign_exported": "导出活动数据",
}
