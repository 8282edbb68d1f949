"""`make prove NAME=photos`: thousands of works are handed in over HTTP while web processes are killed, and nothing that was acknowledged
is lost; they are looked through, allocated to jurors evenly, decided and exhibited; no process needs much memory.
"""

from accounts import audit
from members import ledger
from models.db import Database
from models.types import Sealed
from proofs.findings import Findings
from proofs.photos import control, decided, entered
from proofs.photos.world import open_place
from proofs.run import Run, say
from proofs.stack import WEB, running_stack, sealing_key


def prove(run: Run, findings: Findings) -> None:
    """The control acknowledges before files are safe: it shows the line of handing in only."""
    entries, jurors = run.pick(300, 6000), run.pick(10, 200)
    with running_stack(web_target=control.TARGET if run.control else WEB) as stack:
        ledger.use_key(stack.settings.derive_key("ledger"))
        audit.use_key(stack.settings.derive_key("audit-log"))
        Sealed.use_key(sealing_key(stack.settings))
        db = Database(stack.database.url)
        place = open_place(stack, db)
        say("已开放一个征集活动")
        entered.prove(run, findings, place, entries)
        if not run.control:
            decided.prove(run, findings, place, entries, jurors)
        db.close()
