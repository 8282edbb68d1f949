"""The documentation's sample of every message and event, through the parser, as typed values."""

import dataclasses

import pytest
from wechatpy import parse_message

from wechat import messages, reader, xml
from wechat.messages import is_message, spoken_text
from wechat.xml import Malformed

HEAD = (
    "<ToUserName><![CDATA[gh_123456789abc]]></ToUserName>\n"
    "<FromUserName><![CDATA[otFpruAK8D-E6EfStSYonYSBZ8_4]]></FromUserName>\n"
    "<CreateTime>1348831860</CreateTime>\n"
)
ID = "<MsgId>1234567890123456</MsgId>"


def message(kind: str, inner: str = "", tail: str = ID) -> bytes:
    return f"<xml>\n{HEAD}<MsgType><![CDATA[{kind}]]></MsgType>\n{inner}\n{tail}\n</xml>".encode()


def event(name: str, inner: str = "") -> bytes:
    return message("event", f"<Event><![CDATA[{name}]]></Event>\n{inner}", "")


def read(body: bytes) -> messages.Inbound:
    return reader.read(xml.parse(body), body)


KEY = "<EventKey><![CDATA[EVENTKEY]]></EventKey>"
TICKET = "<Ticket><![CDATA[TICKET]]></Ticket>"
PICTURES = (
    "<EventKey><![CDATA[6]]></EventKey><SendPicsInfo><Count>2</Count><PicList>"
    "<item><PicMd5Sum><![CDATA[1b5f7c23b5bf75682a53e7b6d163e185]]></PicMd5Sum></item>"
    "<item><PicMd5Sum><![CDATA[5a75aaca956d97be686719218f275c6b]]></PicMd5Sum></item>"
    "</PicList></SendPicsInfo>"
)
SCAN_INFO = (
    "<EventKey><![CDATA[6]]></EventKey><ScanCodeInfo><ScanType><![CDATA[qrcode]]></ScanType>"
    "<ScanResult><![CDATA[1]]></ScanResult></ScanCodeInfo>"
)
PLACE = (
    "<EventKey><![CDATA[6]]></EventKey><SendLocationInfo><Location_X><![CDATA[23]]></Location_X>"
    "<Location_Y><![CDATA[113]]></Location_Y><Scale><![CDATA[15]]></Scale>"
    "<Label><![CDATA[ 广州市海珠区客村艺苑路 106号]]></Label><Poiname><![CDATA[]]></Poiname></SendLocationInfo>"
)
MASS_ITEM = (
    "<item><ArticleIdx>{n}</ArticleIdx><UserDeclareState>0</UserDeclareState><AuditState>2</AuditState>"
    "<OriginalArticleUrl><![CDATA[Url_{n}]]></OriginalArticleUrl><OriginalArticleType>1</OriginalArticleType>"
    "<CanReprint>1</CanReprint><NeedReplaceContent>1</NeedReplaceContent>"
    "<NeedShowReprintSource>1</NeedShowReprintSource></item>"
)
MASS = (
    "<MsgID>1000001625</MsgID><Status><![CDATA[err(30003)]]></Status><TotalCount>0</TotalCount>"
    "<FilterCount>0</FilterCount><SentCount>0</SentCount><ErrorCount>0</ErrorCount>"
    f"<CopyrightCheckResult><Count>2</Count><ResultList>{MASS_ITEM.format(n=1)}{MASS_ITEM.format(n=2)}</ResultList>"
    "<CheckState>2</CheckState></CopyrightCheckResult>"
    "<ArticleUrlResult><Count>2</Count><ResultList>"
    "<item><ArticleIdx>1</ArticleIdx><ArticleUrl><![CDATA[Url_1]]></ArticleUrl></item>"
    "<item><ArticleIdx>2</ArticleIdx><ArticleUrl><![CDATA[Url_2]]></ArticleUrl></item>"
    "</ResultList></ArticleUrlResult>"
)
MASS_TEXT = (
    "<MsgID>3147484542</MsgID><Status><![CDATA[send success]]></Status><TotalCount>11</TotalCount>"
    "<FilterCount>9</FilterCount><SentCount>8</SentCount><ErrorCount>1</ErrorCount>"
    "<CopyrightCheckResult><Count>0</Count><ResultList></ResultList><CheckState>0</CheckState></CopyrightCheckResult>"
    "<ArticleUrlResult><Count>0</Count><ResultList></ResultList></ArticleUrlResult>"
)
PUBLISHED = (
    "<PublishEventInfo><publish_id>2247503051</publish_id><publish_status>0</publish_status>"
    "<article_id><![CDATA[b5O2OUs25HBxRceL7hfReg]]></article_id><article_detail><count>1</count>"
    "<item><idx>1</idx><article_url><![CDATA[ARTICLE_URL]]></article_url></item></article_detail></PublishEventInfo>"
)
NOT_ORIGINAL = (
    "<PublishEventInfo><publish_id>2247503051</publish_id><publish_status>2</publish_status>"
    "<fail_idx>1</fail_idx><fail_idx>2</fail_idx></PublishEventInfo>"
)
POPUP = (
    "<SubscribeMsgPopupEvent><List><TemplateId><![CDATA[VRR0UEO9VJOLs0MHlU0OilqX6MVFDwH3]]></TemplateId>"
    "<SubscribeStatusString><![CDATA[accept]]></SubscribeStatusString><PopupScene>2</PopupScene></List>"
    "<List><TemplateId><![CDATA[9nLIlbOQZC5Y89AZteFEux3WCXRRRG5W]]></TemplateId>"
    "<SubscribeStatusString><![CDATA[reject]]></SubscribeStatusString><PopupScene>2</PopupScene></List>"
    "</SubscribeMsgPopupEvent>"
)
CHANGE = (
    "<SubscribeMsgChangeEvent><List><TemplateId><![CDATA[VRR0UEO9VJOLs0MHlU0OilqX6MVFDwH3]]></TemplateId>"
    "<SubscribeStatusString><![CDATA[reject]]></SubscribeStatusString></List></SubscribeMsgChangeEvent>"
)
SENT = (
    "<SubscribeMsgSentEvent><List><TemplateId><![CDATA[VRR0UEO9VJOLs0MHlU0OilqX6MVFDwH3]]></TemplateId>"
    "<MsgID>1700827132819554304</MsgID><ErrorCode>0</ErrorCode>"
    "<ErrorStatus><![CDATA[success]]></ErrorStatus></List></SubscribeMsgSentEvent>"
)
CHANGED_PERSON = (
    "<OpenID><![CDATA[oaKk343WOktAaT2ygsX138BGblrg]]></OpenID><AppID><![CDATA[wx13974bf780d3dc89]]></AppID>"
    "<RevokeInfo><![CDATA[201]]></RevokeInfo>"
)
TEMPLATE = "VRR0UEO9VJOLs0MHlU0OilqX6MVFDwH3"

