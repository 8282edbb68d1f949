"""`flask accounts …`, `flask demo …` and `flask outbox …`."""

import json
from pathlib import Path

import pytest

from core.settings import Settings
from jobs.outbox import Outbox, post
from tests.commands.conftest import Flask, one_line
from tests.conftest import AES_KEY, NOW, TOKEN, Home, make_settings, new_account

GOOD = ("--name", "海湾工会", "--appid", "wx1", "--token", "abc", "--secret", "hunter2")


def test_an_account_is_added_listed_and_shown_without_its_secrets(flask: Flask):
    added = flask("accounts", "add", "bay", *GOOD, "--aes-key", AES_KEY, "--kind", "service", "--verified")
    assert added.exit_code == 0
    assert "安全模式（AES）" in added.output
    assert "http://127.0.0.1:8000/wechat/bay" in added.output
    listed, shown = flask("accounts", "list").output, flask("accounts", "show", "bay").output
    assert "bay\t海湾工会\tservice\t已认证\taes\twx1\n" in listed
    assert "组织：海湾工会" in shown
    for output in (added.output, listed, shown):
        assert "hunter2" not in output
        assert AES_KEY not in output


def test_secrets_may_come_from_the_environment(home: Home):
    env = {"WECHAT_TOKEN": "abc", "WECHAT_SECRET": "hunter2", "WECHAT_AES_KEY": AES_KEY}
    run = home.app.test_cli_runner().invoke
    done = run(args=["accounts", "add", "bay", "--name", "n", "--appid", "wx1"], env=env)
    assert (done.exit_code, "AES" in done.output) == (0, True)


def test_an_account_without_aes_key_is_called_what_it_is(flask: Flask):
    assert "明文模式" in flask("accounts", "add", "bay", *GOOD).output


@pytest.mark.parametrize(
    ("args", "told"),
    [
        (("add", "Bay", *GOOD), "KEY"),
        (("add", "ours", *GOOD), "登记过"),
        (("add", "bay", *GOOD, "--aes-key", "short"), "EncodingAESKey"),
        (("add", "bay", *GOOD, "--organisation", "nobody"), "nobody"),
        (("add", "bay", *GOOD[:-4], "--token", "!", "--secret", "hunter2"), "Token"),
        (("show", "nobody"), "nobody"),
        (("show", "nobody", "--json"), "nobody"),
        (("change", "nobody", "--name", "x"), "nobody"),
        (("change", "ours", "--token", "!"), "Token"),
        (("change", "ours", "--profile", "/no/such/file"), "/no/such/file"),
    ],
)
def test_what_cannot_be_done_is_told_in_one_line_without_secrets(
    flask: Flask, args: tuple[str, ...], told: str
):
    line = one_line(flask("accounts", *args))
    assert told in line
    assert "hunter2" not in line


@pytest.mark.parametrize(
    "args", [(), ("add",), ("add", "bay"), ("add", "bay", *GOOD, "--kind", "x"), ("show",), ("fly",)]
)
def test_wrong_usage_ends_with_two(flask: Flask, args: tuple[str, ...]):
    assert flask("accounts", *args).exit_code == 2


def test_the_demonstration_account_shows_its_credentials_to_programs(flask: Flask):
    assert flask("demo", "load").exit_code == 0
    shown = flask("accounts", "show", "demo", "--json")
    assert shown.stdout.count("\n") == 1
    credentials = json.loads(shown.stdout)
    assert list(credentials) == ["key", "appid", "token", "aes_key"]
    assert credentials["key"] == "demo"
    assert len(credentials["aes_key"]) == 43
    flask("demo", "load")
    assert json.loads(flask("accounts", "show", "demo", "--json").stdout) == credentials


def test_the_credentials_of_a_real_account_are_never_shown(flask: Flask):
    done = flask("accounts", "show", "ours", "--json")
    assert "只有演示公众号" in one_line(done)
    assert TOKEN not in done.output


class TestProduction:
    @pytest.fixture
    def settings(self, tmp_path: Path, valkey_url: str) -> Settings:
        return make_settings(tmp_path, valkey_url, production=True)

    def test_no_credentials_are_shown_in_production(self, flask: Flask, home: Home):
        home.add_account(new_account("demo", demo=True))
        done = flask("accounts", "show", "demo", "--json")
        assert "生产环境" in one_line(done)
        assert TOKEN not in done.output

    def test_no_demonstration_is_loaded_in_production(self, flask: Flask):
        assert "生产环境" in one_line(flask("demo", "load"))


def test_a_real_account_called_demo_is_left_alone(flask: Flask, home: Home):
    home.add_account(new_account("demo"))
    assert "不是演示公众号" in one_line(flask("demo", "load"))


def test_an_account_is_changed_where_it_is_told_and_nowhere_else(flask: Flask, home: Home):
    home.add_account(new_account("paper", aes_key=None))
    assert (
        flask("accounts", "change", "paper", "--name", "新名", "--aes-key", AES_KEY, "--verified").exit_code
        == 0
    )
    assert "paper\t新名\tservice\t已认证\taes" in flask("accounts", "list").output
    with home.parts.db.read() as session:
        home.parts.directory.reload(session)
    assert home.parts.directory.get("paper").secret == new_account().secret


