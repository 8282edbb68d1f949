"""Names for things: public ids for URLs, trace ids for logs; and the numbers that forms and lists send back."""

import secrets

_ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"


def public_id(length: int = 12) -> str:
    """A random id for URLs, without letters that people mix up; 12 characters hold 59 bits."""
    # Three bits more than a letter needs, each: what is left of a bias is beyond measuring, and it is one call.
    number = secrets.randbits(8 * length + 32)
    letters = []
    for _ in range(length):
        number, letter = divmod(number, len(_ALPHABET))
        letters.append(_ALPHABET[letter])
    return "".join(letters)


def trace_id() -> str:
    """A short id that a person can read out on the telephone and an operator can search for."""
    return public_id(8)


def row_number(text: str) -> int:
    """A row's id or version as an address or a form sends it. Raises ValueError for what its column can't be compared with:
    PostgreSQL and SQLite would raise errors of their own."""
    return _number(text, 2**31)


def long_row_number(text: str) -> int:
    """As `row_number`, of tables that grow (`models.types.BigId`)."""
    return _number(text, 2**63)


def _number(text: str, end: int) -> int:
    number = int(text)
    if not 0 < number < end:
        raise ValueError(text)
    return number
