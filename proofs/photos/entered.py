"""Authors hand in over HTTP, several at once, while web processes are killed: every picture that was acknowledged is there, whole,
its original byte for byte; no process takes more memory than it may.
"""

import os
import random
import signal
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from threading import Event, Thread
from typing import TypeVar

from PIL import Image
from sqlalchemy import select

from campaigns.kinds.photo.keeping import Keeper
from campaigns.kinds.photo.tables import PhotoPicture, PhotoWork
from core.errors import DomainError
from pictures.vault import Vault
from proofs.findings import Findings
from proofs.photos.scenes import draw_again, draw_scene
from proofs.photos.world import GROUPS, Place, Unanswered
from proofs.processes import resident_kb
from proofs.run import Run, say
from web.storage import MediaStore

T = TypeVar("T")
LINE = "entered"
AUTHORS_AT_ONCE = 8
PLANTED = 20
"""One entry in so many is another's picture again."""
_PAUSE_S = 0.2
_GIVES_UP_S = 120.0
_MOST_MB = 400
_KILL_EACH_S = (4.0, 8.0)


@dataclass(frozen=True, slots=True)
class Sent:
    """A picture that was acknowledged."""

    picture_id: str
    seed: int
    again: bool


@dataclass(slots=True)
class Log:
    """Of one author after the other."""

    sent: list[Sent] = field(default_factory=list)
    handed_in: int = 0
    requests: int = 0
    unanswered: int = 0
    refused: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Watch:
    """Kills web workers, and looks how large they become."""

    place: Place
    dice: random.Random
    kills: int = 0
    largest_mb: float = 0.0

    def run(self, over: Event) -> None:
        due = time.monotonic() + self.dice.uniform(*_KILL_EACH_S)
        while not over.wait(0.25):
            workers = self.place.stack.web_workers()
            self.largest_mb = max([self.largest_mb, *(resident_kb(pid) / 1024 for pid in workers)])
            if time.monotonic() < due or not self.place.stack.is_ready():
                continue
            os.kill(
                workers[0], signal.SIGKILL
            )  # a child of our own granian, the one that has been there longest
            self.kills += 1
            due = time.monotonic() + self.dice.uniform(*_KILL_EACH_S)


def prove(run: Run, findings: Findings, place: Place, entries: int) -> None:
    say(f"{AUTHORS_AT_ONCE} 个人同时交稿，一共 {entries} 件，其间杀 web 进程")
    began, over = time.monotonic(), Event()
    watch = Watch(place, run.chance("kills"))
    watching = Thread(target=watch.run, args=(over,))
    watching.start()
    try:
        logs = _enter_all(run, place, entries)
    finally:
        over.set()
        watching.join()
    took_s = time.monotonic() - began
    sent = [one for log in logs for one in log.sent]
    findings.attempted(LINE, sum(log.requests for log in logs))
    for what in (one for log in logs for one in log.refused):
        findings.violated(LINE, "refused", what)
    if watch.largest_mb >= _MOST_MB:
        findings.violated(LINE, "memory", f"{watch.largest_mb:.0f} MB")
    _judge(findings, place, sent)
    if (handed_in := _count_handed_in(place)) != entries and not run.control:
        findings.violated(LINE, "entries", f"{handed_in} of {entries} were handed in")
    findings.figure(
        LINE,
        entries=handed_in,
        acknowledged=len(sent),
        kills=watch.kills,
        unanswered=sum(log.unanswered for log in logs),
        largest_process_mb=round(watch.largest_mb),
        per_second=round(len(sent) / took_s, 1),
    )


def _enter_all(run: Run, place: Place, entries: int) -> list[Log]:
    with ThreadPoolExecutor(AUTHORS_AT_ONCE) as pool:
        shares = [range(first, entries, AUTHORS_AT_ONCE) for first in range(AUTHORS_AT_ONCE)]
        works = [pool.submit(_enter, run, place, share) for share in shares]
        return [work.result() for work in works]


