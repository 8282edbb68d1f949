"""A form for a kind's settings, made from its `config` model: what stands in the fields' titles, descriptions and limits
becomes labels, hints and inputs. Knows no kind and no Flask; called by the console.

What a browser sends is flat text by dotted names (`blueprint.0.take`); so is what the form shows, so that a refused form
shows again what was typed.
"""

import types
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from typing import Any, Literal, Union, get_args, get_origin

from annotated_types import Ge, Gt, Le, Lt, MaxLen, MinLen
from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo

from core.checks import reasons
from core.clock import SHANGHAI, parse_local

Sort = Literal[
    "text",
    "long",
    "number",
    "decimal",
    "switch",
    "choice",
    "choices",
    "lines",
    "date",
    "time",
    "moment",
    "rows",
    "group",
]
Typed = Mapping[str, str]

_LONG = 60
_SPARE = 2
"""Empty rows below the filled ones, for browsers without script."""
_MOST_ROWS = 200


@dataclass(frozen=True, slots=True)
class Control:
    """One input, or a table of them."""

    name: str
    title: str
    hint: str
    sort: Sort
    value: str = ""
    needed: bool = False
    least: float | int | None = None
    most: float | int | None = None
    options: Sequence[tuple[str, str]] = ()
    columns: Sequence["Control"] = ()
    """Of a table: a blank row; of a group: its inputs."""
    rows: Sequence[Sequence["Control"]] = ()
    problem: str = ""


def controls(
    config: type[BaseModel], typed: Typed, problems: Mapping[str, str] | None = None
) -> list[Control]:
    """The inputs of `config` holding what was `typed`, with what is wrong by name."""
    return list(_controls(config, typed, problems or {}, ""))


def typed_of(settings: Mapping[str, Any], prefix: str = "") -> dict[str, str]:
    """Stored settings as a browser would send them."""
    found: dict[str, str] = {}
    for name, value in settings.items():
        found |= _typed(f"{prefix}{name}", value)
    return found


def read(config: type[BaseModel], typed: Typed) -> dict[str, Any]:
    """What was typed as plain values for `config`: rows without anything are left out, so what is shown again is
    `typed_of` this; a number left empty takes its default."""
    values: dict[str, Any] = {}
    for name, field in config.model_fields.items():
        value = _read(field.annotation, name, typed)
        if value is not _BLANK:
            values[name] = value
    return values


def problems_of(config: type[BaseModel], error: ValidationError) -> dict[str, str]:
    """What is wrong, by the name of the input ("" for the whole)."""
    found: dict[str, str] = {}
    for place, reason in reasons(error):
        found.setdefault(_named(config, place), reason)
    return found


def told(config: type[BaseModel], problems: Mapping[str, str]) -> str:
    """The problems in one sentence, by what the inputs are called."""
    return "；".join(
        f"「{title}」{reason}" if (title := title_of(config, name)) else reason
        for name, reason in problems.items()
    )


def texts_of(config: type[BaseModel], typed: Typed) -> dict[str, str]:
    """What two people's forms are compared by: text by title, a table as lines."""
    shown: dict[str, str] = {}
    for one in controls(config, typed):
        shown[one.title] = _shown(one)
    return shown


def title_of(config: type[BaseModel], name: str) -> str:
    """What an input is called; that of a table with the number of its row."""
    first, _, rest = name.partition(".")
    field = config.model_fields.get(first)
    if field is None:
        return ""
    title = _title(first, field)
    model = _row_model(field.annotation) or _group_model(field.annotation)
    number, _, inner = rest.partition(".")
    if model is None or not rest:
        return title
    if number.isdecimal():
        below = title_of(model, inner)
        return f"{title}第 {int(number) + 1} 行{'的' + below if below else ''}"
    return f"{title}的{title_of(model, rest)}"


class _Blank:
    pass


_BLANK = _Blank()


def _controls(
    config: type[BaseModel], typed: Typed, problems: Mapping[str, str], prefix: str
) -> Iterator[Control]:
    for key, field in config.model_fields.items():
        name = f"{prefix}{key}"
        control = replace(_plain(name, key, field), value=typed.get(name, ""), problem=problems.get(name, ""))
        model = _row_model(field.annotation)
        group = _group_model(field.annotation)
        if model is not None:
            count = _count_rows(typed, name)
            rows = [
                list(_controls(model, typed, problems, f"{name}.{number}."))
                for number in range(count + _SPARE)
            ]
            yield replace(control, rows=rows, columns=list(_controls(model, {}, {}, f"{name}.ROW.")))
        elif group is not None:
            yield replace(control, columns=list(_controls(group, typed, problems, f"{name}.")))
        else:
            yield control


def _plain(name: str, key: str, field: FieldInfo) -> Control:
    kind, _ = _unwrap(field.annotation)
    least, most = _limits(field)
    return Control(
        name=name,
        title=_title(key, field),
        hint=field.description or "",
        sort=_sort(kind, field),
        needed=field.is_required(),
        least=least,
        most=most,
        options=_options(kind),
    )


def _title(key: str, field: FieldInfo) -> str:
    return field.title or key


