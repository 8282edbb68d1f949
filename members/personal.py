"""A follower's own data: told (查阅、复制), taken along (转移) and erased (删除), over all features
(个人信息保护法 第四十四、四十五、四十七条). The registry's parts are handed over by `app.py`."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete
from sqlalchemy.orm import Session

from accounts import audit
from accounts.directory import AccountView
from core.clock import local_text, system_clock
from core.ids import public_id
from house.personal import Eraser, Exporter, Kept
from jobs.outbox import post
from members.consents import consents_of
from members.rules import PURPOSES
from members.service import find_member
from members.staff_links.rules import follower_mark
from members.staff_links.store import find_follower_link
from members.store import list_tags_of
from members.tags.service import UNTAG
from models.members import Consent, Member
from models.upsert import count_rows

PERSONAL = "zhijia.personal"
"""Where the Flask application keeps its `Personal`."""

ERASED = "follower_erased"


@dataclass(frozen=True, slots=True)
class Personal:
    """What all features together know of a follower."""

    exporters: Sequence[Exporter]
    erasers: Sequence[Eraser]

    def export(self, session: Session, account_id: int, openid: str) -> list[Kept]:
        return [kept for export in self.exporters for kept in export(session, account_id, openid)]

    def erase(self, session: Session, account: AccountView, openid: str, now: datetime) -> int:
        """Forget a follower everywhere, in one unit of work. The audit log notes that it happened, and not to whom."""
        rows = sum(erase(session, account.id, openid) for erase in self.erasers)
        act = audit.Act(
            actor="粉丝本人",
            action=ERASED,
            target="本人的数据",
            organisation_id=account.organisation_id,
            facts={"account": account.key, "rows": rows},
        )
        audit.note(session, act, now)
        return rows


def export(session: Session, account_id: int, openid: str) -> Sequence[Kept]:
    """What this feature keeps: a `house.personal.Exporter`."""
    member = find_member(session, account_id, openid)
    consents = consents_of(session, account_id, openid)
    return [
        Kept("关注情况", "知道您是否关注、从哪里来", _about(session, account_id, member)),
        Kept(
            "同意记录",
            "按您的意愿使用您的信息",
            [
                {
                    "用途": purpose.title,
                    "同意时间": _moment(consents[purpose.key].given_at),
                    "撤回时间": _moment(consents[purpose.key].withdrawn_at),
                }
                for purpose in PURPOSES
                if purpose.key in consents
            ],
        ),
        *_staff_link(session, account_id, openid),
    ]


def _staff_link(session: Session, account_id: int, openid: str) -> Sequence[Kept]:
    """Told, never erased: what is kept is a mark, and forgetting it would be a way round the rule it is for."""
    link = find_follower_link(session, account_id, follower_mark(account_id, openid))
    if link is None:
        return ()
    told: dict[str, str | int] = {"绑定": _moment(link.linked_at), "解除": _moment(link.ended_at)}
    return (Kept("工作人员绑定", "工作人员不参加本公众号的抽奖", [told]),)


def _about(session: Session, account_id: int, member: Member | None) -> list[dict[str, str | int]]:
    if member is None:
        return []
    tags = list_tags_of(session, account_id, [member.id]).get(member.id, [])
    return [
        {
            "微信给的编号": member.openid,
            "正在关注": "是" if member.following else "否",
            "第一次互动": _moment(member.first_seen_at),
            "最近互动": _moment(member.last_seen_at),
            "最近关注": _moment(member.followed_at),
            "取消关注": _moment(member.left_at),
            "从哪个二维码来": member.scene,
            "标签": "、".join(tag.name for tag in tags),
            "工作人员的备注": member.remark or "",
            "在黑名单": "是" if member.blocked_at else "否",
        }
    ]


def _moment(moment: datetime | None) -> str:
    return local_text(moment) if moment else ""


def erase(session: Session, account_id: int, openid: str) -> int:
    """A `house.personal.Eraser`. Forget the follower, their tags, remark and consents; the platform is asked to take its tags off them."""
    member = find_member(session, account_id, openid)
    gone = session.execute(delete(Consent).where(Consent.account_id == account_id, Consent.openid == openid))
    rows = count_rows(gone)
    if member is None:
        return rows
    tags = list_tags_of(session, account_id, [member.id]).get(member.id, [])
    known = [tag.platform_id for tag in tags if tag.platform_id is not None]
    if known and member.following:
        post(
            session,
            account_id,
            UNTAG,
            f"untag:{public_id()}",
            {"openid": openid, "platform_ids": known},
            system_clock(),
        )
    session.delete(member)
    session.flush()
    return rows + 1 + len(tags)
