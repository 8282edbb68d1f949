"""The blacklist: as the platform's own API keeps it, through an unmodified wechatpy; and what it does to messages."""

import pytest
from wechatpy import WeChatClient
from wechatpy.exceptions import WeChatClientException

from tests.simulator.conftest import Api, Hook, Person

ADD = "/cgi-bin/tags/members/batchblacklist"
LIST = "/cgi-bin/tags/members/getblacklist"


def test_people_are_put_on_the_list_and_taken_off(wechat: WeChatClient, people: list[Person]) -> None:
    openids = [person.openid for person in people[:2]]

    wechat.tag.batch_black_list(openids)
    wechat.tag.batch_black_list(openids[:1])
    listed = wechat.tag.get_black_list()
    assert (listed["total"], listed["data"]["openid"]) == (2, openids)
    assert wechat.tag.get_black_list(openids[0])["data"]["openid"] == openids[1:]
    wechat.tag.batch_unblack_list(openids[:1])
    assert wechat.tag.get_black_list()["data"]["openid"] == openids[1:]


def test_an_empty_list_has_no_data(api: Api) -> None:
    assert api.post(LIST, begin_openid="") == {"total": 0, "count": 0, "next_openid": ""}


@pytest.mark.parametrize(
    ("openids", "errcode"), [([], 40032), (["o"] * 21, 40032), (["oNobody"], 40003), ("x", 40032)]
)
def test_a_bad_list_is_refused(api: Api, openids: object, errcode: int) -> None:
    assert api.code(ADD, openid_list=openids) == errcode
    assert api.post(LIST)["total"] == 0


def test_a_stranger_is_refused_by_the_client_library(wechat: WeChatClient) -> None:
    with pytest.raises(WeChatClientException):
        wechat.tag.batch_black_list(["oNobody"])


def test_what_somebody_on_the_list_writes_is_not_passed_on(api: Api, person: Person, hook: Hook) -> None:
    before = len(hook.messages)
    api.post(ADD, openid_list=[person.openid])

    assert person.say("你好")["status"] == "silent"
    assert len(hook.messages) == before

    api.post("/cgi-bin/tags/members/batchunblacklist", openid_list=[person.openid])
    person.say("又好了")
    assert len(hook.messages) == before + 1
