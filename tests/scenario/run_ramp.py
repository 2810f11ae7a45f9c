#!/usr/bin/env python3
"""A rate that rises (--ramp), and at which rate what broke: the client's ports at the rate that arithmetic says, nothing
where the server keeps TIME_WAIT, and latency near the rate that a server accepts at."""
import math
import sys
from pathlib import Path

from lib.ramp import broke
from lib.scenario import accounting, equal, main

PACED = "%s %s {host} {port} " % (sys.executable, Path(__file__).parent / "lib" / "paced_accept.py")
FIRST, LAST, SECONDS, PORTS = 100, 900, 2, 500


def ramp_of(bench, *options):
    run = bench.finish(bench.start("-r", "1", "--wide", *options))
    assert run.result, run.said()
    trial = run.trials[0]
    accounting(trial)
    ramp = trial["ramp"]
    print(ramp["held_per_s"], ramp["breaks"], ramp["findings"])
    # Each start that was due is in one part.
    equal(sum(step["due"] for step in ramp["steps"]), trial["loop"]["intended"], "due")
    equal(sum(step["completed"] for step in ramp["steps"]), trial["connections"]["completed"], "completed")
    return run, trial, ramp


def ports_run_out_when_as_many_were_due(bench):
    """first t + (last - first) t^2 / 2 d = ports is at sqrt(first^2 + 2 (last - first) ports / d) a second."""
    wanted = math.sqrt(FIRST ** 2 + 2 * (LAST - FIRST) * PORTS / SECONDS)
    run, trial, ramp = ramp_of(bench, "-s", "client-close", "--ramp", "%d..%d" % (FIRST, LAST), "-d", "%ds" % SECONDS,
                               "--port-range", "40000-%d" % (40000 + PORTS - 1), "--html", bench.folder + "/page.html")
    first, = broke(ramp)
    equal(first["what"], "no-port", "what broke")
    assert abs(first["rate_per_s"] - wanted) < 0.02 * wanted, (first, wanted)
    equal(first["connections"], trial["connections"]["connect_errors"]["EADDRNOTAVAIL"], "connections without a port")
    # The server's kernel counts those that had one.
    equal(trial["counters"]["server"]["PassiveOpens"], PORTS, "connections with a port")
    assert "ports-exhausted" in [finding["id"] for finding in ramp["findings"]], ramp["findings"]
    said = " ".join(run.stdout.split())
    assert "the client had no free port (EADDRNOTAVAIL: %d connections)" % first["connections"] in said, run.stdout
    assert "EADDRNOTAVAIL from connect()" not in said, run.stdout
    assert "Up to which rate does it hold?" in Path(bench.folder, "page.html").read_text(), "the page has no chart"


def nothing_runs_out_where_the_server_keeps_time_wait(bench):
    run, trial, ramp = ramp_of(bench, "-s", "graceful", "--ramp", "%d..%d" % (FIRST, LAST), "-d", "%ds" % SECONDS,
                               "--port-range", "40000-%d" % (40000 + PORTS - 1))
    equal(broke(ramp), [], "what broke")
    equal(trial["connections"]["completed"], trial["connections"]["attempted"], "completed")
    if not ramp["breaks"]:
        equal(ramp["held_per_s"], LAST, "held")
        assert "ramp: graceful: held to the end, %d/s" % LAST in " ".join(run.stdout.split()), run.stdout


def a_server_that_accepts_so_many_breaks_there(bench):
    accepted, rise, part = 300, (600 - 100) / 4, (600 - 100) / 20
    _, _, ramp = ramp_of(bench, "--server-command", PACED + str(accepted), "--ramp", "100..600", "-d", "4s")
    equal(broke(ramp), [], "what broke beside")
    before_s = max(step["p99_us"] or 0 for step in ramp["steps"] if step["rate_per_s"] < 0.9 * accepted) / 1e6
    # A connection that is due when t has passed since the rate was `accepted` waits for rise t^2 / 2 others.
    leaves_s = max(1.25 * 5 * before_s, 1e-3)
    wanted = accepted + math.sqrt(2 * rise * accepted * leaves_s) + 2 * part
    left = [one for one in ramp["breaks"] if one["what"] == "latency"]
    print("p99 was %g s: to break at %g/s" % (before_s, wanted))
    assert left or wanted > 600 - 3 * part, ramp["breaks"]
    assert not left or left[0]["rate_per_s"] <= wanted, left
    if before_s < 5e-3:
        assert left[0]["rate_per_s"] >= 0.9 * accepted, left
    equal(ramp["held_per_s"], min(one["rate_per_s"] for one in ramp["breaks"]), "held")


def ramp(bench):
    ports_run_out_when_as_many_were_due(bench)
    nothing_runs_out_where_the_server_keeps_time_wait(bench)
    a_server_that_accepts_so_many_breaks_there(bench)


if __name__ == "__main__":
    main(ramp)
