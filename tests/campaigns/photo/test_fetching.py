"""Pictures of the chat on their way: from the phone through the webhook to the vault, and everything that goes wrong."""

import base64
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import update

from app import create_app, make_jobs
from campaigns.kinds.photo import tasks
from campaigns.kinds.photo.fetching import PHOTO_FETCH, couriers
from campaigns.kinds.photo.keeping import Keeper
from campaigns.kinds.photo.tables import PhotoOffer
from core.settings import WeChatSettings
from house.current import EXTENSION
from jobs.outbox import CUSTOMER_MESSAGE, Outbox
from jobs.ticker import Job
from models.campaigns import Campaign
from tests.campaigns.photo.phones import EVERYBODY, Web, make_web
from tests.campaigns.photo.talking import Talker, posted
from tests.campaigns.photo.world import a_picture
from tests.conftest import Home, make_settings, new_account
from tests.neighbours import Platform, open_web, parts_of, running_platform, served
from tools.postgres import free_port
from wechat.remote import read_remote

FILM = b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom" + bytes(5000)


@dataclass
class Fetching:
    """A contest, a platform that holds what people send, and the worker's outbox."""

    web: Web
    platform: Platform
    anna: Talker

    def held(self, data: bytes, kind: str = "image") -> str:
        """What the platform calls it."""
        return self.platform.world.media.add("ours", kind, "temporary", data).media_id

    def send(self, data: bytes) -> str:
        return self.anna.show(media_id=self.held(data))

    def deliver(self) -> int:
        parts = self.web.home.parts
        made = {**couriers(parts), CUSTOMER_MESSAGE: lambda _: None}
        return Outbox(parts.db, made, parts.clock, batch=50, keep_trying=timedelta(hours=24)).deliver_due()

    def told(self) -> list[str]:
        """Messages to the author that wait to be sent."""
        found = posted(self.web, CUSTOMER_MESSAGE)
        return [one.payload["message"]["text"]["content"] for one in found if one.payload]


@pytest.fixture
def fetching(tmp_path: Path, valkey_url: str, redis: object, sqlite_template: Path) -> Iterator[Fetching]:
    (tmp_path / "test.sqlite3").write_bytes(sqlite_template.read_bytes())
    with running_platform(tmp_path, [new_account()]) as platform:
        settings = make_settings(tmp_path, valkey_url, wechat=WeChatSettings(api_url=platform.url))
        with open_web(settings) as app:
            home = Home(app, parts_of(app))
            home.add_account(new_account())
            groups = [{"title": "图文组"}, {"title": "音视频组", "form": "视频"}]
            web = make_web(home, {"groups": groups, "most_pictures": 3, "most_works": 2})
            web.contest.person("o-anna")
            yield Fetching(web, platform, Talker(web))


def test_a_picture_is_fetched_sealed_and_drawn(fetching: Fetching):
    data = a_picture(3)
    fetching.send(data)
    assert fetching.deliver() == 1
    (row,) = fetching.web.pictures()
    assert (row.state, row.width, row.height) == ("kept", 640, 480)
    assert b"".join(Keeper.of(fetching.web.home.parts).original(row.original)) == data
    assert fetching.told() == []


def test_fetching_again_changes_nothing(fetching: Fetching):
    fetching.send(a_picture())
    (item,) = posted(fetching.web, PHOTO_FETCH)
    fetching.deliver()
    before = (fetching.web.files(), str(vars(fetching.web.pictures()[0])).partition("_sa_")[0])
    with fetching.web.contest.db.work() as session:
        values = {"state": "waiting", "payload": item.payload, "done_at": None}
        again = update(type(item)).where(type(item).id == item.id, type(item).account_id == item.account_id)
        session.execute(again.values(values))
    assert fetching.deliver() == 1
    assert fetching.web.files() == before[0]


