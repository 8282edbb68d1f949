"""Campaigns in the chat: their word opens them, and the kinds that are played here go on with their own messages."""

from collections.abc import Iterator

from accounts.capabilities import Capability, may
from campaigns.joining import join
from campaigns.kind import ChatPart
from campaigns.registry import all_kinds, kind_of
from campaigns.shelf import CampaignShelf
from campaigns.view import PHASES, CampaignView
from chat.answer import PASS, Answer, Reply, say
from chat.turn import Hook, Turn
from core.clock import local_text
from core.errors import Closed, DomainError
from members.chat import tell_link
from members.ledger import find_person
from members.links import OneUseLinks
from models.db import Database
from wechat.messages import is_message
from wechat.replies import ArticleCard, NewsReply

_LIST = frozenset({"活动", "微活动", "有什么活动", "最新活动"})


class CampaignChat:
    """Cards need memory only; playing writes, so it runs once a message in the slow lane."""

    def __init__(self, db: Database, shelf: CampaignShelf, links: OneUseLinks | None = None) -> None:
        self._db = db
        self._shelf = shelf
        self._links = links

    def cards(self) -> Hook:
        """「活动」 lists what is on; the word of a campaign that is played on pages shows its card."""
        return Hook("campaign_cards", self._card)

    def play(self) -> Hook:
        """Campaigns that are played in the chat, and one-use links to those that are not, where nobody can sign in."""
        return Hook("campaigns", self._play, pure=False, wants=self._wants)

    def _card(self, turn: Turn) -> Answer:
        if turn.words in _LIST:
            return self._list(turn)
        named = self._named(turn)
        return card_of(named, turn) if named is not None else PASS

    def _list(self, turn: Turn) -> Answer:
        shown = [
            one for one in self._shelf.of_account(turn.account.id) if one.phase(turn.now) in ("on", "soon")
        ]
        if not shown:
            return say("眼下没有正在进行的活动。有新活动，我们会在这里告诉您。")
        lines = [
            f"· {one.title}：回复「{one.word}」（{local_text(one.closes_at)} 截止）" for one in shown[:8]
        ]
        return say("正在进行的活动：\n" + "\n".join(lines))

    def _named(self, turn: Turn) -> CampaignView | None:
        if not turn.words or len(turn.words) > 30:
            return None
        return self._shelf.named(turn.account.id, turn.words, turn.now)

    def _wants(self, turn: Turn) -> bool:
        if not is_message(turn.message):
            return False
        named = self._named(turn)
        if named is not None:
            return self._is_played(named, turn) or self._needs_link(turn)
        return any(self._playing(turn))

    def _is_played(self, campaign: CampaignView, turn: Turn) -> bool:
        return kind_of(campaign.kind).chat is not None and campaign.phase(turn.now) == "on"

    def _needs_link(self, turn: Turn) -> bool:
        return self._links is not None and not may(turn.account, Capability.SIGN_IN)

    def _playing(self, turn: Turn) -> Iterator[tuple[CampaignView, ChatPart]]:
        """The campaigns of the account that this message could go on with."""
        parts = {key: one.chat for key, one in all_kinds().items() if one.chat and one.chat.may_answer(turn)}
        for campaign in self._shelf.of_account(turn.account.id) if parts else ():
            part = parts.get(campaign.kind)
            if part is not None and campaign.phase(turn.now) == "on":
                yield campaign, part

    def _play(self, turn: Turn) -> Answer:
        named = self._named(turn)
        if named is not None:
            part = kind_of(named.kind).chat
            if part is not None and self._is_played(named, turn):
                return self._open(named, part, turn)
            return self._link(named, turn) if self._needs_link(turn) else PASS
        for campaign, playing in self._playing(turn):
            answer = self._go_on(campaign, playing, turn)
            if answer is not PASS:
                return answer
        return PASS

    def _open(self, campaign: CampaignView, part: ChatPart, turn: Turn) -> Answer:
        try:
            with self._db.work() as session:
                person = join(session, campaign, turn.message.openid, turn.now)
                return part.open(session, campaign, person, turn)
        except DomainError as error:
            return self._refuse(campaign, turn, error)

    def _go_on(self, campaign: CampaignView, part: ChatPart, turn: Turn) -> Answer:
        openid = turn.message.openid
        try:
            with self._db.work() as session:
                person = find_person(session, campaign.account_id, campaign.scope, openid)
                if person is None and part.may_begin(campaign, turn):
                    person = join(session, campaign, openid, turn.now)
                return part.answer(session, campaign, person, turn)
        except DomainError as error:
            return self._refuse(campaign, turn, error)

    def _refuse(self, campaign: CampaignView, turn: Turn, error: DomainError) -> Answer:
        return self._ask(campaign, turn, error.message) if error.code == "asks" else say(error.message)

    def _ask(self, campaign: CampaignView, turn: Turn, why: str) -> Answer:
        """They have to tell something first: the form for it."""
        path = f"/h5/{turn.account.key}/c/{campaign.public_id}/join"
        if not self._needs_link(turn):
            return say(f'{why}\n<a href="{turn.account.site_url}{path}">点这里填写</a>')
        return say(f"{why}\n{self._one_use(turn, '点这里填写', path)}")

    def _link(self, campaign: CampaignView, turn: Turn) -> Answer:
        path = f"/h5/{turn.account.key}/c/{campaign.public_id}"
        phase = PHASES[campaign.phase(turn.now)]
        return say(f"「{campaign.title}」{phase}\n{self._one_use(turn, '点这里打开活动', path)}")

    def _one_use(self, turn: Turn, words: str, path: str) -> str:
        if self._links is None:
            raise Closed("no_redis", "现在打不开这个页面，请过一两分钟再试。")
        return tell_link(self._links, turn, words, path)


def card_of(campaign: CampaignView, turn: Turn) -> Answer:
    """The campaign as a card that opens its page."""
    link = f"{turn.account.h5_url}/c/{campaign.public_id}"
    cover = f"{turn.account.site_url}/media/{campaign.cover}" if campaign.cover else ""
    return Reply(NewsReply((ArticleCard(campaign.title, campaign.summary, cover, link),)))
