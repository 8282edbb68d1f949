"""`python -m bench NAME`: runs a benchmark; the last line of output is one JSON object with the ratios.

A benchmark is imported when it is asked for, so that one's peers need not be installed for another.
"""

import json
import sys
from collections.abc import Callable
from importlib import import_module

BENCHMARKS = {
    "answers": "bench.answers",
    "brushing": "bench.brushing",
    "photos": "bench.photos",
    "prizes": "bench.prizes",
    "province_vote": "bench.province_vote",
    "console": "bench.console",
    "quiz": "bench.quiz",
    "unions": "bench.unions",
    "votes": "bench.votes",
    "webhook": "bench.webhook",
}
"""The module of each; its `run` gives the figures."""


def main(arguments: list[str]) -> int:
    name = arguments[0] if arguments else "webhook"
    if name not in BENCHMARKS:
        print(f"没有名为 {name} 的基准：{'、'.join(BENCHMARKS)}", file=sys.stderr)
        return 2
    run: Callable[[], dict[str, object]] = import_module(BENCHMARKS[name]).run
    print(json.dumps({"bench": name, **run()}, ensure_ascii=False))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
