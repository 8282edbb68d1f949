"""`make prove NAME=answers`: every citation exists and fits, every entry has its form, no eval question was copied.

The control gives each citation to an entry about something else; then hardly any may seem to fit.
"""

import os

from proofs.answers import calculators, citations, copies, fit, form
from proofs.answers.sources import Sources, read_sources
from proofs.findings import Findings
from proofs.run import Run, say


def prove(run: Run, findings: Findings) -> None:
    """Reads LAWS and EVAL in the environment: folders with texts of statutes and with the eval's questions."""
    prove_sources(run, findings, read_sources(os.environ, findings))


def prove_sources(run: Run, findings: Findings, sources: Sources) -> None:
    """All lines of the proof; the control has only the line that it takes the guard from."""
    say(f"问答 {len(sources.entries)} 条，法规全文 {len(sources.book.texts)} 部")
    fit.prove(run, findings, sources)
    if run.control:
        return
    form.prove(findings, sources)
    citations.prove(findings, sources)
    calculators.prove(run, findings, sources.book)
    copies.prove(findings, sources)
