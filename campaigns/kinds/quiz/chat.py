"""答题 in the chat: a question as text, a letter as its answer. Where somebody stands is in SQL, so it can wait for days.

A message that comes again finds what it did (its key stands with the answer, the start, the end) and says the same.
"""

import re
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from campaigns.kinds.quiz import rules
from campaigns.kinds.quiz.config import AT_ONCE, settings_of
from campaigns.kinds.quiz.frozen import get_set
from campaigns.kinds.quiz.marking import KINDS
from campaigns.kinds.quiz.paper import Asked, Paper, keep_paper
from campaigns.kinds.quiz.saving import Saved, answer
from campaigns.kinds.quiz.service import finish, is_over, start, submit
from campaigns.kinds.quiz.standings import find_mine, scored_of
from campaigns.kinds.quiz.store import get_attempt, list_answers, list_attempts
from campaigns.kinds.quiz.tables import QuizAnswer, QuizAttempt
from campaigns.view import CampaignView
from chat.answer import PASS, Answer, say
from chat.turn import Turn
from core.clock import local_text
from core.errors import DomainError
from core.text import cut_utf8
from models.ledger import Person

_LETTERS = r"[a-f](?:[ ,，、.+和]*[a-f]){0,5}"
_CHOICE = re.compile(rf"{_LETTERS}|对|错|√|×|正确|错误|对的|错的")
_TYPED = re.compile(r"答[ :：]*(?P<text>.{1,30})")
_HAND_IN, _SURE = "交卷", "确定交卷"
_ON = frozenset({"继续", "继续答题", "下一题"})
_LIMIT_BYTES = 2000


class QuizChat:
    """The kind's part of the chat."""

    def may_answer(self, turn: Turn) -> bool:
        words = turn.words
        return (
            words in (_HAND_IN, _SURE)
            or words in _ON
            or bool(_CHOICE.fullmatch(words) or _TYPED.fullmatch(words))
        )

    def may_begin(self, campaign: CampaignView, turn: Turn) -> bool:
        return False

    def open(self, session: Session, campaign: CampaignView, person: Person, turn: Turn) -> Answer:
        """Begin at the first level that can be played, or go on with what is under way."""
        begun = _attempt_by(session, campaign, person, began_by=turn.message.key)
        if begun is not None:
            paper = _paper(session, campaign, begun, person)
            return say(f"{_rules_text(campaign, paper, begun.due_at)}\n\n{_question_text(paper, 0)}")
        rows = list_attempts(session, campaign, person.id)
        under_way = _under_way(rows, turn.now)
        gate = under_way.gate if under_way else _next_gate(campaign, rows, turn.now)
        paper = start(session, campaign, person, gate, turn.now, turn.message.key)
        if under_way is not None:
            return say(_go_on(session, paper, "接着上次的："))
        due_at = get_attempt(session, paper).due_at
        return say(f"{_rules_text(campaign, paper, due_at)}\n\n{_question_text(paper, 0)}")

    def answer(self, session: Session, campaign: CampaignView, person: Person | None, turn: Turn) -> Answer:
        """A letter, 对 or 错, 「答 …」, 「交卷」; PASS while they have no paper under way."""
        if person is None:
            return PASS
        again = _said_before(session, campaign, person, turn)
        if again is not None:
            return again
        rows = list_attempts(session, campaign, person.id)
        row = next((one for one in reversed(rows) if one.state == "open"), None)
        if row is None:
            return PASS
        if is_over(row, turn.now):
            finish(session, campaign, row, person, turn.now, turn.message.key)
            session.refresh(row)
            return say(_result_text(session, campaign, row, "时间到了，已按保存的答案自动交卷。"))
        paper = _paper(session, campaign, row, person)
        if turn.words in _ON:
            return say(_go_on(session, paper, ""))
        act = self._hand_in if turn.words in (_HAND_IN, _SURE) else self._take
        return act(session, campaign, paper, person, turn)

    def _take(
        self, session: Session, campaign: CampaignView, paper: Paper, person: Person, turn: Turn
    ) -> Answer:
        answered = list_answers(session, paper.account_id, paper.id)
        at = _first_open(paper, answered)
        if at is None:
            return say(f"题目都答完了，回复「{_HAND_IN}」就出成绩。")
        typed = _TYPED.fullmatch(turn.words)
        said = typed["text"] if typed and paper.asked[at].question.kind == "blank" else turn.words
        try:
            saved = answer(session.connection(), campaign, paper, at, said, turn.now, turn.message.key)
        except DomainError as error:
            return say(f"{error.message}\n\n{_question_text(paper, at)}")
        if len(answered) + 1 == len(paper.asked):
            row = submit(session, campaign, paper, person, turn.now, turn.message.key)
            return say(_last_text(session, campaign, row, saved))
        following = next(place for place in range(at + 1, len(paper.asked)) if place not in answered)
        return say(_next_text(campaign, paper, saved, following))

    def _hand_in(
        self, session: Session, campaign: CampaignView, paper: Paper, person: Person, turn: Turn
    ) -> Answer:
        left = len(paper.asked) - len(list_answers(session, paper.account_id, paper.id))
        if left and turn.words != _SURE:
            return say(f"还有 {left} 题没答。接着答请回复「继续」，确定现在交卷请回复「{_SURE}」。")
        row = submit(session, campaign, paper, person, turn.now, turn.message.key)
        return say(_result_text(session, campaign, row, "已交卷。"))


