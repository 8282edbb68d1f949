"""A jury over the works of one campaign, brought on by service."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from campaigns.jury import jurors, marking, rounds
from campaigns.jury.results import standings_of
from campaigns.jury.rounds import RoundDraft
from campaigns.jury.scoring import Ranked
from campaigns.jury.store import find_holders, get_round, list_jurors, list_tasks
from campaigns.jury.tables import Juror, JuryRound, JuryTask
from campaigns.view import CampaignView
from core.ids import public_id
from models.accounts import Account
from models.db import Database
from models.staff import Staff
from staff.roles import Role
from staff.service import give_role
from tests.campaigns.desk import OPENS, Campaigns
from tests.campaigns.jury.works import WORKS, Works

NOW = OPENS + timedelta(hours=1)


@dataclass
class Panel:
    """`jurors` by name."""

    db: Database
    campaign: CampaignView
    organisation_id: int
    jurors: dict[str, Juror]
    works: Works = field(default_factory=lambda: WORKS)

    def name(self, *named: tuple[str, str]) -> None:
        """Jurors (login, unit), each with an account of the console and the role."""
        with self.db.work() as session:
            for login, _ in named:
                staff = _staff(login)
                session.add(staff)
                session.flush()
                give_role(session, staff, self.organisation_id, Role.JUDGE, by="anna", now=NOW)
            jurors.add_jurors(session, self.campaign, [self.organisation_id], named, "anna", NOW)
        self.refresh()

    def refresh(self) -> None:
        with self.db.read() as session:
            self.jurors = {one.staff.login: one.juror for one in list_jurors(session, self.campaign)}

    def draft(self, method: str = "stars", **more: object) -> JuryRound:
        with self.db.work() as session:
            return rounds.add_round(session, self.campaign, RoundDraft("初评", method, **more), "anna", NOW)

    def open(self, method: str = "stars", **more: object) -> JuryRound:
        made = self.draft(method, **more)
        with self.db.work() as session:
            rounds.open_round(session, self.campaign, made, made.version, "anna", NOW)
        return self.get(made)

    def get(self, round_: JuryRound) -> JuryRound:
        with self.db.read() as session:
            return get_round(session, self.campaign, round_.public_id)

    def close(self, round_: JuryRound) -> list[Ranked]:
        with self.db.work() as session:
            rounds.close_round(session, self.campaign, round_, self.get(round_).version, "anna", NOW)
        return self.standings(round_)

    def standings(self, round_: JuryRound) -> list[Ranked]:
        with self.db.read() as session:
            return standings_of(session, self.campaign, self.get(round_))

    def tasks(self, round_: JuryRound, login: str) -> list[JuryTask]:
        with self.db.read() as session:
            return list_tasks(session, self.campaign, round_, self.jurors[login])

    def numbers(self, round_: JuryRound, login: str) -> list[int]:
        return [one.number for one in self.tasks(round_, login)]

    def holders(self, round_: JuryRound, number: int) -> list[str]:
        """Who has to judge an entry, or has."""
        names = {juror.id: login for login, juror in self.jurors.items()}
        with self.db.read() as session:
            rows = find_holders(session, round_, [number])[number]
        return sorted(names[one.juror_id] for one in rows if one.state != "recused")

    def mark(self, round_: JuryRound, login: str, number: int, value: int, now: datetime = NOW) -> None:
        with self.db.work() as session:
            marking.mark(session, round_, self.jurors[login], number, value, now, 7)

    def mark_all(self, round_: JuryRound, value_of: dict[int, int] | int) -> None:
        """Everybody judges all they have."""
        for login in self.jurors:
            for number in self.numbers(round_, login):
                value = value_of if isinstance(value_of, int) else value_of[number]
                self.mark(round_, login, number, value)

    def recuse(self, round_: JuryRound, login: str, number: int) -> bool:
        with self.db.work() as session:
            return marking.recuse(session, self.campaign, round_, self.jurors[login], number, NOW)

    def take_back(self, round_: JuryRound, login: str, number: int) -> None:
        with self.db.work() as session:
            marking.take_back(session, round_, self.jurors[login], number, NOW)

    def order(self, round_: JuryRound, login: str, numbers: Sequence[int]) -> None:
        with self.db.work() as session:
            marking.put_in_order(session, self.campaign, round_, self.jurors[login], numbers, NOW)


def _staff(login: str) -> Staff:
    """Without a password: to hash one takes longer than a test."""
    return Staff(
        public_id=public_id(),
        login=login,
        name=f"{login} 同志",
        password_hash="none",
        must_change_password=False,
        created_at=NOW,
    )


def make_panel(campaigns: Campaigns) -> Panel:
    """Of a campaign that is live, without works and jurors."""
    WORKS.entries.clear()
    campaign = campaigns.live()
    with campaigns.db.read() as session:
        organisation_id = session.get_one(Account, campaigns.account_id).organisation_id
    return Panel(campaigns.db, campaign, organisation_id, {})
