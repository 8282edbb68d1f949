"""Until when somebody may still apply: arbitration, injury recognition, lawsuit, complaint, review.

Days and months are counted from the day after the event (《民法典》第二百零一条、第二百零二条). A last day that is a day of rest
moves on where the law says so, for years whose holidays are known here.
"""

from calendar import monthrange
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from core.errors import Invalid
from faq.calculators.base import Calculator, Choice, Figure, Given, Kind, Result

_CIVIL_CODE = "《民法典》第二百零三条"
_PROCEDURE = "《民事诉讼法》第八十五条"
_OLDEST_YEARS = 60

# 国务院办公厅关于2025年、2026年部分节假日安排的通知: first and last days of rest, and the weekends that are worked.
_HOLIDAYS = (
    (date(2025, 1, 1), date(2025, 1, 1)),
    (date(2025, 1, 28), date(2025, 2, 4)),
    (date(2025, 4, 4), date(2025, 4, 6)),
    (date(2025, 5, 1), date(2025, 5, 5)),
    (date(2025, 5, 31), date(2025, 6, 2)),
    (date(2025, 10, 1), date(2025, 10, 8)),
    (date(2026, 1, 1), date(2026, 1, 3)),
    (date(2026, 2, 15), date(2026, 2, 23)),
    (date(2026, 4, 4), date(2026, 4, 6)),
    (date(2026, 5, 1), date(2026, 5, 5)),
    (date(2026, 6, 19), date(2026, 6, 21)),
    (date(2026, 9, 25), date(2026, 9, 27)),
    (date(2026, 10, 1), date(2026, 10, 7)),
)
_WORKED_WEEKENDS = frozenset(
    (
        date(2025, 1, 26),
        date(2025, 2, 8),
        date(2025, 4, 27),
        date(2025, 9, 28),
        date(2025, 10, 11),
        date(2026, 1, 4),
        date(2026, 2, 14),
        date(2026, 2, 28),
        date(2026, 5, 9),
        date(2026, 9, 20),
        date(2026, 10, 10),
    )
)
_KNOWN_YEARS = frozenset(first.year for first, _ in _HOLIDAYS)


@dataclass(frozen=True, slots=True)
class _Deadline:
    """`months` or `days` from the day in figure `start`. `moved_by` is the rule that moves a last day of rest on, if any;
    `restarts`: does demanding what is owed start it anew?"""

    title: str
    start: str
    length: str
    months: int = 0
    days: int = 0
    statutes: tuple[str, ...] = ()
    moved_by: str = ""
    restarts: bool = False
    notes: tuple[str, ...] = ()
    advice: str = ""


_ARBITRATE = (
    "带身份证和证据到单位所在地或工作地的劳动人事争议仲裁委员会申请，写申请书有困难可以口头申请，不收费。"
    "不会写、没证据也先去，12348 法律援助、工会 12351 都能帮。"
)
_INTERRUPTION = (
    "时效会中断：您向单位要过、投诉过、或单位答应过给，从那天起重新算一年，请留好聊天记录、投诉回执"
)
_SUSPENSION = "因不可抗力或其他正当理由不能申请的，时效中止，原因消除后接着算"
_SHORT_NOTE = "从知道（或应当知道）的第二天起算"

