"""Forged, old and repeated callbacks that have to be refused. Each would ask for a person, if it were let in."""

import itertools
import time
from collections.abc import Callable, Iterator
from dataclasses import replace

from proofs.webhook.forger import Case, Forger
from proofs.webhook.sealing import Sealing, envelope, in_base64, signed_query
from simulator.wire import new_nonce, sign

Kind = Callable[[Forger], Case]

_TIMES = ("", "abc", "0", "1", "-5", "１２", "1e9", "123.0", "9" * 12, "None")


def request(forger: Forger) -> bytes:
    """The XML of a message with an effect."""
    return forger.good_message(f"人工 重放{forger.chance.getrandbits(40)}")


def callback(
    forger: Forger, *, timestamp: str = "", nonce: str = "", token: str = "", name: str = ""
) -> Case:
    """A message with an effect, sealed for the account and signed as told; rightly where nothing is said."""
    credentials = replace(forger.credentials, token=token) if token else forger.credentials
    encrypted = in_base64(Sealing().seal(credentials, request(forger)))
    timestamp, nonce = timestamp or _now(), nonce or new_nonce()
    return Case(name, signed_query(credentials, encrypted, timestamp, nonce), envelope(encrypted, forger.to))


def _now(offset_s: int = 0) -> str:
    return str(int(time.time()) + offset_s)


def _changed(forger: Forger, **query: str) -> Case:
    """An overheard callback with some arguments replaced."""
    good = callback(forger, name=f"changed {', '.join(query)}")
    return replace(good, query={**good.query, **query})


def _odd_time(forger: Forger) -> Case:
    good = callback(forger, name="odd time")
    encrypted = good.body.decode().partition("<Encrypt><![CDATA[")[2].partition("]]>")[0]
    timestamp = forger.chance.choice(_TIMES)
    return replace(good, query=signed_query(forger.credentials, encrypted, timestamp, new_nonce()))


def _plain(forger: Forger, encrypt_type: str | None) -> Case:
    """Plaintext with the signature that covers no body: one overheard URL would be enough to forge it."""
    timestamp, nonce = _now(), new_nonce()
    query = {
        "signature": sign(forger.credentials.token, timestamp, nonce),
        "timestamp": timestamp,
        "nonce": nonce,
        **({} if encrypt_type is None else {"encrypt_type": encrypt_type}),
    }
    return Case("plaintext", query, request(forger))


def _digest(forger: Forger) -> str:
    return forger.chance.randbytes(20).hex()


_KINDS: tuple[Kind, ...] = (
    lambda f: callback(f, timestamp=_now(-f.chance.randint(303, 3600)), name="old"),
    lambda f: callback(f, timestamp=_now(-f.chance.randint(3600, 10**8)), name="very old"),
    lambda f: callback(f, timestamp=_now(f.chance.randint(303, 10**7)), name="future"),
    _odd_time,
    lambda f: callback(f, token=f"token{f.chance.getrandbits(40):x}", name="other token"),
    lambda f: _changed(f, msg_signature=_digest(f)),
    lambda f: _changed(f, msg_signature=""),
    lambda f: _changed(f, signature=_digest(f)),
    lambda f: _changed(f, nonce=new_nonce()),
    lambda f: _changed(f, timestamp=_now(-1)),
    lambda f: _changed(f, msg_signature=callback(f).query["msg_signature"]),
    lambda f: replace(callback(f, name="swapped body"), body=callback(f).body),
    lambda f: _shouted(callback(f, name="upper case")),
    lambda f: _plain(f, None),
    lambda f: _plain(f, "raw"),
    lambda f: _plain(f, "AES"),
)


def _shouted(case: Case) -> Case:
    """Hexadecimal in capitals is another text: signatures are compared as they are."""
    signature = case.query["msg_signature"]
    return replace(case, query={**case.query, "msg_signature": signature.upper() + " "})


def forged_cases(forger: Forger, count: int) -> Iterator[Case]:
    """`count` callbacks that are not authentic or too old."""
    for kind in itertools.islice(itertools.cycle(_KINDS), count):
        yield kind(forger)


def reused_nonce(forger: Forger, first: Case) -> Case:
    """Another body, rightly sealed and signed, under the time and nonce of a callback that was let in."""
    return callback(
        forger, timestamp=first.query["timestamp"], nonce=first.query["nonce"], name="reused nonce"
    )
