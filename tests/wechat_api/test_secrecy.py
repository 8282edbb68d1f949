"""Nothing secret gets out: not in errors, tracebacks, log records or reprs."""

import logging
import traceback

import pytest
import requests
import structlog

from wechat.api.transport import Limits
from wechat.errors import WeChatError
from wechat.tokens import TokenStore

from .fake import APPID, SECRET, Reply, error, free_port

COUNT = "/cgi-bin/draft/count"
CODE = "c0de-of-a-person"


def scenarios(make_api, platform):
    """(name, call) of every way in which a call can fail."""
    api = make_api(limits=Limits(connect_s=0.3, read_s=0.3))
    api.token()
    token = platform.valid_token
    leak = f"invalid {token} and {SECRET} access_token={token}&secret={SECRET}"
    replies = {
        "code": error(40013, leak),
        "unknown code": error(99999, leak),
        "busy": error(-1, leak),
        "html": Reply(b"<html>" + leak.encode(), content_type="text/html"),
        "broken": Reply(b"{" + leak.encode()),
        "500": Reply(leak.encode(), status=500),
        "404": Reply(leak.encode(), status=404),
        "302": Reply(b"", status=302, headers={"Location": f"http://127.0.0.1:1/?access_token={token}"}),
        "timeout": Reply(delay_s=2),
        "cut": Reply(cut=True),
        "bad chunk": Reply(b"x", headers={"Transfer-Encoding": "chunked"}),
    }

    def scripted(reply):
        platform.script(COUNT, reply)
        return api.drafts.count()

    for name, reply in replies.items():
        yield name, lambda reply=reply: scripted(reply)

    def refused():
        platform.script(COUNT, error(40001, leak))
        api.drafts.count()

    yield "refused token", refused

    def dead(**options):
        return make_api(base_url=f"http://127.0.0.1:{free_port()}", **options)

    yield "cold and dead", lambda: dead().drafts.count()
    store = TokenStore()
    warm = make_api(token_store=store)
    warm.token()
    yield "warm and dead", lambda: dead(token_store=store).drafts.count()
    yield "sign-in and dead", lambda: dead().call_with_secret("/sns/oauth2/access_token", {"code": CODE})
    yield "wechatpy and dead", lambda: dead(token_store=store).user.get("o1")

    def bad_token_answer(reply):
        platform.script("/cgi-bin/stable_token", reply)
        make_api().drafts.count()

    leak = f"invalid appsecret {SECRET} secret={SECRET}"  # here the secret is what was sent
    yield "wrong secret", lambda: bad_token_answer(error(40125, leak))
    yield "token html", lambda: bad_token_answer(Reply(leak.encode(), content_type="text/html"))
    yield "token timeout", lambda: bad_token_answer(Reply(delay_s=2))


def chain(error: BaseException | None) -> list[BaseException]:
    found: list[BaseException] = []
    while error is not None and error not in found:
        found.append(error)
        found += [e for e in (error.__cause__, error.__context__) if e is not None and e not in found]
        error = error.__cause__ or error.__context__
    return found


def test_no_secret_in_any_error_traceback_or_log_record(make_api, platform, caplog, capfd):
    caplog.set_level(logging.DEBUG)
    structlog.reset_defaults()
    hidden: set[str] = {SECRET, CODE}
    texts: list[tuple[str, str]] = []
    names = []
    for name, call in scenarios(make_api, platform):
        hidden.add(platform.valid_token)
        names.append(name)
        with pytest.raises(WeChatError) as caught:
            call()
        error = caught.value
        for link in chain(error):
            texts += [
                (name, str(link)),
                (name, repr(link)),
                (name, repr(link.args)),
                (name, repr(vars(link))),
            ]
            assert not isinstance(link, requests.RequestException), name
        texts.append((name, "".join(traceback.format_exception(error))))
    hidden.discard("")
    assert len(names) >= 18
    captured = capfd.readouterr()
    texts += [("log", record.getMessage() + repr(record.args)) for record in caplog.records]
    texts += [("stdout", captured.out), ("stderr", captured.err)]
    assert any(
        "urllib3" in record.name for record in caplog.records
    )  # the scan saw the logger that leaks by itself
    for value in hidden:
        for name, text in texts:
            assert value not in text, name


def test_reprs_hide_the_secret(api, platform):
    api.token()
    for thing in (api, api.credentials, api._tokens._slots[APPID], api._tokens):
        assert SECRET not in repr(thing)
        assert platform.valid_token not in repr(thing)
    assert SECRET not in repr(vars(api.sdk))
    with pytest.raises(AttributeError):
        api.credentials.secret = "x"
