"""Settings that can't work together are refused at the start, in Chinese."""

import pytest

from core.errors import ConfigError
from core.settings import load_settings


def _load(tmp_path, text, **env):
    path = tmp_path / "config.yaml"
    path.write_text(text, "utf-8")
    return load_settings({"ZHIJIA_CONFIG": str(path), "SECRET_KEY": "k" * 32, **env}, tmp_path / "var")


@pytest.mark.parametrize(
    ("text", "env", "told"),
    [
        ("server: {threads: 3}\nwebhook: {slow_slots: 2}", {}, "server.threads 至少应比"),
        ("simulator: {enabled: true}", {"PORT": "9000", "SIMULATOR_PORT": "9000"}, "都是 9000"),
        ("server: {port: 0}", {}, "server.port: 应不小于 1"),
        ("server: {colour: 1}", {}, "server.colour: 没有这样的设置"),
        ("faq: {answer_from: high}", {}, "faq.answer_from: 应为数字"),
    ],
)
def test_what_cannot_work_is_refused(tmp_path, text, env, told):
    with pytest.raises(ConfigError, match=told):
        _load(tmp_path, text, **env)


def test_the_simulators_port_does_not_matter_where_it_is_off(tmp_path):
    assert _load(tmp_path, "", PORT="9000", SIMULATOR_PORT="9000").server.port == 9000
