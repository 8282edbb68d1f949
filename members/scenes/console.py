"""场景二维码 in the console: make codes for posters, download them, see who came by them."""

import csv
import io
import re
from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from flask import Response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from core.clock import local_text
from core.errors import DomainError, NotFound
from core.spreadsheets import cell
from house.current import parts
from house.permissions import Permission
from members.scenes import pictures, service
from members.scenes.figures import DAYS, Figures, figures_by_district, first_day
from members.scenes.rules import NewScene, read_days, read_label, read_scene, request_for
from models.members import Scene, SceneDay
from staff.guard import acting, console_pages, here, needs

_PAGE = 50
_NO_WORD = re.compile(r"[^\w-]+")
pages = console_pages("scene_codes", __name__)


@pages.get("/a/<account_key>/scenes")
@needs(Permission.FOLLOWERS)
def index(account_key: str) -> Response:
    """All codes of the account, newest first, with what they brought."""
    return _list()


@pages.get("/a/<account_key>/scenes/new")
@needs(Permission.FOLLOWERS)
def new(account_key: str) -> Response:
    return _new({})


@pages.post("/a/<account_key>/scenes/new")
@needs(Permission.FOLLOWERS)
def create(account_key: str) -> AnyResponse:
    """The platform makes the code, then it is kept."""
    form, account = request.form, here().official
    try:
        days = form.get("days", "") if form.get("kind") == "temporary" else ""
        wanted = read_scene(form.get("scene", ""), form.get("label", ""), form.get("district", ""), days)
        if form.get("kind") == "temporary" and wanted.days is None:
            wanted = NewScene(wanted.scene, wanted.label, wanted.district, read_days("30"))
        with parts().db.read() as session:
            service.check_free(session, account.id, wanted.scene)
        url = _ask_platform(wanted.scene, wanted.days)
        with acting("scene_made", wanted.label, scene=wanted.scene) as session:
            scene = service.keep_scene(session, account.id, wanted, url, parts().clock())
    except DomainError as error:
        return _new(form, problem=error.message, status=error.status)
    return redirect(url_for("scene_codes.show", account_key=account_key, public_id=scene.public_id))


@pages.get("/a/<account_key>/scenes/<public_id>")
@needs(Permission.FOLLOWERS)
def show(account_key: str, public_id: str) -> Response:
    return _show(_find(public_id))


@pages.post("/a/<account_key>/scenes/<public_id>")
@needs(Permission.FOLLOWERS)
def change(account_key: str, public_id: str) -> AnyResponse:
    """Another label or district. Of two people who change it at once, the second sees what the first wrote."""
    scene, form = _find(public_id), request.form
    try:
        label, district = read_label(form.get("label", ""), form.get("district", ""))
        with acting("scene_changed", label, scene=scene.scene) as session:
            service.change_scene(session, scene, label, district, form.get("version", -1, int))
    except DomainError as error:
        return _show(_find(public_id), form=form, problem=error.message, status=error.status)
    return redirect(url_for("scene_codes.show", account_key=account_key, public_id=public_id))


@pages.post("/a/<account_key>/scenes/<public_id>/renew")
@needs(Permission.FOLLOWERS)
def renew(account_key: str, public_id: str) -> AnyResponse:
    """A temporary code gets another life and a new picture."""
    scene = _find(public_id)
    try:
        days = read_days(request.form.get("days", "")) or 30
        url = _ask_platform(scene.scene, days)
        with acting("scene_renewed", scene.label, scene=scene.scene, days=days) as session:
            service.renew_scene(session, scene, url, days, parts().clock())
    except DomainError as error:
        return _show(scene, problem=error.message, status=error.status)
    return _show(_find(public_id), said="已延长。图案换了新的，请重新下载、替换旧海报。")


