"""`flask statutes …`: bring the texts in, list them, look an article up."""

import json
from dataclasses import asdict
from pathlib import Path

import click
from flask.cli import AppGroup

from core.errors import DomainError, NotFound
from core.text import comparable
from faq.statutes.changes import changed, replaced
from faq.statutes.reading import Articles, read
from faq.statutes.service import Imported, import_statutes
from faq.statutes.shelf import Library
from faq.statutes.store import list_statutes
from faq.statutes.text import Collection, read_folder
from house.current import parts

group = AppGroup("statutes", help="法规库：导入、列出、查条文")
_SHOWN = 20


@group.command("import")
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="输出一行 JSON")
def import_(folder: Path, as_json: bool) -> None:
    """Bring in the statutes in DIR (one 「名称(版本日期).md」 each); bad files are named, the others come in."""
    read_texts = read_folder(folder)
    with parts().db.work() as session:
        done = import_statutes(session, read_texts.texts, parts().clock())
    click.echo(_as_json(done, read_texts) if as_json else _as_text(done))
    if not as_json:
        _tell(read_texts)
    if read_texts.errors:
        raise DomainError(
            "bad_statutes",
            f"{len(read_texts.errors)} 个文件有错，没有导入；其余 {len(read_texts.texts)} 个已处理",
        )


@group.command("list")
@click.option("--json", "as_json", is_flag=True, help="每部输出一行 JSON")
def list_(as_json: bool) -> None:
    """List the statutes: version, number of articles, and which texts are known to be outdated."""
    library = load_library()
    if not library.volumes and not as_json:
        click.echo("法规库是空的：用 flask statutes import 导入")
    for volume in library.volumes:
        facts = {
            "name": volume.name,
            "version": volume.statute.version.isoformat(),
            "articles": len(volume.articles),
            "outdated": bool(replaced(volume.statute)),
        }
        line = f"{facts['version']}  {facts['articles']:>4} 条  {volume.name}"
        old = "（旧版本）" if facts["outdated"] else ""
        click.echo(json.dumps(facts, ensure_ascii=False) if as_json else line + old)


@group.command("show")
@click.argument("name")
@click.argument("number", metavar="N")
def show(name: str, number: str) -> None:
    """Print article N (19, 第十九条, 234条之一) of the statute NAME (劳动合同法, 工伤条例 …)."""
    volume = load_library().find(name)
    if volume is None:
        raise NotFound("no_statute", f"法规库里没有《{name}》：用 flask statutes list 看有哪些")
    reading = read(comparable(number if "条" in number else f"{number}条"), volume.name)
    if not isinstance(reading, Articles):
        raise DomainError("bad_number", f"「{number}」不是条号：写成 19、第十九条 或 234条之一")
    for key in reading.keys:
        article = volume.article(*key)
        if article is None:
            raise NotFound(
                "no_article", f"{volume.titled}一共 {len(volume.articles)} 条，没有「{number}」这一条"
            )
        click.echo(f"{volume.titled}{article.label}\n{article.text}")
        for note in (replaced(volume.statute), changed(volume.statute, article)):
            if note:
                click.echo(f"注意：{note}")


def load_library() -> Library:
    """The library as the service shows it."""
    with parts().db.read() as session:
        return Library(list_statutes(session))


def _as_text(done: Imported) -> str:
    return (
        f"新增 {done.added} 部，更新 {done.changed} 部，未变 {done.unchanged} 部，"
        f"较旧未用 {done.older} 部；写入 {done.articles} 条"
    )


def _as_json(done: Imported, read_texts: Collection) -> str:
    problems = {
        "errors": [str(problem) for problem in read_texts.errors],
        "warnings": [str(problem) for problem in read_texts.warnings],
    }
    return json.dumps({**asdict(done), **problems}, ensure_ascii=False)


def _tell(read_texts: Collection) -> None:
    for kind, problems in (("提醒", read_texts.warnings), ("错误", read_texts.errors)):
        for problem in problems[:_SHOWN]:
            click.echo(f"{kind}：{problem}", err=True)
        if len(problems) > _SHOWN:
            click.echo(f"……还有 {len(problems) - _SHOWN} 处{kind}", err=True)
