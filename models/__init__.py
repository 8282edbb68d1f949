"""The tables, one module per feature, and the unit of work that reads and writes them.

Importing this package brings in every table, so that Alembic and foreign keys see the whole schema.
"""

from models.accounts import Account, DomainFile, Organisation, QuotaUse, RemovedContact
from models.audit import AuditEntry, AuditHead
from models.base import Base
from models.campaigns import Campaign, CampaignExport
from models.columns import Column, ColumnItem
from models.content import ContentStamp, Entry, KeywordRule, Synonym, TrainedClassifier
from models.faq import EntryDraft, EntryUpload, EntryVersion
from models.gaps import AskedQuestion, GapLine, GapList, QuestionDay
from models.jobs import JournalOffset, OutboxItem
from models.ledger import Person, Request, Use
from models.members import (
    Consent,
    Member,
    MemberTag,
    Scene,
    SceneDay,
    SceneScan,
    StaffLink,
    Tag,
    TagSync,
)
from models.menus import MenuChange, MenuDraft, MenuVariant, MenuVersion
from models.messages import MessageLog, PendingTurn
from models.prizes import Chance, CreditOrder, Draw, DrawExclusion, DrawTurn, Prize, PrizeCode, Win
from models.push import MassResult, Push
from models.quotas import ApiQuota, ApiUse, MessageWindow
from models.staff import Grant, RecoveryCode, SignInTries, Staff, StaffSession
from models.statutes import Statute, StatuteArticle
from models.wall import HelpRequest
from models.workdays import Workday, WorkdayYear

__all__ = [
    "Account",
    "ApiQuota",
    "ApiUse",
    "AskedQuestion",
    "AuditEntry",
    "AuditHead",
    "Base",
    "Campaign",
    "CampaignExport",
    "Chance",
    "Column",
    "ColumnItem",
    "Consent",
    "ContentStamp",
    "CreditOrder",
    "DomainFile",
    "Draw",
    "DrawExclusion",
    "DrawTurn",
    "Entry",
    "EntryDraft",
    "EntryUpload",
    "EntryVersion",
    "GapLine",
    "GapList",
    "Grant",
    "HelpRequest",
    "JournalOffset",
    "KeywordRule",
    "MassResult",
    "Member",
    "MemberTag",
    "MenuChange",
    "MenuDraft",
    "MenuVariant",
    "MenuVersion",
    "MessageLog",
    "MessageWindow",
    "Organisation",
    "OutboxItem",
    "PendingTurn",
    "Person",
    "Prize",
    "PrizeCode",
    "Push",
    "QuestionDay",
    "QuotaUse",
    "RecoveryCode",
    "RemovedContact",
    "Request",
    "Scene",
    "SceneDay",
    "SceneScan",
    "SignInTries",
    "Staff",
    "StaffLink",
    "StaffSession",
    "Statute",
    "StatuteArticle",
    "Synonym",
    "Tag",
    "TagSync",
    "TrainedClassifier",
    "Use",
    "Win",
    "Workday",
    "WorkdayYear",
]
