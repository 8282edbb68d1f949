"""The web application as it is served, with content of its own, and the platform's side of its accounts."""

import itertools
import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlencode

import pytest
from flask import Flask
from redis import Redis
from sqlalchemy import delete, func, select
from werkzeug.test import TestResponse

import app as application
from accounts.profile import check_profile
from accounts.service import add_account, get_account, set_profile
from chat.turn import Conversation, Hook
from commands.database import upgrade_schema
from faq.files import read_entries
from faq.service import import_entries
from handlers import webhook
from handlers.desk import Desk
from handlers.late import LateAnswers
from handlers.record import RecordSink
from handlers.router import Router
from handlers.rules_file import import_rules, read_rules
from house.current import EXTENSION
from house.parts import Parts
from jobs.journal import Shipper
from menus.service import read_menu, save_menu
from models.jobs import OutboxItem
from models.members import Member
from models.messages import MessageLog, PendingTurn
from models.wall import HelpRequest
from simulator import wire
from tests.conftest import AES_KEY, APPID, TOKEN, make_settings, new_account

EVERYBODY = {"all_tenants": "a test looks at everything"}
TABLES = (MessageLog, PendingTurn, HelpRequest, OutboxItem, Member)
ANNA = "oAnna-6_bmjrPTlm6_2sgVt7hMZO"
BERT = "oBert-6_bmjrPTlm6_2sgVt7hMZO"
OTHER_KEY = "ZYXWVUTSRQPONMLKJIHGFEDCBA9876543210zyxwvut"

ENTRIES = """id,topic,category,question,alternates,answer,citations,region,valid_from,valid_until,checked_on
deposit,deposit,入职,进厂要交1000元押金，合法吗？,公司收了我1000元保证金，合法吗|入职收押金,不合法，可以要求退还。,劳动合同法第九条|劳动合同法第八十四条,,,,
trial-pay,trial,试用期,试用期工资可以打折吗？,试用期只发一半工资,不能低于约定工资的80%。,劳动合同法第二十条,,,,
trial-fired,trial,试用期,试用期被辞退有补偿吗？,试用期说我不合格让我走,要看有没有证据证明不符合录用条件。,劳动合同法第三十九条,,,,
trial-long,trial,试用期,试用期最长多久？,试用期可以约定几个月,最长不超过六个月。,劳动合同法第十九条,,,,
overtime,overtime,加班,加班费怎么算？,周末加班给几倍工资,平时1.5倍，周末2倍，法定节假日3倍。,劳动法第四十四条,,,,
"""
KEYWORDS = """rules:
  - {code: hello, match: exact, keywords: [你好], reply: {text: "您好，这里是{account}。"}}
  - {code: question-mark, match: exact, keywords: ["在吗？"], reply: {text: "在的。"}}
  - {code: deposit, match: exact, keywords: [入职收押金], reply: {text: 关键词先答。}}
  - {code: invisible, match: contains, keywords: ["\\u200b"], reply: {text: 不该出现。}}
  - {code: entry, match: exact, keywords: [加班], reply: {entry: overtime}}
  - {code: gone, match: exact, keywords: [消失], reply: {entry: no-such-entry}}
  - code: station
    match: contains
    keywords: [驿站]
    reply:
      news:
        - {title: 户外劳动者驿站, digest: 歇脚喝水, cover: "{site}/1.jpg", link: "{h5}/faq"}
        - {title: 第二张卡片, digest: 回复消息时不显示, cover: "{site}/2.jpg", link: "{h5}/faq"}
"""
MENU = """menu:
  - {name: 走进工会, key: about, reply: {text: 工会是职工之家。}}
  - name: 服务
    children:
      - {name: 网页, url: "https://example.cn/"}
      - {name: 图文, key: cards, reply: {news: [{title: 卡片一, link: "{h5}/a"}, {title: 卡片二, link: "{h5}/b"}]}}
"""
PROFILE = {
    "welcome": {"text": "欢迎关注{account}。"},
    "welcome_back": {"text": "又见面了。"},
    "scenes": {"factory": {"text": "欢迎园区的工友。"}},
    "help": "帮助文字。",
    "fallback": "这个我答不好。",
    "received": "收到了。",
    "hotline": "12351",
    "contacts": [
        {"district": "东港区", "aliases": ["东港"], "department": "权益保障部", "phone": "0000-8100001"}
    ],
}


class Clock:
    """Real time, which a test can push forward and back."""

    def __init__(self) -> None:
        self.shift_s = 0.0

    def __call__(self) -> datetime:
        return datetime.fromtimestamp(time.time() + self.shift_s, UTC)

    def stamp(self, offset_s: float = 0) -> str:
        return str(int(self().timestamp() + offset_s))


@dataclass(frozen=True)
class Callback:
    """A request of the platform: its query, in order, and its body."""

    args: tuple[tuple[str, str], ...]
    body: bytes
    account: str = "ours"

    def but(self, body: bytes | None = None, **changes: str | None) -> "Callback":
        """The same with other parameters; None takes one away."""
        args = [(name, changes.pop(name, value)) for name, value in self.args] + list(changes.items())
        kept = tuple((name, value) for name, value in args if value is not None)
        return replace(self, args=kept, body=self.body if body is None else body)

    def also(self, *more: tuple[str, str], first: bool = False) -> "Callback":
        """The same with parameters given twice."""
        return replace(self, args=(*more, *self.args) if first else (*self.args, *more))

    def __getitem__(self, name: str) -> str:
        return dict(self.args)[name]


