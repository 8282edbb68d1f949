"""Scheduled work of pushes: begin what is due, deliver it through the platform, close what was reported."""

from collections.abc import Sequence
from html import escape
from pathlib import Path

from accounts.directory import AccountView
from accounts.mass import mass_quotas
from chat.content import fill
from core.clock import SHANGHAI
from core.errors import NotFound
from core.logs import get_logger
from house.parts import Parts
from jobs.outbox import Courier, Parcel
from jobs.ticker import Job
from models.push import Push
from push import service
from push.targets import missing_target
from wechat.api.articles import Article
from wechat.api.base import Upload
from wechat.api.mass import MassContent
from wechat.client import WeChatAPI
from wechat.errors import WeChatError

log = get_logger(__name__)


def covers_dir(parts: Parts) -> Path:
    return parts.settings.var_dir / "covers"


def jobs(parts: Parts) -> Sequence[Job]:
    def begin_due() -> int:
        with parts.db.read() as session:
            due = service.list_due(session, parts.clock())
        begun = 0
        for account_id, push_id in due:
            try:
                account = parts.directory.get_by_id(account_id)
            except NotFound as error:  # one damaged account does not hold up the others
                log.error("push_not_begun", push=push_id, error=error)
                continue
            quotas = mass_quotas(account, parts.settings.push)
            with parts.db.work() as session:
                push, now = service.get_push(session, account_id, push_id), parts.clock()
                missing = missing_target(session, account, push.link, now.astimezone(SHANGHAI).date())
                begun += service.begin_push(session, account_id, push_id, quotas, now, missing=missing)
        return begun

    def close_reported() -> int:
        with parts.db.work() as session:
            return service.close_reported(session) + service.fail_undelivered(session, parts.clock())

    tick = parts.settings.worker.tick_s
    return (Job("pushes_due", tick, begin_due), Job("pushes_reported", tick * 2, close_reported))


def courier(parts: Parts) -> Courier:
    """Delivers payloads {"push_id": …}: cover and draft once, then the mass send under its stored clientmsgid."""

    def deliver(parcel: Parcel) -> None:
        account = parts.directory.get_by_id(parcel.account_id)
        with parts.db.read() as session:
            push = service.get_push(session, account.id, parcel.payload["push_id"])
        if push.state != "sending":
            return
        api = parts.platform.api(account)
        try:
            media_id = push.media_id
            if not media_id:
                media_id = make_draft(parts, api, account, push)
                with parts.db.work() as session:
                    service.note_media(session, account.id, push.id, media_id)
            sent = api.mass.send_to_all(MassContent.article(media_id), clientmsgid=push.client_msg_id)
        except WeChatError as error:
            if error.permanent:
                with parts.db.work() as session:
                    service.fail_push(session, account.id, push.id, error.message, parts.clock())
            raise
        with parts.db.work() as session:
            service.accept_push(session, account.id, push.id, str(sent.msg_id))

    return deliver


def make_draft(parts: Parts, api: WeChatAPI, account: AccountView, push: Push) -> str:
    """The push as a draft at the platform, with its cover; its media_id. Raises WeChatError."""
    cover = covers_dir(parts) / push.cover
    kind = "image/png" if cover.suffix == ".png" else "image/jpeg"
    thumb = api.files.add_material("image", Upload(cover.name, cover.read_bytes(), kind))
    link = fill(push.link, account)
    article = Article(
        title=push.title,
        content=f"<p>{escape(push.digest)}</p><p>点击下方「阅读原文」查看全文。</p>",
        thumb_media_id=thumb.media_id,
        digest=push.digest,
        content_source_url=link,
    )
    return api.drafts.add([article])
