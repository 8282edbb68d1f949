"""Addresses of this process, as the app sees them (absolute) and as the phone page may use them (path only).

The page is reached on the simulator's own port or through the app's; an absolute address of this process would only
work on the first, so it is cut down to its path before a phone gets it.
"""

from __future__ import annotations

from urllib.parse import urlsplit

from .settings import Settings, is_loopback


def absolute(settings: Settings, path: str) -> str:
    """What the platform API hands out."""
    return settings.base_url + path


def is_own(settings: Settings, url: str) -> bool:
    """Whether `url` points into this process's own pages."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return False
    own_host = parts.scheme == "http" and is_loopback(parts.hostname or "") and port == settings.port
    return own_host and parts.path.startswith("/simulator/")


def for_phone(settings: Settings, url: str) -> str:
    """Our own addresses as paths, all others unchanged."""
    if not is_own(settings, url):
        return url
    parts = urlsplit(url)
    return parts.path + (f"?{parts.query}" if parts.query else "")