SAMPLES = {
    "text": (
        message("text", "<Content><![CDATA[this is a test]]></Content>"),
        messages.Text,
        {"content": "this is a test", "menu_id": ""},
    ),
    "text from an article": (
        message(
            "text",
            "<Content><![CDATA[你好]]></Content><MsgDataId>xxxx</MsgDataId><Idx>xxxx</Idx>",
        ),
        messages.Text,
        {"content": "你好"},
    ),
    "tap on a menu message": (
        message("text", "<Content><![CDATA[满意]]></Content><bizmsgmenuid>101</bizmsgmenuid>"),
        messages.Text,
        {"content": "满意", "menu_id": "101"},
    ),
    "image": (
        message("image", "<PicUrl><![CDATA[this is a url]]></PicUrl><MediaId><![CDATA[media_id]]></MediaId>"),
        messages.Image,
        {"pic_url": "this is a url", "media_id": "media_id"},
    ),
    "voice": (
        message("voice", "<MediaId><![CDATA[media_id]]></MediaId><Format><![CDATA[Format]]></Format>"),
        messages.Voice,
        {"media_id": "media_id", "format": "Format", "recognition": ""},
    ),
    "voice with a transcript": (
        message(
            "voice",
            "<MediaId><![CDATA[media_id]]></MediaId><Format><![CDATA[amr]]></Format>"
            "<Recognition><![CDATA[腾讯微信团队]]></Recognition>",
        ),
        messages.Voice,
        {"recognition": "腾讯微信团队"},
    ),
    "video": (
        message(
            "video",
            "<MediaId><![CDATA[media_id]]></MediaId><ThumbMediaId><![CDATA[thumb_media_id]]></ThumbMediaId>",
        ),
        messages.Video,
        {"media_id": "media_id", "thumb_media_id": "thumb_media_id"},
    ),
    "short video": (
        message(
            "shortvideo",
            "<MediaId><![CDATA[media_id]]></MediaId><ThumbMediaId><![CDATA[thumb_media_id]]></ThumbMediaId>",
        ),
        messages.ShortVideo,
        {"media_id": "media_id", "thumb_media_id": "thumb_media_id"},
    ),
    "location": (
        message(
            "location",
            "<Location_X>23.134521</Location_X><Location_Y>113.358803</Location_Y><Scale>20</Scale>"
            "<Label><![CDATA[位置信息]]></Label>",
        ),
        messages.Location,
        {"latitude": 23.134521, "longitude": 113.358803, "scale": 20, "label": "位置信息"},
    ),
    "location in the south west": (
        message(
            "location",
            "<Location_X>-23.5</Location_X><Location_Y>-46.6</Location_Y><Scale>16</Scale><Label/>",
        ),
        messages.Location,
        {"latitude": -23.5, "longitude": -46.6, "label": ""},
    ),
    "link": (
        message(
            "link",
            "<Title><![CDATA[公众平台官网链接]]></Title><Description><![CDATA[公众平台官网链接]]></Description>"
            "<Url><![CDATA[url]]></Url>",
        ),
        messages.Link,
        {"title": "公众平台官网链接", "description": "公众平台官网链接", "url": "url"},
    ),
    "a type of tomorrow": (message("hologram"), messages.UnknownMessage, {"type_name": "hologram"}),
    "subscribe": (
        event("subscribe"),
        messages.Subscribe,
        {"event": "subscribe", "scene": "", "ticket": ""},
    ),
    "subscribe by a scene code": (
        event("subscribe", f"<EventKey><![CDATA[qrscene_123123]]></EventKey>{TICKET}"),
        messages.Subscribe,
        {"scene": "123123", "ticket": "TICKET"},
    ),
    "unsubscribe": (event("unsubscribe"), messages.Unsubscribe, {"event": "unsubscribe"}),
    "scan": (
        event("SCAN", f"<EventKey><![CDATA[SCENE_VALUE]]></EventKey>{TICKET}"),
        messages.Scan,
        {"event": "scan", "scene": "SCENE_VALUE", "ticket": "TICKET"},
    ),
    "position report": (
        event(
            "LOCATION",
            "<Latitude>23.137466</Latitude><Longitude>113.352425</Longitude><Precision>119.385040</Precision>",
        ),
        messages.LocationReport,
        {"latitude": 23.137466, "longitude": 113.352425, "precision": 119.38504},
    ),
    "click": (event("CLICK", KEY), messages.Click, {"menu_key": "EVENTKEY"}),
    "view": (
        event("VIEW", "<EventKey><![CDATA[www.qq.com]]></EventKey><MenuId>MENUID</MenuId>"),
        messages.View,
        {"url": "www.qq.com", "menu_id": "MENUID"},
    ),
    "view of a mini program": (
        event(
            "view_miniprogram",
            "<EventKey><![CDATA[pages/index/index]]></EventKey><MenuId>MENUID</MenuId>",
        ),
        messages.View,
        {"url": "pages/index/index"},
    ),
    "scancode_push": (event("scancode_push", SCAN_INFO), messages.MenuAction, {"scan_result": "1"}),
    "scancode_waitmsg": (
        event("scancode_waitmsg", SCAN_INFO),
        messages.MenuAction,
        {"menu_key": "6", "scan_result": "1", "picture_count": 0},
    ),
    "pic_sysphoto": (event("pic_sysphoto", PICTURES), messages.MenuAction, {"picture_count": 2}),
    "pic_photo_or_album": (event("pic_photo_or_album", PICTURES), messages.MenuAction, {"menu_key": "6"}),
    "pic_weixin": (event("pic_weixin", PICTURES), messages.MenuAction, {"picture_count": 2, "label": ""}),
    "location_select": (
        event("location_select", PLACE),
        messages.MenuAction,
        {"label": " 广州市海珠区客村艺苑路 106号", "picture_count": 0},
    ),
    "mass send refused": (
        event("MASSSENDJOBFINISH", MASS),
        messages.MassSendFinished,
        {"msg_id": "1000001625", "status": "err(30003)", "article_urls": ("Url_1", "Url_2")},
    ),
    "mass send done": (
        event("MASSSENDJOBFINISH", MASS_TEXT),
        messages.MassSendFinished,
        {"status": "send success", "total": 11, "filtered": 9, "sent": 8, "errors": 1, "article_urls": ()},
    ),
    "template sent": (
        event("TEMPLATESENDJOBFINISH", "<MsgID>200163836</MsgID><Status><![CDATA[success]]></Status>"),
        messages.TemplateSendFinished,
        {"msg_id": "200163836", "status": "success"},
    ),
    "template blocked": (
        event(
            "TEMPLATESENDJOBFINISH", "<MsgID>200163840</MsgID><Status><![CDATA[failed:user block]]></Status>"
        ),
        messages.TemplateSendFinished,
        {"status": "failed:user block"},
    ),
    "published": (
        event("PUBLISHJOBFINISH", PUBLISHED),
        messages.PublishFinished,
        {
            "publish_id": "2247503051",
            "status": 0,
            "article_id": "b5O2OUs25HBxRceL7hfReg",
            "article_urls": ("ARTICLE_URL",),
            "failed_positions": (),
        },
    ),
    "not original": (
        event("PUBLISHJOBFINISH", NOT_ORIGINAL),
        messages.PublishFinished,
        {"status": 2, "article_id": "", "article_urls": (), "failed_positions": (1, 2)},
    ),
    "subscription popup": (
        event("subscribe_msg_popup_event", POPUP),
        messages.SubscribeNotice,
        {"outcomes": ((TEMPLATE, "accept", ""), ("9nLIlbOQZC5Y89AZteFEux3WCXRRRG5W", "reject", ""))},
    ),
    "subscription change": (
        event("subscribe_msg_change_event", CHANGE),
        messages.SubscribeNotice,
        {"outcomes": ((TEMPLATE, "reject", ""),)},
    ),
    "subscription sent": (
        event("subscribe_msg_sent_event", SENT),
        messages.SubscribeNotice,
        {"outcomes": ((TEMPLATE, "success", "0"),)},
    ),
    "user info modified": (
        event("user_info_modified", CHANGED_PERSON),
        messages.UserInfoModified,
        {"openid": "oaKk343WOktAaT2ygsX138BGblrg"},
    ),
    "authorization revoked": (
        event("user_authorization_revoke", CHANGED_PERSON),
        messages.AuthorizationRevoked,
        {"openid": "oaKk343WOktAaT2ygsX138BGblrg", "revoke_info": "201"},
    ),
    "an event of tomorrow": (event("Teleported", KEY), messages.UnknownEvent, {"event": "teleported"}),
}


