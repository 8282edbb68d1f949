"""`tools/new_campaign.py`: what it makes works on the first try, in a copy of the house; what it can't make it refuses."""

import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest
from sqlalchemy import text

from core.settings import ROOT
from models.db import Database

KIND = ("chain", "--title", "接龙")
NEW = "campaigns/kinds/chain"
pytestmark = pytest.mark.timeout(600)
"""Each test runs programs of its own; on a busy machine they take minutes."""
_BESIDE = ("VIRTUAL_ENV", "PATH", "HOME", "LANG", "TMPDIR")


def copy_house(folder: Path) -> Path:
    """The files that the repository knows, as they stand now."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    for name in filter(None, listed.split("\0")):
        if (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, folder / name)
    return folder


def run(house: Path, *command: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """A program of our environment in a copy, which sees nothing of this test run."""
    kept = {name: os.environ[name] for name in _BESIDE if name in os.environ}
    return subprocess.run(
        [sys.executable, *command],
        cwd=house,
        env={**kept, "PYTHONDONTWRITEBYTECODE": "1", **variables},
        capture_output=True,
        text=True,
        check=False,
    )


def content_of(house: Path) -> dict[str, bytes]:
    return {str(path.relative_to(house)): path.read_bytes() for path in house.rglob("*") if path.is_file()}


@pytest.fixture(scope="module")
def bare(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the house in which nobody makes anything."""
    return copy_house(tmp_path_factory.mktemp("bare"))


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy with a new kind in it."""
    copy = copy_house(tmp_path_factory.mktemp("house"))
    made = run(copy, "tools/new_campaign.py", *KIND)
    assert made.returncode == 0, made.stderr
    assert "flask db upgrade" in made.stdout
    return copy


@pytest.mark.parametrize(
    "command",
    [
        ("ruff", "check", "."),
        ("ruff", "format", "--check", "."),
        ("mypy", NEW),
    ],
    ids=" ".join,
)
def test_the_new_folder_is_clean(house: Path, command: Sequence[str]):
    done = run(house, "-m", *command)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_layers_hold_with_it_and_it_may_know_no_other_kind(house: Path):
    assert _lint(house).returncode == 0
    stray = house / NEW / "stray.py"
    stray.write_text("from campaigns.kinds.quiz import config\n\n__all__ = ['config']\n", "utf-8")
    try:
        told = _lint(house)
    finally:
        stray.unlink()
    assert told.returncode == 1
    assert "campaigns.kinds.chain.stray" in told.stdout


def _lint(house: Path) -> subprocess.CompletedProcess[str]:
    program = "from importlinter.cli import lint_imports_command; lint_imports_command()"
    return run(house, "-c", program, "--no-cache", PYTHONPATH=".")


@pytest.mark.parametrize("database", ["sqlite", "postgres"])
def test_its_table_is_made_by_the_migration(
    house: Path, database: str, tmp_path: Path, request: pytest.FixtureRequest
):
    url = f"sqlite:///{tmp_path}/new.sqlite3"
    if database == "postgres":
        url = _new_database(request.getfixturevalue("postgres_url"))
    where = {"DATABASE_URL": url, "VAR_DIR": str(tmp_path / "var"), "SECRET_KEY": "k" * 40}
    for task in ("upgrade", "check"):
        done = run(house, "-m", "flask", "db", task, **where)
        assert done.returncode == 0, done.stdout + done.stderr


def _new_database(url: str) -> str:
    server = Database(url)
    with server.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("DROP DATABASE IF EXISTS scaffold WITH (FORCE)"))
        connection.execute(text("CREATE DATABASE scaffold TEMPLATE template0"))
    server.close()
    return url.rpartition("/")[0] + "/scaffold"


def test_it_keeps_the_contract_of_every_kind_and_its_own_story(house: Path):
    """Created, opened, joined, closed, exported, forgotten: for two unions on both databases; its pages, desk and chat."""
    tests = ("tests/campaigns/chain", "tests/campaigns/test_contract.py")
    told = run(house, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-k", "chain", *tests)
    assert told.returncode == 0, told.stdout[-6000:]
    assert "skipped" not in told.stdout
    assert "no tests ran" not in told.stdout


def test_made_a_second_time_nothing_is_overwritten(house: Path):
    before = content_of(house / "campaigns" / "kinds")
    again = run(house, "tools/new_campaign.py", *KIND)
    assert (again.returncode, again.stdout) == (2, "")
    assert again.stderr.count("\n") == 1
    assert content_of(house / "campaigns" / "kinds") == before


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("Chain", "小写"),
        ("链", "小写"),
        ("2chain", "字母开头"),
        ("chain-two", "下划线"),
        ("../chain", "小写"),
        ("a" * 21, "20 个字符"),
        ("class", "关键字"),
        ("match", "关键字"),
        ("json", "标准库"),
        ("quiz", "一种活动"),
        ("ballots", "文件夹或模块"),
        ("menus", "文件夹或模块"),
        ("freeze", "地址"),
        ("candidates", "地址"),
        ("claims", "一组页面"),
        ("draw", "数据表"),
    ],
)
def test_a_name_that_can_not_be_is_refused_in_one_line(bare: Path, name: str, why: str):
    before = content_of(bare)
    done = run(bare, "tools/new_campaign.py", name, "--title", "接龙")
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)
    assert why in done.stderr
    assert content_of(bare) == before


@pytest.mark.parametrize("title", ["投票", "", "chain", '接"龙', "接 龙", "九个字太长了不能用啊"])
def test_a_title_that_can_not_be_is_refused(bare: Path, title: str):
    done = run(bare, "tools/new_campaign.py", "chain", "--title", title)
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)
    assert "汉字" in done.stderr or "另一种活动" in done.stderr


def test_a_folder_that_is_no_checkout_is_refused(bare: Path, tmp_path: Path):
    done = run(bare, "tools/new_campaign.py", *KIND, "--into", str(tmp_path))
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)
    assert "--into" in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_two_newest_migrations_are_told_and_nothing_is_made(tmp_path: Path):
    copy = copy_house(tmp_path)
    for revision in ("fffffffffffe", "ffffffffffff"):
        text = f'revision = "{revision}"\ndown_revision = "c8b000000001"\n'
        (copy / "migrations" / "versions" / f"{revision}_stray.py").write_text(text, "utf-8")
    done = run(copy, "tools/new_campaign.py", *KIND)
    assert done.returncode == 2
    assert "个最新版本" in done.stderr
    assert "fffffffffffe、ffffffffffff" in done.stderr
    assert not (copy / NEW).exists()


def test_a_file_that_is_there_already_is_left_as_it_is(tmp_path: Path):
    copy = copy_house(tmp_path)
    own = copy / "campaigns" / "kinds" / "chain"
    own.mkdir()
    (own / "notes.txt").write_text("mine", "utf-8")
    done = run(copy, "tools/new_campaign.py", *KIND)
    assert done.returncode == 2
    assert [path.name for path in own.iterdir()] == ["notes.txt"]
