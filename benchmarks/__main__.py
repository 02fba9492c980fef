"""Runs the benchmarks that are named, or all: each module of this folder that has a `main`."""

from __future__ import annotations

import importlib
import pkgutil
import sys

import benchmarks


def main() -> int:
    """Run them one after the other; 2 for a name that there is not."""
    there = sorted(
        module.name
        for module in pkgutil.iter_modules(benchmarks.__path__)
        if not module.ispkg and not module.name.startswith("_")
    )
    wanted = sys.argv[1:] or there
    if unknown := sorted(set(wanted) - set(there)):
        print(f"no benchmark {', '.join(unknown)}; there is {', '.join(there)}", file=sys.stderr)
        return 2
    for name in wanted:
        sys.argv[1:] = []
        print(f"\n## {name}\n")
        importlib.import_module(f"benchmarks.{name}").main()
    return 0


if __name__ == "__main__":
    sys.exit(main())
