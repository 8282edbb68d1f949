"""Callbacks that are not authentic, not fresh or not for this account: an empty 4xx, and nothing has happened."""

import base64
import hashlib
from urllib.parse import quote

import pytest

from handlers.memory import LocalMemory
from models.messages import MessageLog
from models.wall import HelpRequest
from simulator import wire
from tests.conftest import AES_KEY, TOKEN
from tests.handlers.conftest import ANNA, BERT, OTHER_KEY, Platform

# A message with an effect, so that one which slips through leaves a row behind.


def human(platform):
    return platform.text("人工 请帮我")


def good(platform, **options):
    return platform.sealed(human(platform), **options)


def signed_for(platform, timestamp="", nonce="n", **options):
    """Rightly signed and sealed, over this very timestamp and nonce."""
    return good(platform, timestamp=timestamp, nonce=nonce, **options)


def at(offset_s):
    return lambda p: signed_for(p, p.web.clock.stamp(offset_s))


def written(form):
    return lambda p: signed_for(p, form(p.web.clock.stamp()))


def changed(**changes):
    return lambda p: good(p).but(**changes)


def with_fresh(make):
    """`make(callback, platform)` on a good callback."""
    return lambda p: make(good(p), p)


def swap(text, old, new):
    assert old in text
    return text.replace(old, new, 1)


FULL_WIDTH = str.maketrans("0123456789", "０１２３４５６７８９")
ARABIC = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")
FULL_WIDTH_HEX = str.maketrans("0123456789abcdef", "０１２３４５６７８９ａｂｃｄｅｆ")


def other_body(callback, platform):
    """The URL of one message with the body of another."""
    return callback.but(good(platform).body)


def flipped(position):
    def make(callback, _platform):
        body = bytearray(callback.body)
        at = body.index(b"<Encrypt><![CDATA[") + 18 + position
        body[at] = ord("A") if body[at] != ord("A") else ord("B")
        return callback.but(bytes(body))

    return with_fresh(make)


