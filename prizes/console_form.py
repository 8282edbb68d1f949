"""The console's form of a draw: what was typed, and the draft it makes."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from werkzeug.datastructures import FileStorage, MultiDict

from core.clock import SHANGHAI, local_text, parse_local
from core.errors import Invalid
from core.ids import row_number
from models.prizes import Draw, Prize
from prizes.rules import DrawDraft, PrizeDraft, parse_odds, parse_yuan, show_odds, yuan
from prizes.tape import MOST_PRIZES
from prizes.view import DELIVERIES, FACES, KINDS, MODES
from web.storage import media_store

NUMBERS = {
    "slots": "总签数",
    "claim_days": "领奖期限",
    "turns_per_day": "每人每天抽几次",
    "turns_per_person": "每人一共抽几次",
    "wins_per_person": "每人最多中奖",
    "wins_per_phone": "每个手机号最多领",
}
PRIZE_FIELDS = ("public_id", "name", "kind", "stock", "value", "odds", "delivery", "how", "picture")
_EMPTY_ROWS = 2
Row = dict[str, str]


@dataclass(frozen=True, slots=True)
class DrawForm:
    """Texts as they stand in the fields; `version` is 0 for a new draw."""

    fields: dict[str, str]
    rows: list[Row]
    version: int

    @classmethod
    def empty(cls, now: datetime) -> "DrawForm":
        """A draw that begins tomorrow and runs for two weeks."""
        start = now.astimezone(SHANGHAI).replace(hour=9, minute=0) + timedelta(days=1)
        fields = {
            "title": "",
            "mode": "tape",
            "face": "scratch",
            "opens_at": _field_time(start),
            "closes_at": _field_time(start + timedelta(days=14)),
            "slots": "1000",
            "claim_days": "15",
            "turns_per_day": "0",
            "turns_per_person": "0",
            "wins_per_person": "1",
            "wins_per_phone": "1",
            "entropy_source": "",
        }
        return cls(fields, [_empty_row(), _empty_row()], 0)

    @classmethod
    def of(cls, draw: Draw, prizes: list[Prize]) -> "DrawForm":
        fields = {
            "title": draw.title,
            "mode": draw.mode,
            "face": draw.face,
            "opens_at": _field_time(draw.opens_at),
            "closes_at": _field_time(draw.closes_at),
            "entropy_source": draw.entropy_source,
            **{name: str(getattr(draw, name)) for name in NUMBERS},
        }
        return cls(fields, [_row_of(one) for one in prizes], draw.version)

    @classmethod
    def sent(cls, form: "MultiDict[str, str]", files: "MultiDict[str, FileStorage]") -> "DrawForm":
        """What was typed, and the pictures: a new one, else the one before. A file that is no picture is told in
        `draft`."""
        fields = {name: form.get(name, "") for name in cls.empty(parse_local("2026-01-01")).fields}
        columns = {name: form.getlist(f"prize_{name}") for name in PRIZE_FIELDS}
        count = min(len(columns["name"]), MOST_PRIZES + _EMPTY_ROWS)
        rows = [
            {name: values[number] if number < len(values) else "" for name, values in columns.items()}
            for number in range(count)
        ]
        for number, row in enumerate(rows, 1):
            before = "" if form.get(f"no_picture_{number}") else row["picture"]
            row.update(_picture(before, files.get(f"prize_file_{number}")))
        return cls(fields, rows, form.get("version", 0, row_number))

    def with_room(self) -> list[Row]:
        """The prizes' rows and a few empty ones."""
        filled = [row for row in self.rows if row["name"].strip()]
        return [*filled, *(_empty_row() for _ in range(_EMPTY_ROWS))]

    def draft(self) -> DrawDraft:
        """Raises Invalid, naming the field."""
        fields = self.fields
        numbers = {name: _number(fields[name], title) for name, title in NUMBERS.items()}
        return DrawDraft(
            title=fields["title"].strip(),
            mode=fields["mode"],
            face=fields["face"],
            opens_at=_time(fields["opens_at"], "开始时间"),
            closes_at=_time(fields["closes_at"], "结束时间"),
            prizes=tuple(_prize(n, row) for n, row in enumerate(self.rows, 1) if row["name"].strip()),
            entropy_source=fields["entropy_source"].strip() if fields["mode"] == "final" else "",
            **numbers,
        )

    def texts(self) -> dict[str, str]:
        """As people read it, to be set beside another."""
        fields = self.fields
        return {
            "名称": fields["title"],
            "方式": MODES.get(fields["mode"], ""),
            "样式": FACES.get(fields["face"], ""),
            "开始": fields["opens_at"].replace("T", " "),
            "结束": fields["closes_at"].replace("T", " "),
            **{title: fields[name] for name, title in NUMBERS.items()},
            "公开随机数": fields["entropy_source"],
            "奖品": "\n".join(_row_text(row) for row in self.rows if row["name"].strip()),
        }


def _picture(before: str, file: FileStorage | None) -> Row:
    """The picture of a row, and what is wrong with the file that was sent for it."""
    known = before if media_store().find(before) is not None else ""
    if file is None or not file.filename:
        return {"picture": known}
    try:
        return {"picture": media_store().keep("picture", file.stream)}
    except Invalid as error:
        return {"picture": known, "problem": error.message}


def _empty_row() -> Row:
    return {**dict.fromkeys(PRIZE_FIELDS, ""), "kind": "goods", "delivery": "post"}


def _row_of(prize: Prize) -> Row:
    return {
        "public_id": prize.public_id,
        "name": prize.name,
        "kind": prize.kind,
        "stock": str(prize.stock),
        "value": yuan(prize.value_fen).replace(",", ""),
        "odds": show_odds(prize.odds),
        "delivery": prize.delivery,
        "how": prize.how,
        "picture": prize.picture,
    }


def _row_text(row: Mapping[str, str]) -> str:
    kind = KINDS.get(row["kind"], "")
    delivery = f"、{DELIVERIES.get(row['delivery'], '')}" if row["kind"] == "goods" else ""
    odds = f"、概率 {row['odds']}" if row["odds"] not in ("", "0", "0%") else ""
    return f"{row['name']}（{kind}{delivery}）{row['stock']} 份、每份 {row['value'] or 0} 元{odds} {row['how']}".strip()


def _prize(number: int, row: Row) -> PrizeDraft:
    where = f"第 {number} 种奖品的"
    if problem := row.get("problem"):
        raise Invalid("bad_picture", f"{where}图片：{problem}")
    try:
        value, odds = parse_yuan(row["value"]), parse_odds(row["odds"] or "0")
    except Invalid as error:
        raise Invalid(error.code, f"{where}{error.message}") from None
    return PrizeDraft(
        name=row["name"].strip(),
        kind=row["kind"],
        stock=_number(row["stock"], f"{where}数量"),
        value_fen=value,
        odds=odds,
        delivery=row["delivery"] or "post",
        how=row["how"].strip(),
        picture=row["picture"],
        public_id=row["public_id"],
    )


def _number(text: str, title: str) -> int:
    digits = text.strip().replace(",", "").replace("，", "") or "0"
    if not (digits.isascii() and digits.isdigit() and len(digits) < 10):
        raise Invalid("bad_number", f"{title}应为整数。")
    return int(digits)


def _time(text: str, title: str) -> datetime:
    try:
        return parse_local(text)
    except (ValueError, OverflowError):
        raise Invalid("bad_time", f"请填写{title}，写成 2026-05-01 09:00 这样。") from None


def _field_time(moment: datetime) -> str:
    return local_text(moment).replace(" ", "T")
