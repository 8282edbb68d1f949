"""What the FAQ brings to the house."""

from faq import console
from faq.commands import group
from faq.gaps import console as gaps_console
from faq.gaps import personal
from faq.gaps.counting import recount
from faq.gaps.listener import hear
from faq.gaps.tasks import jobs
from faq.h5 import pages
from house.console import Console, NavItem
from house.feature import Feature
from house.permissions import Permission

ACTIONS = {
    "draft_saved": "保存问答草稿",
    "draft_discarded": "丢弃问答草稿",
    "entry_reviewed": "审核问答",
    "entry_published": "问答上线",
    "entry_withdrawn": "问答下线",
    "entry_brought_back": "恢复问答上线",
    "entry_checked": "复核问答",
    "entry_rolled_back": "恢复问答旧版本",
    "entries_uploaded": "上传问答文件",
    "entries_imported": "导入问答文件",
    "alternates_added": "补充相近问法",
    "gap_dismissed": "移除问答缺口",
    "gap_reopened": "放回问答缺口",
}

FEATURE = Feature(
    key="faq",
    pages=pages,
    console=Console(
        (console.pages, gaps_console.pages),
        (
            NavItem("问答", "entries.index", "内容管理", Permission.LOOK, "organisation", "answer"),
            NavItem("问答缺口", "gaps.index", "数据分析", Permission.FIGURES, "account", "gap"),
        ),
        ACTIONS,
    ),
    commands=group,
    jobs=jobs,
    listener=hear,
    erase=personal.erase,
    recount=recount,
)
