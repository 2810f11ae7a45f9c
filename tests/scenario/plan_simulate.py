#!/usr/bin/env python3
"""teardown plan --simulate: an interrupt keeps what was simulated by then and says how much that is; the figures are
the same with one thread and with three, and what is printed is what the JSON holds. plan_simulate.py TEARDOWN"""
import json
import os
import re
import signal
import subprocess
import sys
import tempfile

from lib.scenario import equal
from lib.terminal import on_terminal

# So many pairs take minutes.
HOSTS, EACH_PER_S, SECONDS = 10 ** 6, 10, 1000
LARGE = ("--hosts", str(HOSTS), "--rate", "%d/s" % (HOSTS * EACH_PER_S), "--duration", "%ds" % SECONDS)
SMALL = ("--hosts", "20", "--rate", "660/s", "--ports", "40000-41999", "--duration", "140s")
UNITS = {"": 1, "k": 1e3, "M": 1e6, "G": 1e9}


def words(program, *arguments):
    return [program, "plan", "-s", "client-close", "--simulate", *arguments]


def said_by(program, *arguments):
    return subprocess.run(words(program, *arguments), capture_output=True, text=True, check=True).stdout


def group_of(text):
    group, = json.loads(text)["simulation"]["groups"]
    return group


def an_interrupt_keeps_what_was_simulated(program):
    interrupted = []

    def interrupt(process, said):
        if not interrupted and "simulating client-close: " in said:
            process.send_signal(signal.SIGINT)
            interrupted.append(process)

    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "plan.json")
        status, said = on_terminal(["sh", "-c", 'out=$1; shift; exec "$@" >"$out"', "sh", path,
                                    *words(program, *LARGE, "--json")], "stderr", meanwhile=interrupt)
        equal(status, 130, "exit status: " + said)
        with open(path) as file:
            group = group_of(file.read())
    equal(group["is_whole"], False, "whether it is whole")
    assert 0 < group["pairs"] < HOSTS, group["pairs"]
    # Of those pairs all of the time is there: each has as many attempts as it was asked for.
    assert abs(group["attempted"] / group["pairs"] / (EACH_PER_S * SECONDS) - 1) < 0.01, group


def threads_change_no_figure(program):
    one, three = (said_by(program, *SMALL, "--json", "--threads", str(threads)) for threads in (1, 3))
    equal(one, three, "of one thread and of three")
    other = said_by(program, *SMALL, "--json", "--threads", "3", "--seed", "2")
    assert group_of(other)["attempted"] != group_of(one)["attempted"], "another seed draws the same"


def what_is_printed_is_what_was_simulated(program):
    group = group_of(said_by(program, *SMALL, "--json"))
    equal((group["is_whole"], group["pairs"]), (True, 20), "pairs")
    text = " ".join(said_by(program, *SMALL).split())
    found = re.search(r"client-close: ([\d.]+)([kMG]?) attempts, ([\d.]+) % refused, the first after ([\d.]+) s", text)
    assert found, text
    attempts, unit, refused, first = found.groups()
    assert abs(float(attempts) * UNITS[unit] / group["attempted"] - 1) < 0.01, (found[0], group)
    assert abs(float(refused) - 100 * group["refused"] / group["attempted"]) < 0.01, (found[0], group)
    assert abs(float(first) - group["first_refused_s"]) < 0.5, (found[0], group)


if __name__ == "__main__":
    an_interrupt_keeps_what_was_simulated(sys.argv[1])
    threads_change_no_figure(sys.argv[1])
    what_is_printed_is_what_was_simulated(sys.argv[1])
