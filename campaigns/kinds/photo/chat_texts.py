"""What the chat says of works, in plain Chinese."""

from collections.abc import Sequence

from campaigns.kinds.photo.config import VIDEO, settings_of
from campaigns.kinds.photo.fetching import FILM
from campaigns.kinds.photo.life import STATES
from campaigns.kinds.photo.tables import PhotoWork
from campaigns.view import CampaignView
from chat.turn import Turn
from core.text import cut_utf8

_AGREED = "回复「交稿」就表示：作品是您自己的，照片里的人同意展示，也同意主办方展示。"
_LIMIT_BYTES = 2000
_MOST_LISTED = 10


def how_text(campaign: CampaignView, turn: Turn) -> str:
    """They named the contest."""
    settings = settings_of(campaign)
    return (
        f"【{campaign.title}】把照片直接发到这里就行，一张一张发，一件最多 {settings.most_pictures} 张；"
        f"发完回复「交稿 题目」，例如「交稿 夜班」。\n{_AGREED}\n"
        f"要调次序、交链接、写拍摄地点，请到{_link(campaign, turn, '交稿页面')}。"
        f"看大家的作品：{_link(campaign, turn, '作品墙', '')}"
    )


def taken_text(campaign: CampaignView, work: PhotoWork, count: int, *, first: bool, left_out: int = 0) -> str:
    """A picture came, the how many-th; the first time with what handing in means."""
    most = settings_of(campaign).most_pictures
    example = "" if work.title else " 题目"
    how = f"发完了，回复「交稿{example}」，例如「交稿 夜班」" if not work.title else "发完了，回复「交稿」"
    head = f"收到第 {count} 张。" if left_out == 0 else f"收下了 {count} 张，另有 {left_out} 张超出，没有收。"
    rest = (
        f"还有就接着发；{how}。" if count < most else f"这件满 {most} 张了。{how.removeprefix('发完了，')}。"
    )
    means = f"\n\n交到「{campaign.title}」。{_AGREED}不想交了，回复「不交了」。" if first else ""
    return head + rest + means


def ask_text(on: Sequence[CampaignView], form: str, count: int) -> str:
    """Somebody who never took part sent a picture, or several contests are on."""
    what = "视频" if form == FILM else "照片"
    kept = f"（替您记着 {count} 个，24 小时内有效）" if count > 1 else "（替您记着，24 小时内有效）"
    if len(on) == 1:
        one = on[0]
        return (
            f"{what}收到了。要交到「{one.title}」吗？回复「{one.word}」就收下{kept}。\n"
            "不是来交作品的？有问题请打字告诉我，找工会的人请回复「人工」，这份不会交出去。"
        )
    lines = [f"· 「{one.title}」：回复「{one.word}」" for one in on[:8]]
    return "\n".join([f"{what}收到了{kept}。要交到哪个活动？", *lines, "不是来交作品的，不用管它。"])


def handed_in_text(campaign: CampaignView, work: PhotoWork, count: int, turn: Turn) -> str:
    pictures = f"，{count} 张照片" if count else ""
    return (
        f"交上了！「{work.title}」是 {work.number} 号{settings_of(campaign).noun}{pictures}，审核后展示。\n"
        f"想补几句说明，回复「说明 ……」；结果回复「我的作品」看。要改要撤回：{_link(campaign, turn, '我的作品')}"
    )


def category_text(campaign: CampaignView, work: PhotoWork) -> str:
    names = settings_of(campaign).category_names
    return f"题目记下了：「{work.title}」。还要选一个题材：{'、'.join(names)}。\n请回复「题材 {names[0]}」这样的话，再回复「交稿」。"


def written_text(name: str, *, handed_in: bool) -> str:
    return f"{name}写上了。" + ("" if handed_in else "还有照片就接着发，发完回复「交稿 题目」。")


def nothing_text(on: Sequence[CampaignView], turn: Turn) -> str:
    """「交稿」, and there is nothing to hand in."""
    places = "、".join(_link(one, turn, f"「{one.title}」的交稿页面") for one in on[:3])
    return f"还没有收到您的照片。请先把照片发到这里，再回复「交稿 题目」；也可以到{places}交。"


def dropped_text(campaign: CampaignView, turn: Turn, *, anything: bool) -> str:
    head = "好的，没交的都不要了。" if anything else "好的，眼下没有没交完的。"
    return f"{head}已经交了的，可以在{_link(campaign, turn, '我的作品')}里撤回。"


def mine_text(on: Sequence[CampaignView], works: Sequence[PhotoWork], turn: Turn) -> str:
    """Contest by contest."""
    lines: list[str] = []
    for one in on:
        theirs = [work for work in works if work.campaign_id == one.id]
        lines.append(f"【{one.title}】" + ("" if theirs else f"还没有交过{settings_of(one).noun}"))
        lines += [_line(work) for work in theirs[:_MOST_LISTED]]
    ending = "\n看全部、修改、撤回：" + "、".join(_link(one, turn, one.title) for one in on[:3])
    return cut_utf8("\n".join(lines), _LIMIT_BYTES - len(ending.encode())) + ending


def is_film(campaign: CampaignView, work: PhotoWork) -> bool:
    """Does its group take films only?"""
    return settings_of(campaign).form_of(work.group) == VIDEO


def _line(work: PhotoWork) -> str:
    number = f"{work.number} 号" if work.number else ""
    why = f"，{work.state_why}" if work.state == "refused" and work.state_why else ""
    return f"· {number}「{work.title or '没有题目'}」（{STATES[work.state]}{why}）"


def _link(campaign: CampaignView, turn: Turn, words: str, page: str = "/mine") -> str:
    return f'<a href="{turn.account.h5_url}/c/{campaign.public_id}/photo{page}">{words}</a>'
