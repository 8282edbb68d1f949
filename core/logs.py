"""Structured logs: one JSON object a line in production, coloured lines on a terminal; everything masked."""

import logging
import sys
import time
from collections.abc import MutableMapping
from typing import Any

import structlog

from core.masking import SECRET_KEYS, mask_openid, mask_text


def _mask_event(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    for key, value in event.items():
        event[key] = _masked(key, value)
    return event


def _masked(name: str, value: Any) -> Any:
    """`value` of the field `name` as it may be written; what is inside lists and dicts as well."""
    if name in SECRET_KEYS:
        return "***"
    match value:
        case str():
            return mask_openid(value) if name == "openid" else mask_text(value)
        case BaseException():
            return mask_text(f"{type(value).__name__}: {value}")
        case dict():
            return {key: _masked(str(key), inner) for key, inner in value.items()}
        case list() | tuple() | set() | frozenset():
            return [_masked(name, inner) for inner in value]
        case _:
            return value


def configure_logs(level: str = "INFO", json_lines: bool | None = None) -> None:
    """Set up structlog and the standard library's logging to write to stderr.

    `json_lines` None means: JSON unless stderr is a terminal. Calling again replaces the set-up.
    """
    as_json = (not sys.stderr.isatty()) if json_lines is None else json_lines
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
        _mask_event,
    ]
    renderer: Any = (
        structlog.processors.JSONRenderer(ensure_ascii=False) if as_json else structlog.dev.ConsoleRenderer()
    )
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        wrapper_class=structlog.make_filtering_bound_logger(getattr(logging, level)),
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, _mask_event, renderer],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    # These write full URLs or job chatter at INFO; what matters of it we log ourselves.
    logging.getLogger("apscheduler").setLevel(
        logging.ERROR
    )  # it warns of every tick that finds the last one at work
    for noisy in ("urllib3", "jieba", "alembic"):
        logging.getLogger(noisy).setLevel(logging.WARNING)


class Throttle:
    """Lets a number of lines a minute and subject through; the rest is dropped. Thread-safe enough for logs."""

    def __init__(self, per_minute: int) -> None:
        self._per_minute = per_minute
        self._minute = 0
        self._counts: dict[str, int] = {}

    def allow(self, subject: str) -> bool:
        """May one more line about `subject` (one of a bounded set) be written now?"""
        minute = int(time.monotonic() // 60)
        if minute != self._minute:
            self._minute, self._counts = minute, {}
        counts = self._counts  # another thread may begin the next minute now
        count = counts[subject] = counts.get(subject, 0) + 1
        return count <= self._per_minute


def get_logger(name: str) -> Any:
    """A structlog logger; call it with an event name and fields: `log.warning("redis_down", error=exc)`."""
    return structlog.get_logger(name)
