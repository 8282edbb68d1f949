"""What menus bring to the house."""

from house.feature import Feature
from menus.commands import group

FEATURE = Feature(key="menus", commands=group)
