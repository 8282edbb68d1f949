"""Nothing secret and nobody's name in any log, whatever goes wrong."""

import io
import json
import logging
import sys
from datetime import timedelta

import pytest
import requests
import structlog
from redis.exceptions import ConnectionError as RedisGone
from sqlalchemy import text
from wechatpy import WeChatClient

from chat.turn import Hook
from core.clock import system_clock
from core.logs import Throttle, configure_logs
from core.settings import WebhookSettings
from handlers import webhook
from house.couriers import customer_messages
from jobs.outbox import CUSTOMER_MESSAGE, Outbox, post
from models import MessageLog
from simulator import wire
from tests.conftest import AES_KEY, TOKEN, new_account
from tests.handlers.conftest import ANNA, BERT, OTHER_KEY, Clock, Platform, running_web

SECRET_KEY = "a-test-key-of-thirty-two-characters!"
APP_SECRET = new_account().secret
ACCESS_TOKEN = "91_AccessTokenThatNobodyMaySee_0123456789abcdefghijklmnop"
PHONES = ("13812345678", "+8613912345678", "137 1234 5678", "136-1234-5678")
ID_CARD = "11010519491231002X"
HIDDEN = {
    "token": TOKEN,
    "other token": "othertoken456",
    "AES key": AES_KEY,
    "other AES key": OTHER_KEY,
    "AppSecret": APP_SECRET,
    "SECRET_KEY": SECRET_KEY,
    "access token": ACCESS_TOKEN,
    "Anna": ANNA,
    "Bert": BERT,
    "identity card": ID_CARD,
    **{f"telephone {phone}": phone for phone in PHONES},
}


def forget_cached_loggers():
    """Loggers keep the level they were first used with; the next use takes the present one."""
    for module in list(sys.modules.values()):
        logger = getattr(module, "log", None)
        if isinstance(logger, structlog._config.BoundLoggerLazyProxy):
            logger.__dict__.pop("bind", None)


@pytest.fixture
def log(monkeypatch):
    """All that is logged, at the level INFO, as JSON."""
    stream = io.StringIO()
    monkeypatch.setattr(sys, "stderr", stream)
    monkeypatch.setattr(webhook, "_worth_a_line", Throttle(per_minute=20))
    forget_cached_loggers()
    yield stream
    monkeypatch.undo()
    forget_cached_loggers()
    configure_logs("WARNING")


@pytest.fixture
def web(tmp_path, valkey_url, log):
    with running_web(tmp_path, valkey_url, log_level="INFO", webhook=WebhookSettings(deadline_s=1)) as web:
        yield web


def lines(log):
    return [json.loads(line) for line in log.getvalue().splitlines()]


def tell_no_secrets(log):
    written = log.getvalue()
    for name, value in HIDDEN.items():
        assert value not in written, f"{name} stands in the log"
    return lines(log)


def test_ordinary_and_refused_callbacks_leave_nothing_secret(web, log):
    ours = Platform(web)
    for said in (
        "你好",
        f"我的电话是{PHONES[0]}",
        f"人工 身份证{ID_CARD} 电话 {PHONES[1]}",
        "我的",
        "试用期",
    ):
        ours.say(said)
    good = ours.sealed(ours.text(f"打{PHONES[0]}"))
    for callback in (
        good.but(signature=TOKEN),
        good.but(msg_signature=AES_KEY),
        good.but(timestamp=ANNA),
        good.but(nonce=APP_SECRET * 3),
        good.but(encrypt_type="raw"),
        good.but(body=f"<xml><Encrypt>{ACCESS_TOKEN}</Encrypt></xml>".encode()),
        good.but(body=f"secret={APP_SECRET}".encode()),
        ours.sealed(f"<xml><FromUserName>{ANNA}</FromUserName></xml>"),
        ours.plain(ours.text(PHONES[0])),
    ):
        assert 400 <= web.post(callback).status_code < 500
    for account in (ANNA, f"token={TOKEN}", f"x?access_token={ACCESS_TOKEN}"):
        assert web.post(good.__class__(good.args, good.body, account)).status_code == 404
    web.get({"signature": TOKEN, "timestamp": "1", "nonce": AES_KEY, "echostr": APP_SECRET})
    web.ship()
    events = [line["event"] for line in tell_no_secrets(log)]
    assert events.count("callback_refused") == 13


