"""message/template/*, message/subscribe/* and the template lists."""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping
from functools import partial
from typing import Any

from ..delivery import Parcel
from ..messages import new_msg_id, subscribe_sent, template_finished
from .custom import check_receiver
from .errors import ApiError
from .gate import Call, Endpoint, Json, Right

MAX_TEMPLATES = 25
_SLOT = re.compile(r"\{\{(\w+)\.DATA\}\}")
_OK: Json = {"errcode": 0, "errmsg": "ok"}


def _ensure(call: Call, template_id: str, kind: str) -> Mapping[str, Any]:
    """The template; one that nobody added in the website is taken as it comes, with the fields of its first use."""
    row = call.world.database.one(
        "SELECT * FROM templates WHERE account=? AND template_id=?", call.account.key, template_id
    )
    if row is not None:
        return dict(row)
    content = "\n".join(f"{{{{{name}.DATA}}}}" for name in call.body.get("data") or {})
    return _store(call, template_id, kind, "通知", content)


def _store(call: Call, template_id: str, kind: str, title: str, content: str) -> Mapping[str, Any]:
    call.world.database.run(
        "INSERT INTO templates VALUES (?, ?, ?, ?, ?)", template_id, call.account.key, kind, title, content
    )
    return {"template_id": template_id, "title": title, "content": content}


def _rows(call: Call) -> list[Json]:
    data = call.body.get("data")
    if not isinstance(data, dict) or not data:
        raise ApiError(47003, "data")
    rows = []
    for name, field in data.items():
        if not isinstance(field, dict) or "value" not in field:
            raise ApiError(47003, f"data.{name}.value")
        rows.append({"name": name, "value": str(field["value"])})
    return rows


def _show(call: Call, openid: str, title: str, rows: list[Json], url: str) -> None:
    body = {"title": title, "rows": rows, "url": call.world.bubbles.address(url)}
    call.world.chat.add(call.account.key, openid, "out", "template", body)


def _send_template(call: Call) -> Json:
    openid = check_receiver(call)
    template_id = call.words("template_id", errcode=40037)
    rows = _rows(call)
    template = _ensure(call, template_id, "template")
    client_id = str(call.body.get("client_msg_id") or "")
    repeated = call.world.database.value(
        "SELECT value FROM kept WHERE name=?", f"tpl:{call.account.key}:{client_id}"
    )
    if client_id and repeated:
        return {**_OK, "msgid": int(repeated)}
    msg_id = new_msg_id()
    if client_id:
        call.world.database.run(
            "INSERT INTO kept VALUES (?, ?)", f"tpl:{call.account.key}:{client_id}", str(msg_id)
        )
    _show(call, openid, template["title"], rows, str(call.body.get("url") or ""))
    parcel = Parcel(call.account, openid, template_finished(msg_id, "success"), "模板消息送达", spoken=False)
    call.world.jobs.later(call.world.settings.job_delay_s, partial(call.world.tell, parcel))
    return {**_OK, "msgid": msg_id}


def _send_subscription(call: Call) -> Json:
    openid = check_receiver(call)
    template_id = call.words("template_id", errcode=40037)
    rows = _rows(call)
    if not call.world.subscriptions_left(call.account.key, openid, template_id):
        raise ApiError(43101)
    template = _ensure(call, template_id, "subscribe")
    _show(call, openid, template["title"], rows, str(call.body.get("page") or ""))
    fields = subscribe_sent(template_id, new_msg_id())
    parcel = Parcel(call.account, openid, fields, "订阅通知送达", spoken=False)
    call.world.jobs.later(call.world.settings.job_delay_s, partial(call.world.tell, parcel))
    return _OK


def _list(call: Call, kind: str) -> list[Mapping[str, Any]]:
    rows = call.world.database.all(
        "SELECT * FROM templates WHERE account=? AND kind=?", call.account.key, kind
    )
    return [dict(row) for row in rows]


def _private_templates(call: Call) -> Json:
    industry = {"primary_industry": "政府与公共事业", "deputy_industry": "社会组织"}
    return {
        "template_list": [
            {
                "template_id": row["template_id"],
                "title": row["title"],
                "content": row["content"],
                "example": _SLOT.sub("示例", row["content"]),
                **industry,
            }
            for row in _list(call, "template")
        ]
    }


def _add_template(call: Call) -> Json:
    if len(_list(call, "template")) >= MAX_TEMPLATES:
        raise ApiError(45026, "template num exceeds limit")
    short = call.words("template_id_short", errcode=40037)
    template_id = secrets.token_urlsafe(32)
    _store(
        call, template_id, "template", f"模板 {short}", "{{first.DATA}}\n{{keyword1.DATA}}\n{{remark.DATA}}"
    )
    return {**_OK, "template_id": template_id}


def _delete_template(call: Call) -> Json:
    template_id = call.words("template_id", errcode=40037)
    if not call.world.database.run(
        "DELETE FROM templates WHERE account=? AND template_id=?", call.account.key, template_id
    ):
        raise ApiError(40037)
    return _OK


def _industry(call: Call) -> Json:
    first = {"first_class": "政府与公共事业", "second_class": "社会组织"}
    return {"primary_industry": first, "secondary_industry": first}


def _set_industry(call: Call) -> Json:
    call.words("industry_id1")
    return _OK


def _new_templates(call: Call) -> Json:
    rows = _list(call, "subscribe")
    return {
        **_OK,
        "data": [
            {
                "priTmplId": row["template_id"],
                "title": row["title"],
                "content": row["content"],
                "example": "",
                "type": 2,
            }
            for row in rows
        ],
    }


def _add_new_template(call: Call) -> Json:
    tid = str(call.body.get("tid") or "")
    if not tid:
        raise ApiError(40035, "tid")
    template_id = secrets.token_urlsafe(32)
    content = "\n".join(f"{{{{thing{index}.DATA}}}}" for index in call.body.get("kidList") or [1])
    _store(call, template_id, "subscribe", f"订阅模板 {tid}", content)
    return {**_OK, "priTmplId": template_id}


def _delete_new_template(call: Call) -> Json:
    call.body["template_id"] = call.body.get("priTmplId")
    return _delete_template(call)


ENDPOINTS = (
    Endpoint("/cgi-bin/message/template/send", _send_template, "POST", Right.VERIFIED_SERVICE),
    Endpoint("/cgi-bin/message/subscribe/bizsend", _send_subscription, "POST", Right.VERIFIED),
    Endpoint("/cgi-bin/template/get_all_private_template", _private_templates, "ANY", Right.VERIFIED_SERVICE),
    Endpoint("/cgi-bin/template/api_add_template", _add_template, "POST", Right.VERIFIED_SERVICE),
    Endpoint("/cgi-bin/template/del_private_template", _delete_template, "POST", Right.VERIFIED_SERVICE),
    Endpoint("/cgi-bin/template/get_industry", _industry, "ANY", Right.VERIFIED_SERVICE),
    Endpoint("/cgi-bin/template/api_set_industry", _set_industry, "POST", Right.VERIFIED_SERVICE),
    Endpoint("/wxaapi/newtmpl/gettemplate", _new_templates, "ANY", Right.VERIFIED),
    Endpoint("/wxaapi/newtmpl/addtemplate", _add_new_template, "POST", Right.VERIFIED),
    Endpoint("/wxaapi/newtmpl/deltemplate", _delete_new_template, "POST", Right.VERIFIED),
)
