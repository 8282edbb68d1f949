"""Who may take part. Pure: decides over what is known of somebody, and says in Chinese what is missing."""

from typing import Annotated, NamedTuple

from pydantic import BaseModel, ConfigDict, Field


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
    most_people: Annotated[int, Field(ge=0, le=10_000_000)] = 0
    """At most so many people; 0 for no limit."""


class Known(NamedTuple):
    """What is known of somebody who wants to take part."""

    following: bool
    tags: frozenset[int]
    region: str
    member_number: str


def refusal(rule: Eligibility, who: Known) -> str:
    """Why `who` may not take part and what they can do; empty when they may."""
    if rule.follow and not who.following:
        return "本活动面向已关注本公众号的职工。您可以在微信里搜索公众号名称关注后再来。"
    if rule.tags and who.tags.isdisjoint(rule.tags):
        return "本活动只面向部分会员，您不在范围内。如有疑问，请回复「人工」联系工会。"
    if rule.regions and who.region not in rule.regions:
        return f"本活动面向{'、'.join(rule.regions)}的职工，请先选择您所在的地区。"
    if rule.member_number and not who.member_number:
        return "请先填写工会会员号再参加。会员号可以问本单位工会，或在会员卡上找到。"
    return ""
