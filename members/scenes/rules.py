"""Pure decisions on scene codes: what a scene, a label and a time may be, and what the platform is asked for."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from core.errors import Invalid

LABEL_CHARS, DISTRICT_CHARS = 40, 20
MOST_DAYS = 30
"""How long the platform lets a temporary code live."""
_SCENE = re.compile(r"[A-Za-z0-9_.\-]{1,64}")
_DAY_S = 86_400


@dataclass(frozen=True, slots=True)
class NewScene:
    """What somebody enters for a code. `days` None: permanent."""

    scene: str
    label: str
    district: str
    days: int | None


def read_scene(scene: str, label: str, district: str, days: str) -> NewScene:
    """`days` empty: permanent. Raises Invalid."""
    scene = scene.strip()
    if not _SCENE.fullmatch(scene):
        raise Invalid("bad_scene", "场景值只能用字母、数字、- _ . ，1 到 64 位，例如 factory-01")
    if scene.isdigit():
        raise Invalid("bad_scene", "场景值请至少带一个字母，例如 factory-01；纯数字会和旧式二维码混淆")
    return NewScene(scene, *read_label(label, district), read_days(days))


def read_label(label: str, district: str) -> tuple[str, str]:
    """Raises Invalid."""
    label, district = " ".join(label.split()), " ".join(district.split())
    if not label:
        raise Invalid("no_label", "请填写海报名称，例如「东港区园区食堂门口」")
    for title, text, limit in (("海报名称", label, LABEL_CHARS), ("区县", district, DISTRICT_CHARS)):
        if len(text) > limit:
            raise Invalid("too_long", f"{title}最多 {limit} 个字，现在是 {len(text)} 个")
    return label, district


def read_days(text: str) -> int | None:
    text = text.strip()
    if not text:
        return None
    if not (text.isascii() and text.isdigit()) or not 1 <= int(text[:4]) <= MOST_DAYS:
        raise Invalid("bad_days", f"临时二维码的有效期应为 1 到 {MOST_DAYS} 天")
    return int(text)


def request_for(scene: str, days: int | None) -> Mapping[str, Any]:
    """The body for the platform. Source: WeChat doc page 生成带参数的二维码."""
    info = {"scene": {"scene_str": scene}}
    if days is None:
        return {"action_name": "QR_LIMIT_STR_SCENE", "action_info": info}
    return {"action_name": "QR_STR_SCENE", "expire_seconds": days * _DAY_S, "action_info": info}