_DEADLINES = {
    "general": _Deadline(
        "申请劳动仲裁",
        "knew_on",
        "一年",
        months=12,
        statutes=("《劳动争议调解仲裁法》第二十七条",),
        moved_by=_CIVIL_CODE,
        restarts=True,
        notes=(_SHORT_NOTE, _INTERRUPTION, _SUSPENSION),
        advice=_ARBITRATE,
    ),
    "wages": _Deadline(
        "申请劳动仲裁要工资",
        "left_on",
        "一年",
        months=12,
        statutes=("《劳动争议调解仲裁法》第二十七条",),
        moved_by=_CIVIL_CODE,
        restarts=True,
        notes=("从劳动关系终止的第二天起算", _INTERRUPTION, _SUSPENSION),
        advice=_ARBITRATE,
    ),
    "injury": _Deadline(
        "自己申请工伤认定",
        "accident_on",
        "一年",
        months=12,
        statutes=("《工伤保险条例》第十七条", "《最高人民法院关于审理工伤保险行政案件若干问题的规定》第七条"),
        notes=(
            "从受伤那天（职业病从诊断那天）起算；工伤职工、近亲属、工会都可以申请",
            "因不可抗力、人身自由受限、先打官司确认劳动关系等不怪自己的原因耽误的时间，不算在内",
            "工伤条例没有写最后一天遇休息日顺延，这里不往后推",
        ),
        advice="带申请表、劳动关系证明、诊断证明到单位所在地人社局申请，不收费。单位不认劳动关系也先递交。"
        "单位 30 天内没报的，报之前的工伤费用由单位出。问 12333，求助工会 12351。",
    ),
    "lawsuit": _Deadline(
        "不服仲裁裁决去法院起诉",
        "award_on",
        " 15 天",
        days=15,
        statutes=("《劳动争议调解仲裁法》第四十八条", "《劳动争议调解仲裁法》第五十条"),
        moved_by=_PROCEDURE,
        notes=(
            "从收到裁决书的第二天起算",
            "15 天是不变的，不会因为找单位、投诉而重新算；有不可抗力等正当理由耽误的，障碍消除后 10 日内可以申请顺延",
        ),
        advice="带裁决书、身份证和证据到基层法院立案，也可以网上立案；起诉费一般 10 元。"
        "过了期限不起诉，裁决书就生效，单位不履行的可以申请强制执行。12348 法律援助、工会 12351 能帮。",
    ),
    "complaint": _Deadline(
        "向劳动保障监察投诉",
        "act_on",
        "两年",
        months=24,
        statutes=("《劳动保障监察条例》第二十条",),
        notes=(
            "从违法行为发生那天起算；一直在拖欠、一直在违法的，从结束那天起算",
            "这是监察部门不再查处的期限，过了还可以看能不能仲裁",
        ),
        advice="打 12333 或到劳动保障监察大队投诉，也可以用「全国根治欠薪线索反映平台」。投诉不收费，"
        "还能让仲裁时效中断。求助工会 12351。",
    ),
    "review": _Deadline(
        "申请行政复议",
        "decision_on",
        " 60 天",
        days=60,
        statutes=("《行政复议法》第二十条", "《工伤保险条例》第五十五条"),
        moved_by=_PROCEDURE,
        notes=(
            "从知道（收到）人社局等部门决定的第二天起算",
            "因不可抗力或其他正当理由耽误的，障碍消除后继续算",
        ),
        advice="带决定书、身份证到本级人民政府的行政复议机构申请，不收费；也可以不复议，直接在六个月内起诉。"
        "12348 法律援助、工会 12351 能帮。",
    ),
    "court": _Deadline(
        "提起行政诉讼",
        "decision_on",
        "六个月",
        months=6,
        statutes=("《行政诉讼法》第四十六条", "《工伤保险条例》第五十五条"),
        moved_by=_PROCEDURE,
        notes=(
            "从知道（收到）人社局等部门决定的第二天起算，没有先申请行政复议",
            "先复议、不服复议决定的，是收到复议决定后 15 天（《行政诉讼法》第四十五条）",
            "因不可抗力等不怪自己的原因耽误的时间不算在内",
        ),
        advice="带决定书、身份证和证据到法院立案，起诉作出决定的部门。12348 法律援助、工会 12351 能帮。",
    ),
}


def last_day(start: date, months: int = 0, days: int = 0) -> date:
    """The last day of a period that begins the day after `start`. 《民法典》第二百零二条: the same day of a later month, or
    that month's last."""
    if days:
        return start + timedelta(days=days)
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    return date(year, month + 1, min(start.day, monthrange(year, month + 1)[1]))


