"""The JS-SDK's signature: as the platform computes it, for our own pages alone, with one ticket for all."""

from pathlib import Path
from typing import Any

import pytest
from redis import Redis

from accounts.directory import AccountDirectory
from campaigns.share import card_of, sign_page
from campaigns.view import CampaignView
from core.clock import system_clock
from core.errors import NotAllowed
from core.settings import WeChatSettings
from house.parts import Platform as Platforms
from tests.campaigns.desk import Campaigns
from tests.conftest import NOW, make_settings, new_account
from tests.neighbours import running_platform
from wechat.client import WeChatAPI
from wechat.jsapi import sign


def test_the_signature_is_the_platforms():
    """The worked example of the JS-SDK's documentation."""
    ticket = "sM4AOVdWfPE4DxkXGEs8VMCPGGVi4C3VM0P37wVUCFvkVAy_90u5h9nbSlYy3-Sl-HhTdfl2fzFy1AOcHKP7qg"
    signed = sign("wx1", ticket, "http://mp.weixin.qq.com?params=value#here", 1414587457, "Wm3WZYTPz0wzccnW")
    assert signed.signature == "0f9de62fce790f9a083d5c99e95740ceb90c27ed"


@pytest.fixture
def ours(plain_campaigns: Campaigns) -> CampaignView:
    return plain_campaigns.live()


@pytest.fixture
def directory(plain_campaigns: Campaigns) -> AccountDirectory:
    directory = AccountDirectory("https://gonghui.example.cn", 300)
    with plain_campaigns.db.read() as session:
        directory.reload(session)
    return directory


@pytest.mark.parametrize("end", ["", "?from=chat", "/play", "/rules#here"])
def test_pages_of_the_campaign_are_signed(ours: CampaignView, directory: AccountDirectory, end: str):
    account = directory.get("ours")
    url = f"https://gonghui.example.cn/h5/ours/c/{ours.public_id}{end}"
    assert sign_page(account, ours, url, "ticket", NOW).appid == account.appid


@pytest.mark.parametrize(
    "url",
    [
        "",
        "https://evil.example/h5/ours/c/{id}",
        "http://gonghui.example.cn/h5/ours/c/{id}",
        "https://gonghui.example.cn/h5/ours/c/{id}x",
        "https://gonghui.example.cn/h5/theirs/c/{id}",
        "https://gonghui.example.cn/h5/ours/me",
        "https://gonghui.example.cn@evil.example/h5/ours/c/{id}",
        "https://[broken/h5/ours/c/{id}",
        "https://gonghui.example.cn/h5/ours/c/{id}?" + "x" * 600,
    ],
)
def test_no_other_page_is_signed(ours: CampaignView, directory: AccountDirectory, url: str):
    with pytest.raises(NotAllowed):
        sign_page(directory.get("ours"), ours, url.replace("{id}", ours.public_id), "ticket", NOW)


def test_the_card_says_who_it_is_from_where_there_are_no_words(
    ours: CampaignView, directory: AccountDirectory
):
    card = card_of(directory.get("ours"), ours)
    assert (card.words, card.picture) == ("测试工会", "")


def test_one_ticket_serves_all_processes_and_is_asked_for_once(
    tmp_path: Path,
    redis: Redis,
    monkeypatch: pytest.MonkeyPatch,
    plain_campaigns: Campaigns,
    directory: AccountDirectory,
):
    asked: list[str] = []
    call = WeChatAPI.call

    def counted(self: WeChatAPI, method: str, path: str, **more: Any) -> Any:
        asked.append(path)
        return call(self, method, path, **more)

    monkeypatch.setattr(WeChatAPI, "call", counted)
    with running_platform(tmp_path, [new_account()]) as platform:
        settings = make_settings(tmp_path, wechat=WeChatSettings(api_url=platform.url))
        processes = [Platforms(settings, redis, plain_campaigns.db, system_clock) for _ in range(2)]
        tickets = {one.ticket(directory.get("ours")) for one in processes for _ in range(3)}
    assert len(tickets) == 1
    assert asked == ["/cgi-bin/ticket/getticket"]
