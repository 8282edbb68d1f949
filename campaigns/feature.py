"""What campaigns bring to the house: what all share, and each kind."""

from campaigns import console, console_people, console_wizard, h5, personal
from campaigns.actions import ACTIONS
from campaigns.ballots import commands as ballots_commands
from campaigns.ballots import tasks as ballots_tasks
from campaigns.ballots.console import CONSOLE as BALLOTS_CONSOLE
from campaigns.commands import group
from campaigns.jury import h5 as jury_h5
from campaigns.jury import personal as jury_personal
from campaigns.jury.console import CONSOLE as JURY_CONSOLE
from campaigns.kind import CampaignKind
from campaigns.places import TARGETS, mine
from campaigns.registry import all_kinds
from campaigns.store import media_names
from campaigns.tasks import close_due, export_due
from house.console import Console, NavItem
from house.feature import Feature
from house.parts import Parts
from house.permissions import Permission
from jobs.ticker import Job


def _jobs(parts: Parts) -> list[Job]:
    return [
        Job("campaigns_close", 5.0, lambda: close_due(parts)),
        Job("campaign_exports", 2.0, lambda: export_due(parts)),
    ]


def _feature_of(kind: CampaignKind) -> Feature:
    return Feature(
        key=f"campaign_{kind.key}",
        pages=kind.h5,
        console=kind.console,
        commands=kind.commands,
        jobs=kind.jobs,
        couriers=kind.couriers,
        media=kind.media,
    )


FEATURES = (
    Feature(
        key="campaigns",
        pages=h5.pages,
        console=Console(
            (console.pages, console_wizard.pages, console_people.pages),
            (
                NavItem(
                    "微活动", "campaigns_console.index", "互动管理", Permission.LOOK, "account", "campaign"
                ),
            ),
            ACTIONS,
        ),
        commands=group,
        jobs=_jobs,
        erase=personal.erase,
        export=personal.export,
        media=media_names,
        targets=TARGETS,
        mine=mine,
    ),
    Feature(
        key="campaign_ballots",
        console=BALLOTS_CONSOLE,
        commands=ballots_commands.group,
        jobs=ballots_tasks.jobs,
    ),
    Feature(key="campaign_jury", pages=jury_h5.pages, console=JURY_CONSOLE, export=jury_personal.export),
    *(_feature_of(kind) for kind in all_kinds().values()),
)
