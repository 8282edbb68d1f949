"""What a feature declares, and the frozen registry built from it once at start."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from flask import Blueprint
from flask.cli import AppGroup
from sqlalchemy.orm import Session

from chat.turn import Listener, Notice
from house.console import GROUPS, Alerts, Console, NavItem
from house.links import Mine, Targets
from house.parts import Parts
from house.personal import Eraser, Exporter
from jobs.outbox import Courier
from jobs.ticker import Job

MediaNames = Callable[[Session], Iterable[str]]
Recount = Callable[[Session, datetime], int]
"""Returns how many sums it made."""


@dataclass(frozen=True, slots=True)
class Feature:
    """A feature's part in the whole. Each callable is given the running service's parts and is called once."""

    key: str
    pages: Blueprint | None = None
    console: Console | None = None
    commands: AppGroup | None = None
    jobs: Callable[[Parts], Sequence[Job]] = field(default=lambda _parts: ())
    couriers: Callable[[Parts], dict[str, Courier]] = field(default=lambda _parts: {})
    notices: Mapping[str, Notice] = field(default_factory=dict)
    """Events by `Inbound.kind`; taking one twice must change nothing."""
    listener: Listener | None = None
    """Hears what was said and who answered."""
    erase: Eraser | None = None
    """Forgets one follower."""
    export: Exporter | None = None
    """Tells one follower what is kept of them."""
    targets: Targets | None = None
    """Its pages that a menu can open."""
    mine: Mine | None = None
    """Its part of 「我的」."""
    media: MediaNames | None = None
    """Names of uploaded files that its rows refer to; of the others none is kept for long."""
    recount: Recount | None = None
    """Makes the sums anew that its rows keep; for rows that came in past the service."""


@dataclass(frozen=True, slots=True)
class Registry:
    """All features, in order; refuses two of one name."""

    features: tuple[Feature, ...]

    @classmethod
    def of(cls, features: Iterable[Feature]) -> "Registry":
        built = tuple(features)
        keys = [feature.key for feature in built]
        if len(set(keys)) != len(keys):
            raise ValueError(f"two features share a key: {keys}")
        return cls(built)

    def all_nav(self) -> tuple[NavItem, ...]:
        """The console's navigation, in the order of its groups."""
        consoles = [feature.console for feature in self.features if feature.console is not None]
        items = [item for console in consoles for item in console.nav]
        return tuple(sorted(items, key=lambda item: GROUPS.index(item.group)))

    def all_actions(self) -> dict[str, str]:
        """What acts in the audit log are called; raises ValueError when two features claim one."""
        titles: dict[str, str] = {}
        for feature in self.features:
            actions = feature.console.actions if feature.console else {}
            if twice := titles.keys() & actions.keys():
                raise ValueError(f"two features claim {twice}")
            titles |= actions
        return titles

    def all_alerts(self) -> list[Alerts]:
        return [feature.console.alerts for feature in self.features if feature.console is not None]

    def all_jobs(self, parts: Parts) -> list[Job]:
        return [job for feature in self.features for job in feature.jobs(parts)]

    def all_notices(self) -> dict[str, list[Notice]]:
        notices: dict[str, list[Notice]] = {}
        for feature in self.features:
            for kind, notice in feature.notices.items():
                notices.setdefault(kind, []).append(notice)
        return notices

    def all_listeners(self) -> list[Listener]:
        return [feature.listener for feature in self.features if feature.listener is not None]

    def all_erasers(self) -> list[Eraser]:
        """Last feature first: the message log goes at the end, since others find their rows through it."""
        return [feature.erase for feature in reversed(self.features) if feature.erase is not None]

    def all_exporters(self) -> list[Exporter]:
        return [feature.export for feature in self.features if feature.export is not None]

    def all_targets(self) -> list[Targets]:
        return [feature.targets for feature in self.features if feature.targets is not None]

    def all_mine(self) -> list[Mine]:
        return [feature.mine for feature in self.features if feature.mine is not None]

    def all_media(self) -> list[MediaNames]:
        return [feature.media for feature in self.features if feature.media is not None]

    def all_recounts(self) -> list[Recount]:
        return [feature.recount for feature in self.features if feature.recount is not None]

    def all_couriers(self, parts: Parts) -> dict[str, Courier]:
        """Couriers by the kind they deliver; raises ValueError when two features claim one kind."""
        couriers: dict[str, Courier] = {}
        for feature in self.features:
            for kind, courier in feature.couriers(parts).items():
                if kind in couriers:
                    raise ValueError(f"two couriers for {kind}")
                couriers[kind] = courier
        return couriers
