"""Customer-service messages (客服消息): the courier that every feature may use, and the way for staff who send one at once."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from accounts.apis import CUSTOMER_MESSAGE
from accounts.windows import Taken, close_window, give_back, take_message
from house.parts import Parts
from jobs.outbox import Courier, Parcel
from wechat.errors import WeChatError

_TIMEOUT_S = 30.0
_SHUT = frozenset({45015, 45047})
"""The platform's words for a window that is over or full."""


def customer_messages(parts: Parts) -> Courier:
    """Delivers `jobs.outbox.CUSTOMER_MESSAGE`; what can't reach the follower any more ends dead, without a call.

    The platform has no idempotency key for these. A long read timeout keeps "was it sent?" rare; then the message is sent
    again, since for an answer to a worker a double is better than none.
    """

    def deliver(parcel: Parcel) -> None:
        send_customer_message(parts, parcel.account_id, parcel.payload["openid"], parcel.payload["message"])

    return deliver


def send_customer_message(parts: Parts, account_id: int, openid: str, message: dict[str, Any]) -> None:
    """Send one (body of message/custom/send) to a follower, for couriers. Raises OutOfReach before the call, WeChatError."""
    account = parts.directory.get_by_id(account_id)
    with customer_message(parts, account.id, openid):
        parts.platform.api(account).call(
            "POST", CUSTOMER_MESSAGE, body=message, timeout_s=_TIMEOUT_S, repeatable=False
        )


@contextmanager
def customer_message(parts: Parts, account_id: int, openid: str) -> Iterator[Taken]:
    """Stands around the call that sends one: takes it from the follower's window first, and gives it back if it surely was not
    sent. Raises OutOfReach before the call."""
    with parts.db.work() as session:
        taken = take_message(session, account_id, openid, parts.clock())
    try:
        yield taken
    except WeChatError as error:
        with parts.db.work() as session:
            if error.errcode in _SHUT:
                close_window(session, account_id, openid, taken)
            elif not error.sent_maybe:
                give_back(session, account_id, openid, taken)
        raise
