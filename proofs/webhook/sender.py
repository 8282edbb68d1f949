"""The platform's side of the webhook: signs, encrypts, waits five seconds, tries three times, reads the answer."""

import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import Any

from proofs.client import PATIENCE_S, Unanswered, post
from proofs.webhook.plan import Planned
from simulator.accounts import Account
from simulator.wire import Callback, WireError, build_callback, parse_answer

TRIES = 3
IN_FLIGHT = 14
HASTY_S = 1.0
_PAUSE_S = 0.2


@dataclass(frozen=True, slots=True)
class Try:
    """One request and what came of it. `text` is the reply in words, empty for silence; `xml` the reply as it was.

    `problem` is timeout, hung_up (by us, early), refused, broken, `HTTP n`, or why the answer could not be read.
    """

    took_s: float
    text: str = ""
    xml: str = ""
    problem: str = ""

    @property
    def answered(self) -> bool:
        return not self.problem


@dataclass(frozen=True, slots=True)
class Told:
    """A message, its XML, and its tries in the order they began. `again`: the last came after all had calmed down."""

    planned: Planned
    xml: str
    tries: tuple[Try, ...]
    again: bool = False


class Sender:
    """Delivers planned messages to one webhook."""

    def __init__(self, account: Account) -> None:
        self._account = account

    def send_all(self, planned: Sequence[Planned], in_flight: int = IN_FLIGHT) -> list[Told]:
        """Each at its time, at most `in_flight` at once; returns when all are done."""
        started = time.monotonic()

        def at_its_time(message: Planned) -> Told:
            time.sleep(max(0.0, started + message.delay_s - time.monotonic()))
            return self.send(message)

        with ThreadPoolExecutor(in_flight) as pool:
            return list(pool.map(at_its_time, planned))

    def send(self, message: Planned) -> Told:
        """One message in its manner, and again as the platform does when there was no answer."""
        xml = message.compose(self._account.ghid, int(time.time()))
        callback = self.callback(message, xml)
        if message.manner == "twin":
            tries = self._at_once(message, [callback, self.callback(message, xml)])
        else:
            patience_s = HASTY_S if message.manner == "hasty" else PATIENCE_S
            tries = [self.deliver(message, callback, patience_s)]
        if message.manner == "answer_lost" and tries[-1].answered:
            # The platform may send the same bytes again, or the same message under a new time and nonce.
            again = callback if message.number % 2 else self.callback(message, xml)
            tries.append(self.deliver(message, again))
        while len(tries) < TRIES and not any(attempt.answered for attempt in tries):
            time.sleep(0 if tries[-1].problem in ("timeout", "hung_up") else _PAUSE_S)
            tries.append(self.deliver(message, self.callback(message, xml)))
        return Told(message, xml, tuple(tries))

    def send_again(self, told: Told) -> Told:
        """The same message once more, under a new time and nonce."""
        attempt = self.deliver(told.planned, self.callback(told.planned, told.xml))
        return replace(told, tries=(*told.tries, attempt), again=True)

    def callback(self, message: Planned, xml: str, **fixed: Any) -> Callback:
        """The signed request that carries `xml`; `fixed` may give timestamp and nonce."""
        account = self._account
        return build_callback(
            account.credentials, account.webhook_url, xml, openid=message.openid, to=account.ghid, **fixed
        )

    def deliver(self, message: Planned, callback: Callback, patience_s: float = PATIENCE_S) -> Try:
        """One request; never raises."""
        try:
            answered = post(callback.url, callback.body, patience_s=patience_s)
        except Unanswered as silence:
            hung_up = silence.reason == "timeout" and patience_s < PATIENCE_S
            return Try(silence.took_s, problem="hung_up" if hung_up else silence.reason)
        if answered.status != 200:
            return Try(answered.took_s, problem=f"HTTP {answered.status}")
        try:
            answer = parse_answer(self._account.credentials, answered.body, sender=message.openid)
        except WireError as error:
            return Try(answered.took_s, problem=str(error))
        return Try(answered.took_s, in_words(answer.reply), answer.xml)

    def _at_once(self, message: Planned, callbacks: Sequence[Callback]) -> list[Try]:
        with ThreadPoolExecutor(len(callbacks)) as pool:
            return list(pool.map(lambda callback: self.deliver(message, callback), callbacks))


def in_words(reply: Mapping[str, Any] | None) -> str:
    """What a reply says: its text, or the titles of its articles, a line each."""
    if reply is None:
        return ""
    if reply["type"] == "news":
        return "\n".join(str(article["title"]) for article in reply["articles"])
    return str(reply.get("content", reply["type"]))


def in_background(work: Callable[[], list[Told]]) -> "Future[list[Told]]":
    """Start `work` in a thread of its own."""
    pool = ThreadPoolExecutor(1)
    future = pool.submit(work)
    pool.shutdown(wait=False)
    return future
