"""Files of candidates in the console: a table with a preview, pictures in a ZIP, and the download."""

from pathlib import Path
from typing import Any

from flask import Response, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from campaigns.desk import BASE, SHOWN, show
from campaigns.kinds.vote.candidates import put_pictures
from campaigns.kinds.vote.config import settings_of
from campaigns.kinds.vote.console_place import vote_here
from campaigns.kinds.vote.files import (
    COLUMNS,
    MAX_BYTES,
    MAX_ZIP_MB,
    MOST_PICTURES,
    read_pictures,
    stream_of,
    write_candidates,
)
from campaigns.kinds.vote.importing import get_upload, keep_upload, plan_upload, take_over
from campaigns.kinds.vote.roll import read_roll
from campaigns.view import CampaignView
from core.errors import Conflict, DomainError, Invalid, NotFound
from house.current import parts
from house.permissions import Permission
from staff.guard import acting, console_pages, here, needs
from web.sent import sent_file
from web.storage import MB, media_store

TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
_ABOUT = {
    "number": "修改时必填；新增时不填就自动排在最后",
    "name": "必填，最多 30 个字",
    "group": "分组的投票必填，写设置里的组名",
    "region": "最多 20 个字",
    "unit": "最多 60 个字",
    "slogan": "列表里显示的一句话，最多 60 个字",
    "about": "最多 5000 个字，可以换行",
    "picture_text": "图上是什么，给看不见图的人读",
    "video": "https:// 开头的地址",
}
pages = console_pages("vote_files", __name__)


@pages.url_value_preprocessor
def limit_uploads(endpoint: str | None, _values: dict[str, Any] | None) -> None:
    """Before the guard reads the form."""
    request.max_content_length = (MAX_ZIP_MB if endpoint == "vote_files.pictures" else 11) * MB


@pages.get(f"{BASE}/files")
@needs(Permission.CAMPAIGNS)
def index(account_key: str, public_id: str) -> Response:
    """Download all, or send a file."""
    return _files(vote_here(public_id))


@pages.post(f"{BASE}/files")
@needs(Permission.CAMPAIGNS)
def upload(account_key: str, public_id: str) -> AnyResponse:
    """Read a table and show what it would change; nothing is changed yet."""
    campaign = vote_here(public_id)
    try:
        name, data = sent_file("file", MAX_BYTES)
        with acting("candidates_uploaded", name, campaign=public_id) as session:
            kept = keep_upload(session, campaign, here().staff.id, name, data, parts().clock())
    except Invalid as error:
        return _files(campaign, problem=error.message, status=error.status)
    return redirect(url_for(".looked_at", account_key=account_key, public_id=public_id, upload_id=kept), 303)


@pages.get(f"{BASE}/files/<upload_id>")
@needs(Permission.CAMPAIGNS)
def looked_at(account_key: str, public_id: str, upload_id: str) -> Response:
    """What a file would add and change, and what is wrong in it."""
    return _preview(vote_here(public_id), upload_id)


@pages.post(f"{BASE}/files/<upload_id>")
@needs(Permission.CAMPAIGNS)
def confirm(account_key: str, public_id: str, upload_id: str) -> AnyResponse:
    """Take all rows over; the good ones where somebody asked for that."""
    campaign, me = vote_here(public_id), here()
    with parts().db.read() as session:
        found = get_upload(session, campaign, me.staff.id, upload_id)
    skip, rows = request.form.get("skip") == "1", len(found.candidates)
    try:
        with acting("candidates_imported", found.file_name, campaign=public_id, rows=rows) as session:
            take_over(session, campaign, found, skip_bad=skip, by=me.staff.name, now=parts().clock())
    except Conflict as error:
        return _files(campaign, problem=error.message, status=error.status)
    except DomainError as error:
        return _preview(campaign, upload_id, problem=error.message, status=error.status)
    return _to_list(account_key, public_id, "imported")


@pages.post(f"{BASE}/pictures")
@needs(Permission.CAMPAIGNS)
def pictures(account_key: str, public_id: str) -> AnyResponse:
    """A ZIP whose files are called by number: all of them, or none."""
    campaign, store = vote_here(public_id), media_store()
    sent = request.files.get("zip")
    name = Path(sent.filename or "").name if sent else ""
    try:
        if sent is None or not name:
            raise Invalid("no_file", "请先选择一个 ZIP 文件。")
        kept: dict[int, str] = {}
        for one in read_pictures(sent.stream):
            try:
                kept[one.number] = store.keep("picture", stream_of(one))
            except Invalid as error:
                raise Invalid(error.code, f"{one.name[-40:]}：{error.message}") from None
        with acting("candidate_pictures", name[:120], campaign=public_id, rows=len(kept)) as session:
            put_pictures(session, campaign, kept, here().staff.name, parts().clock())
    except DomainError as error:
        return _files(campaign, problem=error.message, status=error.status)
    return _to_list(account_key, public_id, "pictures")


@pages.get(f"{BASE}/candidates.<suffix>")
@needs(Permission.CAMPAIGNS)
def export(account_key: str, public_id: str, suffix: str) -> Response:
    """All candidates, withdrawn ones too."""
    campaign = vote_here(public_id)
    if suffix not in TYPES:
        raise NotFound("no_kind", "只能导出为 csv 或 xlsx 文件。")
    with acting("candidates_exported", campaign.title, campaign=public_id, suffix=suffix) as session:
        candidates = read_roll(session, campaign).candidates
    return download(write_candidates(suffix, candidates), f"candidates-{public_id}.{suffix}")


def download(data: bytes, name: str) -> Response:
    """A table as a file."""
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(data, mimetype=TYPES[name.rpartition(".")[2]], headers=headers)


def _files(campaign: CampaignView, *, problem: str = "", status: int = 200) -> Response:
    noun = settings_of(campaign).noun
    return show(
        "vote/console_files.html",
        campaign,
        now_at="candidates",
        title=f"导入和导出{noun}",
        status=status,
        columns={COLUMNS[name]: about for name, about in _ABOUT.items()},
        limit_mb=MAX_BYTES // 1_000_000,
        zip_mb=MAX_ZIP_MB,
        most_pictures=MOST_PICTURES,
        problem=problem,
    )


def _preview(campaign: CampaignView, upload_id: str, *, problem: str = "", status: int = 200) -> Response:
    with parts().db.read() as session:
        found = get_upload(session, campaign, here().staff.id, upload_id)
        plan = plan_upload(session, campaign, found)
    return show(
        "vote/console_import.html",
        campaign,
        now_at="candidates",
        title="导入预览",
        status=status,
        upload=found,
        plan=plan,
        shown=SHOWN,
        problem=problem,
    )


def _to_list(account_key: str, public_id: str, done: str) -> AnyResponse:
    address = url_for("vote_candidates.index", account_key=account_key, public_id=public_id, said=done)
    return redirect(address, 303)
