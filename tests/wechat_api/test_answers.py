"""The platform's answers come back typed."""

import json
from datetime import UTC, date, datetime

import pytest

from wechat.api.articles import Article, PictureArticle
from wechat.api.base import Download, Upload
from wechat.api.files import MaterialCounts, RemoteFile
from wechat.api.mass import MassContent, MassSent
from wechat.api.operations import Quota
from wechat.api.publishing import PublishStatus, Submitted
from wechat.api.subscribe import Category
from wechat.errors import ErrorKind, WeChatError

from .fake import Reply, answer, error

ARTICLE = Article(
    "标题", "<p>正文</p>", "THUMB", author="小明", digest="摘要", content_source_url="https://a.cn/1"
)
ARTICLE_FIELDS = {
    "article_type": "news",
    "title": "标题",
    "author": "小明",
    "digest": "摘要",
    "content": "<p>正文</p>",
    "content_source_url": "https://a.cn/1",
    "thumb_media_id": "THUMB",
    "need_open_comment": 0,
    "only_fans_can_comment": 0,
}
MPNEWS = MassContent.article("M")
DAYS = (date(2026, 1, 1), date(2026, 1, 2))


def test_a_mass_send_gives_its_ids(api, platform):
    platform.script("/cgi-bin/message/mass/sendall", answer(errcode=0, msg_id=34182, msg_data_id=206227730))
    assert api.mass.send_to_all(MPNEWS, clientmsgid="c1") == MassSent(34182, 206227730, repeated=False)


def test_a_repeated_mass_send_is_success_with_the_first_ids(api, platform):
    platform.script("/cgi-bin/message/mass/sendall", error(45065, "clientmsgid exist", msg_id=34182))
    assert api.mass.send_to_tag(MPNEWS, 2, clientmsgid="c1") == MassSent(34182, None, repeated=True)
    platform.script("/cgi-bin/message/mass/sendall", error(45065, "clientmsgid exist"))
    with pytest.raises(WeChatError) as caught:  # without an id nothing can be followed up
        api.mass.send_to_tag(MPNEWS, 2, clientmsgid="c1")
    assert caught.value.kind is ErrorKind.ALREADY_DONE


def test_a_mass_send_too_soon_after_itself_may_be_tried_again_in_a_minute(api, platform):
    platform.script("/cgi-bin/message/mass/sendall", error(45066, "wait"))
    with pytest.raises(WeChatError) as caught:
        api.mass.send_to_all(MPNEWS, clientmsgid="c1")
    assert (caught.value.permanent, caught.value.wait_s) == (False, 60)


def test_mass_state_and_speed(api, platform):
    platform.script("/cgi-bin/message/mass/get", answer(msg_id=34182, msg_status="SEND_SUCCESS"))
    assert api.mass.get(34182).is_sent
    platform.script("/cgi-bin/message/mass/get", answer(msg_id=34182, msg_status="SEND_FAIL"))
    assert api.mass.get(34182).has_failed
    platform.script("/cgi-bin/message/mass/speed/get", answer(speed=3, realspeed=15))
    speed = api.mass.get_speed()
    assert (speed.level, speed.per_minute) == (3, 15)


def test_every_kind_of_mass_content(api, platform):
    cases = {
        "text": (MassContent.text("好"), {"text": {"content": "好"}}),
        "voice": (MassContent.voice("V"), {"voice": {"media_id": "V"}}),
        "mpvideo": (
            MassContent.video("V", "标"),
            {"mpvideo": {"media_id": "V", "title": "标", "description": ""}},
        ),
        "image": (
            MassContent.pictures(["P1", "P2"], "看图"),
            {"images": {"media_ids": ["P1", "P2"], "recommend": "看图", "need_open_comment": 0}},
        ),
    }
    for msgtype, (content, fields) in cases.items():
        api.mass.send_to_all(content, clientmsgid="c1")
        sent = platform.last().json
        assert sent["msgtype"] == msgtype
        assert fields.items() <= sent.items()


def test_drafts_come_back_typed(api, platform):
    item = {**ARTICLE_FIELDS, "url": "http://mp/1", "thumb_url": "http://t", "is_deleted": False}
    platform.script("/cgi-bin/draft/add", answer(media_id="M1"))
    platform.script("/cgi-bin/draft/get", answer(news_item=[item]))
    platform.script(
        "/cgi-bin/draft/batchget",
        answer(
            total_count=7,
            item_count=1,
            item=[{"media_id": "M1", "content": {"news_item": [item]}, "update_time": 1767225600}],
        ),
    )
    platform.script("/cgi-bin/draft/count", answer(total_count=7))
    assert api.drafts.add([ARTICLE]) == "M1"
    (article,) = api.drafts.get("M1").articles
    assert (article.title, article.url, article.is_deleted) == ("标题", "http://mp/1", False)
    page = api.drafts.batchget()
    assert page.total == 7
    assert page.items[0].updated_at == datetime(2026, 1, 1, tzinfo=UTC)
    assert api.drafts.count() == 7