def test_a_profile_is_brought_in_from_a_file_and_a_wrong_one_changes_nothing(
    flask: Flask, home: Home, tmp_path: Path
):
    path = tmp_path / "profile.yaml"
    path.write_text("hotline: '12351-1'", "utf-8")
    assert flask("accounts", "change", "ours", "--profile", str(path)).exit_code == 0
    path.write_text("hotlines: 5", "utf-8")
    assert "hotlines" in one_line(flask("accounts", "change", "ours", "--name", "新", "--profile", str(path)))
    path.write_text("a: [", "utf-8")
    assert "YAML" in one_line(flask("accounts", "change", "ours", "--profile", str(path)))
    with home.parts.db.read() as session:
        home.parts.directory.reload(session)
    ours = home.parts.directory.get("ours")
    assert (ours.profile.hotline, ours.name) == ("12351-1", "测试工会")


def test_given_up_deliveries_are_listed_and_sent_again(flask: Flask, home: Home):
    with home.parts.db.read() as session:
        home.parts.directory.reload(session)
    with home.parts.db.work() as session:
        post(session, home.parts.directory.get("ours").id, "letter", "k", {}, NOW)

    class Refused(Exception):
        permanent = True

    def refuse(_parcel: object) -> None:
        raise Refused("nobody there")

    limits = {"batch": 9, "keep_trying": NOW - NOW}
    Outbox(home.parts.db, {"letter": refuse}, home.parts.clock, **limits).deliver_due()
    assert "Refused: nobody there" in flask("outbox", "list", "--account", "ours").output
    assert "1 件将重新投递" in flask("outbox", "retry", "--account", "ours").output
    assert "失败的投递 0 件" in flask("outbox", "list", "--account", "ours").output
    one_line(flask("outbox", "retry", "--account", "nobody"))


@pytest.mark.parametrize("text", ["rules: [", "rules: 5", "other: 1", "rules: [{code: a}]", "rules: [5]"])
def test_keyword_rules_that_are_wrong_are_told_in_one_line(flask: Flask, tmp_path: Path, text: str):
    path = tmp_path / "rules.yaml"
    path.write_text(text, "utf-8")
    assert "rules.yaml" in one_line(flask("keywords", "import", str(path), "--account", "ours"))


def test_keyword_rules_are_brought_in_once(flask: Flask, tmp_path: Path):
    path = tmp_path / "rules.yaml"
    path.write_text("rules: [{code: a, keywords: [你好], reply: {text: 您好}}]", "utf-8")
    assert "其中新增 1 条" in flask("keywords", "import", str(path), "--account", "ours").output
    assert "其中新增 0 条" in flask("keywords", "import", str(path), "--account", "ours").output
    path.write_text(
        "rules: [{code: a, keywords: [x], reply: {text: x}}, {code: a, keywords: [y], reply: {text: y}}]"
    )
    assert "重复" in one_line(flask("keywords", "import", str(path), "--account", "ours"))


def test_organisations_are_added_one_by_one_and_listed_as_a_tree(flask: Flask):
    assert (
        flask("accounts", "organisations", "add", "province", "--name", "省", "--kind", "province").exit_code
        == 0
    )
    flask(
        "accounts", "organisations", "add", "city", "--name", "市", "--kind", "city", "--parent", "province"
    )
    listed = flask("accounts", "organisations", "list").output
    assert "province\t省\t省级工会\n  city\t市\t市级工会\n" in listed


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030"])
def test_many_organisations_come_from_a_table_and_twice_changes_nothing(
    flask: Flask, tmp_path: Path, encoding: str
):
    rows = ["key,name,kind,parent", "west,西市总工会,市级工会,province", "province,省总工会,province,"]
    rows += [f"county{number},第 {number} 区总工会,county,west" for number in range(152)]
    path = tmp_path / "unions.csv"
    path.write_text("\r\n".join(rows), encoding)
    add = ("accounts", "organisations", "add", "--file", str(path))
    assert "新增 154 个组织，更新 0 个" in flask(*add).output
    assert "新增 0 个组织，更新 0 个" in flask(*add).output
    assert "    county151\t第 151 区总工会" in flask("accounts", "organisations", "list").output


@pytest.mark.parametrize(
    ("table", "told"),
    [
        ("key,name\na,b", "缺少列 kind、parent"),
        ("key,name,kind,parent\na,,city,", "第 2 行"),
        ("key,name,kind,parent\na,甲,planet,", "planet"),
        ("key,name,kind,parent\na,甲,city,nowhere", "nowhere"),
        ("key,name,kind,parent\na,甲,city,a", "下级"),
    ],
)
def test_a_table_that_is_wrong_is_told_in_one_line_and_nothing_of_it_is_kept(
    flask: Flask, tmp_path: Path, table: str, told: str
):
    path = tmp_path / "unions.csv"
    path.write_text(table, "utf-8")
    assert told in one_line(flask("accounts", "organisations", "add", "--file", str(path)))
    assert "甲" not in flask("accounts", "organisations", "list").output


@pytest.mark.parametrize("args", [(), ("a",), ("--name", "b"), ("a", "--name", "b", "--file", "c")])
def test_an_organisation_needs_a_key_and_a_name_or_a_file(flask: Flask, args: tuple[str, ...]):
    assert flask("accounts", "organisations", "add", *args).exit_code == 2
