"""What authors do with their works: begin one, put pictures in order, write, hand in, take back. Scarce places are held by constraints."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, select, update
from sqlalchemy.orm import Session

from campaigns.kinds.photo.config import LINK, PICTURES, VIDEO, PhotoConfig, settings_of
from campaigns.kinds.photo.slots import free_slot, next_number
from campaigns.kinds.photo.tables import PhotoPicture, PhotoWork
from campaigns.view import CampaignView
from core.errors import Conflict, Invalid, NotFound, SoldOut
from core.ids import public_id
from models.ledger import Person
from models.upsert import count_rows, insert_missing

OPEN = ("draft", "waiting", "refused")
"""States in which its author may change a work; one that waits or was refused becomes a draft again."""
_LENGTHS = {"title": 40, "about": 1000, "author": 20, "place": 40, "equipment": 60, "link": 300}
NAMES = {
    "title": "题目",
    "about": "文字说明",
    "author": "作者署名",
    "place": "拍摄地点",
    "equipment": "器材",
    "link": "链接",
}
_CHANGED = "这件作品刚刚变过，请刷新页面再改；您传好的照片都在。"


@dataclass(frozen=True, slots=True)
class WorkDraft:
    """What an author writes of a work."""

    title: str = ""
    about: str = ""
    group: str = ""
    category: str = ""
    author: str = ""
    place: str = ""
    equipment: str = ""
    link: str = ""


@dataclass(frozen=True, slots=True)
class Kept:
    """A picture that is safe: its public copy is in the media folder, its original sealed (`keeping.Keeper.keep`)."""

    name: str
    original: str
    width: int
    height: int
    digest: str
    likeness: int
    taken: str
    camera: str


def list_mine(session: Session, campaign: CampaignView, person_id: int) -> Sequence[PhotoWork]:
    """A person's works, the newest first, those taken back too."""
    query = select(PhotoWork).where(*of_campaign(campaign), PhotoWork.person_id == person_id)
    return session.scalars(query.order_by(PhotoWork.id.desc())).all()


def get_mine(session: Session, campaign: CampaignView, person_id: int, work_id: str) -> PhotoWork:
    """Raises NotFound, for somebody else's too."""
    query = select(PhotoWork).where(
        *of_campaign(campaign), PhotoWork.person_id == person_id, PhotoWork.public_id == work_id
    )
    row = session.scalar(query)
    if row is None:
        raise NotFound("no_work", f"没有这件{settings_of(campaign).noun}，可能已经删除。请回到「我的」看看。")
    return row


def find_empty(session: Session, campaign: CampaignView, person_id: int, group: str) -> PhotoWork | None:
    """A draft of the page's that was begun and left without anything in it."""
    query = select(PhotoWork).where(
        *of_campaign(campaign),
        PhotoWork.person_id == person_id,
        PhotoWork.group == _known_group(settings_of(campaign), group),
        PhotoWork.state == "draft",
        PhotoWork.channel == "page",
        PhotoWork.version == 1,
    )
    return session.scalars(query.order_by(PhotoWork.id).limit(1)).first()


def begin_work(
    session: Session,
    campaign: CampaignView,
    person: Person,
    group: str,
    now: datetime,
    *,
    channel: str = "page",
) -> PhotoWork:
    """A new draft in a free place of the person's. Raises SoldOut with what to do, Invalid for an unknown group."""
    settings = settings_of(campaign)
    group = _known_group(settings, group)
    query = select(PhotoWork.slot).where(
        PhotoWork.account_id == campaign.account_id,
        PhotoWork.person_id == person.id,
        PhotoWork.slot.is_not(None),
    )
    taken = set(session.scalars(query))
    for slot in range(1, settings.most_works + 1):
        row = {
            "account_id": campaign.account_id,
            "campaign_id": campaign.id,
            "public_id": public_id(),
            "person_id": person.id,
            "slot": slot,
            "group": group,
            "channel": channel,
            "author": (person.name or "")[:20],
            "created_at": now,
            "updated_at": now,
        }
        if slot not in taken and insert_missing(session, PhotoWork, [row]) == 1:
            return get_mine(session, campaign, person.id, str(row["public_id"]))
    raise SoldOut(
        "no_slot",
        f"每人最多交 {settings.most_works} 件{settings.noun}，您的已经满了。想换一件，请先在「我的{settings.noun}」里撤回一件。",
    )


