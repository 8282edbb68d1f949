"""Verbs on gaps: see them, settle them, fill one with an entry, forget what is old; and the figures of coverage."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from core.clock import SHANGHAI
from core.errors import Conflict, Invalid, NotFound
from core.text import clean
from faq.files import EntryRow
from faq.gaps import clusters
from faq.gaps.grouping import LEAST, Gap, by_size, gap_made_of, grouped_gaps
from faq.gaps.lists import lock_lists, show_lines
from faq.gaps.store import (
    batches,
    find_gap_now,
    list_of_gap,
    list_open_texts,
    list_outcomes,
    list_settled,
)
from faq.samples import phrasings
from faq.service import import_entries
from faq.spelling import Speller
from faq.store import EntryView
from faq.synonyms import shipped_synonyms
from models.gaps import AskedQuestion, QuestionDay
from models.upsert import count_rows

MOST_ALTERNATES = 10
_LIMITS = {"编号": 80, "主题": 80, "问题": 500, "答案": 8000}


@dataclass(frozen=True, slots=True)
class NewEntry:
    """What staff write for a gap. Empty: the gap's own question, and a code made from the gap's."""

    answer: str
    topic: str = ""
    code: str = ""
    question: str = ""


@dataclass(frozen=True, slots=True)
class Filled:
    """The entry that was made of a gap, and how many questions that settled."""

    entry: EntryRow
    settled: int


@dataclass(frozen=True, slots=True)
class Coverage:
    """How questions went on a day, or in all. Feedback (useful, useless) is no question."""

    counts: Counter[str] = field(default_factory=Counter)

    @property
    def questions(self) -> int:
        return self.counts["answered"] + self.counts["suggested"] + self.counts["handed_off"]

    @property
    def coverage(self) -> float | None:
        """Answered or offered a choice, of all questions (0 to 1); None without questions."""
        good = self.counts["answered"] + self.counts["suggested"]
        return round(good / self.questions, 4) if self.questions else None


def find_gaps(session: Session, account_id: int, since: datetime) -> list[Gap]:
    """An account's open gaps in which something was asked since, most asked first; counted since then.

    As they were grouped last (`lists.keep`). What is alike is judged over all open questions, so a gap is the same one
    whatever the days looked at.
    """
    return by_size(grouped_gaps(session, account_id), since)


def get_gap(session: Session, account_id: int, code: str) -> Gap:
    """The open gap of this code. A code that was a gap's before others were asked leads to the gap of its question.

    Raises NotFound.
    """
    for known in (code, find_gap_now(session, account_id, code)):
        if known and (asked := list_of_gap(session, account_id, known)):
            return gap_made_of(account_id, known, asked)
    raise NotFound("no_gap", f"没有编号为「{code}」的待处理缺口，可能已经有人处理过了")


def list_like(
    session: Session, account_ids: Sequence[int], phrasings: Sequence[str], limit: int = 8
) -> list[str]:
    """Open questions of these accounts that are put like one of `phrasings` (and are none of them), nearest first."""
    speller = Speller(shipped_synonyms())
    known = [spelled for text in phrasings if (spelled := speller.spell(text))]
    texts: dict[str, str] = {}
    for text in list_open_texts(session, account_ids):
        if len(spelled := speller.spell(text)) >= LEAST and spelled not in known:
            texts.setdefault(spelled, text)
    near = clusters.likeness(list(texts), known, clusters.feature_weights(speller))
    ranked = sorted(zip(near.tolist(), texts.values(), strict=True), key=lambda one: -one[0])
    return [text for like, text in ranked[:limit] if like >= clusters.NEAR]


def settle(session: Session, account_id: int, gap: Gap, now: datetime) -> int:
    """Take a gap off the list; returns how many questions it had. Raises Conflict when somebody settled it before."""
    lock_lists(session, account_id)
    settled = _set_done(session, account_id, [one.id for one in gap.asked], done_at=now, before=None)
    if not settled:
        raise Conflict("gap_settled", f"缺口「{gap.code}」刚刚已经被处理过了")
    show_lines(session, account_id, gap.code, shown=False)
    return settled


def reopen(session: Session, account_id: int, code: str) -> int:
    """Bring a settled gap back, as it was when it was settled; returns how many questions it has. Raises NotFound."""
    lock_lists(session, account_id)
    rows = list_settled(session, account_id, code)
    if not rows:
        raise NotFound("no_gap", f"没有编号为「{code}」的已处理缺口，不用恢复")
    moment = max(done_at for _, done_at in rows)
    ids = [row_id for row_id, done_at in rows if done_at == moment]
    show_lines(session, account_id, code, shown=True)
    return _set_done(session, account_id, ids, done_at=None, before=moment)


def fill(
    session: Session,
    account_id: int,
    organisation_id: int,
    code: str,
    new: NewEntry,
    existing: Sequence[EntryView],
    now: datetime,
) -> Filled:
    """Make an entry of a gap and settle it. `existing`: the account's entries; what they are asked by already is no
    alternate of the new one.

    Raises Invalid (a text missing or too long), Conflict (the entry's code is taken, or the gap is settled) or NotFound.
    """
    gap = get_gap(session, account_id, code)
    entry = _entry_of(gap, new, existing)
    if any(entry.code == other.code for other in existing):
        raise Conflict("entry_exists", f"已经有编号为「{entry.code}」的问答，请用 --id 换一个编号")
    settled = settle(session, account_id, gap, now)
    import_entries(session, organisation_id, [entry], now)
    return Filled(entry, settled)


def expire(session: Session, before: datetime) -> int:
    """Forget what was asked before; returns how much it was."""
    everybody = {"synchronize_session": False, "all_tenants": "old questions of every account"}
    first = before.astimezone(SHANGHAI).date()
    session.execute(delete(QuestionDay).where(QuestionDay.day < first).execution_options(**everybody))
    old = delete(AskedQuestion).where(AskedQuestion.asked_at < before)
    return count_rows(session.execute(old.execution_options(**everybody)))


def measure(session: Session, account_id: int, since: datetime) -> tuple[Coverage, dict[date, Coverage]]:
    """How questions went from the day of `since` on: in all, and by day in Shanghai (days on which something was asked)."""
    total = Coverage()
    days: dict[date, Coverage] = {}
    for on, outcome, number in list_outcomes(session, account_id, since.astimezone(SHANGHAI).date()):
        days.setdefault(on, Coverage()).counts[outcome] += number
        total.counts[outcome] += number
    return total, dict(sorted(days.items()))


def _entry_of(gap: Gap, new: NewEntry, existing: Sequence[EntryView]) -> EntryRow:
    """The entry for a gap: its other texts are the alternates, but not those that other entries have."""
    texts = {
        "编号": clean(new.code).strip() or f"gap-{gap.code}",
        "主题": clean(new.topic).strip(),
        "问题": clean(new.question).strip() or gap.question,
        "答案": clean(new.answer).strip(),
    }
    if not texts["答案"]:
        raise Invalid("empty", "答案不能为空：用 --answer 写出回答")
    for name, limit in _LIMITS.items():
        if len(texts[name]) > limit:
            raise Invalid("too_long", f"{name}超过 {limit} 个字")
    # In files a bar parts the alternates.
    spell = Speller(shipped_synonyms()).spell
    known = {spell(text) for entry in existing for text in phrasings(entry)} | {spell(texts["问题"])}
    others = [text.replace("|", "／") for text in gap.texts if spell(text) not in known]
    return EntryRow(
        code=texts["编号"],
        topic=texts["主题"],
        category="",
        question=texts["问题"],
        alternates=tuple(others[:MOST_ALTERNATES]),
        answer=texts["答案"],
    )


def _set_done(
    session: Session,
    account_id: int,
    ids: Sequence[int],
    *,
    done_at: datetime | None,
    before: datetime | None,
) -> int:
    """Change when questions were settled, of those where it is `before` so far; returns how many there were."""
    changed = 0
    for some in batches(ids):
        statement = (
            update(AskedQuestion)
            .where(
                AskedQuestion.account_id == account_id,
                AskedQuestion.id.in_(some),
                AskedQuestion.done_at.is_(None) if before is None else AskedQuestion.done_at == before,
            )
            .values(done_at=done_at)
            .execution_options(synchronize_session=False)
        )
        changed += count_rows(session.execute(statement))
    return changed
