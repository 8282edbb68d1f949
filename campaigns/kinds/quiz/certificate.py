"""The certificate: who may have it, the picture with a QR code, and the look-up of its number."""

import io
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path

import segno
from PIL import Image, ImageDraw, ImageFont
from sqlalchemy import select
from sqlalchemy.orm import Session

from campaigns.kinds.quiz.config import QuizConfig, settings_of
from campaigns.kinds.quiz.paper import is_id
from campaigns.kinds.quiz.rules import duration_text
from campaigns.kinds.quiz.tables import QuizStanding
from campaigns.view import CampaignView
from core.clock import SHANGHAI
from models.ledger import Person

_FONTS = (
    "NotoSansCJK-Regular.ttc",
    "NotoSansCJKsc-Regular.otf",
    "NotoSansSC-Regular.otf",
    "SourceHanSansSC-Regular.otf",
    "NotoSerifCJK-Regular.ttc",
    "wqy-microhei.ttc",
    "wqy-zenhei.ttc",
    "DroidSansFallbackFull.ttf",
)
_FOLDERS = (Path("/usr/share/fonts"), Path("/usr/local/share/fonts"))
_SIZE = (1080, 1440)
_RED, _INK, _SOFT = "#c8161d", "#222222", "#5f6368"


@dataclass(frozen=True, slots=True)
class Certificate:
    """What stands on it."""

    number: str
    title: str
    host: str
    name: str
    words: str
    points: int
    most: int
    used_ms: int
    day: str
    verify_url: str


@dataclass(frozen=True, slots=True)
class Found:
    """A certificate that was looked up by its number."""

    person: Person
    points: int
    most: int
    used_ms: int
    reached_at: datetime


def is_earned(settings: QuizConfig, standing: QuizStanding) -> bool:
    """Does this quiz give certificates, and is the best result good enough?"""
    enough = standing.points * 100 >= settings.certificate_percent * settings.most_points
    return bool(settings.certificate) and enough


def make(
    campaign: CampaignView, host: str, person: Person, standing: QuizStanding, verify_url: str
) -> Certificate:
    settings = settings_of(campaign)
    return Certificate(
        number=standing.public_id,
        title=campaign.title,
        host=host,
        name=person.name or "",
        words=settings.certificate,
        points=standing.points,
        most=settings.most_points,
        used_ms=standing.used_ms,
        day=standing.reached_at.astimezone(SHANGHAI).strftime("%Y 年 %-m 月 %-d 日"),
        verify_url=verify_url,
    )


def find(session: Session, campaign: CampaignView, number: str) -> Found | None:
    """Whose number it is; None for one that this campaign never gave."""
    query = (
        select(QuizStanding, Person)
        .join(Person, Person.id == QuizStanding.person_id)
        .where(
            QuizStanding.account_id == campaign.account_id,
            Person.account_id == campaign.account_id,
            QuizStanding.campaign_id == campaign.id,
            QuizStanding.public_id == number,
        )
    )
    row = session.execute(query).one_or_none() if is_id(number) else None
    settings = settings_of(campaign)
    if row is None or not is_earned(settings, row[0]):
        return None
    standing, person = row
    return Found(person, standing.points, settings.most_points, standing.used_ms, standing.reached_at)


def can_draw() -> bool:
    """Is there a Chinese font on this machine?"""
    return _font_file() is not None


def qr_svg(address: str) -> str:
    """An inline drawing without style of its own."""
    return segno.make(address, error="m").svg_inline(scale=4, border=2, svgclass=None, lineclass=None)


def draw(shown: Certificate) -> bytes | None:
    """The picture (PNG, 1080 × 1440); None where there is no font for it."""
    if _font_file() is None:
        return None
    picture = Image.new("RGB", _SIZE, "#fffdf8")
    pen = ImageDraw.Draw(picture)
    pen.rectangle((30, 30, 1050, 1410), outline=_RED, width=6)
    pen.rectangle((46, 46, 1034, 1394), outline=_RED, width=2)
    _line(pen, 150, "荣誉证书", 88, _RED)
    _line(pen, 320, f"{shown.name or '参赛职工'}：", 52)
    y = 430
    for text in _folded(f"在「{shown.title}」答题活动中，{shown.words}。", 18):
        _line(pen, y, text, 44)
        y += 70
    _line(
        pen,
        y + 30,
        f"成绩 {shown.points} 分（满分 {shown.most} 分），用时 {duration_text(shown.used_ms)}",
        38,
        _SOFT,
    )
    _line(pen, 900, "特发此证，以资鼓励。", 44)
    _line(pen, 1000, shown.host, 40)
    _line(pen, 1060, shown.day, 36, _SOFT)
    picture.paste(_qr(shown.verify_url), (440, 1140))
    _line(pen, 1345, f"编号 {shown.number} · 扫码查验", 26, _SOFT)
    out = io.BytesIO()
    picture.save(out, "PNG", optimize=True)
    return out.getvalue()


def _line(pen: ImageDraw.ImageDraw, y: int, text: str, size: int, colour: str = _INK) -> None:
    """Centred; a long one gets smaller letters."""
    font = _font(size)
    while size > 20 and pen.textlength(text, font=font) > _SIZE[0] - 160:
        size -= 2
        font = _font(size)
    pen.text((_SIZE[0] / 2, y), text, font=font, fill=colour, anchor="ma")


def _folded(text: str, width: int) -> list[str]:
    """Lines of at most `width` characters; no full stop begins one."""
    lines = [text[at : at + width] for at in range(0, len(text), width)]
    if len(lines) > 1 and len(lines[-1]) == 1:
        last = lines.pop()
        lines[-1] += last
    return lines


def _qr(address: str) -> Image.Image:
    out = io.BytesIO()
    segno.make(address, error="m").save(out, kind="png", scale=8, border=1)
    out.seek(0)
    return Image.open(out).convert("RGB").resize((200, 200), Image.Resampling.NEAREST)


@cache
def _font(size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(str(_font_file()), size)


@cache
def _font_file() -> Path | None:
    """The first known Chinese font of the machine."""
    found = {path.name: path for folder in _FOLDERS for path in folder.rglob("*.[ot]t[fc]")}
    return next((found[name] for name in _FONTS if name in found), None)
