"""Keys of accounts and organisations: short names in addresses and commands."""

import re

from core.errors import Invalid

_KEY = re.compile(r"[a-z0-9][a-z0-9_-]{0,62}")


def check_key(key: str, what: str) -> None:
    """Raises Invalid. `what`: 公众号 or 组织, for the message."""
    if not _KEY.fullmatch(key):
        raise Invalid("bad_key", f"{what}的 KEY（代号）只能用小写字母、数字、- 和 _，且以字母或数字开头")
