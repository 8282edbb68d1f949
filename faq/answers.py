"""How answers read in the chat: the column 「静静有问题」, suggestions by number, and whom to turn to otherwise."""

from collections.abc import Sequence
from functools import lru_cache

from accounts.directory import AccountView
from accounts.profile import Contact
from chat.answer import Reply, Talk, say
from core.text import cut_utf8
from faq.store import EntryView
from wechat.replies import TEXT_LIMIT_BYTES

_QUESTION_BYTES = 480
_CITATION_BYTES = 480
_DISTRICT_BYTES = 600


def entry_url(account: AccountView, entry: EntryView) -> str:
    return f"{account.h5_url}/faq/{entry.public_id}"


def answer_text(account: AccountView, entry: EntryView) -> str:
    """静静's question, the answer, the statutes and a link to the page; within the platform's bytes."""
    return _answer_text(entry_url(account, entry), entry)


@lru_cache(maxsize=4096)
def _answer_text(url: str, entry: EntryView) -> str:
    cited = cut_utf8("、".join(entry.citations), _CITATION_BYTES)
    tail = f"\n\n依据：{cited}" if cited else ""
    tail += f'\n\n回复「有用」「没用」「更多」，或接着问。\n<a href="{url}">查看全文和相关问题</a>'
    head = f"【静静有问题】{cut_utf8(entry.question, _QUESTION_BYTES)}\n\n"
    room = TEXT_LIMIT_BYTES - len((head + tail).encode())
    return head + cut_utf8(entry.answer, room) + tail


def answer(account: AccountView, entry: EntryView, talk: Talk | None = None) -> Reply:
    return say(answer_text(account, entry), talk)


def suggest(entries: Sequence[EntryView], talk: Talk, head: str) -> Reply:
    """Questions to choose from by number; `talk` remembers them."""
    lines = [f"{n}. {cut_utf8(entry.question, _QUESTION_BYTES)}" for n, entry in enumerate(entries, 1)]
    tail = "回复数字看答案，「更多」看别的；都不是的话，换个说法再问，或回复「人工」。"
    return say(f"{head}\n" + "\n".join(lines) + f"\n\n{tail}", talk)


def contact_text(contact: Contact) -> str:
    parts = [f"{contact.district}：{contact.department}", f"电话：{contact.phone}"]
    if contact.address:
        parts.append(f"地址：{contact.address}")
    if contact.hours:
        parts.append(f"时间：{contact.hours}")
    return "\n".join(parts)


def hand_off_text(account: AccountView, said: str) -> str:
    """Who helps: the department of the district named in `said`, else how to find it; always the hotline."""
    profile = account.profile
    contact = profile.contact_for(said)
    if contact is not None:
        who = contact_text(contact)
    elif profile.contacts:
        districts = "、".join(contact.district for contact in profile.contacts)
        districts = cut_utf8(districts, _DISTRICT_BYTES)
        who = f"告诉我您在哪个区（{districts}），我把区工会的电话发给您。"
    else:
        who = ""
    hotline = f"工会维权热线：{profile.hotline}（请拨打后按提示转接）。也可以回复「人工」，请工作人员联系您。"
    return "\n\n".join(part for part in (profile.fallback, who, hotline) if part)
