"""A jury's scores: read, written as text, kept; they stand still once the result is publicised."""

import re
from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from campaigns.ballots.sealing import hold_books
from campaigns.kinds.vote.roll import read_roll
from campaigns.kinds.vote.tables import VoteCandidate
from campaigns.view import CampaignView
from core.errors import Conflict, Invalid
from models.campaigns import Campaign
from models.upsert import count_rows

OPEN = frozenset({"draft", "checked", "live", "frozen"})
"""States of a campaign in which scores may be written."""
_SCORE = re.compile(r"(\d{1,3})(?:\.(\d{1,2}))?")
_MOST = 10_000


def parse_score(text: str) -> int | None:
    """`95.5` as hundredths, 9550; None for an empty text. Raises Invalid."""
    text = text.strip()
    if not text:
        return None
    form = _SCORE.fullmatch(text) if text.isascii() else None
    score = int(form[1]) * 100 + int((form[2] or "").ljust(2, "0")) if form is not None else _MOST + 1
    if score > _MOST:
        raise Invalid("bad_score", f"评分「{text[:20]}」应在 0 到 100 之间，最多两位小数")
    return score


def score_text(hundredths: int | None) -> str:
    """As people write it: 95.5; empty for none."""
    if hundredths is None:
        return ""
    return f"{hundredths // 100}.{hundredths % 100:02}".rstrip("0").rstrip(".")


def set_scores(
    session: Session,
    campaign: CampaignView,
    scores: Mapping[int, tuple[int | None, int | None]],
    by: str,
    now: datetime,
) -> int:
    """Keep scores by number: what it was when it was shown, what it shall be. Returns how many changed, all or none.

    Raises Conflict once the result is publicised, or where somebody else has scored one meanwhile; Invalid for a stranger.
    """
    hold_books(session, campaign)
    state = select(Campaign.state).where(
        Campaign.account_id == campaign.account_id, Campaign.id == campaign.id
    )
    if session.scalar(state) not in OPEN:
        raise Conflict("publicised", "结果已经公示，评分不能再改。")
    known = read_roll(session, campaign).by_number
    if strangers := [number for number in scores if number not in known]:
        raise Invalid("no_candidate", f"名单里没有 {strangers[0]} 号。")
    changed = {number: pair for number, pair in scores.items() if pair[0] != pair[1]}
    for number, (was, score) in changed.items():
        where = (
            VoteCandidate.account_id == campaign.account_id,
            VoteCandidate.campaign_id == campaign.id,
            VoteCandidate.number == number,
            VoteCandidate.jury_hundredths.is_not_distinct_from(was),
        )
        values = {"jury_hundredths": score, "updated_at": now, "updated_by": by[:40]}
        if count_rows(session.execute(update(VoteCandidate).where(*where).values(values))) == 0:
            raise Conflict(
                "changed",
                f"{number} 号的评分刚刚被别人改过，您填的都还在，一个也没有保存。请核对后再保存一次。",
            )
    return len(changed)
