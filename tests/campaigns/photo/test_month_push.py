"""The work of the month on its way: from the console's page to the news card in every follower's chat."""

import re
import shutil
import time
from datetime import timedelta
from pathlib import Path

from campaigns.kinds.photo.keeping import Keeper
from campaigns.kinds.photo.months import choose_month
from core.settings import WeChatSettings
from jobs.outbox import Outbox
from push.service import MASS_SEND
from push.tasks import courier, jobs
from staff.roles import Role
from tests.campaigns.photo.clerks import judge
from tests.campaigns.photo.world import a_picture, make_contest
from tests.conftest import Home, make_settings, new_account
from tests.neighbours import Platform, open_web, parts_of, running_platform
from tests.staff.desk import Desk, set_watch


def deliver(home: Home) -> None:
    next(job for job in jobs(home.parts) if job.name == "pushes_due").run()
    couriers = {MASS_SEND: courier(home.parts)}
    box = Outbox(home.parts.db, couriers, home.parts.clock, batch=9, keep_trying=timedelta(hours=1))
    assert box.deliver_due() == 1


def news_of(platform: Platform, openid: str) -> list[dict[str, object]]:
    until = time.monotonic() + 10
    while time.monotonic() < until:
        found = [one for one in platform.phone("ours", openid) if one["kind"] == "news"]
        if found:
            return found
        time.sleep(0.05)
    return []


def test_the_work_of_the_month_stands_as_a_news_card_in_a_followers_chat(
    tmp_path: Path, valkey_url: str, redis: object, sqlite_template: Path
) -> None:
    shutil.copy(sqlite_template, tmp_path / "test.sqlite3")
    with running_platform(tmp_path, [new_account()]) as platform:
        settings = make_settings(tmp_path, valkey_url, wechat=WeChatSettings(api_url=platform.url))
        with open_web(settings) as app:
            home = Home(app, parts_of(app))
            home.add_account(new_account())
            app.extensions["zhijia.runtime"].shelves.refresh()
            openid = platform.people("ours")[0]
            platform.world.followers.subscribe("ours", openid, None)
            contest = make_contest(home.parts.db, account_id=home.parts.directory.get("ours").id)
            watch = set_watch(home)
            watch.now = contest.now
            work_id = contest.begin("o-anna")
            contest.add("o-anna", work_id, kept=Keeper.of(home.parts).keep(a_picture(5)))
            contest.write("o-anna", work_id, title="夜班的灯")
            number = contest.hand_in("o-anna", work_id)
            judge(contest, "shown", number)
            with home.parts.db.work() as session:
                choose_month(
                    session, contest.campaign, "2026-11", number, "灯亮着，人没走。", "anna", contest.now
                )
            rita = Desk(home, "rita", "ours", Role.ORGANISER, Role.EDITOR, Role.FINAL)
            page = rita.get(f"/console/a/ours/campaigns/{contest.campaign.public_id}/photo/months").text
            address = re.search(r'href="([^"]*/pushes/new\?[^"]*)"', page)
            assert address
            form = rita.get(address[1].replace("&amp;", "&")).text
            sent = dict(re.findall(r'name="(code|title|link|media)"[^>]*value="([^"]*)"', form))
            sent |= {"digest": "灯亮着，人没走。", "day": "2026-11-21", "time": "09:00"}
            assert rita.post("/console/a/ours/pushes/new", sent).status_code == 302
            watch.wait(days=1)
            deliver(home)
            (card,) = news_of(platform, openid)
            assert "11 月之星：夜班的灯" in str(card)
