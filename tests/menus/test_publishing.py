"""`flask menus …` with a platform that answers, and one that does not."""

from pathlib import Path

import pytest
from click.testing import Result

from core.settings import ROOT
from menus.service import newest_menu
from tests.conftest import Home, new_account
from tests.neighbours import Platform

MENU = ROOT / "content" / "demo" / "menu.yaml"


def menus(home: Home, *args: str) -> Result:
    return home.app.test_cli_runner().invoke(args=["menus", *args])


def saved(home: Home) -> bool:
    with home.parts.db.read() as session:
        return newest_menu(session, home.parts.directory.get("ours").id) is not None


def test_a_menu_is_checked_published_and_fetched_back(home: Home, platform: Platform):
    assert "3 个一级菜单，9 个可点的入口" in menus(home, "check", str(MENU)).output
    pushed = menus(home, "push", str(MENU), "--account", "ours")
    assert (pushed.exit_code, "已发布到「测试工会」" in pushed.output) == (0, True), pushed.output
    assert platform.world.menus.version("ours") > 0
    assert saved(home)
    assert "会资讯" in menus(home, "pull", "--account", "ours").output


def test_a_bad_menu_never_reaches_the_platform(home: Home, platform: Platform, tmp_path: Path):
    path = tmp_path / "menu.yaml"
    path.write_text("menu: [{name: 问}]", "utf-8")
    before = platform.world.menus.version("ours")
    for done in (menus(home, "check", str(path)), menus(home, "push", str(path), "--account", "ours")):
        assert done.exit_code == 1
        assert done.stderr.count("\n") == 1
    assert platform.world.menus.version("ours") == before


def test_a_menu_the_platform_refused_is_not_answered_from(home: Home):
    home.add_account(new_account("stranger"))
    done = menus(home, "push", str(MENU), "--account", "stranger")
    assert done.exit_code == 1
    assert done.stderr.count("\n") == 1
    with home.parts.db.read() as session:
        assert newest_menu(session, home.parts.directory.get("stranger").id) is None


@pytest.mark.parametrize(
    "args", [("push", str(MENU), "--account", "nobody"), ("pull", "--account", "nobody")]
)
def test_an_account_nobody_knows_is_told(home: Home, args: tuple[str, ...]):
    done = menus(home, *args)
    assert done.exit_code == 1
    assert "nobody" in done.stderr
