"""The followers of a run, known to the simulator, and their customer-service windows."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import requests

from proofs.run import say
from proofs.stack import ACCOUNT, Stack

THANKS = "谢谢"
"""What a follower says through the simulator to open the window of 48 hours again."""


@dataclass(frozen=True, slots=True)
class People:
    """Openids, and what was sent through the simulator in their name: (openid, kind, content) per message."""

    openids: tuple[str, ...]
    sent: list[tuple[str, str, str]]


@dataclass(frozen=True, slots=True)
class Bubble:
    """A customer-service message on a follower's phone."""

    openid: str
    text: str


def welcome_followers(stack: Stack, count: int) -> People:
    """So many new people who follow the account, each by a real event through the platform."""
    say(f"{count} 位粉丝关注公众号")

    def join(number: int) -> str:
        made = _act(stack, "followers", {"name": f"工友{number + 1}"})
        openid = str(made["openid"])
        _act(stack, f"followers/{openid}/follow", {})
        return openid

    with ThreadPoolExecutor(4) as pool:
        openids = tuple(pool.map(join, range(count)))
    return People(openids, [(openid, "subscribe", "") for openid in openids])


def open_windows(stack: Stack, people: People) -> None:
    """Everybody writes once, so that the account may send five customer-service messages to each."""

    def write(openid: str) -> None:
        _act(stack, f"followers/{openid}/send", {"type": "text", "content": THANKS})

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(write, people.openids))
    people.sent.extend((openid, "text", THANKS) for openid in people.openids)


def list_bubbles(stack: Stack, people: People) -> list[Bubble]:
    """All customer-service messages that arrived (answers to a message carry the exchange they belong to)."""
    with requests.Session() as session:
        session.trust_env = False
        return [
            Bubble(openid, str(row.get("content", "")))
            for openid in people.openids
            for row in _messages(session, stack, openid)
            if row["direction"] == "out" and row["exchange_id"] is None
        ]


def _messages(session: requests.Session, stack: Stack, openid: str) -> list[dict[str, Any]]:
    url = f"{stack.platform_url}/simulator/api/{ACCOUNT}/followers/{openid}/messages"
    rows: list[dict[str, Any]] = session.get(url, timeout=10).json()["messages"]
    return rows


def _act(stack: Stack, path: str, body: dict[str, str]) -> dict[str, Any]:
    with requests.Session() as session:
        session.trust_env = False
        response = session.post(f"{stack.platform_url}/simulator/api/{ACCOUNT}/{path}", json=body, timeout=20)
    response.raise_for_status()
    answer: dict[str, Any] = response.json()
    return answer