def test_what_is_no_picture_is_told_and_the_others_stay(fetching: Fetching):
    fetching.send(a_picture())
    fetching.send(b"GIF89a" + bytes(100))
    fetching.deliver()
    assert [one.state for one in fetching.web.pictures()] == ["kept", "failed"]
    (told,) = fetching.told()
    assert "有一张没有收下：这个文件不是 JPG、PNG 或 WebP 图片，而是 GIF 动图" in told
    assert "别的都收好了" in told
    (work,) = fetching.web.works()
    assert "没有收下" in fetching.web.phone().get(f"/photo/works/{work.public_id}").text


def test_what_the_platform_no_longer_has_is_told_at_once(fetching: Fetching):
    fetching.anna.show(media_id="gone")
    assert fetching.deliver() == 1
    assert "微信里已经取不到这张照片了，请重新发一次" in fetching.told()[0]


def test_a_work_of_which_nothing_came_is_given_back(fetching: Fetching):
    fetching.anna.show(media_id="gone")
    fetching.anna.say("交稿 夜班")
    fetching.deliver()
    assert [one.state for one in fetching.web.works()] == ["draft"]
    assert "这件作品现在是空的，还没有交上" in fetching.told()[0]


def test_while_the_platform_is_away_it_is_tried_again(fetching: Fetching, monkeypatch: pytest.MonkeyPatch):
    fetching.send(a_picture())
    with monkeypatch.context() as away:
        away.setattr(
            type(fetching.web.home.parts.platform),
            "api",
            lambda *_: (_ for _ in ()).throw(ConnectionError("away")),
        )
        assert fetching.deliver() == 0
    assert [one.state for one in fetching.web.pictures()] == ["fetching"]
    fetching.web.watch.wait(minutes=5)
    assert fetching.deliver() == 1
    assert [one.state for one in fetching.web.pictures()] == ["kept"]


def test_who_took_the_picture_out_meanwhile_keeps_nothing(fetching: Fetching):
    fetching.send(a_picture())
    fetching.anna.say("不交了")
    assert fetching.deliver() == 1
    assert (fetching.web.files(), fetching.told()) == ([], [])


def test_a_film_is_fetched_from_its_address_and_can_be_handed_in(fetching: Fetching):
    media_id = fetching.held(FILM, "video")
    fetching.anna.film(media_id=media_id)
    assert "视频还在接收" in fetching.anna.say("交稿 夜班")
    assert fetching.deliver() == 1
    (work,) = fetching.web.works()
    assert work.video.endswith(".mp4")
    assert fetching.web.pictures() == []
    assert "「夜班」是 1 号作品" in fetching.anna.say("交稿")


def test_what_is_no_film_is_told(fetching: Fetching):
    fetching.anna.film(media_id=fetching.held(a_picture(), "video"))
    fetching.deliver()
    assert "不是 MP4 视频" in fetching.told()[0]


def test_a_remote_file_is_read_no_further_than_wanted(fetching: Fetching):
    media = fetching.platform.world.media.add("ours", "video", "temporary", bytes(100_000))
    url = fetching.platform.url + media.path
    assert len(read_remote(url, 100_000)) == 100_000
    with pytest.raises(Exception, match="请压缩"):
        read_remote(url, 50_000)
    with pytest.raises(Exception, match="没有给出下载的地址"):
        read_remote("file:///etc/passwd", 100)
    with pytest.raises(Exception, match="没有成功") as told:
        read_remote(fetching.platform.url + "/simulator/media/nothing?secret=1", 100)
    assert "secret" not in repr(told.value)


