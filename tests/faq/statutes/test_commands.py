"""`flask statutes …`: what it prints and how it fails."""

import json
from pathlib import Path

import pytest
from click.testing import Result

from tests.conftest import Home
from tests.faq.statutes.samples import SAMPLE, write


def flask(shell: Home, *args: str) -> Result:
    return shell.app.test_cli_runner().invoke(args=["statutes", *args])


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    path = tmp_path / "laws"
    path.mkdir()
    write(path)
    write(path, "# 宿舍法\n<!-- INFO END -->\n第一条 甲。\n第三条 丙。", "宿舍法(2021-01-01).md")
    return path


def test_import_counts_and_warns_and_repeating_changes_nothing(shell: Home, folder: Path):
    first = flask(shell, "import", str(folder))
    assert first.exit_code == 0
    assert first.stdout == "新增 2 部，更新 0 部，未变 0 部，较旧未用 0 部；写入 8 条\n"
    assert first.stderr == "提醒：宿舍法(2021-01-01).md 第 4 行：第三条前面缺第二条\n"
    assert flask(shell, "import", str(folder)).stdout.startswith("新增 0 部，更新 0 部，未变 2 部")


def test_a_bad_file_is_named_and_the_others_come_in(shell: Home, folder: Path):
    (folder / "坏法(2020-01-01).md").write_bytes("# 坏法\n".encode("gb18030"))
    done = flask(shell, "import", str(folder))
    assert done.exit_code == 1
    assert "新增 2 部" in done.stdout
    assert "错误：坏法(2020-01-01).md 第 1 行：文字编码不是 UTF-8" in done.stderr
    assert done.stderr.splitlines()[-1] == "Error: 1 个文件有错，没有导入；其余 2 个已处理"


def test_a_hundred_bad_files_are_told_in_a_few_lines(shell: Home, folder: Path):
    for n in range(100):
        (folder / f"坏法{n}(2020-01-01).md").write_bytes(b"")
    done = flask(shell, "import", str(folder))
    assert "还有 80 处错误" in done.stderr
    assert done.stderr.count("\n") < 30


def test_import_as_json_is_one_line(shell: Home, folder: Path):
    done = flask(shell, "import", str(folder), "--json")
    assert done.stdout.count("\n") == 1
    told = json.loads(done.stdout)
    assert told == {
        "added": 2,
        "changed": 0,
        "unchanged": 0,
        "older": 0,
        "articles": 8,
        "errors": [],
        "warnings": ["宿舍法(2021-01-01).md 第 4 行：第三条前面缺第二条"],
    }


def test_list_says_what_is_there(shell: Home, folder: Path):
    assert "法规库是空的" in flask(shell, "list").stdout
    assert flask(shell, "list", "--json").stdout == ""
    flask(shell, "import", str(folder))
    assert "2020-05-01     6 条  工友法\n" in flask(shell, "list").stdout
    lines = [json.loads(line) for line in flask(shell, "list", "--json").stdout.splitlines()]
    assert {"name": "工友法", "version": "2020-05-01", "articles": 6, "outdated": False} in lines


def test_an_outdated_text_is_listed_as_such(shell: Home, folder: Path):
    write(folder, SAMPLE, "住房公积金管理条例(2019-03-24).md")
    flask(shell, "import", str(folder))
    assert "住房公积金管理条例（旧版本）" in flask(shell, "list").stdout
    assert "注意：这是旧版本" in flask(shell, "show", "公积金条例", "1").stdout


@pytest.mark.parametrize("number", ["4条之一", "第四条之一", "第4条之1"])
def test_show_prints_an_article(shell: Home, folder: Path, number: str):
    flask(shell, "import", str(folder))
    done = flask(shell, "show", "工友法", number)
    assert done.stdout == "《工友法》（2020年修正）第四条之一\n夜班工友白天休息的，白天也应当安静。\n"


def test_show_takes_bare_numbers_and_other_names(shell: Home, folder: Path):
    flask(shell, "import", str(folder))
    for number in ("3", "三", "第3条"):
        assert "第三条\n宿舍应当有窗。" in flask(shell, "show", "中华人民共和国工友法", number).stdout


@pytest.mark.parametrize(
    ("args", "told"),
    [
        (("import", "/no/such/folder"), "读不到文件夹 /no/such/folder"),
        (("import", "{empty}"), "没有法规文件"),
        (("show", "民法典", "1"), "法规库里没有《民法典》"),
        (("show", "工友法", "99"), "一共 6 条，没有「99」这一条"),
        (("show", "工友法", "甲"), "「甲」不是条号"),
    ],
)
def test_what_cannot_be_done_is_told_in_one_line(
    shell: Home, folder: Path, tmp_path: Path, args: tuple[str, ...], told: str
):
    flask(shell, "import", str(folder))
    (tmp_path / "empty").mkdir()
    done = flask(shell, *(arg.replace("{empty}", str(tmp_path / "empty")) for arg in args))
    assert done.exit_code == 1
    assert done.stderr.startswith("Error: ")
    assert told in done.stderr
    assert done.stderr.count("\n") == 1


def test_wrong_usage_ends_with_two(shell: Home):
    assert flask(shell, "import").exit_code == 2
    assert flask(shell, "show", "工友法").exit_code == 2
