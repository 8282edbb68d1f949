"""`flask campaigns …`: list, export."""

from pathlib import Path

import click
from flask.cli import AppGroup

from accounts.service import get_account
from campaigns.export import write_rows
from campaigns.registry import kind_of
from campaigns.store import get_campaign, list_campaigns
from campaigns.view import STATES
from core.clock import local_text
from house.current import parts

group = AppGroup("campaigns", help="活动：列出、导出")


@group.command("list")
@click.option("--account", "account_key", required=True, help="公众号的 KEY")
def list_(account_key: str) -> None:
    """The newest campaigns and how they stand."""
    with parts().db.read() as session:
        account = get_account(session, account_key)
        for row in list_campaigns(session, account.id, most=200):
            span = f"{local_text(row.opens_at)} – {local_text(row.closes_at)}"
            click.echo(
                f"{row.public_id}\t{STATES[row.state]}\t{kind_of(row.kind).title}\t{row.title}\t{span}"
            )


@group.command("export")
@click.argument("campaign_id")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--account", "account_key", required=True, help="公众号的 KEY")
def export(campaign_id: str, file: Path, account_key: str) -> None:
    """Write what happened in CAMPAIGN_ID to FILE (.xlsx or .csv)."""
    with parts().db.read() as session:
        account = get_account(session, account_key)
        campaign = get_campaign(session, account.id, campaign_id)
        count = write_rows(session, campaign, file)
    click.echo(f"已导出 {count} 行：{file}")
