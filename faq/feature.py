"""What the FAQ brings to the house."""

from faq.commands import group
from faq.gaps.listener import hear
from faq.gaps.tasks import jobs
from faq.h5 import pages
from house.feature import Feature

FEATURE = Feature(key="faq", pages=pages, commands=group, jobs=jobs, listener=hear)
