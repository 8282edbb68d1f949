"""Line 8: large and broken spreadsheets, formulas, and patterns that would run for ever."""

import time
from pathlib import Path

from playwright.sync_api import expect

from faq.files import table_bytes
from proofs.console.answer import WITHIN_S
from proofs.console.bad_files import BadFile, bad_files, formula_rows
from proofs.console.judge import cells_of_csv, cells_of_xlsx, live_formulas, percentile_ms, says_why
from proofs.console.story import Hand, Story
from proofs.console.visitor import Visitor
from proofs.processes import resident_kb
from proofs.webhook.plan import Planned, Shape
from proofs.webhook.sender import Sender
from simulator.messages import new_msg_id
from simulator.messages import text as text_message
from staff.roles import Role

_FILE_S = 10.0
_GROWTH_MB = 250
_PATTERN_S = 1.0
PATTERNS = (
    "(a+)+$",
    "(a|aa)+$",
    "(a|a?)+b",
    "(.*a){25}",
    "(a*)*b",
    "((a{0,30}){0,30}){0,30}b",
    "(x+x+)+y",
    "^(([a-z])+.)+[A-Z]([a-z])+$",
    "(?=a)b",
    "(a)\\1",
    "[",
    ".*",
)
"""Some run for ever where a matcher goes back, some are not to be had at all."""
_LONG = "a" * 600 + "!"


def send_bad_files(story: Story) -> None:
    """导入 10 MB 的、损坏的、做了手脚的表格."""
    visitor = _at_files(story)
    good = table_bytes("good.xlsx", [{"id": "x", "question": "问题", "answer": "答案"}])
    took: list[float] = []
    before = _memory_mb(story)
    for one in bad_files(good, story.stage.run.chance("files")):
        took.append(_send(story, visitor, one))
    grown = _memory_mb(story) - before
    story.holds("memory", grown < _GROWTH_MB, f"+{grown:.0f} MB")
    story.stage.findings.figure(
        story.line, files=len(took), files_max_s=round(max(took), 1), grown_mb=round(grown)
    )


def bring_formulas(story: Story) -> None:
    """表格里的公式，导出以后都带单引号，再导入也不走样."""
    visitor = _at_files(story)
    mark = f"calc-{story.number}-{int(story.phone)}"
    _choose(story, visitor, BadFile("formulas", "formulas.csv", formula_rows(mark)))
    visitor.look("导入预览")
    visitor.page.get_by_role("button", name="导入并上线").click()
    story.sees("not_imported", visitor.page.get_by_role("status").filter(has_text="已上线：新增"))
    for kind, read in (("CSV", cells_of_csv), ("Excel", cells_of_xlsx)):
        with visitor.page.expect_download() as download:
            visitor.page.get_by_role("link", name=f"下载 {kind}").click()
        data = Path(download.value.path()).read_bytes()
        cells = read(data)
        ours = sum(mark in cell for cell in cells)
        story.holds("not_exported", ours > 0, f"{kind}: {ours} cells")
        story.holds("live_formula", not live_formulas(cells), f"{kind}: {live_formulas(cells)[:3]}")
        _choose(story, visitor, BadFile("exported", download.value.suggested_filename, data))
        shown = visitor.page.locator("#content").inner_text()
        story.holds("comes_back_changed", "完全一样" in shown, f"{kind}: {shown[:300]}")
        visitor.page.get_by_role("link", name="不导入，返回").click()


def write_runaway_patterns(story: Story) -> None:
    """会跑很久的正则表达式：保存、试用、聊天都在 1 秒以内."""
    visitor = story.visitor()
    visitor.sign_in(story.stage.people.add(Role.EDITOR))
    hand, union = Hand(story.stage.url, visitor.token), story.stage.union
    kept, took = 0, list[float]()
    for number, pattern in enumerate(PATTERNS):
        code = f"pattern-{story.number}-{number}"
        took.append(_save_pattern(story, hand, code, pattern))
    visitor.page.goto(f"{union}/rules")
    kept = visitor.page.get_by_text("正则表达式").count()
    visitor.page.goto(f"{union}/rules/try")
    visitor.page.get_by_label("粉丝说").fill(_LONG)
    started = time.monotonic()
    visitor.page.get_by_role("button", name="看看怎么回复").click()
    visitor.page.wait_for_url("**said=*")
    expect(visitor.page.get_by_role("heading", level=2).first).to_be_visible()
    took.append(time.monotonic() - started)
    story.holds("slow_to_try", took[-1] <= _PATTERN_S, f"{took[-1]:.2f} s")
    time.sleep(WITHIN_S)
    took += _in_chat(story)
    story.stage.findings.figure(story.line, patterns_kept=kept, patterns=percentile_ms(took))
    _refused_in_the_form(story, visitor)


