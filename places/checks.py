"""Live checks of one account: does everything between the platform and us work? For the guide in the console and the doctor.

Each takes at most about five seconds, changes nothing, and says in Chinese what is wrong and where to click.
"""

import ipaddress
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Literal
from urllib.parse import urlsplit

import requests
from sqlalchemy import func, select

from accounts.directory import AccountView
from accounts.domain_files import list_files
from core.breaker import Breaker
from core.clock import local_text
from house.parts import Parts
from models.accounts import Account
from models.messages import MessageLog
from wechat.api.codes import CALLBACK_PAGE, KEYS_PAGE
from wechat.api.transport import Limits
from wechat.client import Credentials, WeChatAPI
from wechat.crypto import sign
from wechat.errors import WeChatError
from wechat.tokens import TokenStore

State = Literal["good", "bad", "unsure"]
_LIMITS = Limits(connect_s=2.0, read_s=3.0)
_TIMEOUT = (_LIMITS.connect_s, _LIMITS.read_s)
_RELOAD_S = 1.2
"""As long as other processes may take to hear of a changed token."""
_LONG_AGO = timedelta(days=7)

_WHERE = {
    40001: f"请在「{KEYS_PAGE}」核对 AppSecret；重置过就要在这里重新填写",
    40013: f"请在「{KEYS_PAGE}」复制 AppID，到「账号资料」里改正",
    40125: f"请在「{KEYS_PAGE}」核对 AppSecret；重置过就要在「账号资料」里重新填写",
    40164: f"请把这个 IP 加进「{KEYS_PAGE}」的 API IP 白名单，几分钟后再检查",
    40201: f"请在「{CALLBACK_PAGE}」填写上面的服务器地址并启用",
    40243: f"AppSecret 被冻结了，请在「{KEYS_PAGE}」解冻，10 分钟后再检查",
}


@dataclass(frozen=True, slots=True)
class Result:
    """`text`: what was found; `advice`: what to do, empty where all is well."""

    state: State
    text: str
    advice: str = ""


@dataclass(frozen=True, slots=True)
class Check:
    """`live`: it speaks with somebody outside the database."""

    title: str
    run: Callable[[Parts, AccountView], Result]
    live: bool = True


def webhook_url(house: Parts, account_key: str) -> str:
    """What is entered as 服务器地址 at the platform."""
    return f"{house.settings.public_url}/wechat/{account_key}"


def _credentials(house: Parts, account: AccountView) -> Result:
    with house.db.read() as session:
        mode = session.scalar(select(Account.mode).where(Account.id == account.id))
    if mode == "plain" and account.kind != "test":
        return Result(
            "bad",
            f"公众号 {account.key} 用明文模式，消息可被伪造",
            "请在微信开发者平台改为安全模式，并在「账号资料」填写 EncodingAESKey",
        )
    return Result("good", "四个值都已保存" if mode == "aes" else "测试号用明文模式，只用于试验")


def _webhook(house: Parts, account: AccountView) -> Result:
    """Our own address, called as the platform would: with a right signature and with a wrong one."""
    url = webhook_url(house, account.key)
    with house.db.read() as session:
        token = session.get_one(Account, account.id).token
    try:
        status, echoed = _knock(house, url, token)
        if status == 403:
            time.sleep(_RELOAD_S)
            status, echoed = _knock(house, url, token)
        if not echoed:
            return _not_echoed(url, status)
        wrong, _ = _knock(house, url, f"{token}x")
    except requests.RequestException:
        return Result(
            "bad",
            f"打不开自己的地址 {url}",
            "请技术人员检查域名解析、HTTPS 证书和反向代理；若只是服务器不能访问自己的外网地址，可用手机打开来确认",
        )
    if wrong != 403:
        return Result("bad", "签名不对的请求也被放行", "请把这一条告诉技术人员，先不要启用")
    return Result("good", "正确的签名通过，错误的签名被拒绝")


def _knock(house: Parts, url: str, token: str) -> tuple[int, bool]:
    """HTTP status, and whether what we sent came back."""
    timestamp, nonce = str(int(house.clock().timestamp())), secrets.token_hex(8)
    echo = secrets.token_hex(8)
    args = {
        "signature": sign(token, timestamp, nonce),
        "timestamp": timestamp,
        "nonce": nonce,
        "echostr": echo,
    }
    status, body = _fetch(url, args)
    return status, status == 200 and body == echo


def _fetch(url: str, args: dict[str, str] | None = None) -> tuple[int, str]:
    """A page of our own as the world sees it; only its beginning. Raises requests.RequestException."""
    with requests.Session() as session:
        session.trust_env = False
        with session.get(url, params=args, timeout=_TIMEOUT, allow_redirects=False, stream=True) as answer:
            body = answer.raw.read(512, decode_content=True)
            return answer.status_code, body.decode("utf-8", "replace")


