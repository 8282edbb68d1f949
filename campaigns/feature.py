"""What campaigns bring to the house: what all share, and each kind."""

from campaigns import h5, personal
from campaigns.actions import ACTIONS
from campaigns.commands import group
from campaigns.kind import CampaignKind
from campaigns.registry import all_kinds
from campaigns.tasks import close_due
from house.console import Console
from house.feature import Feature
from house.parts import Parts
from jobs.ticker import Job


def _jobs(parts: Parts) -> list[Job]:
    return [Job("campaigns_close", 5.0, lambda: close_due(parts))]


def _feature_of(kind: CampaignKind) -> Feature:
    console = Console((kind.console,)) if kind.console is not None else None
    return Feature(key=f"campaign_{kind.key}", pages=kind.h5, console=console, jobs=kind.jobs)


FEATURES = (
    Feature(
        key="campaigns",
        pages=h5.pages,
        console=Console((), (), ACTIONS),
        commands=group,
        jobs=_jobs,
        erase=personal.erase,
        export=personal.export,
    ),
    *(_feature_of(kind) for kind in all_kinds().values()),
)
