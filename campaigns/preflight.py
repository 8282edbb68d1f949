"""The check before a campaign opens: what must be mended, and what staff should look at once more. Called by the verbs
and by the console's check page; what only the edge can see (links that lead nowhere) it adds itself."""

import hashlib
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.chains import chain_of_account
from campaigns.eligibility import ASKS, asked
from campaigns.registry import kind_of
from campaigns.view import CampaignView, Finding, Rules
from campaigns.wording import (
    find_dear_prizes,
    find_inducement,
    find_missing,
    find_no_contact,
    find_old_years,
    find_poor_privacy,
    find_unnamed_prizes,
)
from core.clock import SHANGHAI, local_text
from members.staff_links.rules import told_names
from members.staff_links.store import list_colleagues
from models.campaigns import Campaign
from models.prizes import Draw, Prize
from prizes.store import list_prizes, published_text, view_of


def examine(session: Session, campaign: CampaignView) -> list[Finding]:
    """Everything that was found, what must be mended first."""
    draw = draw_of(session, campaign)
    prizes = list_prizes(session, campaign.account_id, draw.id) if draw is not None else []
    findings = [
        *find_inducement(texts_of(campaign)),
        *find_missing(campaign.rules, prizes=bool(prizes), announced=f"{campaign.title} {campaign.summary}"),
        *find_no_contact(campaign.rules),
        *find_poor_privacy(campaign.rules),
        *find_old_years(campaign.rules, campaign.opens_at.astimezone(SHANGHAI).year),
        *find_dear_prizes({one.name: one.value_fen for one in prizes}),
        *_find_at_night(campaign),
        *_find_doors(campaign, prizes=bool(prizes)),
        *_find_same_word(session, campaign),
        *_find_draw(campaign, draw, prizes),
        *_find_unknown_staff(session, campaign, draw),
        *kind_of(campaign.kind).preflight(session, campaign),
    ]
    return sorted(findings, key=lambda one: one.level != "stop")


def draw_of(session: Session, campaign: CampaignView) -> Draw | None:
    """The draw it gives chances of, as far as it is there."""
    if campaign.draw_id is None:
        return None
    return session.scalar(
        select(Draw).where(Draw.account_id == campaign.account_id, Draw.id == campaign.draw_id)
    )


def prizes_of(session: Session, campaign: CampaignView) -> dict[str, int]:
    """What can be won by way of it: worth in 分 by name; empty where nothing can."""
    if campaign.draw_id is None:
        return {}
    return {one.name: one.value_fen for one in list_prizes(session, campaign.account_id, campaign.draw_id)}


def fingerprint_of(session: Session, campaign: CampaignView) -> str:
    """Of the linked draw's prizes, stock and odds: 64 hex digits, empty without one. What is given out changes nothing."""
    draw = draw_of(session, campaign)
    if draw is None:
        return ""
    said = f"{published_text(view_of(session, draw))}\n{draw.claim_days}"
    return hashlib.sha256(said.encode()).hexdigest()


def find_changed_draw(session: Session, campaign: CampaignView) -> list[Finding]:
    """Prizes or odds that are not as they were approved."""
    if campaign.draw_hash in ("", fingerprint_of(session, campaign)):
        return []
    return [
        Finding(
            "stop",
            "审核以后，关联抽奖的奖品、数量或概率被改过，和公布的规则不再一致。",
            "把抽奖改回来；还没有开放的，也可以保存一次活动，重新送审。",
            "prizes",
        )
    ]


def _find_draw(campaign: CampaignView, draw: Draw | None, prizes: list[Prize]) -> Iterator[Finding]:
    if campaign.draw_id is None:
        return
    if draw is None:
        yield Finding("stop", "关联的抽奖已经不在了。", "在「奖品」里重新选择。", "prizes")
        return
    kind = kind_of(campaign.kind)
    if not kind.gives_chances:
        yield Finding(
            "stop",
            f"「{kind.title}」活动不发抽奖机会，关联了抽奖也没有人能抽。",
            "在「奖品」里选「没有奖品」，或另办一个能得抽奖机会的活动。",
            "prizes",
        )
    if not prizes:
        yield Finding("stop", f"抽奖「{draw.title}」里还没有奖品。", "先在「抽奖」里添加奖品。", "prizes")
    if draw.state == "draft":
        yield Finding(
            "stop", f"抽奖「{draw.title}」还没有开放，职工答完抽不了。", "先在「抽奖」里开放它。", "prizes"
        )
    if draw.state in ("closed", "revealed") or draw.closes_at < campaign.closes_at:
        yield Finding(
            "stop",
            f"抽奖「{draw.title}」{local_text(draw.closes_at)} 截止，比活动早，最后来的人抽不到。",
            "改抽奖或活动的时间。",
            "prizes",
        )
    if draw.opens_at > campaign.opens_at:
        yield Finding(
            "hint",
            f"抽奖「{draw.title}」{local_text(draw.opens_at)} 才开始，比活动晚。",
            "先来的人要等一等，建议一起开始。",
            "prizes",
        )
    stock = {one.name: one.stock for one in prizes}
    yield from find_unnamed_prizes(campaign.rules, stock, draw.claim_days)


