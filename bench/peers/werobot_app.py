"""WeRoBot with its Redis session, answering a keyword, under Flask as its documentation shows."""

import os
from typing import Any

from flask import Flask
from redis import Redis
from werobot import WeRoBot
from werobot.contrib.flask import make_view
from werobot.session.redisstorage import RedisStorage

robot = WeRoBot(
    token=os.environ["BENCH_TOKEN"],
    encoding_aes_key=os.environ["BENCH_AES_KEY"],
    app_id=os.environ["BENCH_APPID"],
    enable_session=True,
    session_storage=RedisStorage(Redis.from_url(os.environ["REDIS_URL"])),
)


@robot.filter("你好")  # type: ignore[untyped-decorator]
def greet(message: object, session: dict[str, int]) -> str:
    session["count"] = session.get("count", 0) + 1
    return "您好！我是静静。劳动权益的事尽管问，用大白话就行。例如：公司不签合同怎么办？"


app = Flask(__name__)
view = make_view(robot)


@app.route("/wechat/<_account>", methods=["GET", "POST"])
def serve(_account: str) -> Any:
    return view()
