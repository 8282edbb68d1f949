"""`flask …` as a person types it: with nothing running and nothing set, and with everything set wrongly."""

import json
import stat
from pathlib import Path

import click
import pytest
from sqlalchemy import select

from accounts.service import get_account
from app import create_app
from core.errors import ConfigError
from core.settings import Settings
from models import AskedQuestion, Column, QuestionDay
from tests.commands.conftest import Shell, clean_environment, one_line
from tests.conftest import NOW, Home, make_settings
from tests.neighbours import parts_of
from tools.postgres import free_port


def test_a_fresh_home_is_set_up_asked_and_examined_with_nothing_running(shell: Shell, tmp_path: Path):
    assert shell("db", "upgrade").returncode == 0
    loaded = shell("demo", "load")
    assert (loaded.returncode, loaded.stdout.startswith("演示公众号 demo 已就绪")) == (0, True), loaded.stderr
    asked = shell("faq", "ask", "--account", "demo", "--json", "公司收了我1000元保证金，合法吗？")
    line = json.loads(asked.stdout)
    assert line["decision"] == "answer"
    assert line["answers"][0]["topic"] == "deposit"
    examined = shell("doctor", ZHIJIA_CONFIG=str(_nowhere(tmp_path)))
    assert examined.returncode == 1  # only the platform is away
    assert examined.stdout.count("✗") == 1
    assert "没有运行中的 Redis" in examined.stdout
    assert stat.S_IMODE((tmp_path / "var" / "secret_key").stat().st_mode) == 0o600


def test_all_sums_are_made_anew_by_one_command(home: Home):
    with home.parts.db.work() as session:
        place = get_account(session, "ours")
        asked = {"account_id": place.id, "message_key": "m1", "asked_at": NOW, "outcome": "answered"}
        session.add(AskedQuestion(**asked))
        session.add(
            Column(organisation_id=place.organisation_id, code="a", title="甲", updated_at=NOW, live_items=9)
        )
    told = home.app.test_cli_runner().invoke(args=["db", "recount"])
    assert (told.exit_code, told.output) == (0, "已重新统计，共 2 项\n")
    with home.parts.db.read() as session:
        day = session.scalars(select(QuestionDay).where(QuestionDay.account_id == place.id)).one()
        column = session.scalars(select(Column).where(Column.organisation_id == place.organisation_id)).one()
    assert (day.number, column.live_items) == (1, 0)


def _nowhere(folder: Path) -> Path:
    path = folder / "nowhere.yaml"
    path.write_text("wechat: {api_url: 'http://127.0.0.1:9'}", "utf-8")
    return path


def test_a_wrong_setting_is_told_in_one_line_without_its_value(shell: Shell):
    done = shell("accounts", "list", DATABASE_URL="hunter2")
    assert done.returncode == 1
    assert done.stderr.startswith("Error: DATABASE_URL")
    assert done.stderr.count("\n") == 1
    assert "hunter2" not in done.stderr


@pytest.mark.parametrize(
    "env",
    [
        {"ZHIJIA_CONFIG": "/no/such/config.yaml"},
        {"DATABASE_URL": "hunter2"},
        {"REDIS_URL": "hunter2"},
        {"PORT": "hunter2"},
    ],
    ids=lambda env: "-".join(env),
)
def test_every_wrong_setting_is_one_line_below_a_command_and_an_error_of_ours_elsewhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, env: dict[str, str]
):
    for name, value in clean_environment(tmp_path, **env).items():
        monkeypatch.setenv(name, value)
    with pytest.raises(ConfigError) as raised:
        create_app()
    with click.Context(click.Command("flask")), pytest.raises(click.ClickException) as told:
        create_app()
    assert told.value.message == raised.value.message
    assert "\n" not in told.value.message
    assert "hunter2" not in told.value.message


def test_another_key_than_the_one_the_secrets_were_sealed_with_is_told(home: Home, settings: Settings):
    other = create_app(settings.model_copy(update={"secret_key": "another-key-of-thirty-two-characters"}))
    for words in ("accounts list", "doctor"):
        assert "恢复原来的 SECRET_KEY" in one_line(other.test_cli_runner().invoke(args=words.split()))
    parts_of(other).db.close()


def test_a_database_that_is_away_is_told_in_one_line_by_every_command(tmp_path: Path, valkey_url: str):
    url = f"postgresql://u:hunter2@127.0.0.1:{free_port()}/d"
    app = create_app(make_settings(tmp_path, valkey_url, database_url=url))
    for words in (
        *("accounts list", "accounts show a", "db upgrade", "db check", "demo load", "wall list --account a"),
        *(
            "faq ask 押金 --account a",
            "push list --account a",
            "menus pull --account a",
            "outbox list --account a",
        ),
    ):
        assert "hunter2" not in one_line(app.test_cli_runner().invoke(args=words.split()))
