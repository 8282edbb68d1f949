"""`flask faq …`: bring entries in, give them out, ask."""

import json
from pathlib import Path

import click
from flask.cli import AppGroup

from accounts.service import get_account
from core.clock import SHANGHAI
from core.errors import DomainError
from faq.evaluation import evaluate, read_cases
from faq.files import read_entries, write_rows
from faq.fitting import fit_missing
from faq.gaps import commands as gap_commands
from faq.knowledge import Found
from faq.rows import export_rows
from faq.rules import Thresholds
from faq.service import import_entries
from faq.shelf import FaqShelf
from faq.store import list_entries
from faq.synonyms import COLUMNS, list_synonyms, merge, read_synonyms, replace_synonyms, shipped_synonyms
from faq.trained import Library
from house.current import parts
from house.parts import Parts

group = AppGroup("faq", help="问答：导入、导出、提问")
gap_commands.install(group)
_SHOWN_ERRORS = 20
_MEANINGS = {
    "ours": "归工会回答的问题数",
    "strangers": "不归工会的问题数",
    "hit_1": "第一个主题就对",
    "hit_3": "前三个主题里有对的",
    "mrr": "平均倒数排名",
    "auc": "能否分清该不该答（AUC）",
    "strangers_at_90": "答到九成时误答的外人问题",
    "answered_right": "直接回答的准确率",
    "coverage": "直接回答的比例",
    "suggested_right": "给出选项时选项里有对的",
    "handed_off": "外人问题没有乱答的比例",
    "p50_ms": "耗时中位数（毫秒）",
    "p99_ms": "耗时 p99（毫秒）",
}


def make_shelf(parts: Parts) -> FaqShelf:
    """The knowledge of all accounts, still to be loaded."""
    faq = parts.settings.faq
    thresholds = Thresholds(faq.answer_from, faq.suggest_from, faq.margin, faq.sibling_margin)
    library = Library(parts.settings.var_dir / "classifiers")
    return FaqShelf(parts.directory, thresholds, library)


@group.command("import")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--account", "account_key", required=True, help="公众号的 KEY")
@click.option("--skip-bad", is_flag=True, help="跳过有错的行，导入其余的行")
def import_(file: Path, account_key: str, skip_bad: bool) -> None:
    """Bring in entries from FILE (CSV, XLSX or JSONL); a bad row stops it unless --skip-bad."""
    rows, errors = read_entries(file)
    for error in errors[:_SHOWN_ERRORS]:
        click.echo(f"{file.name} {error}", err=True)
    if len(errors) > _SHOWN_ERRORS:
        click.echo(f"……还有 {len(errors) - _SHOWN_ERRORS} 处错误", err=True)
    if errors and not skip_bad:
        raise DomainError("bad_rows", f"{len(errors)} 行有错，没有导入任何内容；改正后重试，或加 --skip-bad")
    with parts().db.work() as session:
        account = get_account(session, account_key)
        done = import_entries(session, account.organisation_id, rows, parts().clock())
    click.echo(
        f"新增 {done.added} 条，修改 {done.changed} 条，未变 {done.unchanged} 条，跳过 {len(errors)} 行"
    )


@group.command("export")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--account", "account_key", required=True, help="公众号的 KEY")
def export(file: Path, account_key: str) -> None:
    """Write the account's own entries to FILE (CSV, XLSX or JSONL)."""
    with parts().db.read() as session:
        account = get_account(session, account_key)
        rows = export_rows(list_entries(session, account.organisation_id))
    click.echo(f"已导出 {write_rows(file, rows)} 条到 {file}")


@group.command("ask")
@click.argument("words", nargs=-1)
@click.option("--account", "account_key", required=True, help="公众号的 KEY")
@click.option("--json", "as_json", is_flag=True, help="每个问题输出一行 JSON")
@click.option("--file", type=click.Path(path_type=Path), help="一行一个问题的文件")
def ask(words: tuple[str, ...], account_key: str, as_json: bool, file: Path | None) -> None:
    """Ask like a follower: WORDS as one question, or a question per line of --file."""
    if bool(words) == (file is not None):
        raise click.UsageError("请写出一个问题，或用 --file 给出问题文件（二选一）")
    questions = _questions(file) if file else [" ".join(words)]
    shelf = load_shelf(account_key)
    today = parts().clock().astimezone(SHANGHAI).date()
    for question in questions:
        found = shelf.ask(account_key, question, today)
        click.echo(_as_json(question, found) if as_json else _as_text(question, found))


