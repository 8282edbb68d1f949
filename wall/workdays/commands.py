"""`flask workdays …`: see a year of the working calendar, bring in what was announced."""

from pathlib import Path

import click
from flask.cli import AppGroup
from sqlalchemy.orm import Session

from accounts.organisations import get_organisation
from house.current import parts
from wall.workdays.calendar import local_day
from wall.workdays.files import read_file, rows_of
from wall.workdays.service import Hand, import_year
from wall.workdays.store import get_calendar, get_own

group = AppGroup("workdays", help="工作日历：查看、导入")
_ORGANISATION = click.option("--organisation", "organisation_key", required=True, help="组织的代号")


@group.command("show")
@click.option("--year", type=click.IntRange(2000, 2999), help="哪一年，不写就是今年")
@_ORGANISATION
def show(organisation_key: str, year: int | None) -> None:
    """Days of a year that are otherwise than the days of the week say, and until when the calendar is known."""
    today = local_day(parts().clock())
    with parts().db.read() as session:
        calendar = get_calendar(session, _chain(session, organisation_key))
    for day, kind, name, source in rows_of(calendar.year(year or today.year)):
        click.echo(f"{day}\t{kind}\t{name}\t{source}")
    until = calendar.known_until(today)
    click.echo(f"已知到 {until}" if until else f"{today.year} 年的安排还没有导入，期限按推定的休息日计算")


@group.command("import")
@click.argument("file", type=click.Path(path_type=Path))
@_ORGANISATION
def import_(file: Path, organisation_key: str) -> None:
    """Make a year what FILE (CSV or XLSX: date, kind, name, source) says, for the organisation and all below it."""
    year = read_file(file)
    with parts().db.work() as session:
        chain = _chain(session, organisation_key)
        version = get_own(session, chain[0], year.number).version
        kept = import_year(session, Hand(chain, version, "命令行", parts().clock()), year)
    known = "已按国务院公布的安排" if year.announced else "仍是推定"
    click.echo(f"{year.number} 年：文件里 {len(year.days)} 天，与上级不同的 {kept} 天已保存（{known}）")


def _chain(session: Session, key: str) -> tuple[int, ...]:
    """Raises NotFound."""
    organisation_id = get_organisation(session, key).id
    parts().directory.reload(session)
    return next(one.chain for one in parts().directory.organisations() if one.id == organisation_id)
