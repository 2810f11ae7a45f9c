#!/usr/bin/env python3
"""count.py [--require SUITE] BUILD…: counts what meson test has left in each build folder.

Each test that failed is named on stderr, with the last line that it printed there. One that failed beside
the others and then passed alone (bootstrap's TESTS_AGAIN) is named as unsteady, and has passed. The last
line is "N passed, N failed, N skipped". Fails when a test failed, when there was none, or when no test of
the required suite ran: all of them skipped is nothing shown.

count.py --failed BUILD: prints only the names of those that failed, a line each.
"""
import argparse
import json
import pathlib
import sys

KINDS = {"OK": "passed", "EXPECTEDFAIL": "passed", "SKIP": "skipped"}


def last_line(text):
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return lines[-1][:200] if lines else "nothing on stderr"


def read_results(build, base="testlog"):
    """Yields (test, kind, last line on stderr). A test that was killed, by its timeout or an interrupt, has failed."""
    log = pathlib.Path(build, "meson-logs", base + ".json")
    if log.exists():
        for line in log.read_text().splitlines():
            test = json.loads(line)
            # "project:suite / name" where there is more than one suite, else the name.
            yield (test["name"].rpartition(" / ")[2], KINDS.get(test["result"], "failed"),
                   last_line(test.get("stderr", "")))


def read_steadiness(build):
    """As read_results; one that failed and then passed alone is "unsteady"."""
    passed_alone = {name for name, kind, _ in read_results(build, "testlog-again") if kind == "passed"}
    for name, kind, said in read_results(build):
        yield name, "unsteady" if kind == "failed" and name in passed_alone else kind, said


def read_suite(build, suite):
    """The names of a suite's tests; meson calls the suite "project:suite"."""
    tests = pathlib.Path(build, "meson-info", "intro-tests.json")
    if not tests.exists():
        return set()
    return {
        test["name"]
        for test in json.loads(tests.read_text())
        if suite in (name.rpartition(":")[2] for name in test["suite"])
    }


def main():
    parser = argparse.ArgumentParser(usage="count.py [--require SUITE | --failed] BUILD…")
    parser.add_argument("--require")
    parser.add_argument("--failed", action="store_true")
    parser.add_argument("builds", nargs="+")
    arguments = parser.parse_args()
    if arguments.failed:
        for build in arguments.builds:
            for name, kind, _ in read_results(build):
                if kind == "failed":
                    print(name)
        return 0
    total = {"passed": 0, "failed": 0, "skipped": 0}
    good = True
    for build in arguments.builds:
        results = list(read_steadiness(build))
        for name, kind, said in results:
            total["passed" if kind == "unsteady" else kind] += 1
            if kind in ("failed", "unsteady"):
                print(f"{kind}: {name} in {build}: {said}", file=sys.stderr)
        if not results:
            print(f"{build}: no test ran", file=sys.stderr)
            good = False
        if arguments.require:
            suite = read_suite(build, arguments.require)
            if not any(name in suite and kind != "skipped" for name, kind, _ in results):
                print(f"{build}: no test of suite {arguments.require} ran", file=sys.stderr)
                good = False
    print(", ".join(f"{count} {kind}" for kind, count in total.items()))
    return 0 if good and total["failed"] == 0 else 1


sys.exit(main())
