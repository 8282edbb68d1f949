"""`flask prizes …`: list, verify, load-codes."""

from pathlib import Path

import click
from flask.cli import AppGroup
from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.service import get_account
from core.clock import local_text
from core.errors import NotFound
from house.current import parts
from models.prizes import Draw
from prizes.codes import load_codes, read_codes
from prizes.store import count_codes, get_draw, get_prize, list_draws, list_prizes
from prizes.verify import verify
from prizes.view import KINDS, MODES, STATES

group = AppGroup("prizes", help="抽奖与奖品：列出、核验、上传券码")


@group.command("list")
@click.option("--account", "account_key", required=True, help="公众号的 KEY")
def list_(account_key: str) -> None:
    """The newest draws, with the prizes of each and how many were given."""
    with parts().db.read() as session:
        account = get_account(session, account_key)
        for draw in list_draws(session, account.id):
            span = f"{local_text(draw.opens_at)} – {local_text(draw.closes_at)}"
            click.echo(f"{draw.public_id}\t{STATES[draw.state]}\t{MODES[draw.mode]}\t{draw.title}\t{span}")
            for prize in list_prizes(session, account.id, draw.id):
                click.echo(
                    f"  {prize.public_id}\t{KINDS[prize.kind]}\t{prize.name}\t{prize.given}/{prize.stock}"
                )


@group.command("verify")
@click.argument("draw_id", metavar="DRAW")
@click.option("--account", "account_key", help="公众号的 KEY；不写就按编号找")
def verify_(draw_id: str, account_key: str | None) -> None:
    """Recompute DRAW from its rows: commitment, tape, chances, stock, wins. Exits with 1 and says what differs."""
    with parts().db.read() as session:
        draw = _find(session, draw_id, account_key)
    with parts().db.read() as session:
        findings = list(verify(session, draw.account_id, draw))
    for finding in findings:
        click.echo(f"不一致：{finding}")
    if findings:
        raise click.ClickException(f"「{draw.title}」有 {len(findings)} 处不一致")
    click.echo(f"「{draw.title}」核验通过：{STATES[draw.state]}，奖品、签条、机会和中奖记录全部一致")


@group.command("load-codes")
@click.argument("prize_id", metavar="PRIZE")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--account", "account_key", required=True, help="公众号的 KEY")
def load_codes_(prize_id: str, file: Path, account_key: str) -> None:
    """Add the codes of FILE (one a line, or the first column of a CSV or XLSX) to the pool of PRIZE."""
    codes = read_codes(file.name, file.read_bytes())
    with parts().db.work() as session:
        account = get_account(session, account_key)
        prize = get_prize(session, account.id, prize_id)
        loaded = load_codes(session, prize, codes)
        total, free = count_codes(session, account.id, prize.id)
    click.echo(
        f"「{prize.name}」新增 {loaded.new} 个券码，重复未收 {loaded.doubled} 个；共 {total} 个，未发 {free} 个"
    )


def _find(session: Session, draw_id: str, account_key: str | None) -> Draw:
    """Raises NotFound."""
    if account_key is not None:
        return get_draw(session, get_account(session, account_key).id, draw_id)
    query = select(Draw).where(Draw.public_id == draw_id)
    draw = session.scalar(query.execution_options(all_tenants="an operator names a draw of any account"))
    if draw is None:
        raise NotFound(
            "no_draw", f"没有编号为 {draw_id} 的抽奖。flask prizes list --account KEY 可以查到编号"
        )
    return draw
