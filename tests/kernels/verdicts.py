#!/usr/bin/env python3
"""Fails unless every claim of a `teardown lab all --json` file was decided, also on an emulated processor.
verdicts.py FILE"""
import collections
import json
import sys

with open(sys.argv[1]) as file:
    lessons = json.load(file)
verdicts, wrong = collections.Counter(), 0
for lesson in lessons:
    for claim in lesson["claims"]:
        verdicts[claim["verdict"]] += 1
        wrong += claim["verdict"] == "undecided"
        print("%-16s %-18s %-13s %s" % (lesson["lesson"], claim["id"], claim["verdict"], claim["because"]))
print(", ".join("%s %d" % pair for pair in sorted(verdicts.items())))
sys.exit(1 if wrong or not verdicts else 0)
