"""`flask doctor`: what is wrong with this installation, in plain Chinese, and what to do."""

import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from email.utils import parsedate_to_datetime

import click
import requests
from redis.exceptions import RedisError
from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError

from accounts.api_uses import list_near
from commands.database import current_version, newest_version
from house.current import parts
from house.parts import Parts
from models.accounts import Account
from models.content import Entry
from models.jobs import OutboxItem
from models.messages import PendingTurn
from places.checks import CHECKS, run_check
from wall.workdays.calendar import ends_soon, local_day
from wall.workdays.files import shipped_calendar
from wall.workdays.store import all_own_years, layered

_ALL = "the doctor looks at every account"
_SKEW_WARN_S = 5.0
_MANY_LATE = 100
_MANY_MB = 200


@dataclass(frozen=True, slots=True)
class Finding:
    """`good` False is a problem; the command then exits with 1. `soon`: none yet, but somebody has to do something."""

    good: bool
    text: str
    soon: bool = False

    @property
    def sign(self) -> str:
        return "!" if self.soon else "✓" if self.good else "✗"


@click.command("doctor")
@click.option("--account", "account_key", help="再对这个公众号做接入检查，与后台「接入向导」相同")
def doctor(account_key: str | None) -> None:
    """Check the installation and say what to do about each problem."""
    findings = list(examine(parts()))
    if account_key is not None:
        findings += examine_account(parts(), account_key)
    for finding in findings:
        click.echo(f"{finding.sign} {finding.text}")
    problems = sum(not finding.good for finding in findings)
    if problems:
        raise click.ClickException(f"{problems} 处需要处理")


def examine(house: Parts) -> Iterator[Finding]:
    """All findings, worst neighbours first; one that can't be asked is itself a finding."""
    database_good = True
    for finding in _guarded(_database, house, SQLAlchemyError, "数据库连不上：请检查 DATABASE_URL"):
        database_good = database_good and finding.good
        yield finding
    yield from _guarded(_redis, house, RedisError, "Redis 连不上：请检查 REDIS_URL，或先启动服务（make run）")
    yield from _clock(house)
    if database_good:
        yield from _guarded(_content, house, SQLAlchemyError, "读不到内容")
        yield from _guarded(_backlog, house, SQLAlchemyError, "读不到待办")


def examine_account(house: Parts, account_key: str) -> Iterator[Finding]:
    """All live checks of one account. Raises NotFound."""
    with house.db.read() as session:
        house.directory.reload(session)
    account = house.directory.get(account_key)
    for name, check in CHECKS.items():
        result = run_check(name, house, account)
        advice = f"：{result.advice}" if result.advice else ""
        yield Finding(result.state != "bad", f"{check.title}：{result.text}{advice}")


def _guarded(
    check: Callable[[Parts], Iterator[Finding]], house: Parts, error: type[Exception], text: str
) -> Iterator[Finding]:
    try:
        yield from check(house)
    except error as problem:
        yield Finding(False, f"{text}（{type(problem).__name__}）")


def _database(house: Parts) -> Iterator[Finding]:
    now, newest = current_version(house.db), newest_version(house.db)
    good = now == newest
    yield Finding(
        good, f"数据库版本 {now}" if good else f"数据库版本是 {now}，应为 {newest}：运行 flask db upgrade"
    )
    if house.settings.production and house.db.is_sqlite:
        yield Finding(False, "生产环境正在用 SQLite：请用 DATABASE_URL 指向 PostgreSQL")


def _redis(house: Parts) -> Iterator[Finding]:
    if house.redis is None:
        yield Finding(True, "没有运行中的 Redis（服务启动时会自带一个）")
        return
    seconds, micros = house.redis.time()
    yield _skew("Redis", seconds + micros / 1e6 - time.time())


def _clock(house: Parts) -> Iterator[Finding]:
    """Callbacks older than the age window are refused, so a wrong clock silences the account."""
    session = requests.Session()
    session.trust_env = False
    try:
        before = time.time()
        answer = session.get(f"{house.settings.wechat.api_url}/cgi-bin/token", timeout=5)
        stamp = parsedate_to_datetime(answer.headers["Date"]).timestamp()
    except (requests.RequestException, KeyError, ValueError):
        yield Finding(False, "微信平台接口连不上，没能核对时钟：请检查网络，或先启动服务（make run）")
        return
    yield _skew("微信平台", stamp + 0.5 - (before + time.time()) / 2)


def _skew(neighbour: str, seconds: float) -> Finding:
    good = abs(seconds) <= _SKEW_WARN_S
    advice = "" if good else "：请用 NTP 校准服务器时钟，差得太多会拒收微信的消息"
    return Finding(good, f"本机时钟与{neighbour}相差 {seconds:+.1f} 秒{advice}")


