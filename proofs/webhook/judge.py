"""Decides whether what was answered and stored is right. Pure: takes what was told and the facts, writes findings."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from proofs.findings import Findings
from proofs.webhook.facts import Facts
from proofs.webhook.known import LATE, REGISTERED
from proofs.webhook.people import Bubble
from proofs.webhook.plan import Planned
from proofs.webhook.sender import Told, Try
from simulator.traffic import percentile

LIMIT_S = 4.5
Identity = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class Judge:
    """Judges one line. `answers` has the healthy service's answer by question."""

    findings: Findings
    line: str
    answers: Mapping[str, str]

    def answers_right(self, told: Sequence[Told]) -> None:
        """Every answer in time, well formed and right; every retry's answer the first one."""
        for one in told:
            self.findings.attempted(self.line, len(one.tries))
            for attempt in one.tries:
                self._one_answer(one.planned, attempt)
            self._same_answer(one)

    def answers_in_time(self, told: Sequence[Told]) -> None:
        """Only that: where tries may end without an answer because the proof killed who should give it."""
        for one in told:
            self.findings.attempted(self.line, len(one.tries))
            for attempt in one.tries:
                if attempt.took_s > LIMIT_S:
                    self._violated("late", one.planned, f"{attempt.took_s:.2f} s {attempt.problem}")
                elif attempt.answered and not self._is_right(one.planned, attempt.text):
                    self._violated("wrong_answer", one.planned, attempt.text[:80])

    def _one_answer(self, planned: Planned, attempt: Try) -> None:
        if attempt.problem == "hung_up":
            return
        if attempt.took_s > LIMIT_S or attempt.problem == "timeout":
            self._violated("late", planned, f"{attempt.took_s:.2f} s {attempt.problem}")
        elif attempt.problem:
            self._violated("bad_answer", planned, attempt.problem)
        elif not self._is_right(planned, attempt.text):
            self._violated("wrong_answer", planned, attempt.text[:80])

    def _is_right(self, planned: Planned, text: str) -> bool:
        """Silence may be right for one of several tries: `stored_right` sees to it that an answer comes."""
        if not text:
            return True
        if planned.help_text is not None:
            return text.startswith((REGISTERED, LATE))
        return text == self._expected(planned)

    def _expected(self, planned: Planned) -> str:
        shape = planned.shape
        return shape.expects if shape.expects is not None else self.answers[shape.content]

    def _same_answer(self, told: Told) -> None:
        answered = [attempt for attempt in told.tries if attempt.answered]
        spoken = {attempt.text for attempt in answered if attempt.text}
        if len(spoken) > 1:
            self._violated("answers_differ", told.planned, " ≠ ".join(text[:30] for text in sorted(spoken)))
        at_once = told.planned.manner == "twin" and not told.again
        if spoken and not at_once and not answered[-1].text:
            self._violated("answers_differ", told.planned, "the last try got silence")

    # --- what is stored and delivered

    def stored_right(
        self,
        told: Sequence[Told],
        others: Iterable[Identity],
        facts: Facts,
        before: Facts,
        bubbles: Sequence[Bubble],
    ) -> None:
        """Each answered message once in the log, each request once with its number, each owed answer delivered once.

        `others` are messages sent beside these; `before` are the facts before all of them; `bubbles` are new ones.
        """
        self._log_right(told, others, Counter(facts.logged) - Counter(before.logged))
        self._help_right(told, facts)
        self._delivered_right(told, facts, bubbles)
        for what, count in (("owed", facts.owed), ("undelivered", facts.undelivered), ("dead", facts.dead)):
            if count:
                self.findings.violated(self.line, f"left_{what}", f"{count}")

    def _log_right(
        self, told: Sequence[Told], others: Iterable[Identity], logged: "Counter[Identity]"
    ) -> None:
        must = Counter([one.planned.identity for one in told if was_answered(one)])
        must.update(others)
        may = Counter(one.planned.identity for one in told if not was_answered(one))
        for identity in must | logged:
            found, least = logged[identity], must[identity]
            if found < least:
                self.findings.violated(self.line, "lost", f"{identity[1:]} {found} × in log, not {least}")
            elif found > least + may[identity]:
                self.findings.violated(self.line, "doubled", f"{identity[1:]} {found} × in log, not {least}")

    def _help_right(self, told: Sequence[Told], facts: Facts) -> None:
        rows = Counter((row.openid, row.text) for row in facts.helped)
        for one in _asked_for_help(told):
            found = rows[one.planned.openid, one.planned.help_text or ""]
            if found > 1:
                self._violated("help_doubled", one.planned, f"{found} rows")
            elif found == 0 and was_answered(one):
                self._violated("help_lost", one.planned, "no row in help_requests")
        mine = {(one.planned.openid, one.planned.help_text) for one in told}
        numbers = Counter(row.number for row in facts.helped)
        for number in sorted({row.number for row in facts.helped if (row.openid, row.text) in mine}):
            if numbers[number] > 1:
                self.findings.violated(self.line, "number_twice", f"{number}")

    def _delivered_right(self, told: Sequence[Told], facts: Facts, bubbles: Sequence[Bubble]) -> None:
        """A follower sees the number of the request once: in the answer, or later as a customer-service message."""
        numbers = {(row.openid, row.text): row.number for row in facts.helped}
        arrived = Counter((bubble.openid, bubble.text.partition("。")[0]) for bubble in bubbles)
        wanted: Counter[tuple[str, str]] = Counter()
        for one in told:
            key = (one.planned.openid, one.planned.help_text or "")
            if one.planned.help_text is None:
                if was_answered(one) and not any(attempt.text for attempt in one.tries):
                    self._violated("silent", one.planned, "never answered")
                continue
            head = f"{REGISTERED}{numbers.get(key)}"
            self._number_right(one, head)
            if is_owed(one):
                wanted[one.planned.openid, head] += 1
        for late in wanted | arrived:
            if arrived[late] < wanted[late]:
                self.findings.violated(self.line, "answer_lost", f"{late[1]} never arrived")
            elif arrived[late] > wanted[late]:
                what = "answer_doubled" if late in wanted else "answer_stray"
                self.findings.violated(self.line, what, f"{late[1]} arrived {arrived[late]} ×")

    def _number_right(self, told: Told, head: str) -> None:
        for attempt in told.tries:
            if attempt.text.startswith(REGISTERED) and attempt.text.partition("。")[0] != head:
                self._violated("wrong_number", told.planned, f"{attempt.text[:20]}, stored as {head}")

    def _violated(self, what: str, planned: Planned, detail: str) -> None:
        where = f"#{planned.number} {planned.shape.kind} {planned.shape.content[:24]} ({planned.manner})"
        self.findings.violated(self.line, what, f"{where}: {detail}")


