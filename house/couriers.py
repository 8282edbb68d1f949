"""The courier that every feature may use: customer-service messages (客服消息) to one follower."""

from house.parts import Parts
from jobs.outbox import Courier, Parcel

_PATH = "/cgi-bin/message/custom/send"
_TIMEOUT_S = 30.0


def customer_messages(parts: Parts) -> Courier:
    """Delivers `jobs.outbox.CUSTOMER_MESSAGE`.

    The platform has no idempotency key for these. A long read timeout keeps "was it sent?" rare; then the message is sent
    again, since for an answer to a worker a double is better than none.
    """

    def deliver(parcel: Parcel) -> None:
        account = parts.directory.get_by_id(parcel.account_id)
        parts.platform.api(account).call(
            "POST", _PATH, body=parcel.payload["message"], timeout_s=_TIMEOUT_S, repeatable=False
        )

    return deliver
