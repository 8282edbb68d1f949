"""The kind 作品征集 as the house of campaigns knows it."""

from campaigns.kind import CampaignKind, Template
from campaigns.kinds.photo import fetching, h5, life, tasks
from campaigns.kinds.photo.chat import PhotoChat
from campaigns.kinds.photo.config import ANY, BY_JURY, LINK, PICTURES, VIDEO, PhotoConfig
from campaigns.kinds.photo.console import CONSOLE
from campaigns.kinds.photo.console_place import desk
from campaigns.kinds.photo.entries import PhotoEntries
from campaigns.kinds.photo.furnishing import furnish
from campaigns.kinds.photo.preview import preview
from campaigns.kinds.photo.roll import LIKES
from campaigns.kinds.photo.summary import summarise

TEMPLATES = (
    Template(
        key="moments",
        title="最美工作瞬间随手拍",
        about="手机随手拍，每人五件，审核后上墙，大家点赞，评委每月选一张",
        summary="把您工作中的瞬间，拍给大家看。",
        settings={"noun": "照片", "most_pictures": 3},
        days=60,
    ),
    Template(
        key="contest",
        title="职工摄影大赛",
        about="单幅和组照，评委分三轮评，评出奖项，公示、展览、发证书",
        summary="镜头对准劳动者。",
        settings={
            "noun": "作品",
            "categories": "劳动者、工地、家园、生活",
            "most_pictures": 12,
            "awards": [
                {"title": "一等奖", "places": 3, "by": BY_JURY},
                {"title": "二等奖", "places": 10, "by": BY_JURY},
                {"title": "三等奖", "places": 20, "by": BY_JURY},
            ],
        },
        days=45,
    ),
    Template(
        key="media",
        title="新媒体作品大赛",
        about="图文、交互网页、音视频三个组，评委分组评",
        summary="图文、H5、视频，样样都能来。",
        settings={
            "noun": "作品",
            "groups": [
                {"title": "图文组", "form": PICTURES},
                {"title": "交互组", "form": LINK},
                {"title": "音视频组", "form": VIDEO},
                {"title": "综合组", "form": ANY},
            ],
            "awards": [
                {"title": "金奖", "places": 1, "by": BY_JURY},
                {"title": "银奖", "places": 3, "by": BY_JURY},
                {"title": "优秀奖", "places": 10, "by": BY_JURY},
            ],
        },
        days=45,
    ),
)

KIND = CampaignKind(
    key="photo",
    title="作品征集",
    about="职工交照片、视频、网页作品，先审后展，点赞、评审、公示、展览、发证书一条线",
    verb="交作品",
    config=PhotoConfig,
    templates=TEMPLATES,
    h5=h5.pages,
    preview=preview,
    summarise=summarise,
    export_columns=life.EXPORT_COLUMNS,
    export_rows=life.export_rows,
    erase_person=life.erase_person,
    kept=life.kept,
    ballots=LIKES,
    entries=PhotoEntries(),
    preflight=life.preflight,
    on_close=life.on_close,
    facts=life.facts,
    media=life.media_names,
    chat=PhotoChat(),
    jobs=tasks.jobs,
    couriers=fetching.couriers,
    console=CONSOLE,
    desk=desk,
    furnish=furnish,
)
