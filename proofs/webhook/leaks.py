"""Line 5: no log of any process holds a secret or the name of a follower."""

import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing
from pathlib import Path

from proofs.findings import Findings
from proofs.run import say
from proofs.stack import Stack, postgres_log
from proofs.webhook.people import People

_LINE = "leaks"
_MUST_SAY = {"web": "callback_refused", "worker": "job_done"}
"""Words that the logs do have: an empty file would show nothing."""


def prove(findings: Findings, stack: Stack, people: People) -> None:
    logs = [*sorted(stack.logs.iterdir()), *filter(None, [postgres_log(stack.engine)])]
    secrets = dict(_secrets(stack)) | {f"openid {n}": openid for n, openid in enumerate(people.openids)}
    say(f"{_LINE}：在 {len(logs)} 份日志里查找 {len(secrets)} 个不该出现的值")
    size = 0
    for path in logs:
        text = path.read_text("utf-8", errors="replace")
        size += len(text)
        findings.attempted(_LINE, len(secrets))
        for name, line in find_leaks(text, secrets):
            findings.violated(_LINE, "found", f"{name} in the log of {_name(path)}: {line}")
        word = _MUST_SAY.get(path.stem)
        if word is not None and word not in text:
            findings.violated(_LINE, "empty", f"the log of {path.stem} does not say {word}")
    findings.figure(_LINE, logs=len(logs), characters=size, looked_for=len(secrets))


def _secrets(stack: Stack) -> Iterator[tuple[str, str]]:
    account = stack.account
    yield "token", account.credentials.token
    yield "secret", account.secret
    yield "aes_key", account.credentials.aes_key
    yield "SECRET_KEY", stack.settings.secret_key
    with closing(sqlite3.connect(stack.folder / "simulator.sqlite3")) as platform:
        tokens = platform.execute("SELECT token FROM tokens").fetchall()
    for number, (token,) in enumerate(tokens):
        yield f"access token {number}", token


def _name(path: Path) -> str:
    return path.stem if path.suffix else "postgres"


def find_leaks(text: str, secrets: Mapping[str, str]) -> list[tuple[str, str]]:
    """Name of each secret that is in `text`, and the first line with it, without it."""
    return [(name, _where(text, secret)) for name, secret in secrets.items() if secret in text]


def _where(text: str, secret: str) -> str:
    at = text.index(secret)
    line = text[text.rfind("\n", 0, at) + 1 : text.find("\n", at)]
    return line.replace(secret, "…")[:200]