def next_working_day(day: date) -> date:
    """`day`, or the first working day after it; `day` itself in years whose holidays are not known here."""
    while day.year in _KNOWN_YEARS and _rests(day):
        day += timedelta(days=1)
    return day


def _rests(day: date) -> bool:
    weekend = day.weekday() >= 5 and day not in _WORKED_WEEKENDS
    return weekend or any(first <= day <= last for first, last in _HOLIDAYS)


def _rule(given: Given) -> Result:
    matter = given.text("matter")
    if matter == "wages" and given.text("employed") == "yes":
        return _still_employed()
    deadline = _DEADLINES[matter]
    start = _past(given, deadline.start)
    steps = [f"{_LABELS[deadline.start]}：{_written(start)}"]
    counted_from = _restarted(given, deadline, start, steps)
    end = last_day(counted_from, deadline.months, deadline.days)
    steps.append(f"{_written(counted_from)}之后{deadline.length}：到 {_written(end)}")
    end = _moved(deadline, end, steps)
    if matter == "injury":
        steps.insert(1, _employer_step(start, given.today))
    return Result(
        _headline(deadline, end, given.today),
        tuple(steps),
        (*deadline.statutes, *((deadline.moved_by,) if deadline.moved_by else ())),
        (*deadline.notes, *_rest_day_note(deadline, end)),
        (_TOO_LATE if end < given.today else "") + deadline.advice,
        end,
    )


def _past(given: Given, name: str) -> date:
    """A day that has come. Raises Invalid for one that hasn't, or is older than a working life."""
    day = given.day(name)
    if day > given.today:
        raise Invalid("bad_figure", f"{_LABELS[name]}在今天之后，请核对后重新填写")
    if given.today.year - day.year > _OLDEST_YEARS:
        raise Invalid("bad_figure", f"{_LABELS[name]}是 {_OLDEST_YEARS} 多年前，请核对年份后重新填写")
    return day


def _restarted(given: Given, deadline: _Deadline, start: date, steps: list[str]) -> date:
    """The day the period is counted from: the last demand, where that came in time."""
    if not (deadline.restarts and given.has("demanded_on")):
        return start
    demanded = _past(given, "demanded_on")
    if demanded < start:
        raise Invalid(
            "bad_figure", f"{_LABELS['demanded_on']}在{_LABELS[deadline.start]}之前，请核对这两个日期"
        )
    end = next_working_day(last_day(start, deadline.months, deadline.days))
    if demanded > end:
        steps.append(f"{_written(demanded)}要过，但那时已过了 {_written(end)}，一般不能重新计算")
        return start
    steps.append(f"{_written(demanded)}要过，时效中断，从那天重新算")
    return demanded


def _moved(deadline: _Deadline, end: date, steps: list[str]) -> date:
    moved = next_working_day(end) if deadline.moved_by else end
    if moved != end:
        steps.append(f"{_written(end)}是休息日，顺延到 {_written(moved)}")
    return moved


def _rest_day_note(deadline: _Deadline, end: date) -> tuple[str, ...]:
    if not deadline.moved_by:
        return ()
    if end.year in _KNOWN_YEARS:
        return (f"最后一天是周末或法定节假日的，顺延到之后的第一个工作日（{deadline.moved_by}）",)
    return (f"没有收录 {end.year} 年的放假安排，最后一天没有往后推；保险起见请在这天以前办",)


def _employer_step(start: date, today: date) -> str:
    end = last_day(start, days=30)
    state = "已经过了" if end < today else f"还有 {(end - today).days} 天"
    return f"单位应在 30 天内申请：到 {_written(end)}（{state}）"


def _headline(deadline: _Deadline, end: date, today: date) -> str:
    left = (end - today).days
    if left < 0:
        return f"{deadline.title}的最后一天是 {_written(end)}，已经过了 {-left} 天。"
    rest = f"还有 {left} 天" if left else "就是今天"
    return f"{deadline.title}，最晚要在 {_written(end)}，{rest}。"


