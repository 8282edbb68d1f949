"""The second factor: time codes (RFC 6238) of an authenticator, each good once, and recovery codes for a lost phone."""

import hashlib
import hmac
import unicodedata
from datetime import datetime

import pyotp
import segno
from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from core.ids import public_id
from models.staff import RecoveryCode, Staff
from models.upsert import count_rows

_STEP_S = 30
_RECOVERY_CODES = 10
_RECOVERY_LETTERS = 10


def new_secret() -> str:
    return pyotp.random_base32()


def enrolment_svg(secret: str, login: str) -> str:
    """The picture that an authenticator reads, as SVG without a size of its own."""
    address = pyotp.TOTP(secret).provisioning_uri(name=login, issuer_name="指尖之家")
    return str(segno.make(address, micro=False).svg_inline(scale=5, omitsize=True))


def step_of(secret: str, code: str, now: datetime) -> int | None:
    """The time step `code` belongs to (the one before and the one after count too: clocks differ); None for a wrong code."""
    current = int(now.timestamp()) // _STEP_S
    totp = pyotp.TOTP(secret)
    for step in (current, current - 1, current + 1):
        if hmac.compare_digest(totp.generate_otp(step).encode(), _as_shown(code).encode()):
            return step
    return None


def take_code(session: Session, staff: Staff, code: str, now: datetime) -> bool:
    """Use up a time code or a recovery code; False where it is wrong or was used before. Holds under concurrency."""
    if staff.totp_secret is None:
        return False
    step = step_of(staff.totp_secret, code, now)
    if step is None:
        return _take_recovery(session, staff.id, code)
    used = update(Staff).where(Staff.id == staff.id, Staff.totp_used < step).values(totp_used=step)
    return count_rows(session.execute(used.execution_options(synchronize_session=False))) == 1


def new_recovery_codes(session: Session, staff_id: int) -> list[str]:
    """Ten codes to write down; those before are void."""
    session.execute(delete(RecoveryCode).where(RecoveryCode.staff_id == staff_id))
    codes = [public_id(_RECOVERY_LETTERS) for _ in range(_RECOVERY_CODES)]
    session.add_all(RecoveryCode(staff_id=staff_id, code_hash=_hash(code)) for code in codes)
    return codes


def count_recovery_codes(session: Session, staff_id: int) -> int:
    """How many are left."""
    query = select(func.count()).where(RecoveryCode.staff_id == staff_id)
    return session.scalar(query) or 0


def _take_recovery(session: Session, staff_id: int, code: str) -> bool:
    used = delete(RecoveryCode).where(
        RecoveryCode.staff_id == staff_id, RecoveryCode.code_hash == _hash(_as_shown(code))
    )
    return count_rows(session.execute(used)) == 1


def _as_shown(code: str) -> str:
    """Without what keyboards and people add: spaces, full width, capitals."""
    return "".join(unicodedata.normalize("NFKC", code).split()).lower()


def _hash(code: str) -> str:
    # Fifty random bits need no slow hash.
    return hashlib.sha256(code.encode()).hexdigest()
