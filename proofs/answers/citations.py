"""Every citation leads somewhere: the law is known, the article exists, and where the text is at hand the paragraph too."""

from proofs.answers.book import read_reference, references_in
from proofs.answers.sources import Sources
from proofs.findings import Findings

LINE = "citations"
RUNNING = "running_text"


def prove(findings: Findings, sources: Sources) -> None:
    """The facts of laws.yaml, the entries' citations, and what their answers cite in running text."""
    _prove_laws(findings, sources)
    compared = 0
    for entry in sources.entries:
        for citation in entry.row.citations:
            findings.attempted(LINE)
            place = read_reference(citation)
            problem = "写法认不出来，应为《法律名称》第几条" if place is None else sources.book.check(place)
            compared += place is not None and place.article in sources.book.articles
            if problem:
                findings.violated(LINE, "wrong", f"{entry.name} {citation}：{problem}")
        for place in (place for text in entry.shown for place in references_in(text)):
            findings.attempted(RUNNING)
            problem = sources.book.check(place)
            if problem:
                findings.violated(RUNNING, "wrong", f"{entry.name} 正文 {place}：{problem}")
    findings.figure(LINE, compared_with_the_text=compared)


def _prove_laws(findings: Findings, sources: Sources) -> None:
    without_text: list[str] = []
    for law in sources.book.laws:
        findings.attempted(LINE)
        problem = sources.book.check_law(law)
        if problem:
            findings.violated(LINE, "facts", problem)
        if not any(name == law.name for name, _, _ in sources.book.articles):
            without_text.append(law.name)
    findings.figure(LINE, laws=len(sources.book.laws), laws_without_text=len(without_text))
