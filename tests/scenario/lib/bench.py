"""Runs `teardown run` for a scenario and reads its result."""
import json
import os
import subprocess
import sys
import tempfile

SKIPPED = 77
HOST_CANNOT = 3


def run(*options, timeout_s=120):
    """One `teardown run`; returns (its result, its text). Skips where there is no namespace."""
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "result.json")
        process = subprocess.run([sys.argv[1], "run", "--json", path, *options],
                                 capture_output=True, text=True, timeout=timeout_s,
                                 env=dict(os.environ, COLUMNS="200"))
        if process.returncode == HOST_CANNOT:
            print("skipped:", process.stderr.strip())
            sys.exit(SKIPPED)
        assert process.returncode == 0, (process.returncode, process.stderr)
        with open(path, encoding="utf-8") as file:
            return json.load(file), process.stdout


def finding(trial, identity):
    """The trial's finding of that name, or None."""
    return next((f for f in trial["findings"] if f["id"] == identity), None)


def scenarios(functions):
    """Runs all; says what failed."""
    for function in functions:
        function()
        print("ok", function.__name__, flush=True)