def was_answered(told: Told) -> bool:
    """Did any try get an answer, silence included?"""
    return any(attempt.answered for attempt in told.tries)


def is_owed(told: Told) -> bool:
    """Was the follower told to wait, or nothing at all?"""
    return was_answered(told) and not any(attempt.text.startswith(REGISTERED) for attempt in told.tries)


def _asked_for_help(told: Sequence[Told]) -> list[Told]:
    return [one for one in told if one.planned.help_text is not None]


def times_of(told: Sequence[Told]) -> dict[str, float | int]:
    """Figures of the answers: milliseconds, and how many waited or came late."""
    tries = [attempt for one in told for attempt in one.tries if attempt.problem != "hung_up"]
    times = [attempt.took_s * 1000 for attempt in tries]
    return {
        "messages": len(told),
        "answers": len(tries),
        "p50_ms": round(percentile(times, 0.5), 1),
        "p95_ms": round(percentile(times, 0.95), 1),
        "p99_ms": round(percentile(times, 0.99), 1),
        "max_ms": round(max(times, default=0.0), 1),
        "waited_over_1s": sum(ms > 1000 for ms in times),
        "told_to_wait": sum(any(a.text.startswith(LATE) for a in one.tries) for one in told),
        "silent": sum(a.answered and not a.text for a in tries),
        "hung_up": sum(a.problem == "hung_up" for one in told for a in one.tries),
        "repeated": sum(len(one.tries) > 1 for one in told),
        "xml_differs": sum(len({a.xml for a in one.tries if a.xml}) > 1 for one in told),
    }
