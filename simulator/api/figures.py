"""datacube/*: figures in the platform's shapes, made from what really happened in this simulator."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta

from .errors import ApiError
from .gate import Call, Endpoint, Json, Right
from .quotas import CHINA, china_day

FROZEN = "since 2025 use getarticleread, getarticleshare, getbizsummary, getarticletotaldetail"


def _days(call: Call, span: int) -> list[str]:
    """The days asked for. Raises ApiError 61500 61501: at most `span` days, yesterday is the last."""
    try:
        begin = date.fromisoformat(str(call.body.get("begin_date")))
        end = date.fromisoformat(str(call.body.get("end_date")))
    except ValueError as error:
        raise ApiError(61500) from error
    today = date.fromisoformat(china_day(call.world.clock()))
    if end < begin or (end - begin).days >= span or end >= today:
        raise ApiError(61501)
    return [(begin + timedelta(days=offset)).isoformat() for offset in range((end - begin).days + 1)]


def _bounds(day: str) -> tuple[float, float]:
    start = datetime.fromisoformat(day).replace(tzinfo=CHINA)
    return start.timestamp(), (start + timedelta(days=1)).timestamp()


def _number(call: Call, sql: str, *values: object) -> int:
    return int(call.world.database.value(sql, call.account.key, *values) or 0)


def _user_summary(call: Call) -> Json:
    rows = []
    for day in _days(call, 7):
        new = _number(
            call,
            "SELECT COUNT(*) FROM followers WHERE account=? AND subscribed_at>=? AND subscribed_at<?",
            *_bounds(day),
        )
        left = _number(
            call,
            "SELECT COUNT(*) FROM followers WHERE account=? AND subscribed=0 AND left_at>=? AND left_at<?",
            *_bounds(day),
        )
        rows.append({"ref_date": day, "user_source": 0, "new_user": new, "cancel_user": left})
    return {"list": rows}


def _user_cumulate(call: Call) -> Json:
    rows = []
    for day in _days(call, 7):
        total = _number(
            call,
            "SELECT COUNT(*) FROM followers WHERE account=? AND subscribed=1 AND subscribed_at<?",
            _bounds(day)[1],
        )
        rows.append({"ref_date": day, "user_source": 0, "cumulate_user": total})
    return {"list": rows}


def _messages(call: Call, span: int) -> Json:
    rows = []
    for day in _days(call, span):
        where = "FROM messages WHERE account=? AND direction='in' AND at>=? AND at<?"
        people = _number(call, f"SELECT COUNT(DISTINCT openid) {where}", *_bounds(day))
        count = _number(call, f"SELECT COUNT(*) {where}", *_bounds(day))
        rows.append({"ref_date": day, "msg_type": 1, "msg_user": people, "msg_count": count})
    return {"list": rows}


def _interface(call: Call) -> Json:
    rows = []
    for day in _days(call, 30):
        found = call.world.database.one(
            "SELECT COUNT(*) AS n, COALESCE(SUM(status IN ('failed', 'malformed')), 0) AS bad, "
            "COALESCE(SUM(took_ms), 0) AS total, COALESCE(MAX(took_ms), 0) AS worst "
            "FROM exchanges WHERE account=? AND at>=? AND at<?",
            call.account.key, *_bounds(day),
        )  # fmt: skip
        assert found is not None  # noqa: S101  an aggregate always has one row
        rows.append(
            {
                "ref_date": day,
                "callback_count": found["n"],
                "fail_count": found["bad"],
                "total_time_cost": int(found["total"]),
                "max_time_cost": int(found["worst"]),
            }
        )
    return {"list": rows}


def _articles(call: Call) -> Iterator[tuple[str, str, str, int]]:
    """(day, msgid, title, reads) of every article with an address; fewer than three reads are left out."""
    for number, article in enumerate(call.world.articles.list_all(call.account.key), 1):
        if article.reads >= 3:
            yield (
                china_day(article.created_at),
                f"{2247480000 + number}_1",
                str(article.body["title"]),
                article.reads,
            )


def _article_read(call: Call) -> Json:
    days = _days(call, 1)
    rows = [
        {"ref_date": days[0], "msgid": msgid, "title": title, "read_user": reads, "read_count": reads}
        for day, msgid, title, reads in _articles(call)
        if day in days
    ]
    return {"list": rows, "is_delay": False}


def _article_share(call: Call) -> Json:
    days = _days(call, 1)
    rows = [
        {"ref_date": days[0], "msgid": msgid, "title": title, "share_user": 0, "share_count": 0}
        for day, msgid, title, _ in _articles(call)
        if day in days
    ]
    return {"list": rows, "is_delay": False}


def _biz_summary(call: Call) -> Json:
    rows = []
    for day in _days(call, 30):
        reads = sum(count for created, _, _, count in _articles(call) if created == day)
        rows.append(
            {"ref_date": day, "read_user": reads, "read_count": reads, "share_user": 0, "share_count": 0}
        )
    return {"list": rows, "is_delay": False}


def _total_detail(call: Call) -> Json:
    days = _days(call, 1)
    rows = [
        {
            "ref_date": days[0],
            "msgid": msgid,
            "publish_type": 0,
            "detail_list": [
                {
                    "stat_date": day,
                    "read_user": reads,
                    "share_user": 0,
                    "zaikan_user": 0,
                    "like_user": 0,
                    "comment_count": 0,
                }
            ],
        }
        for day, msgid, _, reads in _articles(call)
        if day in days
    ]
    return {"list": rows, "is_delay": False}


def _frozen(call: Call) -> Json:
    raise ApiError(48001, FROZEN)


def _endpoint(name: str, handler: Callable[[Call], Json]) -> Endpoint:
    return Endpoint(f"/datacube/{name}", handler, "POST", Right.VERIFIED)


ENDPOINTS = (
    _endpoint("getusersummary", _user_summary),
    _endpoint("getusercumulate", _user_cumulate),
    _endpoint("getupstreammsg", lambda call: _messages(call, 7)),
    _endpoint("getupstreammsgweek", lambda call: _messages(call, 30)),
    _endpoint("getupstreammsgmonth", lambda call: _messages(call, 30)),
    _endpoint("getinterfacesummary", _interface),
    _endpoint("getarticleread", _article_read),
    _endpoint("getarticleshare", _article_share),
    _endpoint("getbizsummary", _biz_summary),
    _endpoint("getarticletotaldetail", _total_detail),
    *(
        _endpoint(name, _frozen)
        for name in ("getarticlesummary", "getarticletotal", "getuserread", "getusershare")
    ),
)
