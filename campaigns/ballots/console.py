"""Ballots in the console: figures and 防刷票, for every kind that keeps them."""

from campaigns.ballots import console_figures, console_guard
from campaigns.ballots.actions import ACTIONS
from house.console import Console

CONSOLE = Console((console_figures.pages, console_guard.pages), actions=ACTIONS)
