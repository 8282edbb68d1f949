"""Line 6: forms of a foreign site, a planted session, a code used twice, guessed passwords, a session that was ended."""

import re
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor

from playwright.sync_api import Response, expect
from sqlalchemy import text

from proofs.console.foreign import foreign_site, form_page
from proofs.console.people import Person, code_of
from proofs.console.story import OURS, Hand, Story
from proofs.console.visitor import Visitor
from staff.guard import COOKIE
from staff.roles import Role
from staff.sessions import csrf_token

_TRIES = 5
_AT_ONCE = 12
_LOCKED = "试错的次数太多"


def send_foreign_forms(story: Story) -> None:
    """别的网站替登录着的人提交表单."""
    visitor = story.visitor()
    visitor.sign_in(story.stage.people.add(Role.EDITOR, Role.FINAL))
    stage, hand = story.stage, Hand(story.stage.url, visitor.token)
    own = _rule_form(f"foreign-{story.number}-{story.phone}")
    forms: dict[str, Mapping[str, str]] = {
        f"{stage.union}/rules/edit": own,
        f"{stage.union}/entries/new": {"question": "外来的问题", "answer": "外来的答案", "go": "live"},
        f"{stage.account}/menu": {"version": "0", "tree": "[]"},
        f"{stage.account}/menu/release": {"version": "0"},
        "/console/me/sessions/end": {},
        "/console/signout": {},
        "/console/signin": {"login": "demo", "password": "planted"},
    }
    before = _content(story)
    with foreign_site() as site:
        carried = [_carried(story, visitor, site, path, fields) for path, fields in forms.items()]
    _send_by_hand(story, hand, visitor.token, own)
    story.holds("changed_something", _content(story) == before, "content is another one")
    story.holds("signed_out", hand.is_in(), "the session is gone")
    done = hand.post(f"{stage.union}/rules/edit", own)
    story.holds("own_form_refused", done.status_code == 302, str(done.status_code))
    stage.findings.figure(story.line, foreign_forms_with_cookie=sum(carried))


def plant_a_session(story: Story) -> None:
    """登录前被人放进浏览器的会话，登录后不能用."""
    attacker, victim = story.stage.people.add(Role.VIEWER), story.stage.people.add(Role.EDITOR)
    own = story.visitor()
    own.sign_in(attacker)
    for planted in ("planted-" + "x" * 35, own.token):
        visitor = story.visitor()
        visitor.context.add_cookies([{"name": COOKIE, "value": planted, "url": f"{visitor.url}/console/"}])
        visitor.sign_in(victim, door="/console/signin")
        story.holds("fixed", visitor.token not in ("", planted), "the planted cookie is the session")
        shown = Hand(story.stage.url, planted).get("/console/").text
        story.holds("planted_is_good", victim.name not in shown, "the planted session is the victim's")


def use_a_code_twice(story: Story) -> None:
    """同一个验证码用第二次."""
    admin = story.stage.people.add(Role.ADMIN)
    code = code_of(admin.secret, time.time())
    first, second = story.visitor(), story.visitor()
    first.say_who(admin)
    first.show_code(code)
    expect(first.page.locator("details.who summary")).to_have_text(admin.name)
    second.say_who(admin)
    second.show_code(code)
    story.sees("no_reason", second.page.get_by_role("alert"), "已经用过")
    second.look("两步验证（用过的码）")
    story.holds("replayed", not second.token, "signed in with a used code")
    _race(story)


def guess_a_password(story: Story) -> None:
    """反复猜密码."""
    victim, other = (story.stage.people.add(Role.VIEWER) for _ in range(2))
    visitor = story.visitor()
    for number in range(_TRIES):
        visitor.say_who(victim, f"wrong-guess-{number}")
        story.sees("no_reason", visitor.page.get_by_role("alert"), "用户名或密码不对")
    visitor.say_who(victim, "wrong-guess-again")
    story.sees("not_locked", visitor.page.get_by_role("alert"), _LOCKED)
    visitor.look("登录（锁定）")
    visitor.say_who(victim)
    story.sees("lock_ignored", visitor.page.get_by_role("alert"), _LOCKED)
    story.holds("lets_in", not visitor.token, "signed in while locked")
    visitor.sign_in(other)
    tried = _at_once(lambda number: _sign_in(story, Person("guessed-at-once", ""), f"guess-{number}"))
    passed = sum(one != 429 for one in tried)
    story.holds("many_at_once", passed <= _TRIES, f"{passed} tries were let through")


