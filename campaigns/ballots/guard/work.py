"""Proof of work (算一道题): a phone is asked to find a number, which costs it a second or two and its owner nothing.

The challenge is a hash; the number is the one below `MOST` with SHA-256(salt + number) = hash. Nothing is stored: a keyed check binds
it to the campaign, the person, the ballot's key and its end, so that an answer is good for one ballot. Somebody who casts ten thousand
ballots from one machine pays ten thousand times; it slows stuffing and stops no determined one: the rules find that one afterwards.
"""

import hashlib
import hmac
import re
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from campaigns.view import CampaignView
from core.errors import NotAllowed
from members.ledger import mark_of

MOST = 150_000
"""Half of it is tried on average: some 75 000 hashes, about a second of a cheap phone's script."""
LIFE = timedelta(minutes=5)
_TOKEN = re.compile(r"([0-9]{1,12})\.([0-9a-f]{24})\.([0-9a-f]{64})\.([0-9a-f]{32})")
_NUMBER = re.compile(r"0|[1-9][0-9]{0,6}")


@dataclass(frozen=True, slots=True)
class For:
    """What a challenge is bound to."""

    campaign: CampaignView
    openid: str
    key: str
    """The ballot's."""


@dataclass(frozen=True, slots=True)
class Challenge:
    """What the phone is given; it sends `token` back with the number."""

    salt: str
    hash: str
    most: int
    token: str


def make_challenge(bound: For, now: datetime) -> Challenge:
    """A new one, good for `LIFE`."""
    salt = secrets.token_hex(12)
    hash_ = _hash(salt, secrets.randbelow(MOST))
    until = int((now + LIFE).timestamp())
    return Challenge(salt, hash_, MOST, f"{until}.{salt}.{hash_}.{_check(bound, until, salt, hash_)}")


def check_work(bound: For, token: str, number: str, now: datetime) -> None:
    """Raises NotAllowed where the answer is not one to a challenge of ours for this ballot."""
    form = _TOKEN.fullmatch(token)
    if form is None or not _NUMBER.fullmatch(number):
        raise NotAllowed("bad_work", "手机算的结果不对，请刷新页面再试一次。")
    until, salt, hash_ = int(form[1]), form[2], form[3]
    if not hmac.compare_digest(_check(bound, until, salt, hash_), form[4]):
        raise NotAllowed("bad_work", "手机算的结果不对，请刷新页面再试一次。")
    if now.timestamp() >= until:
        raise NotAllowed("late_work", "隔得太久了，请再试一次。")
    if int(number) >= MOST or not hmac.compare_digest(_hash(salt, int(number)), hash_):
        raise NotAllowed("bad_work", "手机算的结果不对，请刷新页面再试一次。")


def _hash(salt: str, number: int) -> str:
    return hashlib.sha256(f"{salt}{number}".encode()).hexdigest()


def _check(bound: For, until: int, salt: str, hash_: str) -> str:
    """Keyed, and bound to everything that must not change."""
    return mark_of(bound.campaign.scope, f"work {bound.openid} {bound.key} {until} {salt} {hash_} {MOST}")
