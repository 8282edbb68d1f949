"""The wizard's forms as browsers send them: each step is flat text by name, turned into a part of the draft."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Literal, get_args

from pydantic import BaseModel, ValidationError

from campaigns import settings_form
from campaigns.eligibility import ASKS, Eligibility
from campaigns.registry import kind_of
from campaigns.service import Draft
from campaigns.view import Rules
from core.clock import SHANGHAI, parse_local
from core.errors import Invalid
from models.campaigns import Campaign

Step = Literal["basics", "settings", "who", "prizes", "rules"]
STEPS: dict[Step, str] = {
    "basics": "名称和时间",
    "settings": "怎么玩",
    "who": "谁能参加",
    "prizes": "奖品",
    "rules": "规则",
}
Typed = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Known:
    """What ids in forms stand for: draws by public id, tags by their number, and the other way round."""

    draws: Mapping[str, tuple[int, str]]
    """Id and title by public id."""
    tags: Mapping[str, str]


class Refused(Invalid):
    """What was typed can't be taken; `problems` by the name of the input."""

    def __init__(self, message: str, problems: Mapping[str, str]) -> None:
        super().__init__("bad_form", message)
        self.problems = problems


def is_step(text: str) -> bool:
    return text in get_args(Step)


def draft_of(row: Campaign) -> Draft:
    """A campaign as it is stored."""
    return Draft(
        title=row.title,
        summary=row.summary,
        word=row.word,
        cover=row.cover,
        opens_at=row.opens_at,
        closes_at=row.closes_at,
        eligibility=row.eligibility,
        settings=row.settings,
        rules=row.rules,
        draw_id=row.draw_id,
    )


def stored(step: Step, row: Campaign, known: Known) -> dict[str, str]:
    """What stands in a step's form when nobody typed yet."""
    match step:
        case "basics":
            texts = {name: getattr(row, name) for name in ("title", "summary", "word", "cover")}
            return {**texts, "opens_at": form_time(row.opens_at), "closes_at": form_time(row.closes_at)}
        case "settings":
            return settings_form.typed_of(row.settings)
        case "rules":
            return settings_form.typed_of(row.rules)
        case "who":
            return _typed_who(Eligibility.model_validate(row.eligibility))
        case "prizes":
            found = [key for key, (number, _) in known.draws.items() if number == row.draw_id]
            return {"draw": found[0] if found else ""}


def apply(step: Step, kind: str, draft: Draft, typed: Typed, known: Known) -> Draft:
    """`draft` with what was typed in one step. Raises Refused."""
    match step:
        case "basics":
            return _basics(draft, typed)
        case "settings":
            return replace(draft, settings=_model(kind_of(kind).config, typed))
        case "rules":
            return replace(draft, rules=_model(Rules, typed))
        case "who":
            return replace(draft, eligibility=_who(typed, known))
        case "prizes":
            chosen = typed.get("draw", "")
            if chosen and chosen not in known.draws:
                raise Refused("没有选的这个抽奖，请重新选择。", {"draw": "请重新选择"})
            return replace(draft, draw_id=known.draws[chosen][0] if chosen else None)


def texts(step: Step, kind: str, typed: Typed, known: Known) -> dict[str, str]:
    """What two people's forms of a step are compared by."""
    match step:
        case "basics":
            named = {"title": "活动名称", "summary": "简介", "word": "对话口令", "cover": "封面"}
            times = {"opens_at": "开始时间", "closes_at": "结束时间"}
            return {title: typed.get(name, "") for name, title in {**named, **times}.items()}
        case "settings":
            return settings_form.texts_of(kind_of(kind).config, typed)
        case "rules":
            return settings_form.texts_of(Rules, typed)
        case "who":
            return _who_texts(typed, known)
        case "prizes":
            _, title = known.draws.get(typed.get("draw", ""), (0, ""))
            return {"关联的抽奖": title}


def shown_again(step: Step, kind: str, typed: Typed) -> dict[str, str]:
    """What was typed, for the same form: of tables without the rows that were left empty."""
    match step:
        case "settings":
            return settings_form.typed_of(settings_form.read(kind_of(kind).config, typed))
        case "rules":
            return settings_form.typed_of(settings_form.read(Rules, typed))
        case _:
            return dict(typed)


def form_time(moment: datetime) -> str:
    """As browsers fill in `datetime-local`."""
    return moment.astimezone(SHANGHAI).strftime("%Y-%m-%dT%H:%M")


def read_time(text: str, called: str) -> datetime:
    """Raises Refused."""
    try:
        return parse_local(text.strip())
    except ValueError:
        raise Refused(f"请选择{called}，例如 2026-12-01 09:00。", {}) from None


def _basics(draft: Draft, typed: Typed) -> Draft:
    return replace(
        draft,
        title=typed.get("title", ""),
        summary=typed.get("summary", ""),
        word=typed.get("word", ""),
        cover=typed.get("cover", ""),
        opens_at=read_time(typed.get("opens_at", ""), "开始时间"),
        closes_at=read_time(typed.get("closes_at", ""), "结束时间"),
    )


def _model(config: type[BaseModel], typed: Typed) -> dict[str, Any]:
    try:
        return config.model_validate(settings_form.read(config, typed)).model_dump(mode="json")
    except ValidationError as error:
        problems = settings_form.problems_of(config, error)
        raise Refused(settings_form.told(config, problems), problems) from None


def _who(typed: Typed, known: Known) -> dict[str, Any]:
    if not set(_lines(typed, "tags")) <= known.tags.keys():
        raise Refused("有的标签已经不在了，请重新勾选。", {"tags": "请重新勾选"})
    most = typed.get("most_people", "").strip() or "0"
    values = {
        "follow": typed.get("follow") == "1",
        "member_number": typed.get("member_number") == "1",
        "regions": _lines(typed, "regions"),
        "tags": _lines(typed, "tags"),
        "asks": _lines(typed, "asks"),
        "most_people": most,
    }
    try:
        return Eligibility.model_validate(values).model_dump(mode="json")
    except ValidationError as error:
        wrong = settings_form.problems_of(Eligibility, error)
        told = (
            "名额要写 0 到 10000000 的整数，0 是不限。"
            if "most_people" in wrong
            else "选项有误，请刷新页面再选一次。"
        )
        raise Refused(told, wrong) from None


def _typed_who(rule: Eligibility) -> dict[str, str]:
    return {
        "follow": "1" if rule.follow else "",
        "member_number": "1" if rule.member_number else "",
        "regions": "\n".join(rule.regions),
        "tags": "\n".join(map(str, rule.tags)),
        "asks": "\n".join(rule.asks),
        "most_people": str(rule.most_people),
    }


def _who_texts(typed: Typed, known: Known) -> dict[str, str]:
    asks = [title for key, title in ASKS.items() if key in _lines(typed, "asks")]
    return {
        "只限已关注的人": "是" if typed.get("follow") == "1" else "否",
        "要有会员号": "是" if typed.get("member_number") == "1" else "否",
        "地区": "、".join(_lines(typed, "regions")),
        "标签": "、".join(known.tags.get(one, one) for one in _lines(typed, "tags")),
        "报名时填写": "、".join(asks),
        "名额": typed.get("most_people", ""),
    }


def _lines(typed: Typed, name: str) -> list[str]:
    return [one.strip() for one in typed.get(name, "").splitlines() if one.strip()]
