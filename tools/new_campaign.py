"""Makes a new kind of campaign that works: `python tools/new_campaign.py NAME --title 接龙` (docs/adding-a-campaign.md).

What it writes comes from `tools/campaign_template`, where @name@, @Name@, @title@, @verb@, @revision@ and @head@ stand for
what differs. Nothing that is there is overwritten: either all files are new, or none is made.
"""

import argparse
import keyword
import re
import secrets
import subprocess
import sys
from collections.abc import Iterator, Mapping
from importlib.util import find_spec
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
_TEMPLATE = Path(__file__).resolve().parent / "campaign_template"
_NAME = re.compile(r"[a-z][a-z0-9]*(?:_[a-z0-9]+)*")
_LONGEST = 20
"""Characters of `Campaign.kind`."""
_WORD = re.compile(r"[\u4e00-\u9fff]{1,8}")
_BLUEPRINT = re.compile(r"""(?:Blueprint|console_pages|stage_pages)\(\s*["'](\w+)["']""")
_TABLE = re.compile(r"""__tablename__ = ["'](\w+)["']""")
_SEGMENT = re.compile(r"(?:<public_id>|<campaign_id>|\{BASE\})/(\w+)")
_REVISION = re.compile(r'^revision\b.*= ["\'](\w+)["\']', re.MULTILINE)
_BELOW = re.compile(r"^down_revision\b.*=(.*)", re.MULTILINE)
_OF_KIND = re.compile(r'^    (?:title|verb)="([^"]+)"', re.MULTILINE)


class Refused(Exception):
    """What was asked for can't be made; the message says why, in one line."""


def main() -> int:
    asked = _parser().parse_args()
    try:
        made = make(asked.into.resolve(), asked.name, asked.title, asked.verb or asked.title)
    except Refused as why:
        print(why, file=sys.stderr)
        return 2
    print(f"新建了 {len(made)} 个文件：", *(f"  {one}" for one in made), _next(asked.name), sep="\n")
    return 0


def make(root: Path, name: str, title: str, verb: str) -> list[Path]:
    """Write the kind below `root`; returns the files, relative to it. Raises Refused, and then nothing was written."""
    check_place(root)
    check_name(root, name)
    check_words(root, title, verb)
    words = {
        "name": name,
        "Name": "".join(part.title() for part in name.split("_")),
        "title": title,
        "verb": verb,
        "revision": secrets.token_hex(6),
        "head": _head(root),
    }
    files = dict(_files(words))
    if there := [path for path in files if (root / path).exists()]:
        raise Refused(f"{there[0]} 已经有了，没有改动任何文件。请换一个名字。")
    for path, text in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        with (root / path).open("x", encoding="utf-8", newline="\n") as file:
            file.write(text)
    _tidy(root, [path for path in files if path.suffix == ".py"])
    return sorted(files)


def check_place(root: Path) -> None:
    """Raises Refused where a kind can't be made: no checkout of this project, or no formatter."""
    if not (root / "campaigns" / "kinds").is_dir():
        raise Refused(f"{root} 不是本项目的文件夹（里面没有 campaigns/kinds），请改 --into。")
    if find_spec("ruff") is None:
        raise Refused("缺少开发工具 ruff：请先运行 make setup，再用 .venv/bin/python 运行。")


def check_name(root: Path, name: str) -> None:
    """Raises Refused for a name that can't be a folder, a module, a table and a part of addresses."""
    if not _NAME.fullmatch(name) or len(name) > _LONGEST:
        raise Refused(
            f"名字「{name}」不行：只用小写英文字母、数字和下划线，字母开头，最多 {_LONGEST} 个字符。"
        )
    if keyword.iskeyword(name) or keyword.issoftkeyword(name):
        raise Refused(f"名字「{name}」是 Python 的关键字，请换一个。")
    if name in sys.stdlib_module_names:
        raise Refused(f"名字「{name}」是 Python 标准库的模块名，请换一个。")
    if what := next((what for word, what in _taken(root) if word == name), ""):
        raise Refused(f"名字「{name}」已经是{what}，请换一个。")
    if table := next((one for one in _found(root, _TABLE) if one.startswith(f"{name}_")), ""):
        raise Refused(f"名字「{name}」和数据表 {table} 的名字撞在一起，请换一个。")


