"""`/MP_verify_….txt`: the platform's proof that a domain is ours, for which it asks at the root."""

from flask import Blueprint, Response, abort

from accounts.domain_files import find_content
from house.current import parts

pages = Blueprint("verify", __name__)


@pages.get("/MP_verify_<string(length=16):code>.txt")
def serve(code: str) -> Response:
    with parts().db.read() as session:
        content = find_content(session, f"MP_verify_{code}.txt")
    if content is None:
        abort(404)
    response = Response(content, content_type="text/plain; charset=utf-8")
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response
