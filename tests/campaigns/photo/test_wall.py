"""The wall and a work's page: what everybody sees, in which order, and what nobody may see."""

import re

import pytest

from campaigns.ballots import open_pages, part
from campaigns.kinds.photo import h5_wall
from campaigns.kinds.photo.tables import PhotoWork
from tests.campaigns.photo.clerks import enter_shown, judge
from tests.campaigns.photo.phones import Web, make_web
from tests.conftest import Home

SETTINGS = {
    "noun": "作品",
    "most_works": 50,
    "order": "最新在前",
    "groups": [{"title": "照片组", "form": "照片"}, {"title": "网页组", "form": "链接"}],
    "categories": "工地、家园",
}


@pytest.fixture
def web(house: Home) -> Web:
    return make_web(house, SETTINGS)


def look(web: Web, path: str = "") -> str:
    """As it is now, not as it was kept a moment ago; by somebody nobody knows."""
    for kept in (open_pages._pages, open_pages._rare, part._rolls, h5_wall._liked):
        kept._known.clear()
    answer = web.phone("").get(f"/photo{path}")
    assert answer.status_code == 200, answer.text
    return answer.text


def numbers(html: str) -> list[int]:
    return [int(one) for one in re.findall(r'class="wall-open" href="[^"]+/photo/(\d+)"', html)]


def hang(web: Web, count: int, **draft: str) -> list[int]:
    draft = {"group": "照片组", "category": "工地"} | draft
    return [enter_shown(web.contest, f"o-{n}", f"夜班{n}", **draft) for n in range(count)]


def test_only_what_was_let_through_hangs_on_the_wall(web: Web):
    first, second, third = (
        web.contest.enter("o-anna", title, group="照片组", category="工地")
        for title in ("焊花", "塔吊", "晨光")
    )
    judge(web.contest, "shown", first, second)
    assert numbers(look(web)) == [second, first]
    assert "晨光" not in look(web)
    assert web.phone("").get(f"/photo/{third}").status_code == 404
    judge(web.contest, "refused", first, why="照片里的人没有同意展示")
    assert numbers(look(web)) == [second]
    assert "焊花" not in look(web)
    assert web.phone("").get(f"/photo/{first}").status_code == 404


def test_an_empty_wall_asks_for_the_first_work(web: Web):
    assert "墙上还没有作品，等您来挂第一件。" in look(web)
    assert 'href="/h5/ours/c/' in look(web)


def test_thirty_a_page_and_no_work_twice_in_any_order(web: Web):
    hung = hang(web, 33)
    for order in ("newest", "random&seed=7", "likes"):
        seen = [one for page in (1, 2) for one in numbers(look(web, f"?order={order}&page={page}"))]
        assert sorted(seen) == hung
        assert len(numbers(look(web, f"?order={order}&page=1"))) == 30
    assert numbers(look(web, "?page=9999")) == hung[2::-1]
    assert 'rel="next"' not in look(web, "?page=2")


def test_groups_categories_and_searches_narrow_it(web: Web):
    one = enter_shown(web.contest, "o-a", "焊花", group="照片组", category="工地", author="老周")
    two = enter_shown(
        web.contest, "o-b", "云上工地", group="网页组", category="家园", link="https://a.example/x"
    )
    assert numbers(look(web, "?group=网页组")) == [two]
    assert numbers(look(web, "?category=工地")) == [one]
    assert numbers(look(web, "?group=网页组&category=工地")) == []
    assert "这里还没有作品。" in look(web, "?group=网页组&category=工地")
    assert numbers(look(web, "?q=老周")) == [one]
    assert numbers(look(web, f"?q={two}号")) == [two]
    assert numbers(look(web, "?q=没有的")) == []
    assert "没有找到" in look(web, "?q=没有的")


def test_what_an_address_asks_without_sense_is_read_as_the_usual(web: Web):
    hung = hang(web, 2)
    strange = "?group=nobody&category=nobody&order=best&page=-3&seed=abc"
    assert numbers(look(web, strange)) == hung[::-1]


def test_every_picture_says_its_size_so_that_nothing_jumps(web: Web):
    hang(web, 2)
    pictures = re.findall(r"<img[^>]+>", look(web))
    assert len(pictures) == 2
    assert all('width="1600"' in one and 'height="1200"' in one for one in pictures)


def test_everybody_gets_the_same_bytes_for_two_seconds(web: Web):
    hang(web, 3)
    look(web)
    assert web.phone("o-anna").get("/photo").data == web.phone("").get("/photo").data


def test_a_work_s_page_tells_all_its_author_wrote_and_leads_on(web: Web):
    first = enter_shown(
        web.contest, "o-a", "焊花", group="照片组", category="工地", author="老周", place="船台"
    )
    second = enter_shown(
        web.contest, "o-b", "晨光", pictures=2, group="照片组", category="家园", about="六点半"
    )
    page = look(web, f"/{first}")
    assert all(one in page for one in ("焊花", "老周", "船台", "2026-11-01 08:00"))
    assert re.search(rf'rel="prev" href="[^"]+/photo/{second}"', page)
    assert re.search(rf'property="og:url" content="[^"]+/photo/{first}"', page)
    page = look(web, f"/{second}")
    assert page.count("<figure>") == 2
    assert "匿名" in page
    assert "六点半" in page


def test_a_link_says_that_it_leads_away(web: Web):
    one = enter_shown(
        web.contest, "o-b", "云上工地", group="网页组", category="家园", link="https://a.example/x"
    )
    page = look(web, f"/{one}")
    assert "离开本站，去 a.example" in page
    assert "noopener" in page


def test_an_author_who_takes_a_work_back_is_gone_from_the_wall(web: Web):
    number = enter_shown(web.contest, "o-a", "焊花", group="照片组", category="工地", author="老周")
    assert "老周" in look(web)
    work: PhotoWork = web.contest.work(number)
    web.phone("o-a").post(f"/photo/works/{work.public_id}/take-back")
    assert "老周" not in look(web)
    assert web.phone("").get(f"/photo/{number}").status_code == 404


def test_a_contest_of_another_union_shows_nothing_here(web: Web, house: Home):
    theirs = make_web(house, SETTINGS, "others")
    number = enter_shown(theirs.contest, "o-a", "焊花", group="照片组", category="工地")
    stray = f"/h5/ours/c/{theirs.contest.campaign.public_id}/photo"
    assert house.app.test_client().get(stray).status_code == 404
    assert house.app.test_client().get(f"{stray}/{number}").status_code == 404
