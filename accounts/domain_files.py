"""The platform's check files (MP_verify_….txt): kept for an account, served at the root to whoever asks."""

import re
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from core.errors import Conflict, Invalid, NotFound
from models.accounts import DomainFile
from models.upsert import insert_missing

NAME = re.compile(r"MP_verify_[A-Za-z0-9]{16}\.txt")
_CONTENT = re.compile(r"[A-Za-z0-9]{1,32}")
MAX_BYTES = 1024


def keep_file(session: Session, account_id: int, name: str, content: bytes, now: datetime) -> DomainFile:
    """Keep a file; one of the same name is replaced. Raises Invalid (name, content), Conflict (another account's)."""
    if not NAME.fullmatch(name):
        raise Invalid(
            "bad_name", "文件名不对：应是公众平台下载的 MP_verify_ 加 16 位字母数字的 .txt 文件，请不要改名。"
        )
    text = content[:MAX_BYTES].decode("ascii", "replace").strip()
    if not _CONTENT.fullmatch(text):
        raise Invalid(
            "bad_content", "文件的内容不对：应只有一行字母和数字。请从公众平台重新下载，不要打开编辑。"
        )
    row = {"account_id": account_id, "name": name, "content": text, "uploaded_at": now}
    insert_missing(session, DomainFile, [row])
    kept = session.scalar(
        select(DomainFile).where(DomainFile.name == name, DomainFile.account_id == account_id)
    )
    if kept is None:
        raise Conflict("taken", "这个文件已经属于另一个公众号，请在公众平台确认下载的是本公众号的文件。")
    kept.content, kept.uploaded_at = text, now
    return kept


def list_files(session: Session, account_id: int) -> list[DomainFile]:
    """Of one account, newest first."""
    query = select(DomainFile).where(DomainFile.account_id == account_id)
    return list(session.scalars(query.order_by(DomainFile.uploaded_at.desc(), DomainFile.id.desc())))


def remove_file(session: Session, account_id: int, name: str) -> None:
    """Raises NotFound."""
    gone = session.execute(
        delete(DomainFile)
        .where(DomainFile.account_id == account_id, DomainFile.name == name)
        .returning(DomainFile.id)
    )
    if gone.first() is None:
        raise NotFound("no_file", "这个文件已经被删除。")


def find_content(session: Session, name: str) -> str | None:
    """What stands in a file, whosever it is."""
    query = select(DomainFile.content).where(DomainFile.name == name)
    return session.scalar(
        query.execution_options(all_tenants="the platform asks for a file by its name alone")
    )
