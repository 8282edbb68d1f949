"""The ticker: runs jobs every so often in one worker process. What must happen is a row in a table; this only wakes."""

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler

from core.logs import get_logger

log = get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Job:
    """`run` is called every `every_s` seconds, never twice at a time in this process. It returns how much it did.

    Several workers may run the same job at once: what a job takes, it claims.
    """

    name: str
    every_s: float
    run: Callable[[], int]


def run_jobs(jobs: Sequence[Job], stop: threading.Event) -> None:
    """Run `jobs` until `stop` is set; then waits for those under way."""
    scheduler = BackgroundScheduler(
        timezone="UTC",
        executors={"default": ThreadPoolExecutor(max(4, len(jobs)))},
        # A late tick runs once, however late: the default grace would drop it silently.
        job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
    )
    for job in jobs:
        scheduler.add_job(_guarded(job), "interval", seconds=job.every_s, id=job.name)
    scheduler.start()
    log.info("worker_ready", jobs=[job.name for job in jobs])
    stop.wait()
    scheduler.shutdown(wait=True)


def _guarded(job: Job) -> Callable[[], None]:
    """A job that fails is logged and tried again at the next tick; it never stops the others."""
    failing = False

    def run() -> None:
        nonlocal failing
        try:
            done = job.run()
        except Exception as error:
            if not failing:
                log.error("job_failed", job=job.name, exc_info=error)
            failing = True
            return
        if failing:
            log.info("job_recovered", job=job.name)
        failing = False
        if done:
            log.info("job_done", job=job.name, count=done)

    return run
