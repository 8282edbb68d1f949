"""What members bring to the house."""

from house.feature import Feature
from members.h5 import pages

FEATURE = Feature(key="members", pages=pages)
