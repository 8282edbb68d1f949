"""`flask push …`: schedule pushes from a file, list, withdraw."""

from pathlib import Path

import click
from flask.cli import AppGroup

from accounts.service import get_account
from core.clock import local_text
from house.current import parts
from push.files import read_pushes
from push.rules import STATES
from push.service import list_pushes, schedule_push, withdraw_push
from push.tasks import covers_dir

group = AppGroup("push", help="推送：安排、查看、撤回")


@group.command("schedule")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--account", "account_key", required=True, help="公众号的 KEY")
def schedule(file: Path, account_key: str) -> None:
    """Schedule every push in FILE (YAML); nothing is taken when one row is wrong."""
    house = parts()
    drafts = read_pushes(file, covers_dir(house), house.clock())
    with house.db.work() as session:
        account = get_account(session, account_key)
        for draft in drafts:
            schedule_push(session, account.id, draft)
    for draft in drafts:
        click.echo(f"已安排：{local_text(draft.due_at)}  {draft.title}")


@group.command("list")
@click.option("--account", "account_key", required=True, help="公众号的 KEY")
def list_(account_key: str) -> None:
    """The newest pushes and how they went."""
    with parts().db.read() as session:
        account = get_account(session, account_key)
        for push in list_pushes(session, account.id):
            counts = f"送达 {push.sent_count}/{push.total_count}" if push.state == "sent" else push.error
            click.echo(
                f"{push.code}\t{local_text(push.due_at)}\t{STATES[push.state]}\t{push.title}\t{counts}"
            )


@group.command("withdraw")
@click.argument("code")
@click.option("--account", "account_key", required=True, help="公众号的 KEY")
def withdraw(code: str, account_key: str) -> None:
    """Take back the push CODE before its time."""
    with parts().db.work() as session:
        account = get_account(session, account_key)
        withdraw_push(session, account.id, code)
    click.echo(f"推送「{code}」已撤回")
