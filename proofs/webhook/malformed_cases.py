"""The kinds of malformed bodies, from the outermost layer to the innermost; each varies with the forger's dice."""

import itertools
from collections.abc import Callable, Iterator

from proofs.webhook.forger import Case, Forger
from proofs.webhook.sealing import Sealing, encrypt, envelope, in_base64, signed_query

Kind = Callable[[Forger], Case]

_BIG = 5_000_000
_BOMB = (
    b'<!DOCTYPE xml [<!ENTITY a "haha">'
    + b"".join(b'<!ENTITY %c "%s">' % (ord("b") + n, b"&%c;" % (ord("a") + n) * 10) for n in range(9))
    + b"]><xml><ToUserName>&j;</ToUserName><Encrypt>&j;</Encrypt></xml>"
)
_OUTSIDE = (
    b'<!DOCTYPE xml [<!ENTITY x SYSTEM "file:///etc/hostname">]>'
    b"<xml><ToUserName>&x;</ToUserName><Encrypt>&x;</Encrypt></xml>"
)
_NUMBERS = ("", "abc", "-1", "1.5", "1e9", "１２３", "0x10", "9" * 30, " ", "1 2", "NaN", "十")
_DEGREES = ("nan", "inf", "1e400", "north", "-1e9", "1,5")
_NEEDED = ("FromUserName", "ToUserName", "MsgType", "CreateTime", "MsgId")
_LENGTHS = (b"abc", b"-1", b"1e3", b"+5", b"0x10", b"5, 6")


def _tags(count: int) -> bytes:
    return b"<xml>" + b"<a/>" * count + b"</xml>"


def _deep(levels: int) -> bytes:
    return b"<xml>" + b"<a>" * levels + b"</a>" * levels + b"</xml>"


_ENVELOPES: tuple[Kind, ...] = (
    lambda f: f.unsealed("nothing", b""),
    lambda f: f.unsealed("random bytes", f.noise(1, 4000)),
    lambda f: f.unsealed("words", "你好".encode() * f.chance.randint(1, 200)),
    lambda f: f.unsealed("JSON", b'{"Encrypt": "%s"}' % f.noise(5, 50).hex().encode()),
    lambda f: f.unsealed("plain message", f.message()),
    lambda f: f.unsealed("cut envelope", f.cut(envelope(in_base64(f.noise(100, 400)), f.to))),
    lambda f: f.unsealed("NUL", f.spoilt(envelope("QUJD", f.to), b"\0")),
    lambda f: f.unsealed("no UTF-8", f.spoilt(envelope("QUJD", f.to), b"\xff")),
    lambda f: f.unsealed("UTF-16", envelope("QUJD", f.to).decode().encode("utf-16")),
    lambda f: f.unsealed("odd encoding", b'<?xml version="1.0" encoding="x-odd"?><xml><Encrypt>'),
    lambda f: f.unsealed("200 000 tags", _tags(200_000 + f.chance.randrange(1000))),
    lambda f: f.unsealed("tags to the limit", _tags(f.chance.randint(20_000, 32_000))),
    lambda f: f.unsealed("deep", _deep(f.chance.randint(20, 15_000))),
    lambda f: f.unsealed("entity bomb", _BOMB),
    lambda f: f.unsealed("outside entity", _OUTSIDE),
    lambda f: f.unsealed("other root", b"<html><Encrypt>QUJD</Encrypt></html>"),
    lambda f: f.unsealed("two roots", envelope("QUJD", f.to) * 2),
    lambda f: f.unsealed("no Encrypt", b"<xml><ToUserName>gh</ToUserName></xml>"),
    lambda f: f.unsealed("nested Encrypt", b"<xml><Encrypt><a>QUJD</a></Encrypt></xml>"),
    lambda f: f.unsealed("two Encrypts", b"<xml><Encrypt>QUJD</Encrypt><Encrypt>QUJD</Encrypt></xml>"),
    lambda f: f.unsealed("attributes", b"<xml " + b'a="1" ' * f.chance.randint(2, 3000) + b"><b/></xml>"),
    lambda f: f.unsealed("5 MB", b"<xml>" + b"a" * (_BIG + f.chance.randrange(1000))),
    lambda f: f.unsealed("5 MB in chunks", b"<xml>" + b"a" * _BIG, chunked=True),
    lambda f: f.unsealed("just too large", b"a" * (131_073 + f.chance.randrange(5000))),
    lambda f: f.unsealed("bad length", b"", headers={"Content-Length": f.chance.choice(_LENGTHS).decode()}),
)

