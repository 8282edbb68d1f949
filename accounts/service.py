"""Verbs on accounts. Called by commands and the console; those on organisations are in `accounts.organisations`."""

import re
import secrets
import string
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from accounts.directory import STAMP
from accounts.keys import check_key
from accounts.profile import Profile
from core.errors import ConfigError, Conflict, Invalid, NotFound
from models.accounts import Account, Organisation
from models.stamps import raise_stamp
from wechat.crypto import decode_aes_key

_LIMITS = {"name": ("名称", 100), "appid": ("AppID", 64)}
_REAL_APPID = re.compile(r"wx[0-9a-f]{16}")
FIELDS = {
    "name": "名称",
    "kind": "类型",
    "verified": "认证",
    "appid": "AppID",
    "token": "Token",
    "secret": "AppSecret",
    "aes_key": "EncodingAESKey",
}
"""What people call what they may change of an account."""
KINDS = {"subscription": "订阅号（公众号）", "service": "服务号", "test": "测试号"}
_TOKEN = re.compile(r"[A-Za-z0-9]{3,32}")


@dataclass(frozen=True)
class NewAccount:
    """What a person enters for a new account. Without an AES key it runs in plaintext mode."""

    key: str
    name: str
    appid: str
    token: str = field(repr=False)
    secret: str = field(repr=False)
    aes_key: str | None = field(default=None, repr=False)
    kind: str = "subscription"
    verified: bool = False
    demo: bool = False
    organisation: str | None = None


def add_account(session: Session, new: NewAccount, now: datetime) -> Account:
    """Store an account; its organisation is made where none is named.

    Raises Invalid (a field's form), NotFound (the organisation) or Conflict (key or AppID taken).
    """
    _check_new(new)
    taken = session.scalar(select(Account).where((Account.key == new.key) | (Account.appid == new.appid)))
    if taken is not None:
        closed = "，现在停用着：请在「公众号」列表里恢复它" if taken.closed_at else ""
        raise Conflict("account_taken", f"公众号 {new.key} 或 AppID {new.appid} 已经登记过{closed}")
    account = Account(
        organisation_id=_organisation_for(session, new).id,
        key=new.key,
        name=new.name,
        kind=new.kind,
        verified=new.verified,
        demo=new.demo,
        appid=new.appid,
        mode="aes" if new.aes_key else "plain",
        token=new.token,
        secret=new.secret,
        aes_key=new.aes_key,
        profile={},
        created_at=now,
    )
    session.add(account)
    session.flush()
    raise_stamp(session, STAMP)
    return account


def get_account(session: Session, key: str) -> Account:
    """Raises NotFound."""
    account = session.scalar(select(Account).where(Account.key == key))
    if account is None:
        raise NotFound("no_account", f"没有名为「{key}」的公众号；用 flask accounts list 查看")
    return account


def list_accounts(session: Session, organisation_ids: Sequence[int]) -> list[Account]:
    """Those of these organisations, by name."""
    query = select(Account).where(Account.organisation_id.in_(organisation_ids))
    return list(session.scalars(query.order_by(Account.name, Account.id)))


def set_profile(session: Session, account: Account, profile: Profile) -> None:
    """Replace the account's texts and contacts."""
    account.profile = profile.model_dump(mode="json", exclude_defaults=True)
    raise_stamp(session, STAMP)


def refuse_real_accounts(session: Session) -> None:
    """The simulator is given secrets and plays the platform: never beside a real account. Raises ConfigError."""
    accounts = session.scalars(select(Account).order_by(Account.key))
    real = [account.key for account in accounts if not account.demo and is_real(account.appid)]
    if real:
        raise ConfigError(
            "simulator",
            f"已登记真实的公众号（{'、'.join(real)}），不能同时开启模拟器："
            "请在 config.yaml 里设置 simulator.enabled: false",
        )


def is_real(appid: str) -> bool:
    """Does it look like an AppID that the platform gave out?"""
    return _REAL_APPID.fullmatch(appid) is not None


@dataclass(frozen=True)
class AccountChanges:
    """What a form says of an account. An empty token, secret or AES key stays as it is."""

    name: str
    kind: str
    verified: bool
    appid: str
    token: str = field(default="", repr=False)
    secret: str = field(default="", repr=False)
    aes_key: str = field(default="", repr=False)


