"""`flask db …`: the schema, by Alembic."""

from collections.abc import Sequence

import click
from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask.cli import AppGroup

from core.settings import ROOT
from house.current import parts
from house.feature import Recount
from models.db import Database

group = AppGroup("db", help="数据库：建表、升级、检查")


def alembic_config(db: Database) -> Config:
    config = Config()
    config.set_main_option("script_location", str(ROOT / "migrations"))
    config.attributes["database"] = db
    return config


def upgrade_schema(db: Database) -> None:
    """Bring the schema to the newest version; does nothing when it is there already."""
    if current_version(db) != newest_version(db):
        command.upgrade(alembic_config(db), "head")


def current_version(db: Database) -> str | None:
    with db.engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def newest_version(db: Database) -> str | None:
    return ScriptDirectory.from_config(alembic_config(db)).get_current_head()


@group.command("upgrade")
def upgrade() -> None:
    """Create or upgrade all tables."""
    upgrade_schema(parts().db)
    click.echo(f"数据库已是最新版本 {current_version(parts().db)}")


@group.command("check")
def check() -> None:
    """Fail when models and migrations differ."""
    command.check(alembic_config(parts().db))


def recount_command(recounts: Sequence[Recount]) -> click.Command:
    """`flask db recount`: of all features."""

    @click.command("recount")
    def recount() -> None:
        """Make the sums that lists show anew, from the rows that they are of."""
        with parts().db.work() as session:
            made = sum(one(session, parts().clock()) for one in recounts)
        click.echo(f"已重新统计，共 {made} 项")

    return recount


@group.command("revision")
@click.argument("message")
def revision(message: str) -> None:
    """For developers: write a migration from the difference between models and database."""
    command.revision(alembic_config(parts().db), message, autogenerate=True)
