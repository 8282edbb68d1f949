"""freepublish/*: publishing a draft. Submitting only queues; the result comes as PUBLISHJOBFINISH."""

from __future__ import annotations

import json
import secrets
import sqlite3
from functools import partial

from ..accounts import Account
from ..delivery import Parcel
from ..messages import publish_finished
from ..world import World
from .content import draft_articles
from .errors import ApiError
from .gate import Call, Endpoint, Json, Right

BATCH = 20
DONE = 0
RUNNING = 1
DELETED = 5


def _submit(call: Call) -> Json:
    media_id = call.words("media_id", errcode=41006)
    articles = draft_articles(call, media_id)
    with call.world.database.transaction():
        publish_id = _new_id(call.world)
        call.world.database.run(
            "INSERT INTO publications VALUES (?, ?, ?, ?, ?, '[]', ?, ?)",
            publish_id, call.account.key, media_id, json.dumps(articles, ensure_ascii=False),
            secrets.token_urlsafe(48), RUNNING, call.world.clock(),
        )  # fmt: skip
    call.world.jobs.later(
        call.world.settings.job_delay_s, partial(_finish, call.world, call.account, publish_id)
    )
    return {
        "errcode": 0,
        "errmsg": "ok",
        "publish_id": str(publish_id),
        "msg_data_id": str(publish_id + 10**9),
    }


def _new_id(world: World) -> int:
    return int(world.database.value("SELECT COALESCE(MAX(publish_id), 2247483646) + 1 FROM publications"))


def _finish(world: World, account: Account, publish_id: int) -> None:
    """What happens a moment after submitting: the articles get addresses, the draft is gone, the event is sent."""
    row = world.database.one("SELECT * FROM publications WHERE publish_id=?", publish_id)
    if row is None or row["status"] != RUNNING:
        return
    with world.database.transaction():
        keys = [world.articles.add(account.key, article) for article in json.loads(row["articles"])]
        world.database.run(
            "UPDATE publications SET status=?, keys=? WHERE publish_id=?", DONE, json.dumps(keys), publish_id
        )
        world.database.run("DELETE FROM drafts WHERE media_id=?", row["media_id"])
    urls = [world.articles.url(key) for key in keys]
    fields = publish_finished(publish_id, DONE, article_id=row["article_id"], urls=urls)
    world.tell(Parcel(account, account.system_openid, fields, "发布完成", spoken=False))


def resume(world: World) -> None:
    """Takes up what a stop interrupted."""
    for row in world.database.all("SELECT publish_id, account FROM publications WHERE status=?", RUNNING):
        account = world.book.by_key(row["account"])
        if account is not None:
            world.jobs.later(world.settings.job_delay_s, partial(_finish, world, account, row["publish_id"]))


def _items(call: Call, row: sqlite3.Row) -> list[tuple[int, str]]:
    keys = json.loads(row["keys"])
    return [(index, call.world.articles.url(key)) for index, key in enumerate(keys, 1)]


def _get(call: Call) -> Json:
    publish_id = call.number("publish_id")
    row = call.world.database.one(
        "SELECT * FROM publications WHERE account=? AND publish_id=?", call.account.key, publish_id
    )
    if row is None:
        raise ApiError(53505, "publish_id not found")
    state: Json = {"publish_id": str(publish_id), "publish_status": row["status"], "fail_idx": []}
    if row["status"] != DONE:
        return state
    items = [{"idx": index, "article_url": url} for index, url in _items(call, row)]
    return {**state, "article_id": row["article_id"], "article_detail": {"count": len(items), "item": items}}


def _published(call: Call) -> sqlite3.Row:
    row = call.world.database.one(
        "SELECT * FROM publications WHERE account=? AND article_id=? AND status=?",
        call.account.key, call.words("article_id"), DONE,
    )  # fmt: skip
    if row is None:
        raise ApiError(53600, "article_id not found")
    return row


def _delete(call: Call) -> Json:
    row, index = _published(call), call.number("index", 0)
    keys = json.loads(row["keys"])
    if not 0 <= index <= len(keys):
        raise ApiError(40114)
    for key in keys if index == 0 else [keys[index - 1]]:
        call.world.articles.delete(key)
    if index == 0 or len(keys) == 1:
        call.world.database.run(
            "UPDATE publications SET status=? WHERE publish_id=?", DELETED, row["publish_id"]
        )
    return {"errcode": 0, "errmsg": "ok"}


def _news_items(call: Call, row: sqlite3.Row, *, content: bool) -> list[Json]:
    shown = []
    for article, (_, url), key in zip(
        json.loads(row["articles"]), _items(call, row), json.loads(row["keys"]), strict=True
    ):
        stored = call.world.articles.get(key)
        kept = {name: value for name, value in article.items() if content or name != "content"}
        shown.append({**kept, "url": url, "is_deleted": stored is None or stored.deleted})
    return shown


def _get_article(call: Call) -> Json:
    return {"news_item": _news_items(call, _published(call), content=True)}


def _batch_get(call: Call) -> Json:
    offset, count = call.number("offset", 0), call.number("count", BATCH)
    if not 1 <= count <= BATCH or offset < 0:
        raise ApiError(40035, "count is 1 to 20")
    rows = call.world.database.all(
        "SELECT * FROM publications WHERE account=? AND status=? ORDER BY publish_id DESC LIMIT ? OFFSET ?",
        call.account.key, DONE, count, offset,
    )  # fmt: skip
    total = call.world.database.value(
        "SELECT COUNT(*) FROM publications WHERE account=? AND status=?", call.account.key, DONE
    )
    content = not call.number("no_content", 0)
    items = [
        {
            "article_id": row["article_id"],
            "content": {"news_item": _news_items(call, row, content=content)},
            "update_time": int(row["created_at"]),
        }
        for row in rows
    ]
    return {"total_count": int(total), "item_count": len(items), "item": items}


ENDPOINTS = (
    Endpoint("/cgi-bin/freepublish/submit", _submit, "POST", Right.VERIFIED),
    Endpoint("/cgi-bin/freepublish/get", _get, "POST", Right.VERIFIED),
    Endpoint("/cgi-bin/freepublish/getarticle", _get_article, "POST", Right.VERIFIED),
    Endpoint("/cgi-bin/freepublish/batchget", _batch_get, "POST", Right.VERIFIED),
    Endpoint("/cgi-bin/freepublish/delete", _delete, "POST", Right.VERIFIED),
)