_CIPHERS: tuple[Kind, ...] = (
    lambda f: f.enveloped("no base64", "".join(f.chance.choices("@#$%^&*()", k=64))),
    lambda f: f.enveloped("base64 with a hole", f"{in_base64(f.noise(60, 90))} {in_base64(b'1234')}"),
    lambda f: f.enveloped("half base64", in_base64(f.chance.randbytes(64)).rstrip("=")[:-1]),
    lambda f: f.enveloped("Chinese", "密文" * f.chance.randint(1, 40)),
    lambda f: f.enveloped("no ciphertext", ""),
    lambda f: f.enveloped("odd length", in_base64(f.chance.randbytes(16 * f.chance.randint(2, 9) + 7))),
    lambda f: f.enveloped("random ciphertext", in_base64(f.chance.randbytes(16 * f.chance.randint(1, 40)))),
    lambda f: f.enveloped("flipped end", _flipped(f)),
    lambda f: f.enveloped("short plaintext", in_base64(encrypt(f.credentials, b"\x10" * 16))),
    lambda f: f.sealed("other AppID", f.message(), Sealing(appid=f"wx{f.chance.getrandbits(64):016x}")),
    lambda f: f.sealed("no AppID", f.message(), Sealing(appid="")),
    lambda f: f.sealed("length too large", f.message(), Sealing(length=f.chance.randint(10_000, 2**31))),
    lambda f: f.sealed("length of all ones", f.message(), Sealing(length=2**32 - 1)),
    lambda f: f.sealed("length zero", f.message(), Sealing(length=0)),
    lambda f: f.sealed("length short", f.message(), Sealing(length=f.chance.randint(1, 80))),
    lambda f: f.sealed("padding of zeros", f.message(), Sealing(padding=bytes(32))),
    lambda f: f.sealed("padding too long", f.message(), Sealing(padding=b"\x21" * 33)),
    lambda f: f.sealed("padding uneven", f.message(), Sealing(padding=f.chance.randbytes(15) + b"\x10")),
)

_INSIDES: tuple[Kind, ...] = (
    lambda f: f.sealed("nothing inside", b""),
    lambda f: f.sealed("random inside", f.noise(1, 3000)),
    lambda f: f.sealed("JSON inside", b'{"MsgType": "text"}'),
    lambda f: f.sealed("cut inside", f.cut(f.message())),
    lambda f: f.sealed("NUL inside", f.spoilt(f.message(), b"\0")),
    lambda f: f.sealed("no UTF-8 inside", f.spoilt(f.message(), b"\xff")),
    lambda f: f.sealed("entity bomb inside", _BOMB),
    lambda f: f.sealed("outside entity inside", _OUTSIDE),
    lambda f: f.sealed("many tags inside", _tags(f.chance.randint(1000, 20_000))),
    lambda f: f.sealed("deep inside", _deep(f.chance.randint(12, 9000))),
    lambda f: f.sealed("other root inside", b"<message/>"),
    lambda f: f.sealed("missing field", f.message(**{f.chance.choice(_NEEDED): None})),
    lambda f: f.sealed("empty field", f.message(**{f.chance.choice(_NEEDED[:3]): ""})),
    lambda f: f.sealed("nested field", f.message(FromUserName={"a": "b"})),
    lambda f: f.sealed("repeated field", f.message(FromUserName=["a", "b"])),
    lambda f: f.sealed("bad CreateTime", f.message(CreateTime=f.chance.choice(_NUMBERS))),
    lambda f: f.sealed("bad MsgId", f.message(MsgId=f.chance.choice(_NUMBERS))),
    lambda f: f.sealed("long openid", f.message(FromUserName="o" * f.chance.randint(65, 3000))),
    lambda f: f.sealed("bad place", f.message(MsgType="location", Location_X=f.chance.choice(_DEGREES))),
    lambda f: f.sealed("bad scale", f.message(MsgType="location", Scale=f.chance.choice(_NUMBERS[1:8]))),
    lambda f: f.sealed("event without name", f.message(MsgType="event", Event="")),
)

_QUERIES: tuple[Kind, ...] = (
    lambda f: Case("no query", {}, f.message()),
    lambda f: _without(f, "timestamp"),
    lambda f: _without(f, "nonce"),
    lambda f: _without(f, "msg_signature"),
    lambda f: _without(f, "encrypt_type"),
    lambda f: _with(f, "timestamp", f.chance.choice(_NUMBERS)),
    lambda f: _with(f, "nonce", "1" * f.chance.randint(65, 2000)),
    lambda f: _with(f, "encrypt_type", f.chance.choice(("raw", "AES", "aes ", "rsa", ""))),
    lambda f: _with(f, "msg_signature", "签名"),
    lambda f: Case("many arguments", {f"a{n}": "1" for n in range(f.chance.randint(21, 400))}, f.message()),
)


def _flipped(f: Forger) -> str:
    """Good ciphertext with one bit of its last block changed: padding or AppID come out wrong."""
    sealed = bytearray(Sealing().seal(f.credentials, f.message()))
    sealed[-f.chance.randint(1, 16)] ^= 1 << f.chance.randrange(8)
    return in_base64(bytes(sealed))


def _without(f: Forger, name: str) -> Case:
    good = f.sealed(f"no {name}", f.message())
    return Case(good.name, {n: v for n, v in good.query.items() if n != name}, good.body)


def _with(f: Forger, name: str, value: str) -> Case:
    """A good message whose argument `name` is `value`; signed with it where it is part of what is signed."""
    good = f.sealed(f"odd {name}", f.message())
    query = {**good.query, name: value}
    if name in ("timestamp", "nonce"):
        encrypted = good.body.decode().partition("<Encrypt><![CDATA[")[2].partition("]]>")[0]
        query = signed_query(f.credentials, encrypted, query["timestamp"], query["nonce"])
    return Case(good.name, query, good.body)


def malformed_cases(forger: Forger, count: int) -> Iterator[Case]:
    """`count` cases: every kind in turn, each time another variation."""
    kinds = itertools.cycle((*_ENVELOPES, *_CIPHERS, *_INSIDES, *_QUERIES))
    for kind in itertools.islice(kinds, count):
        yield kind(forger)
