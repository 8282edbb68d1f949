"""`flask wall …`: see and close the requests of workers who asked for a person."""

import click
from flask.cli import AppGroup

from accounts.service import get_account
from core.clock import local_text
from core.masking import mask_openid, mask_text
from house.current import parts
from wall.service import close_request, count_open_requests, list_open_requests

group = AppGroup("wall", help="求助：查看、办结")


@group.command("list")
@click.option("--account", "account_key", required=True, help="公众号的 KEY")
def list_(account_key: str) -> None:
    """Open requests, oldest first; names and numbers masked."""
    with parts().db.read() as session:
        account = get_account(session, account_key)
        for request in list_open_requests(session, account.id):
            who, text = mask_openid(request.openid), mask_text(request.text)
            click.echo(f"{request.number}\t{local_text(request.created_at)}\t{who}\t{text}")
        click.echo(f"待处理共 {count_open_requests(session, account.id)} 件")


@group.command("close")
@click.argument("number", type=int)
@click.option("--account", "account_key", required=True, help="公众号的 KEY")
def close(number: int, account_key: str) -> None:
    """Mark request NUMBER as done."""
    with parts().db.work() as session:
        account = get_account(session, account_key)
        close_request(session, account.id, number, parts().clock())
    click.echo(f"编号 {number} 已办结")
