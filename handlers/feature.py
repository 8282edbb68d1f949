"""What the handlers bring to the house beside the webhook itself."""

from handlers.commands import group
from house.feature import Feature

FEATURE = Feature(key="handlers", commands=group)
