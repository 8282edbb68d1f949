"""What a form says of an account, checked before it is stored: pure decisions."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields

from accounts.service import AccountChanges, is_real
from core.errors import Invalid
from core.text import clean

_SECRET = re.compile(r"[A-Za-z0-9]{32}")


@dataclass(frozen=True, slots=True)
class Entered:
    """What was typed, without the spaces that come along when something is copied."""

    key: str = ""
    name: str = ""
    kind: str = "service"
    verified: bool = False
    appid: str = ""
    token: str = field(default="", repr=False)
    secret: str = field(default="", repr=False)
    aes_key: str = field(default="", repr=False)

    @classmethod
    def of(cls, form: Mapping[str, str]) -> "Entered":
        """From a posted form; what is missing is empty."""
        copied = {
            name: "".join(clean(form.get(name, "")).split())
            for name in ("key", "appid", "token", "secret", "aes_key")
        }
        name = " ".join(clean(form.get("name", "")).split())
        return cls(name=name, kind=form.get("kind", ""), verified=form.get("verified") == "1", **copied)

    def changes(self) -> AccountChanges:
        names = [one.name for one in fields(AccountChanges)]
        return AccountChanges(**{name: getattr(self, name) for name in names})


def check_entered(entered: Entered, *, simulated: bool, new: bool, has_aes_key: bool = False) -> None:
    """Raises Invalid for what only the console asks for. `simulated`: the simulator plays the platform here."""
    if new and not entered.secret:
        raise Invalid("missing", "请填写 AppSecret：在微信开发者平台「开发密钥」里启用或重置后复制。")
    if new and not entered.token:
        raise Invalid("missing", "请填写 Token：自己定 3 至 32 位字母或数字，与微信开发者平台上填的一致。")
    if entered.secret and not _SECRET.fullmatch(entered.secret):
        raise Invalid("bad_secret", "AppSecret 应为 32 位字母和数字，请从微信开发者平台重新复制。")
    if not entered.aes_key and not has_aes_key and entered.kind != "test":
        raise Invalid("missing", "请填写 EncodingAESKey（43 位）：没有它消息会明文传送，可能被伪造。")
    if simulated and is_real(entered.appid):
        raise Invalid("real_appid", "这里正开着模拟器，不能登记真实的公众号。请技术人员关闭模拟器后再添加。")
    if not simulated and not is_real(entered.appid):
        raise Invalid("bad_appid", "AppID 应为 wx 开头、共 18 位的小写字母和数字，请从微信开发者平台复制。")
