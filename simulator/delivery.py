"""Bringing a message to the webhook as the platform does: signed, five seconds, three tries, the same MsgId."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

import requests
from requests.adapters import HTTPAdapter
from urllib3.exceptions import HTTPError, ReadTimeoutError

from .accounts import Account
from .bubbles import Bubbles, UnknownMedia
from .chat_log import ChatLog
from .exchanges import MAX_ANSWER, Exchange, Exchanges, Try
from .faults import FaultBoard, Faults
from .messages import compose, new_msg_id
from .wire import Answer, Callback, Fields, WireError, build_callback, parse_answer, verification_url

log = logging.getLogger("simulator")

TRIES = 3
UNAVAILABLE = "该公众号暂时无法提供服务，请稍后再试"
MAX_NEWS_TO_MESSAGE = 1
MAX_NEWS_TO_EVENT = 8


@dataclass(frozen=True, slots=True)
class Parcel:
    """Something to deliver. `spoken`: the follower waits for an answer and is told when none comes."""

    account: Account
    openid: str
    fields: Fields
    title: str
    spoken: bool = True

    @property
    def is_event(self) -> bool:
        """Events carry no MsgId."""
        return self.fields.get("MsgType") == "event"


class Delivery:
    """Delivers parcels, keeps the record, shows the answer on the phone. `clock` gives Unix seconds."""

    def __init__(
        self,
        *,
        exchanges: Exchanges,
        chat: ChatLog,
        bubbles: Bubbles,
        faults: FaultBoard,
        clock: Callable[[], float],
    ) -> None:
        self._exchanges = exchanges
        self._chat = chat
        self._bubbles = bubbles
        self._faults = faults
        self._clock = clock
        self._http = requests.Session()
        self._http.trust_env = False
        self._http.mount("http://", HTTPAdapter(pool_connections=16, pool_maxsize=64))

    def close(self) -> None:
        """Ends the connections."""
        self._http.close()

    def begin(self, parcel: Parcel) -> Exchange:
        """Composes the message (its MsgId and CreateTime stay the same over all tries) and opens its record."""
        xml = compose(
            parcel.fields,
            to=parcel.account.ghid,
            sender=parcel.openid,
            at_s=int(self._clock()),
            msg_id=None if parcel.is_event else new_msg_id(),
        )
        return self._exchanges.begin(parcel.account.key, parcel.openid, parcel.title, xml)

    def finish(self, parcel: Parcel, exchange: Exchange) -> Exchange:
        """Sends it, up to three times, and shows what came back. Takes up to 3 x `webhook_timeout_s`."""
        faults = self._faults.current
        started = time.perf_counter()
        round_of = self._storm if faults.retry_storm else self._in_turn
        tries, answer = round_of(parcel, exchange, faults)
        took_ms = round((time.perf_counter() - started) * 1000, 1)
        exchange = replace(exchange, tries=tries, took_ms=took_ms)
        exchange = self._conclude(parcel, exchange, answer)
        self._exchanges.finish(exchange)
        return exchange

    def withhold(self, exchange: Exchange) -> Exchange:
        """Sends nothing: the account has the follower on its blacklist, and the follower is not told."""
        exchange = replace(exchange, status="silent", error="粉丝在黑名单里，没有转给公众号")
        self._exchanges.finish(exchange)
        return exchange

    def deliver(self, parcel: Parcel) -> Exchange:
        """`begin` and `finish` in one."""
        return self.finish(parcel, self.begin(parcel))

    def verify(self, account: Account, echostr: str) -> Try:
        """The GET by which the platform checks a server address; outcome `answered` when it echoed."""
        url = verification_url(account.credentials, account.webhook_url, echostr)
        attempt = self._request("GET", url, b"", self._faults.current.webhook_timeout_s)
        if attempt.outcome == "answered" and attempt.answer != echostr:
            return replace(attempt, outcome="malformed", error="答复不是 echostr 原文")
        return attempt

    def _callback(self, parcel: Parcel, exchange: Exchange) -> Callback:
        account = parcel.account
        return build_callback(
            account.credentials,
            account.webhook_url,
            exchange.xml,
            openid=parcel.openid,
            to=account.ghid,
            timestamp=str(int(self._clock())),
        )

    def _in_turn(self, parcel: Parcel, exchange: Exchange, faults: Faults) -> tuple[list[Try], Answer | None]:
        tries: list[Try] = []
        callback = self._callback(parcel, exchange)
        for number in range(1, TRIES + 1):
            if number > 1 and not faults.identical_retries:
                callback = self._callback(parcel, exchange)
            attempt, answer = self._attempt(parcel, callback, faults.webhook_timeout_s)
            if number == 1 and faults.loses("webhook"):
                attempt, answer = replace(attempt, outcome="lost"), None
            tries.append(attempt)
            if answer is not None or attempt.outcome == "malformed":
                return tries, answer
        return tries, None

    def _storm(self, parcel: Parcel, exchange: Exchange, faults: Faults) -> tuple[list[Try], Answer | None]:
        callbacks = [self._callback(parcel, exchange) for _ in range(TRIES)]
        if faults.identical_retries:
            callbacks = callbacks[:1] * TRIES
        at_once = TRIES if faults.retry_storm in (True, "concurrent") else 1
        with ThreadPoolExecutor(at_once) as pool:
            done = list(
                pool.map(
                    lambda callback: self._attempt(parcel, callback, faults.webhook_timeout_s), callbacks
                )
            )
        answers = [answer for _, answer in done if answer is not None]
        return [attempt for attempt, _ in done], answers[0] if answers else None

    def _attempt(self, parcel: Parcel, callback: Callback, timeout_s: float) -> tuple[Try, Answer | None]:
        attempt = self._request("POST", callback.url, callback.body, timeout_s)
        if attempt.outcome != "answered":
            return attempt, None
        try:
            answer = parse_answer(parcel.account.credentials, attempt.answer.encode(), sender=parcel.openid)
        except WireError as error:
            return replace(attempt, outcome="malformed", error=str(error)), None
        return replace(attempt, answer_xml=answer.xml), answer

    def _request(self, method: str, url: str, body: bytes, timeout_s: float) -> Try:
        at, started = self._clock(), time.perf_counter()
        status, text, error, outcome = None, "", None, "answered"
        try:
            with self._http.request(
                method,
                url,
                data=body,
                headers={"Content-Type": "text/xml", "User-Agent": "Mozilla/4.0"},
                timeout=timeout_s,
                allow_redirects=False,
                stream=True,
            ) as response:
                status = response.status_code
                text = response.raw.read(MAX_ANSWER, decode_content=True).decode("utf-8", "replace")
        except (requests.Timeout, ReadTimeoutError):
            outcome, error = "timeout", f"{timeout_s:g} 秒内没有答复"
        except (requests.RequestException, HTTPError, OSError) as failure:
            outcome, error = "unreachable", f"连不上 webhook（{type(failure).__name__}）"
        took_s = time.perf_counter() - started
        if outcome == "answered" and took_s > timeout_s:
            outcome, error = "timeout", f"答复太晚，过了 {took_s:.1f} 秒"
        elif outcome == "answered" and status != 200:
            outcome, error = "http-error", f"HTTP {status}"
        return Try(url, body.decode(), at, round(took_s * 1000, 1), outcome, status, text, error=error)

    def _conclude(self, parcel: Parcel, exchange: Exchange, answer: Answer | None) -> Exchange:
        if answer is None:
            last = exchange.tries[-1]
            status = "malformed" if last.outcome == "malformed" else "failed"
            return self._give_up(parcel, replace(exchange, status=status, error=last.error or last.outcome))
        distinct = {attempt.answer_xml for attempt in exchange.tries if attempt.outcome == "answered"}
        note = "同一条消息得到了不同的答复" if len(distinct) > 1 else None
        exchange = replace(exchange, status="silent", error=note)
        if answer.reply is None:
            return exchange
        try:
            return self._show(parcel, replace(exchange, status="replied", reply=answer.reply))
        except UnknownMedia as error:
            exchange = replace(exchange, status="malformed", error=f"没有这个 media_id：{error}")
            return self._give_up(parcel, exchange)

    def _show(self, parcel: Parcel, exchange: Exchange) -> Exchange:
        reply = dict(exchange.reply or {})
        key, openid = parcel.account.key, parcel.openid
        if reply["type"] == "news":
            limit = MAX_NEWS_TO_EVENT if parcel.is_event else MAX_NEWS_TO_MESSAGE
            reply["articles"] = reply["articles"][:limit]
        bubble = self._bubbles.from_reply(key, reply)
        if bubble is None:
            self._chat.system(key, openid, "会话已转给人工客服", exchange.id)
        else:
            self._chat.add(key, openid, "out", *bubble, exchange.id)
        return replace(exchange, reply=reply)

    def _give_up(self, parcel: Parcel, exchange: Exchange) -> Exchange:
        log.warning(
            "%s: %s after %d tries: %s",
            parcel.account.key,
            exchange.status,
            len(exchange.tries),
            exchange.error,
        )
        if parcel.spoken:
            self._chat.system(parcel.account.key, parcel.openid, UNAVAILABLE, exchange.id)
        return exchange
