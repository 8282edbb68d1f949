"""The commands of the whole house: `flask db|accounts|demo|keywords|doctor|serve|worker|simulate …`."""

from collections.abc import Callable
from functools import wraps
from typing import Any

import click
from alembic.util.exc import CommandError
from flask import Flask
from flask.cli import with_appcontext
from redis.exceptions import RedisError
from sqlalchemy.exc import DBAPIError, OperationalError, ProgrammingError

from commands import accounts, audit, database, demo, doctor, outbox, running, simulate
from core.errors import DomainError
from core.masking import mask_text
from house.feature import Registry
from house.parts import Parts
from jobs.ticker import Job


def install(app: Flask, registry: Registry, make_jobs: Callable[[Parts], list[Job]]) -> None:
    """Add all commands to `flask`. What a person can mend is told in one line, with exit code 1."""
    database.group.add_command(database.recount_command(registry.all_recounts()))
    groups = [accounts.group, audit.group, database.group, demo.group, outbox.group]
    commands: list[click.Command] = [
        doctor.doctor,
        running.serve,
        running.worker_command(make_jobs),
        simulate.simulate,
    ]
    groups += [feature.commands for feature in registry.features if feature.commands is not None]
    for command in (*groups, *commands):
        _tell_errors(command)
        app.cli.add_command(command)


def _tell_errors(command: click.Command) -> None:
    if isinstance(command, click.Group):
        for child in command.commands.values():
            _tell_errors(child)
    elif command.callback is not None and not getattr(command.callback, "tells_errors", False):
        command.callback = with_appcontext(_telling(command.callback))


def _telling(callback: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(callback)
    def told(*args: Any, **kwargs: Any) -> Any:
        try:
            return callback(*args, **kwargs)
        except DomainError as error:
            raise click.ClickException(error.message) from None
        except (OperationalError, ProgrammingError) as error:
            reason = mask_text(str(error.orig).strip().split("\n")[0])
            raise click.ClickException(
                f"数据库不可用或还没有建表：{reason}（先运行 flask db upgrade）"
            ) from None
        except DBAPIError as error:
            reason = mask_text(str(error.orig).strip().split("\n")[0])
            raise click.ClickException(f"数据库不接受这些内容：{reason}") from None
        except CommandError as error:
            raise click.ClickException(f"表结构与程序不一致：{str(error).splitlines()[0]}") from None
        except RedisError as error:
            raise click.ClickException(f"Redis 不可用：{mask_text(str(error))}") from None

    told.tells_errors = True  # type: ignore[attr-defined]
    return told
