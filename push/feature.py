"""What pushes bring to the house."""

from house.console import Console, NavItem
from house.feature import Feature
from house.permissions import Permission
from push import console
from push.alerts import alerts
from push.commands import group
from push.service import MASS_SEND, note_result
from push.tasks import courier, jobs

FEATURE = Feature(
    key="push",
    console=Console(
        (console.pages,),
        (NavItem("推送日历", "pushes.index", "内容管理", Permission.LOOK, "account", "push"),),
        console.ACTIONS,
        alerts,
    ),
    commands=group,
    jobs=jobs,
    couriers=lambda parts: {MASS_SEND: courier(parts)},
    notices={"mass_send_finished": note_result},
)
