"""One process of the stampede: `python stampede.py SOCKET URL START THREADS` calls at START and prints what came of it."""

import json
import sys
import threading
import time

import redis
from wechat_api.fake import APPID, SECRET

from wechat.client import Credentials, WeChatAPI
from wechat.errors import WeChatError
from wechat.tokens import TokenStore


def main(socket: str, url: str, start: float, threads: int) -> None:
    client = redis.Redis(unix_socket_path=socket, socket_timeout=2)
    api = WeChatAPI(
        Credentials(APPID, SECRET), token_store=TokenStore(client), base_url=url, sleep=lambda _: None
    )
    outcomes: list[str] = []
    gate = threading.Barrier(threads)

    def call() -> None:
        gate.wait()
        time.sleep(max(0.0, start - time.time()))
        try:
            api.call("GET", "/cgi-bin/draft/count")
            outcomes.append("ok")
        except WeChatError as error:
            outcomes.append(f"{error.kind}: {error}")

    workers = [threading.Thread(target=call) for _ in range(threads)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    print(json.dumps(outcomes, ensure_ascii=False))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], float(sys.argv[3]), int(sys.argv[4]))