@dataclass
class Web:
    """The application under test."""

    app: Flask
    parts: Parts
    redis: "Redis"
    clock: Clock

    @property
    def runtime(self) -> "application.Runtime":
        return self.app.extensions["zhijia.runtime"]

    @property
    def desk(self) -> Desk:
        return self.app.extensions[webhook.DESK]

    def put_first(self, hook: Hook, *conversations: Conversation) -> None:
        """Another hook before those of the house (and conversations), in the web and for late answers."""
        router = self.runtime.router
        known = (*conversations, *router._conversations.values())
        self.desk._router = self.runtime.router = Router((hook, *router._hooks), known)

    def post(self, callback: Callback, **options: object) -> TestResponse:
        url = f"/wechat/{callback.account}?{urlencode(callback.args)}"
        with self.app.test_client() as client:
            return client.post(url, data=callback.body, content_type="text/xml", **options)

    def get(self, args: dict[str, str], account: str = "ours") -> TestResponse:
        with self.app.test_client() as client:
            return client.get(f"/wechat/{account}?{urlencode(args)}")

    def records(self) -> list[dict]:
        """The journal, as long as it was not shipped."""
        paths = sorted(self.parts.settings.journal_dir.glob("*.jsonl"))
        return [json.loads(line) for path in paths for line in path.read_text("utf-8").splitlines()]

    def ship(self) -> int:
        sink = RecordSink(application.REGISTRY.all_notices(), application.REGISTRY.all_listeners())
        return Shipper(self.parts.db, self.parts.settings.journal_dir, sink).ship()

    def late_answers(self) -> LateAnswers:
        return LateAnswers(self.parts.db, self.parts.directory, self.runtime.router, self.clock)

    def rows(self, table: type) -> list:
        with self.parts.db.read() as session:
            return list(session.scalars(select(table).order_by(table.id).execution_options(**EVERYBODY)))

    def state(self) -> dict[str, object]:
        """Everything a callback could have changed."""
        keys = sorted(self.redis.keys("*"))
        with self.parts.db.read() as session:
            counts = {
                table.__tablename__: session.scalar(
                    select(func.count()).select_from(table).execution_options(**EVERYBODY)
                )
                for table in TABLES
            }
        return {"redis": {key: self.redis.dump(key) for key in keys}, "journal": self.records(), **counts}

    def clear(self) -> None:
        """As if nothing had come in yet."""
        self.clock.shift_s = 0.0
        self.redis.flushall()
        self.desk._journal.close()
        for path in self.parts.settings.journal_dir.glob("*"):
            path.unlink()
        with self.parts.db.work() as session:
            for table in TABLES:
                session.execute(delete(table).execution_options(**EVERYBODY))

    def close(self) -> None:
        self.runtime.shelves.close()
        self.desk._journal.close()
        self.desk._slow.close()
        self.parts.db.close()
        self.redis.close()
        if self.parts.redis is not None:
            self.parts.redis.close()


