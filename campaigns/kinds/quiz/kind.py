"""The kind 答题 as the house of campaigns knows it."""

from campaigns.kind import CampaignKind, Template
from campaigns.kinds.quiz import h5, life
from campaigns.kinds.quiz.bank import console
from campaigns.kinds.quiz.bank.store import media_names
from campaigns.kinds.quiz.chat import QuizChat
from campaigns.kinds.quiz.config import AT_ONCE, QuizConfig
from campaigns.kinds.quiz.preview import preview
from campaigns.kinds.quiz.statistics import summarise
from campaigns.kinds.quiz.tasks import jobs

_LABOUR = "劳动合同、工资工时、休息休假、社会保险、工伤与安全、特殊保护、劳动争议"
_GATES = (
    ("第一关 入职签合同", "劳动合同"),
    ("第二关 工资和加班", "工资工时"),
    ("第三关 休息和休假", "休息休假"),
    ("第四关 社保和工伤", "社会保险、工伤与安全"),
    ("第五关 工会在身边", "工会知识"),
)

TEMPLATES = (
    Template(
        key="prize",
        title="劳动法律法规有奖答题",
        about="每次 5 题：4 题劳动保障、1 题工会知识，答对 3 题得一次抽奖机会",
        summary="答对就能抽奖，几分钟学会保护自己。",
        settings={
            "blueprint": [{"subjects": _LABOUR, "take": 4}, {"subjects": "工会知识", "take": 1}],
            "minutes": 5,
            "tries_a_day": 3,
            "points": 20,
            "pass_percent": 60,
        },
    ),
    Template(
        key="gates",
        title="闯关答题",
        about="五关，一天开放一关，答一题看一题的解析，过了关才能进下一关",
        summary="一天一关，五天学会劳动法常识。",
        settings={
            "blueprint": [
                {"subjects": name, "take": 5, "gate": at} for at, (_, name) in enumerate(_GATES, 1)
            ],
            "gates": [{"title": title, "day": day} for day, (title, _) in enumerate(_GATES)],
            "in_order": True,
            "minutes": 5,
            "tries_a_day": 3,
            "feedback": AT_ONCE,
            "points": 20,
            "pass_percent": 60,
        },
        days=10,
    ),
    Template(
        key="contest",
        title="工会知识竞赛",
        about="20 题限时 15 分钟，每人 3 次取最好成绩，有排行榜和电子证书",
        summary="比一比谁更懂工会，成绩优秀的发电子证书。",
        settings={
            "blueprint": [
                {"subjects": "工会知识", "take": 10},
                {"subjects": _LABOUR, "take": 8},
                {"subjects": "劳动争议", "difficulty": 2, "take": 2},
            ],
            "minutes": 15,
            "tries_a_day": 3,
            "tries": 3,
            "points": 5,
            "pass_percent": 60,
            "certificate": "在工会知识竞赛中成绩优秀",
            "certificate_percent": 80,
        },
    ),
)

KIND = CampaignKind(
    key="quiz",
    title="答题",
    about="从题库随机出题，可以限时、闯关、排行、发证书，也能给抽奖机会",
    verb="答题",
    config=QuizConfig,
    templates=TEMPLATES,
    h5=h5.pages,
    console=console.CONSOLE,
    chat=QuizChat(),
    jobs=jobs,
    summarise=summarise,
    export_columns=life.EXPORT_COLUMNS,
    export_rows=life.export_rows,
    erase_person=life.erase_person,
    kept=life.kept,
    gives_chances=True,
    preflight=life.preflight,
    on_open=life.on_open,
    on_close=life.on_close,
    on_resume=life.on_resume,
    preview=preview,
    facts=life.facts,
    media=media_names,
)