def change_work(
    session: Session, campaign: CampaignView, work: PhotoWork, version: int, draft: WorkDraft, now: datetime
) -> None:
    """Raises Invalid, Conflict. One that waited or was refused has to be handed in again."""
    settings = settings_of(campaign)
    values = asdict(draft) | {"group": _known_group(settings, draft.group)}
    values["title"] = " ".join(draft.title.split())
    _check_texts(settings, draft)
    save(session, work, version, OPEN, {**values, "state": "draft"}, now)


def add_picture(
    session: Session, campaign: CampaignView, work: PhotoWork, key: str, kept: Kept | None, now: datetime
) -> PhotoPicture:
    """One more picture at the work's end; `kept` None for one of the chat that is still to be fetched.

    A request that comes again (its `key`) gets the picture it brought. Raises Conflict for a work that is closed, SoldOut.
    """
    if (same := require_room(session, campaign, work, key)) is not None:
        return same
    settings = settings_of(campaign)
    rows = list_pictures(session, campaign, [work.id])
    taken = {row.slot for row in rows}
    for slot in range(1, settings.most_pictures + 1):
        row = _picture_row(campaign, work, key, slot, max([one.position for one in rows], default=0) + 1, now)
        row |= _kept_values(kept) if kept is not None else {"state": "fetching"}
        if slot not in taken and insert_missing(session, PhotoPicture, [row]) == 1:
            _reopen(session, work, now)
            break
        rows = list_pictures(session, campaign, [work.id])
        taken = {one.slot for one in rows}
        if any(one.key == key for one in rows):
            break
    found = [one for one in list_pictures(session, campaign, [work.id]) if one.key == key]
    if not found:
        raise _full(settings)
    return found[0]


def require_room(session: Session, campaign: CampaignView, work: PhotoWork, key: str) -> PhotoPicture | None:
    """Before a picture is read at all: the one that came under this key already, None where there is room for another.

    Raises Conflict for a work that is closed, SoldOut.
    """
    if work.state not in OPEN:
        raise Conflict("closed", "这件作品已经定了，不能再加照片。请新交一件。")
    rows = list_pictures(session, campaign, [work.id])
    same = next((row for row in rows if row.key == key), None)
    settings = settings_of(campaign)
    if same is None and len(rows) >= settings.most_pictures:
        raise _full(settings)
    return same


def fill_picture(session: Session, account_id: int, picture_id: int, kept: Kept) -> bool:
    """The picture of the chat is here; False where its author has taken it out meanwhile."""
    return _end_fetching(session, account_id, picture_id, {**_kept_values(kept), "state": "kept"})


def fail_picture(session: Session, account_id: int, picture_id: int, problem: str) -> bool:
    """It can't be had, or is none; `problem` is told to its author."""
    return _end_fetching(session, account_id, picture_id, {"state": "failed", "problem": problem[:200]})


def remove_picture(
    session: Session, campaign: CampaignView, work: PhotoWork, picture_id: str, now: datetime
) -> None:
    """Raises NotFound, Conflict. Its files go with the daily cleaning."""
    if work.state not in OPEN:
        raise Conflict("closed", "这件作品已经定了，照片不能再改。")
    rows = [row for row in list_pictures(session, campaign, [work.id]) if row.public_id == picture_id]
    if not rows:
        raise NotFound("no_picture", "这张照片已经不在了，请刷新页面看看。")
    session.delete(rows[0])
    _reopen(session, work, now)