@pages.get("/a/<account_key>/scenes/<public_id>/picture.<suffix>")
@needs(Permission.FOLLOWERS)
def picture(account_key: str, public_id: str, suffix: str) -> Response:
    """The code as a file: png for the screen and office printers, svg for printing works."""
    draw = {"png": (pictures.png, pictures.PNG), "svg": (pictures.svg, pictures.SVG)}.get(suffix)
    if draw is None:
        raise NotFound("no_picture", "没有这种格式的图片，请下载 PNG 或 SVG。")
    scene = _find(public_id)
    response = Response(draw[0](scene.url), content_type=draw[1])
    if "download" in request.args:
        response.headers.set(
            "Content-Disposition", "attachment", filename=f"{_NO_WORD.sub('-', scene.scene)}.{suffix}"
        )
    return response


@pages.get("/a/<account_key>/scenes.csv")
@needs(Permission.FOLLOWERS)
def export(account_key: str) -> Response:
    """Every code with its figures, for a spreadsheet."""
    rows: list[list[str]] = []
    before: int | None = None
    with parts().db.read() as session:
        while scenes := service.list_scenes(
            session, here().official.id, district=None, before=before, limit=500
        ):
            rows += map(_row, scenes)
            before = scenes[-1].id
    heading = ["区县", "海报", "场景值", "近30天扫码", "近30天新关注", "累计扫码", "累计新关注", "到期"]
    response = Response(_csv([heading, *rows]), content_type="text/csv; charset=utf-8")
    response.headers.set("Content-Disposition", "attachment", filename="scenes.csv")
    return response


def _row(scene: Scene) -> list[str]:
    numbers = (scene.recent_scans, scene.recent_followed, scene.scans, scene.followed)
    ends = local_text(scene.expires_at) if scene.expires_at else "永久"
    return [scene.district, scene.label, scene.scene, *map(str, numbers), ends]


def _csv(rows: Sequence[Sequence[str]]) -> bytes:
    out = io.StringIO()
    csv.writer(out).writerows([cell(value) for value in row] for row in rows)
    return out.getvalue().encode("utf-8-sig")


def _ask_platform(scene: str, days: int | None) -> str:
    """The address of the code. Raises WeChatError."""
    answer = parts().platform.api(here().official).qrcode.create(request_for(scene, days))
    return str(answer["url"])


def _find(public_id: str) -> Scene:
    with parts().db.read() as session:
        return service.get_scene(session, here().official.id, public_id)


def _since() -> date:
    return first_day(parts().clock())


def _list() -> Response:
    account_id, district = here().official.id, request.args.get("district")
    with parts().db.read() as session:
        scenes = service.list_scenes(
            session,
            account_id,
            district=district,
            before=request.args.get("before", type=int),
            limit=_PAGE + 1,
        )
        districts = figures_by_district(session, account_id)
    html = render_template(
        "members/console_scenes.html",
        title="场景二维码",
        scenes=scenes[:_PAGE],
        more=scenes[_PAGE - 1].id if len(scenes) > _PAGE else None,
        districts=districts,
        total=sum(districts.values(), Figures()),
        district=district,
        now=parts().clock(),
    )
    return Response(html)


def _new(form: Mapping[str, str], *, problem: str = "", status: int = 200) -> Response:
    html = render_template(
        "members/console_scene_new.html", title="新建场景二维码", form=form, problem=problem
    )
    return Response(html, status)


def _show(
    scene: Scene,
    *,
    form: Mapping[str, str] | None = None,
    problem: str = "",
    said: str = "",
    status: int = 200,
) -> Response:
    account = here().official
    with parts().db.read() as session:
        days = service.list_days(session, account.id, scene.scene, _since())
    html = render_template(
        "members/console_scene.html",
        title=scene.label,
        scene=scene,
        days=_all_days(days),
        welcome=account.profile.scenes.get(scene.scene),
        form=form,
        now=parts().clock(),
        problem=problem,
        said=said,
    )
    return Response(html, status)


def _all_days(days: Sequence[SceneDay]) -> list[tuple[date, int, int]]:
    """(day, scans, follows) of the last days, oldest first; also of days on which nobody came."""
    known = {one.day: one for one in days}
    found = []
    for nth in range(DAYS):
        day = _since() + timedelta(days=nth)
        one = known.get(day)
        found.append((day, one.scans if one else 0, one.followed if one else 0))
    return found
