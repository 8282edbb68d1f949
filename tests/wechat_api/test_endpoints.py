"""Every endpoint that wechatpy lacks has the right path and body."""

from datetime import date

import pytest

from wechat.api.articles import Article
from wechat.api.custom import Card, MenuItem
from wechat.api.mass import MassContent
from wechat.api.subscribe import MiniProgramPage

from .fake import APPID, answer

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
TEXT = {"touser": "o1", "msgtype": "text", "text": {"content": "好"}}
SPAN = {"begin_date": "2026-01-01", "end_date": "2026-01-02"}
DAYS = (date(2026, 1, 1), date(2026, 1, 2))


def mass(**fields):
    return {
        "mpnews": {"media_id": "M"},
        "msgtype": "mpnews",
        "clientmsgid": "c1",
        "send_ignore_reprint": 0,
        **fields,
    }


POSTS = [
    ("/cgi-bin/draft/add", lambda a: a.drafts.add([ARTICLE]), {"articles": [ARTICLE_FIELDS]}),
    ("/cgi-bin/draft/get", lambda a: a.drafts.get("M"), {"media_id": "M"}),
    (
        "/cgi-bin/draft/batchget",
        lambda a: a.drafts.batchget(20, 10),
        {"offset": 20, "count": 10, "no_content": 1},
    ),
    (
        "/cgi-bin/draft/update",
        lambda a: a.drafts.update("M", ARTICLE, 1),
        {"media_id": "M", "index": 1, "articles": ARTICLE_FIELDS},
    ),
    ("/cgi-bin/draft/delete", lambda a: a.drafts.delete("M"), {"media_id": "M"}),
    ("/cgi-bin/freepublish/submit", lambda a: a.publishing.submit("M"), {"media_id": "M"}),
    ("/cgi-bin/freepublish/get", lambda a: a.publishing.get("100"), {"publish_id": "100"}),
    (
        "/cgi-bin/freepublish/batchget",
        lambda a: a.publishing.batchget(with_content=True),
        {"offset": 0, "count": 20, "no_content": 0},
    ),
    ("/cgi-bin/freepublish/delete", lambda a: a.publishing.delete("A", 2), {"article_id": "A", "index": 2}),
    ("/cgi-bin/freepublish/getarticle", lambda a: a.publishing.get_article("A"), {"article_id": "A"}),
    (
        "/cgi-bin/message/mass/sendall",
        lambda a: a.mass.send_to_all(MPNEWS, clientmsgid="c1"),
        mass(filter={"is_to_all": True}),
    ),
    (
        "/cgi-bin/message/mass/sendall",
        lambda a: a.mass.send_to_tag(MPNEWS, 101, clientmsgid="c1", ignore_reprint=True),
        mass(filter={"is_to_all": False, "tag_id": 101}, send_ignore_reprint=1),
    ),
    (
        "/cgi-bin/message/mass/send",
        lambda a: a.mass.send(MPNEWS, ["o1", "o2"], clientmsgid="c1"),
        mass(touser=["o1", "o2"]),
    ),
    (
        "/cgi-bin/message/mass/preview",
        lambda a: a.mass.preview(MPNEWS, openid="o1"),
        {"touser": "o1", "mpnews": {"media_id": "M"}, "msgtype": "mpnews"},
    ),
    (
        "/cgi-bin/message/mass/preview",
        lambda a: a.mass.preview(MassContent.pictures(["P1", "P2"]), wechat_id="xiaoming"),
        {"towxname": "xiaoming", "image": {"media_id": "P1"}, "msgtype": "image"},
    ),
    ("/cgi-bin/message/mass/get", lambda a: a.mass.get(34182), {"msg_id": "34182"}),
    ("/cgi-bin/message/mass/delete", lambda a: a.mass.delete(34182, 2), {"msg_id": 34182, "article_idx": 2}),
    ("/cgi-bin/message/mass/speed/get", lambda a: a.mass.get_speed(), {}),
    ("/cgi-bin/message/mass/speed/set", lambda a: a.mass.set_speed(3), {"speed": 3}),
    ("/cgi-bin/message/custom/send", lambda a: a.custom.send_text("o1", "好"), TEXT),
    (
        "/cgi-bin/message/custom/send",
        lambda a: a.custom.send_text("o1", "好", staff="kf@x"),
        {**TEXT, "customservice": {"kf_account": "kf@x"}},
    ),
    (
        "/cgi-bin/message/custom/send",
        lambda a: a.custom.send_image("o1", "M"),
        {"touser": "o1", "msgtype": "image", "image": {"media_id": "M"}},
    ),
    (
        "/cgi-bin/message/custom/send",
        lambda a: a.custom.send_voice("o1", "M"),
        {"touser": "o1", "msgtype": "voice", "voice": {"media_id": "M"}},
    ),
    (
        "/cgi-bin/message/custom/send",
        lambda a: a.custom.send_video("o1", "M", "T", "标", "述"),
        {
            "touser": "o1",
            "msgtype": "video",
            "video": {"media_id": "M", "thumb_media_id": "T", "title": "标", "description": "述"},
        },
    ),
    (
        "/cgi-bin/message/custom/send",
        lambda a: a.custom.send_music("o1", "http://m", "T"),
        {
            "touser": "o1",
            "msgtype": "music",
            "music": {
                "musicurl": "http://m",
                "hqmusicurl": "http://m",
                "thumb_media_id": "T",
                "title": "",
                "description": "",
            },
        },
    ),
    (
        "/cgi-bin/message/custom/send",
        lambda a: a.custom.send_card("o1", Card("标", "述", "https://u", "https://p")),
        {
            "touser": "o1",
            "msgtype": "news",
            "news": {
                "articles": [{"title": "标", "description": "述", "url": "https://u", "picurl": "https://p"}]
            },
        },
    ),
    (
        "/cgi-bin/message/custom/send",
        lambda a: a.custom.send_mpnews("o1", "M"),
        {"touser": "o1", "msgtype": "mpnews", "mpnews": {"media_id": "M"}},
    ),
    (
        "/cgi-bin/message/custom/send",
        lambda a: a.custom.send_mpnewsarticle("o1", "A"),
        {"touser": "o1", "msgtype": "mpnewsarticle", "mpnewsarticle": {"article_id": "A"}},
    ),
    (
        "/cgi-bin/message/custom/send",
        lambda a: a.custom.send_msgmenu(
            "o1", "解决了吗？", [MenuItem("1", "是"), MenuItem("2", "否")], "谢谢"
        ),
        {
            "touser": "o1",
            "msgtype": "msgmenu",
            "msgmenu": {
                "head_content": "解决了吗？",
                "list": [{"id": "1", "content": "是"}, {"id": "2", "content": "否"}],
                "tail_content": "谢谢",
            },
        },
    ),
    (
        "/cgi-bin/message/custom/send",
        lambda a: a.custom.send_miniprogram("o1", "wxm", "标", "pages/i", "T"),
        {
            "touser": "o1",
            "msgtype": "miniprogrampage",
            "miniprogrampage": {"title": "标", "appid": "wxm", "pagepath": "pages/i", "thumb_media_id": "T"},
        },
    ),
    (
        "/cgi-bin/message/custom/typing",
        lambda a: a.custom.typing("o1"),
        {"touser": "o1", "command": "Typing"},
    ),
    (
        "/cgi-bin/message/custom/typing",
        lambda a: a.custom.typing("o1", on=False),
        {"touser": "o1", "command": "CancelTyping"},
    ),
    (
        "/customservice/kfaccount/inviteworker",
        lambda a: a.custom.invite_staff("kf@x", "xiaoming"),
        {"kf_account": "kf@x", "invite_wx": "xiaoming"},
    ),
    (
        "/wxaapi/newtmpl/addtemplate",
        lambda a: a.subscribe.add_template("1234", [1, 3], "活动开始提醒"),
        {"tid": "1234", "kidList": [1, 3], "sceneDesc": "活动开始提醒"},
    ),
    ("/wxaapi/newtmpl/deltemplate", lambda a: a.subscribe.delete_template("P"), {"priTmplId": "P"}),
    (
        "/cgi-bin/message/subscribe/bizsend",
        lambda a: a.subscribe.send("o1", "P", {"thing1": "答题开始"}, page="https://u"),
        {"touser": "o1", "template_id": "P", "page": "https://u", "data": {"thing1": {"value": "答题开始"}}},
    ),
    (
        "/cgi-bin/message/subscribe/bizsend",
        lambda a: a.subscribe.send("o1", "P", {}, miniprogram=MiniProgramPage("wxm", "pages/i")),
        {
            "touser": "o1",
            "template_id": "P",
            "miniprogram": {"appid": "wxm", "pagepath": "pages/i"},
            "data": {},
        },
    ),
    (
        "/cgi-bin/callback/check",
        lambda a: a.operations.check_callback("ping", "CAP"),
        {"action": "ping", "check_operator": "CAP"},
    ),
    ("/cgi-bin/clear_quota", lambda a: a.operations.clear_quota(), {"appid": APPID}),
    (
        "/cgi-bin/openapi/quota/get",
        lambda a: a.operations.get_quota("/cgi-bin/message/custom/send"),
        {"cgi_path": "/cgi-bin/message/custom/send"},
    ),
    ("/cgi-bin/openapi/rid/get", lambda a: a.operations.get_rid("61725984-6126"), {"rid": "61725984-6126"}),
    ("/datacube/getusersummary", lambda a: a.figures.user_changes(*DAYS), SPAN),
    ("/datacube/getusercumulate", lambda a: a.figures.user_totals(*DAYS), SPAN),
    ("/datacube/getarticleread", lambda a: a.figures.article_reads(*DAYS), SPAN),
    ("/datacube/getarticleshare", lambda a: a.figures.article_shares(*DAYS), SPAN),
    ("/datacube/getbizsummary", lambda a: a.figures.account_sums(*DAYS), SPAN),
    ("/datacube/getarticletotaldetail", lambda a: a.figures.article_totals(*DAYS), SPAN),
    ("/cgi-bin/material/get_material", lambda a: a.files.get_material("M"), {"media_id": "M"}),
    (
        "/cgi-bin/material/batchget_material",
        lambda a: a.files.list_materials("image"),
        {"type": "image", "offset": 0, "count": 20},
    ),
    ("/cgi-bin/material/del_material", lambda a: a.files.delete_material("M"), {"media_id": "M"}),
    (
        "/cgi-bin/media/uploadvideo",
        lambda a: a.files.prepare_mass_video("M", "标", "述"),
        {"media_id": "M", "title": "标", "description": "述"},
    ),
]

