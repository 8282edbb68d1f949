"""The answers that must come, read from the demonstration's own content files: not from the service that is tried."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import yaml

from core.settings import ROOT

LATE = "正在处理"
REGISTERED = "已为您登记，编号 "
_DEMO = ROOT / "content" / "demo"
_NOT_USED = frozenset({"谢谢"})  # said through the simulator, see people


@dataclass(frozen=True, slots=True)
class KnownAnswers:
    """Text by keyword, by key of a menu entry and by scene code ("" for none), and the thanks for a picture.

    For news the text is the titles, a line each.
    """

    keywords: Mapping[str, str]
    clicks: Mapping[str, str]
    scenes: Mapping[str, str]
    received: str


def read_known_answers(account_name: str, public_url: str, account_key: str) -> KnownAnswers:
    """Raises KeyError when the content files have another shape."""
    fill = _Fill(account_name, public_url, account_key)
    profile = _yaml("profile.yaml")
    rules = _yaml("keywords.yaml")["rules"]
    welcome = fill.text(profile["welcome"])
    return KnownAnswers(
        keywords={
            **{
                word: fill.text(rule["reply"])
                for rule in rules
                if rule["match"] == "exact" and "entry" not in rule["reply"]
                for word in rule["keywords"]
                if word not in _NOT_USED
            },
            "帮助": fill.text({"text": profile["help"]}),
        },
        clicks={
            entry["key"]: fill.text(entry["reply"])
            for column in _yaml("menu.yaml")["menu"]
            for entry in column["children"]
            if "key" in entry and "entry" not in entry["reply"]
        },
        scenes={"": welcome, **{code: fill.text(reply) for code, reply in profile["scenes"].items()}},
        received=str(profile["received"]),
    )


@dataclass(frozen=True, slots=True)
class _Fill:
    account_name: str
    public_url: str
    account_key: str

    def text(self, reply: Mapping[str, Any]) -> str:
        if "news" in reply:
            return "\n".join(str(article["title"]) for article in reply["news"])
        words = str(reply["text"])
        places = {
            "{account}": self.account_name,
            "{site}": self.public_url,
            "{h5}": f"{self.public_url}/h5/{self.account_key}",
        }
        for place, value in places.items():
            words = words.replace(place, value)
        return words


def _yaml(name: str) -> Any:
    return yaml.safe_load((_DEMO / name).read_text("utf-8"))
