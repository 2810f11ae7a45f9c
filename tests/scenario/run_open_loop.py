#!/usr/bin/env python3
"""A server that stands still for a second: an open loop shows what its users would have waited, a
closed loop asks less often and hides it."""
import os
import signal
import time

from lib.scenario import accounting, equal, main, valid_but_late, wait_for_load
from lib.wait import wait_past

STALL_S = 1.0


def run_with_stall(bench, after, *options):
    """One trial, in which the server stands still for a second, after so many connections."""
    process, server = bench.start_and_meet("--strategies", "graceful", "--repeat", "1", *options)
    wait_for_load(server, after)
    os.kill(server, signal.SIGSTOP)
    wait_past(time.monotonic() + STALL_S)
    os.kill(server, signal.SIGCONT)
    run = bench.finish(process)
    run.played()
    trial = run.trial("graceful")
    accounting(trial)
    return trial, run


def open_loop_shows_it(bench):
    trial, run = run_with_stall(bench, 500, "--rate", "500", "-d", "10s")
    latency, loop = trial["latency_us"], trial["loop"]
    print(loop, {kind: latency[kind]["p99"] for kind in latency})
    valid_but_late(trial)
    equal(loop["kind"], "open", "loop")
    equal(loop["intended"], trial["connections"]["attempted"] + loop["missed"], "starts")
    assert 4900 <= loop["intended"] <= 500 * (trial["duration_s"] + 1), (loop, trial["duration_s"])
    equal(loop["starved"], 0, "starts that found no connection free")
    assert trial["connections"]["completed"] == loop["intended"] - loop["missed"], trial
    # One start in ten fell into the stall; the last of 99 in 100 waited nearly all of it.
    assert latency["total"]["p99"] > 800e3, latency["total"]
    assert latency["total"]["max"] >= 0.98e6 * STALL_S, latency["total"]
    equal(latency["total"]["count"], loop["intended"], "latencies, of those that were missed too")
    assert "Open loop: 500 connections/s, fixed arrivals" in run.stdout, run.stdout


def closed_loop_hides_it(bench):
    trial, run = run_with_stall(bench, 50, "-c", "8", "-d", "3s")
    latency = trial["latency_us"]
    print({kind: latency[kind]["p99"] for kind in latency})
    equal(trial["loop"], {"kind": "closed"}, "loop")
    # Eight of thousands cannot show at p99, where a machine makes thousands.
    assert latency["total_corrected"]["p99"] > 500e3, latency
    if latency["total"]["count"] < 1600:
        print("not shown: this machine made %d connections" % latency["total"]["count"])
        return
    assert latency["total"]["p99"] < 500e3, latency
    omission, = [f for f in trial["findings"] if f["id"] == "coordinated-omission"]
    equal(omission["total_us_p99"], latency["total"]["p99"], "the finding's p99")
    equal(omission["total_corrected_us_p99"], latency["total_corrected"]["p99"], "corrected p99")
    assert "Closed loop" in run.stdout and "coordinated-omission" in run.stdout, run.stdout


def connections_that_run_out_are_no_open_loop(bench):
    trial, _ = run_with_stall(bench, 100, "--rate", "500", "-c", "4", "-d", "4s", "--arrivals",
                              "poisson")
    loop = trial["loop"]
    print(loop)
    # Those of the stall, less the four that were open.
    assert 300 < loop["starved"] <= loop["late"], loop
    assert not trial["valid"], "valid with %s" % loop
    # That the server stood still is seen where no sample of a busy machine is late. There more starts may be late
    # for want of a processor than for want of a connection.
    is_starved = 2 * (loop["starved"] + loop["missed_starved"]) > loop["late"] + loop["missed"]
    told = ("every connection was in use", "every connection waited for it") if is_starved else ("did not keep up",)
    assert any(words in reason for reason in trial["invalid_because"] for words in told), trial["invalid_because"]
    # Late as they are, their wait is told in full.
    assert trial["latency_us"]["total"]["max"] > 0.9e6, trial["latency_us"]["total"]
    assert trial["latency_us"]["total_uncorrected"]["p90"] < trial["latency_us"]["total"]["p90"]


def open_loop(bench):
    for scenario in (open_loop_shows_it, closed_loop_hides_it,
                     connections_that_run_out_are_no_open_loop):
        scenario(bench)
        print("ok", scenario.__name__, flush=True)


if __name__ == "__main__":
    main(open_loop)
