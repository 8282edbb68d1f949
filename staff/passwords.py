"""Passwords: argon2id hashes, and rules by how easily one is guessed (zxcvbn)."""

import importlib
import secrets
from collections.abc import Sequence
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError

from core.errors import Invalid

_SHORTEST = 10
_LONGEST = 200
_STRONG = 3
"""Of zxcvbn's 0 to 4: withstands 10^8 guesses."""

_HASHER = PasswordHasher()


def first_password() -> str:
    """Random, and without letters that people mix up on paper."""
    letters = "abcdefghjkmnpqrstuvwxyz23456789"
    return "-".join("".join(secrets.choice(letters) for _ in range(4)) for _ in range(4))


def hash_password(password: str) -> str:
    return _HASHER.hash(password)


@cache
def _nobodys_hash() -> str:
    """Checked for names that do not exist, so that they take as long as those that do."""
    return hash_password("nobody")


def is_right(password: str, hashed: str | None) -> bool:
    """Takes the same time whether there is such a person (`hashed`) or not (None)."""
    try:
        _HASHER.verify(hashed or _nobodys_hash(), password)
    except (VerifyMismatchError, InvalidHashError):
        return False
    return hashed is not None


def check_strength(password: str, about: Sequence[str] = ()) -> None:
    """Raises Invalid (Chinese) for a password that is short, or easily guessed by somebody who knows `about` the person."""
    if len(password) < _SHORTEST:
        raise Invalid("weak_password", f"密码至少要 {_SHORTEST} 位；几个不相干的词连在一起，好记又安全")
    if len(password) > _LONGEST:
        raise Invalid("weak_password", f"密码最长 {_LONGEST} 位")
    # Its word lists take a tenth of a second and some megabytes: only the process that is asked loads them.
    guess = importlib.import_module("zxcvbn").zxcvbn
    if guess(password[:72], user_inputs=[one for one in about if one])["score"] < _STRONG:
        raise Invalid(
            "weak_password",
            "这个密码太容易被猜到：不要用名字、生日、键盘顺序或常见词，换几个不相干的词连在一起",
        )
