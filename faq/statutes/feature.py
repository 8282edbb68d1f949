"""What the statute library brings to the house."""

from faq.statutes.commands import group
from faq.statutes.h5 import pages
from house.feature import Feature

FEATURE = Feature(key="statutes", pages=pages, commands=group)
