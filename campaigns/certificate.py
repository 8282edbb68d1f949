"""Drawing a certificate (荣誉证书) with a QR code, for any kind that gives one."""

import io
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import segno
from PIL import Image, ImageDraw, ImageFont

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
class Paper:
    """What is drawn. `small` stands below `text`, smaller; `day` as people write it."""

    number: str
    name: str
    text: str
    small: str
    host: str
    day: str
    verify_url: str


def can_draw() -> bool:
    """Is there a Chinese font on this machine?"""
    return _font_file() is not None


def qr_svg(address: str) -> str:
    """An inline drawing without style of its own."""
    return segno.make(address, error="m").svg_inline(scale=4, border=2, svgclass=None, lineclass=None)


def draw(paper: Paper) -> bytes | None:
    """The picture (PNG, 1080 × 1440); None where there is no font for it."""
    if _font_file() is None:
        return None
    picture = Image.new("RGB", _SIZE, "#fffdf8")
    pen = ImageDraw.Draw(picture)
    pen.rectangle((30, 30, 1050, 1410), outline=_RED, width=6)
    pen.rectangle((46, 46, 1034, 1394), outline=_RED, width=2)
    _line(pen, 150, "荣誉证书", 88, _RED)
    _line(pen, 320, f"{paper.name}：", 52)
    y = 430
    for text in _folded(paper.text, 18):
        _line(pen, y, text, 44)
        y += 70
    if paper.small:
        _line(pen, y + 30, paper.small, 38, _SOFT)
    _line(pen, 900, "特发此证，以资鼓励。", 44)
    _line(pen, 1000, paper.host, 40)
    _line(pen, 1060, paper.day, 36, _SOFT)
    picture.paste(_qr(paper.verify_url), (440, 1140))
    _line(pen, 1345, f"编号 {paper.number} · 扫码查验", 26, _SOFT)
    out = io.BytesIO()
    picture.save(out, "PNG", optimize=True)
    return out.getvalue()


def _line(pen: ImageDraw.ImageDraw, y: int, text: str, size: int, colour: str = _INK) -> None:
    """Centred, in one line whatever was stored; a long one gets smaller letters."""
    text, font = " ".join(text.split()), _font(size)
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
