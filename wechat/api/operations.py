"""Looking after the connection: is our webhook reachable, what quota is left, what was that failure.

Source: WeChat doc pages 网络通信检测, openApi管理 (重置/查询API调用额度, 查询rid信息), 获取微信推送服务器IP.
"""

from dataclasses import dataclass
from datetime import datetime

from core.errors import Invalid
from core.masking import mask_text
from wechat.api.base import Answer, Endpoints, as_int, as_rows
from wechat.api.drafts import as_moment


@dataclass(frozen=True, slots=True)
class Ping:
    """`loss`: "0%" or "100%" of one packet; `time`: "23.079ms"."""

    ip: str
    operator: str
    loss: str
    time: str


@dataclass(frozen=True, slots=True)
class NetworkCheck:
    """How the platform sees our webhook address. `addresses`: (ip, network operator)."""

    addresses: tuple[tuple[str, str], ...]
    pings: tuple[Ping, ...]


@dataclass(frozen=True, slots=True)
class Quota:
    """Calls of one endpoint today; `per_period` calls in `period_s` seconds (0: unknown)."""

    daily_limit: int
    used: int
    remain: int
    per_period: int = 0
    period_s: int = 0


@dataclass(frozen=True, slots=True)
class Failure:
    """What the platform noted about a failed call; texts are masked."""

    at: datetime | None
    cost_ms: int
    request_url: str
    request_body: str
    response_body: str
    client_ip: str


class Operations(Endpoints):
    """`api.operations`. All raise WeChatError."""

    def check_callback(self, action: str = "all", operator: str = "DEFAULT") -> NetworkCheck:
        """Let the platform look up and ping our webhook. `action`: dns, ping, all. Raises Invalid."""
        if action not in ("dns", "ping", "all"):
            raise Invalid("bad_choice", "检测动作只能是 dns、ping 或 all", field="action")
        if operator not in ("CHINANET", "UNICOM", "CAP", "DEFAULT"):
            raise Invalid("bad_choice", "运营商只能是 CHINANET、UNICOM、CAP 或 DEFAULT", field="operator")
        # The platform pings while we wait.
        body = {"action": action, "check_operator": operator}
        answer = self._api.call("POST", "/cgi-bin/callback/check", body=body, timeout_s=15)
        dns = tuple((str(r.get("ip", "")), str(r.get("real_operator", ""))) for r in as_rows(answer, "dns"))
        return NetworkCheck(dns, tuple(_read_ping(row) for row in as_rows(answer, "ping")))

    def clear_quota(self) -> None:
        """Reset today's call counts of all endpoints; 10 a month, so never tried again by itself."""
        self._post("/cgi-bin/clear_quota", {"appid": self._api.appid}, repeatable=False)

    def get_quota(self, path: str) -> Quota:
        """What is left of one endpoint's calls today. `path`: like /cgi-bin/message/custom/send."""
        answer = self._post("/cgi-bin/openapi/quota/get", {"cgi_path": path})
        quota, rate = answer.get("quota") or {}, answer.get("rate_limit") or {}
        return Quota(
            as_int(quota.get("daily_limit")),
            as_int(quota.get("used")),
            as_int(quota.get("remain")),
            as_int(rate.get("call_count")),
            as_int(rate.get("refresh_second")),
        )

    def get_rid(self, rid: str) -> Failure:
        """Details of a failure by the `rid` of its error (kept for 7 days)."""
        request = self._post("/cgi-bin/openapi/rid/get", {"rid": rid}).get("request") or {}
        return Failure(
            at=as_moment(request.get("invoke_time")),
            cost_ms=as_int(request.get("cost_in_ms")),
            request_url=_masked(request.get("request_url")),
            request_body=_masked(request.get("request_body")),
            response_body=_masked(request.get("response_body")),
            client_ip=str(request.get("client_ip", "")),
        )

    def list_callback_ips(self) -> tuple[str, ...]:
        """Addresses and networks from which the platform calls our webhook."""
        return _read_ips(self._get("/cgi-bin/getcallbackip"))

    def list_api_ips(self) -> tuple[str, ...]:
        """Addresses of the platform's API, for firewalls."""
        return _read_ips(self._get("/cgi-bin/get_api_domain_ip"))


def _read_ping(row: Answer) -> Ping:
    return Ping(
        str(row.get("ip", "")),
        str(row.get("from_operator", "")),
        str(row.get("package_loss", "")),
        str(row.get("time", "")),
    )


def _masked(text: object) -> str:
    return mask_text(str(text or "")[:1000])


def _read_ips(answer: Answer) -> tuple[str, ...]:
    ips = answer.get("ip_list")
    return tuple(str(ip) for ip in ips) if isinstance(ips, list) else ()
