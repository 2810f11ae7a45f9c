#!/usr/bin/env python3
"""Keeps what kernels said, lab.json and features.json of tests/kernels/run, in tests/data/kernels, and writes
docs/claims.md and the table of docs/kernels.md anew: keep.py [FILE…]"""
import json
import os
import pathlib
import sys

SOURCE = pathlib.Path(os.path.abspath(__file__)).parents[2]
sys.path.insert(0, str(SOURCE / "tests" / "scenario"))
from lib import claims, kernels  # noqa: E402

for path in sys.argv[1:]:
    said = json.loads(pathlib.Path(path).read_text())
    if isinstance(said, list):
        claims.keep(said)
    else:
        kernels.keep(said["kernel"], features=said["features"])
claims.write(SOURCE / "docs")
