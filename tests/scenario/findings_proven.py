#!/usr/bin/env python3
"""docs/findings.md has a row for each finding: findings_proven.py SOURCE TEARDOWN RECORDS. The runs that it names
tell the finding, and at least two records that it names look like it and do not. RECORDS is the unit test
of findings: --list prints a line a record, with the finding that it is near, and whether it is told."""
import os
import re
import subprocess
import sys

ROW = re.compile(r"^\| `([a-z-]+)` \| (.+) \| (.+) \|$", re.MULTILINE)
RUNS, RECORDED = "tests/scenario/%s.py", "tests/golden/results/%s"


def printed(*command):
    return subprocess.run(command, capture_output=True, text=True, check=True,
                          env={**os.environ, "COLUMNS": "1000"}).stdout


def records_of(program):
    """{finding: {name: whether it is told}}"""
    records = {}
    for line in printed(program, "--list").splitlines():
        near, told, name = line.split("\t")
        records.setdefault(near, {})[name] = told == "told"
    return records


def tells(source, run, finding):
    """A scenario asks for the finding by name; a recorded run has it."""
    path = os.path.join(source, (RECORDED if run.endswith(".json") else RUNS) % run)
    if not os.path.exists(path):
        return False
    with open(path) as file:
        return '"%s"' % finding in file.read()


def wrong_row(source, records, finding, runs, names):
    wrong = ["%s: %s does not tell it" % (finding, run) for run in re.findall(r"`([^`]+)`", runs)
             if not tells(source, run, finding)]
    named = re.findall(r'"([^"]+)"', names)
    if len(named) < 2:
        wrong.append("%s: two records are wanted that look like it" % finding)
    for name in named:
        told = records.get(finding, {}).get(name)
        if told is not False:
            wrong.append("%s: the record \"%s\" %s" % (
                finding, name, "is told" if told else "is not there"))
    return wrong


def main(source, teardown, program):
    known = re.findall(r"^([a-z-]+): ", printed(teardown, "list", "--findings"), re.MULTILINE)
    with open(os.path.join(source, "docs/findings.md")) as file:
        rows = ROW.findall(file.read())
    records = records_of(program)
    wrong = [] if [row[0] for row in rows] == known else [
        "docs/findings.md: rows are not the findings of `teardown list --findings`, in its order: " +
        " ".join(sorted({row[0] for row in rows} ^ set(known)))]
    for row in rows:
        wrong += wrong_row(source, records, *row)
    print("\n".join(wrong) or "%d findings" % len(rows))
    sys.exit(1 if wrong or not rows else 0)


if __name__ == "__main__":
    main(*sys.argv[1:])
