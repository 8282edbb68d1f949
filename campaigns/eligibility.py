"""Who may take part. Pure: decides over what is known of somebody, and says in Chinese what is missing."""

from typing import Annotated, Literal, NamedTuple

from pydantic import BaseModel, ConfigDict, Field

Ask = Literal["region", "unit", "trade", "member_number", "name"]
ASKS: dict[Ask, str] = {
    "region": "所在地区",
    "unit": "工作单位",
    "trade": "所属行业",
    "member_number": "工会会员号",
    "name": "姓名（可不填）",
}
"""What people can be asked for before they take part; a name is never required."""


class Eligibility(BaseModel):
    """As stored in `Campaign.eligibility`. Everything is off by default: whoever follows the link may take part."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    follow: bool = False
    """Only followers. Asking people to follow for a prize is inducement (诱导关注); the check before opening says so."""
    regions: Annotated[tuple[str, ...], Field(max_length=50)] = ()
    """Only those who choose one of these districts."""
    tags: Annotated[tuple[int, ...], Field(max_length=20)] = ()
    """Only who carries one of these tags (ids)."""
    member_number: bool = False
    """Only with a union membership number."""
    asks: Annotated[tuple[Ask, ...], Field(max_length=5)] = ()
    """What is asked for besides, e.g. for boards by unit."""
    most_people: Annotated[int, Field(ge=0, le=10_000_000)] = 0
    """At most so many people; 0 for no limit."""


class Known(NamedTuple):
    """What is known of somebody who wants to take part."""

    following: bool
    tags: frozenset[int]
    region: str
    member_number: str
    unit: str = ""
    trade: str = ""


def asked(rule: Eligibility) -> tuple[Ask, ...]:
    """What the form before taking part asks for, in its order."""
    wanted = set(rule.asks)
    if rule.regions:
        wanted.add("region")
    if rule.member_number:
        wanted.add("member_number")
    return tuple(one for one in ASKS if one in wanted)


def unanswered(rule: Eligibility, who: Known) -> tuple[Ask, ...]:
    """What `who` has yet to tell before taking part."""
    told = {
        "region": who.region,
        "unit": who.unit,
        "trade": who.trade,
        "member_number": who.member_number,
        "name": "optional",
    }
    return tuple(one for one in asked(rule) if not told[one])


def refusal(rule: Eligibility, who: Known) -> str:
    """Why `who` may not take part and what they can do; empty when they may, perhaps after telling what is `unanswered`."""
    if rule.follow and not who.following:
        return "本活动面向已关注本公众号的职工。您可以在微信里搜索公众号名称关注后再来。"
    if rule.tags and who.tags.isdisjoint(rule.tags):
        return "本活动只面向部分会员，您不在范围内。如有疑问，请回复「人工」联系工会。"
    if rule.regions and who.region and who.region not in rule.regions:
        return f"本活动面向{'、'.join(rule.regions)}的职工，您登记的地区是{who.region}，不在范围内。登记错了，请回复「人工」联系工会。"
    return ""