GETS = [
    ("/cgi-bin/draft/count", lambda a: a.drafts.count(), {}),
    ("/wxaapi/newtmpl/gettemplate", lambda a: a.subscribe.list_templates(), {}),
    ("/wxaapi/newtmpl/getcategory", lambda a: a.subscribe.list_categories(), {}),
    ("/wxaapi/newtmpl/getpubtemplatekeywords", lambda a: a.subscribe.list_keywords("99"), {"tid": "99"}),
    (
        "/wxaapi/newtmpl/getpubtemplatetitles",
        lambda a: a.subscribe.list_public_titles([2, 616]),
        {"ids": "2,616", "start": "0", "limit": "30"},
    ),
    ("/cgi-bin/getcallbackip", lambda a: a.operations.list_callback_ips(), {}),
    ("/cgi-bin/get_api_domain_ip", lambda a: a.operations.list_api_ips(), {}),
    ("/cgi-bin/material/get_materialcount", lambda a: a.files.count_materials(), {}),
    ("/cgi-bin/media/get", lambda a: a.files.get_temporary("M"), {"media_id": "M"}),
]


@pytest.mark.parametrize(("path", "call", "body"), POSTS)
def test_a_post_has_its_path_and_body(api, platform, path, call, body):
    platform.script(path, answer(media_id="M2"))
    call(api)
    (seen,) = platform.calls(path)
    assert seen.method == "POST"
    assert seen.json == body
    assert set(seen.query) == {"access_token"}


@pytest.mark.parametrize(("path", "call", "query"), GETS)
def test_a_get_has_its_path_and_query(api, platform, path, call, query):
    call(api)
    (seen,) = platform.calls(path)
    assert seen.method == "GET"
    assert seen.query == {**query, "access_token": platform.valid_token}