def check_words(root: Path, title: str, verb: str) -> None:
    """Raises Refused for a title or a verb that is no Chinese word, or is another kind's."""
    for what, word in (("中文名", title), ("动词", verb)):
        if not _WORD.fullmatch(word):
            raise Refused(f"{what}「{word}」不行：写 1 到 8 个汉字。")
        if word in _found(root / "campaigns" / "kinds", _OF_KIND):
            raise Refused(f"{what}「{word}」已经是另一种活动的，请换一个。")


def _taken(root: Path) -> Iterator[tuple[str, str]]:
    """Names that something has, and what that is."""
    for one in (root / "campaigns" / "kinds").iterdir():
        yield one.name, "一种活动"
    for folder in (root, root / "campaigns", root / "tests" / "campaigns"):
        for one in folder.iterdir():
            yield one.stem, "一个文件夹或模块的名字"
    for table in _found(root, _TABLE):
        yield table, "一张数据表"
    for pages in _found(root, _BLUEPRINT):
        yield pages, "一组页面的名字"
        yield pages.removesuffix("_console"), "一组页面的名字"
    for segment in _found(root / "campaigns", _SEGMENT):
        yield segment, "活动页面地址里的一段"


def _found(folder: Path, pattern: re.Pattern[str]) -> set[str]:
    """What a pattern finds in the Python files of the house below a folder."""
    skipped = {"node_modules", "var", "tests", "bench", "proofs", "tools"}
    return {
        str(word)
        for path in folder.rglob("*.py")
        if not any(part in skipped or part.startswith(".") for part in path.relative_to(folder).parts)
        for word in pattern.findall(path.read_text("utf-8"))
    }


def _head(root: Path) -> str:
    """The newest migration, which no other builds on."""
    revisions = _found(root / "migrations" / "versions", _REVISION)
    below = " ".join(_found(root / "migrations" / "versions", _BELOW))
    heads = sorted(one for one in revisions if one not in below)
    if len(heads) != 1:
        raise Refused(f"migrations 里有 {len(heads)} 个最新版本（{'、'.join(heads)}），请先理成一条线。")
    return heads[0]


def _files(words: Mapping[str, str]) -> Iterator[tuple[Path, str]]:
    """Paths below the root, and what is written there."""
    name = words["name"]
    for source in sorted(_TEMPLATE.rglob("*.tmpl")):
        part = source.relative_to(_TEMPLATE).with_suffix("")
        yield _place(part, name, words["revision"]), _filled(source.read_text("utf-8"), words)


def _place(part: Path, name: str, revision: str) -> Path:
    match part.parts:
        case ("kind", "templates", file):
            return Path("campaigns", "kinds", name, "templates", name, file)
        case ("kind", file):
            return Path("campaigns", "kinds", name, file)
        case ("tests", file):
            return Path("tests", "campaigns", name, file)
        case _:
            return Path("migrations", "versions", f"{revision}_{name}.py")


def _filled(text: str, words: Mapping[str, str]) -> str:
    return re.sub(r"@(\w+)@", lambda found: words[found[1]], text)


def _tidy(root: Path, files: list[Path]) -> None:
    """Lines and imports as the formatter wants them: where they break depends on the name."""
    ruff = [sys.executable, "-m", "ruff"]
    for task in (["check", "--fix", "--quiet", "--select", "I"], ["format", "--quiet"]):
        subprocess.run([*ruff, *task, "--force-exclude", *map(str, files)], cwd=root, check=True)


def _next(name: str) -> str:
    return f"""接下来：
  1. flask db upgrade                          建数据表
  2. pytest tests/campaigns -k {name}          走一遍：新建、开放、参加、结束、导出、清除
  3. make check
  4. make run，在控制台「微活动」里新建一个试试
然后照 docs/adding-a-campaign.md，把它改成您要的活动。"""


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="new_campaign", description="新建一种活动（微活动的一个种类）。")
    parser.add_argument("name", metavar="NAME", help="文件夹的名字，小写英文，例如 chain")
    parser.add_argument("--title", required=True, help="中文名，例如 接龙")
    parser.add_argument("--verb", default="", help="动词，在对话里打开它的那个词；不写就是中文名")
    parser.add_argument(
        "--into", type=Path, default=ROOT, metavar="ROOT", help="项目的文件夹；不写就是这一个"
    )
    return parser


if __name__ == "__main__":
    sys.exit(main())