def _enter(run: Run, place: Place, share: range) -> Log:
    log = Log()
    for number in share:
        _enter_one(run, place, log, number)
        if len(share) > 100 and number // AUTHORS_AT_ONCE % 100 == 0 and share[0] == 0:
            say(f"  已交约 {number} 件")
    return log


def picture_of(run: Run, number: int) -> Sent:
    """Which picture an entry has; the first ones are all their own."""
    planted = number >= PLANTED and number % PLANTED == PLANTED - 1
    seed = run.seed * 1_000_000 + (number - PLANTED + 1 if planted else number)
    return Sent("", seed, planted)


def bytes_of(wanted: Sent) -> bytes:
    data = draw_scene(wanted.seed)
    return draw_again(data, wanted.seed) if wanted.again else data


def _enter_one(run: Run, place: Place, log: Log, number: int) -> None:
    openid, group = f"oauthor{number:024}", GROUPS[number % len(GROUPS)]
    wanted = picture_of(run, number)
    data = bytes_of(wanted)
    work_id = _until_told(log, lambda: place.begin(openid, group))
    if work_id is None:
        return
    told = _until_told(log, lambda: place.send_picture(openid, work_id, f"picture-{number:08}", data))
    if told is None:
        return
    log.sent.append(Sent(str(told["id"]), wanted.seed, wanted.again))
    version = int(told["version"])

    def hand_in() -> bool:
        place.hand_in(openid, work_id, version, f"第 {number} 个瞬间", group)
        return True

    log.handed_in += bool(_until_told(log, hand_in))


def _until_told(log: Log, ask: Callable[[], T]) -> T | None:
    """The same request again until it is answered, as the page does; None where it is refused."""
    until = time.monotonic() + _GIVES_UP_S
    why = ""
    while time.monotonic() < until:
        log.requests += 1
        try:
            return ask()
        except Unanswered as error:
            why = str(error)
            log.unanswered += 1
            if why.startswith("4"):
                break
        time.sleep(_PAUSE_S)
    log.refused.append(why or "never answered")
    return None


def _judge(findings: Findings, place: Place, sent: list[Sent]) -> None:
    """Each acknowledged picture: its row, its public copy in both sizes, its original byte for byte."""
    settings = place.settings
    media = MediaStore(settings.var_dir / "media")
    keeper = Keeper(Vault(settings.var_dir / "originals", settings.secret_key), media)
    rows = {row.public_id: row for row in _rows(place)}
    for one in sent:
        findings.attempted("safe")
        row = rows.get(one.picture_id)
        if row is None:
            findings.violated("safe", "lost", f"{one.picture_id}: no row")
            continue
        for what in _faults(keeper, media, row, one):
            findings.violated("safe", what, one.picture_id)


def _faults(keeper: Keeper, media: MediaStore, row: PhotoPicture, one: Sent) -> Iterator[str]:
    for what, path in (("no_copy", media.find(row.name)), ("no_small", media.find_small(row.name))):
        if path is None:
            yield what
            continue
        try:
            with Image.open(path) as picture:
                picture.load()
        except OSError:
            yield f"broken{what[2:]}"
    try:
        original = b"".join(keeper.original(row.original))
    except DomainError:
        yield "no_original"
        return
    if original != bytes_of(one):
        yield "another_original"


def _rows(place: Place) -> list[PhotoPicture]:
    campaign = place.campaign
    with place.db.read() as session:
        query = select(PhotoPicture).where(
            PhotoPicture.account_id == campaign.account_id, PhotoPicture.campaign_id == campaign.id
        )
        return list(session.scalars(query))


def _count_handed_in(place: Place) -> int:
    campaign = place.campaign
    with place.db.read() as session:
        query = select(PhotoWork.id).where(
            PhotoWork.account_id == campaign.account_id,
            PhotoWork.campaign_id == campaign.id,
            PhotoWork.state == "waiting",
        )
        return len(list(session.scalars(query)))
