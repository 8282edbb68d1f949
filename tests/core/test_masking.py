"""What is made unreadable, what stays readable, and that it takes no time."""

import json
import logging
import time

import pytest
import structlog

from core import logs
from core.logs import Throttle, configure_logs, get_logger
from core.masking import mask_openid, mask_text

S = "TOPSECRETVALUE123"
OPENID = "o6_bmjrPTlm6_2sgVt7hMZOPfL2M"


@pytest.mark.parametrize(
    "text",
    [
        f"secret={S}",
        f"appsecret={S}",
        f"AppSecret: {S}",
        f"SECRET_KEY={S}",
        f"secret-key: {S}",
        f"https://x/cgi-bin/token?appid=a&secret={S}&grant_type=b",
        f"https://x/menu?access_token={S}",
        f"refresh_token='{S}'",
        f'{{"access_token":"{S}","expires_in":7200}}',
        f"{{'access_token': '{S}'}}",
        json.dumps(json.dumps({"access_token": S})),
        f"token=b'{S}'",
        f"token = {S}",
        f"encodingAESKey={S}",
        f"aes_key: {S}",
        f"jsapi_ticket={S}",
        f"msg_signature={S}",
        f"signature={S}&timestamp=1",
        f"echostr={S}",
        f"password={S}",
        f"passwd:{S}",
        f"Authorization: Bearer {S}",
        f"authorization: Basic {S}",
        f"Authorization={S}",
        f"Cookie: a=1; session={S}",
        f"Set-Cookie: session={S}; Path=/",
        f"'Cookie': 'session={S}'",
        f"/callback?code={S}&state=1",
        f"js_code={S}",
        f"密钥 secret：{S}",
        f"redis://:{S}@127.0.0.1:6379/0",
        f"rediss://user:{S}@h/0",
        f"postgresql+psycopg://u:{S}@h/db",
        f"postgresql://u:{S}@still{S}@h/db",
        f"(Caused by https://a:{S}@h/x)",
        f"null value violates not-null constraint DETAIL:  Failing row contains (1, {S}, null).",
    ],
)
def test_secrets_are_made_unreadable(text):
    assert S not in mask_text(text)
    assert "***" in mask_text(text)


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("打13812345678找我", "打138****5678找我"),
        ("+8613812345678", "+86138****5678"),
        ("8613812345678", "86138****5678"),
        ("138 1234 5678", "138****5678"),
        ("138-1234-5678", "138****5678"),
        ("电话13812345678，13912345678。", "电话138****5678，139****5678。"),
        ("11010519491231002X", "1101**********002X"),
        ("身份证110105194912310021", "身份证1101**********0021"),
    ],
)
def test_numbers_of_persons_are_made_unreadable(text, masked):
    assert mask_text(text) == masked


@pytest.mark.parametrize(
    "text",
    [
        "errcode=40164, errmsg=invalid ip",
        '{"errcode": 45065, "msg_id": 3147483650}',
        "status_code=500",
        "HTTP 403",
        "took 1700000000 ms at 2026-11-20T02:00:00Z",
        "gh_123456789abc",
        "MsgId 6054768590064713728 12345678901",
        "热线 12351，区工会 0571-88888888",
        "http://127.0.0.1:8000/h5/ours/faq/abc",
        "unix:///var/redis.sock",
        "the token was refused",
        "openid_list",
        "",
    ],
)
def test_what_an_operator_needs_stays_readable(text):
    assert mask_text(text) == text


def test_an_openid_right_after_a_chinese_word_is_masked():
    assert OPENID not in mask_text(f"粉丝{OPENID}的留言")


def test_an_openid_becomes_the_same_short_name_everywhere():
    name = mask_openid(OPENID)
    assert mask_text(f"user {OPENID} and {OPENID}.") == f"user {name} and {name}."
    assert len(name) == 12 and name != mask_openid(OPENID[:-1] + "N")
    assert mask_openid("\ud800")


@pytest.mark.parametrize(
    "unit",
    [
        "a",
        "a.",
        "a-",
        "_",
        "token",
        "token ",
        "token=",
        "cookie:",
        "http://a:",
        "a://",
        "1",
        "1 ",
        "o",
        "secret_",
        "&code=",
        "\\",
        '"',
    ],
)
def test_masking_takes_no_time_whatever_the_text(unit):
    text = unit * (200_000 // len(unit))
    started = time.perf_counter()
    mask_text(text)
    assert time.perf_counter() - started < 0.5


@pytest.fixture
def written(capsys):
    """Gives what was logged since it was asked last."""
    yield lambda: capsys.readouterr().err
    with capsys.disabled():
        configure_logs("WARNING")


def test_a_line_is_one_json_object_with_level_and_time(written):
    configure_logs("INFO", json_lines=True)
    structlog.get_logger("x").info("started", port=8000, name="指尖之家")
    line = json.loads(written())
    assert (line["event"], line["level"], line["port"], line["name"]) == ("started", "info", 8000, "指尖之家")
    assert line["timestamp"].endswith("Z")


def test_the_level_holds_for_ours_and_for_others(written):
    configure_logs("WARNING", json_lines=True)
    structlog.get_logger("x").info("quiet")
    logging.getLogger("theirs").info("quiet")
    logging.getLogger("apscheduler.scheduler").info("quiet")
    assert written() == ""


@pytest.mark.parametrize("json_lines", [True, False])
def test_nothing_secret_in_either_form(written, json_lines):
    configure_logs("INFO", json_lines=json_lines)
    log = structlog.get_logger("x")
    try:
        raise ValueError(f"https://x/?access_token={S}")
    except ValueError as error:
        log.error(
            "failed",
            error=error,
            exc_info=True,
            token=S,
            nested={"secret": S, "list": [f"token={S}", OPENID]},
        )
        logging.getLogger("theirs").exception("of %s, secret=%s", OPENID, S)
    lines = written()
    assert S not in lines and OPENID not in lines
    assert lines.count("ValueError") >= 2


def test_calling_the_set_up_again_does_not_double_the_lines(written):
    for _ in range(3):
        configure_logs("INFO", json_lines=True)
    logging.getLogger("theirs").warning("once")
    assert written().count("once") == 1
    assert get_logger("x") is not None


def test_a_flood_of_one_subject_is_cut_and_others_are_heard(monkeypatch):
    now = [0.0]
    monkeypatch.setattr(logs.time, "monotonic", lambda: now[0])
    throttle = Throttle(per_minute=3)
    assert [throttle.allow("forged") for _ in range(5)] == [True, True, True, False, False]
    assert throttle.allow("too old")
    now[0] += 60
    assert throttle.allow("forged")