def _still_employed() -> Result:
    return Result(
        "还在单位上班，要被拖欠的工资不受一年限制，随时可以申请仲裁；离职后要在一年内申请。",
        ("劳动关系还在：拖欠劳动报酬的仲裁申请不受一年限制", "劳动关系终止：从终止那天起一年内提出"),
        ("《劳动争议调解仲裁法》第二十七条",),
        ("只限劳动报酬；二倍工资差额、赔偿金等一般仍是一年", "向劳动保障监察投诉有两年的期限，越早越好"),
        "别拖太久，时间长了证据难找：存好工资条、考勤、聊天记录、欠条。" + _ARBITRATE,
    )


def _written(day: date) -> str:
    return f"{day.year} 年 {day.month} 月 {day.day} 日"


_TOO_LATE = "过了期限不等于没有办法：如果期间要过、投诉过、对方答应过，或有正当理由没能去，期限可能更晚，带证据先去问、先递交。"


def _needed(*matters: str) -> Callable[[Given], bool]:
    return lambda given: given.has("matter") and given.text("matter") in matters


def _has_left(given: Given) -> bool:
    return _needed("wages")(given) and given.has("employed") and given.text("employed") == "no"


LIMITATION = Calculator(
    key="limitation",
    title="维权时限",
    about="仲裁、工伤认定、起诉、投诉、复议，最晚到哪一天，还有几天。",
    topic="arbitration",
    figures=(
        Figure(
            "matter",
            "要办的事",
            Kind.CHOICE,
            "您要办哪件事？",
            choices=(
                Choice("wages", "仲裁：要拖欠的工资"),
                Choice("general", "仲裁：其他（辞退赔偿、二倍工资等）"),
                Choice("injury", "申请工伤认定"),
                Choice("lawsuit", "不服仲裁裁决，去法院起诉"),
                Choice("complaint", "向劳动保障监察投诉"),
                Choice("review", "不服人社局等部门的决定，申请行政复议"),
                Choice("court", "不服人社局等部门的决定，去法院起诉"),
            ),
        ),
        Figure(
            "employed",
            "是否还在这家单位",
            Kind.CHOICE,
            "您现在还在这家单位上班吗？",
            choices=(Choice("yes", "还在"), Choice("no", "已经离开")),
            needed=_needed("wages"),
        ),
        Figure("left_on", "离开单位的日期", Kind.DATE, "哪天离开单位的？", needed=_has_left),
        Figure(
            "knew_on",
            "知道权利被侵害的日期",
            Kind.DATE,
            "哪天知道的？比如收到辞退通知那天。",
            needed=_needed("general"),
        ),
        Figure(
            "accident_on",
            "受伤或诊断职业病的日期",
            Kind.DATE,
            "哪天受伤的（职业病：哪天诊断的）？",
            needed=_needed("injury"),
        ),
        Figure(
            "award_on",
            "收到裁决书的日期",
            Kind.DATE,
            "哪天收到仲裁裁决书的？",
            "看签收记录",
            needed=_needed("lawsuit"),
        ),
        Figure(
            "act_on",
            "违法行为结束的日期",
            Kind.DATE,
            "单位的违法行为是哪天结束的？",
            "到现在还没结束的，填今天",
            needed=_needed("complaint"),
        ),
        Figure(
            "decision_on",
            "收到决定的日期",
            Kind.DATE,
            "哪天收到决定书的？",
            "看签收记录",
            needed=_needed("review", "court"),
        ),
        Figure(
            "demanded_on",
            "最近一次要钱或投诉的日期",
            Kind.DATE,
            "最近一次向单位要、投诉，或单位答应给，是哪天？",
            "要有记录；没有就空着",
            optional=True,
            needed=_needed("general", "wages"),
        ),
    ),
    rule=_rule,
)
_LABELS = {figure.name: figure.label for figure in LIMITATION.figures}
