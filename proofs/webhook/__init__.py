"""`make prove NAME=webhook`: messages while the neighbours are stalled, malformed bodies, replays, crashes, silent logs."""

from proofs.findings import Findings
from proofs.run import Run, say
from proofs.stack import Stack, running_stack
from proofs.webhook import control, crash, leaks, malformed, replay, stall
from proofs.webhook.people import welcome_followers


def prove(run: Run, findings: Findings) -> None:
    """The control has dedupe and deadline taken away, and runs the lines that they hold up."""
    guard_removed = {"web_target": control.TARGET, "prepare": control.drop_constraints} if run.control else {}
    with running_stack(**guard_removed) as stack:
        say("服务已就绪")
        people = welcome_followers(stack, run.pick(small=24, full=400))
        stall.prove(run, findings, stack, people)
        if not run.control:
            _prove_at_the_door(run, findings, stack)
            crash.prove(run, findings, stack, people)
        replay.prove(run, findings, stack, people)
        leaks.prove(findings, stack, people)


def _prove_at_the_door(run: Run, findings: Findings, stack: Stack) -> None:
    malformed.prove(run, findings, stack)