def changed_fields(account: Account, changes: AccountChanges) -> list[str]:
    """What people call that which `changes` would change."""
    kept = {name for name in ("token", "secret", "aes_key") if not getattr(changes, name)}
    return [
        title
        for name, title in FIELDS.items()
        if name not in kept and getattr(changes, name) != getattr(account, name)
    ]


def save_account(session: Session, account_id: int, version: int, changes: AccountChanges) -> None:
    """Take over a form.

    Raises Invalid (a field's form) or Conflict: the AppID is taken, or somebody changed the account since `version`.
    """
    account = session.get_one(Account, account_id)
    entered = NewAccount(
        key=account.key,
        name=changes.name,
        kind=changes.kind,
        verified=changes.verified,
        appid=changes.appid,
        token=changes.token or account.token,
        secret=changes.secret or account.secret,
        aes_key=changes.aes_key or account.aes_key,
    )
    _check_new(entered)
    values = {name: getattr(entered, name) for name in FIELDS}
    query = select(Account.key).where(Account.appid == changes.appid, Account.id != account_id)
    if session.scalar(query) is not None:
        raise Conflict("account_taken", f"AppID {changes.appid} 已经登记过，请核对。")
    mode = "aes" if values["aes_key"] else account.mode
    done = session.execute(
        update(Account)
        .where(Account.id == account_id, Account.version == version)
        .values(**values, mode=mode, version=version + 1)
        .execution_options(synchronize_session=False)
        .returning(Account.id)
    )
    if done.first() is None:
        raise Conflict("changed", "您打开这个页面以后，别人改过这个公众号。")
    raise_stamp(session, STAMP)


def change_account(
    session: Session,
    account: Account,
    *,
    name: str | None = None,
    token: str | None = None,
    secret: str | None = None,
    aes_key: str | None = None,
    verified: bool | None = None,
) -> None:
    """Change what is given, None leaves as it is; an AES key switches an account to safe mode. Raises Invalid."""
    changed = NewAccount(
        key=account.key,
        name=name or account.name,
        appid=account.appid,
        token=token or account.token,
        secret=secret or account.secret,
        aes_key=aes_key or account.aes_key,
    )
    _check_new(changed)
    account.name, account.token, account.secret = changed.name, changed.token, changed.secret
    account.aes_key, account.mode = changed.aes_key, "aes" if changed.aes_key else account.mode
    account.verified = account.verified if verified is None else verified
    account.version += 1
    session.flush()
    raise_stamp(session, STAMP)


def demo_credentials(key: str) -> NewAccount:
    """Credentials for a demonstration account, random per installation."""
    letters = string.ascii_letters + string.digits
    return NewAccount(
        key=key,
        name="海湾工会",
        appid="wxdemo" + secrets.token_hex(6),
        token="".join(secrets.choice(letters) for _ in range(24)),
        secret=secrets.token_hex(16),
        aes_key="".join(secrets.choice(letters) for _ in range(42)) + "A",
        kind="service",
        verified=True,
        demo=True,
    )


def _check_new(new: NewAccount) -> None:
    check_key(new.key, "公众号")
    if not _TOKEN.fullmatch(new.token):
        raise Invalid(
            "bad_token", "Token 应为 3 至 32 位字母或数字，与微信开发者平台「消息推送配置」里填的一致"
        )
    if new.kind not in KINDS:
        raise Invalid("bad_kind", "请选择公众号的类型：订阅号、服务号或测试号")
    if not new.name or not new.appid or not new.secret:
        raise Invalid("missing", "名称、AppID、AppSecret 都不能为空")
    for field_name, (title, limit) in _LIMITS.items():
        if len(getattr(new, field_name)) > limit:
            raise Invalid("too_long", f"{title}最多 {limit} 个字")
    if new.aes_key:
        try:
            decode_aes_key(new.aes_key)
        except ValueError as error:
            raise Invalid("bad_aes_key", str(error)) from None


def _organisation_for(session: Session, new: NewAccount) -> Organisation:
    if new.organisation is not None:
        found = session.scalar(select(Organisation).where(Organisation.key == new.organisation))
        if found is None:
            raise NotFound("no_organisation", f"没有名为「{new.organisation}」的组织")
        return found
    taken = session.scalar(select(Organisation.name).where(Organisation.key == new.key))
    if taken is not None:
        raise Conflict(
            "organisation_taken",
            f"组织 {new.key}（{taken}）已经存在：公众号属于它请加 --organisation {new.key}，否则换一个 KEY",
        )
    organisation = Organisation(key=new.key, name=new.name)
    session.add(organisation)
    session.flush()
    return organisation
