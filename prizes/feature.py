"""What prizes bring to the house."""

from house.console import Console, NavItem
from house.feature import Feature
from house.parts import Parts
from house.permissions import Permission
from jobs.outbox import Courier
from prizes import console, console_claims, h5_claims, notices, personal
from prizes.actions import ACTIONS
from prizes.commands import group
from prizes.credit import CREDIT_ORDER, courier
from prizes.places import TARGETS, mine
from prizes.providers import provider_of
from prizes.store import media_names
from prizes.tasks import jobs


def _couriers(parts: Parts) -> dict[str, Courier]:
    return {
        CREDIT_ORDER: courier(parts, lambda: provider_of(parts.settings)),
        notices.REMINDER: notices.courier(parts),
    }


FEATURE = Feature(
    key="prizes",
    pages=h5_claims.pages,
    console=Console(
        (console.pages, console_claims.pages),
        (
            NavItem("抽奖与奖品", "draws.index", "互动管理", Permission.CAMPAIGNS, "account", "quota"),
            NavItem("领奖与发放", "claims.index", "互动管理", Permission.CAMPAIGNS, "account", "audit"),
        ),
        ACTIONS,
    ),
    commands=group,
    jobs=jobs,
    couriers=_couriers,
    erase=personal.erase,
    export=personal.export,
    targets=TARGETS,
    mine=mine,
    media=media_names,
)
