"""A union that has something on every page: rows in the states that the generic ones of `proofs.isolation` are not in."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from models import Base
from models.base import TENANT_COLUMNS
from models.statutes import Statute, StatuteArticle
from proofs.isolation.rows import make_row
from proofs.isolation.world import Tenant

_CARD = {"title": "一", "digest": "二", "cover": "https://c.example/", "link": "https://l.example/"}
_PICTURES = [{"name": "a.jpg", "caption": "图"}, {"name": "b.png", "caption": "图"}]
_TREE = [
    {"name": "点", "key": "first", "reply": {"text": "文"}},
    {
        "name": "开",
        "children": [
            {"name": "页", "url": "https://p.example/"},
            {"name": "小", "url": "https://p.example/", "appid": "wx1", "pagepath": "a/b"},
            {"name": "问", "key": "second", "reply": {"entry": "code"}},
            {"name": "图", "key": "third", "reply": {"image": "media"}},
            {"name": "卡", "key": "fourth", "reply": {"news": [_CARD]}},
        ],
    },
]
_REPLIES = (
    ("exact", {"news": [_CARD]}),
    ("contains", {"random": [{"text": "一"}, {"text": "二"}]}),
    ("regex", {"menu": {"ask": "哪个", "choices": [{"label": "这个", "reply": {"text": "好"}}]}}),
    ("exact", {"image": "media"}),
    ("exact", {"entry": "code"}),
)
_MEDIA = (
    ("pictures", _PICTURES),
    ("sound", [{"name": "c.mp3", "caption": "听"}]),
    ("video", [{"name": "d.mp4", "caption": "看"}]),
    ("entry", []),
    ("text", _PICTURES),
)
_APART = ("public_id", "message_key", "client_msg_id", "code", "name")


def add_more_rows(session: Session, tenant: Tenant, staff_id: int, now: datetime) -> None:
    """`staff_id`: who looks at the union."""
    ids = _ids(session, tenant)
    for number, (name, values) in enumerate(_rows(tenant, staff_id, now), 100):
        own = f"more{number}"
        apart = {**dict.fromkeys(_APART, own), "number": number}
        table = Base.metadata.tables[name]
        made = make_row(table, {**tenant.columns, **ids, **apart, **values}, own, now)
        session.execute(insert(table).values(made))
    _add_statute(session, now)


def _ids(session: Session, tenant: Tenant) -> dict[str, int]:
    """What rows of the union refer to."""
    named = {"column_id": "brand_columns", "tag_id": "tags", "member_id": "members"}
    found = {}
    for column, name in named.items():
        table = Base.metadata.tables[name]
        of_tenant = table.c[TENANT_COLUMNS[name]] == tenant.columns[TENANT_COLUMNS[name]]
        found[column] = session.execute(select(table.c.id).where(of_tenant)).scalar_one()
    return found


def _rows(tenant: Tenant, staff_id: int, now: datetime) -> list[tuple[str, dict[str, Any]]]:
    soon, past, code = now + timedelta(days=2), now - timedelta(days=2), tenant.columns["code"]
    item = {"state": "live", "published_at": now, "entry_code": code}
    return [
        *(("keyword_rules", {"match": match, "reply": reply}) for match, reply in _REPLIES),
        ("keyword_rules", {"deleted_at": now}),
        ("entries", {"valid_until": past.date()}),
        ("entries", {"withdrawn_at": now}),
        ("entry_versions", {"code": code}),
        ("entry_uploads", {"staff_id": staff_id, "public_id": "upload", "rows": [_row(code)]}),
        *(("column_items", {**item, "kind": kind, "media": media}) for kind, media in _MEDIA),
        *(("pushes", {"state": state, "due_at": past}) for state in ("failed", "sent", "accepted")),
        ("pushes", {"state": "scheduled", "due_at": soon}),
        ("menu_versions", {"tree": _TREE}),
        *(("menu_changes", {"state": state, "due_at": past}) for state in ("failed", "published")),
        *(("tags", {"state": state, "platform_id": n}) for n, state in enumerate(("creating", "live"), 50)),
        *(("asked_questions", {"outcome": outcome}) for outcome in ("useless", "suggested")),
        ("asked_questions", {"outcome": "handed_off", "done_at": now}),
        ("message_log", {"kind": "text", "openid": f"o{tenant.mark}"}),
        ("help_requests", {"openid": f"o{tenant.mark}"}),
        ("workday_years", {"year": now.year}),
        (
            "organisations",
            {
                "key": "\"><i x>'",
                "name": "下级",
                "parent_id": tenant.columns["organisation_id"],
                "kind": "other",
            },
        ),
    ]


def _row(code: str) -> dict[str, Any]:
    """What a file would make of an entry."""
    texts = dict.fromkeys(("topic", "category", "question", "answer", "details", "region"), "新")
    dates = dict.fromkeys(("valid_from", "valid_until", "checked_on"))
    return {"id": code, **texts, **dates, "alternates": ["新"], "citations": ["新"]}


def _add_statute(session: Session, now: datetime) -> None:
    statute = Statute(
        name="劳动法",
        title="法",
        version=now.date(),
        info="记",
        preamble="序",
        appendix="附",
        source="文件",
        imported_at=now,
    )
    session.add(statute)
    session.flush()
    session.add(StatuteArticle(statute_id=statute.id, number=1, chapter="章", section="节", text="条"))
