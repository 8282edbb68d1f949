"""Somebody at a browser. Whatever goes wrong on a page is noted by itself, wherever the story has got to."""

import time
from collections import Counter

from playwright.sync_api import Browser, ConsoleMessage, Page, Request, Response, WebError, expect

from proofs.browser import DESK, PHONE, WECHAT_AGENT, grave_findings, is_outside
from proofs.console.people import NEW_PASSWORD, Person, code_of
from proofs.findings import Findings
from staff.guard import COOKIE

_LINE = "pages"
_REFUSALS = "Failed to load resource: the server responded with a status of 4"
_PLATFORM = 502
"""The platform refused, and the page says so."""
_OVERHANG = "() => document.documentElement.scrollWidth - window.innerWidth"


class Pages:
    """What was seen of pages, of all visitors together."""

    def __init__(self, findings: Findings) -> None:
        self.findings = findings
        self.counts: Counter[str] = Counter()
        self._seen: set[tuple[str, bool]] = set()

    def look(self, page: Page, name: str) -> None:
        """Once a name and size: nothing grave for those who don't see, nothing to scroll sideways on phones."""
        phone = page.viewport_size == PHONE
        if (name, phone) in self._seen:
            return
        self._seen.add((name, phone))
        self.counts["phone" if phone else "desk"] += 1
        self.findings.attempted(_LINE)
        place = f"{name}{'（手机）' if phone else ''}"
        for found in grave_findings(page):
            self.findings.violated(_LINE, "axe", f"{place}: {found}")
        overhang: int = page.evaluate(_OVERHANG)
        if phone and overhang > 0:
            self.findings.violated(_LINE, "sideways", f"{place}: {overhang} px")

    def asked(self, request: Request) -> None:
        self.counts["requests"] += 1
        if is_outside(request.url):
            self.findings.violated(_LINE, "left_this_machine", request.url)

    def answered(self, response: Response) -> None:
        kind, status = response.request.resource_type, response.status
        expected = kind in ("document", "xhr", "fetch") and (status < 500 or status == _PLATFORM)
        if status >= 400 and not expected:
            self.findings.violated(_LINE, "broken", f"{status} {response.request.method} {response.url}")

    def failed(self, error: WebError) -> None:
        self.findings.violated(_LINE, "script", str(error.error))

    def complained(self, message: ConsoleMessage) -> None:
        refused = message.text.startswith((_REFUSALS, _REFUSALS.replace(" 4", f" {_PLATFORM}")))
        if message.type == "error" and not refused:
            self.findings.violated(_LINE, "console", message.text[:300])


class Visitor:
    """One browser with cookies of its own; `page` is its first page."""

    def __init__(self, browser: Browser, pages: Pages, url: str, *, phone: bool) -> None:
        self._pages = pages
        self.url = url
        self.phone = phone
        self.context = browser.new_context(
            viewport=PHONE if phone else DESK,
            user_agent=WECHAT_AGENT if phone else None,
            has_touch=phone,
            locale="zh-CN",
            reduced_motion="reduce",
            base_url=url,
        )
        self.context.set_default_timeout(15_000)
        self.context.on("request", pages.asked)
        self.context.on("response", pages.answered)
        self.context.on("weberror", pages.failed)
        self.context.on("console", pages.complained)
        self.context.on("dialog", lambda dialog: dialog.accept())
        self.page = self.context.new_page()

    def close(self) -> None:
        self.context.close()

    def look(self, name: str) -> None:
        """Examine the page as it is now."""
        self._pages.look(self.page, name)

    @property
    def token(self) -> str:
        """The cookie of the session; empty for none."""
        cookies = self.context.cookies(f"{self.url}/console/")
        return next((one["value"] for one in cookies if one["name"] == COOKIE), "")

    def say_who(self, person: Person, password: str = "", *, door: str = "/console/") -> None:
        """Name and password at the door."""
        self.page.goto(door)
        self.look("登录")
        self.page.get_by_label("用户名或邮箱").fill(person.login)
        self.page.get_by_label("密码").fill(password or person.password)
        self.page.get_by_role("button", name="登录").click()

    def show_code(self, code: str) -> None:
        """The second step."""
        expect(self.page.get_by_role("heading", name="两步验证", level=1)).to_be_visible()
        self.look("两步验证")
        self.page.get_by_label("验证码").fill(code)
        self.page.get_by_role("button", name="继续").click()

    def sign_in(self, person: Person, *, door: str = "/console/") -> None:
        """All of it, to the first page."""
        self.say_who(person, door=door)
        if person.secret:
            self.show_code(code_of(person.secret, time.time()))
        expect(self.page.locator("details.who summary")).to_have_text(person.name)
        self.look("首页")

    def first_time(self, person: Person) -> Person:
        """A new administrator: another password, the second factor, recovery codes. Returns them as they are from then on."""
        page = self.page
        self.say_who(person)
        page.get_by_label("现在的密码").fill(person.password)
        page.get_by_label("新密码", exact=True).fill(NEW_PASSWORD)
        page.get_by_label("再输一次").fill(NEW_PASSWORD)
        self.look("修改密码")
        page.get_by_role("button", name="保存").click()
        page.get_by_text("扫不了？手动输入密钥").click()
        secret = page.locator("details code").inner_text()
        self.look("开启两步验证")
        page.get_by_label("验证器显示的 6 位数字").fill(code_of(secret, time.time()))
        page.get_by_role("button", name="开启").click()
        expect(page.locator("ol.codes li")).to_have_count(10)
        self.look("备用码")
        page.get_by_role("link", name="抄好了，继续").click()
        expect(page.locator("details.who summary")).to_have_text(person.name)
        return Person(person.login, person.name, NEW_PASSWORD, secret)

    def sign_out(self) -> None:
        self.page.locator("details.who summary").click()
        self.page.get_by_role("button", name="退出登录").click()
        expect(self.page.get_by_role("heading", name="登录", level=1)).to_be_visible()

    def open_part(self, name: str) -> None:
        """By the navigation; on phones it is folded away."""
        if self.phone:
            self.page.get_by_role("button", name="打开导航").click()
        self.page.get_by_label("后台导航").get_by_role("link", name=name, exact=True).click()
        expect(self.page.locator("a.nav-link[aria-current=page]")).to_have_text(name)
        self.look(name)
