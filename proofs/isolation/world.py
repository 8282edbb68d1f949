"""Three unions that have nothing to do with each other, and people who work for them: the seed of the walk."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import update
from sqlalchemy.orm import Session

from accounts import audit
from accounts.profile import check_profile
from accounts.service import NewAccount, add_account, set_profile
from campaigns.kinds.photo.keeping import Keeper
from core.clock import Clock
from core.ids import public_id
from faq.gaps.store import gap_code
from members.staff_links.rules import follower_mark
from models.accounts import Organisation
from models.db import Database
from models.gaps import AskedQuestion, GapLine, GapList
from models.members import StaffLink
from models.staff import Staff
from proofs.isolation.contests import open_contest, publicise_contest
from proofs.isolation.juries import open_jury
from proofs.isolation.rows import add_rows, fingerprint
from proofs.isolation.votes import open_vote
from staff import sessions
from staff.roles import Role
from staff.service import give_role
from staff.sessions import Browser

A, B, C = "iso-a", "iso-b", "iso-c"
"""Two unions of one province, and one of another."""
PROVINCE = "iso-province"
_FAR = 9_000_000
"""Where no key refers to rows: beyond those that are really made."""


@dataclass(frozen=True, slots=True)
class Tenant:
    """A union with one official account of the same key. `mark` stands in all its texts, `address` makes addresses of its
    things, `columns` says which rows are its own."""

    key: str
    mark: str
    address: Mapping[str, Any]
    columns: Mapping[str, Any]
    kinds: Mapping[str, Mapping[str, Any]]
    """What `address` is for pages of one kind of campaign, whose things are none of another's: by the beginnings of their
    endpoints' names."""


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody signed in. `role` and `place` say what they hold; None for nothing."""

    login: str
    role: Role | None
    place: str
    token: str


@dataclass(frozen=True, slots=True)
class World:
    tenants: Mapping[str, Tenant]
    people: tuple[Person, ...]

    def of(self, place: str) -> tuple[Person, ...]:
        """The people of a union."""
        return tuple(one for one in self.people if one.place == place)


def build_world(db: Database, clock: Clock, keeper: Keeper) -> World:
    """Seed a database, and the folders of pictures; to be called once."""
    now = clock()
    with db.work() as session:
        province = _organisation(session, PROVINCE, "全省总工会", None)
        unions = {
            key: _organisation(session, key, f"{mark_of(key)} 工会", province if key != C else None)
            for key in (A, B, C)
        }
        everybody = [(f"{A}-{role.value}", role, A) for role in Role]
        everybody += [(f"{B}-admin", Role.ADMIN, B), (f"{C}-admin", Role.ADMIN, C)]
        everybody += [(f"{B}-privacy", Role.PRIVACY, B), (PROVINCE, Role.ADMIN, PROVINCE)]
        places = {PROVINCE: province, **unions}
        people = [
            _person(session, login, role, place, places[place], now) for login, role, place in everybody
        ]
        people.append(_person(session, "nobody", None, "", None, now))
        tenants = {key: _tenant(session, key, id_, keeper, now) for key, id_ in unions.items()}
    return World(tenants, tuple(people))


def mark_of(key: str) -> str:
    """What stands in all texts of a union."""
    return f"zqxmark{key[-1]}"


def things_of(db: Database, tenant: Tenant) -> dict[str, str]:
    """Everything a union has, by table."""
    with db.read() as session:
        return fingerprint(session, tenant.columns)


def _organisation(session: Session, key: str, name: str, parent_id: int | None) -> int:
    organisation = Organisation(key=key, name=name, parent_id=parent_id)
    session.add(organisation)
    session.flush()
    return organisation.id


def _tenant(session: Session, key: str, organisation_id: int, keeper: Keeper, now: datetime) -> Tenant:
    letter, mark = key[-1], mark_of(key)
    _organisation(session, f"{key}-child", f"{mark} 基层工会", organisation_id)
    account = add_account(session, _account(key, mark), now)
    texts = {"welcome": {"text": mark}, "help": mark, "fallback": mark, "hotline": mark}
    contact = {"district": mark, "department": mark, "phone": mark, "address": mark}
    set_profile(session, account, check_profile({**texts, "contacts": [contact]}, key))
    columns = {"organisation_id": organisation_id, "account_id": account.id, **_names(letter)}
    columns["campaign_id"] = _FAR + account.id  # of ledgers, which have no foreign keys
    ids = add_rows(session, columns, mark, now)
    gap = _gap(session, account.id, ids["asked_questions"])
    _victim(session, mark, columns, now)
    act = audit.Act(
        f"{mark}（{mark}）", "signed_in", mark, organisation_id=organisation_id, facts={"of": mark}
    )
    audit.note(session, act, now)
    names = _names(letter)
    return Tenant(
        key,
        mark,
        {
            **names,
            "account_key": key,
            "organisation_key": key,
            "key": f"{key}-child",
            "token": names["client_msg_id"],
            "gap": gap,
            **dict.fromkeys(("draw_id", "turn_id", "win_id"), names["public_id"]),
            "kind": "csv",
            "step": "basics",
            **dict.fromkeys(("campaign_id", "upload_id"), names["public_id"]),
            **dict.fromkeys(("round_id", "juror_id", "day_id", "screen_id"), names["public_id"]),
            "rule_key": "night",
            "attempt_id": names["public_id"],
            "suffix": "csv",
        },
        columns,
        _campaigns(session, columns, mark, keeper, now),
    )


def _campaigns(
    session: Session, columns: Mapping[str, Any], mark: str, keeper: Keeper, now: datetime
) -> Mapping[str, Mapping[str, Any]]:
    """A vote, and a contest with its jury. See `Tenant.kinds`."""
    account_id, openid = columns["account_id"], f"o{mark}"
    vote = open_vote(session, account_id, mark, openid, now).address()
    contest = open_contest(session, account_id, mark, openid, keeper, now)
    jury = open_jury(session, contest.campaign, [columns["organisation_id"]], mark, f"{openid}-1", now)
    public = publicise_contest(session, contest, mark, openid, now)
    return {"vote": vote, "ballot_": vote, "photo": public.address(), **jury.addresses()}


def _names(letter: str) -> dict[str, Any]:
    """What stands in addresses, the same in all tables of a union, so that one address leads to a thing of any of them."""
    return {
        "public_id": letter * 12,
        "code": f"code{letter * 12}",
        "entry_code": f"code{letter * 12}",
        "number": 11 + "abc".index(letter),
        **dict.fromkeys(("win_id", "chance_id", "turn_id", "person_id"), _FAR + "abc".index(letter)),
        "message_key": f"message-{letter}",
        "client_msg_id": f"token-{letter}",
        "name": f"MP_verify_{letter * 16}.txt",
    }


def _account(key: str, mark: str) -> NewAccount:
    return NewAccount(
        key=key,
        name=f"{mark} 公众号",
        appid=f"wxtest-{key}",
        token="token1234567",
        secret="s3cretS3cretS3cretS3cretS3cret00",
        kind="service",
        verified=True,
        organisation=key,
        demo=True,
    )


def _gap(session: Session, account_id: int, question_id: int) -> str:
    """The code of a gap that holds a question and stands in the list of thirty days."""
    code = gap_code(account_id, question_id)
    for table, values in (
        (AskedQuestion, {"gap": code}),
        (GapList, {"days": 30}),
        (GapLine, {"gap": code, "days": 30}),
    ):
        session.execute(update(table).where(table.account_id == account_id).values(**values))
    return code


def _victim(session: Session, mark: str, columns: Mapping[str, Any], now: datetime) -> None:
    """Whom administrators may reset and put out without the walk losing one of its own people."""
    staff = _staff(mark, f"{mark} 同志", columns["public_id"], now)
    session.add(staff)
    session.flush()
    for role in (Role.EDITOR, Role.JUDGE):
        give_role(session, staff, columns["organisation_id"], role, by=mark, now=now)
    account_id = columns["account_id"]
    own = {"mark": follower_mark(account_id, f"o{mark}-staff"), "linked_at": now}
    session.add(StaffLink(account_id=account_id, staff_id=staff.id, code_hash=mark, code_until=now, **own))


def _person(
    session: Session, login: str, role: Role | None, place: str, organisation_id: int | None, now: datetime
) -> Person:
    staff = _staff(login, login, public_id(), now)
    session.add(staff)
    session.flush()
    if role is not None and organisation_id is not None:
        give_role(session, staff, organisation_id, role, by="proof", now=now)
    token = sessions.start(session, staff, Browser("127.0.0.1", "proof"), now)
    return Person(login, role, place, token)


def _staff(login: str, name: str, public: str, now: datetime) -> Staff:
    return Staff(
        public_id=public,
        login=login,
        name=name,
        password_hash="none: nobody signs in with it",
        must_change_password=False,
        totp_secret="JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP",
        created_at=now,
    )
