"""What members bring to the house."""

from house.console import Console, NavItem
from house.feature import Feature
from house.parts import Parts
from house.permissions import Permission
from jobs.outbox import Courier
from members import blacklist, console_export, personal
from members.actions import ACTIONS
from members.data import pages
from members.scenes import console as scenes
from members.scenes.figures import recount_all
from members.scenes.service import note_scan
from members.staff_links import console as staff_links
from members.tags.couriers import couriers as tag_couriers
from members.tasks import jobs


def _couriers(parts: Parts) -> dict[str, Courier]:
    return {blacklist.BLACKLIST: blacklist.courier(parts), **tag_couriers(parts)}


FEATURE = Feature(
    key="members",
    pages=pages,
    console=Console(
        (console_export.pages, scenes.pages, staff_links.pages),
        (
            NavItem("粉丝", "followers.index", "互动管理", Permission.FOLLOWERS, "account", "follower"),
            NavItem("场景二维码", "scene_codes.index", "互动管理", Permission.FOLLOWERS, "account", "home"),
            NavItem("我的微信", "staff_links.mine", "设置", Permission.LOOK, "account", "phone"),
        ),
        ACTIONS,
    ),
    jobs=jobs,
    couriers=_couriers,
    notices={"subscribe": note_scan, "scan": note_scan},
    erase=personal.erase,
    export=personal.export,
    recount=recount_all,
)
