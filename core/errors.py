"""The tree of errors that rules and services raise.

They know nothing of HTTP or of the chat: `web.errors` turns them into pages, `handlers.router` into chat wording.
"""

from typing import Any


class DomainError(Exception):
    """Something a person asked for can't be done.

    `code` is a stable word for programs, `message` a Chinese sentence that says what happened and what to do,
    `facts` are plain values for logs and pages (never secrets or personal data).
    """

    status = 400

    def __init__(self, code: str, message: str, **facts: Any) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.facts = facts

    def __str__(self) -> str:
        return self.message


class Invalid(DomainError):
    """Input from outside is not of the form it must have."""

    status = 422


class NotFound(DomainError):
    """There is no such thing, or it belongs to another tenant (which must look the same)."""

    status = 404


class NotAllowed(DomainError):
    """The person is known, and may not do this."""

    status = 403


class Conflict(DomainError):
    """Somebody else changed or took the thing first."""

    status = 409


class Closed(DomainError):
    """The thing exists, but not at this time."""

    status = 409


class SoldOut(DomainError):
    """A scarce thing (a quota, a stock, a place) is used up."""

    status = 409


class ConfigError(DomainError):
    """A setting or a data file is wrong; the message names the place. Commands print it and exit with 1."""

    status = 500


class TenantMissing(RuntimeError):
    """A query on rows of accounts or organisations named none of them: a programming error, never a person's."""
