"""A provider of telephone credit for trying things: it tops up nothing, and says so. Never used in production.

It keeps an order as a small file, so that web and worker see the same. The end of the telephone number tells it what to play:

    …0000  fails          …0001  takes the order, but its answer is lost once
    …0002  takes a minute to confirm, others a moment
"""

import json
import os
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from prizes.providers.base import Order, ProviderAway, Report

_SLOW_S = 60.0
_NOTE = "本机试用：没有真的充值"


@dataclass(frozen=True, slots=True)
class LocalProvider:
    """`folder` holds a file an order."""

    folder: Path

    def order(self, order: Order) -> Report:
        self.folder.mkdir(parents=True, exist_ok=True)
        played = {"ending": order.phone[-4:], "amount_fen": order.amount_fen, "at": time.time()}
        try:
            descriptor = os.open(self._path(order.order_no), os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            return _report(self._kept(order.order_no))
        with os.fdopen(descriptor, "w") as file:
            json.dump(played, file)
        if played["ending"] == "0001":
            raise ProviderAway("充值接口没有应答（试用：应答丢失一次）")
        return _report(played)

    def query(self, order_no: str) -> Report | None:
        return _report(self._kept(order_no)) if self._path(order_no).is_file() else None

    def _kept(self, order_no: str) -> dict[str, Any]:
        kept: dict[str, Any] = json.loads(self._path(order_no).read_text("utf-8"))
        return kept

    def _path(self, order_no: str) -> Path:
        return self.folder / f"{order_no}.json"


def _report(played: dict[str, Any]) -> Report:
    if played["ending"] == "0000":
        return Report("failed", "试用：这个号码充值失败")
    if played["ending"] == "0002" and time.time() - played["at"] < _SLOW_S:
        return Report("sent", _NOTE)
    return Report("confirmed", _NOTE)
