"""`flask faq gaps …` and `flask faq coverage`: what is missing, and how much is answered."""

import json
from datetime import date, timedelta
from typing import Any

import click
from flask.cli import AppGroup
from sqlalchemy.orm import Session

from accounts.directory import AccountView
from accounts.service import get_account
from core.clock import SHANGHAI
from faq.gaps.grouping import Gap
from faq.gaps.lists import window_start
from faq.gaps.nearest import NOTHING, Entries
from faq.gaps.service import Coverage, NewEntry, fill, find_gaps, get_gap, measure, reopen, settle
from faq.gaps.tasks import regroup
from faq.store import EntryView, inherit, list_entries
from house.current import parts

_SHOWN = 20
_EXAMPLES = 3
_DAYS = click.IntRange(1, 3650)
_ACCOUNT = "公众号的 KEY"
_SPAN = "看最近多少天，含今天"


def install(group: AppGroup) -> None:
    """Put these commands below `flask faq`."""
    group.add_command(gaps)
    group.add_command(coverage)


@click.group("gaps", cls=AppGroup, invoke_without_command=True)
@click.option("--account", "account_key", help=_ACCOUNT)
@click.option("--days", type=_DAYS, default=30, show_default=True, help=_SPAN)
@click.option("--json", "as_json", is_flag=True, help="输出一行 JSON")
@click.pass_context
def gaps(context: click.Context, account_key: str | None, days: int, as_json: bool) -> None:
    """Questions without a good answer, grouped: list, fill, dismiss."""
    if context.invoked_subcommand is not None:
        return
    if account_key is None:
        raise click.UsageError("请用 --account 写出公众号的 KEY")
    context.invoke(list_, account_key=account_key, days=days, as_json=as_json)


@gaps.command("list")
@click.option("--account", "account_key", required=True, help=_ACCOUNT)
@click.option("--days", type=_DAYS, default=30, show_default=True, help=_SPAN)
@click.option("--json", "as_json", is_flag=True, help="输出一行 JSON")
def list_(account_key: str, days: int, as_json: bool) -> None:
    """List the gaps, most asked first; the same as `flask faq gaps`."""
    with parts().db.read() as session:
        account = _load_account(session, account_key)
    regroup(parts().db, account.id, parts().clock(), NOTHING)
    with parts().db.read() as session:
        found = find_gaps(session, account.id, window_start(parts().clock(), days))
        entries = Entries(_entries_of(session, account))
    total = sum(len(gap.asked) for gap in found)
    facts = [_facts(gap, total, entries) for gap in found]
    if as_json:
        told = {"account": account_key, "days": days, "questions": total, "gaps": facts}
        click.echo(json.dumps(told, ensure_ascii=False))
        return
    if not found:
        click.echo(f"最近 {days} 天没有待处理的缺口")
        return
    click.echo(f"最近 {days} 天没答好的问题 {total} 个，分成 {len(found)} 组（问得多的在前）")
    for number, one in enumerate(facts[:_SHOWN], 1):
        click.echo(_as_text(number, one))
    if len(facts) > _SHOWN:
        click.echo(f"……还有 {len(facts) - _SHOWN} 组，用 --json 看全部")


@gaps.command("fill")
@click.argument("code", metavar="ID")
@click.option("--account", "account_key", required=True, help=_ACCOUNT)
@click.option("--answer", required=True, help="回答，工友读到的就是它")
@click.option("--topic", default="", help="主题，与别的问答用同一套")
@click.option("--id", "entry_code", default="", help="新问答的编号；不写则自动编")
@click.option("--question", default="", help="新问答的问题；不写则用这组里最有代表性的")
def fill_(code: str, account_key: str, answer: str, topic: str, entry_code: str, question: str) -> None:
    """Make an entry of the gap ID: it is answered from now on, and off the list."""
    new = NewEntry(answer=answer, topic=topic, code=entry_code, question=question)
    with parts().db.work() as session:
        account = _load_account(session, account_key)
        existing = _entries_of(session, account)
        done = fill(
            session, account.id, account.organisation_id, code.strip(), new, existing, parts().clock()
        )
    click.echo(f"已新增问答「{done.entry.code}」：{done.entry.question}")
    for text in done.entry.alternates:
        click.echo(f"  也这样问：{text}")
    click.echo(f"另收 {len(done.entry.alternates)} 种问法；{done.settled} 个问题已处理，约 2 秒后生效")