def test_a_picture_post(api, platform):
    platform.script("/cgi-bin/draft/add", answer(media_id="M1"))
    api.drafts.add([PictureArticle("标题", "文字", ("P1", "P2"), open_comment=True)])
    assert platform.last().json["articles"] == [
        {
            "article_type": "newspic",
            "title": "标题",
            "content": "文字",
            "need_open_comment": 1,
            "only_fans_can_comment": 0,
            "image_info": {"image_list": [{"image_media_id": "P1"}, {"image_media_id": "P2"}]},
        }
    ]


def test_publications_come_back_typed(api, platform):
    platform.script(
        "/cgi-bin/freepublish/submit", answer(errcode=0, publish_id="100000001", msg_data_id=2247)
    )
    assert api.publishing.submit("M") == Submitted("100000001", 2247)
    platform.script(
        "/cgi-bin/freepublish/get",
        answer(
            publish_id="100000001",
            publish_status=0,
            article_id="A",
            article_detail={"count": 1, "item": [{"idx": 1, "article_url": "http://mp/1"}]},
            fail_idx=[],
        ),
    )
    state = api.publishing.get("100000001")
    assert (state.status, state.article_id, state.urls) == (PublishStatus.DONE, "A", ((1, "http://mp/1"),))
    platform.script("/cgi-bin/freepublish/get", answer(publish_id="1", publish_status=2, fail_idx=[1, 2]))
    failed = api.publishing.get("1")
    assert (failed.status.text, failed.failed) == ("原创校验没有通过", (1, 2))
    platform.script("/cgi-bin/freepublish/get", answer(publish_id="1", publish_status=77))
    assert api.publishing.get("1").status is PublishStatus.UNKNOWN
    platform.script(
        "/cgi-bin/freepublish/batchget",
        answer(
            total_count=1,
            item=[{"article_id": "A", "content": {"news_item": [{"title": "标题"}]}, "update_time": 1}],
        ),
    )
    assert api.publishing.batchget().items[0].articles[0].title == "标题"


def test_subscribe_library(api, platform):
    platform.script("/wxaapi/newtmpl/getcategory", answer(data=[{"id": 616, "name": "公交"}]))
    platform.script(
        "/wxaapi/newtmpl/gettemplate",
        answer(
            data=[
                {"priTmplId": "P", "title": "提醒", "content": "{{thing1.DATA}}", "example": "例", "type": 2}
            ]
        ),
    )
    platform.script("/wxaapi/newtmpl/addtemplate", answer(priTmplId="P2"))
    platform.script(
        "/wxaapi/newtmpl/getpubtemplatekeywords",
        answer(data=[{"kid": 1, "name": "物品", "example": "名", "rule": "thing"}]),
    )
    platform.script(
        "/wxaapi/newtmpl/getpubtemplatetitles",
        answer(count=55, data=[{"tid": 99, "title": "付款", "type": 2, "categoryId": "616"}]),
    )
    assert api.subscribe.list_categories() == (Category(616, "公交"),)
    assert api.subscribe.list_templates()[0].template_id == "P"
    assert api.subscribe.add_template("99", [1, 2], "提醒") == "P2"
    assert api.subscribe.list_keywords("99")[0].rule == "thing"
    count, titles = api.subscribe.list_public_titles([616])
    assert (count, titles[0].tid) == (55, "99")


def test_operations(api, platform):
    platform.script(
        "/cgi-bin/callback/check",
        answer(
            dns=[{"ip": "1.2.3.4", "real_operator": "UNICOM"}],
            ping=[{"ip": "1.2.3.4", "from_operator": "CAP", "package_loss": "0%", "time": "23.079ms"}],
        ),
    )
    check = api.operations.check_callback()
    assert check.addresses == (("1.2.3.4", "UNICOM"),)
    assert (check.pings[0].loss, check.pings[0].time) == ("0%", "23.079ms")
    platform.script(
        "/cgi-bin/openapi/quota/get",
        answer(
            quota={"daily_limit": 100, "used": 3, "remain": 97},
            rate_limit={"call_count": 10, "refresh_second": 60},
        ),
    )
    assert api.operations.get_quota("/cgi-bin/x") == Quota(100, 3, 97, 10, 60)
    platform.script(
        "/cgi-bin/openapi/rid/get",
        answer(
            request={
                "invoke_time": 1635156704,
                "cost_in_ms": 30,
                "request_url": "access_token=50_Im7xxxx",
                "request_body": "",
                "response_body": '{"errcode":45009}',
                "client_ip": "113.0.0.1",
            }
        ),
    )
    failure = api.operations.get_rid("61725984-6126")
    assert (failure.cost_ms, failure.client_ip) == (30, "113.0.0.1")
    assert "errcode" in failure.response_body
    assert "50_Im7xxxx" not in failure.request_url
    platform.script("/cgi-bin/getcallbackip", answer(ip_list=["101.226.62.77"]))
    assert api.operations.list_callback_ips() == ("101.226.62.77",)


