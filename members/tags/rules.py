"""Pure decisions on tags: what a name may be, the platform's limits."""

from core.errors import Invalid

NAME_BYTES = 30
MOST_TAGS = 100
MOST_ON_ONE = 20
RESERVED = 100
"""The platform keeps numbers below this to itself (2 is 星标组)."""
BATCH = 50
"""Followers in one call of the platform."""


def check_name(name: str) -> str:
    """Trimmed. Raises Invalid."""
    name = " ".join(name.split())
    if not name:
        raise Invalid("no_name", "请填写标签名")
    size = len(name.encode(errors="replace"))
    if size > NAME_BYTES:
        raise Invalid("too_long", f"标签名最多 {NAME_BYTES} 字节（约 10 个汉字），现在是 {size} 字节")
    return name


def is_reserved(platform_id: int | None) -> bool:
    return platform_id is not None and platform_id < RESERVED
