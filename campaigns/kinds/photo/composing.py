"""A work on its author's phone, for `h5_works` and `h5_uploads`: found, read from what was sent, shown to be gone on with."""

from dataclasses import dataclass, fields, replace
from typing import Any

from flask import request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from campaigns.asking import Asking
from campaigns.joining import join
from campaigns.kinds.photo.config import ANY, LINK, PICTURES, VIDEO, settings_of
from campaigns.kinds.photo.life import STATES
from campaigns.kinds.photo.tables import PhotoWork
from campaigns.kinds.photo.works import NAMES, WorkDraft, change_work, get_mine, list_pictures
from campaigns.stage import Stage, page_on
from core.errors import Closed, DomainError, Invalid, NotAllowed, NotFound
from core.ids import public_id, row_number
from core.text import clean
from house.current import parts
from members.ledger import find_person

EDITABLE = ("draft", "refused")
_CHANGED = (
    "这件作品刚刚在别处（另一个窗口，或聊天里）改过。您写的还在下面，没有丢；再点一次，就以这里写的为准。"
)
_TELLS = {
    PICTURES: "这一组收照片。",
    VIDEO: "这一组收视频，传文件或填链接都行；另传一张照片，就用作封面。",
    LINK: "这一组收网页作品（H5、VR 等），请填链接；另传一张照片，就用作封面。",
    ANY: "照片、视频、链接都可以，至少交一样。",
}


@dataclass(frozen=True, slots=True)
class Problem:
    """What went wrong with what somebody sent, and what they had written."""

    error: DomainError
    written: WorkDraft | None = None
    pictures: tuple[str, ...] = ()
    """Of several pictures, those that were not taken: name and why."""

    @property
    def text(self) -> str:
        return _CHANGED if self.error.code == "changed" and self.written else self.error.message


def get_own(session: Session, stage: Stage, work_id: str) -> PhotoWork:
    """For looking. Raises NotFound."""
    campaign = stage.campaign
    person = find_person(session, campaign.account_id, campaign.scope, stage.openid)
    return get_mine(session, campaign, person.id if person is not None else 0, work_id)


def take_own(session: Session, stage: Stage, work_id: str) -> PhotoWork:
    """For writing, while the campaign is on. Raises what `join` raises, NotFound."""
    person = join(session, stage.campaign, stage.openid, stage.now)
    return get_mine(session, stage.campaign, person.id, work_id)


def read_draft(asking: Asking) -> WorkDraft:
    """What was written, without what no database can hold."""
    texts = {one.name: clean(asking.text(one.name)).replace("\r\n", "\n") for one in fields(WorkDraft)}
    return WorkDraft(**{name: text.strip() for name, text in texts.items()})


def save_written(session: Session, stage: Stage, work: PhotoWork, asking: Asking) -> None:
    """The texts of a form that carries them. Those that stand there already change nothing, whatever the version: a request whose
    answer was lost comes again. Raises Invalid, Conflict."""
    if "version" not in asking.fields:
        return
    written = read_draft(asking)
    if replace(written, title=" ".join(written.title.split()), group=written.group or work.group) == draft_of(
        work
    ):
        return
    try:
        version = row_number(asking.text("version"))
    except ValueError:
        raise Invalid("bad_version", "提交的内容不完整，请刷新页面再试。") from None
    change_work(session, stage.campaign, work, version, written, stage.now)


def url_of(stage: Stage, endpoint: str, **more: Any) -> str:
    return url_for(
        f"photo.{endpoint}", account_key=stage.account.key, campaign_id=stage.campaign.public_id, **more
    )


def ask_again(stage: Stage, work_id: str, problem: Problem) -> AnyResponse:
    """The page with what was wrong, and with what was written. Raises the error where no page can help."""
    if isinstance(problem.error, NotFound | NotAllowed) or (
        isinstance(problem.error, Closed) and problem.error.code != "busy"
    ):
        raise problem.error
    return show(stage, work_id, problem)


def show(stage: Stage, work_id: str, problem: Problem | None = None) -> AnyResponse:
    """A work to go on with, or to look at where it can't be changed."""
    settings = settings_of(stage.campaign)
    with parts().db.read() as session:
        work = get_own(session, stage, work_id)
        pictures = list_pictures(session, stage.campaign, [work.id])
    phase = stage.campaign.phase(stage.now)
    editable = work.state in EDITABLE and phase == "on"
    written = problem.written if problem is not None else None
    return page_on(
        stage,
        "photo/compose.html" if editable else "photo/work_mine.html",
        work.title or f"交{settings.noun}",
        status=problem.error.status if problem is not None else 200,
        work=work,
        written=written or draft_of(work),
        pictures=pictures,
        settings=settings,
        phase=phase,
        problem=problem,
        names=NAMES,
        states=STATES,
        tells={name: _TELLS[settings.form_of(name)] for name in settings.group_names or ("",)},
        forms={name: settings.form_of(name) for name in settings.group_names or ("",)},
        saved=request.args.get("saved") == "1",
        key=public_id(20),
    )


def draft_of(work: PhotoWork) -> WorkDraft:
    return WorkDraft(**{one.name: getattr(work, one.name) for one in fields(WorkDraft)})
