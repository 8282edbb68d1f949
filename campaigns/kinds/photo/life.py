"""What a contest does as its campaign lives: checked before it opens, sealed when it ends, exported, told, forgotten."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from sqlalchemy import and_, delete, func, select, update
from sqlalchemy.orm import Session

from campaigns.ballots import life as ballots_life
from campaigns.ballots.rules import EACH_DAY
from campaigns.ballots.totals import read_counts
from campaigns.kinds.photo.config import ANY, LINK, VIDEO, PhotoConfig, settings_of
from campaigns.kinds.photo.tables import PhotoAward, PhotoDecision, PhotoObjection, PhotoPicture, PhotoWork
from campaigns.kinds.photo.works import of_campaign
from campaigns.view import CampaignView, Finding
from core.clock import local_text
from models.ledger import Person

EXPORT_COLUMNS = (
    "编号", "组别", "题材", "题目", "文字说明", "作者", "形式", "照片", "赞", "状态", "奖项", "交稿时间"
)  # fmt: skip
STATES = {
    "draft": "没有交",
    "waiting": "等待审核",
    "shown": "已展示",
    "refused": "没有通过",
    "withdrawn": "已撤回",
}


def preflight(session: Session, campaign: CampaignView) -> Sequence[Finding]:
    """Does an award hang on likes (集赞), is there anything to win, do people know what becomes of their work?"""
    return list(_findings(settings_of(campaign), campaign))


def _findings(settings: PhotoConfig, campaign: CampaignView) -> Iterator[Finding]:
    if settings.likes_decide:
        yield Finding(
            "hint",
            "有奖项按点赞数评定：请人点赞可能被平台认定为诱导分享（集赞），链接会被停用。",
            "改由评委评定，点赞只作参考；一定要按点赞评，就不要在规则和作品里号召大家拉赞。",
        )
    rules = campaign.rules
    if not any("肖像" in text for text in (rules.how, rules.privacy, rules.other)):
        yield Finding(
            "stop",
            "活动规则里没有写肖像权：照片里的人要同意展示。",
            "在「参加办法」里写明：作者要征得照片里的人同意；不同意展示的，可以联系谁撤下。",
            "rules",
        )
    if settings.awards and not campaign.rules.contact.strip():
        yield Finding(
            "stop",
            "要评奖的活动，规则里得有主办单位和电话，获奖名单的异议才有处说。",
            "补上咨询电话。",
            "rules",
        )


def on_close(session: Session, campaign: CampaignView, now: datetime) -> None:
    """The last likes are sealed, and the root of the day is published."""
    if settings_of(campaign).likes:
        ballots_life.on_close(session, campaign, now)


def facts(campaign: CampaignView) -> Sequence[str]:
    """The settings in sentences, for the rules page."""
    return list(_sentences(settings_of(campaign)))


def _sentences(settings: PhotoConfig) -> Iterator[str]:
    yield f"每人最多交 {settings.most_works} 件{settings.noun}，每件最多 {settings.most_pictures} 张照片。"
    if settings.groups:
        takes = {VIDEO: "收视频", LINK: "收网页链接", ANY: "照片、视频、链接都收"}
        named = "、".join(f"{one.title}（{takes.get(one.form, '收照片')}）" for one in settings.groups)
        yield f"分 {len(settings.groups)} 组：{named}。"
    yield "作品先审核，再展示。原片连同拍摄信息加密保存，只给评审核对用；展示的照片里没有拍摄地点的坐标。"
    yield "作品要是您自己的，也要征得照片里的人同意展示（肖像权）；交稿时要勾选确认。随时可以撤回；照片里的人不愿展示的，告诉我们就撤下。"
    if settings.likes:
        span = "每天" if settings.period == EACH_DAY else "整个活动期间"
        yield f"每人{span} {settings.votes} 个赞，同一件{settings.noun}{span}只能点一次；点赞都记在公开的账本里，刷的会剔除。"
    for award in settings.awards:
        yield f"{award.title}：{'每组 ' if settings.groups else ''}{award.places} 名，{award.by}。"
    if settings.awards:
        yield f"获奖名单公示 {settings.objection_days} 天，公示期内谁都可以提出异议。"


def export_rows(session: Session, campaign: CampaignView) -> Iterator[Sequence[str | int | float]]:
    """A work a row, by number; drafts are nobody's business."""
    counts = read_counts(session, campaign)
    awards = _awards(session, campaign)
    query = (
        select(PhotoWork, func.count(PhotoPicture.id))
        .outerjoin(
            PhotoPicture,
            and_(
                PhotoPicture.work_id == PhotoWork.id,
                PhotoPicture.account_id == campaign.account_id,
                PhotoPicture.state == "kept",
            ),
        )
        .where(*of_campaign(campaign), PhotoWork.number.is_not(None))
        .group_by(PhotoWork.id)
        .order_by(PhotoWork.number)
        .execution_options(yield_per=500)
    )
    for work, pictures in session.execute(query):
        number = work.number or 0
        votes, struck = counts.get((1, number), (0, 0))
        yield (
            number,
            work.group,
            work.category,
            work.title,
            work.about,
            work.author or "匿名",
            form_of(work),
            pictures,
            votes - struck,
            STATES[work.state],
            awards.get(work.id, ""),
            local_text(work.handed_in_at) if work.handed_in_at else "",
        )


