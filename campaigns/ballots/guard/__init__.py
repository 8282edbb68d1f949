"""Against vote stuffing (防刷票): rules that find ballots, their effect before it is applied, and a sum that odd phones do.

Nothing here refuses or deletes a ballot. `PRESETS` are the rules an organiser can choose, `rule_from` one with their figures,
`find` what it finds in a campaign; striking is `strikes.strike`. `find_columns` is the same over arrays.
"""

from campaigns.ballots.guard.columns import Columns
from campaigns.ballots.guard.finding import Example, Found, find, find_columns
from campaigns.ballots.guard.presets import PRESETS, Figure, Preset
from campaigns.ballots.guard.rule import Rule, rule_from

__all__ = [
    "PRESETS",
    "Columns",
    "Example",
    "Figure",
    "Found",
    "Preset",
    "Rule",
    "find",
    "find_columns",
    "rule_from",
]