@pytest.mark.parametrize("name", SAMPLES)
def test_the_documentations_sample_becomes_a_typed_value(name):
    body, kind, expected = SAMPLES[name]
    found = read(body)
    assert type(found) is kind
    assert {field: getattr(found, field) for field in expected} == expected
    assert (found.account_name, found.created) == ("gh_123456789abc", 1348831860)
    if "openid" not in expected:
        assert found.openid == "otFpruAK8D-E6EfStSYonYSBZ8_4"
    assert is_message(found) is (b"<Event>" not in body)
    with pytest.raises(dataclasses.FrozenInstanceError):
        found.openid = "somebody else"


def test_every_type_of_message_has_a_sample_and_a_kind_of_its_own():
    types = {value for value in vars(messages).values() if isinstance(value, type)}
    known = {kind for _, kind, _ in SAMPLES.values()}
    assert types - {messages.Inbound, messages.Event} == known
    kinds = [kind.kind for kind in known]
    assert len(kinds) == len(set(kinds))
    assert all(len(kind) <= 24 for kind in kinds)  # the column they are logged in


@pytest.mark.parametrize(
    "name", ["text", "image", "voice", "video", "location", "link", "subscribe", "scan", "click", "view"]
)
def test_wechatpy_reads_the_same_from_the_same_sample(name):
    body, _, _ = SAMPLES[name]
    ours, theirs = read(body), parse_message(body)
    assert (ours.openid, ours.account_name) == (theirs.source, theirs.target)
    assert ours.created == theirs.create_time.timestamp()
    if name == "text":
        assert ours.content == theirs.content


