#!/usr/bin/env python3
"""Fails unless every claim of a `teardown lab all --json` file was decided, or is of a lesson for which an emulated
processor is too slow: a connection faster than the clock of initial numbers (15.6 MB/s).
verdicts.py FILE"""
import collections
import json
import sys

FAST = ("old-segment", "shields")

with open(sys.argv[1]) as file:
    lessons = json.load(file)
verdicts, wrong = collections.Counter(), 0
for lesson in lessons:
    for claim in lesson["claims"]:
        verdicts[claim["verdict"]] += 1
        wrong += claim["verdict"] == "undecided" and lesson["lesson"] not in FAST
        print("%-16s %-18s %-13s %s" % (lesson["lesson"], claim["id"], claim["verdict"], claim["because"]))
print(", ".join("%s %d" % pair for pair in sorted(verdicts.items())))
sys.exit(1 if wrong or not verdicts else 0)