def _sort(kind: Any, field: FieldInfo) -> Sort:
    if _row_model(kind) is not None:
        return "rows"
    if _group_model(kind) is not None:
        return "group"
    if get_origin(kind) is tuple:
        return "choices" if _options(kind) else "lines"
    if get_origin(kind) is Literal:
        return "choice"
    by_type: tuple[tuple[type, Sort], ...] = (
        (bool, "switch"),
        (int, "number"),
        (float, "decimal"),
        (datetime, "moment"),
        (date, "date"),
        (time, "time"),
    )
    for one, sort in by_type:
        if kind is one:
            return sort
    if kind is not str:
        raise TypeError(f"no input for {field.title}: {kind}")
    most = _limits(field)[1]
    return "long" if most is None or most > _LONG else "text"


def _options(kind: Any) -> list[tuple[str, str]]:
    inner = get_args(kind)[0] if get_origin(kind) is tuple else kind
    return [(str(one), str(one)) for one in get_args(inner)] if get_origin(inner) is Literal else []


def _limits(field: FieldInfo) -> tuple[Any, Any]:
    least: Any = None
    most: Any = None
    for one in field.metadata:
        match one:
            case Ge(ge=limit) | Gt(gt=limit) | MinLen(min_length=limit):
                least = limit
            case Le(le=limit) | Lt(lt=limit) | MaxLen(max_length=limit):
                most = limit
    return least, most


def _unwrap(kind: Any) -> tuple[Any, bool]:
    """Without `None`; whether it may be None."""
    if get_origin(kind) in (Union, types.UnionType):
        inner = [one for one in get_args(kind) if one is not type(None)]
        return inner[0], True
    return kind, False


def _row_model(kind: Any) -> type[BaseModel] | None:
    kind, _ = _unwrap(kind)
    if get_origin(kind) is not tuple:
        return None
    return _group_model(get_args(kind)[0])


def _group_model(kind: Any) -> type[BaseModel] | None:
    kind, _ = _unwrap(kind)
    return kind if isinstance(kind, type) and issubclass(kind, BaseModel) else None


def _typed(name: str, value: Any) -> dict[str, str]:
    match value:
        case Mapping():
            return typed_of(value, f"{name}.")
        case [*items] if any(isinstance(one, Mapping) for one in items):
            return {
                k: v for number, one in enumerate(items) for k, v in _typed(f"{name}.{number}", one).items()
            }
        case [*items]:
            return {name: "\n".join(map(str, items))}
        case _:
            return {name: _text(value)}


def _text(value: Any) -> str:
    if isinstance(value, datetime):
        return value.astimezone(SHANGHAI).strftime("%Y-%m-%dT%H:%M")
    if isinstance(value, bool):
        return "1" if value else ""
    return "" if value is None else str(value)


def _read(kind: Any, name: str, typed: Typed) -> Any:
    kind, optional = _unwrap(kind)
    model, group = _row_model(kind), _group_model(kind)
    if model is not None:
        rows = [_read_row(model, f"{name}.{number}.", typed) for number in range(_count_rows(typed, name))]
        return [one for one in rows if one]
    if group is not None:
        return _read_row(group, f"{name}.", typed)
    text = typed.get(name, "").strip().replace("\r\n", "\n")
    if get_origin(kind) is tuple:
        return [one.strip() for one in text.split("\n") if one.strip()]
    return _read_text(kind, text, optional=optional)


def _read_text(kind: Any, text: str, *, optional: bool) -> Any:
    if kind is bool:
        return text == "1"
    if not text:
        return None if optional else "" if kind is str else _BLANK
    return _moment(text) if kind is datetime else text


def _moment(text: str) -> Any:
    try:
        return parse_local(text)
    except ValueError:
        return text


def _read_row(model: type[BaseModel], prefix: str, typed: Typed) -> dict[str, Any]:
    """Empty where nothing was filled in; a switch alone fills no row."""
    values = {
        key: value
        for key, field in model.model_fields.items()
        if (value := _read(field.annotation, f"{prefix}{key}", typed)) is not _BLANK
    }
    filled = any(value not in ("", None, False, []) for value in values.values())
    return values if filled else {}


def _count_rows(typed: Typed, name: str) -> int:
    """One more than the number of the last row that was sent."""
    numbers = (key[len(name) + 1 :].partition(".")[0] for key in typed if key.startswith(f"{name}."))
    return min(_MOST_ROWS, max((int(one) + 1 for one in numbers if one.isdecimal()), default=0))


def _named(config: type[BaseModel], place: Sequence[str | int]) -> str:
    """The input's name for a place pydantic names; the table's own for a place in a list of words."""
    if not place:
        return ""
    field = config.model_fields.get(str(place[0]))
    if field is None:
        return ""
    model = _row_model(field.annotation) or _group_model(field.annotation)
    return ".".join(map(str, place)) if model is not None else str(place[0])


def _shown(control: Control) -> str:
    match control.sort:
        case "rows":
            lines = [
                " · ".join(f"{one.title} {one.value}" for one in row if one.value) for row in control.rows
            ]
            return "\n".join(line for line in lines if line)
        case "group":
            return "\n".join(f"{one.title}：{one.value}" for one in control.columns)
        case "switch":
            return "是" if control.value == "1" else "否"
        case "choice":
            return dict(control.options).get(control.value, control.value)
        case _:
            return control.value.replace("\r\n", "\n")
