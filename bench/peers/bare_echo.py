"""The peer of 1.0: bare Flask + wechatpy, an encrypted echo that checks nothing beyond the signature and keeps nothing."""

import os

from flask import Flask, Response, request
from wechatpy import parse_message
from wechatpy.crypto import WeChatCrypto
from wechatpy.replies import create_reply

app = Flask(__name__)
crypto = WeChatCrypto(os.environ["BENCH_TOKEN"], os.environ["BENCH_AES_KEY"], os.environ["BENCH_APPID"])


@app.post("/wechat/<_account>")
def echo(_account: str) -> Response:
    args = request.args
    timestamp, nonce = args["timestamp"], args["nonce"]
    message = parse_message(crypto.decrypt_message(request.data, args["msg_signature"], timestamp, nonce))
    reply = create_reply(message.content, message).render()
    return Response(crypto.encrypt_message(reply, nonce, timestamp), content_type="application/xml")
