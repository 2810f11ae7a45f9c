#!/usr/bin/env python3
"""Keeps what kernels said in tests/data/kernels, and writes the pages that are made of that anew: keep.py [DIR…], each
the results of one kernel (build-kernels/results/6.1). What a run has not tried stays as it was."""
import json
import os
import pathlib
import re
import sys

SOURCE = pathlib.Path(os.path.abspath(__file__)).parents[2]
sys.path.insert(0, str(SOURCE / "tests" / "scenario"))
from lib import claims, kernels  # noqa: E402

CHECK = re.compile(r"^(\w+) +(passed|FAILED).* in \d+ s$", re.MULTILINE)


def taken_in(folder):
    release = (folder / "release").read_text().strip()
    checks = dict(CHECK.findall((folder / "output.log").read_text().replace("\r", "")))
    if (folder / "features.json").exists():
        kernels.keep(release, features=json.loads((folder / "features.json").read_text()))
    if (folder / "netem.md").exists():
        kernels.keep(release, netem=kernels.cells_of((folder / "netem.md").read_text()))
    if (folder / "lab.json").exists():
        claims.keep(json.loads((folder / "lab.json").read_text()), adds=True)
        checks["lab"] = decided(release)
    version = kernels.version_of(release)
    kernels.keep(release, checks={**kernels.kept().get(version, {}).get("checks", {}), **checks})


def decided(release):
    verdicts = [claim["verdict"] for claim in claims.kept()[kernels.version_of(release)]]
    return "%d of %d claims decided" % (len(verdicts) - verdicts.count("undecided"), len(verdicts))


for path in sys.argv[1:]:
    taken_in(pathlib.Path(path))
claims.write(SOURCE / "docs")
