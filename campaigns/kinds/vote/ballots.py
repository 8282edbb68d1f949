"""What ballots of a vote are cast for: its candidates, ranked with the jury's share."""

from flask import url_for

from campaigns.ballots.part import BallotPart
from campaigns.kinds.vote.config import VoteConfig
from campaigns.kinds.vote.ranking import rank
from campaigns.kinds.vote.roll import Candidate, read_roll
from campaigns.view import CampaignView


def _caveat(settings: VoteConfig) -> str:
    if settings.public_percent == 100:
        return ""
    public = settings.public_percent
    return f"这里只按公众投票排，占总分的 {public}%；评委打分占 {100 - public}%，和结果一起公布。"


def _desk(account_key: str, campaign: CampaignView, one: Candidate) -> str:
    return url_for(
        "vote_candidates.show_one",
        account_key=account_key,
        public_id=campaign.public_id,
        candidate_id=one.public_id,
    )


BALLOTS = BallotPart(read=read_roll, rank=rank, caveat=_caveat, desk=_desk, has_result=True)
