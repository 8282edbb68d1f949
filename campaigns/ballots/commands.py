"""flask votes: count anew, verify, restore the totals."""

from collections.abc import Sequence
from pathlib import Path

import click
from flask.cli import AppGroup
from sqlalchemy import select
from sqlalchemy.orm import Session

from campaigns.ballots import recount as counting
from campaigns.ballots.roots import read_texts
from campaigns.ballots.sealing import count_unsealed, seal_all
from campaigns.ballots.verify import verify as find_faults
from campaigns.registry import ballot_kinds
from campaigns.store import view_of
from campaigns.view import CampaignView
from core.errors import Invalid, NotFound
from house.current import parts
from models.campaigns import Campaign

group = AppGroup("votes", help="投票账本：重新计票、校验、恢复计数。")


@group.command("recount")
@click.argument("campaign")
def recount(campaign: str) -> None:
    """Count every sealed vote of CAMPAIGN from its row; exit 1 where the totals differ."""
    with parts().db.read() as session:
        view = _find(session, campaign)
    with parts().db.work() as session:
        seal_all(session, view, parts().clock())
    with parts().db.read() as session:
        counted = counting.recount(session, view)
        waiting = count_unsealed(session, view)
    _tell(counted, waiting)
    wrong = sum(one.difference for one in counted)
    if wrong:
        click.echo("用 flask votes rebuild 恢复计数；再用 flask votes verify 看账本是否被改动。")
        raise SystemExit(1)


@group.command("rebuild")
@click.argument("campaign")
def rebuild(campaign: str) -> None:
    """Restore the totals of CAMPAIGN from the ledger's rows."""
    with parts().db.work() as session:
        changed = counting.rebuild(session, _find(session, campaign))
    for one in changed:
        click.echo(
            f"第 {one.round} 轮 {one.candidate} 号：{one.total_votes:,} 票（剔除 {one.total_struck:,}）"
            f"改为 {one.votes:,} 票（剔除 {one.struck:,}）"
        )
    click.echo(f"恢复了 {len(changed)} 处。" if changed else "计数和账本一致，没有要恢复的。")


@group.command("verify")
@click.argument("campaign")
@click.option(
    "--published",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="保存了公示文字的文件；里面的校验码也一起核对。",
)
def verify(campaign: str, published: Path | None) -> None:
    """Compute every block of CAMPAIGN's ledger again; exit 1 where something was touched."""
    roots = read_texts(published.read_text("utf-8-sig")) if published is not None else []
    if published is not None and not roots:
        raise Invalid("no_roots", f"{published.name} 里没有公示过的校验码。")
    with parts().db.read() as session:
        view = _find(session, campaign)
    with parts().db.read() as session:
        faults = 0
        for fault in find_faults(session, view, roots, parts().clock()):
            click.echo(fault)
            faults += 1
    with parts().db.read() as session:
        waiting = count_unsealed(session, view)
    if faults:
        raise SystemExit(1)
    click.echo(f"账本完整，没有被改动。还有 {waiting} 张选票等待封存。")


def _tell(counted: Sequence[counting.Counted], waiting: int) -> None:
    for one in counted:
        mark = f"  ← 计数为 {one.total_votes:,}（剔除 {one.total_struck:,}）" if one.difference else ""
        click.echo(
            f"第 {one.round} 轮 {one.candidate} 号：{one.votes:,} 票，其中剔除 {one.struck:,}，"
            f"有效 {one.votes - one.struck:,}{mark}"
        )
    votes, struck = sum(one.votes for one in counted), sum(one.struck for one in counted)
    click.echo(f"合计：{votes:,} 票，剔除 {struck:,}，有效 {votes - struck:,}；等待封存的选票 {waiting} 张。")
    click.echo(f"差异：{sum(one.difference for one in counted)}")


def _find(session: Session, campaign: str) -> CampaignView:
    query = (
        select(Campaign)
        .where(Campaign.public_id == campaign, Campaign.kind.in_(ballot_kinds()))
        .execution_options(all_tenants="an operator names a campaign by its id")
    )
    row = session.scalar(query)
    if row is None:
        raise NotFound("no_campaign", f"没有编号为 {campaign} 的投票。用 flask campaigns list 看有哪些。")
    return view_of(row)
