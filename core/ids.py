"""Names for things: public ids for URLs, trace ids for logs. Integers stay inside."""

import secrets

_ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"


def public_id(length: int = 12) -> str:
    """A random id for URLs, without letters that people mix up; 12 characters hold 59 bits."""
    return "".join(secrets.choice(_ALPHABET) for _ in range(length))


def trace_id() -> str:
    """A short id that a person can read out on the telephone and an operator can search for."""
    return public_id(8)
