#!/usr/bin/env python3
"""coverage.py SOURCE BUILD: the share of lines and branches that the tests of a build made with
-Db_coverage=true have run, a line a folder. Needs gcovr."""
import collections
import json
import os
import re
import subprocess
import sys

FOLDERS = "/(common|strategies|server|bench)/"


def files(source, build):
    """[{filename, line_covered, line_total, branch_covered, branch_total}]"""
    summary = os.path.join(build, "coverage.json")
    # gcovr tries several folders for each object, and complains of those that were wrong.
    done = subprocess.run(["gcovr", "--root", source, "--object-directory", build,
                           "--filter", re.escape(source) + FOLDERS,
                           "--exclude-unreachable-branches", "--json-summary", summary, build],
                          capture_output=True, text=True, cwd=build)
    if done.returncode != 0:
        sys.exit(done.stderr)
    with open(summary) as file:
        return json.load(file)["files"]


def share(covered, total):
    return "%5.1f %% of %d" % (100 * covered / total, total) if total else "-"


def main():
    source, build = (os.path.abspath(path) for path in sys.argv[1:])
    sums = collections.defaultdict(lambda: [0, 0, 0, 0])
    for one in files(source, build):
        figures = [one[key] for key in ("line_covered", "line_total", "branch_covered",
                                        "branch_total")]
        for name in (os.path.dirname(one["filename"]), "all"):
            sums[name] = [a + b for a, b in zip(sums[name], figures)]
    print("%-20s %-17s %s" % ("coverage", "lines", "branches"))
    for name in sorted(sums, key=lambda name: (name == "all", name)):
        lines_run, lines, branches_run, branches = sums[name]
        print("%-20s %-17s %s" % (name, share(lines_run, lines), share(branches_run, branches)))


if __name__ == "__main__":
    main()
