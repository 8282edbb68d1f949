"""`make prove NAME=prizes`: nothing is oversold when everybody draws at once, and nothing is lost or doubled when processes die.

The control takes the guard of the stock away; it has no use for processes that die.
"""

from proofs.findings import Findings
from proofs.prizes import killed, oversold
from proofs.run import Run


def prove(run: Run, findings: Findings) -> None:
    oversold.prove(run, findings)
    if not run.control:
        killed.prove(run, findings)