def form_of(work: PhotoWork) -> str:
    """What it is, in a word."""
    if work.video:
        return "视频"
    return "链接" if work.link else "照片"


def _awards(session: Session, campaign: CampaignView) -> dict[int, str]:
    query = select(PhotoAward.work_id, PhotoAward.level).where(
        PhotoAward.account_id == campaign.account_id,
        PhotoAward.campaign_id == campaign.id,
        PhotoAward.withdrawn_why == "",
    )
    return dict(session.execute(query).all())


def erase_person(session: Session, account_id: int, person_id: int) -> int:
    """Their works are taken off with all that is in them; numbers, likes and awards stay, without a name."""
    mine = (PhotoWork.account_id == account_id, PhotoWork.person_id == person_id)
    ids = list(session.scalars(select(PhotoWork.id).where(*mine)))
    pictures = (PhotoPicture.account_id == account_id, PhotoPicture.work_id.in_(ids))
    session.execute(delete(PhotoPicture).where(*pictures))
    decisions = (PhotoDecision.account_id == account_id, PhotoDecision.work_id.in_(ids))
    session.execute(update(PhotoDecision).where(*decisions).values(before=""))
    empty = dict.fromkeys(("title", "about", "author", "place", "equipment", "video", "link"), "")
    gone = {**empty, "state": "withdrawn", "slot": None, "version": PhotoWork.version + 1}
    session.execute(update(PhotoWork).where(*mine).values(gone))
    objections = (PhotoObjection.account_id == account_id, PhotoObjection.person_id == person_id)
    session.execute(update(PhotoObjection).where(*objections).values(reason=None, contact=None))
    return len(ids)


def kept(session: Session, campaign: CampaignView, person: Person) -> Mapping[str, str | int]:
    query = select(PhotoWork).where(*of_campaign(campaign), PhotoWork.person_id == person.id)
    works = session.scalars(query.order_by(PhotoWork.id)).all()
    noun = settings_of(campaign).noun
    told = [f"{one.title or '没有题目'}（{STATES[one.state]}）" for one in works]
    likes = ballots_life.kept(session, campaign, person) if settings_of(campaign).likes else {}
    return {
        noun: "、".join(told) or "没有",
        "署名": "、".join({one.author for one in works if one.author}) or "没有",
        **likes,
    }


def media_names(session: Session) -> Iterator[str]:
    """Files that contests of all accounts refer to."""
    everybody = {"all_tenants": "files of every account are kept or dropped together"}
    pictures = select(PhotoPicture.name).where(PhotoPicture.name != "")
    yield from session.scalars(pictures.execution_options(**everybody))
    videos = select(PhotoWork.video).where(PhotoWork.video != "")
    yield from session.scalars(videos.execution_options(**everybody))
