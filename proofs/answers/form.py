"""The form of the knowledge: how many entries, how long, how many ways to ask, of a topic that the classifier learns."""

import csv
from datetime import date
from pathlib import Path

from faq.classifier import BACKGROUND
from proofs.answers.sources import Placed, Sources
from proofs.findings import Findings

LINE = "form"
LONGEST_ANSWER = 400
FEWEST_ALTERNATES = 5
FEWEST_ENTRIES = 250
FEWEST_FOR_OFFICERS = 40
FOR_OFFICERS = "工会工作"
"""The category of what union officers ask."""

_TO_CHECK = "需核对"


def prove(findings: Findings, sources: Sources) -> None:
    """Each entry, and how many there are. What is marked 需核对 is counted, and no violation."""
    topics = read_topics(sources.training)
    for entry in sources.entries:
        findings.attempted(LINE)
        for problem in problems_of(entry, topics, sources.today):
            findings.violated(LINE, "entry", f"{entry.name}：{problem}")
    for_officers = sum(entry.row.category == FOR_OFFICERS for entry in sources.entries)
    _at_least(findings, "问答", len(sources.entries), FEWEST_ENTRIES)
    _at_least(findings, f"「{FOR_OFFICERS}」类的问答", for_officers, FEWEST_FOR_OFFICERS)
    findings.figure(
        LINE,
        entries=len(sources.entries),
        for_officers=for_officers,
        topics=len({entry.row.topic for entry in sources.entries}),
        to_check=sum(any(_TO_CHECK in text for text in entry.shown) for entry in sources.entries),
    )


def problems_of(entry: Placed, topics: frozenset[str], today: date) -> list[str]:
    """What an entry lacks, in Chinese."""
    row = entry.row
    problems = []
    if len(row.answer) > LONGEST_ANSWER:
        problems.append(f"回答 {len(row.answer)} 个字，超过 {LONGEST_ANSWER}")
    if len(row.alternates) < FEWEST_ALTERNATES:
        problems.append(f"只有 {len(row.alternates)} 种别的问法，应不少于 {FEWEST_ALTERNATES}")
    if row.topic not in topics:
        problems.append(f"主题「{row.topic}」不在 content/training 里")
    if row.checked_on is None or row.checked_on > today:
        problems.append(f"核对日期应填写，且不晚于 {today}，现在是「{row.checked_on or ''}」")
    return problems


def read_topics(folder: Path) -> frozenset[str]:
    """The topics that the shipped questions teach."""
    topics: set[str] = set()
    for path in folder.glob("*.csv"):
        with path.open(encoding="utf-8-sig", newline="") as file:
            topics.update(row["topic"] for row in csv.DictReader(file))
    return frozenset(topics - {BACKGROUND})


def _at_least(findings: Findings, what: str, count: int, fewest: int) -> None:
    findings.attempted(LINE)
    if count < fewest:
        findings.violated(LINE, "too_few", f"{what}只有 {count} 条，应不少于 {fewest} 条")