def _find_unknown_staff(session: Session, campaign: CampaignView, draw: Draw | None) -> Iterator[Finding]:
    """Who may organise and has not linked their WeChat could draw unseen."""
    if draw is None:
        return
    chain = chain_of_account(session, campaign.account_id)
    found = list_colleagues(session, campaign.account_id, chain, campaign.opens_at)
    if unlinked := [one for one in found if one.organises and not one.linked]:
        yield Finding(
            "hint",
            f"组织者和管理员里还有 {len(unlinked)} 人没有绑定微信，系统拦不住他们抽奖：{told_names(unlinked)}。",
            "请他们登录后台，在「设置」里的「我的微信」绑定。",
            "prizes",
        )


def _find_at_night(campaign: CampaignView) -> Iterator[Finding]:
    for what, moment in (("开始", campaign.opens_at), ("结束", campaign.closes_at)):
        local = moment.astimezone(SHANGHAI)
        if _is_night(local):
            yield Finding(
                "hint",
                f"{what}时间是半夜 {local:%H:%M}，是不是把上午、下午选错了？",
                "确认一下时间。",
                "basics",
            )


def _is_night(local: datetime) -> bool:
    return local.hour < 6 and (local.hour, local.minute) != (0, 0)


def _find_doors(campaign: CampaignView, *, prizes: bool) -> Iterator[Finding]:
    rule = campaign.eligibility
    if rule.follow:
        yield Finding(
            "stop" if prizes else "hint",
            "要求关注后才能参加"
            + ("，又有奖品，属于诱导关注，平台会处罚。" if prizes else "。没有必要时请不要这样要求。"),
            "在「谁能参加」里取消「只限已关注的人」。",
            "who",
        )
    told = campaign.rules.privacy
    words = {"region": "地区", "unit": "单位", "trade": "行业", "member_number": "会员号", "name": "姓名"}
    forgotten = [ASKS[one] for one in asked(rule) if words[one] not in told]
    if told.strip() and forgotten:
        yield Finding(
            "stop",
            f"报名时要填{'、'.join(forgotten)}，「个人信息怎么用」里没有提到。",
            "在规则里写明收集它们做什么，或在「谁能参加」里取消。",
            "rules",
        )


def _find_same_word(session: Session, campaign: CampaignView) -> Iterator[Finding]:
    query = select(Campaign.title, Campaign.word, Campaign.kind).where(
        Campaign.account_id == campaign.account_id,
        Campaign.public_id != campaign.public_id,
        Campaign.state.in_(("live", "frozen")),
        Campaign.closed_at.is_(None),
    )
    for title, word, kind in session.execute(query):
        if campaign.word in (word, title) or (not word and kind_of(kind).verb == campaign.word):
            yield Finding(
                "hint",
                f"对话口令「{campaign.word}」和「{title}」的一样，职工回复时只会打开其中一个。",
                "换一个口令。",
                "basics",
            )


def texts_of(campaign: CampaignView) -> Mapping[str, tuple[str, str]]:
    """What workers read of it, by what staff call it, with the step where it is written."""
    rules = {
        f"规则的「{field.title}」": (str(getattr(campaign.rules, name)), "rules")
        for name, field in Rules.model_fields.items()
    }
    settings = {
        f"设置里第 {number} 处文字": (text, "settings")
        for number, text in enumerate(_strings(campaign.settings.model_dump(mode="json")), 1)
    }
    basics = {
        "活动名称": (campaign.title, "basics"),
        "活动简介": (campaign.summary, "basics"),
        "对话口令": (campaign.word, "basics"),
    }
    return {**basics, **rules, **settings}


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for one in value.values():
            yield from _strings(one)
    elif isinstance(value, list):
        for one in value:
            yield from _strings(one)