def use_an_ended_session(story: Story) -> None:
    """退出以后、在别处被退出以后，旧的会话还能不能用."""
    person = story.stage.people.add(Role.EDITOR)
    here, there = story.visitor(), story.visitor()
    for visitor in (here, there):
        visitor.sign_in(person)
    ours, theirs = (Hand(story.stage.url, one.token) for one in (here, there))
    story.holds("not_signed_in", ours.is_in() and theirs.is_in(), "before the end")
    here.page.goto("/console/me/sessions")
    here.look("登录的设备")
    here.page.get_by_role("button", name=re.compile("其他")).click()
    story.sees("not_told", here.page.get_by_role("heading", name="登录的设备"))
    story.holds("other_lives", not theirs.is_in(), "the other browser's session")
    story.holds("own_ended", ours.is_in(), "one's own session")
    here.sign_out()
    story.holds("signed_out_lives", not ours.is_in(), "the session after signing out")
    here.page.go_back()
    story.holds("back_shows_it", person.name not in here.page.content(), "the browser's way back")


def _carried(story: Story, visitor: Visitor, site: str, path: str, fields: Mapping[str, str]) -> bool:
    """Open the foreign page, which sends its form; returns whether the browser sent the session's cookie along."""

    def is_answer(one: Response) -> bool:
        return one.request.method == "POST" and one.url == f"{visitor.url}{path}"

    with visitor.page.expect_response(is_answer) as answered:
        visitor.page.goto(form_page(site, f"{visitor.url}{path}", fields), wait_until="commit")
    response = answered.value
    visitor.page.wait_for_load_state()
    story.holds("foreign_form_taken", response.status == 403, f"{path}: {response.status}")
    story.sees("no_reason", visitor.page.get_by_text("不是从后台页面发出的"))
    return COOKIE in response.request.all_headers().get("cookie", "")


def _send_by_hand(story: Story, hand: Hand, token: str, fields: Mapping[str, str]) -> None:
    """What older browsers and forgers send."""
    right, ours = csrf_token(token), story.stage.url
    wrong: tuple[tuple[str, dict[str, str], str], ...] = (
        ("foreign origin", {"Origin": "https://evil.example"}, right),
        ("no origin at all", {"Origin": "null"}, right),
        ("our name in theirs", {"Origin": f"{ours}.evil.example"}, right),
        ("another site", {"Sec-Fetch-Site": "cross-site", "Origin": ours}, right),
        ("another port", {"Sec-Fetch-Site": "same-site", "Origin": ours}, right),
        ("no token", dict(OURS), ""),
        ("somebody else's token", dict(OURS), csrf_token("another session")),
    )
    for name, headers, csrf in wrong:
        sent = hand.post_as(f"{story.stage.union}/rules/edit", headers, {**fields, "csrf": csrf})
        story.holds("forged_form_taken", sent.status_code == 403, f"{name}: {sent.status_code}")


def _race(story: Story) -> None:
    """One code, shown by many at the same moment: one of them is let in."""
    admin = story.stage.people.add(Role.ADMIN)
    hand = Hand(story.stage.url)
    asked = hand.post("/console/signin", {"login": admin.login, "password": admin.password})
    found = re.search(r'name="pending" value="([^"]+)"', asked.text)
    sent = {"pending": found[1] if found else "", "code": code_of(admin.secret, time.time())}
    answers = _at_once(lambda _number: hand.post("/console/signin/code", sent).status_code, _TRIES)
    story.holds("code_good_for_many", answers.count(302) == 1, str(sorted(answers)))


def _sign_in(story: Story, person: Person, password: str) -> int:
    sent = {"login": person.login, "password": password}
    return Hand(story.stage.url).post("/console/signin", sent).status_code


def _at_once(send: Callable[[int], int], count: int = _AT_ONCE) -> list[int]:
    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(send, range(count)))


def _rule_form(code: str) -> dict[str, str]:
    return {
        "code": code,
        "version": "0",
        "match": "exact",
        "keywords": code,
        "priority": "0",
        "reply.kind": "text",
        "reply.text": "外来的回复",
        "do": "save",
    }


_CONTENT = (
    "menu_versions",
    "menu_drafts",
    "menu_changes",
    "entries",
    "entry_drafts",
    "keyword_rules",
    "grants",
)


def _content(story: Story) -> dict[str, str]:
    """All that foreign forms wanted to change, by table."""
    with story.stage.stack.engine.connect() as connection:
        return {
            table: str(
                connection.execute(
                    text(f"SELECT md5(string_agg(one::text, '|' ORDER BY one::text)) FROM {table} AS one")
                ).scalar()
            )
            for table in _CONTENT
        }
