"""`flask menus …`: check a menu file, publish it, see what the platform has."""

from pathlib import Path

import click
import yaml
from flask.cli import AppGroup

from house.current import parts
from menus.publishing import publish_menu
from menus.rules import leaves
from menus.service import read_menu

group = AppGroup("menus", help="自定义菜单：检查、发布、取回")


@group.command("check")
@click.argument("file", type=click.Path(path_type=Path))
def check(file: Path) -> None:
    """Check FILE against the platform's limits; nothing is sent."""
    items = read_menu(file)
    click.echo(f"{file.name} 没有问题：{len(items)} 个一级菜单，{len(list(leaves(items)))} 个可点的入口")


@group.command("push")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--account", "account_key", required=True, help="公众号的 KEY")
def push(file: Path, account_key: str) -> None:
    """Publish FILE: first to the platform, then to the answers of clicks."""
    items = read_menu(file)
    house = parts()
    with house.db.read() as session:
        house.directory.reload(session)
    account = house.directory.get(account_key)
    publish_menu(house, account, items, work=house.db.work, by="命令行", note=f"文件 {file.name}"[:120])
    click.echo(f"已发布到「{account.name}」，粉丝的手机约 5 分钟内更新")


@group.command("pull")
@click.option("--account", "account_key", required=True, help="公众号的 KEY")
def pull(account_key: str) -> None:
    """Print the menu the platform has now, as YAML."""
    house = parts()
    with house.db.read() as session:
        house.directory.reload(session)
    menu = house.platform.api(house.directory.get(account_key)).sdk.menu.get()
    click.echo(yaml.safe_dump(menu, allow_unicode=True, sort_keys=False))
