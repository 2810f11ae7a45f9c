#!/usr/bin/env python3
"""The lab's verdicts are the same each time, as nobody and as root, beside two busy programs, and nothing is left of a
lab that is killed. Takes half an hour: only with LONG_TESTS=1. lab_steady.py TEARDOWN [ROUNDS]"""
import collections
import json
import multiprocessing
import os
import random
import shutil
import signal
import subprocess
import sys
import time

from lib.host import Host
from lib.public_folder import copy_program, make_folder

NOBODY, HOST_CANNOT, SKIPPED = 65534, 3, 77
ROUNDS = int(sys.argv[2]) if len(sys.argv) > 2 else 20
# Their scenes are races that the wire decides.
RACES = ("simultaneous", "old-segment", "keep-alive-race")
KILLED_BEFORE_S = 20


def as_nobody():
    os.setgroups([])
    os.setgid(NOBODY)
    os.setuid(NOBODY)


def busy():
    while True:
        pass


def verdicts_of(program, lessons, before):
    run = subprocess.run([program, "lab", *lessons, "--json"], capture_output=True, text=True, preexec_fn=before,
                         cwd="/", timeout=600)
    if run.returncode == HOST_CANNOT:
        print(run.stderr)
        sys.exit(SKIPPED)
    return {"%s/%s" % (lesson["lesson"], claim["id"]): (claim["verdict"], claim["because"])
            for lesson in json.loads(run.stdout) for claim in lesson["claims"]}


def same_each_time(program, lessons, rounds, who, before):
    seen, began = collections.defaultdict(collections.Counter), time.monotonic()
    for _ in range(rounds):
        for claim, (verdict, because) in verdicts_of(program, lessons, before).items():
            seen[claim][verdict] += 1
            if verdict == "undecided":
                print("%s: undecided: %s" % (claim, because), flush=True)
    differing = {claim: dict(counts) for claim, counts in seen.items() if len(counts) > 1 or "undecided" in counts}
    print("%s as %s: %d times in %.0f s, %d claims, %d of them not the same each time %s" % (
        " ".join(lessons), who, rounds, time.monotonic() - began, len(seen), len(differing), differing or ""), flush=True)
    return not differing


def killed_it_leaves_nothing(program, times, before):
    host = Host()
    for _ in range(times):
        process = subprocess.Popen([program, "lab", "all", "--json"], stdout=subprocess.DEVNULL, preexec_fn=before, cwd="/")
        time.sleep(random.uniform(0, KILLED_BEFORE_S))
        host.watch(process.pid)
        process.send_signal(signal.SIGKILL)
        process.wait()
    host.check()


def main():
    if not os.environ.get("LONG_TESTS"):
        print("takes half an hour: LONG_TESTS=1")
        sys.exit(SKIPPED)
    folder = make_folder("teardown-lab-")
    neighbours = [multiprocessing.Process(target=busy, daemon=True) for _ in range(2)]
    callers = [("nobody", as_nobody), ("root", None)] if os.geteuid() == 0 else [("this user", None)]
    try:
        program = copy_program(sys.argv[1], folder)
        for neighbour in neighbours:
            neighbour.start()
        steady = [same_each_time(program, RACES, 5 * ROUNDS, *callers[0])]
        steady += [same_each_time(program, ["all"], ROUNDS, *caller) for caller in callers]
        killed_it_leaves_nothing(program, ROUNDS, callers[0][1])
    finally:
        for neighbour in neighbours:
            neighbour.kill()
        shutil.rmtree(folder)
    assert all(steady)
    print("lab: %d times all, %d times %s, as %s: the same verdicts each time" % (
        ROUNDS, 5 * ROUNDS, " ".join(RACES), " and ".join(name for name, _ in callers)))


if __name__ == "__main__":
    main()
