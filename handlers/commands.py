"""`flask keywords …`: rules from and to a file."""

from pathlib import Path

import click
from flask.cli import AppGroup

from accounts.service import get_account
from core.errors import Invalid
from handlers.rules_file import check_entries, import_rules, read_rules, write_rules
from handlers.store import list_rules
from house.current import parts

group = AppGroup("keywords", help="关键词规则")


@group.command("import")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--account", "account_key", required=True, help="公众号的 KEY")
def import_(file: Path, account_key: str) -> None:
    """Bring in the rules in FILE (YAML); nothing is taken when one is wrong."""
    rules = read_rules(file)
    house = parts()
    with house.db.work() as session:
        account = get_account(session, account_key)
        house.directory.reload(session)
        check_entries(session, house.directory.get(account_key).organisation_ids, rules)
        new = import_rules(session, account.organisation_id, rules, house.clock())
    click.echo(f"共 {len(rules)} 条规则，其中新增 {new} 条")


@group.command("export")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--account", "account_key", required=True, help="公众号的 KEY")
def export(file: Path, account_key: str) -> None:
    """Write the rules of the account's own organisation to FILE (YAML), as `import` takes them."""
    with parts().db.read() as session:
        account = get_account(session, account_key)
        rules = list_rules(session, [account.organisation_id])
    try:
        file.write_text(write_rules(rules), "utf-8")
    except OSError as error:
        raise Invalid("unwritable", f"写不了文件 {file}：{error.strerror}") from None
    click.echo(f"已写出 {len(rules)} 条规则")
