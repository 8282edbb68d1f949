"""`flask keywords …`: rules from a file."""

from pathlib import Path

import click
from flask.cli import AppGroup

from accounts.service import get_account
from handlers.rules_file import import_rules, read_rules
from house.current import parts

group = AppGroup("keywords", help="关键词规则")


@group.command("import")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--account", "account_key", required=True, help="公众号的 KEY")
def import_(file: Path, account_key: str) -> None:
    """Bring in the rules in FILE (YAML); nothing is taken when one is wrong."""
    rules = read_rules(file)
    with parts().db.work() as session:
        account = get_account(session, account_key)
        new = import_rules(session, account.organisation_id, rules, parts().clock())
    click.echo(f"共 {len(rules)} 条规则，其中新增 {new} 条")
