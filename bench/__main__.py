"""`python -m bench NAME`: runs a benchmark; the last line of output is one JSON object with the ratios."""

import json
import sys
from collections.abc import Callable

from bench import webhook

BENCHMARKS: dict[str, Callable[[], dict[str, object]]] = {"webhook": webhook.run}


def main(arguments: list[str]) -> int:
    name = arguments[0] if arguments else "webhook"
    if name not in BENCHMARKS:
        print(f"没有名为 {name} 的基准：{'、'.join(BENCHMARKS)}", file=sys.stderr)
        return 2
    print(json.dumps({"bench": name, **BENCHMARKS[name]()}, ensure_ascii=False))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
