"""Settings: checked at the start, told in one line with the name that is wrong, and never with a secret."""

import os
import stat
from pathlib import Path

import pytest
import yaml
from pydantic import ValidationError

from core.errors import ConfigError
from core.settings import ROOT, Settings, load_settings

SECRET = "hunter2-hunter2-hunter2-hunter2-hunter2"


def load(tmp_path: Path, text: str = "", **env: str) -> Settings:
    path = tmp_path / "config.yaml"
    path.write_text(text, "utf-8")
    return load_settings({"ZHIJIA_CONFIG": str(path), **env}, var_dir=tmp_path / "var")


def problem(tmp_path: Path, text: str, **env: str) -> str:
    with pytest.raises(ConfigError) as caught:
        load(tmp_path, text, **env)
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_the_shipped_file_is_good_and_says_what_the_program_assumes(tmp_path: Path):
    shipped = load_settings({"SECRET_KEY": SECRET}, var_dir=tmp_path)
    assumed = Settings(
        var_dir=tmp_path, secret_key=SECRET, simulator={"enabled": True}, database_url=shipped.database_url
    )
    assert shipped == assumed


def test_an_empty_file_leaves_everything_as_it_is(tmp_path: Path):
    settings = load(tmp_path)
    assert settings.database_url == f"sqlite:///{tmp_path}/var/zhijia.sqlite3"
    assert settings.server.port == 8000
    assert settings.public_url == "http://127.0.0.1:8000"


def test_the_environment_wins(tmp_path: Path):
    text = "database_url: sqlite:///a\nredis_url: redis://b\nserver: {port: 1, workers: 3}\n"
    settings = load(
        tmp_path, text, DATABASE_URL="postgresql://x/y", REDIS_URL="redis://z", PORT="9000", SECRET_KEY=SECRET
    )
    assert (settings.database_url, settings.redis_url) == ("postgresql://x/y", "redis://z")
    assert (settings.server.port, settings.server.workers) == (9000, 3)
    assert settings.secret_key == SECRET


def test_empty_variables_are_no_variables(tmp_path: Path):
    settings = load(tmp_path, "server: {port: 7000}", DATABASE_URL="", REDIS_URL="", PORT="", SECRET_KEY="")
    assert settings.server.port == 7000
    assert settings.database_url.startswith("sqlite:///")
    assert settings.secret_key


def test_another_file_is_read_where_it_is_named(tmp_path: Path):
    assert load(tmp_path, "log_level: ERROR").log_level == "ERROR"


def test_a_slash_at_the_end_of_the_public_address_makes_no_two(tmp_path: Path):
    assert load(tmp_path, "server: {public_url: 'https://a.cn/'}").public_url == "https://a.cn"


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("colour: red", "colour"),
        ("server: {colour: red}", "server.colour"),
        ("server: {port: 0}", "server.port"),
        ("server: {port: 65536}", "server.port"),
        ("server: {port: http}", "server.port"),
        ("server: {workers: 0}", "server.workers"),
        ("server: 5", "server"),
        ("server: [1]", "server"),
        ("webhook: {deadline_s: 5}", "webhook.deadline_s"),
        ("webhook: {age_window_s: 900}", "reply_ttl_s"),
        ("faq: {answer_from: 2}", "faq.answer_from"),
        ("push: {mass_per_day: -1}", "push.mass_per_day"),
        ("log_level: LOUD", "log_level"),
        ("redis_timeout_s: 0", "redis_timeout_s"),
        ("production: maybe", "production"),
        ("1: 2", "1"),
    ],
)
def test_a_wrong_value_is_told_with_its_name(tmp_path: Path, text: str, named: str):
    assert named in problem(tmp_path, text)


def test_several_wrong_values_are_told_at_once(tmp_path: Path):
    told = problem(tmp_path, "colour: red\nserver: {port: 0}\nlog_level: LOUD")
    assert all(name in told for name in ("colour", "server.port", "log_level"))


@pytest.mark.parametrize("text", ["server: 5", "server: [1]", "simulator: on"])
def test_a_wrong_section_is_told_also_when_the_environment_has_a_port(tmp_path: Path, text: str):
    assert text.partition(":")[0] in problem(tmp_path, text, PORT="9000", SIMULATOR_PORT="9001")


