"""Receipt numbers: a ballot's id and a keyed check, so that a voter finds their ballot and nobody guesses another's."""

import re

from campaigns.view import CampaignView
from core.errors import NotFound
from members.ledger import mark_of

_LETTERS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
_FORM = re.compile(rf"([{_LETTERS}]{{1,13}})-([{_LETTERS}]{{7}})")
_CHECK_SPACE = len(_LETTERS) ** 7


def receipt_of(campaign: CampaignView, ballot_id: int) -> str:
    """Such as 8K3F-7QXW2MA; the check holds 34 bits."""
    return f"{_text(ballot_id, 1)}-{_check(campaign, ballot_id)}"


def ballot_of(campaign: CampaignView, receipt: str) -> int:
    """The id of its ballot; spaces and small letters do no harm. Raises NotFound."""
    form = _FORM.fullmatch("".join(receipt.split()).upper())
    if form is not None:
        ballot_id = _number(form[1])
        if ballot_id < 2**63 and _check(campaign, ballot_id) == form[2]:
            return ballot_id
    raise NotFound("no_receipt", "没有这个回执号，请核对一遍：字母和数字都要一样。")


def _check(campaign: CampaignView, ballot_id: int) -> str:
    return _text(int(mark_of(campaign.scope, f"receipt {ballot_id}"), 16) % _CHECK_SPACE, 7)


def _text(number: int, least: int) -> str:
    letters: list[str] = []
    while number or len(letters) < least:
        number, letter = divmod(number, len(_LETTERS))
        letters.append(_LETTERS[letter])
    return "".join(reversed(letters))


def _number(text: str) -> int:
    number = 0
    for letter in text:
        number = number * len(_LETTERS) + _LETTERS.index(letter)
    return number
