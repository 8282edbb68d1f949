"""`/simulator/`: hands requests on to the simulator's own process, unchanged. Only registered where it is switched on."""

import requests
from flask import Blueprint, Response, request

from core.logs import get_logger

_DROP = frozenset(
    {
        "connection",
        "keep-alive",
        "transfer-encoding",
        "content-encoding",
        "content-length",
        "te",
        "upgrade",
        "host",
    }
)
_TIMEOUT_S = (2.0, 60.0)
log = get_logger(__name__)


def make_proxy(target: str) -> Blueprint:
    """A blueprint that passes `/simulator/…` to `target` (an address on this machine)."""
    pages = Blueprint("simulator", __name__)
    session = requests.Session()
    session.trust_env = False

    @pages.route("/simulator/", defaults={"path": ""}, methods=["GET", "POST", "PUT", "DELETE"])
    @pages.route("/simulator/<path:path>", methods=["GET", "POST", "PUT", "DELETE"])
    def hand_on(path: str) -> Response:
        try:
            answer = session.request(
                request.method,
                f"{target}/simulator/{path}",
                params=request.args.to_dict(flat=False),
                data=request.get_data(),
                headers={k: v for k, v in request.headers if k.lower() not in _DROP},
                allow_redirects=False,
                timeout=_TIMEOUT_S,
            )
        except requests.RequestException as error:
            log.warning("simulator_away", error=error)
            return Response(
                "模拟器还没有启动好，请过几秒刷新。", status=503, content_type="text/plain; charset=utf-8"
            )
        headers = [(k, v) for k, v in answer.raw.headers.items() if k.lower() not in _DROP]
        return Response(answer.content, status=answer.status_code, headers=headers)

    return pages
