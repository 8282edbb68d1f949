"""draft/*: the draft box."""

from __future__ import annotations

import json
import secrets
import sqlite3

from .content import check_article, check_articles, draft_articles
from .errors import ApiError
from .gate import Call, Endpoint, Json, Right

BATCH = 20
_OK: Json = {"errcode": 0, "errmsg": "ok"}


def _add(call: Call) -> Json:
    articles = check_articles(call, call.body.get("articles"))
    media_id, now = secrets.token_urlsafe(48), call.world.clock()
    call.world.database.run(
        "INSERT INTO drafts VALUES (?, ?, ?, ?, ?)",
        media_id, call.account.key, json.dumps(articles, ensure_ascii=False), now, now,
    )  # fmt: skip
    return {"media_id": media_id}


def _shown(call: Call, media_id: str, articles: list[Json], *, content: bool) -> list[Json]:
    """Articles as draft/get lists them: each with a temporary preview address."""
    base = f"{call.world.settings.base_url}/simulator/draft/{media_id}"
    return [
        {
            **{name: value for name, value in article.items() if content or name != "content"},
            "url": f"{base}/{index}",
            "is_deleted": False,
        }
        for index, article in enumerate(articles)
    ]


def _get(call: Call) -> Json:
    media_id = call.words("media_id", errcode=41006)
    row = call.world.database.one(
        "SELECT * FROM drafts WHERE account=? AND media_id=?", call.account.key, media_id
    )
    if row is None:
        raise ApiError(40007)
    return {
        "news_item": _shown(call, media_id, json.loads(row["articles"]), content=True),
        "create_time": int(row["created_at"]),
        "update_time": int(row["updated_at"]),
    }


def _listed(call: Call, row: sqlite3.Row, *, content: bool) -> Json:
    times = {"create_time": int(row["created_at"]), "update_time": int(row["updated_at"])}
    items = _shown(call, row["media_id"], json.loads(row["articles"]), content=content)
    return {
        "media_id": row["media_id"],
        "content": {"news_item": items, **times},
        "update_time": times["update_time"],
    }


def _batch_get(call: Call) -> Json:
    offset, count = call.number("offset", 0), call.number("count", BATCH)
    if not 1 <= count <= BATCH or offset < 0:
        raise ApiError(40035, "count is 1 to 20")
    rows = call.world.database.all(
        "SELECT * FROM drafts WHERE account=? ORDER BY updated_at DESC, rowid DESC LIMIT ? OFFSET ?",
        call.account.key, count, offset,
    )  # fmt: skip
    content = not call.number("no_content", 0)
    items = [_listed(call, row, content=content) for row in rows]
    return {"total_count": _total(call), "item_count": len(items), "item": items}


def _update(call: Call) -> Json:
    media_id = call.words("media_id", errcode=41006)
    articles = draft_articles(call, media_id)
    index = call.number("index", 0, errcode=40114)
    if not 0 <= index < len(articles):
        raise ApiError(40114)
    articles[index] = check_article(call, call.body.get("articles"), index)
    call.world.database.run(
        "UPDATE drafts SET articles=?, updated_at=? WHERE media_id=?",
        json.dumps(articles, ensure_ascii=False), call.world.clock(), media_id,
    )  # fmt: skip
    return _OK


def _delete(call: Call) -> Json:
    media_id = call.words("media_id", errcode=41006)
    draft_articles(call, media_id)
    call.world.database.run("DELETE FROM drafts WHERE media_id=?", media_id)
    return _OK


def _total(call: Call) -> int:
    return int(call.world.database.value("SELECT COUNT(*) FROM drafts WHERE account=?", call.account.key))


def _count(call: Call) -> Json:
    return {"total_count": _total(call)}


ENDPOINTS = (
    Endpoint("/cgi-bin/draft/add", _add, "POST", Right.VERIFIED),
    Endpoint("/cgi-bin/draft/get", _get, "POST", Right.VERIFIED),
    Endpoint("/cgi-bin/draft/batchget", _batch_get, "POST", Right.VERIFIED),
    Endpoint("/cgi-bin/draft/update", _update, "POST", Right.VERIFIED),
    Endpoint("/cgi-bin/draft/delete", _delete, "POST", Right.VERIFIED),
    Endpoint("/cgi-bin/draft/count", _count, "ANY", Right.VERIFIED),
)