def test_figures_come_back_typed(api, platform):
    row = {"ref_date": "2026-01-01", "user_source": 30, "new_user": 5, "cancel_user": 1}
    platform.script("/datacube/getusersummary", answer(list=[row]))
    platform.script(
        "/datacube/getusercumulate", answer(list=[{"ref_date": "2026-01-01", "cumulate_user": 1200}])
    )
    platform.script(
        "/datacube/getarticleread",
        answer(
            list=[{"ref_date": "2026-01-01", "msgid": "2247_1", "detail": {"read_user": 41}}], is_delay=True
        ),
    )
    platform.script(
        "/datacube/getarticletotaldetail",
        answer(
            list=[
                {
                    "ref_date": "2026-01-01",
                    "msgid": "2247_1",
                    "publish_type": 1,
                    "title": "标题",
                    "content_url": "http://mp/1",
                    "detail_list": [
                        {"stat_date": "2026-01-01", "read_user": 41},
                        {"stat_date": "2026-01-02", "read_user": 50},
                    ],
                }
            ],
            is_delay=False,
        ),
    )
    (change,) = api.figures.user_changes(*DAYS)
    assert (change.source, change.won, change.lost) == (30, 5, 1)
    assert api.figures.user_totals(*DAYS)[0].followers == 1200
    reads = api.figures.article_reads(*DAYS)
    assert (reads.is_delayed, reads.rows[0].msgid, reads.rows[0].details[0]["read_user"]) == (
        True,
        "2247_1",
        41,
    )
    totals = api.figures.article_totals(*DAYS)
    assert [day["read_user"] for day in totals.rows[0].details] == [41, 50]
    assert not totals.rows[0].notified


def test_files(api, platform):
    png = Upload("a.png", b"\x89PNG", "image/png")
    platform.script("/cgi-bin/material/add_material", answer(media_id="M", url="http://u"))
    platform.script("/cgi-bin/media/upload", answer(type="image", media_id="T", created_at=1767225600))
    platform.script(
        "/cgi-bin/material/get_materialcount",
        answer(voice_count=1, video_count=2, image_count=3, news_count=4),
    )
    platform.script(
        "/cgi-bin/material/batchget_material",
        answer(total_count=9, item=[{"media_id": "M", "name": "a.png"}]),
    )
    assert api.files.add_material("image", png).url == "http://u"
    assert platform.last().query["type"] == "image"
    assert api.files.upload_temporary("image", png).created_at == datetime(2026, 1, 1, tzinfo=UTC)
    assert api.files.count_materials() == MaterialCounts(1, 2, 3, 4)
    assert api.files.list_materials("image").items[0].name == "a.png"


def test_a_video_brings_its_title_along_unescaped(api, platform):
    platform.script("/cgi-bin/material/add_material", answer(media_id="M"))
    api.files.add_material("video", Upload("v.mp4", b"video", "video/mp4"), title="标题", introduction="简介")
    body = platform.last().body
    assert b'name="description"' in body
    assert json.dumps({"title": "标题", "introduction": "简介"}, ensure_ascii=False).encode() in body


def test_downloads(api, platform):
    platform.script(
        "/cgi-bin/media/get",
        Reply(
            b"\xff\xd8",
            content_type="image/jpeg",
            headers={"Content-disposition": 'attachment; filename="M.jpg"'},
        ),
    )
    assert api.files.get_temporary("M") == Download(b"\xff\xd8", "image/jpeg", "M.jpg")
    platform.script("/cgi-bin/media/get", answer(video_url="http://v"))
    assert api.files.get_temporary("M") == RemoteFile("http://v")
    platform.script(
        "/cgi-bin/material/get_material", answer(title="标", description="述", down_url="http://d")
    )
    assert api.files.get_material("M") == RemoteFile("http://d", "标", "述")
    platform.script(
        "/cgi-bin/media/get",
        Reply(b'{"errcode":40007,"errmsg":"invalid media_id"}', content_type="text/plain"),
    )
    with pytest.raises(WeChatError) as caught:
        api.files.get_temporary("M")
    assert caught.value.errcode == 40007
