#!/usr/bin/env python3
"""Trials that run out of ports are invalid, and compared all the same: tcp_fin_timeout, which many set
against TIME_WAIT, changes nothing; fewer ports do.

100 connections a second that the client closes first, each on a port of its own for a minute: 60 ports last
0.6 s, whatever else is set."""
import os

from lib.scenario import HOST_CANNOT, Skip, equal, main

PORTS, RATE = 60, 100
FEW = PORTS // 2
# More than there are ports, so each trial ends in exhaustion, however slow this machine is.
TOTAL = 90
ATTEMPTS = 4
LOAD = ("-s", "client-close", "-r", "6", "-c", "64", "-R", str(RATE), "-n", str(TOTAL), "-d", "30s", "-q")


def exhaust(bench, name, ports, fin_timeout):
    path = os.path.join(bench.folder, name)
    done = bench.verb("run", *LOAD, "-o", path, "--port-range", "40000-%d" % (40000 + ports - 1),
                      "--sysctl", "client:net.ipv4.tcp_fin_timeout=%d" % fin_timeout)
    if done.returncode == HOST_CANNOT:
        raise Skip("this host cannot: " + done.stderr)
    # No trial is valid for any other question.
    equal(done.returncode, 1, "exit status: " + done.stderr)
    assert "no trial is valid" in done.stderr, done.stderr
    return path


def compared(bench, a, b):
    done = bench.verb("compare", a, b)
    equal((done.returncode, done.stderr), (0, ""), "compare")
    rows = {line.split()[0]: word for line in done.stdout.splitlines() if line.startswith("  ")
            for word in line.split() if word in ("~", "more", "less")}
    return done.stdout, rows


def judged(bench, path, expression):
    return bench.verb("report", path, "--fail-if", expression).returncode


def without_difference(bench, sixty):
    """The run with the other setting, and what is said of both. What else this machine does may shift a whole
    run: then both are measured again."""
    for attempt in range(ATTEMPTS):
        ten = exhaust(bench, "ten.json", PORTS, 10)
        said, rows = compared(bench, sixty, ten)
        if rows["exhausted_s"] == "~":
            break
        print("attempt %d:\n%s" % (attempt + 1, said))
        exhaust(bench, "sixty.json", PORTS, 60)
    return ten, said, rows


def exhaustion_compare(bench):
    sixty = exhaust(bench, "sixty.json", PORTS, 60)
    ten, said, rows = without_difference(bench, sixty)
    assert "client-close, 0 valid trials of 6" in said, said
    assert "no difference in time to exhaustion" in said, said
    equal((rows["exhausted_s"], rows["refused_share"]), ("~", "~"), said)
    assert "lost_share" not in rows, said
    few = exhaust(bench, "few.json", FEW, 60)
    said, rows = compared(bench, sixty, few)
    equal((rows["exhausted_s"], rows["refused_share"]), ("less", "more"), said)
    assert "no difference in time to exhaustion" not in said, said
    # The first of the ports is taken at 0 s, so the first connection without one is due after ports / rate.
    for path, ports in ((sixty, PORTS), (ten, PORTS), (few, FEW)):
        equal(judged(bench, path, "client-close.exhausted_s < %dms" % (1000 * ports // RATE)), 0, path)
        equal(judged(bench, path, "client-close.exhausted_s > 60s"), 0, path)
        equal(judged(bench, path, "exhausted_s < 60s"), 99, path)
        equal(judged(bench, path, "lost_share > 0%"), 0, path)
        equal(judged(bench, path, "refused_share > 1%"), 99, path)


if __name__ == "__main__":
    main(exhaustion_compare)
