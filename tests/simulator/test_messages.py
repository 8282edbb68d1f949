"""Every message and event is what wechatpy's parser expects, or, where it lacks one, what the platform's page shows."""

import pytest
from wechatpy import parse_message

from simulator import messages
from simulator.wire import Fields, parse_xml


def composed(fields: Fields, msg_id: int | None = 64) -> str:
    return messages.compose(fields, to="gh_1", sender="oFollower", at_s=1_700_000_000, msg_id=msg_id)


@pytest.mark.parametrize(
    ("fields", "kind", "expected"),
    [
        (messages.text("你好"), "text", {"content": "你好"}),
        (messages.image("http://p", "M"), "image", {"image": "http://p", "media_id": "M"}),
        (messages.voice("M", recognition="加班费"), "voice", {"media_id": "M", "format": "amr", "recognition": "加班费"}),
        (messages.voice("M"), "voice", {"recognition": None}),
        (messages.video("M", "T"), "video", {"media_id": "M", "thumb_media_id": "T"}),
        (messages.video("M", "T", short=True), "shortvideo", {"media_id": "M"}),
        (messages.location(34.2, 108.9, "西安"), "location", {"label": "西安", "scale": "16", "location": ("34.2", "108.9")}),
        (messages.link("题", "述", "http://u"), "link", {"title": "题", "description": "述", "url": "http://u"}),
    ],
)  # fmt: skip
def test_messages(fields: Fields, kind: str, expected: dict[str, object]) -> None:
    message = parse_message(composed(fields))

    assert message.type == kind
    assert (message.id, message.source, message.target) == (64, "oFollower", "gh_1")
    for name, value in expected.items():
        assert getattr(message, name) == value


@pytest.mark.parametrize(
    ("fields", "event", "expected"),
    [
        (messages.subscribe(), "subscribe", {}),
        (messages.subscribe(scene="park", ticket="T"), "subscribe_scan", {"scene_id": "park", "ticket": "T"}),
        (messages.unsubscribe(), "unsubscribe", {}),
        (messages.scan("park", "T"), "scan", {"scene_id": "park", "ticket": "T"}),
        (messages.click("KEY"), "click", {"key": "KEY"}),
        (messages.view("http://u"), "view", {"url": "http://u"}),
        (messages.location_report(34.2, 108.9, 20.0), "location", {"latitude": 34.2, "precision": 20.0}),
        (
            messages.mass_finished(9, status="send success", total=4, filtered=3, sent=2, errors=1, urls=["u"]),
            "masssendjobfinish",
            {"id": 9, "status": "send success", "total": 4, "filter_count": 3, "sent": 2, "error": 1},
        ),
        (messages.template_finished(9, "success"), "templatesendjobfinish", {"id": 9, "status": "success"}),
    ],
)  # fmt: skip
def test_events(fields: Fields, event: str, expected: dict[str, object]) -> None:
    xml = composed(fields, None)
    message = parse_message(xml)

    assert "MsgId" not in parse_xml(xml)
    assert message.event == event
    for name, value in expected.items():
        if hasattr(message, name):
            assert getattr(message, name) == value


def test_a_tap_on_a_menu_message_names_its_item() -> None:
    assert parse_xml(composed(messages.text("满意", menu_id="101")))["bizmsgmenuid"] == "101"


def test_the_end_of_a_mass_send_lists_its_articles() -> None:
    done = messages.mass_finished(
        9, status="send success", total=1, filtered=1, sent=1, errors=0, urls=["u1", "u2"]
    )
    result = parse_xml(composed(done, None))["ArticleUrlResult"]

    assert result["Count"] == "2"
    assert [item["ArticleUrl"] for item in result["ResultList"]["item"]] == ["u1", "u2"]


def test_the_end_of_a_publication() -> None:
    done = parse_xml(composed(messages.publish_finished(5, 0, article_id="A", urls=["u"]), None))[
        "PublishEventInfo"
    ]
    failed = parse_xml(composed(messages.publish_finished(5, 2, failed=[1, 2]), None))["PublishEventInfo"]

    assert done["article_detail"] == {"count": "1", "item": {"idx": "1", "article_url": "u"}}
    assert (failed["publish_status"], failed["fail_idx"]) == ("2", ["1", "2"])


def test_subscription_notices() -> None:
    popup = parse_xml(composed(messages.subscribe_popup("T", accepted=False), None))
    change = parse_xml(composed(messages.subscribe_change("T"), None))
    sent = parse_xml(composed(messages.subscribe_sent("T", 9), None))

    assert popup["SubscribeMsgPopupEvent"]["List"]["SubscribeStatusString"] == "reject"
    assert change["Event"] == "subscribe_msg_change_event"
    assert sent["SubscribeMsgSentEvent"]["List"]["ErrorStatus"] == "success"


def test_message_ids_are_unique_and_fit_64_bits() -> None:
    ids = [messages.new_msg_id() for _ in range(5000)]

    assert len(set(ids)) == len(ids)
    assert max(ids) < 2**63
