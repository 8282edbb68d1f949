"""The desk where a callback becomes an answer: gate, memory, router, deadline, journal. No Flask here.

Most messages need nothing but memory: their answer is worked out first and offered to Redis, which in one step checks
for retries and replays, looks for an open conversation and keeps the reply. Only what has effects is claimed first.
"""

import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import NamedTuple

from accounts.directory import AccountView
from chat.answer import SILENT, Answer, Reply, Talk, say
from chat.turn import Turn
from core.clock import Clock, Deadline
from core.ids import trace_id
from core.logs import get_logger
from core.masking import mask_openid
from handlers import record
from handlers.memory import Memory, MessageId, New, Replayed, Seen, Verdict
from handlers.router import Routed, Router
from handlers.slow import SlowLane
from jobs.journal import JournalWriter
from wechat import replies
from wechat.gate import Callback, Refused
from wechat.messages import is_message

LATE = Routed("late", say("正在处理，请稍候。结果会马上发给您。"))
_POLL_S = 0.05
_MOMENT_S = 1.0
log = get_logger(__name__)

Observe = Callable[[str, str, str, float], None]
"""Takes account key, message kind, outcome and seconds for the metrics."""


class _Case(NamedTuple):
    """One callback on the desk."""

    account: AccountView
    callback: Callback
    turn: Turn
    id: MessageId
    deadline: Deadline
    started: float


