"""`flask wall …`: see and close the requests of workers who asked for a person."""

import click
from flask.cli import AppGroup

from accounts.service import get_account
from core.clock import local_text
from core.masking import mask_openid, mask_text
from house.current import parts
from wall.service import close_request, count_open_requests, list_open_requests
from wall.texts.lists import How
from wall.texts.personal import mask_personal
from wall.texts.words import find_words

group = AppGroup("wall", help="求助：查看、办结；公开文字的检查")

_HOW = {How.PLAIN: "原样", How.VARIANT: "变体", How.PINYIN: "拼音"}


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


@group.command("check")
@click.argument("text")
def check(text: str) -> None:
    """Say what in TEXT would keep it from being published, and what others would read of it."""
    found = find_words(text)
    for one in found:
        effect = "先由工作人员看过" if one.category.holds else "急件：请马上联系本人"
        place = f"第 {one.start + 1}–{one.end} 字"
        click.echo(f"{place}\t{one.category}\t{one.word}（{_HOW[one.how]}）\t{effect}")
    if not found:
        click.echo("没有敏感词")
    masked = mask_personal(text)
    hidden = "、".join(one.kind for one in masked.found)
    click.echo(f"会隐去：{hidden}" if hidden else "没有个人信息")
    click.echo(f"公开时：{masked.text}")
