#!/usr/bin/env python3
"""Ports run out where the client closes first, tcp_tw_reuse cures that, and where this kernel has no
tcp_tw_reuse_delay, that is said: counts alone, which a slow machine gets right, too. exhaustion.py TEARDOWN SERVER"""
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "scenario"))
from lib.scenario import HOST_CANNOT, accounting, equal, main  # noqa: E402

PORTS, SECONDS = 20, 12
# An ACK that was overtaken draws a RST, which would end a TIME_WAIT and free its port: rfc1337 forbids it.
LOAD = ("-r", "1", "-c", "4", "--timeout", "60s", "--port-range", "40000-40019", "--sysctl", "client:net.ipv4.tcp_rfc1337=1")
DELAY = "/proc/sys/net/ipv4/tcp_tw_reuse_delay"


def ports_run_out(bench):
    trial = bench.run(*LOAD, "-d", "%ds" % SECONDS, "-s", "client-close").trial("client-close")
    counts = accounting(trial)
    print("client-close: completed %d, %s" % (counts["completed"], counts["connect_errors"]))
    equal(counts["completed"], PORTS, "connections completed")
    equal(list(counts["connect_errors"]), ["EADDRNOTAVAIL"], "connect errors by name")
    equal(trial["time_wait"]["client"]["created"], PORTS, "TIME_WAIT made at the client")
    assert not trial["valid"], "a trial that ran out of ports counts as valid"


def ports_come_back(bench, strategy, delay_s):
    trial = bench.run(*LOAD, "-d", "%ds" % SECONDS, "-s", strategy).trial(strategy)
    completed, recycled = accounting(trial)["completed"], trial["counters"]["client"]["TWRecycled"]
    print("%s: completed %d in %.2f s, recycled %d" % (strategy, completed, trial["duration_s"], recycled))
    equal(recycled, completed - PORTS, strategy + ": TIME_WAIT recycled")
    most = PORTS * (1 + trial["duration_s"] / delay_s)
    assert 2 * PORTS <= completed <= most, "%d completed, %d ports" % (completed, PORTS)


def exhaustion(bench):
    ports_run_out(bench)
    ports_come_back(bench, "tw-reuse", 1)
    if os.path.exists(DELAY):
        ports_come_back(bench, "tw-reuse-fast", 0.05)
        return
    refused = bench.verb("run", *LOAD, "-s", "tw-reuse-fast")
    print(refused.stderr)
    equal(refused.returncode, HOST_CANNOT, "exit status of tw-reuse-fast")
    assert "tcp_tw_reuse_delay" in refused.stderr, refused.stderr


if __name__ == "__main__":
    main(exhaustion)