@pytest.mark.parametrize(
    "raised",
    [
        lambda: RuntimeError(
            f"https://api.weixin.qq.com/cgi-bin/token?appid=x&secret={APP_SECRET}&grant_type=c"
        ),
        lambda: RuntimeError(f"https://x/cgi-bin/menu/create?access_token={ACCESS_TOKEN}: 40001"),
        lambda: ValueError({"access_token": ACCESS_TOKEN, "openid": ANNA, "phone": PHONES[0]}),
        lambda: ValueError(json.dumps({"secret": APP_SECRET, "touser": BERT})),
        lambda: ValueError(json.dumps(json.dumps({"access_token": ACCESS_TOKEN}))),
        lambda: KeyError(f"SECRET_KEY={SECRET_KEY}"),
        lambda: requests.ConnectionError(f"HTTPSConnectionPool: /token?secret={APP_SECRET} (Caused by x)"),
        lambda: RuntimeError(f"Authorization: Bearer {ACCESS_TOKEN}"),
        lambda: RuntimeError(f"token: '{TOKEN}', aes_key: '{AES_KEY}', encodingAESKey={OTHER_KEY}"),
        lambda: RuntimeError(f"token=b'{TOKEN}'"),
        lambda: RuntimeError(f"redis://:{APP_SECRET}@127.0.0.1:6379/0 and postgresql://u:{TOKEN}@h/db"),
        lambda: RuntimeError(f"{ANNA} 打了 {PHONES[0]}、{PHONES[1]}、{PHONES[2]}、{PHONES[3]}，{ID_CARD}"),
        lambda: RedisGone(f"Error 111 connecting to redis://:{APP_SECRET}@h:1. Connection refused."),
    ],
)
@pytest.mark.parametrize("pure", [True, False])
def test_an_exception_in_a_hook_is_logged_without_its_secrets(web, log, raised, pure):
    def fail(_turn):
        try:
            raise raised()
        except Exception as error:
            raise RuntimeError("outer") from error

    web.put_first(Hook("failing", fail, pure=pure))
    ours = Platform(web)
    answer = ours.say(f"我的电话是{PHONES[0]}")
    trace = answer.split("编号 ")[1][:8]
    failed = [line for line in tell_no_secrets(log) if line["event"] == "hook_failed"]
    assert [line["trace"] for line in failed] == [trace]
    assert failed[0]["level"] == "error"
    assert "RuntimeError: outer" in failed[0]["exception"]


@pytest.mark.parametrize("table", ["nowhere", "help_requests"])
def test_what_a_person_wrote_does_not_come_out_with_a_database_error(web, log, table):
    """OperationalError makes the answer late, IntegrityError fails it; SQLAlchemy would show the values of both."""

    def write(turn):
        with web.parts.db.work() as session:
            session.execute(text(f"INSERT INTO {table} (text) VALUES (:said)"), {"said": turn.said})

    web.put_first(Hook("writing", write, pure=False))
    ours = Platform(web)
    ours.say("我叫王小明，老板打我")
    web.ship()
    web.clock.shift_s += 3
    web.late_answers().answer_due()
    written = tell_no_secrets(log)
    assert "王小明" not in json.dumps(written, ensure_ascii=False)
    assert any(f"INSERT INTO {table}" in json.dumps(line) for line in written)


def test_the_same_follower_has_the_same_name_in_all_lines(web, log):
    def fail(_turn):
        raise RuntimeError("x")

    web.put_first(Hook("failing", fail))
    ours = Platform(web)
    for openid in (ANNA, ANNA, BERT):
        ours.say("x", openid)
    names = [line["follower"] for line in tell_no_secrets(log) if line["event"] == "hook_failed"]
    assert names[0] == names[1] != names[2]
    assert all(name.startswith("o:") and len(name) == 12 for name in names)