@dataclass
class Platform:
    """The platform's side of one account: seals, signs and delivers, and opens the answer. An implementation of its own."""

    web: Web
    account: str = "ours"
    token: str = TOKEN
    aes_key: str = AES_KEY
    appid: str = APPID
    numbers: Iterator[int] = field(default_factory=lambda: itertools.count(7_000_000_000_000_000))

    @property
    def credentials(self) -> wire.Credentials:
        return wire.Credentials(self.appid, self.token, self.aes_key)

    def sealed(
        self, xml: str, *, timestamp: str | None = None, nonce: str | None = None, openid: str = ANNA
    ) -> Callback:
        return self.carrying(
            wire.encrypt(self.credentials, xml), timestamp=timestamp, nonce=nonce, openid=openid
        )

    def carrying(
        self, encrypted: str, *, timestamp: str | None = None, nonce: str | None = None, openid: str = ANNA
    ) -> Callback:
        """A callback signed for whatever stands in Encrypt."""
        timestamp = self.web.clock.stamp() if timestamp is None else timestamp
        nonce = str(next(self.numbers)) if nonce is None else nonce
        args = (
            ("signature", wire.sign(self.token, timestamp, nonce)),
            ("timestamp", timestamp),
            ("nonce", nonce),
            ("openid", openid),
            ("encrypt_type", "aes"),
            ("msg_signature", wire.sign(self.token, timestamp, nonce, encrypted)),
        )
        body = (
            f"<xml><ToUserName><![CDATA[gh_1]]></ToUserName><Encrypt><![CDATA[{encrypted}]]></Encrypt></xml>"
        )
        return Callback(args, body.encode(), self.account)

    def plain(self, xml: str | bytes, *, timestamp: str | None = None, nonce: str | None = None) -> Callback:
        timestamp = self.web.clock.stamp() if timestamp is None else timestamp
        nonce = str(next(self.numbers)) if nonce is None else nonce
        args = (
            ("signature", wire.sign(self.token, timestamp, nonce)),
            ("timestamp", timestamp),
            ("nonce", nonce),
            ("openid", ANNA),
        )
        return Callback(args, xml.encode() if isinstance(xml, str) else xml, self.account)

    def text(self, content: str, openid: str = ANNA, **fields: object) -> str:
        return self.message("text", openid, Content=content, **fields)

    def message(self, kind: str, openid: str = ANNA, **fields: object) -> str:
        head = {"ToUserName": "gh_1", "FromUserName": openid, "CreateTime": int(self.web.clock.stamp())}
        return wire.render_xml({**head, "MsgType": kind, "MsgId": next(self.numbers), **fields})

    def event(self, name: str, openid: str = ANNA, **fields: object) -> str:
        head = {"ToUserName": "gh_1", "FromUserName": openid, "CreateTime": int(self.web.clock.stamp())}
        return wire.render_xml({**head, "MsgType": "event", "Event": name, **fields})

    def open(self, response: TestResponse, openid: str = ANNA) -> dict | None:
        """The reply in an answer, as the phone shows it; None for silence. Anything malformed raises."""
        assert response.status_code == 200
        reply = wire.parse_answer(self.credentials, response.data, sender=openid).reply
        return None if reply is None else dict(reply)

    def deliver(self, xml: str, openid: str = ANNA) -> dict | None:
        return self.open(self.web.post(self.sealed(xml, openid=openid)), openid)

    def say(self, content: str, openid: str = ANNA) -> str:
        """What is answered to a text, in words; empty for silence."""
        reply = self.deliver(self.text(content, openid), openid)
        return "" if reply is None else reply.get("content", reply["type"])


def add_content(parts: Parts, folder: Path, key: str, clock: Clock) -> None:
    files = {"entries.csv": ENTRIES, "keywords.yaml": KEYWORDS, "menu.yaml": MENU}
    for name, content in files.items():
        (folder / name).write_text(content, "utf-8")
    rows, errors = read_entries(folder / "entries.csv")
    assert not errors
    with parts.db.work() as session:
        account = get_account(session, key)
        import_entries(session, account.organisation_id, rows, clock())
        import_rules(session, account.organisation_id, read_rules(folder / "keywords.yaml"), clock())
        save_menu(session, account.id, read_menu(folder / "menu.yaml"), clock())
        set_profile(session, account, check_profile(PROFILE, "test"))


@contextmanager
def running_web(folder: Path, valkey_url: str, **changes: object) -> Iterator[Web]:
    """The application with the accounts `ours`, `other` (own secrets), `twin` (our token) and `plain` (no AES)."""
    settings = make_settings(folder, valkey_url, **changes)
    clock = Clock()
    bare = application.create_app(settings, clock)
    parts: Parts = bare.extensions[EXTENSION]
    upgrade_schema(parts.db)
    with parts.db.work() as session:
        for account in (
            new_account(),
            new_account("other", token="othertoken456", aes_key=OTHER_KEY),
            new_account("twin"),
            new_account("plain", aes_key=None),
        ):
            add_account(session, account, clock())
    add_content(parts, folder, "ours", clock)
    parts.db.close()
    app = application.create_web(settings, clock)
    web = Web(app, app.extensions[EXTENSION], Redis.from_url(valkey_url, socket_timeout=2), clock)
    web.clear()
    try:
        yield web
    finally:
        web.close()


@pytest.fixture(scope="module")
def shared_web(tmp_path_factory: pytest.TempPathFactory, valkey_url: str) -> Iterator[Web]:
    with running_web(tmp_path_factory.mktemp("web"), valkey_url) as web:
        yield web


@pytest.fixture
def web(shared_web: Web) -> Web:
    """The module's application, with nothing in its memory, journal and log."""
    shared_web.clear()
    router = shared_web.runtime.router
    yield shared_web
    shared_web.desk._router = shared_web.runtime.router = router


@pytest.fixture
def make_web(tmp_path: Path, valkey_url: str) -> Iterator[Callable[..., Web]]:
    """Applications with other settings; each is closed at the end."""
    opened: list = []

    def make(redis_url: str = "", **changes: object) -> Web:
        folder = tmp_path / f"web{len(opened)}"
        folder.mkdir()
        manager = running_web(folder, redis_url or valkey_url, **changes)
        opened.append(manager)
        return manager.__enter__()

    yield make
    for manager in reversed(opened):
        manager.__exit__(None, None, None)


@pytest.fixture
def ours(web: Web) -> Platform:
    return Platform(web)


@pytest.fixture
def other(web: Web) -> Platform:
    return Platform(web, "other", "othertoken456", OTHER_KEY, "wxtestother")


@pytest.fixture
def twin(web: Web) -> Platform:
    """Another account with our token and our key: only the AppID inside tells them apart."""
    return Platform(web, "twin", appid="wxtesttwin")


@pytest.fixture
def plain(web: Web) -> Platform:
    return Platform(web, "plain", appid="wxtestplain")