def _said_before(session: Session, campaign: CampaignView, person: Person, turn: Turn) -> Answer | None:
    """What this very message was answered when it came first; None when it did not."""
    ended = _attempt_by(session, campaign, person, ended_by=turn.message.key)
    query = select(QuizAnswer).where(
        QuizAnswer.account_id == campaign.account_id, QuizAnswer.message_key == turn.message.key
    )
    given = session.scalar(query)
    if given is None:
        if ended is None:
            return None
        head = "时间到了，已按保存的答案自动交卷。" if ended.timed_out else "已交卷。"
        return say(_result_text(session, campaign, ended, head))
    attempts = select(QuizAttempt).where(
        QuizAttempt.account_id == campaign.account_id,
        QuizAttempt.campaign_id == campaign.id,
        QuizAttempt.person_id == person.id,
        QuizAttempt.id == given.attempt_id,
    )
    row = session.scalar(attempts)
    if row is None:
        return None
    paper = _paper(session, campaign, row, person)
    asked = paper.asked[given.position]
    saved = Saved(given.position, asked.shown(given.given), given.right, asked)
    if ended is not None:
        return say(_last_text(session, campaign, ended, saved))
    answers = list_answers(session, paper.account_id, paper.id)
    then = [at for at, one in answers.items() if (one.at, at) <= (given.at, given.position)]
    following = next((at for at in range(len(paper.asked)) if at not in then), given.position)
    return say(_next_text(campaign, paper, saved, following))


def _attempt_by(session: Session, campaign: CampaignView, person: Person, **marks: str) -> QuizAttempt | None:
    query = select(QuizAttempt).where(
        QuizAttempt.account_id == campaign.account_id,
        QuizAttempt.campaign_id == campaign.id,
        QuizAttempt.person_id == person.id,
    )
    return session.scalar(query.filter_by(**marks))


def _paper(session: Session, campaign: CampaignView, row: QuizAttempt, person: Person) -> Paper:
    return keep_paper(campaign, get_set(session, campaign), row, person.mark)


def _under_way(rows: Sequence[QuizAttempt], now: datetime) -> QuizAttempt | None:
    return next((one for one in reversed(rows) if one.state == "open" and not is_over(one, now)), None)


def _next_gate(campaign: CampaignView, rows: Sequence[QuizAttempt], now: datetime) -> int:
    """The first level that can be played and was not passed yet; else the last that can be; else the first."""
    started = [(one.gate, one.started_at) for one in rows]
    views = rules.view_gates(settings_of(campaign), campaign.opens_at, started, scored_of(rows), now)
    playable = [one for one in views if one.state == "open"]
    fresh = [one for one in playable if one.best is None or not one.best.passed]
    return (fresh[0] if fresh else playable[-1] if playable else _nearest(views)).gate