def test_a_platform_that_fails_while_a_late_answer_is_delivered(web, log):
    """The real client against nobody, and one whose errors carry the token as wechatpy's and requests' do."""

    def unmodified(_parcel):
        client = WeChatClient("wx", APP_SECRET, access_token=ACCESS_TOKEN)
        client._http.trust_env = False
        client.API_BASE_URL = "http://127.0.0.1:1/cgi-bin/"
        client.message.send_text(ANNA, PHONES[0])

    account = web.parts.directory.get("ours")
    heard = {"account_id": account.id, "message_key": "k", "openid": ANNA, "kind": "text", "content": ""}
    with web.parts.db.work() as session:
        session.add(MessageLog(**heard, received_at=system_clock()))  # within her window, so that it is tried
        for kind in (CUSTOMER_MESSAGE, "unmodified", "unknown"):
            payload = {"openid": ANNA, "message": {"touser": ANNA, "text": {"content": PHONES[0]}}}
            post(session, account.id, kind, f"key:{kind}", payload, web.clock())
    couriers = {CUSTOMER_MESSAGE: customer_messages(web.parts), "unmodified": unmodified}
    settings = web.parts.settings.wechat.model_copy(update={"api_url": "http://127.0.0.1:1"})
    object.__setattr__(
        web.parts.platform, "_settings", web.parts.settings.model_copy(update={"wechat": settings})
    )
    assert (
        Outbox(web.parts.db, couriers, Clock(), batch=10, keep_trying=timedelta(hours=1)).deliver_due() == 0
    )
    failed = [line for line in tell_no_secrets(log) if line["event"] == "delivery_failed"]
    assert len(failed) == 3
    assert all(line["error"] for line in failed)


def test_other_libraries_loggers_are_masked_too(web, log):
    try:
        raise ValueError(f"secret={APP_SECRET}")
    except ValueError:
        logging.getLogger("somebody.else").exception("token=%s of %s", TOKEN, ANNA)
    logging.getLogger("somebody.else").warning({"access_token": ACCESS_TOKEN})
    logging.getLogger("somebody.else").warning(
        "args %s", {"openid": ANNA, "phone": PHONES[0]}, stack_info=True
    )
    written = tell_no_secrets(log)
    assert len(written) == 3
    assert "ValueError: secret=***" in written[0]["exception"]


def test_fields_of_any_shape_are_masked(web, log):
    structlog.get_logger("x").warning(
        "shapes",
        token=TOKEN,
        secret_key=SECRET_KEY,
        openid=ANNA,
        openids=[ANNA, BERT],
        openid_set={ANNA},
        nested={"secret": APP_SECRET, "deeper": [{"access_token": ACCESS_TOKEN}, f"token={TOKEN}"]},
        error=RuntimeError(f"aes_key={AES_KEY}"),
        errors=(RuntimeError(f"ticket={ACCESS_TOKEN}"),),
        text=PHONES[0],
    )
    (line,) = tell_no_secrets(log)
    assert line["nested"]["secret"] == "***"


def test_settings_accounts_and_their_parts_do_not_show_their_secrets(web):
    shown = "\n".join(
        map(
            repr,
            (
                web.parts,
                web.parts.settings,
                web.parts.directory.all(),
                new_account(),
                Platform(web).credentials,
            ),
        )
    ).replace(repr(Platform(web).credentials), "")
    assert isinstance(Platform(web).credentials, wire.Credentials)
    for value in (TOKEN, AES_KEY, APP_SECRET, SECRET_KEY):
        assert value not in shown


def test_the_error_page_and_the_answers_name_no_secret(web, log):
    ours = Platform(web)
    web.put_first(Hook("failing", lambda _turn: 1 / 0))
    texts = [
        ours.say("x"),
        web.app.test_client().get("/wechat/ours").text,
        web.app.test_client().get("/nothing").text,
    ]
    for value in (TOKEN, AES_KEY, APP_SECRET, SECRET_KEY):
        assert not any(value in text for text in texts)
    tell_no_secrets(log)
