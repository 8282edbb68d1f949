"""Every command and option is in the documents, and the documents name no command that does not exist."""

import re
from collections.abc import Iterator

import click
import pytest

import app as application
from house.current import EXTENSION
from tests.conftest import make_settings
from tests.docs.texts import DOCUMENTS, OPERATIONS, code_of, read

OF_FLASK = {"run", "routes", "shell"}
_CALL = re.compile(r"\bflask (?!-)([a-z]+)(?: ([a-z][a-z-]*))?")


@pytest.fixture
def cli(tmp_path) -> Iterator[click.Group]:
    app = application.create_app(make_settings(tmp_path))
    yield app.cli
    app.extensions[EXTENSION].db.close()


def walk(group: click.Group, name: str = "flask") -> Iterator[tuple[str, click.Command]]:
    for key, command in group.commands.items():
        if isinstance(command, click.Group):
            yield from walk(command, f"{name} {key}")
        else:
            yield f"{name} {key}", command


def test_every_command_is_documented(cli):
    code = "\n".join(line for path in DOCUMENTS for line in code_of(read(path)))
    missing = [name for name, _ in walk(cli) if not re.search(rf"\b{name}\b", code)]
    assert not missing, f"not in the documents: {missing}"


def test_every_option_and_its_environment_variable_is_in_the_operations_guide(cli):
    guide = read(OPERATIONS)
    for name, command in walk(cli):
        for option in (param for param in command.params if isinstance(param, click.Option)):
            assert any(flag in guide for flag in option.opts), f"{name} {option.opts[0]}"
            assert option.envvar is None or f"`{option.envvar}`" in guide, option.envvar


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_the_document_names_only_commands_that_exist(cli, path):
    for line in code_of(read(path)):
        for first, second in _CALL.findall(line):
            command = cli.commands.get(first)
            assert command is not None or first in OF_FLASK, line
            if isinstance(command, click.Group) and second:
                assert second in command.commands, line
