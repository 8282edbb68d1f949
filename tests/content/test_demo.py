"""The demonstration's menu, keywords, profile and pushes: they check out, and name only what exists."""

import pytest
import yaml

from accounts.profile import check_profile
from chat.content import ContentReply
from core.settings import ROOT
from faq.files import read_entries
from handlers.rules_file import read_rules
from menus.rules import leaves
from menus.service import read_menu
from push.files import read_pushes
from tests.conftest import NOW, Home
from tests.content.test_knowledge import telephones

DEMO = ROOT / "content" / "demo"
CODES = {row.code for path in (ROOT / "content" / "knowledge").glob("*.csv") for row in read_entries(path)[0]}
PROFILE = check_profile(yaml.safe_load((DEMO / "profile.yaml").read_text("utf-8")), "profile.yaml")
MENU = read_menu(DEMO / "menu.yaml")
RULES = read_rules(DEMO / "keywords.yaml")
REPLIES: list[ContentReply] = [
    *(rule.reply for rule in RULES),
    *(leaf.reply for leaf in leaves(MENU) if leaf.reply),
    *(PROFILE.welcome, PROFILE.welcome_back, *PROFILE.scenes.values()),
]


def test_the_menu_has_the_three_columns_with_three_entries_each():
    assert [column.name for column in MENU] == ["会资讯", "惠服务", "微活动"]
    assert [len(column.children) for column in MENU] == [3, 3, 3]


def test_keyword_rules_name_entries_that_exist():
    named = {reply.entry for reply in REPLIES if reply.entry}
    assert named
    assert named <= CODES


def test_every_district_has_somebody_with_a_fictional_telephone():
    assert len(PROFILE.contacts) >= 3
    assert all(contact.phone.startswith("0000-") for contact in PROFILE.contacts)
    assert PROFILE.hotline == "12351"


@pytest.mark.parametrize("name", ["profile.yaml", "menu.yaml", "keywords.yaml", "pushes.yaml"])
def test_nobodys_telephone_number_is_in_the_demonstration(name: str):
    assert telephones((DEMO / name).read_text("utf-8")) == set()


def test_the_pushes_check_out_with_their_covers(tmp_path):
    drafts = read_pushes(DEMO / "pushes.yaml", tmp_path / "covers", NOW)
    assert all((tmp_path / "covers" / draft.cover).stat().st_size > 1000 for draft in drafts)
    assert drafts


def test_covers_named_in_replies_are_served(home: Home):
    covers = {card.cover.removeprefix("{site}") for reply in REPLIES for card in reply.news if card.cover}
    assert covers
    client = home.app.test_client()
    for cover in covers:
        with client.get(cover) as answer:
            assert answer.status_code == 200
            assert answer.content_type == "image/jpeg"


def test_loading_the_demonstration_twice_changes_nothing(home: Home, few_questions: None):
    run = home.app.test_cli_runner().invoke
    first, second = run(args=["demo", "load"]), run(args=["demo", "load"])
    assert (first.exit_code, second.exit_code) == (0, 0)
    assert f"新增 {len(CODES)} 条问答、{len(RULES)} 条关键词规则" in first.output
    assert "新增 0 条问答、0 条关键词规则" in second.output