def test_the_clock_forgets_gives_up_and_cleans(fetching: Fetching):
    web, db = fetching.web, fetching.web.contest.db
    parts = web.home.parts
    fetching.anna.show()
    Talker(web, "o-stranger").show()
    web.watch.wait(days=2)
    assert (tasks.forget_offers(parts), tasks.give_up_lost(parts)) == (1, 0)
    web.watch.wait(days=2)
    assert tasks.give_up_lost(parts) == 1
    assert "三天里都没能从微信取到" in fetching.told()[0]
    handed = web.phone("o-bob").begin("图文组")
    handed.add()
    handed.hand_in(group="图文组")
    web.phone("o-bob").post(f"{handed.path}/take-up")
    web.watch.wait(days=55)
    assert tasks.drop_drafts(parts) == 0
    web.watch.wait(days=6)
    assert tasks.drop_drafts(parts) == 2
    assert [(one.number, one.state) for one in web.works()] == [(1, "withdrawn")]
    with db.read() as session:
        assert session.query(PhotoOffer).execution_options(**EVERYBODY).count() == 0


def test_originals_that_nobody_refers_to_go_after_a_week(fetching: Fetching):
    parts, web = fetching.web.home.parts, fetching.web
    kept = Keeper.of(parts).keep(a_picture(1), "a.jpg")
    fetching.send(a_picture(2))
    fetching.deliver()
    web.watch.now = datetime.now(UTC)
    assert tasks.drop_originals(parts) == 0
    web.watch.wait(days=8)
    assert tasks.drop_originals(parts) == 1
    originals = [name for name in web.files() if name.startswith("originals")]
    assert len(originals) == 1
    assert kept.original not in originals[0]


def run(jobs: list[Job], until: Any, seconds: float = 20.0) -> None:
    end = time.monotonic() + seconds
    while not until():
        assert time.monotonic() < end
        for job in jobs:
            job.run()


def test_from_the_phone_through_the_webhook_to_the_wall_and_back(
    tmp_path: Path, valkey_url: str, redis: object, sqlite_template: Path
):
    """The whole way: a person of the simulator sends two pictures and hands them in; one of them is a trap."""
    (tmp_path / "test.sqlite3").write_bytes(sqlite_template.read_bytes())
    port = free_port()
    with running_platform(tmp_path, [new_account()], f"http://127.0.0.1:{port}") as platform:
        settings = make_settings(tmp_path, valkey_url, wechat=WeChatSettings(api_url=platform.url))
        bare = create_app(settings)
        setup = Home(bare, parts_of(bare))
        setup.add_account(new_account())
        with open_web(settings) as app, served(app, port):
            home = Home(app, parts_of(app))
            web = open_now(home)
            openid = platform.people("ours")[0]
            platform.do("ours", openid, "follow")
            picture = "data:image/jpeg;base64," + base64.b64encode(a_picture()).decode()
            trap = "data:image/gif;base64," + base64.b64encode(b"GIF89a" + bytes(99)).decode()
            platform.do("ours", openid, "send", type="image", data_url=picture)
            platform.do("ours", openid, "send", type="text", content="交作品")
            platform.do("ours", openid, "send", type="image", data_url=trap)
            platform.do("ours", openid, "send", type="text", content="交稿 夜班")
            jobs = make_jobs(home.parts)
            run(jobs, lambda: {one.state for one in web.pictures()} == {"kept", "failed"})
            run(jobs, lambda: "GIF 动图" in said(platform, openid))
            told = said(platform, openid)
        setup.parts.db.close()
    for words in ("要交到「随手拍」吗", "收到第 1 张", "收到第 2 张", "「夜班」是 1 号作品"):
        assert words in told


def said(platform: Platform, openid: str) -> str:
    return str(platform.phone("ours", openid))


def open_now(home: Home) -> Web:
    """A contest that is on by the real clock, which the webhook goes by."""
    parts = home.parts
    web = make_web(home)
    home.parts = home.app.extensions[EXTENSION] = parts
    now, campaign = parts.clock(), web.contest.campaign
    times = {"opens_at": now - timedelta(hours=1), "closes_at": now + timedelta(days=1)}
    with parts.db.work() as session:
        where = (Campaign.account_id == campaign.account_id, Campaign.id == campaign.id)
        session.execute(update(Campaign).where(*where).values(times))
    web.refresh()
    return web