def order_pictures(
    session: Session, campaign: CampaignView, work: PhotoWork, wanted: Sequence[str], now: datetime
) -> None:
    """`wanted`: public ids in the new order; what it does not name comes behind, as it stood. Raises Conflict."""
    if work.state not in OPEN:
        raise Conflict("closed", "这件作品已经定了，照片不能再改。")
    place = {one: position for position, one in enumerate(wanted)}
    rows = list_pictures(session, campaign, [work.id])
    rows.sort(key=lambda row: (place.get(row.public_id, len(place)), row.position))
    for position, row in enumerate(rows, 1):
        row.position = position
    _reopen(session, work, now)


def put_video(session: Session, work: PhotoWork, name: str, now: datetime) -> None:
    """A file of the media folder, empty for none. Raises Conflict."""
    save(session, work, work.version, OPEN, {"video": name, "state": "draft"}, now)


def hand_in(
    session: Session, campaign: CampaignView, work: PhotoWork, *, agreed: bool, now: datetime
) -> PhotoWork:
    """draft → waiting, with its number. Handed in already: nothing changes. Raises Invalid with what is missing, Conflict, SoldOut."""
    if work.state == "waiting":
        return work
    if not agreed:
        raise Invalid(
            "not_agreed",
            "请先勾选：作品是我的，照片里的人同意，同意主办方展示。不勾选就不能交。",
            field="agreed",
        )
    check_whole(campaign, work, list_pictures(session, campaign, [work.id]))
    values = {
        "state": "waiting",
        "state_why": "",
        "agreed_at": now,
        "handed_in_at": now,
        "number": work.number or next_number(session, campaign),
        "slot": work.slot or free_slot(session, campaign, work),
    }
    save(session, work, work.version, ("draft", "refused"), values, now)
    return work


def take_back(session: Session, work: PhotoWork, now: datetime) -> None:
    """Its author does not want it in any more: off the wall, and its place is free. Raises Conflict."""
    save(session, work, work.version, (*OPEN, "shown"), {"state": "withdrawn", "slot": None}, now)


def check_whole(campaign: CampaignView, work: PhotoWork, pictures: Iterable[PhotoPicture]) -> None:
    """Is everything there that a work needs? Raises Invalid that names it."""
    settings = settings_of(campaign)
    there = [one for one in pictures if one.state != "failed"]
    form = settings.form_of(work.group)
    if not work.title:
        raise Invalid("no_title", "请给作品起个题目，三五个字就好。", field="title")
    if form == PICTURES and not there:
        raise Invalid("no_pictures", "请至少传一张照片。", field="pictures")
    if form == VIDEO and not (work.video or work.link):
        raise Invalid("no_video", "请传一段视频，或填视频的链接。", field="video")
    if form == LINK and not work.link:
        raise Invalid("no_link", "请填作品的链接（https:// 开头）。", field="link")
    if not (there or work.video or work.link):
        raise Invalid("nothing", "请传照片或视频，或填链接。", field="pictures")
    if settings.category_names and not work.category:
        raise Invalid(
            "no_category", f"请选一个题材：{'、'.join(settings.category_names)}。", field="category"
        )


def list_pictures(session: Session, campaign: CampaignView, works: Sequence[int]) -> list[PhotoPicture]:
    """Of works (row ids), in their order."""
    query = (
        select(PhotoPicture)
        .where(PhotoPicture.account_id == campaign.account_id, PhotoPicture.work_id.in_(works))
        .order_by(PhotoPicture.work_id, PhotoPicture.position, PhotoPicture.id)
    )
    return list(session.scalars(query))


def pictures_by_work(
    session: Session, campaign: CampaignView, works: Sequence[int]
) -> Mapping[int, list[PhotoPicture]]:
    """Those that are there, by work's row id; an empty list for a work without any."""
    found: dict[int, list[PhotoPicture]] = {work: [] for work in works}
    for row in list_pictures(session, campaign, works):
        if row.state == "kept":
            found[row.work_id].append(row)
    return found


