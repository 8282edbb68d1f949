"""What a quiz does as its campaign lives: checked before it opens, frozen when it does, closed, exported, forgotten."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from accounts.chains import chain_of_account
from campaigns.kinds.quiz.bank.store import list_effective
from campaigns.kinds.quiz.config import AT_ONCE, QuizConfig, Row, settings_of
from campaigns.kinds.quiz.frozen import freeze, suits
from campaigns.kinds.quiz.rules import clock_of, duration_text
from campaigns.kinds.quiz.service import finish
from campaigns.kinds.quiz.store import find_standing
from campaigns.kinds.quiz.tables import QuizAnswer, QuizAttempt, QuizQuestion
from campaigns.view import CampaignView, Finding
from core.clock import local_text
from models.ledger import Person

EXPORT_COLUMNS = (
    "编号",
    "关",
    "开始时间",
    "交卷时间",
    "用时（秒）",
    "题数",
    "答对",
    "得分",
    "是否通过",
    "是否到时自动交卷",
    "地区",
    "单位",
    "行业",
)


def preflight(session: Session, campaign: CampaignView) -> Sequence[Finding]:
    """Does the bank hold enough for every line of the blueprint, and is it checked?"""
    settings = settings_of(campaign)
    bank = list_effective(session, chain_of_account(session, campaign.account_id))
    ready = [one for one in bank if one.reviewed_by]
    found = [
        finding
        for gate in range(settings.gate_count)
        for row in settings.rows_of(gate)
        if (finding := _lacking(settings, gate, row, ready, bank)) is not None
    ]
    if settings.tries_a_day == 0 and settings.tries == 0 and campaign.draw_id is not None:
        found.append(
            Finding(
                "stop",
                "活动关联了抽奖，却没有限制答题次数：一个人可以无限次得到抽奖机会。",
                "在设置里填「每人每天最多几次」或「每人一共最多几次」。",
            )
        )
    return [*found, *_find_unexplained(settings, ready)]


def _lacking(
    settings: QuizConfig, gate: int, row: Row, ready: Sequence[QuizQuestion], bank: Sequence[QuizQuestion]
) -> Finding | None:
    """Other lines of the level may take questions away from this one: there must be enough even then."""
    pool = {one.code for one in ready if suits(one, row)}
    others = (
        other.take
        for other in settings.rows_of(gate)
        if other is not row and any(suits(one, other) for one in ready if one.code in pool)
    )
    short = row.take + sum(others) - len(pool)
    if short <= 0:
        return None
    name = row.subjects or "全部分类"
    waiting = sum(1 for one in bank if not one.reviewed_by and suits(one, row))
    remedy = f"还有 {waiting} 道没审核，审核后就能用。" if waiting else "在「题库」里补题，或少抽几题。"
    return Finding("stop", f"「{name}」已审核的题只有 {len(pool)} 道，还差 {short} 道。", remedy)


def _find_unexplained(settings: QuizConfig, ready: Sequence[QuizQuestion]) -> Iterator[Finding]:
    used = [one for one in ready if any(suits(one, row) for row in settings.blueprint)]
    bare = [one.code for one in used if not one.explanation]
    if bare:
        yield Finding(
            "hint",
            f"有 {len(bare)} 道题没有解析（如 {bare[0]}），答错的人看不到原因。",
            "在「题库」里补上解析。",
        )
    blind = [one.code for one in used if one.picture and not one.picture_text]
    if blind:
        yield Finding(
            "stop",
            f"有 {len(blind)} 道图片题没有图片说明（如 {blind[0]}），看不见图的人没法答。",
            "在「题库」里补上图片说明。",
        )


def on_open(session: Session, campaign: CampaignView, now: datetime) -> None:
    freeze(session, campaign, chain_of_account(session, campaign.account_id), now)


def on_close(session: Session, campaign: CampaignView, now: datetime) -> None:
    """Papers still open are handed in with what was saved, by the clock that they were under."""
    query = (
        select(QuizAttempt, Person)
        .join(Person, Person.id == QuizAttempt.person_id)
        .where(
            QuizAttempt.account_id == campaign.account_id,
            Person.account_id == campaign.account_id,
            QuizAttempt.campaign_id == campaign.id,
            QuizAttempt.state == "open",
        )
    )
    for row, person in session.execute(query).all():
        finish(session, campaign, row, person, clock_of(campaign, now))


def on_resume(session: Session, campaign: CampaignView, now: datetime) -> None:
    """Papers under way get the time in which the campaign was frozen; those whose time was up before get none."""
    if campaign.frozen_at is None:
        return
    query = select(QuizAttempt.id, QuizAttempt.due_at).where(
        QuizAttempt.account_id == campaign.account_id,
        QuizAttempt.campaign_id == campaign.id,
        QuizAttempt.state == "open",
        QuizAttempt.due_at > campaign.frozen_at,
    )
    stood = now - campaign.frozen_at
    later = [{"id": id_, "due_at": due_at + stood} for id_, due_at in session.execute(query) if due_at]
    if later:
        by_id = {"all_tenants": "by the ids that were just found in this account"}
        session.execute(update(QuizAttempt), later, execution_options=by_id)


def facts(campaign: CampaignView) -> Sequence[str]:
    """The settings in sentences, for the rules page."""
    settings = settings_of(campaign)
    return [line for line in (_asks(settings), *_limits(settings), *_results(settings)) if line]


def _asks(settings: QuizConfig) -> str:
    total = sum(row.take for row in settings.blueprint)
    if settings.gates:
        return f"共 {settings.gate_count} 关、{total} 题，每题 {settings.points} 分，题目从题库随机抽取。"
    return f"每次 {total} 题，每题 {settings.points} 分，题目从题库随机抽取，各人不同。"


def _limits(settings: QuizConfig) -> Iterator[str]:
    each = "每关" if settings.gates else ""
    if settings.gates and settings.in_order:
        yield "上一关达到及格分，才能进下一关。"
    if settings.minutes:
        yield f"每次限时 {settings.minutes} 分钟，由服务器计时，到时自动交卷；中途离开可以接着答。"
        yield "活动暂停期间，答题计时停住，恢复后接着算。"
    if settings.tries_a_day:
        yield f"{each}每人每天最多答 {settings.tries_a_day} 次，成绩取最好的一次。"
    if settings.tries:
        yield f"{each}每人一共最多答 {settings.tries} 次，成绩取最好的一次。"


def _results(settings: QuizConfig) -> Iterator[str]:
    yield f"答对 {settings.pass_percent}% 及以上为通过。"
    when = "每答一题就告诉对错和解析" if settings.feedback == AT_ONCE else "交卷后告诉对错和解析"
    yield f"{when}。"
    if settings.boards:
        yield "排行榜先比得分，再比用时，再比先后；姓名只露姓，没有填写姓名的不显示。"
    if settings.certificate:
        yield f"最好成绩达到满分的 {settings.certificate_percent}%，可以领取电子证书。"


def export_rows(session: Session, campaign: CampaignView) -> Iterator[Sequence[str | int | float]]:
    """An attempt a row, in the order they began; people by their number in the campaign."""
    settings = settings_of(campaign)
    query = (
        select(QuizAttempt, Person.public_id, Person.region, Person.unit, Person.trade)
        .join(Person, Person.id == QuizAttempt.person_id)
        .where(
            QuizAttempt.account_id == campaign.account_id,
            Person.account_id == campaign.account_id,
            QuizAttempt.campaign_id == campaign.id,
        )
        .order_by(QuizAttempt.id)
        .execution_options(yield_per=1000)
    )
    for row, person, region, unit, trade in session.execute(query):
        yield (
            person,
            settings.gate_title(row.gate),
            local_text(row.started_at),
            local_text(row.ended_at) if row.ended_at else "",
            round(row.used_ms / 1000, 1),
            row.total,
            row.right,
            row.points,
            "是" if row.passed else "否",
            "是" if row.timed_out else "否",
            region,
            unit,
            trade,
        )


def erase_person(session: Session, account_id: int, person_id: int) -> int:
    """What they typed themselves into blanks; their results stay, without a name."""
    attempts = select(QuizAttempt.id).where(
        QuizAttempt.account_id == account_id, QuizAttempt.person_id == person_id
    )
    query = select(QuizAnswer).where(QuizAnswer.account_id == account_id, QuizAnswer.attempt_id.in_(attempts))
    typed = [one for one in session.scalars(query) if not _is_choice(one.given)]
    for one in typed:
        one.given = ""
    return len(typed)


def _is_choice(given: str) -> bool:
    return given in ("对", "错") or set(given) <= set("ABCDEF")


def kept(session: Session, campaign: CampaignView, person: Person) -> Mapping[str, str | int]:
    query = select(func.count()).where(
        QuizAttempt.account_id == campaign.account_id,
        QuizAttempt.campaign_id == campaign.id,
        QuizAttempt.person_id == person.id,
    )
    standing = find_standing(session, campaign, person.id)
    return {
        "答题次数": session.scalar(query) or 0,
        "最好成绩": f"{standing.points} 分，用时 {duration_text(standing.used_ms)}"
        if standing
        else "还没有成绩",
    }
