"""What the calculators bring to the house."""

from faq.calculators.h5 import pages
from house.feature import Feature

FEATURE = Feature(key="calculators", pages=pages)
