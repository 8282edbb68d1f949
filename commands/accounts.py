"""`flask accounts …`: official accounts of this installation."""

import json
from pathlib import Path

import click
from flask.cli import AppGroup
from sqlalchemy import select

from accounts.profile import read_profile
from accounts.service import NewAccount, add_account, change_account, get_account, set_profile
from core.errors import NotAllowed
from house.current import parts
from models.accounts import Account

group = AppGroup("accounts", help="公众号：登记、查看")


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
            click.echo(
                f"{account.key}\t{account.name}\t{account.kind}\t{verified}\t{account.mode}\t{account.appid}"
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
