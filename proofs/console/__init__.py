"""`make prove NAME=console`: the running console in a real browser, on desk and phone, as somebody who never saw it; and
what it must withstand."""

from playwright.sync_api import sync_playwright

from models.db import Database
from proofs.browser import start_chromium
from proofs.console import attacks, bad_input, control
from proofs.console.answer import add_answer
from proofs.console.menu import be_refused, change_menu
from proofs.console.people import People
from proofs.console.roles import come_from_elsewhere, work_as_an_editor
from proofs.console.rule import make_rule
from proofs.console.story import Stage, tell
from proofs.console.together import both_save
from proofs.console.tour import walk_about
from proofs.console.visitor import Pages
from proofs.findings import Findings
from proofs.run import Run, say
from proofs.stack import ACCOUNT, WEB, running_stack

_ATTACKS = (
    attacks.send_foreign_forms,
    attacks.plant_a_session,
    attacks.use_a_code_twice,
    attacks.guess_a_password,
    attacks.use_an_ended_session,
)
_BAD_INPUT = (bad_input.send_bad_files, bad_input.bring_formulas, bad_input.write_runaway_patterns)


def prove(run: Run, findings: Findings) -> None:
    """The control has the declared permissions taken away, and tells the stories that these hold up."""
    with (
        running_stack(web_target=control.TARGET if run.control else WEB) as stack,
        sync_playwright() as playwright,
    ):
        say("服务已就绪，正在打开浏览器")
        db = Database(stack.engine.url.render_as_string(hide_password=False))
        pages = Pages(findings)
        stage = Stage(run, findings, stack, People(db, ACCOUNT), start_chromium(playwright), pages)
        if not run.control:
            _tell_stories(stage)
        for number in range(1, _rounds(run) + 1):
            for phone in _devices(run, number):
                tell(stage, "roles", work_as_an_editor, number=number, phone=phone)
            tell(stage, "roles", come_from_elsewhere, number=number)
        findings.figure("pages", **pages.counts)
        stage.browser.close()
        db.close()


def _tell_stories(stage: Stage) -> None:
    for number in range(1, _rounds(stage.run) + 1):
        for phone in (False, True):
            tell(stage, "menu", change_menu, number=number, phone=phone)
            tell(stage, "answer", add_answer, number=number, phone=phone)
            tell(stage, "rule", make_rule, number=number, phone=phone)
        for phone in _devices(stage.run, number):
            tell(stage, "together", both_save, number=number, phone=phone)
            tell(stage, "refused", be_refused, number=number, phone=phone)
            for attack in _ATTACKS:
                tell(stage, "attacks", attack, number=number, phone=phone)
            for story in _BAD_INPUT:
                tell(stage, "input", story, number=number, phone=phone)
    tell(stage, "pages", walk_about)


def _rounds(run: Run) -> int:
    return run.pick(small=1, full=2)


def _devices(run: Run, number: int) -> tuple[bool, ...]:
    """Whether on the phone: all by turns, of the large run both each time."""
    return (False, True) if run.size == "full" else (number % 2 == 0,)
