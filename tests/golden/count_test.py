#!/usr/bin/env python3
"""What tests/count.py says of the logs that meson test left: a test passes that failed beside the others and
then passed alone, and is named; one that failed twice, or was not tried again, has failed."""
import json
import os
import subprocess
import sys
import tempfile

COUNT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "count.py")


def count(logs, *options):
    """{log: {test: result}}"""
    with tempfile.TemporaryDirectory() as build:
        os.mkdir(os.path.join(build, "meson-logs"))
        for log, results in logs.items():
            with open(os.path.join(build, "meson-logs", log + ".json"), "w") as file:
                for name, result in results.items():
                    file.write(json.dumps({"name": "teardown:unit / " + name, "result": result,
                                           "stderr": "first\nlast\n"}) + "\n")
        done = subprocess.run([sys.executable, COUNT, *options, build], capture_output=True, text=True)
        return done.returncode, done.stdout, done.stderr.replace(build, "BUILD")


def main():
    first = {"a": "OK", "b": "FAIL", "c": "TIMEOUT", "d": "SKIP"}
    failed = count({"testlog": first})
    assert failed == (1, "1 passed, 2 failed, 1 skipped\n",
                      "failed: b in BUILD: last\nfailed: c in BUILD: last\n"), failed
    half = count({"testlog": first, "testlog-again": {"b": "OK", "c": "FAIL"}})
    assert half == (1, "2 passed, 1 failed, 1 skipped\n",
                    "unsteady: b in BUILD: last\nfailed: c in BUILD: last\n"), half
    whole = count({"testlog": first, "testlog-again": {"b": "OK", "c": "OK"}})
    assert whole[:2] == (0, "3 passed, 0 failed, 1 skipped\n"), whole
    skipped = count({"testlog": first, "testlog-again": {"b": "SKIP", "c": "OK"}})
    assert skipped[:2] == (1, "2 passed, 1 failed, 1 skipped\n"), skipped
    assert count({"testlog": first}, "--failed") == (0, "b\nc\n", ""), "names"
    assert count({}) == (1, "0 passed, 0 failed, 0 skipped\n", "BUILD: no test ran\n"), "nothing ran"


main()