def test_the_transcript_is_what_a_voice_said():
    assert spoken_text(read(SAMPLES["voice with a transcript"][0])) == "腾讯微信团队"
    assert spoken_text(read(SAMPLES["voice"][0])) is None
    assert spoken_text(read(SAMPLES["text"][0])) == "this is a test"
    assert spoken_text(read(SAMPLES["image"][0])) is None
    blank = message(
        "voice", "<MediaId>m</MediaId><Format>amr</Format><Recognition><![CDATA[  ]]></Recognition>"
    )
    assert spoken_text(read(blank)) is None


# Keys: what names a message for ever.


def text_of(openid="oA", msg_id="1", created="100", content="你好", extra="") -> bytes:
    return (
        f"<xml><ToUserName>gh_1</ToUserName><FromUserName>{openid}</FromUserName><CreateTime>{created}</CreateTime>"
        f"<MsgType>text</MsgType><Content>{content}</Content><MsgId>{msg_id}</MsgId>{extra}</xml>"
    ).encode()


def event_of(name="CLICK", key="k", openid="oA", created="100", extra="") -> bytes:
    return (
        f"<xml><ToUserName>gh_1</ToUserName><FromUserName>{openid}</FromUserName><CreateTime>{created}</CreateTime>"
        f"<MsgType>event</MsgType><Event>{name}</Event><EventKey>{key}</EventKey>{extra}</xml>"
    ).encode()


