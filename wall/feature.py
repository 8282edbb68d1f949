"""What the wall brings to the house."""

from house.feature import Feature
from wall.commands import group

FEATURE = Feature(key="wall", commands=group)
