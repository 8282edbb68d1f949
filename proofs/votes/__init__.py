"""`make prove NAME=votes`: on the running stack no vote that was acknowledged is lost and none counts twice, whatever is killed or
flushed meanwhile; the totals are what the ledger says; and whoever touches the ledger is found.
"""

from accounts import audit
from members import ledger
from models.db import Database
from proofs.findings import Findings
from proofs.run import Run, say
from proofs.stack import WEB, running_stack
from proofs.votes import control, counted, killed, parallel, tampered
from proofs.votes.world import open_place


def prove(run: Run, findings: Findings) -> None:
    """The control lacks the numbers of ballots: it shows the line of many at once only."""
    target = control.TARGET if run.control else WEB
    prepare = control.drop_constraint if run.control else None
    with running_stack(web_target=target, prepare=prepare) as stack:
        ledger.use_key(stack.settings.derive_key("ledger"))
        audit.use_key(stack.settings.derive_key("audit-log"))
        db = Database(stack.database.url)
        place = open_place(db, stack.settings)
        say("已开放一个投票")
        parallel.prove(run, findings, place)
        if not run.control:
            killed.prove(run, findings, stack, place)
            counted.prove(findings, place)
            stack.web.stop()
            stack.worker.stop()
            db.close()
            tampered.prove(findings, stack, place)
        db.close()
