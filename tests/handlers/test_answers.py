"""What a follower gets for what they send, through the real application: routing, conversation, retries, failures."""

import pytest

from chat.answer import PASS, Reply, Talk, say
from chat.turn import Hook
from core.errors import Closed
from models.members import Member
from models.messages import MessageLog
from models.wall import HelpRequest
from simulator import wire
from tests.handlers.conftest import ANNA, BERT
from wechat.replies import NewsReply, TextReply


def test_smoke(ours):
    for q in ("公司收了我1000元保证金，合法吗？", "试用期", "你好", "在吗", "宇宙有多大", "东港区", "人工", "驿站", "?", "加班","试用期工资","试用期多久"):
        print(q, "->", ours.say(q)[:150].replace("\n", "/"))
