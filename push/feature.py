"""What pushes bring to the house."""

from house.feature import Feature
from push.commands import group
from push.service import MASS_SEND, note_result
from push.tasks import courier, jobs

FEATURE = Feature(
    key="push",
    commands=group,
    jobs=jobs,
    couriers=lambda parts: {MASS_SEND: courier(parts)},
    notices={"mass_send_finished": note_result},
)
