"""The tables, one module per feature, and the unit of work that reads and writes them.

Importing this package brings in every table, so that Alembic and foreign keys see the whole schema.
"""

from models.accounts import Account, Organisation, QuotaUse
from models.audit import AuditEntry, AuditHead
from models.base import Base
from models.content import ContentStamp, Entry, KeywordRule, MenuVersion, Synonym, TrainedClassifier
from models.gaps import AskedQuestion
from models.jobs import JournalOffset, OutboxItem
from models.members import Member
from models.messages import MessageLog, PendingTurn
from models.push import MassResult, Push
from models.staff import Grant, RecoveryCode, SignInTries, Staff, StaffSession
from models.statutes import Statute, StatuteArticle
from models.wall import HelpRequest

__all__ = [
    "Account",
    "AskedQuestion",
    "AuditEntry",
    "AuditHead",
    "Base",
    "ContentStamp",
    "Entry",
    "Grant",
    "HelpRequest",
    "JournalOffset",
    "KeywordRule",
    "MassResult",
    "Member",
    "MenuVersion",
    "MessageLog",
    "Organisation",
    "OutboxItem",
    "PendingTurn",
    "Push",
    "QuotaUse",
    "RecoveryCode",
    "SignInTries",
    "Staff",
    "StaffSession",
    "Statute",
    "StatuteArticle",
    "Synonym",
    "TrainedClassifier",
]