@pytest.mark.parametrize(
    ("first", "again"),
    [
        (text_of(), text_of()),
        (text_of(), text_of(created="105")),
        (text_of(), text_of(extra="<MsgDataId>9</MsgDataId>")),
        (text_of(msg_id="7"), text_of(msg_id="007")),
        (text_of(msg_id="7"), text_of(msg_id=" 7 ")),
        (event_of(), event_of()),
    ],
)
def test_a_retry_has_the_key_of_the_first_try(first, again):
    assert read(first).key == read(again).key


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (text_of("oA"), text_of("oB")),
        (text_of(msg_id="1"), text_of(msg_id="2")),
        (text_of("oA1", "23"), text_of("oA", "123")),
        (event_of(key="k1"), event_of(key="k2")),
        (event_of("CLICK"), event_of("VIEW")),
        (event_of(created="100"), event_of(created="101")),
        (event_of(openid="oA"), event_of(openid="oB")),
        (
            event_of("LOCATION", extra="<Latitude>1.5</Latitude>"),
            event_of("LOCATION", extra="<Latitude>1.6</Latitude>"),
        ),
        (
            event_of("TEMPLATESENDJOBFINISH", "", extra="<MsgID>1</MsgID>"),
            event_of("TEMPLATESENDJOBFINISH", "", extra="<MsgID>2</MsgID>"),
        ),
        (event_of("subscribe", "", created="1"), text_of(msg_id="1", created="1")),
    ],
    ids=[
        "one MsgId of two followers",
        "two MsgIds",
        "no gluing of openid and MsgId",
        "two menu keys in one second",
        "click and view in one second",
        "two seconds",
        "two followers in one second",
        "two positions in one second",
        "two receipts in one second",
        "an event and a message",
    ],
)
def test_two_messages_never_share_a_key(one, other):
    assert read(one).key != read(other).key


