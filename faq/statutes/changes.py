"""What is known to have changed since a text was published, so that nobody relies on an old one.

Sources: `content/knowledge/laws.yaml` (checked 2026-11-22) and, for 法释〔2025〕12号, its article 21.
"""

from dataclasses import dataclass
from datetime import date

from faq.statutes.store import ArticleView, StatuteView


@dataclass(frozen=True, slots=True)
class Change:
    """`note` holds for texts of `statute` older than `version`: for the article `article`, or for all of it."""

    statute: str
    version: date
    note: str
    article: int | None = None


CHANGES = (
    Change(
        "住房公积金管理条例",
        date(2026, 8, 10),
        "这是旧版本：条例在2026年第三次修订，新版本自2026年9月20日起施行，条号也有变化。请以新版本为准，可打12329问公积金中心。",
    ),
    Change(
        "关于职工全年月平均工作时间和工资折算问题的通知",
        date(2025, 1, 1),
        "这是旧文件，已由人社部发〔2025〕2号通知取代：法定节假日现在是13天，月工作日按20.67天算；月计薪天数仍是21.75天。",
    ),
    Change(
        "最高人民法院关于审理劳动争议案件适用法律问题的解释（一）",
        date(2025, 7, 31),
        "这一条的第一款自2025年9月1日起已经废止（法释〔2025〕12号第二十一条）。",
        article=32,
    ),
)


def replaced(statute: StatuteView) -> str:
    """What to say where the whole text was replaced by a newer one that the library does not have; else empty."""
    return next((change.note for change in _of(statute) if change.article is None), "")


def changed(statute: StatuteView, article: ArticleView) -> str:
    """What to say where this article was repealed or changed by another text; else empty."""
    return next((change.note for change in _of(statute) if change.article == article.number), "")


def _of(statute: StatuteView) -> list[Change]:
    return [
        change for change in CHANGES if change.statute == statute.name and statute.version < change.version
    ]
