"""Entries for these tests."""

from typing import Any

from faq.files import EntryRow
from faq.store import EntryView


def entry(code: str, **changes: Any) -> EntryView:
    fields: dict[str, Any] = {
        "id": 1,
        "public_id": f"public{code}",
        "organisation_id": 1,
        "code": code,
        "topic": "",
        "category": "",
        "question": f"{code} 怎么办？",
        "alternates": (),
        "answer": "先留好证据。",
        "details": "",
        "citations": (),
        "region": "",
        "valid_from": None,
        "valid_until": None,
        "checked_on": None,
    }
    return EntryView(**{**fields, **changes})


def row(code: str, question: str, **changes: Any) -> EntryRow:
    fields: dict[str, Any] = {
        "code": code,
        "topic": "",
        "category": "",
        "question": question,
        "alternates": (),
        "answer": f"{question}先留好证据。",
        "details": "",
        "citations": (),
        "region": "",
        "valid_from": None,
        "valid_until": None,
        "checked_on": None,
    }
    return EntryRow(**{**fields, **changes})