def test_a_key_fits_its_column_and_tells_nothing():
    key = read(text_of("oSomebodySecret")).key
    assert len(key) == 32
    assert "Secret" not in key


# Numbers and fields that are none.


@pytest.mark.parametrize(
    "created", ["", " ", "abc", "-1", "+1", "1.5", "1e3", "0x10", "1_0", "１２３", "9" * 20, "9" * 5000]
)
def test_a_time_that_is_none_is_malformed_at_once(created):
    with pytest.raises(Malformed, match="bad_number"):
        read(text_of(created=created))


@pytest.mark.parametrize("msg_id", ["", "abc", "-1", "9" * 20, "1 2", "٣"])
def test_an_id_that_is_none_is_malformed_at_once(msg_id):
    with pytest.raises(Malformed, match="bad_number"):
        read(text_of(msg_id=msg_id))


def test_the_largest_numbers_the_platform_may_send_are_read():
    assert read(text_of(created="9" * 19, msg_id=str(2**63 - 1))).created == int("9" * 19)


@pytest.mark.parametrize("value", ["abc", "nan", "inf", "-inf", "1e400", "1e7", "--1", "1,5", "23.1.2"])
def test_a_place_that_is_none_is_malformed_at_once(value):
    with pytest.raises(Malformed, match="bad_number"):
        read(message("location", f"<Location_X>{value}</Location_X><Location_Y>1</Location_Y>"))


@pytest.mark.parametrize("position", ["9" * 5000, "x", "-1", "²"])
def test_an_absurd_position_in_a_publishing_result_is_malformed_at_once(position):
    inner = f"<PublishEventInfo><publish_status>2</publish_status><fail_idx>{position}</fail_idx></PublishEventInfo>"
    with pytest.raises(Malformed, match="bad_number"):
        read(event("PUBLISHJOBFINISH", inner))


@pytest.mark.parametrize("missing", ["ToUserName", "FromUserName", "CreateTime", "MsgType", "MsgId"])
def test_a_message_without_what_every_message_has_is_malformed(missing):
    body = (
        text_of().replace(f"<{missing}>".encode(), b"<Other>").replace(f"</{missing}>".encode(), b"</Other>")
    )
    with pytest.raises(Malformed):
        read(body)


@pytest.mark.parametrize("twice", ["ToUserName", "FromUserName", "CreateTime", "MsgType", "MsgId"])
def test_a_field_given_twice_is_malformed_and_not_a_matter_of_luck(twice):
    body = text_of(extra=f"<{twice}>1</{twice}>")
    with pytest.raises(Malformed):
        read(body)


def test_an_openid_longer_than_its_column_is_malformed():
    assert read(text_of("o" * 64)).openid == "o" * 64
    with pytest.raises(Malformed, match="missing_field"):
        read(text_of("o" * 65))
    changed = event("user_info_modified", f"<OpenID>{'o' * 65}</OpenID>")
    with pytest.raises(Malformed, match="missing_field"):
        read(changed)


@pytest.mark.parametrize("name", SAMPLES)
def test_nested_fields_where_text_belongs_do_not_break_the_reader(name):
    body, _, _ = SAMPLES[name]
    broken = body.replace(b"<EventKey>", b"<EventKey><a>1</a>").replace(b"<Content>", b"<Content><a>1</a>")
    broken = broken.replace(b"<MediaId>", b"<MediaId><a>1</a>").replace(b"<item>", b"<item>x")
    read(broken)
