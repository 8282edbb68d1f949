"""Uploaded files that no row refers to any more (or never did: a form that was not saved) are deleted after a week."""

from collections.abc import Sequence
from datetime import timedelta

from house.feature import MediaNames
from house.parts import Parts
from jobs.ticker import Job
from web.storage import MediaStore

_UNUSED = timedelta(days=7)
_EVERY_S = 86_400.0


def delete_unused(parts: Parts, store: MediaStore, names: Sequence[MediaNames]) -> int:
    """`names`: who refers to files. Returns how many were deleted."""
    # First the files, then who refers to them: one that is referred to meanwhile is seen.
    old = set(store.list_old(parts.clock() - _UNUSED))
    if not old:
        return 0
    with parts.db.read() as session:
        for referred in names:
            old.difference_update(referred(session))
    for name in old:
        store.remove(name)
    return len(old)


def media_job(parts: Parts, store: MediaStore, names: Sequence[MediaNames]) -> Job:
    return Job("unused_media", _EVERY_S, lambda: delete_unused(parts, store, names))