def _content(house: Parts) -> Iterator[Finding]:
    with house.db.read() as session:
        accounts = list(session.scalars(select(Account).where(Account.closed_at.is_(None))))
        entries = (
            session.scalar(select(func.count()).select_from(Entry).execution_options(all_tenants=_ALL)) or 0
        )
    yield Finding(
        bool(accounts),
        f"{len(accounts)} 个公众号" if accounts else "还没有公众号：flask accounts add 或 flask demo load",
    )
    yield Finding(
        bool(entries), f"{entries} 条问答" if entries else "还没有问答：flask faq import 或 flask demo load"
    )
    yield from _credentials(house, [account.key for account in accounts])
    yield from _quotas(house)
    yield from _workdays(house)


def _credentials(house: Parts, keys: list[str]) -> Iterator[Finding]:
    """What is wrong with stored credentials, of every account; nothing is asked of the platform."""
    with house.db.read() as session:
        house.directory.reload(session)
    for key in keys:
        account = house.directory.find(key)
        if account is None:
            yield Finding(
                False, f"公众号 {key} 不能使用：密钥或资料已损坏，请用 flask accounts change {key} 重新填写"
            )
        elif (result := run_check("credentials", house, account)).state == "bad":
            yield Finding(False, f"{result.text}：{result.advice}")


def _quotas(house: Parts) -> Iterator[Finding]:
    """Endpoints of which most of today's calls are used, by our own count and what the platform said last."""
    with house.db.read() as session:
        near = list_near(session, house.directory.all(), house.clock())
    for account, one in near:
        limit = "" if one.limit is None else f"，上限 {one.limit:,} 次"
        yield Finding(
            False,
            f"公众号 {account.key}「{one.api.title}」{one.told}{limit}：请看后台「额度」，查明是谁在调用",
        )
    if not near:
        yield Finding(True, "今天的接口额度都够用")


def _workdays(house: Parts) -> Iterator[Finding]:
    """Until when it is known on which days people work; after that, deadlines are counted by weekends alone."""
    today = local_day(house.clock())
    with house.db.read() as session:
        own = all_own_years(session)
    ends: dict[date | None, list[str]] = defaultdict(list)
    for account in house.directory.all():
        ends[layered(own, account.organisation_ids).known_until(today)].append(account.key)
    for until, keys in ends.items() if ends else [(shipped_calendar().known_until(today), [])]:
        yield _known_until(until, today, keys)


def _known_until(until: date | None, today: date, keys: list[str]) -> Finding:
    whose = f"（公众号 {'、'.join(keys[:3])}{' 等' if len(keys) > 3 else ''}）" if keys else ""
    todo = "请在后台「工作日历」或用 flask workdays import 导入国务院公布的安排"
    if until is None:
        return Finding(False, f"{today.year} 年的工作日历还没有{whose}，期限只按推定的休息日计算：{todo}")
    if ends_soon(until, today):
        left = (until - today).days
        return Finding(True, f"工作日历只到 {until}，还有 {left} 天{whose}：{todo}", soon=True)
    return Finding(True, f"工作日历已知到 {until}{whose}")


def _backlog(house: Parts) -> Iterator[Finding]:
    waiting, dead = _outbox_count(house, "waiting"), _outbox_count(house, "dead")
    unanswered = select(func.count()).select_from(PendingTurn).where(PendingTurn.done_at.is_(None))
    with house.db.read() as session:
        late = session.scalar(unanswered.execution_options(all_tenants=_ALL)) or 0
    journal_mb = sum(path.stat().st_size for path in house.settings.journal_dir.glob("*.jsonl")) / 1e6
    see_log = "（原因见日志 delivery_failed）" if dead else ""
    yield Finding(dead == 0, f"发件箱：{waiting} 件待发，{dead} 件多次失败{see_log}")
    yield _worker_keeps_up(late < _MANY_LATE, f"{late} 条消息的答复还没补发")
    yield _worker_keeps_up(journal_mb < _MANY_MB, f"流水 {journal_mb:.1f} MB")
    if (house.settings.journal_dir / "rejected.txt").exists():
        yield Finding(
            False, "有流水记录写不进数据库，已存入 rejected.txt：请把日志 journal_record_rejected 交给开发者"
        )


def _worker_keeps_up(good: bool, text: str) -> Finding:
    return Finding(good, text if good else f"{text}：请确认 flask worker 在运行")


def _outbox_count(house: Parts, state: str) -> int:
    query = select(func.count()).select_from(OutboxItem).where(OutboxItem.state == state)
    with house.db.read() as session:
        return session.scalar(query.execution_options(all_tenants=_ALL)) or 0