@group.command("eval")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--account", "account_key", required=True, help="公众号的 KEY")
@click.option("--json", "as_json", is_flag=True, help="输出一行 JSON")
def evaluate_(file: Path, account_key: str, as_json: bool) -> None:
    """Ask the questions in FILE (JSON lines: query, accept) and print how well they are answered."""
    cases = read_cases(file)
    shelf = load_shelf(account_key)
    today = parts().clock().astimezone(SHANGHAI).date()
    report = evaluate(cases, lambda question: shelf.ask(account_key, question, today))
    if as_json:
        click.echo(json.dumps(report.as_dict(), ensure_ascii=False))
        return
    for name, value in report.as_dict().items():
        click.echo(f"{_MEANINGS[name]:　<22}{'（没有这类问题）' if value is None else value}")


synonyms = AppGroup("synonyms", help="同义词：人们怎么写，是什么意思")
group.add_command(synonyms)


@synonyms.command("import")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--account", "account_key", required=True, help="公众号的 KEY")
def import_synonyms(file: Path, account_key: str) -> None:
    """Make FILE (CSV, XLSX or JSONL; columns written, meant) the whole table of the account's organisation."""
    table, errors = read_synonyms(file)
    for error in errors[:_SHOWN_ERRORS]:
        click.echo(f"{file.name} {error}", err=True)
    if errors:
        raise DomainError("bad_rows", f"{len(errors)} 行有错，没有改动；改正后重试")
    with parts().db.work() as session:
        account = get_account(session, account_key)
        done = replace_synonyms(session, account.organisation_id, table)
    click.echo(f"新增 {done.added} 个，修改 {done.changed} 个，删除 {done.removed} 个（文件里没有的就删除）")


@synonyms.command("export")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--account", "account_key", required=True, help="公众号的 KEY")
@click.option("--shipped", is_flag=True, help="连同系统自带的一起导出")
def export_synonyms(file: Path, account_key: str, shipped: bool) -> None:
    """Write the organisation's own synonyms to FILE (CSV, XLSX or JSONL)."""
    with parts().db.read() as session:
        account = get_account(session, account_key)
        table = list_synonyms(session, account.organisation_id)
    if shipped:
        table = merge([table, shipped_synonyms()])
    rows = [dict(zip(COLUMNS, pair, strict=True)) for pair in table.items()]
    click.echo(f"已导出 {write_rows(file, rows, COLUMNS)} 个到 {file}")


def load_shelf(account_key: str) -> FaqShelf:
    """The knowledge as the service finds it, with the account's classifier fitted. Raises NotFound."""
    shelf = make_shelf(parts())
    with parts().db.read() as session:
        parts().directory.reload(session)
        parts().directory.get(account_key)
        shelf.load(session)
    if any(known.entries is shelf.entries_of(account_key).base for known in shelf.unfitted()):
        click.echo("正在学习这些问答，约需半分钟（只在内容变化之后需要一次）……", err=True)
        fit_missing(parts().db, shelf, parts().clock)
    return shelf


def _questions(file: Path) -> list[str]:
    try:
        text = file.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise DomainError("unreadable", f"读不到文件 {file}：{error}") from None
    # Only line feeds part questions: a question may hold U+2028 and its like.
    return [line.rstrip("\r") for line in text.split("\n") if line.strip()]


def _as_json(question: str, found: Found) -> str:
    answers = [
        {"id": m.entry.code, "topic": m.entry.topic, "question": m.entry.question, "score": m.score}
        for m in found.matches
    ]
    return json.dumps(
        {"query": question, "decision": found.decision.value, "answers": answers}, ensure_ascii=False
    )


def _as_text(question: str, found: Found) -> str:
    lines = [f"{m.score:.2f}  {m.entry.code}  {m.entry.question}" for m in found.matches[:3]]
    return "\n".join([f"{question} → {found.decision.value}", *lines])