def _not_echoed(url: str, status: int) -> Result:
    if status == 403:
        return Result("bad", "正确的签名也被拒绝", "请确认服务器时间准确，并重新保存一次 Token 后再检查")
    if 300 <= status < 400:
        return Result("bad", f"{url} 被跳转到别处（HTTP {status}）", "微信不跟随跳转：请技术人员检查反向代理")
    if status == 404:
        return Result("bad", f"{url} 上没有这个公众号", "请技术人员检查反向代理有没有把 /wechat/ 转给本系统")
    return Result("bad", f"{url} 回答了 HTTP {status}", "请技术人员检查反向代理和服务日志")


def _token(house: Parts, account: AccountView) -> Result:
    api = _api(house, account)
    try:
        api.token()
    except WeChatError as error:
        return _refused(error)
    finally:
        api.close()
    return Result("good", "AppID 和 AppSecret 正确，微信认得这台服务器")


def _address(house: Parts, account: AccountView) -> Result:
    """Does the platform know an address of ours? It looks up the one that was entered there."""
    api = _api(house, account)
    body = {"action": "dns", "check_operator": "DEFAULT"}
    try:
        answer = api.call("POST", "/cgi-bin/callback/check", body=body, timeout_s=_LIMITS.read_s)
    except WeChatError as error:
        return _refused(error)
    finally:
        api.close()
    found = "、".join(str(row.get("ip", "")) for row in answer.get("dns") or [])
    if not found:
        return Result("bad", "微信解析不到填写的服务器地址", "请技术人员检查域名解析")
    return Result("good", f"公众平台上已填写服务器地址，微信解析到 {found}")


def _api(house: Parts, account: AccountView) -> WeChatAPI:
    """A client of its own: with a token from the store a wrong secret would go unnoticed for two hours."""
    return WeChatAPI(
        Credentials(account.appid, account.secret, account.key),
        token_store=TokenStore(None),
        base_url=house.settings.wechat.api_url,
        limits=_LIMITS,
        ledger=house.platform.ledger(account),
        breaker=Breaker("wechat-check"),
    )


def _refused(error: WeChatError) -> Result:
    if error.errcode is None:
        return Result("bad", error.text, "请技术人员检查这台服务器能不能访问微信（api.weixin.qq.com）")
    return Result(
        "bad", f"{error.text}（微信错误码 {error.errcode}）", _WHERE.get(error.errcode, error.advice)
    )


def _last_message(house: Parts, account: AccountView) -> Result:
    query = select(func.max(MessageLog.received_at)).where(MessageLog.account_id == account.id)
    with house.db.read() as session:
        last = session.scalar(query)
    if last is None:
        return Result(
            "unsure",
            "还没有收到过微信推送的消息",
            f"请在「{CALLBACK_PAGE}」启用后，用手机给公众号发「你好」，几秒后再检查",
        )
    if house.clock() - last > _LONG_AGO:
        return Result(
            "unsure",
            f"最近一条消息是 {local_text(last)}",
            "已经一周没有消息：请用手机发一句「你好」试试；没有回答就看看服务器配置是否被停用",
        )
    return Result("good", f"最近一条消息：{local_text(last)}")


def _domains(house: Parts, account: AccountView) -> Result:
    if house.settings.simulator.enabled:
        return Result("unsure", "正开着模拟器", "换成正式的微信后再检查域名")
    problem = domain_problem(house.settings.public_url)
    if problem:
        return Result("bad", problem, "请技术人员在配置里把 server.public_url 改成备过案的 https 域名")
    with house.db.read() as session:
        files = list_files(session, account.id)
    if not files:
        return Result("unsure", "还没有上传 MP_verify 校验文件", "按「域名」一步下载并上传，三处域名都用它")
    for file in files[:3]:
        url = f"{house.settings.public_url}/{file.name}"
        try:
            status, body = _fetch(url)
        except requests.RequestException:
            status, body = 0, ""
        if (status, body.strip()) != (200, file.content):
            return Result("bad", f"打不开 {url}", "请技术人员让反向代理把 /MP_verify_ 开头的地址转给本系统")
    return Result("good", "校验文件可以打开。三处域名微信不提供查询，请自己对照一遍")


def domain_problem(public_url: str) -> str:
    """What keeps an address from being a domain of the platform's lists; empty for nothing."""
    parts = urlsplit(public_url)
    host = parts.hostname or ""
    if _is_ip(host) or "." not in host:
        return f"{public_url} 不是域名，微信只接受备过案的域名"
    if parts.scheme != "https":
        return f"{public_url} 不是 https"
    return f"{public_url} 带有端口，微信的域名不能带端口" if parts.port not in (None, 443) else ""


def _is_ip(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


CHECKS: dict[str, Check] = {
    "credentials": Check("账号资料", _credentials, live=False),
    "token": Check("连接微信接口", _token),
    "webhook": Check("签名自检", _webhook),
    "address": Check("公众平台上的服务器地址", _address),
    "callback": Check("收到过微信的消息", _last_message, live=False),
    "domains": Check("域名与校验文件", _domains),
}
"""By name, in the order in which they help."""


def run_check(name: str, house: Parts, account: AccountView) -> Result:
    """Raises KeyError for an unknown name."""
    return CHECKS[name].run(house, account)