def _at_files(story: Story) -> Visitor:
    visitor = story.visitor()
    visitor.sign_in(story.stage.people.add(Role.EDITOR, Role.FINAL))
    visitor.open_part("问答")
    visitor.page.get_by_role("link", name="导入和导出").click()
    visitor.look("导入和导出")
    return visitor


def _choose(story: Story, visitor: Visitor, file: BadFile) -> tuple[int, float]:
    """Send a file; returns the status, and the seconds from the click to the answer."""
    path = story.stage.stack.folder / file.name
    path.write_bytes(file.data)
    visitor.page.get_by_label("Excel（.xlsx）或 CSV 文件").set_input_files(path)
    started = time.monotonic()
    with visitor.page.expect_response(lambda one: one.request.method == "POST") as answered:
        visitor.page.get_by_role("button", name="上传并预览").click()
    took_s = time.monotonic() - started
    visitor.page.wait_for_load_state()
    path.unlink()
    return answered.value.status, took_s


def _send(story: Story, visitor: Visitor, file: BadFile) -> float:
    """It must be refused for a reason, in bearable time; returns that."""
    status, took_s = _choose(story, visitor, file)
    problems = visitor.page.get_by_role("alert").all_inner_texts()
    if status == 302:  # a table that could be read, and is all errors
        problems = visitor.page.locator("section[aria-labelledby=wrong] li").all_inner_texts()
        taken = visitor.page.get_by_role("button", name="导入并上线").count()
        story.holds("taken_over", taken == 0, file.what)
    told = "；".join(problems)
    is_refused = status in (302, 413, 422) and says_why(told)
    story.holds("not_refused", is_refused, f"{file.what}: {status} {told[:200]}")
    story.holds("slow_to_refuse", took_s <= _FILE_S, f"{file.what}: {took_s:.1f} s")
    visitor.look("导入和导出（拒绝）" if status != 302 else "导入预览（有错的行）")
    if status == 302:
        visitor.page.get_by_role("link", name="不导入，返回").click()
    return took_s


def _save_pattern(story: Story, hand: Hand, code: str, pattern: str) -> float:
    """Saved or refused, in a second; returns how long it took."""
    fields = {
        "code": code,
        "version": "0",
        "match": "regex",
        "keywords": pattern,
        "priority": "0",
        "enabled": "1",
        "reply.kind": "text",
        "reply.text": "对上了",
        "do": "save",
    }
    started = time.monotonic()
    answer = hand.post(f"{story.stage.union}/rules/edit", fields)
    took_s = time.monotonic() - started
    story.holds("pattern_breaks", answer.status_code in (302, 422), f"{pattern}: {answer.status_code}")
    story.holds("slow_to_save", took_s <= _PATTERN_S, f"{pattern}: {took_s:.2f} s")
    return took_s


def _in_chat(story: Story) -> list[float]:
    sender, took = Sender(story.stage.stack.account), list[float]()
    for number in range(8):
        words = _LONG[:-1] + "!" * (number + 1)
        shape = Shape("text", words, text_message(words))
        told = sender.send(
            Planned(number, f"oproofpattern{story.number}{number}", shape, "once", 0.0, new_msg_id())
        )
        took.append(told.tries[-1].took_s)
        story.holds("chat_stuck", told.tries[-1].answered and took[-1] <= _PATTERN_S, f"{took[-1]:.2f} s")
    return took


def _refused_in_the_form(story: Story, visitor: Visitor) -> None:
    """What can't be had is refused with a reason, and what was typed stays."""
    page = visitor.page
    page.goto(f"{story.stage.union}/rules/edit")
    page.get_by_label("关键词，一行一个").fill("驿站(在哪")
    page.get_by_text("给熟悉的人用").click()
    page.get_by_label("回复的文字").fill("驿站在海员路。")
    page.get_by_role("button", name="保存", exact=True).click()
    story.sees("no_reason", page.get_by_role("alert"), "没有对应的右括号")
    visitor.look("新建规则（正则表达式写错）")
    typed = page.get_by_label("关键词，一行一个").input_value(), page.get_by_label("回复的文字").input_value()
    story.holds("typed_is_lost", typed == ("驿站(在哪", "驿站在海员路。"), str(typed))


def _memory_mb(story: Story) -> float:
    return sum(map(resident_kb, story.stage.stack.web_workers())) / 1024