@pytest.mark.parametrize("port", ["http", "0", "99999", "80.5", "-1", "8000; rm"])
def test_a_port_that_is_none_is_told(tmp_path: Path, port: str):
    assert "server.port" in problem(tmp_path, "", PORT=port)


@pytest.mark.parametrize(
    "text", ["a: [", "a: b: c", "\t- x", "a: 'x", "[1, 2]", "just text", "&a *b", "\x00"]
)
def test_a_file_that_is_no_yaml_is_told_with_its_name(tmp_path: Path, text: str):
    assert "config.yaml" in problem(tmp_path, text)


def test_a_file_in_another_encoding_is_told(tmp_path: Path):
    (tmp_path / "config.yaml").write_bytes("log_level: 中文".encode("gbk"))
    with pytest.raises(ConfigError, match="UTF-8"):
        load_settings({"ZHIJIA_CONFIG": str(tmp_path / "config.yaml")}, var_dir=tmp_path)


def test_a_file_that_is_not_there_or_is_a_folder_is_told(tmp_path: Path):
    for path in (tmp_path / "none.yaml", tmp_path):
        with pytest.raises(ConfigError, match="配置文件"):
            load_settings({"ZHIJIA_CONFIG": str(path)}, var_dir=tmp_path / "var")


@pytest.mark.parametrize(
    "text",
    [
        f"database_url: 'postgresql://u:{SECRET}@h/d",
        f"server: {{port: {SECRET}}}",
        f"log_level: {SECRET}",
        f"production: {SECRET}",
        f"webhook: {SECRET}",
        f"redis_url: [{SECRET}, ",
    ],
)
def test_no_value_of_the_file_is_in_an_error(tmp_path: Path, text: str):
    assert "hunter2" not in problem(tmp_path, text)


def test_no_secret_is_in_the_repr(tmp_path: Path):
    settings = load(
        tmp_path, SECRET_KEY=SECRET, DATABASE_URL="postgresql://u:hunter2@h/d", REDIS_URL="redis://:hunter2@h"
    )
    assert "hunter2" not in repr(settings)
    assert "hunter2" not in str(settings)


def test_a_development_key_is_made_once_and_for_nobody_else(tmp_path: Path):
    old = os.umask(0)
    try:
        first = load(tmp_path).secret_key
    finally:
        os.umask(old)
    assert len(first) >= 48
    assert load(tmp_path).secret_key == first
    assert stat.S_IMODE((tmp_path / "var" / "secret_key").stat().st_mode) == 0o600


def test_a_key_in_the_environment_makes_no_file(tmp_path: Path):
    load(tmp_path, SECRET_KEY=SECRET)
    assert not (tmp_path / "var" / "secret_key").exists()


def test_an_empty_key_file_is_told(tmp_path: Path):
    (tmp_path / "var").mkdir()
    (tmp_path / "var" / "secret_key").write_text("\n")
    assert "空文件" in problem(tmp_path, "")


def test_production_without_a_key_is_refused_and_makes_none(tmp_path: Path):
    assert "SECRET_KEY" in problem(tmp_path, "production: true")
    assert not (tmp_path / "var" / "secret_key").exists()
    assert load(tmp_path, "production: true", SECRET_KEY=SECRET).production


def test_keys_for_different_purposes_differ_and_stay_the_same(tmp_path: Path):
    settings, again = load(tmp_path, SECRET_KEY=SECRET), load(tmp_path, SECRET_KEY=SECRET)
    assert settings.derive_key("a") == again.derive_key("a") != settings.derive_key("b")
    assert load(tmp_path, SECRET_KEY=SECRET + "x").derive_key("a") != settings.derive_key("a")
    assert len(settings.derive_key("a")) == 32


def test_settings_can_not_be_changed(tmp_path: Path):
    with pytest.raises(ValidationError):
        load(tmp_path).production = True


def test_every_setting_of_the_program_stands_in_the_shipped_file():
    shipped = yaml.safe_load((ROOT / "config.yaml").read_text("utf-8"))
    known = Settings().model_dump(exclude={"var_dir", "secret_key"})
    assert set(shipped) == set(known)
    for name, value in known.items():
        if isinstance(value, dict):
            assert set(shipped[name]) == set(value), name
