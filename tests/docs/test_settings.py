"""Every setting is in config.yaml and in the operations guide, with the default it really has."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
import yaml
from pydantic import BaseModel

from core.settings import ROOT, Settings
from tests.docs.texts import OPERATIONS, read

ONLY_IN_THE_ENVIRONMENT = {"var_dir", "secret_key"}
"""A secret, and a place that differs from machine to machine: documented, and not in config.yaml."""


def leaves(model: BaseModel, prefix: str = "") -> Iterator[tuple[str, Any]]:
    for name in type(model).model_fields:
        value = getattr(model, name)
        if isinstance(value, BaseModel):
            yield from leaves(value, f"{prefix}{name}.")
        else:
            yield f"{prefix}{name}", value


DEFAULTS = dict(leaves(Settings()))


def flat(values: dict[str, Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    for name, value in values.items():
        if isinstance(value, dict):
            yield from flat(value, f"{prefix}{name}.")
        else:
            yield f"{prefix}{name}", value


def shown(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return "empty" if value == "" else str(value)


def test_config_yaml_has_every_setting_and_no_other():
    names = {name for name, _ in flat(yaml.safe_load(read(ROOT / "config.yaml")))}
    assert names == DEFAULTS.keys() - ONLY_IN_THE_ENVIRONMENT


def test_config_yaml_shows_the_defaults_except_that_the_simulator_is_on():
    for name, value in flat(yaml.safe_load(read(ROOT / "config.yaml"))):
        assert value == (True if name == "simulator.enabled" else DEFAULTS[name]), name


@pytest.mark.parametrize("name", sorted(DEFAULTS))
def test_the_operations_guide_has_the_setting(name):
    row = re.search(rf"^\| `{re.escape(name)}` \|([^|]*)\|", read(OPERATIONS), re.MULTILINE)
    assert row, f"docs/operations.md has no row for the setting {name}"
    if name not in ONLY_IN_THE_ENVIRONMENT:
        assert row[1].strip().startswith(shown(DEFAULTS[name])), (
            f"{name}: docs/operations.md gives another default"
        )


def test_the_operations_guide_has_every_environment_variable_that_settings_read():
    variables = set(re.findall(r'"([A-Z][A-Z_]{3,})"', read(ROOT / "core" / "settings.py"))) - {"INFO"}
    assert {"SECRET_KEY", "PORT"} <= variables
    for variable in variables:
        assert f"`{variable}`" in read(OPERATIONS), variable
