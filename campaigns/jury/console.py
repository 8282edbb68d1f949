"""Juries in the console, a module each, brought together here: jurors, rounds, results, disqualification, jury days, and the
jurors' own pages."""

from campaigns.jury import (
    console_judging,
    console_jurors,
    console_live,
    console_outs,
    console_results,
    console_rounds,
)
from campaigns.jury.actions import ACTIONS
from house.console import Console, NavItem
from house.permissions import Permission

CONSOLE = Console(
    (
        console_rounds.pages,
        console_jurors.pages,
        console_results.pages,
        console_outs.pages,
        console_live.pages,
        console_judging.pages,
    ),
    (NavItem("评审作品", "jury_judging.index", "互动管理", Permission.JUDGE, "account", "jury"),),
    ACTIONS,
)
