#!/usr/bin/env python3
"""teardown trace says of captures of others what is known of them: trace_known.py PATH-OF-THE-PROGRAM SOURCE

The captures and a table of what is true (truth.tsv) are looked for beside the tree, or in the folder that
TRACE_KNOWN names; without them the test is skipped. Of `exact` rows all is compared, of the others the
ends."""
import collections
import csv
import json
import os
import subprocess
import sys

from lib.server_process import run

SKIPPED = 77
FOLDER = os.environ.get("TRACE_KNOWN") or os.path.join(sys.argv[2], "..", "shared", "pcaps")
TABLE = os.path.join(FOLDER, "truth.tsv")


def rows():
    """{capture: [row, …]}"""
    by_file = collections.defaultdict(list)
    with open(TABLE, encoding="utf-8") as file:
        for row in csv.DictReader(file, delimiter="\t"):
            by_file[row["file"]].append(row)
    return by_file


def lines(name):
    done = subprocess.run([sys.argv[1], "trace", os.path.join(FOLDER, name), "--json"], capture_output=True,
                          text=True, timeout=60)
    assert done.returncode == 0, (name, done.returncode, done.stderr)
    return [json.loads(line) for line in done.stdout.splitlines()]


def word(row):
    """The table's words as the program has them."""
    if row["end"] == "closed" and row["fins_crossed"] == "1":
        return "closed-crossed"
    return row["end"].replace(", ", "-").replace(" ", "-")


def first_closer(row):
    if row["fins_crossed"] == "1":
        return "both"
    return "none" if row["first_end"] == "-" else row["first_end"].split()[2].strip(",")


def expected(row):
    return {
        "guessed": row["orient"] == "first-packet",
        "ended": word(row),
        "first_closer": first_closer(row),
        "first_end": None if row["first_end"] == "-" else row["first_end"].split()[0],
        "reset_by": [end for end in row["rst_by"].split("+") if end != "-"],
        "bytes": {"client": int(row["bytes_client"]), "server": int(row["bytes_server"])},
        "segments": {"client": int(row["packets_client"]), "server": int(row["packets_server"])},
        "completeness": int(row["completeness"]),
    }


def each_connection_is_told_rightly():
    exact = others = 0
    for name, known in rows().items():
        told = lines(name)
        if known[0]["end"] == "no TCP":
            assert not told, (name, told)
            continue
        assert len(told) == len(known), (name, len(told), len(known))
        for row, line in zip(known, told):
            where = (name, row["stream"])
            assert (line["client"], line["server"]) == (row["client"], row["server"]), (where, line)
            if row["check"] != "exact":
                others += 1
                continue
            exact += 1
            for field, value in expected(row).items():
                assert line[field] == value, (where, field, line[field], value)
            assert abs(line["duration_s"] - float(row["duration"])) < 2e-6, (where, line)
    print("  %d connections told exactly, of %d more the ends" % (exact, others))
    assert exact > 300


if __name__ == "__main__":
    if not os.path.exists(TABLE):
        print("skipped: no captures of others are here")
        sys.exit(SKIPPED)
    run([each_connection_is_told_rightly])
