"""The sets beside this file: evasions and the words meant, honest sentences, personal data, innocent numbers."""

import csv
from pathlib import Path

FOLDER = Path(__file__).parent


def rows(name: str) -> list[dict[str, str]]:
    with (FOLDER / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def texts(name: str) -> list[str]:
    return [row["text"] for row in rows(name)]
