"""Line 2: an answer is added and published, and everybody gets it in the chat within two seconds, from every web process."""

import time
from collections.abc import Sequence

from playwright.sync_api import expect

from proofs.console.judge import answered_by, percentile_ms
from proofs.console.story import Broken, Stage, Story, wait_until
from proofs.console.visitor import Visitor
from proofs.phone import ask, follow
from proofs.webhook.plan import Planned, Shape
from proofs.webhook.sender import Sender, Told
from simulator.messages import new_msg_id, text
from staff.roles import Role

WITHIN_S = 2.0
_LEAST = 20
_MOST = 200
_PLACES = ("码头", "纺织城", "机修厂", "老车站", "职工书屋", "工人文化宫", "体育馆", "疗养院")


def add_answer(story: Story) -> None:
    """新建一条问答并上线，两秒内在聊天里、在每个进程里都是新的."""
    place = _PLACES[story.number % len(_PLACES)] + ("东口" if story.phone else "西口")
    question, answer = (
        f"去{place}的班车几点发车",
        f"去{place}的班车七点{story.number:02d}分发车，在北门上车。",
    )
    follower = story.visitor()
    follow(follower.page, f"阿强{story.number}")
    visitor = story.visitor()
    visitor.sign_in(story.stage.people.add(Role.EDITOR, Role.FINAL))
    visitor.open_part("问答")
    fill_new(visitor, question, answer)
    published_at = publish(visitor)
    took_s = wait_for_answer(follower, question, answer, published_at)
    story.holds("late", took_s <= WITHIN_S, f"{took_s:.1f} s")
    story.sees("not_said", visitor.page.get_by_role("status").filter(has_text="已上线"))
    visitor.look("一条问答（已上线）")
    wait_until(published_at + WITHIN_S)
    told = ask_every_process(story, question)
    for one in told:
        story.holds("old_answer", answer in one.tries[-1].text, one.tries[-1].text or one.tries[-1].problem)
    times = percentile_ms([one.tries[-1].took_s for one in told])
    story.stage.findings.figure(story.line, in_the_chat_after_s=round(took_s, 2), asked=len(told), **times)


def fill_new(visitor: Visitor, question: str, answer: str) -> None:
    """The form of a new entry, as far as typing."""
    visitor.page.get_by_role("link", name="新建问答").first.click()
    visitor.page.locator("#question").fill(question)
    visitor.page.locator("#answer").fill(answer)
    visitor.look("新建问答")


def publish(visitor: Visitor) -> float:
    """Press the button; returns when it was answered, of `time.monotonic()`."""
    with visitor.page.expect_response(lambda one: one.request.method == "POST") as answered:
        visitor.page.get_by_role("button", name="保存并上线").click()
    at = time.monotonic()
    if answered.value.status != 302:
        expect(visitor.page.get_by_role("alert").first).to_be_visible()
        raise Broken(
            "not_published",
            f"{answered.value.status}: {visitor.page.get_by_role('alert').first.inner_text()}",
        )
    return at


def wait_for_answer(follower: Visitor, question: str, answer: str, since: float) -> float:
    """Ask again and again until it is the new one; returns after how many seconds it came, at most ten."""
    while answer not in ask(follower.page, question) and time.monotonic() < since + 10:
        pass
    return time.monotonic() - since


def ask_every_process(story: Story, question: str) -> list[Told]:
    """Ask as different followers on fresh connections until each web process has answered, and twenty times at least."""
    sender, told, openids = Sender(story.stage.stack.account), list[Told](), list[str]()
    while len(told) < _MOST:
        openid = f"oproof{story.line}{story.number}{int(story.phone)}n{len(told):04d}"
        openids.append(openid)
        shape = Shape("text", question, text(question))
        told.append(sender.send(Planned(len(told), openid, shape, "once", 0.0, new_msg_id())))
        if len(told) >= _LEAST and all(_by_process(story.stage, openids).values()):
            break
    by_process = _by_process(story.stage, openids)
    story.holds("process_not_reached", len(by_process) > 1 and all(by_process.values()), str(by_process))
    story.stage.findings.figure(story.line, by_process=sorted(by_process.values()))
    return told


def _by_process(stage: Stage, openids: Sequence[str]) -> dict[int, int]:
    """A process keeps its segment of the journal as long as it lives, whoever has read it."""
    folder = stage.stack.settings.var_dir / "journal"
    segments = dict.fromkeys(stage.stack.web_workers(), b"")
    for path in folder.glob("*.jsonl"):
        pid = int(path.stem.rpartition("-")[2])
        if pid in segments:
            segments[pid] += path.read_bytes()
    return answered_by(segments, openids)
