"""What the wall brings to the house."""

from house.feature import Feature
from wall import personal
from wall.commands import group

FEATURE = Feature(key="wall", erase=personal.erase, export=personal.export, commands=group)