@gaps.command("dismiss")
@click.argument("code", metavar="ID")
@click.option("--account", "account_key", required=True, help=_ACCOUNT)
@click.option("--undo", is_flag=True, help="放回清单")
def dismiss(code: str, account_key: str, undo: bool) -> None:
    """Take the gap ID off the list without an entry; --undo brings it back."""
    with parts().db.work() as session:
        account = get_account(session, account_key)
        if undo:
            click.echo(f"已放回清单：{reopen(session, account.id, code.strip())} 个问题")
            return
        gap = get_gap(session, account.id, code.strip())
        settled = settle(session, account.id, gap, parts().clock())
    click.echo(f"已从清单移除：{gap.question}（{settled} 个问题）；要恢复请加 --undo")


@click.command("coverage")
@click.option("--account", "account_key", required=True, help=_ACCOUNT)
@click.option("--days", type=_DAYS, default=30, show_default=True, help=_SPAN)
@click.option("--json", "as_json", is_flag=True, help="输出一行 JSON")
def coverage(account_key: str, days: int, as_json: bool) -> None:
    """How many questions were answered, in all and by day."""
    since = window_start(parts().clock(), days)
    with parts().db.read() as session:
        account = get_account(session, account_key)
        total, by_day = measure(session, account.id, since)
    if as_json:
        first = since.astimezone(SHANGHAI).date()
        every = [first + timedelta(days=n) for n in range(days)]
        daily = [{"day": day.isoformat(), **_figures(by_day.get(day, Coverage()))} for day in every]
        told = {"account": account_key, "days": days, "total": _figures(total), "by_day": daily}
        click.echo(json.dumps(told, ensure_ascii=False))
        return
    click.echo(_line(f"最近 {days} 天", total))
    for day, one in by_day.items():
        click.echo(_line(day.isoformat(), one))


def _load_account(session: Session, account_key: str) -> AccountView:
    """Raises NotFound."""
    get_account(session, account_key)
    parts().directory.reload(session)
    return parts().directory.get(account_key)


def _entries_of(session: Session, account: AccountView) -> list[EntryView]:
    return inherit(list_entries(session, organisation_id) for organisation_id in account.organisation_ids)


def _facts(gap: Gap, total: int, entries: Entries) -> dict[str, Any]:
    near = entries.nearest(gap.question)
    return {
        "id": gap.code,
        "size": len(gap.asked),
        "share": round(len(gap.asked) / total, 4),
        "question": gap.question,
        "examples": list(gap.texts[1 : _EXAMPLES + 1]),
        "handed_off": gap.count("handed_off"),
        "useless": gap.count("useless"),
        "first_day": _day(gap.asked[0].asked_at.astimezone(SHANGHAI)),
        "last_day": _day(gap.asked[-1].asked_at.astimezone(SHANGHAI)),
        "nearest": near
        and {"id": near.entry.code, "question": near.entry.question, "likeness": near.likeness},
    }


def _day(moment: date) -> str:
    return moment.strftime("%Y-%m-%d")


def _as_text(number: int, one: dict[str, Any]) -> str:
    near = one["nearest"]
    lines = [
        f"{number:>3}. {one['size']} 次（{one['share']:.0%}）{one['question']}  [{one['id']}]",
        f"     未答 {one['handed_off']}，没用 {one['useless']}；{one['first_day']} 至 {one['last_day']}",
        *(f"     也这样问：{text}" for text in one["examples"]),
    ]
    if near:
        lines.append(f"     最近的问答：{near['id']} {near['question']}（像 {near['likeness']:.2f}）")
    return "\n".join(lines)


def _figures(one: Coverage) -> dict[str, Any]:
    names = ("answered", "suggested", "handed_off", "useful", "useless")
    return {
        "questions": one.questions,
        **{name: one.counts[name] for name in names},
        "coverage": one.coverage,
    }


def _line(name: str, one: Coverage) -> str:
    counts = one.counts
    share = "—" if one.coverage is None else f"{one.coverage:.0%}"
    return (
        f"{name}  问题 {one.questions}，直接回答 {counts['answered']}，给出选项 {counts['suggested']}，"
        f"转人工 {counts['handed_off']}，有用 {counts['useful']}，没用 {counts['useless']}，回答率 {share}"
    )