def _nearest(views: Sequence[rules.GateView]) -> rules.GateView:
    """The level whose refusal says best what to do: the next that is to open, else one that is used up."""
    waiting = [one for one in views if one.state in ("soon", "locked")]
    return waiting[0] if waiting and views[0].best is not None else views[0]


def _first_open(paper: Paper, answered: dict[int, QuizAnswer]) -> int | None:
    return next((at for at in range(len(paper.asked)) if at not in answered), None)


def _rules_text(campaign: CampaignView, paper: Paper, due_at: datetime | None) -> str:
    settings = settings_of(campaign)
    title = settings.gate_title(paper.gate)
    head = f"【{campaign.title}{' · ' + title if title else ''}】共 {len(paper.asked)} 题"
    limit = f"，限时 {settings.minutes} 分钟（到 {local_text(due_at)[11:]}）" if due_at else ""
    return f"{head}{limit}。答案发出后不能改；中途有事，回来回复「继续」。"


def _go_on(session: Session, paper: Paper, head: str) -> str:
    at = _first_open(paper, list_answers(session, paper.account_id, paper.id))
    if at is None:
        return f"题目都答完了，回复「{_HAND_IN}」就出成绩。"
    due_at = get_attempt(session, paper).due_at
    until = f"（{local_text(due_at)[11:]} 前交卷）" if due_at else ""
    return f"{head}{until}{_question_text(paper, at)}"


def _question_text(paper: Paper, at: int) -> str:
    asked = paper.asked[at]
    kind = asked.question.kind
    lines = [f"第 {at + 1}/{len(paper.asked)} 题（{KINDS[kind]}）", asked.question.question]
    if asked.question.picture:
        lines.append(f"（图：{asked.question.picture_text}）")
    lines += [f"{letter}. {text}" for letter, text in asked.options]
    return "\n".join([*lines, _hint(asked)])


def _hint(asked: Asked) -> str:
    hints = {
        "single": "回复一个字母",
        "multiple": "回复几个字母，如 AB",
        "judge": "回复「对」或「错」",
        "blank": "回复「答」加上内容，如：答 30日",
    }
    return f"（{hints[asked.question.kind]}）"


def _verdict(campaign: CampaignView, saved: Saved) -> str:
    """What is told of an answer at once."""
    if settings_of(campaign).feedback != AT_ONCE:
        return f"已记下：{saved.shown}。"
    if saved.right:
        return f"✓ 答对了！{saved.asked.question.explanation}"
    right = saved.asked.shown(saved.asked.question.answer)
    return f"✗ 正确答案是 {right}。{saved.asked.question.explanation}"


def _next_text(campaign: CampaignView, paper: Paper, saved: Saved, at: int) -> str:
    """The question is never cut; the explanation before it may be."""
    following = _question_text(paper, at)
    room = _LIMIT_BYTES - len(following.encode()) - 2
    return f"{cut_utf8(_verdict(campaign, saved), room)}\n\n{following}"


def _last_text(session: Session, campaign: CampaignView, row: QuizAttempt, saved: Saved) -> str:
    ending = _result_text(session, campaign, row, "题目答完，已交卷。")
    room = _LIMIT_BYTES - len(ending.encode()) - 2
    return f"{cut_utf8(_verdict(campaign, saved), room)}\n\n{ending}"


def _result_text(session: Session, campaign: CampaignView, row: QuizAttempt, head: str) -> str:
    settings = settings_of(campaign)
    lines = [
        f"{head}答对 {row.right}/{row.total} 题，得 {row.points} 分，用时 {rules.duration_text(row.used_ms)}。"
    ]
    if row.passed and campaign.draw_id is not None:
        lines.append("恭喜通过，得到一次抽奖机会！打开活动页面就能抽。")
    elif row.passed:
        lines.append("恭喜通过！")
    else:
        lines.append(f"通过要答对 {settings.pass_percent}%，再学学，下次一定行。")
    mine = find_mine(session, campaign, row.person_id) if settings.boards else None
    if mine is not None:
        lines.append(f"目前排第 {mine.rank} 名（共 {mine.people} 人）。")
    lines.append(f"再答一次：回复「{campaign.word}」。")
    return "\n".join(lines)
