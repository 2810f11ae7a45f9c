#!/usr/bin/env python3
"""A file includes only from its own room and from rooms below it, and a unit test lies where its
subject lies: rooms.py SOURCE_ROOT

A room is a folder. This is the order, from the top down; rooms that stand on one line do not know each
other. A new folder needs its place here."""

import pathlib
import re
import sys

SHARED = (
    ("strategies/core", "tls"),
    ("common",),
    ("include/teardown",),
)
BENCH = (
    ("bench/mpi",),
    ("bench",),
    ("bench/verb",),
    ("bench/report/html",),
    ("bench/report/html/chart",),
    ("bench/report/html/markup",),
    ("bench/report",),
    ("bench/report/answer",),
    ("bench/fleet",),
    ("bench/result",),
    ("bench/result/fields",),
    ("bench/findings", "bench/check", "bench/lab/lessons", "bench/doctor/checks", "bench/plan"),
    ("bench/plan/simulate",),
    ("bench/lab", "bench/doctor"),
    ("bench/judge",),
    ("bench/trial",),
    ("bench/options/groups",),
    ("bench/options",),
    ("bench/ends",),
    ("bench/load",),
    ("bench/load/clients",),
    ("bench/load/third_party",),
    ("bench/nat",),
    ("bench/process", "bench/measure"),
    ("bench/wire",),
    ("bench/trace",),
    ("bench/network", "bench/statistics"),
) + SHARED
SERVER = (
    ("server",),
    ("server/http", "server/host"),
) + SHARED
STRATEGIES = (
    ("strategies",),
    ("include/teardown",),
)

INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*"([^"]+)"', re.MULTILINE)


def rooms_known():
    """Each room, and the rooms that it may include from."""
    known = {}
    for order in (BENCH, SERVER, STRATEGIES):
        for level, rooms in enumerate(order):
            below = {room for lower in order[level + 1:] for room in lower}
            for room in rooms:
                known[room] = {room} | below
    # It knows all programs, and is of none.
    known["manual"] = {"manual"} | known["bench/mpi"] | known["server"] - {"bench"}
    return known


KNOWN = rooms_known()


def room_of_include(path):
    """The folder of "bench/judge/figures.h"; what is installed is included as "teardown/…"."""
    folder = str(pathlib.PurePosixPath(path).parent)
    return f"include/{folder}" if folder == "teardown" else folder


def complaints_about(name, text):
    """What is wrong with the includes of the file `name`: a list of sentences."""
    room = str(pathlib.PurePosixPath(name).parent)
    if room not in KNOWN:
        return [f"{name}: the folder {room} has no place in the order of rooms"]
    complaints = []
    for path in INCLUDE.findall(text):
        other = room_of_include(path)
        if other in KNOWN[room]:
            continue
        why = "is above it or beside it" if other in KNOWN else "is no room"
        complaints.append(f'{name}: includes "{path}", but {other} {why} (of {room})')
    return complaints


def subject_of_test(name, exists):
    """What tests/unit/FOLDER/NAME_test.c tests: the source or the header FOLDER/NAME, or FOLDER/PART where
    NAME is PART_ASPECT, or the folder itself. None: nothing of that name is there."""
    path = pathlib.PurePosixPath(name).relative_to("tests/unit")
    words = path.name.removesuffix("_test.c").split("_")
    for count in range(len(words), 0, -1):
        subject = path.parent / "_".join(words[:count])
        for kind in (".c", ".h"):
            if exists(f"{subject}{kind}"):
                return f"{subject}{kind}"
    whole = path.parent / path.name.removesuffix("_test.c")
    folder = path.parent if path.parent.name == whole.name else whole
    return f"{folder}/" if exists(f"{folder}/") else None


def each_unit_test_has_its_subject(root):
    tests = sorted((root / "tests" / "unit").rglob("*_test.c"))
    names = [path.relative_to(root).as_posix() for path in tests]
    complaints = [f"{name}: no source, header or folder of that name is where it would lie"
                  for name in names if not subject_of_test(name, lambda path: (root / path).exists())]
    print("\n".join(complaints + [f"{len(names)} unit tests, {len(complaints)} without a subject"]))
    return len(names) > 50 and not complaints


def a_subject_is_what_it_says():
    there = ("bench/judge/figures.c", "include/teardown/strategy.h", "bench/findings/")
    for name, subject in (
        ("bench/judge/figures_test.c", there[0]),
        ("bench/judge/figures_of_few_test.c", there[0]),
        ("bench/load/figures_test.c", None),
        ("bench/judge/figuresque_test.c", None),
        ("include/teardown/strategy_layout_test.c", there[1]),
        ("bench/findings/findings_test.c", there[2]),
        ("bench/findings/reset_test.c", None),
    ):
        assert subject_of_test("tests/unit/" + name, there.__contains__) == subject, name


def the_rule_is_held(root):
    complaints, count = [], 0
    for folder in ("bench", "server", "strategies", "tls", "manual", "common", "include"):
        for path in sorted((root / folder).rglob("*.[ch]")):
            complaints += complaints_about(path.relative_to(root).as_posix(), path.read_text())
            count += 1
    print("\n".join(complaints + [f"{count} files, {len(complaints)} wrong includes"]))
    return count > 100 and not complaints


def the_rule_is_what_it_says():
    """Pairs that may be and that may not."""
    good = (
        ("bench/judge/a.c", "bench/trial/record.h"),
        ("bench/judge/a.c", "bench/judge/figures.h"),
        ("bench/verb/a.c", "bench/network/netns.h"),
        ("bench/network/a.c", "strategies/core/check.h"),
        ("bench/main.c", "bench/verb/verb.h"),
        ("server/flow.c", "server/http/parser.h"),
        ("server/host/a.c", "common/error.h"),
        ("server/flow.c", "tls/channel.h"),
        ("bench/load/a.c", "tls/channel.h"),
        ("strategies/graceful.c", "teardown/hooks.h"),
        ("common/a.c", "teardown/version.h"),
    )
    bad = (
        ("bench/judge/a.c", "bench/findings/findings.h"),
        ("bench/options/consistency.c", "bench/result/threshold.h"),
        ("bench/process/a.c", "bench/measure/sampler.h"),
        ("bench/statistics/a.c", "bench/network/network.h"),
        ("bench/verb/a.c", "server/options.h"),
        ("server/a.c", "bench/load/load.h"),
        ("server/http/a.c", "server/connection.h"),
        ("server/http/a.c", "server/host/user.h"),
        ("strategies/graceful.c", "strategies/core/executor.h"),
        ("strategies/core/a.c", "server/flow.h"),
        ("strategies/core/executor.c", "tls/channel.h"),
        ("tls/a.c", "strategies/core/executor.h"),
        ("include/teardown/a.h", "common/error.h"),
        ("common/a.c", "strategies/core/check.h"),
        ("bench/new-room/a.c", "common/error.h"),
        ("bench/judge/a.c", "figures.h"),
    )
    for name, path in good:
        assert not complaints_about(name, f'#include "{path}"\n'), (name, path)
    for name, path in bad:
        assert len(complaints_about(name, f'int a;\n# include "{path}"\n')) == 1, (name, path)


the_rule_is_what_it_says()
a_subject_is_what_it_says()
results = [rule(pathlib.Path(sys.argv[1])) for rule in (the_rule_is_held, each_unit_test_has_its_subject)]
sys.exit(0 if all(results) else 1)
