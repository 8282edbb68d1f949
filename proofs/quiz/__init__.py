"""`make prove NAME=quiz`: on the running stack nobody is scored twice or tries too often, the same request is answered alike,
and what was acknowledged is there whatever was killed meanwhile.
"""

from sqlalchemy import select

from members.ledger import use_key
from models.accounts import Account
from models.db import Database
from proofs.findings import Findings
from proofs.quiz import control, killed, parallel
from proofs.quiz.world import Place, open_quiz
from proofs.run import Run, say
from proofs.stack import ACCOUNT, WEB, Stack, running_stack

_SETTINGS = {"blueprint": [{"take": 5}], "minutes": 60, "tries_a_day": 3, "pass_percent": 0, "points": 20}


def prove(run: Run, findings: Findings) -> None:
    """The control shows the lines of many at once only: what its web processes lack is what holds those."""
    target = control.TARGET if run.control else WEB
    prepare = control.drop_constraints if run.control else None
    with running_stack(web_target=target, prepare=prepare) as stack:
        use_key(stack.settings.derive_key("ledger"))
        db = Database(stack.engine.url.render_as_string(hide_password=False))
        place = _open(stack, db)
        say("已开放一个答题活动")
        parallel.prove(run, findings, place)
        if not run.control:
            killed.prove(run, findings, stack, place)
        db.close()


def _open(stack: Stack, db: Database) -> Place:
    with db.work() as session:
        account_id = session.scalars(select(Account.id).where(Account.key == ACCOUNT)).one()
        campaign = open_quiz(session, account_id, _SETTINGS)
    place = Place(db, stack.settings, ACCOUNT, campaign)
    place.wait_open()
    return place
