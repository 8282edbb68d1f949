"""A site of somebody else's on this machine, whose pages send forms to the console as soon as they are opened."""

import html
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, urlencode, urlsplit


@contextmanager
def foreign_site() -> Iterator[str]:
    """Its address; `form_page` makes addresses of its pages."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Pages)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def form_page(site: str, target: str, fields: Mapping[str, str]) -> str:
    """The address of a page that posts `fields` to `target`."""
    return f"{site}/form?{urlencode({**fields, 'to': target})}"


class _Pages(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        fields = dict(parse_qsl(urlsplit(self.path).query, keep_blank_values=True))
        body = _form(fields.pop("to", ""), fields).encode()
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_args: object) -> None:
        """Nothing is said on the terminal."""


def _form(target: str, fields: Mapping[str, str]) -> str:
    inputs = "".join(
        f'<input type="hidden" name="{html.escape(name)}" value="{html.escape(value)}">'
        for name, value in fields.items()
    )
    return (
        '<!doctype html><link rel="icon" href="data:,"><title>抽奖</title>'
        f'<form method="post" action="{html.escape(target)}">{inputs}</form>'
        "<script>document.forms[0].submit()</script>"
    )
