"""`flask outbox …`: deliveries that were given up."""

import click
from flask.cli import AppGroup

from accounts.service import get_account
from core.clock import local_text
from house.current import parts
from jobs.outbox import list_dead, revive

group = AppGroup("outbox", help="发件箱：查看和重发失败的投递")


@group.command("list")
@click.option("--account", "account_key", required=True, help="公众号的 KEY")
def list_(account_key: str) -> None:
    """Deliveries that were given up, and why."""
    with parts().db.read() as session:
        account = get_account(session, account_key)
        items = list_dead(session, account.id)
    for item in items:
        click.echo(f"{item.id}\t{local_text(item.created_at)}\t{item.kind}\t{item.error}")
    click.echo(f"失败的投递 {len(items)} 件" + ("；排除原因后用 flask outbox retry 重发" if items else ""))


@group.command("retry")
@click.option("--account", "account_key", required=True, help="公众号的 KEY")
def retry(account_key: str) -> None:
    """Try again what was given up."""
    with parts().db.work() as session:
        account = get_account(session, account_key)
        count = revive(session, account.id, parts().clock())
    click.echo(f"{count} 件将重新投递")
