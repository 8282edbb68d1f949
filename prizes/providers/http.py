"""A provider of telephone credit that is spoken to in JSON over HTTPS. A provider with other words gets a module of its own.

    POST {url}/orders              {"order_no", "phone", "amount_fen"}     Authorization: Bearer CREDIT_KEY
    GET  {url}/orders/{order_no}

Both answer {"state": "sent" | "confirmed" | "failed", "problem": "…"}; the second 404 for an order that is not known. Posting
the same order_no again is the same order.
"""

from dataclasses import dataclass, field
from typing import Any

import requests

from prizes.providers.base import Order, ProviderAway, Report

_STATES = ("sent", "confirmed", "failed")
_UNKNOWN = 404
_LONGEST = 200


@dataclass(frozen=True, slots=True)
class HttpProvider:
    """`key` is a secret and appears nowhere."""

    url: str
    key: str = field(repr=False)
    timeout_s: float = 10.0

    def order(self, order: Order) -> Report:
        body = {"order_no": order.order_no, "phone": order.phone, "amount_fen": order.amount_fen}
        return _read(self._call("POST", "/orders", body))

    def query(self, order_no: str) -> Report | None:
        response = self._call("GET", f"/orders/{order_no}", None)
        return None if response.status_code == _UNKNOWN else _read(response)

    def _call(self, method: str, path: str, body: dict[str, Any] | None) -> requests.Response:
        try:
            with requests.Session() as session:
                session.trust_env = False
                return session.request(
                    method,
                    self.url.rstrip("/") + path,
                    json=body,
                    headers={"Authorization": f"Bearer {self.key}"},
                    timeout=self.timeout_s,
                    allow_redirects=False,
                )
        except requests.RequestException as error:
            # Its text may hold the address with a telephone number's order: the kind says enough.
            raise ProviderAway(f"充值接口没有应答（{type(error).__name__}）") from None


def _read(response: requests.Response) -> Report:
    """Raises ProviderAway for anything but a state: then nobody knows, and it is asked again."""
    try:
        told = response.json()
        state = told["state"]
        problem = str(told.get("problem") or "")
    except (ValueError, KeyError, TypeError, AttributeError):
        raise ProviderAway(f"充值接口的应答读不懂（HTTP {response.status_code}）") from None
    if state not in _STATES:
        raise ProviderAway("充值接口说了一个不认识的状态")
    return Report(state, problem[:_LONGEST])
