"""What a kind calls voting: a vote is cast (投一票), a work is liked (点个赞). Pages and refusals are worded by these."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Words:
    """`verb` and `vote` make the act; `measure` stands between a number and `vote`."""

    verb: str
    vote: str
    measure: str
    ballot: str
    """What holds several votes; empty where one votes for one at a time, so that nobody hears of it outside the ledger."""
    roll: str
    """The page with all that can be voted for."""
    undone: str
    """The heading where a ballot was refused."""

    @property
    def act(self) -> str:
        """投票, 点赞."""
        return f"{self.verb}{self.vote}"

    @property
    def unit(self) -> str:
        """As in 「3 票」, 「3 个赞」."""
        return f"{self.measure}{self.vote}"

    @property
    def done(self) -> str:
        """投过票, 点过赞."""
        return f"{self.verb}过{self.vote}"

    @property
    def mine(self) -> str:
        """The page of one's own ballots."""
        return f"我的{self.ballot or self.act}"


VOTING = Words("投", "票", "", "选票", "名单", "这一票还没有投出")
LIKING = Words("点", "赞", "个", "", "作品", "这个赞还没有点上")
