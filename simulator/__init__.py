"""A WeChat of one's own: the platform API and a phone, in one small process.

It stands where `api.weixin.qq.com` and a worker's phone stand in production: it signs and encrypts real callbacks to
the webhook, checks and shows the answers, and serves the platform API that an official-account client calls. It is
for development, tests and demonstrations. It imports nothing of the app: its crypto and XML are written a second
time on purpose, so that a mistake on either side shows.

`python -m simulator --help` starts it; `simulator.wire` and `simulator.messages` build signed messages for tests and
proofs; `simulator.traffic.run` sends many of them.
"""
