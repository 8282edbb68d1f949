"""Verbs on scene codes: keep what the platform made, change its labels, count its scans."""

from datetime import date, datetime, timedelta

from sqlalchemy import delete, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from core.clock import SHANGHAI
from core.errors import Conflict, NotFound
from core.ids import public_id
from members.scenes.figures import add_scan, recount_one
from members.scenes.rules import NewScene
from models.members import Scene, SceneDay, SceneScan
from models.upsert import count_rows, insert_for, insert_missing
from wechat.messages import Inbound, Scan, Subscribe

_KEPT = timedelta(days=7)
"""How long a scan's key is remembered: no event is told again after that."""


def check_free(session: Session, account_id: int, scene: str) -> None:
    """Before the platform is asked. Raises Conflict."""
    query = select(Scene.label).where(Scene.account_id == account_id, Scene.scene == scene)
    label = session.scalar(query)
    if label is not None:
        raise _taken(scene, label)


def keep_scene(session: Session, account_id: int, new: NewScene, url: str, now: datetime) -> Scene:
    """Raises Conflict when somebody made one of this scene meanwhile."""
    row = Scene(
        account_id=account_id,
        public_id=public_id(),
        scene=new.scene,
        label=new.label,
        district=new.district,
        url=url,
        expires_at=None if new.days is None else now + timedelta(days=new.days),
        created_at=now,
    )
    try:
        with session.begin_nested():
            session.add(row)
    except IntegrityError:
        raise _taken(new.scene, "") from None
    recount_one(session, row, now)
    return row


def renew_scene(session: Session, scene: Scene, url: str, days: int | None, now: datetime) -> None:
    """The platform made a new picture of a temporary code. Both pictures bring to the same scene."""
    session.execute(
        update(Scene)
        .where(Scene.account_id == scene.account_id, Scene.id == scene.id)
        .values(
            url=url,
            expires_at=None if days is None else now + timedelta(days=days),
            version=Scene.version + 1,
        )
        .execution_options(synchronize_session=False)
    )


def change_scene(session: Session, scene: Scene, label: str, district: str, version: int) -> None:
    """Raises Conflict when somebody changed it meanwhile."""
    changed = session.execute(
        update(Scene)
        .where(Scene.account_id == scene.account_id, Scene.id == scene.id, Scene.version == version)
        .values(label=label, district=district, version=version + 1)
        .execution_options(synchronize_session=False)
    )
    if not count_rows(changed):
        raise Conflict("changed", "这个二维码刚被别人改过，您的改动没有保存。请看过对方写的再改。")


def get_scene(session: Session, account_id: int, public_id_: str) -> Scene:
    """Raises NotFound."""
    query = select(Scene).where(Scene.account_id == account_id, Scene.public_id == public_id_)
    scene = session.scalar(query)
    if scene is None:
        raise NotFound("no_scene", "没有这个二维码")
    return scene


def note_scan(session: Session, account_id: int, event: Inbound, now: datetime) -> None:
    """Count a scan (a notice for `subscribe` and `scan`); the same event again is not counted."""
    if not isinstance(event, Subscribe | Scan) or not event.scene:
        return
    scan = {"account_id": account_id, "message_key": event.key, "at": now}
    if not insert_missing(session, SceneScan, [scan]):
        return
    followed = int(isinstance(event, Subscribe))
    scene = event.scene[:64]
    row = {
        "account_id": account_id,
        "scene": scene,
        "day": now.astimezone(SHANGHAI).date(),
        "scans": 1,
        "followed": followed,
    }
    statement = insert_for(session, SceneDay).values(row)
    session.execute(
        statement.on_conflict_do_update(
            index_elements=["account_id", "scene", "day"],
            set_={"scans": SceneDay.scans + 1, "followed": SceneDay.followed + followed},
        )
    )
    add_scan(session, account_id, scene, followed)


def forget_scans(session: Session, now: datetime) -> int:
    """The keys of old events; the counts stay."""
    old = delete(SceneScan).where(SceneScan.at < now - _KEPT)
    return count_rows(
        session.execute(
            old.execution_options(all_tenants="old keys of every account", synchronize_session=False)
        )
    )


def list_scenes(
    session: Session, account_id: int, *, district: str | None, before: int | None, limit: int
) -> list[Scene]:
    """Newest first, those with an id below `before`; of one district where it is given."""
    query = select(Scene).where(Scene.account_id == account_id)
    if district is not None:
        query = query.where(Scene.district == district)
    if before is not None:
        query = query.where(Scene.id < before)
    return list(session.scalars(query.order_by(Scene.id.desc()).limit(limit)))


def list_days(session: Session, account_id: int, scene: str, since: date) -> list[SceneDay]:
    """Newest first."""
    query = (
        select(SceneDay)
        .where(SceneDay.account_id == account_id, SceneDay.scene == scene, SceneDay.day >= since)
        .order_by(SceneDay.day.desc())
    )
    return list(session.scalars(query))


def _taken(scene: str, label: str) -> Conflict:
    whose = f"（{label}）" if label else ""
    return Conflict("scene_taken", f"场景值「{scene}」{whose}已经有二维码了，请换一个场景值")
