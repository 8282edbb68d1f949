"""All accounts of the installation in memory, ready for the webhook; reloaded when their stamp changes."""

from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.chains import chain_of
from accounts.profile import Profile, check_profile
from core.errors import Invalid, NotFound
from core.logs import get_logger
from models.accounts import Account, Organisation
from wechat.crypto import MessageCrypto
from wechat.gate import Gate

STAMP = "accounts"
log = get_logger(__name__)


@dataclass(frozen=True, slots=True)
class OrganisationView:
    """A union in the tree. `chain`: its own id, then its parents' up to the root."""

    id: int
    key: str
    name: str
    chain: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class AccountView:
    """An account as the running service uses it. Secrets are not shown by repr."""

    id: int
    key: str
    name: str
    kind: str
    verified: bool
    demo: bool
    appid: str
    secret: str = field(repr=False)
    organisation_id: int
    organisation_ids: tuple[int, ...]
    """The account's organisation first, then its parents up to the root: content nearer wins."""
    h5_url: str
    site_url: str
    profile: Profile = field(repr=False)
    gate: Gate = field(repr=False)


class AccountDirectory:
    """Accounts by key and id. Reads are plain dictionary look-ups; `reload` swaps in a new set at once."""

    def __init__(self, public_url: str, max_age_s: int) -> None:
        self._public_url = public_url
        self._max_age_s = max_age_s
        self._by_key: dict[str, AccountView] = {}
        self._by_id: dict[int, AccountView] = {}
        self._organisations: dict[str, OrganisationView] = {}

    def find(self, key: str) -> AccountView | None:
        return self._by_key.get(key)

    def get(self, key: str) -> AccountView:
        """Raises NotFound."""
        account = self._by_key.get(key)
        if account is None:
            raise NotFound("no_account", f"没有名为「{key}」的公众号")
        return account

    def get_by_id(self, account_id: int) -> AccountView:
        """Raises NotFound."""
        account = self._by_id.get(account_id)
        if account is None:
            raise NotFound("no_account", "公众号不存在或已停用")
        return account

    def all(self) -> tuple[AccountView, ...]:
        return tuple(self._by_key.values())

    def organisations(self) -> tuple[OrganisationView, ...]:
        """The whole tree, parents before their children, by name."""
        return tuple(self._organisations.values())

    def find_organisation(self, key: str) -> OrganisationView | None:
        return self._organisations.get(key)

    def reload(self, session: Session) -> None:
        """Read all accounts that are not closed. One that can't be used (a damaged key or profile) is left out and logged; the others go on."""
        rows = session.execute(
            select(Organisation.id, Organisation.key, Organisation.name, Organisation.parent_id)
        ).all()
        parents = {row.id: row.parent_id for row in rows}
        names = {row.id: row.name for row in rows}
        organisations = [
            OrganisationView(row.id, row.key, row.name, chain_of(row.id, parents)) for row in rows
        ]
        organisations.sort(key=lambda one: [(names[id_], id_) for id_ in reversed(one.chain)])
        views: dict[str, AccountView] = {}
        open_ones = select(Account).where(Account.closed_at.is_(None))
        for account in session.scalars(open_ones.order_by(Account.key)):
            try:
                views[account.key] = self._view(account, chain_of(account.organisation_id, parents))
            except (ValueError, Invalid) as error:
                log.error("account_unusable", account=account.key, error=error)
        self._organisations = {one.key: one for one in organisations}
        self._by_id = {view.id: view for view in views.values()}
        self._by_key = views

    def _view(self, account: Account, chain: tuple[int, ...]) -> AccountView:
        crypto = MessageCrypto(account.token, account.aes_key, account.appid) if account.aes_key else None
        return AccountView(
            id=account.id,
            key=account.key,
            name=account.name,
            kind=account.kind,
            verified=account.verified,
            demo=account.demo,
            appid=account.appid,
            secret=account.secret,
            organisation_id=account.organisation_id,
            organisation_ids=chain,
            h5_url=f"{self._public_url}/h5/{account.key}",
            site_url=self._public_url,
            profile=check_profile(account.profile, f"公众号 {account.key} 的资料"),
            gate=Gate(
                account.token, crypto, plaintext_allowed=account.mode == "plain", max_age_s=self._max_age_s
            ),
        )