def of_campaign(campaign: CampaignView) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    """Where works of a campaign are."""
    return PhotoWork.account_id == campaign.account_id, PhotoWork.campaign_id == campaign.id


def save(
    session: Session,
    work: PhotoWork,
    version: int,
    states: Sequence[str],
    values: Mapping[str, object],
    now: datetime,
) -> None:
    """By conditional update, from one of `states`: of two people the second is told. Raises Conflict."""
    where = (
        PhotoWork.account_id == work.account_id,
        PhotoWork.id == work.id,
        PhotoWork.version == version,
        PhotoWork.state.in_(states),
    )
    marks = {"version": version + 1, "updated_at": now}
    changed = session.execute(update(PhotoWork).where(*where).values({**values, **marks}))
    if count_rows(changed) == 0:
        raise Conflict("changed", _CHANGED)
    session.refresh(work)


def _reopen(session: Session, work: PhotoWork, now: datetime) -> None:
    """What was handed in, or refused, is looked at anew. Pictures may come several at once, so no version is asked for."""
    where = (PhotoWork.account_id == work.account_id, PhotoWork.id == work.id, PhotoWork.state.in_(OPEN))
    values = {"state": "draft", "version": PhotoWork.version + 1, "updated_at": now}
    if count_rows(session.execute(update(PhotoWork).where(*where).values(values))) == 0:
        raise Conflict("closed", "这件作品已经定了，照片不能再改。请新交一件。")
    session.refresh(work)


def _full(settings: PhotoConfig) -> SoldOut:
    return SoldOut(
        "no_picture_slot", f"每件{settings.noun}最多 {settings.most_pictures} 张照片，这一张没有收下。"
    )


def _known_group(settings: PhotoConfig, group: str) -> str:
    names = settings.group_names
    if not names:
        return ""
    if not group and len(names) == 1:
        return names[0]
    if group and group not in names:
        raise Invalid(
            "bad_group", f"没有「{group[:20]}」这个组，请从这些里选：{'、'.join(names)}。", field="group"
        )
    return group or names[0]


def _check_texts(settings: PhotoConfig, draft: WorkDraft) -> None:
    for field, most in _LENGTHS.items():
        if len(getattr(draft, field)) > most:
            raise Invalid("too_long", f"{NAMES[field]}最多 {most} 个字，请写短一些。", field=field)
    if draft.category and draft.category not in settings.category_names:
        raise Invalid("bad_category", "请从列出的题材里选一个。", field="category")
    if draft.link and not _is_link(draft.link):
        raise Invalid("bad_link", "链接要以 https:// 开头，请从浏览器里复制完整的地址。", field="link")


def _is_link(link: str) -> bool:
    host = link.removeprefix("https://").partition("/")[0]
    return (
        link.startswith("https://") and "." in host and not any(c.isspace() or c in "\"'<>@\\" for c in link)
    )


def _picture_row(
    campaign: CampaignView, work: PhotoWork, key: str, slot: int, position: int, now: datetime
) -> dict[str, object]:
    return {
        "account_id": campaign.account_id,
        "campaign_id": campaign.id,
        "work_id": work.id,
        "public_id": public_id(),
        "key": key,
        "slot": slot,
        "position": position,
        "created_at": now,
    }


def _kept_values(kept: Kept) -> dict[str, object]:
    return asdict(kept)


def _end_fetching(session: Session, account_id: int, picture_id: int, values: Mapping[str, object]) -> bool:
    where = (
        PhotoPicture.account_id == account_id,
        PhotoPicture.id == picture_id,
        PhotoPicture.state == "fetching",
    )
    return count_rows(session.execute(update(PhotoPicture).where(*where).values(values))) == 1