class Desk:
    """Answers callbacks; one per process, used by many threads."""

    def __init__(
        self,
        *,
        router: Router,
        memory: Memory,
        slow: SlowLane,
        journal: JournalWriter,
        clock: Clock,
        deadline_s: float,
        waiting_retries: int,
        observe: Observe = lambda *_args: None,
    ) -> None:
        self._router = router
        self._memory = memory
        self._slow = slow
        self._journal = journal
        self._clock = clock
        self._deadline_s = deadline_s
        self._observe = observe
        self._waiting_room = threading.BoundedSemaphore(waiting_retries)

    def answer(self, account: AccountView, args: Mapping[str, str], body: bytes) -> bytes:
        """The HTTP body for an authentic callback: sealed XML, or `success`. Raises Refused for all others."""
        case = self._open(account, args, body)
        routed = self._guarded(case, lambda: self._router.propose(case.turn))
        if routed is None:
            verdict = self._memory.offer(case.id, None, None)
        else:
            reply = self._xml(case, routed.answer)
            topics = self._router.topics_for(case.turn)
            verdict = self._memory.offer(case.id, reply, _talk(routed.answer), topics=topics)
            if isinstance(verdict, New) and verdict.talk is None:
                self._note(case, routed)
                return self._seal(case, reply)
        return self._seal(case, self._after(case, verdict, routed))

    def _open(self, account: AccountView, args: Mapping[str, str], body: bytes) -> _Case:
        started = time.perf_counter()
        now = self._clock()
        callback = account.gate.open(args, body, now.timestamp())
        message = callback.message
        name = MessageId(
            account.id, message.key, message.openid, callback.timestamp, callback.nonce, callback.body_hash
        )
        turn = Turn(account, message, now)
        return _Case(account, callback, turn, name, Deadline(self._deadline_s), started)

    def _after(self, case: _Case, verdict: Verdict, proposed: Routed | None) -> bytes:
        match verdict:
            case New(talk):
                return self._answer_claimed(case._replace(turn=replace(case.turn, talk=talk)), proposed)
            case Seen(None):
                return self._wait_for_first_try(case)
            case Seen(reply):
                if proposed is not None:
                    self._write_down(
                        case, proposed, again=True
                    )  # who remembered the reply may have died before it did
                return reply or b""
            case Replayed():
                raise Refused(403, "nonce_reused")

    def _answer_claimed(self, case: _Case, proposed: Routed | None) -> bytes:
        """`proposed` was worked out before it was known whether a conversation is open; it holds if none goes on."""
        routed = self._guarded(case, lambda: self._router.resume(case.turn)) or proposed
        if routed is None:
            routed = self._guarded(case, lambda: self._worked_out(case)) or LATE
        reply = self._xml(case, routed.answer)
        # Who was not spoken to (a position report, a page that was opened) is still in the same conversation.
        talk = case.turn.talk if routed.answer is SILENT else _talk(routed.answer)
        self._note(case, routed)  # before it is remembered: what a retry finds is in the journal already
        self._memory.settle(case.id, reply, talk)
        return reply

    def _worked_out(self, case: _Case) -> Routed | None:
        """Effects included, in a thread of the slow lane; None when the deadline comes first."""
        return self._slow.run(lambda: self._router.answer(case.turn), case.deadline)

    def _wait_for_first_try(self, case: _Case) -> bytes:
        """A retry that overtook its first try gets that try's reply, if it comes in time.

        Everybody may wait for a moment, few for long. If nothing comes (its process may have died), the turn is owed.
        """
        verdict = self._poll(case, Deadline(min(_MOMENT_S, case.deadline.remaining())))
        if verdict is None and self._waiting_room.acquire(blocking=False):
            try:
                verdict = self._poll(case, case.deadline)
            finally:
                self._waiting_room.release()
        return self._owe(case) if verdict is None else self._after(case, verdict, None)

    def _poll(self, case: _Case, until: Deadline) -> Verdict | None:
        while not until.passed():
            time.sleep(_POLL_S)
            verdict = self._memory.offer(case.id, None, None)
            if not (isinstance(verdict, Seen) and verdict.reply is None):
                return verdict
        return None

    def _owe(self, case: _Case) -> bytes:
        """The worker answers, once, whoever else may still come to an end: effects carry the message key."""
        reply = self._xml(case, LATE.answer)
        self._note(case, LATE)
        self._memory.settle(case.id, reply, None)
        return reply

    def _guarded(self, case: _Case, work: Callable[[], Routed | None]) -> Routed | None:
        """A failing hook becomes a polite reply with a trace id that the log has too."""
        try:
            return work()
        except Exception as error:
            trace = trace_id()
            openid = mask_openid(case.id.openid)
            log.error("hook_failed", trace=trace, account=case.account.key, follower=openid, exc_info=error)
            apology = f"抱歉，系统出了点问题，没能处理您的消息。请稍后再试；一直不行请拨打 {case.account.profile.hotline}，报编号 {trace}。"
            return Routed(f"failed:{trace}", say(apology) if is_message(case.callback.message) else SILENT)

    def _xml(self, case: _Case, answer: Answer) -> bytes:
        """The reply's XML; empty for silence."""
        if not isinstance(answer, Reply):
            return b""
        message = case.callback.message
        return replies.to_xml(
            answer.message,
            openid=message.openid,
            account_name=message.account_name,
            created=int(case.turn.now.timestamp()),
            to_event=not is_message(message),
        )

    def _seal(self, case: _Case, reply: bytes) -> bytes:
        return case.account.gate.seal(reply, case.callback) if reply else replies.SILENCE

    def _note(self, case: _Case, routed: Routed) -> None:
        """Write down what happened; the worker takes it over into SQL."""
        seconds = self._write_down(case, routed)
        outcome = record.outcome_of(routed, late=routed is LATE)
        self._observe(case.account.key, case.callback.message.kind, outcome, seconds)

    def _write_down(self, case: _Case, routed: Routed, *, again: bool = False) -> float:
        seconds = time.perf_counter() - case.started
        late = routed is LATE
        self._journal.write(
            record.of(
                case.account.id,
                case.callback,
                routed,
                received=case.turn.now,
                took_s=seconds,
                late=late,
                again=again,
            )
        )
        return seconds


def _talk(answer: Answer) -> Talk | None:
    return answer.talk if isinstance(answer, Reply) else None
