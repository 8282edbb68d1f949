"""Statutes made up for these tests: the names are real where reading depends on them, the texts never are."""

from datetime import date
from pathlib import Path

from faq.statutes.shelf import Library, StatuteShelf
from faq.statutes.store import ArticleView, StatuteView
from faq.statutes.text import ArticleText, StatuteText

SAMPLE = """# 中华人民共和国工友法

2001年3月1日 示例会议通过

2020年5月1日 示例会议《关于修改〈中华人民共和国工友法〉的决定》第一次修正

<!-- INFO END -->

## 第一章 总 则

第一条 为了写测试，制定本法。

第二条 工友之间应当互相帮助：

（一）借工具；

（二）报平安。

互相帮助不收费。

## 第二章 宿舍

### 第一节 一般规定

第三条 宿舍应当有窗。

### 第二节 特别规定

第四条 宿舍夜里应当安静。

第四条之一 夜班工友白天休息的，白天也应当安静。

## 第三章 附 则

第五条 本法自公布之日起施行。

附录：

工具清单

一、锤子：

（一）大锤；
"""


def write(folder: Path, text: str = SAMPLE, name: str = "工友法(2020-05-01).md") -> Path:
    path = folder / name
    path.write_text(text, "utf-8")
    return path


def text_of(
    name: str = "工友法", version: date = date(2020, 5, 1), articles: int = 3, word: str = "内容"
) -> StatuteText:
    return StatuteText(
        name=name,
        title=f"中华人民共和国{name}",
        version=version,
        info=f"{version.year}年{version.month}月{version.day}日 示例会议修正",
        preamble="",
        appendix="",
        articles=tuple(
            ArticleText(n, 0, "第一章 总则", "", f"第{n}段{word}。") for n in range(1, articles + 1)
        ),
        source=f"{name}({version}).md",
    )


def article(number: int, text: str = "", branch: int = 0, chapter: str = "第一章 总则") -> ArticleView:
    return ArticleView(number, branch, chapter, "", text or f"这是示例的第{number}段。")


def statute(
    name: str, *articles: ArticleView, version: date = date(2012, 12, 28), **changes: str
) -> StatuteView:
    fields = {"title": f"中华人民共和国{name}", "info": "", "preamble": "", "appendix": "", **changes}
    return StatuteView(
        name=name,
        version=version,
        edition=f"{version.year}年修正",
        articles=articles or (article(1),),
        **fields,
    )


def shelf_of(*statutes: StatuteView) -> StatuteShelf:
    shelf = StatuteShelf()
    shelf.library = Library(statutes)
    return shelf


EXPLANATION = "最高人民法院关于审理劳动争议案件适用法律问题的解释（一）"


def usual_shelf() -> StatuteShelf:
    """劳动合同法 (1–30, 第四条之一), 劳动法 (1–3), the court's explanation (1–40) and the 2019 text on housing funds."""
    contract = [article(n, chapter="第一章 总则" if n < 7 else "第二章 订立") for n in range(1, 31)]
    contract[18] = article(
        19, "期限示例。\n只能约定一次示例：\n（一）甲；\n（二）乙。\n最后一款示例。", chapter="第二章 订立"
    )
    contract[29] = article(30, "很长的示例。" * 900, chapter="第二章 订立")
    contract.insert(4, article(4, "加在中间的示例。", branch=1))
    return shelf_of(
        statute("劳动合同法", *contract),
        statute("劳动法", *(article(n) for n in range(1, 4)), version=date(2018, 12, 29)),
        statute(
            EXPLANATION,
            *(article(n, chapter="") for n in range(1, 41)),
            version=date(2020, 12, 29),
            title=EXPLANATION,
        ),
        statute("住房公积金管理条例", article(1), version=date(2019, 3, 24), title="住房公积金管理条例"),
    )
