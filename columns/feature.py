"""What columns bring to the house."""

from columns import console_items, desk, h5, store
from columns.counting import recount
from house.console import Console, NavItem
from house.feature import Feature
from house.permissions import Permission

FEATURE = Feature(
    key="columns",
    pages=h5.pages,
    media=store.media_names,
    recount=recount,
    console=Console(
        (console_items.pages,),
        (NavItem("栏目", "columns_console.index", "内容管理", Permission.LOOK, "organisation", "columns"),),
        desk.ACTIONS,
    ),
)
