"""Statutes in the chat: an article's text when somebody names it, then the next ones; a statute's contents."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from chat.answer import PASS, Answer, Talk, say
from chat.turn import Conversation, Hook, Turn
from core.text import cut_utf8
from faq.statutes.changes import changed, replaced
from faq.statutes.links import article_url, library_url, volume_url
from faq.statutes.numbering import chinese, is_item, label
from faq.statutes.reading import Articles, Contents, Step, may_follow, read
from faq.statutes.shelf import StatuteShelf, Volume
from faq.statutes.store import ArticleView
from wechat.replies import TEXT_LIMIT_BYTES

TOPIC = "statute"
_NAME_BYTES = 240
_MORE = "（没有全部显示，点下面的链接看全文）"


@dataclass(frozen=True, slots=True)
class StatuteChat:
    """Answers from the shelf; keeps nothing itself. Without any statute in the library it takes no part."""

    shelf: StatuteShelf

    def hook(self) -> Hook:
        """An article or a statute that a message names."""
        return Hook("statutes", self.look_up)

    def conversation(self) -> Conversation:
        """「下一条」, 「第二十条呢」: what names no statute, after one was shown."""
        return Conversation(TOPIC, lambda turn: may_follow(turn.words), self.go_on)

    def look_up(self, turn: Turn) -> Answer:
        """PASS for everything that is no reference, and for names that nobody knows as a statute's."""
        reading = read(turn.words)
        return PASS if reading is None or isinstance(reading, Step) else self._find(turn, reading)

    def go_on(self, turn: Turn) -> Answer:
        """PASS when no statute was spoken of."""
        talk = turn.talk
        if talk is None or talk.topic != TOPIC:
            return PASS
        law, number, branch = talk.data.get("law"), talk.data.get("article"), talk.data.get("branch", 0)
        if not (isinstance(law, str) and isinstance(number, int) and isinstance(branch, int)):
            return PASS
        reading = read(turn.words, law)
        if isinstance(reading, Step):
            volume = self.shelf.library.find(law)
            return PASS if volume is None else _step(turn, volume, (number, branch), reading.step)
        return PASS if reading is None else self._find(turn, reading)

    def _find(self, turn: Turn, reading: Articles | Contents) -> Answer:
        library = self.shelf.library
        volume = library.find(reading.law)
        if volume is None:
            return self._missing(turn, reading.law) if reading.certain and library.volumes else PASS
        if isinstance(reading, Contents):
            return _contents(turn, volume)
        return _articles(turn, volume, reading)

    def _missing(self, turn: Turn, law: str) -> Answer:
        """Says which statutes the library has."""
        head = f"条文库里还没有《{cut_utf8(law, _NAME_BYTES)}》。\n\n现在可以查："
        tail = (
            f'\n\n<a href="{library_url(turn.account.h5_url)}">看全部法律法规</a>\n也可以直接用大白话问我。'
        )
        names = "".join(f"《{volume.name}》" for volume in self.shelf.library.volumes)
        return say(head + cut_utf8(names, TEXT_LIMIT_BYTES - len((head + tail).encode())) + tail)


def _talk(volume: Volume, article: ArticleView | None) -> Talk:
    number, branch = article.key if article else (0, 0)
    return Talk(TOPIC, {"law": volume.name, "article": number} | ({"branch": branch} if branch else {}))


def _step(turn: Turn, volume: Volume, key: tuple[int, int], step: int) -> Answer:
    article = volume.beside(*key, step)
    if article is not None:
        return _show(turn, volume, [article])
    end = "最后一条" if step > 0 else "第一条"
    link = f'<a href="{volume_url(turn.account.h5_url, volume)}">看全文</a>'
    return say(f"已经是《{volume.name}》的{end}了。\n\n{link}", turn.talk)


def _articles(turn: Turn, volume: Volume, reading: Articles) -> Answer:
    found = [article for key in reading.keys if (article := volume.article(*key)) is not None]
    if found:
        return _show(turn, volume, found, reading.paragraph if len(reading.keys) == 1 else 0)
    last = volume.articles[-1]
    number, branch = reading.keys[0]
    head = f"{volume.titled}没有{label(number, branch)}：一共 {len(volume.articles)} 条，最后一条是{last.label}。"
    link = f'<a href="{volume_url(turn.account.h5_url, volume)}">看目录和全文</a>'
    return say(f"{head}\n\n{link}", _talk(volume, None))


def _show(turn: Turn, volume: Volume, articles: Sequence[ArticleView], paragraph: int = 0) -> Answer:
    """The articles' text within the platform's bytes; what does not fit is behind the link."""
    url = article_url(turn.account.h5_url, volume, articles[0])
    if len(articles) == 1:
        body = "\n".join(_single(volume, articles[0], paragraph))
    else:
        body = f"{volume.titled}\n\n" + "\n\n".join(
            f"{article.label}　{article.text}" for article in articles
        )
    notes = [replaced(volume.statute), *(changed(volume.statute, article) for article in articles)]
    tail = "".join(f"\n\n【注意】{note}" for note in notes if note)
    tail += f'\n\n<a href="{url}">看全文和前后条文</a>\n回复「下一条」「上一条」，或者「第几条」接着看。'
    room = TEXT_LIMIT_BYTES - len(tail.encode())
    return say(cut_utf8(body, room, f"…{_MORE}") + tail, _talk(volume, articles[-1]))


def _single(volume: Volume, article: ArticleView, paragraph: int) -> Iterator[str]:
    yield f"{volume.titled}{article.label}"
    place = " ".join(part for part in (article.chapter, article.section) if part)
    if place:
        yield place
    yield ""
    starts = [n for n, text in enumerate(article.paragraphs) if not is_item(text)]
    for position, text in enumerate(article.paragraphs):
        wanted = 0 < paragraph <= len(starts) and position == starts[paragraph - 1]
        yield f"【第{chinese(paragraph)}款】{text}" if wanted else text
    if paragraph > len(starts):
        yield f"（这一条只有 {len(starts)} 款，没有第{chinese(paragraph)}款。）"


def _contents(turn: Turn, volume: Volume) -> Answer:
    """The chapters with their articles, and the link to the text."""
    url = volume_url(turn.account.h5_url, volume)
    head = f"{volume.titled}，共 {len(volume.articles)} 条。\n\n"
    note = replaced(volume.statute)
    tail = f"\n\n【注意】{note}" if note else ""
    tail += f'\n\n<a href="{url}">看全文</a>\n回复「第几条」看条文，例如「第1条」。'
    lines = [_chapter_line(chapter, list(group)) for chapter, group in groupby(volume.articles, _chapter_of)]
    if volume.statute.appendix:
        lines.append("附录（在全文最后）")
    body = cut_utf8(head + "\n".join(lines), TEXT_LIMIT_BYTES - len(tail.encode()))
    return say(body.rstrip() + tail, _talk(volume, None))


def _chapter_of(article: ArticleView) -> str:
    return article.chapter


def _chapter_line(chapter: str, articles: Sequence[ArticleView]) -> str:
    first, last = articles[0].label, articles[-1].label
    span = first if first == last else f"{first}—{last}"
    return f"{chapter}（{span}）" if chapter else span
