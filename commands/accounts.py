"""`flask accounts …`: official accounts of this installation."""

import csv
import io
import json
from contextlib import suppress
from pathlib import Path

import click
from flask.cli import AppGroup
from sqlalchemy import select

from accounts.organisations import (
    KINDS,
    NewOrganisation,
    add_organisation,
    import_organisations,
    list_tree,
)
from accounts.profile import read_profile
from accounts.service import NewAccount, add_account, change_account, get_account, set_profile
from core.errors import Invalid, NotAllowed
from house.current import parts
from models.accounts import Account

group = AppGroup("accounts", help="公众号和组织：登记、查看")
organisations = AppGroup("organisations", help="组织：省、市、县、产业、企业")
group.add_command(organisations)
_COLUMNS = ("key", "name", "kind", "parent")


@group.command("add")
@click.argument("key")
@click.option("--name", required=True, help="公众号名称")
@click.option("--appid", required=True)
@click.option("--token", required=True, envvar="WECHAT_TOKEN", help="也可用环境变量 WECHAT_TOKEN")
@click.option("--secret", required=True, envvar="WECHAT_SECRET", help="也可用环境变量 WECHAT_SECRET")
@click.option("--aes-key", envvar="WECHAT_AES_KEY", help="EncodingAESKey；不填则为明文模式（不推荐）")
@click.option("--kind", type=click.Choice(["subscription", "service", "test"]), default="subscription")
@click.option("--verified", is_flag=True, help="已通过微信认证")
@click.option("--organisation", help="所属组织的 KEY；不填则新建同名组织")
def add(key: str, **fields: str | bool | None) -> None:
    """Register the official account KEY."""
    with parts().db.work() as session:
        account = add_account(session, NewAccount(key=key, **fields), parts().clock())  # type: ignore[arg-type]
        mode = "安全模式（AES）" if account.mode == "aes" else "明文模式"
    click.echo(f"已登记公众号 {key}，{mode}。把服务器地址填为 {parts().settings.public_url}/wechat/{key}")


@group.command("change")
@click.argument("key")
@click.option("--name")
@click.option("--token", envvar="WECHAT_TOKEN", help="也可用环境变量 WECHAT_TOKEN")
@click.option("--secret", envvar="WECHAT_SECRET", help="也可用环境变量 WECHAT_SECRET")
@click.option("--aes-key", envvar="WECHAT_AES_KEY", help="EncodingAESKey；填写后改用安全模式")
@click.option("--verified/--unverified", default=None, help="是否通过微信认证")
@click.option("--profile", type=click.Path(path_type=Path), help="欢迎语、场景、各区联系方式的 YAML 文件")
def change(
    key: str,
    name: str | None,
    token: str | None,
    secret: str | None,
    aes_key: str | None,
    verified: bool | None,
    profile: Path | None,
) -> None:
    """Change the account KEY: what is not given stays as it is."""
    with parts().db.work() as session:
        account = get_account(session, key)
        change_account(
            session, account, name=name, token=token, secret=secret, aes_key=aes_key, verified=verified
        )
        if profile is not None:
            set_profile(session, account, read_profile(profile))
    click.echo(f"公众号 {key} 已更新，运行中的服务一两秒内生效")


@group.command("list")
def list_() -> None:
    """All accounts, without secrets."""
    with parts().db.read() as session:
        for account in session.scalars(select(Account).order_by(Account.key)):
            verified = "已认证" if account.verified else "未认证"
            closed = "\t已停用" if account.closed_at else ""
            click.echo(
                f"{account.key}\t{account.name}\t{account.kind}\t{verified}\t{account.mode}\t{account.appid}{closed}"
            )


@group.command("show")
@click.argument("key")
@click.option("--json", "as_json", is_flag=True, help="演示公众号的凭据，供测试程序使用")
def show(key: str, as_json: bool) -> None:
    """One account; its secrets only for a demonstration account."""
    with parts().db.read() as session:
        account = get_account(session, key)
        if as_json:
            click.echo(json.dumps(_credentials(account), ensure_ascii=False))
            return
        click.echo(f"{account.key}\t{account.name}\t{account.kind}\t{account.mode}\t{account.appid}")
        click.echo(f"组织：{account.organisation.name}")
        click.echo(f"服务器地址：{parts().settings.public_url}/wechat/{account.key}")


def _credentials(account: Account) -> dict[str, str | None]:
    if not account.demo or parts().settings.production:
        raise NotAllowed("secret", "只有演示公众号（且不在生产环境）可以显示凭据")
    return {"key": account.key, "appid": account.appid, "token": account.token, "aes_key": account.aes_key}


@organisations.command("add")
@click.argument("key", required=False)
@click.option("--name", help="组织名称")
@click.option("--kind", type=click.Choice(list(KINDS)), default="other", show_default=True)
@click.option("--parent", help="上级组织的 KEY；不填则为最上级")
@click.option(
    "--file", type=click.Path(path_type=Path), help="CSV 文件，列为 key,name,kind,parent，可一次登记很多"
)
def add_organisations(
    key: str | None, name: str | None, kind: str, parent: str | None, file: Path | None
) -> None:
    """Add the organisation KEY, or all in a file; known ones of a file take what it says."""
    if (file is None) == (key is None) or (key is not None and name is None):
        raise click.UsageError("请给出 KEY 和 --name，或者 --file")
    with parts().db.work() as session:
        if file is not None:
            new, changed = import_organisations(session, _read_organisations(file))
            click.echo(f"新增 {new} 个组织，更新 {changed} 个")
        else:
            add_organisation(session, NewOrganisation(key or "", name or "", kind, parent))
            click.echo(f"已登记组织 {key}")


@organisations.command("list")
def list_organisations() -> None:
    """The whole tree."""
    with parts().db.read() as session:
        for node in list_tree(session):
            click.echo(f"{'  ' * node.depth}{node.key}\t{node.name}\t{KINDS[node.kind]}")


def _read_organisations(path: Path) -> list[NewOrganisation]:
    try:
        data = path.read_bytes()
    except OSError as error:
        raise Invalid("unreadable", f"读不到文件 {path}：{error.strerror}") from None
    # Excel in China saves CSV as GBK.
    for encoding in ("utf-8-sig", "gb18030"):
        with suppress(UnicodeDecodeError):
            return [_organisation(row, n) for n, row in enumerate(_rows(data.decode(encoding), path), 2)]
    raise Invalid("not_text", f"{path.name} 不是 CSV 文本")


def _rows(text: str, path: Path) -> list[dict[str | None, str | None]]:
    reader = csv.DictReader(io.StringIO(text))
    missing = [name for name in _COLUMNS if name not in (reader.fieldnames or ())]
    if missing:
        raise Invalid("no_column", f"{path.name} 缺少列 {'、'.join(missing)}")
    return list(reader)


def _organisation(row: dict[str | None, str | None], number: int) -> NewOrganisation:
    key, name, kind, parent = ((row.get(column) or "").strip() for column in _COLUMNS)
    codes = {title: code for code, title in KINDS.items()}
    if not key or not name:
        raise Invalid("missing", f"第 {number} 行：key 和 name 都要填")
    return NewOrganisation(key, name, codes.get(kind, kind or "other"), parent or None)