CASES = {
    # too old, too new, no time at all: all rightly signed
    "301 s old": (at(-302), 403),
    "an hour old": (at(-3600), 403),
    "a day old": (at(-86_400), 403),
    "ten years old": (at(-315_360_000), 403),
    "301 s ahead": (at(302), 403),
    "an hour ahead": (at(3600), 403),
    "ten years ahead": (at(315_360_000), 403),
    "time 1": (lambda p: signed_for(p, "1"), 403),
    "time 0": (lambda p: signed_for(p, "0"), 403),
    "time empty": (lambda p: signed_for(p, ""), 403),
    "time absent": (changed(timestamp=None), 403),
    "time absent, signed without": (lambda p: signed_for(p, "").but(timestamp=None), 403),
    "time negative": (written(lambda t: f"-{t}"), 403),
    "time with a plus": (written(lambda t: f"+{t}"), 403),
    "time with a blank before": (written(lambda t: f" {t}"), 403),
    "time with a blank after": (written(lambda t: f"{t} "), 403),
    "time with a line break": (written(lambda t: f"{t}\n"), 403),
    "time with a NUL": (written(lambda t: f"{t}\0"), 403),
    "time with a fraction": (written(lambda t: f"{t}.0"), 403),
    "time with an exponent": (written(lambda t: f"{t}e0"), 403),
    "time with underscores": (written(lambda t: f"{t[:4]}_{t[4:]}"), 403),
    "time in hexadecimal": (written(lambda t: hex(int(t))), 403),
    "time in milliseconds": (written(lambda t: f"{t}000"), 403),
    "time in full width digits": (written(lambda t: t.translate(FULL_WIDTH)), 403),
    "time in arabic digits": (written(lambda t: t.translate(ARABIC)), 403),
    "time with zeros before": (written(lambda t: f"000{t}"), 403),
    "time of 5000 digits": (lambda p: signed_for(p, "9" * 5000), 403),
    "time in words": (lambda p: signed_for(p, "now"), 403),
    "time nan": (lambda p: signed_for(p, "nan"), 403),
    "time moved under an old signature": (
        with_fresh(lambda c, p: c.but(timestamp=p.web.clock.stamp(7))),
        403,
    ),
    "old time refreshed under its signature": (
        lambda p: signed_for(p, p.web.clock.stamp(-9000)).but(timestamp=p.web.clock.stamp()),
        403,
    ),
    # nonce
    "nonce absent": (changed(nonce=None), 403),
    "nonce empty, signed": (lambda p: good(p, nonce=""), 403),
    "nonce of 65": (lambda p: good(p, nonce="n" * 65), 403),
    "nonce of 5000": (lambda p: good(p, nonce="n" * 5000), 403),
    "nonce of another": (changed(nonce="12345"), 403),
    "time and nonce glued otherwise": (
        with_fresh(lambda c, p: c.but(timestamp=c["timestamp"][:-1], nonce=c["timestamp"][-1] + c["nonce"])),
        403,
    ),
    # msg_signature
    "msg_signature absent": (changed(msg_signature=None), 403),
    "msg_signature empty": (changed(msg_signature=""), 403),
    "msg_signature zeros": (changed(msg_signature="0" * 40), 403),
    "msg_signature in capitals": (
        with_fresh(lambda c, p: c.but(msg_signature=c["msg_signature"].upper())),
        403,
    ),
    "msg_signature cut": (with_fresh(lambda c, p: c.but(msg_signature=c["msg_signature"][:39])), 403),
    "msg_signature longer": (with_fresh(lambda c, p: c.but(msg_signature=c["msg_signature"] + "0")), 403),
    "msg_signature with a blank": (
        with_fresh(lambda c, p: c.but(msg_signature=c["msg_signature"] + " ")),
        403,
    ),
    "msg_signature in full width": (
        with_fresh(lambda c, p: c.but(msg_signature=c["msg_signature"].translate(FULL_WIDTH_HEX))),
        403,
    ),
    "msg_signature as bytes": (
        with_fresh(
            lambda c, p: c.but(msg_signature=base64.b64encode(bytes.fromhex(c["msg_signature"])).decode())
        ),
        403,
    ),
    "msg_signature of 100 000": (changed(msg_signature="a" * 100_000), 403),
    "msg_signature is the other one": (with_fresh(lambda c, p: c.but(msg_signature=c["signature"])), 403),
    "msg_signature under another name": (
        with_fresh(lambda c, p: c.but(msg_signature=None, Msg_Signature=c["msg_signature"])),
        403,
    ),
    "msg_signature unsorted": (
        with_fresh(
            lambda c, p: c.but(
                msg_signature=hashlib.sha1(
                    (TOKEN + c["timestamp"] + c["nonce"] + c.body.decode()).encode()
                ).hexdigest()
            )
        ),
        403,
    ),
    "msg_signature over the body": (
        with_fresh(
            lambda c, p: c.but(msg_signature=wire.sign(TOKEN, c["timestamp"], c["nonce"], c.body.decode()))
        ),
        403,
    ),
    "msg_signature twice, wrong last": (with_fresh(lambda c, p: c.also(("msg_signature", "0" * 40))), 403),
    # signature beside a right msg_signature
    "signature wrong": (changed(signature="0" * 40), 403),
    "signature empty": (changed(signature=""), 403),
    "signature in capitals": (with_fresh(lambda c, p: c.but(signature=c["signature"].upper())), 403),
    "signature is the other one": (with_fresh(lambda c, p: c.but(signature=c["msg_signature"])), 403),
    "signature of another time": (
        with_fresh(lambda c, p: c.but(signature=wire.sign(TOKEN, p.web.clock.stamp(-5), c["nonce"]))),
        403,
    ),
    "signature twice, wrong last": (with_fresh(lambda c, p: c.also(("signature", "0" * 40))), 403),
    # whose token, whose key
    "token of another": (lambda p: good(Platform(p.web, token="othertoken456")), 403),
    "token in capitals": (lambda p: good(Platform(p.web, token=TOKEN.upper())), 403),
    "empty token": (lambda p: good(Platform(p.web, token="")), 403),
    "key of another": (lambda p: good(Platform(p.web, aes_key=OTHER_KEY)), 400),
    "AppID of another": (lambda p: good(Platform(p.web, appid="wxtestother")), 400),
    # swapped bodies
    "body of another message": (with_fresh(other_body), 403),
    "body of another follower": (
        with_fresh(lambda c, p: c.but(p.sealed(p.text("人工", BERT), openid=BERT).body)),
        403,
    ),
    "first letter of the seal": (flipped(0), 403),
    "middle of the seal": (flipped(100), 403),
    "last letters of the seal": (flipped(-5 + 200), 403),
    "nothing in the body": (with_fresh(lambda c, p: c.but(b"")), 400),
    "a second Encrypt": (
        with_fresh(
            lambda c, p: c.but(swap(c.body.decode(), "</xml>", "<Encrypt>AAAA</Encrypt></xml>").encode())
        ),
        400,
    ),
    # plaintext to an account in safe mode
    "plaintext": (lambda p: p.plain(human(p)), 403),
    "plaintext called raw": (lambda p: p.plain(human(p)).also(("encrypt_type", "raw")), 403),
    "plaintext called aes": (lambda p: p.plain(human(p)).also(("encrypt_type", "aes")), 400),
    "plaintext with a msg_signature": (
        lambda p: p.plain(human(p)).also(("encrypt_type", "raw"), ("msg_signature", "0" * 40)),
        403,
    ),
    "plaintext and a seal of somebody else": (
        with_fresh(
            lambda c, p: c.but(swap(c.body.decode(), "</xml>", human(p).removeprefix("<xml>")).encode()).but(
                encrypt_type="raw"
            )
        ),
        403,
    ),
    "sealed, called raw": (changed(encrypt_type="raw"), 403),
    "sealed, not called anything": (changed(encrypt_type=None), 403),
    "sealed, called empty": (changed(encrypt_type=""), 403),
    "sealed, called AES": (changed(encrypt_type="AES"), 403),
    "sealed, called aes with a blank": (changed(encrypt_type="aes "), 403),
    "sealed, called both, raw last": (with_fresh(lambda c, p: c.also(("encrypt_type", "raw"))), 403),
    # parameters given twice, the wrong one last
    "time twice": (with_fresh(lambda c, p: c.also(("timestamp", p.web.clock.stamp(-9000)))), 403),
    "time twice, both fresh": (with_fresh(lambda c, p: c.also(("timestamp", p.web.clock.stamp(3)))), 403),
    "nonce twice": (with_fresh(lambda c, p: c.also(("nonce", "5"))), 403),
    # parameters in the body instead
    "everything in the body": (
        with_fresh(lambda c, p: c.but(quote(str(dict(c.args))).encode(), **dict.fromkeys(dict(c.args)))),
        403,
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_what_is_not_authentic_gets_an_empty_4xx_and_has_no_effect(ours, web, name):
    make, status = CASES[name]
    callback = make(ours)
    before = web.state()
    for _ in range(2):
        response = web.post(callback)
        assert (response.status_code, response.data) == (status, b"")
    assert web.state() == before
    assert before["journal"] == [] and before["redis"] == {}
    assert web.ship() == 0


PLAIN_CASES = {
    "signature wrong": (lambda p: p.plain(human(p)).but(signature="0" * 40), 403),
    "signature absent": (lambda p: p.plain(human(p)).but(signature=None), 403),
    "signature empty": (lambda p: p.plain(human(p)).but(signature=""), 403),
    "signature in capitals": (
        lambda p: (lambda c: c.but(signature=c["signature"].upper()))(p.plain(human(p))),
        403,
    ),
    "too old": (lambda p: p.plain(human(p), timestamp=p.web.clock.stamp(-302)), 403),
    "token of another": (lambda p: Platform(p.web, "plain", token="othertoken456").plain(human(p)), 403),
    "sealed, without a key here": (lambda p: good(p), 403),
    "plaintext called aes": (lambda p: p.plain(human(p)).also(("encrypt_type", "aes")), 403),
    "msg_signature instead": (
        lambda p: (lambda c: c.but(signature=None, msg_signature=c["signature"]))(p.plain(human(p))),
        403,
    ),
}


@pytest.mark.parametrize("name", PLAIN_CASES)
def test_an_account_in_plaintext_mode_is_no_open_door(plain, web, name):
    make, status = PLAIN_CASES[name]
    callback = make(plain)
    before = web.state()
    response = web.post(callback)
    assert (response.status_code, response.data) == (status, b"")
    assert web.state() == before


@pytest.mark.parametrize(
    ("sender", "receiver", "status"),
    [
        ("other", "ours", 403),
        ("ours", "other", 403),
        ("twin", "ours", 400),
        ("ours", "twin", 400),
        ("ours", "plain", 403),
        ("plain", "ours", 403),
        ("ours", "nobody", 404),
        ("ours", "OURS", 404),
    ],
)
def test_what_was_sent_to_one_account_is_nothing_to_another(web, request, sender, receiver, status):
    """`twin` has our token and our key: the AppID inside tells it apart. `plain` has our token."""
    platform = request.getfixturevalue(sender)
    callback = platform.plain(human(platform)) if sender == "plain" else good(platform)
    before = web.state()
    response = web.post(callback.__class__(callback.args, callback.body, receiver))
    assert (response.status_code, response.data) == (status, b"")
    assert web.state() == before
    assert web.post(callback).status_code == 200  # where it belongs, it is good


# Replays.


@pytest.fixture
def delivered(ours, web):
    """A good message that was answered, and everything it left behind."""
    web.xml = human(ours)
    callback = ours.sealed(web.xml, nonce="20261120")
    assert ours.open(web.post(callback))["content"].startswith("已为您登记，编号 1")
    return callback


REPLAYS = {
    "other body, rightly sealed": lambda p, c: good(p, timestamp=c["timestamp"], nonce=c["nonce"]),
    "same message sealed again": lambda p, c: p.sealed(p.web.xml, timestamp=c["timestamp"], nonce=c["nonce"]),
    "another follower": lambda p, c: p.sealed(
        p.text("人工", BERT), timestamp=c["timestamp"], nonce=c["nonce"], openid=BERT
    ),
    "an event": lambda p, c: p.sealed(p.event("subscribe"), timestamp=c["timestamp"], nonce=c["nonce"]),
    "other receiver outside the seal": lambda p, c: c.but(swap(c.body.decode(), "gh_1", "gh_2").encode()),
    "a blank more outside the seal": lambda p, c: c.but(c.body + b"\n"),
    "plain fields added outside the seal": lambda p, c: c.but(
        swap(c.body.decode(), "<Encrypt>", "<Content>伪造</Content><Encrypt>").encode()
    ),
}


@pytest.mark.parametrize("name", REPLAYS)
def test_a_used_nonce_with_another_body_is_refused(ours, web, delivered, name):
    before = web.state()
    response = web.post(REPLAYS[name](ours, delivered))
    assert (response.status_code, response.data) == (403, b"")
    assert web.state() == before
    assert len(web.rows(HelpRequest)) == 1


def test_a_used_nonce_is_refused_without_redis_too(ours, web, monkeypatch):
    lifetimes = web.desk._memory._local._ttl
    monkeypatch.setattr(web.desk, "_memory", LocalMemory(lifetimes))
    callback = good(ours)
    assert web.post(callback).status_code == 200
    assert web.post(callback).status_code == 200
    assert web.post(good(ours, timestamp=callback["timestamp"], nonce=callback["nonce"])).status_code == 403


def test_the_nonce_of_one_account_is_free_in_another(ours, other, web):
    assert web.post(good(ours, nonce="5")).status_code == 200
    assert web.post(good(other, nonce="5")).status_code == 200


def test_the_same_nonce_in_another_second_is_another_callback(ours, web):
    assert web.post(good(ours, nonce="5", timestamp=web.clock.stamp())).status_code == 200
    assert web.post(good(ours, nonce="5", timestamp=web.clock.stamp(-1))).status_code == 200


@pytest.mark.parametrize("later_s", [0, 5, 10, 15, 250, 298])
def test_a_byte_identical_request_within_the_window_is_a_retry(ours, web, delivered, later_s):
    web.clock.shift_s = later_s
    assert ours.open(web.post(delivered))["content"].startswith("已为您登记，编号 1")
    assert len(web.rows(HelpRequest)) == 1
    assert web.ship() == 1


@pytest.mark.parametrize("later_s", [302, 600, 601, 900, 86_400, -302])
def test_a_replay_after_the_window_is_refused(ours, web, delivered, later_s):
    web.clock.shift_s = later_s
    before = web.state()
    response = web.post(delivered)
    assert (response.status_code, response.data) == (403, b"")
    assert web.state() == before


def test_a_message_from_a_clock_that_runs_ahead_can_not_be_replayed_while_it_is_fresh(ours, web):
    """Signed 299 s ahead of us it stays fresh for 599 s: the nonce has to be known all that time."""
    callback = good(ours, timestamp=web.clock.stamp(299), nonce="77")
    web.post(callback)
    (key,) = web.redis.keys("zj:n:*")
    assert web.redis.ttl(key) >= 599
    (reply,) = web.redis.keys("zj:m:*")
    assert web.redis.ttl(reply) > 599


def test_after_a_flushed_memory_a_replay_still_doubles_nothing(ours, web, delivered):
    web.redis.flushall()
    assert ours.open(web.post(delivered))["content"].startswith("已为您登记，编号 1")
    web.ship()
    assert len(web.rows(HelpRequest)) == 1
    assert len(web.rows(MessageLog)) == 1


def test_only_the_follower_inside_the_seal_counts(ours, web):
    """`openid` in the URL is not signed."""
    callback = good(ours).but(openid=BERT)
    assert web.post(callback).status_code == 200
    assert [request.openid for request in web.rows(HelpRequest)] == [ANNA]


def test_a_right_last_parameter_wins_over_a_wrong_first_one(ours, web):
    """One reading of a doubled parameter, for the signature and for all that follows."""
    callback = good(ours).also(("timestamp", "1"), ("nonce", "x"), ("signature", "0"), first=True)
    assert web.post(callback).status_code == 200


# The check of the address.

VERIFY = {
    "signature wrong": ({"signature": "0" * 40}, 403),
    "signature empty": ({"signature": ""}, 403),
    "signature absent": ({"signature": None}, 403),
    "time absent": ({"timestamp": None}, 403),
    "time moved": ({"timestamp": "1700000001"}, 403),
    "nonce absent": ({"nonce": None}, 403),
    "nonce of another": ({"nonce": "2"}, 403),
    "echostr absent": ({"echostr": None}, 400),
    "echostr empty": ({"echostr": ""}, 400),
    "echostr of 257": ({"echostr": "x" * 257}, 400),
}


@pytest.mark.parametrize("name", VERIFY)
def test_an_address_check_that_is_not_the_platforms_is_refused(web, name):
    changes, status = VERIFY[name]
    stamp = web.clock.stamp()
    args = {"timestamp": stamp, "nonce": "1", "echostr": "echo", "signature": wire.sign(TOKEN, stamp, "1")}
    args = {key: value for key, value in {**args, **changes}.items() if value is not None}
    response = web.get(args)
    assert (response.status_code, response.data) == (status, b"")


@pytest.mark.parametrize("offset_s", [-302, -86_400, 302])
def test_an_address_check_of_another_time_is_refused(web, offset_s):
    stamp = web.clock.stamp(offset_s)
    args = {"timestamp": stamp, "nonce": "1", "echostr": "echo", "signature": wire.sign(TOKEN, stamp, "1")}
    assert web.get(args).status_code == 403
    assert web.get(args, "nobody").status_code == 404


def test_the_address_check_follows_the_houses_clock(web):
    web.clock.shift_s = 5000
    stamp = web.clock.stamp()
    args = {"timestamp": stamp, "nonce": "1", "echostr": "echo", "signature": wire.sign(TOKEN, stamp, "1")}
    assert web.get(args).text == "echo"


def test_there_are_as_many_cases_as_promised():
    assert len(CASES) + len(PLAIN_CASES) + len(REPLAYS) >= 60
    assert AES_KEY != OTHER_KEY
