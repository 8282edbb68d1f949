"""A draft of a campaign's rules, made from what is set: staff read it and mend what does not fit."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy.orm import Session

from campaigns.eligibility import asked
from campaigns.preflight import draw_of
from campaigns.registry import kind_of
from campaigns.view import CampaignView, Rules
from core.clock import local_text
from prizes.store import list_prizes


@dataclass(frozen=True, slots=True)
class Won:
    """A prize of the linked draw. `odds`: the chance of a turn, a decimal from 0 to 1."""

    name: str
    value_fen: int
    stock: int
    odds: str
    how: str


@dataclass(frozen=True, slots=True)
class Drawing:
    """The linked draw, as far as rules speak of it."""

    mode: str
    claim_days: int
    slots: int
    prizes: Sequence[Won]


@dataclass(frozen=True, slots=True)
class Host:
    """Who holds it."""

    name: str
    hotline: str


_KEPT = {
    "region": ("所在地区", "统计各地区的参与情况"),
    "unit": ("工作单位", "统计各单位的参与情况"),
    "trade": ("所属行业", "统计各行业的参与情况"),
    "member_number": ("工会会员号", "核对会员身份"),
    "name": ("姓名（您可以不填）", "在榜单上显示，显示时会遮住一部分"),
}


def draft_from(session: Session, campaign: CampaignView, host: Host) -> Rules:
    """With the prizes and days of the linked draw."""
    draw = draw_of(session, campaign)
    drawing = None
    if draw is not None:
        prizes = [
            Won(one.name, one.value_fen, one.stock, one.odds, one.how)
            for one in list_prizes(session, campaign.account_id, draw.id)
        ]
        drawing = Drawing(draw.mode, draw.claim_days, draw.slots, prizes)
    return draft_rules(campaign, kind_of(campaign.kind).facts(campaign), drawing, host)


def draft_rules(campaign: CampaignView, facts: Sequence[str], drawing: Drawing | None, host: Host) -> Rules:
    """Pure. `facts`: what the kind says of its own settings, in sentences."""
    span = f"{local_text(campaign.opens_at)} 至 {local_text(campaign.closes_at)}（北京时间）"
    return Rules(
        who=_who(campaign),
        how="\n".join((f"活动时间：{span}。", *facts))[:2000],
        prizes=_prizes(drawing)[:2000] if drawing else "",
        odds=_odds(drawing)[:1000] if drawing else "",
        claim=_claim(drawing) if drawing else "",
        forfeit=_forfeit(drawing) if drawing else "",
        contact=f"主办单位：{host.name}；咨询电话：{host.hotline}"[:200],
        privacy=_privacy(campaign, drawing, host),
        other=(
            "本活动免费参加，不以转发、关注为条件，不需要购买任何东西。\n"
            f"用软件代替本人、冒用他人身份等不正当手段取得的成绩{'和奖品' if drawing else ''}无效。\n"
            f"因不可抗力或系统故障需要暂停、延期的，会在本页写明原因和时间；规则{'和奖品' if drawing else ''}不变。\n"
            "本活动与微信官方无关，由主办单位负责。"
        ),
    )


def _who(campaign: CampaignView) -> str:
    rule = campaign.eligibility
    where = f"{'、'.join(rule.regions)}的职工" if rule.regions else "全体职工"
    ways = ["有工会会员号" if rule.member_number else "", "已关注本公众号" if rule.follow else ""]
    said = [one for one in ways if one]
    most = f"名额 {rule.most_people} 人，先到先得。" if rule.most_people else ""
    return f"{where}{'（需要' + '、'.join(said) + '）' if said else ''}。每位职工用本人的微信参加。{most}"


def _prizes(drawing: Drawing) -> str:
    return "\n".join(
        f"{one.name}：{one.stock} 份" + (f"，每份价值 {_yuan(one.value_fen)} 元" if one.value_fen else "")
        for one in drawing.prizes
    )


def _odds(drawing: Drawing) -> str:
    total = sum(one.stock for one in drawing.prizes)
    if drawing.mode == "odds":
        each = "；".join(f"{one.name} {_percent(one.odds)}" for one in drawing.prizes)
        return f"每次抽奖的中奖概率：{each}。奖品抽完为止，抽完后概率为零。"
    if drawing.mode == "tape":
        slots = f"连同空签共 {drawing.slots} 签，" if drawing.slots else ""
        return (
            f"奖品共 {total} 份，{slots}开始前随机排好次序并封存，校验码在活动开始前公布；"
            "每次抽奖依次取下一签，任何人都不能预知或更改。结束后公布封存内容，供大家核对。签取完后不再抽奖，未抽出的奖品由主办单位收回。"
        )
    return f"活动结束后，从所有有效的抽奖机会中一次抽出 {total} 份奖品；抽取办法事先封存并公布校验码，结束后公开，供大家核对。"


def _claim(drawing: Drawing) -> str:
    ways = list(dict.fromkeys(f"{one.name}：{one.how}" for one in drawing.prizes if one.how))
    told = "\n".join(ways) or "在活动页面点「我的奖品」，按提示填写领奖信息。"
    return f"中奖之日起 {drawing.claim_days} 天内领取。\n{told}"[:1000]


def _forfeit(drawing: Drawing) -> str:
    return f"中奖后 {drawing.claim_days} 天内没有领取的，视为放弃，奖品由主办单位收回，不再补发。"


def _privacy(campaign: CampaignView, drawing: Drawing | None, host: Host) -> str:
    kept = [_KEPT[one] for one in asked(campaign.eligibility)]
    lines = [
        f"个人信息处理者：{host.name}，联系电话 {host.hotline}。",
        "收集您在本公众号的微信标识和参与记录，用于判断您是否参加过、记录成绩和名次。",
        *(f"收集{what}，用于{why}。" for what, why in kept),
    ]
    if drawing is not None:
        lines.append("中奖后，为了发放奖品，才会请您填写手机号；实物奖品还要姓名和地址。不填不影响参加活动。")
    lines += [
        "这些信息只用于本次活动，不提供给无关的第三方；发话费、寄奖品时，只把必需的信息交给办理的单位。",
        "活动信息保存到公示结束后六个月；领奖信息保存到奖品发放并过了核对期为止，之后删除。",
        "您随时可以在公众号回复「我的」，打开「我的数据」查看、导出或删除；也可以打上面的电话。删除后，已公布的成绩不再显示您的信息。",
    ]
    return "\n".join(lines)[:2000]


def _yuan(fen: int) -> str:
    return f"{Decimal(fen) / 100:,.2f}".removesuffix(".00")


def _percent(odds: str) -> str:
    return f"{(Decimal(odds) * 100).normalize():f}%"
