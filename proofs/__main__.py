"""`python -m proofs NAME`: run one proof. Exit code 0 when it holds, 1 when not, 2 for a name or setting not known."""

import os
import signal
import sys
import traceback
from collections.abc import Mapping, Sequence
from typing import NoReturn

from proofs.findings import Findings
from proofs.registry import NAMES, find_proof
from proofs.run import BadRun, Run


def main(arguments: Sequence[str], env: Mapping[str, str]) -> int:
    """Runs the proof named by the first argument; the last line on stdout is its JSON object."""
    name = arguments[0] if arguments else ""
    proof = find_proof(name)
    if proof is None or len(arguments) != 1:
        print(f"没有这个证明：{name or '（未指定）'}。可用的有：{'、'.join(NAMES)}", file=sys.stderr)
        return 2
    try:
        run = Run.from_env(name, env)
    except BadRun as error:
        print(str(error), file=sys.stderr)
        return 2
    findings = Findings(run)
    try:
        proof(run, findings)
    except Exception as error:
        # A proof that could not be carried out has shown nothing, and must say so in its last line too.
        traceback.print_exc()
        findings.violated("run", "broke_off", f"{type(error).__name__}: {error}")
    print(findings.as_json(), flush=True)
    return 0 if findings.ok else 1


_SIGNALS = (signal.SIGINT, signal.SIGTERM)


def _end(_signal: int, _frame: object) -> NoReturn:
    for number in _SIGNALS:
        signal.signal(number, signal.SIG_IGN)  # a second Ctrl-C must not stop the tidying up
    raise KeyboardInterrupt  # so that everything started is ended and removed on the way out


if __name__ == "__main__":
    for each in _SIGNALS:
        signal.signal(each, _end)
    try:
        sys.exit(main(sys.argv[1:], os.environ))
    except KeyboardInterrupt:
        sys.exit(130)
