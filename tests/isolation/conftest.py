"""The whole application as the web server runs it, over three unions."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from flask import Flask

from campaigns.kinds.photo.keeping import Keeper
from core.clock import system_clock
from core.settings import WeChatSettings
from house.parts import Parts
from proofs.isolation.walk import Answer, Visit, judge, read_text
from proofs.isolation.world import World, build_world
from staff.guard import COOKIE
from staff.sessions import csrf_token
from tests.conftest import make_settings
from tests.neighbours import open_web, parts_of


@dataclass
class Walked:
    """An application with people in it."""

    app: Flask
    parts: Parts
    world: World

    def ask(self, visit: Visit) -> Answer:
        client = self.app.test_client()
        form = {}
        if visit.person is not None:
            client.set_cookie(COOKIE, visit.person.token, path="/console/")
            form = {"csrf": csrf_token(visit.person.token)}
        told = client.open(
            visit.path,
            method=visit.method,
            data=form if visit.method == "POST" else None,
            headers={"Sec-Fetch-Site": "same-origin"},
        )
        answer = Answer(told.status_code, told.headers.get("Location", ""), read_text(told.data))
        told.close()
        return answer

    def wrong_at(self, visits: list[Visit]) -> list[str]:
        """Everything that is wrong with the answers."""
        return [f"{visit}: {what}" for visit in visits for what in judge(visit, self.ask(visit), self.world)]


@pytest.fixture
def walked(tmp_path: Path, sqlite_template: Path, few_questions: None) -> Iterator[Walked]:
    """With a platform that nobody answers for."""
    shutil.copy(sqlite_template, tmp_path / "test.sqlite3")
    nowhere = WeChatSettings(api_url="http://127.0.0.1:9", connect_timeout_s=0.5)
    with open_web(make_settings(tmp_path, wechat=nowhere)) as app:
        parts = parts_of(app)
        world = build_world(parts.db, system_clock, Keeper.of(parts))
        app.extensions["zhijia.runtime"].shelves.load_all()
        yield Walked(app, parts, world)
