"""All parts of one simulator, wired once; the blueprints get this and nothing else."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass

from .accounts import Account, AccountBook
from .articles import Articles
from .bubbles import Bubbles
from .chat_log import ChatLog
from .database import Database
from .delivery import Delivery, Parcel
from .exchanges import Exchange, Exchanges
from .faults import FaultBoard
from .followers import Followers
from .jobs import Jobs
from .media_store import MediaStore
from .menus import Menus
from .person import Person
from .qrcodes import QrCodes
from .settings import Settings
from .tags import Tags

Clock = Callable[[], float]


@dataclass(frozen=True, slots=True)
class World:
    """The parts. `clock` gives Unix seconds; tests may pass their own."""

    settings: Settings
    clock: Clock
    database: Database
    book: AccountBook
    faults: FaultBoard
    followers: Followers
    chat: ChatLog
    exchanges: Exchanges
    media: MediaStore
    articles: Articles
    menus: Menus
    tags: Tags
    qrcodes: QrCodes
    bubbles: Bubbles
    delivery: Delivery
    person: Person
    jobs: Jobs

    def accounts(self) -> tuple[Account, ...]:
        """The accounts of the file; a new one gets its demonstration followers."""
        accounts = self.book.all()
        for account in accounts:
            self.followers.ensure_demo(account)
        return accounts

    def subscriptions_left(self, account: str, openid: str, template_id: str) -> bool:
        """Whether the follower accepted notices of this template."""
        found = self.database.value(
            "SELECT accepted FROM subscriptions WHERE account=? AND openid=? AND template_id=?",
            account, openid, template_id,
        )  # fmt: skip
        return bool(found)

    def note_subscription(self, account: str, openid: str, template_id: str, accepted: bool) -> None:
        """The follower accepted or refused notices of this template."""
        self.database.run(
            "INSERT INTO subscriptions VALUES (?, ?, ?, ?) "
            "ON CONFLICT (account, openid, template_id) DO UPDATE SET accepted=excluded.accepted",
            account, openid, template_id, int(accepted),
        )  # fmt: skip

    def tell(self, parcel: Parcel) -> Exchange:
        """Delivers an event of the platform itself."""
        return self.delivery.deliver(parcel)

    @staticmethod
    def new_echostr() -> str:
        """What the platform asks a server address to echo."""
        return str(secrets.randbelow(10**19))

    def close(self) -> None:
        """Ends work and connections; for tests that run a simulator in a thread."""
        self.jobs.stop(wait=True)
        self.delivery.close()
        self.database.close()

    def reset(self) -> None:
        """Back to the first start: nothing but the accounts and their demonstration followers."""
        self.database.clear()
        self.faults.reset()
        self.accounts()


def build_world(settings: Settings, clock: Clock = time.time) -> World:
    """Opens the database and wires the parts."""
    database = Database(settings.database)
    faults, chat = FaultBoard(database), ChatLog(database, clock)
    followers, exchanges = Followers(database, clock), Exchanges(database, clock)
    media, qrcodes = MediaStore(database, clock), QrCodes(database, clock)
    bubbles = Bubbles(settings, media)
    delivery = Delivery(exchanges=exchanges, chat=chat, bubbles=bubbles, faults=faults, clock=clock)
    person = Person(settings=settings, followers=followers, chat=chat, media=media, qrcodes=qrcodes)
    return World(
        settings=settings,
        clock=clock,
        database=database,
        book=AccountBook(settings.accounts_file),
        faults=faults,
        followers=followers,
        chat=chat,
        exchanges=exchanges,
        media=media,
        articles=Articles(settings, database, clock),
        menus=Menus(database),
        tags=Tags(database),
        qrcodes=qrcodes,
        bubbles=bubbles,
        delivery=delivery,
        person=person,
        jobs=Jobs(),
    )
