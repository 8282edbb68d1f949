"""The message log: the journal's record of a callback, and how records become rows."""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from chat.answer import Reply
from chat.turn import Listener, Notice, Said
from core.logs import get_logger
from handlers.router import Routed
from jobs.journal import Record
from members.service import Sighting, note_seen
from models.messages import MessageLog, PendingTurn
from models.upsert import insert_missing
from wechat import messages, reader, xml
from wechat.gate import Callback
from wechat.replies import NewsReply, TextReply

_LATE_PAUSE = timedelta(seconds=2)
_REPLY_HEAD = 200
log = get_logger(__name__)

_CONTENT: dict[type[messages.Inbound], Callable[[Any], str]] = {
    messages.Text: lambda m: m.content,
    messages.Voice: lambda m: m.recognition or m.media_id,
    messages.Image: lambda m: m.media_id,
    messages.Video: lambda m: m.media_id,
    messages.ShortVideo: lambda m: m.media_id,
    messages.Location: lambda m: m.label,
    messages.Link: lambda m: m.url,
    messages.Click: lambda m: m.menu_key,
    messages.View: lambda m: m.url,
    messages.Subscribe: lambda m: m.scene,
    messages.Scan: lambda m: m.scene,
    messages.MenuAction: lambda m: m.menu_key,
    messages.UnknownMessage: lambda m: m.type_name,
    messages.UnknownEvent: lambda m: m.event,
}


def of(
    account_id: int,
    callback: Callback,
    routed: Routed,
    *,
    received: datetime,
    took_s: float,
    late: bool,
    again: bool = False,
) -> Record:
    """What the journal keeps of an answered callback. The XML goes along only where the worker needs it.

    `again`: of a retry, answered from memory. Listeners do not hear of it: `routed` knows nothing of the conversation.
    """
    message = callback.message
    record: Record = {
        "account": account_id,
        "key": message.key,
        "openid": message.openid,
        "kind": message.kind,
        "content": content_of(message),
        "hook": routed.hook,
        "outcome": outcome_of(routed, late=late),
        "reply": reply_head(routed),
        "ms": round(took_s * 1000),
        "at": received.timestamp(),
    }
    if not again and messages.spoken_text(message):
        record["said"] = True
    if isinstance(routed.answer, Reply) and routed.answer.note:
        record["note"] = dict(routed.answer.note)
    if late or not messages.is_message(message):
        record["xml"] = callback.xml.decode(errors="replace")
    return record


def content_of(message: messages.Inbound) -> str:
    """What a message says, in one string; a media id for pictures."""
    read = _CONTENT.get(type(message))
    return read(message) if read else ""


def outcome_of(routed: Routed, *, late: bool) -> str:
    """reply, silent, late or failed."""
    if late:
        return "late"
    if routed.hook.startswith("failed:"):
        return "failed"
    return "reply" if isinstance(routed.answer, Reply) else "silent"


def reply_head(routed: Routed) -> str:
    """How an answer begins, in one string."""
    match routed.answer:
        case Reply(TextReply(content)):
            return content[:_REPLY_HEAD]
        case Reply(NewsReply(articles)):
            return articles[0].title
        case Reply(message):
            return type(message).__name__
        case _:
            return ""


class RecordSink:
    """Writes journal records into SQL: the log, the members, the turns still owed an answer; features' notices
    and listeners hear of it."""

    def __init__(self, notices: Mapping[str, Sequence[Notice]], listeners: Sequence[Listener] = ()) -> None:
        self._notices = notices
        self._listeners = tuple(listeners)

    def __call__(self, session: Session, records: list[Record]) -> None:
        """Taking the same record twice changes nothing."""
        rows = [_row(record) for record in records]
        insert_missing(session, MessageLog, rows)
        note_seen(session, [_sighting(record) for record in records])
        insert_missing(session, PendingTurn, [_pending(r) for r in records if r["outcome"] == "late"])
        for record in records:
            for notice in self._notices.get(record["kind"], ()):
                notice(session, record["account"], _message(record), _time(record))
        said = [_said(record) for record in records if record.get("said")]
        if said:
            for listener in self._listeners:
                listener(session, said)


def _row(record: Record) -> dict[str, Any]:
    hook, _, trace = record["hook"].partition(":")
    return {
        "account_id": record["account"],
        "message_key": record["key"],
        "openid": record["openid"],
        "kind": record["kind"],
        "content": record["content"].replace("\0", ""),
        "handler": hook,
        "outcome": record["outcome"],
        "reply": record["reply"],
        "took_ms": record["ms"],
        "trace": trace,
        "received_at": _time(record),
    }


def _pending(record: Record) -> dict[str, Any]:
    return {
        "account_id": record["account"],
        "message_key": record["key"],
        "body": record["xml"],
        "attempts": 0,
        "due_at": _time(record) + _LATE_PAUSE,
        "error": "",
    }


def _sighting(record: Record) -> Sighting:
    scene = record["content"] if record["kind"] == "subscribe" else ""
    return Sighting(record["account"], record["openid"], record["kind"], scene, _time(record))


def _said(record: Record) -> Said:
    return Said(
        record["account"],
        record["key"],
        record["content"].replace("\0", ""),
        record["hook"],
        record.get("note", {}),
        _time(record),
    )


def _message(record: Record) -> messages.Inbound:
    body = record["xml"].encode()
    return reader.read(xml.parse(body), body)


def _time(record: Record) -> datetime:
    return datetime.fromtimestamp(record["at"], UTC)
