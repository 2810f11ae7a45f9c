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
        assert process.returncode in (0, 1), (process.returncode, process.stderr)
        with open(path, encoding="utf-8") as file:
            result = json.load(file)
        # A run without a valid trial, and no other, ends with status 1 and says so.
        failed = process.returncode == 1
        assert failed == ("no trial is valid" in process.stderr), (process.returncode, process.stderr)
        assert failed == (not any(t["valid"] for t in result["trials"])), (failed, process.stderr)
        return result, process.stdout


def finding(trial, identity):
    """The trial's finding of that name, or None."""
    return next((f for f in trial["findings"] if f["id"] == identity), None)


def scenarios(functions):
    """Runs all; says what failed."""
    for function in functions:
        function()
        print("ok", function.__name__, flush=True)
