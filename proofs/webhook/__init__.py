"""`make prove NAME=webhook`: messages while the neighbours are stalled, malformed bodies, replays, crashes, silent logs."""

from proofs.findings import Findings
from proofs.run import Run, say
from proofs.stack import WEB, running_stack
from proofs.webhook import control, crash, leaks, malformed, replay, stall
from proofs.webhook.events import tell_events
from proofs.webhook.healthy import ask_healthy
from proofs.webhook.people import welcome_followers


def prove(run: Run, findings: Findings) -> None:
    """The control has dedupe and deadline taken away, and runs the lines that these hold up."""
    target = control.TARGET if run.control else WEB
    with running_stack(web_target=target, prepare=control.drop_constraints if run.control else None) as stack:
        say("服务已就绪")
        people = welcome_followers(stack, run.pick(small=24, full=400))
        answers = ask_healthy(run, findings, stack, people)
        if findings.violations:
            # Also the control has to fail for the reason it is there for, and for no other.
            raise RuntimeError("the service does not answer rightly while all is well")
        stall.prove(run, findings, stack, people, answers)
        if not run.control:
            malformed.prove(run, findings, stack)
            crash.prove(run, findings, stack, people, answers)
        replay.prove(run, findings, stack, people)
        leaks.prove(findings, stack, people)
        tell_events(findings, stack)
