#!/usr/bin/env python3
"""Records again what docs/choosing.md says of distances, some ten minutes: distances.py TEARDOWN. What is kept are counts, so
the machine may be busy. Then `tests/scenario/docs_say_what_is.py --write . build` writes the table."""
import json
import os
import pathlib
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "scenario"))
from lib import distances  # noqa: E402


def recorded(teardown, size, path):
    with tempfile.TemporaryDirectory() as folder:
        result = os.path.join(folder, "result.json")
        # Of some no trial is valid: reset loses what it sends.
        subprocess.run([teardown, "run", "-q", "-s", ",".join(distances.STRATEGIES), *distances.COMMON,
                        *distances.SIZES[size], *distances.PATHS[path], "-o", result],
                       check=False, stdout=subprocess.DEVNULL)
        return counted(result)


def counted(result):
    trials = json.loads(pathlib.Path(result).read_text())["trials"]
    return {trial["strategy"]: distances.counts(trial) for trial in trials}


def main(teardown):
    kept = {size: {path: recorded(teardown, size, path) for path in distances.PATHS} for size in distances.SIZES}
    distances.KEPT.write_text(json.dumps(kept, indent=1) + "\n")


if __name__ == "__main__":
    main(sys.argv[1])
