"""The hooks of the house itself: welcome, help, contacts, and what is said when nobody else answered."""

from dataclasses import dataclass

from accounts.directory import AccountDirectory, AccountView
from campaigns.shelf import CampaignShelf
from chat.answer import PASS, SILENT, Answer, say
from chat.content import fill
from chat.turn import Hook, Turn
from faq.answers import contact_text, hand_off_text
from faq.followup import in_distress
from handlers.contents import ContentAnswers
from wechat.messages import Click, Location, Scan, Subscribe, Voice, is_message

_HELP = frozenset({"帮助", "help", "菜单", "怎么用", "使用说明", "功能", "?"})
_CARE = (
    "听您这么说，我很担心您。请先别一个人扛着：\n\n"
    "· 心理援助热线 12356，有人听您说\n· 情况紧急，马上拨 110 或 120\n· 身边信得过的人，请让他现在就陪着您\n\n"
    "工作上、钱上的难处，工会和您一起想办法：回复「人工」，或拨打 {hotline}。"
)
_UNHEARD = (
    "这段语音没有转成文字，我听不懂，对不起。请打字告诉我，或者再说一遍、说慢一点；"
    "想直接跟工会的人说，回复「人工」加上您的话，或拨打 {hotline}。"
)
_ON = "「{title}」正在进行，回复「活动」可以参加。"
_CONTACT_WORDS = ("电话", "联系", "地址", "在哪", "怎么找")


@dataclass(frozen=True, slots=True)
class HouseHooks:
    """Hooks without effects that need no more than the account's profile and what is on."""

    directory: AccountDirectory
    contents: ContentAnswers
    campaigns: CampaignShelf

    def welcome(self) -> Hook:
        return Hook("welcome", self._welcome)

    def care(self) -> Hook:
        return Hook("care", self._care)

    def help(self) -> Hook:
        return Hook("help", self._help)

    def contacts(self) -> Hook:
        return Hook("contacts", self._contacts)

    def fallback(self) -> Hook:
        return Hook("fallback", self._fallback)

    def _account(self, turn: Turn) -> AccountView:
        return self.directory.get(turn.account.key)

    def _welcome(self, turn: Turn) -> Answer:
        """Greets who follows or scans a scene code; a scene may have a welcome of its own."""
        profile = self._account(turn).profile
        match turn.message:
            case Subscribe(scene=scene):
                return self.contents.answer(profile.scenes.get(scene, profile.welcome), turn)
            case Scan(scene=scene):
                return self.contents.answer(profile.scenes.get(scene, profile.welcome_back), turn)
            case _:
                return PASS

    def _care(self, turn: Turn) -> Answer:
        """Whoever speaks of ending his life gets people to talk to, at once, whatever else was said."""
        if not in_distress(turn.words):
            return PASS
        return say(_CARE.format(hotline=self._account(turn).profile.hotline))

    def _help(self, turn: Turn) -> Answer:
        return say(fill(self._account(turn).profile.help, turn.account)) if turn.words in _HELP else PASS

    def _contacts(self, turn: Turn) -> Answer:
        """A district alone, or with a word that asks for its telephone, gives its contact."""
        if not turn.words or len(turn.words) > 20:
            return PASS
        contact = self._account(turn).profile.contact_for(turn.words)
        if contact is None:
            return PASS
        asked = turn.words in (contact.district, *contact.aliases) or any(
            w in turn.words for w in _CONTACT_WORDS
        )
        return say(contact_text(contact)) if asked else PASS

    def _fallback(self, turn: Turn) -> Answer:
        """Words nobody could answer get the department and the hotline; pictures and the like a thank-you."""
        account = self._account(turn)
        if isinstance(turn.message, Click):
            return say(
                f"这个菜单刚刚调整过，请稍等几分钟再点，或直接告诉我您想找什么。热线：{account.profile.hotline}"
            )
        if not is_message(turn.message):
            return SILENT
        return say(hand_off_text(account, turn.said) if turn.said else self._received(account, turn))

    def _received(self, account: AccountView, turn: Turn) -> str:
        """What nobody here can read gets a way on: what was sent decides which."""
        told = account.profile.received
        match turn.message:
            case Voice():
                told = _UNHEARD.format(hotline=account.profile.hotline)
            case Location(label=label):
                # An address names its district, and a district has people who help.
                contact = account.profile.contact_for(label)
                told = f"{told}\n\n{contact_text(contact)}" if contact else told
        on = [one for one in self.campaigns.of_account(account.id) if one.phase(turn.now) == "on"]
        return f"{told}\n\n{_ON.format(title=on[0].title)}" if on else told
