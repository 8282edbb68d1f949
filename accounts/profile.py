"""What an account says of itself: welcome texts, scene codes, contacts by district. Kept as JSON with the account."""

from pathlib import Path
from typing import Annotated

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from chat.content import ContentReply
from core.checks import explain
from core.errors import Invalid
from core.yaml_files import fault_place


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Contact(_Part):
    """Who helps in a district: the department's name and telephone."""

    district: Annotated[str, Field(min_length=1, max_length=20)]
    aliases: tuple[str, ...] = ()
    department: Annotated[str, Field(min_length=1, max_length=60)]
    phone: Annotated[str, Field(min_length=3, max_length=40)]
    address: Annotated[str, Field(max_length=120)] = ""
    hours: Annotated[str, Field(max_length=60)] = ""


class Profile(_Part):
    """Texts and contacts of one account; every text may use the placeholders of `chat.content`."""

    welcome: ContentReply = ContentReply(text="您好，欢迎关注{account}！回复「帮助」看看我能做什么。")
    welcome_back: ContentReply = ContentReply(text="欢迎回来！有劳动权益的问题，直接用大白话问我就行。")
    scenes: dict[str, ContentReply] = {}
    help: str = "您可以这样问：\n· 直接说出您的问题，如「试用期被辞退有补偿吗」\n· 回复「人工」找工会工作人员"
    fallback: str = "这个问题我还答不好，怕误了您的事。"
    received: str = (
        "收到了，谢谢您！图片和视频我还看不懂。有问题请打字或发语音问我；"
        "想让工会的人看到，回复「人工」加上您要说的话，他们会联系您。"
    )
    hotline: str = "12351"
    contacts: tuple[Contact, ...] = ()

    def contact_for(self, text: str) -> Contact | None:
        """The contact whose district (or another name of it) stands in `text`."""
        for contact in self.contacts:
            if any(name in text for name in (contact.district, *contact.aliases)):
                return contact
        return None


def check_profile(value: object, where: str) -> Profile:
    """`value` (from YAML or the database) as a Profile; raises Invalid naming the place."""
    try:
        return Profile.model_validate(value)
    except ValidationError as error:
        raise Invalid("bad_profile", f"{where}：{explain(error)}") from None


def read_profile(path: Path) -> Profile:
    """The profile in a YAML file. Raises Invalid naming the place."""
    try:
        value = yaml.safe_load(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise Invalid("unreadable", f"读不到资料文件 {path}：{error}") from None
    except yaml.YAMLError as error:
        raise Invalid("bad_yaml", f"{path.name} 不是正确的 YAML：{fault_place(error)}") from None
    return check_profile(value, path.name)
