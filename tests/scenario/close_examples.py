#!/usr/bin/env python3
"""The examples of how to close, by the contract that strategies are held to: what the ladder of each
head comment claims is what is measured. close_examples.py TEARDOWN TEARDOWN-SERVER SOURCES PROGRAMS"""
import os
import sys

from lib.close_ladder import claims
from lib.scenario import accounting, equal, main, valid

SOURCES, PROGRAMS = sys.argv[3:5]
SERVERS = ("graceful", "graceful_epoll", "reset_on_timeout", "reset_after_ack")
TOTAL, LARGE_TOTAL, LARGE = 300, 60, 1000000


def measure(bench, name, *arguments, total=TOTAL):
    trial = bench.run(*arguments, "--repeat", "1", "-n", str(total), "--timeout", "60s").trials[0]
    claimed = claims(SOURCES, name)
    print("%-17s %s first, %s holds, %.1f segments, %.2f resets" % (
        name, trial["first_closer"]["measured"], trial["holder"]["measured"],
        trial["segments_per_connection"], trial["resets_per_connection"]))
    valid(trial)
    equal(trial["first_closer"]["measured"], claimed["first_closer"], name + ": first closer")
    equal(trial["holder"]["measured"], claimed["holder"], name + ": holder")
    equal(trial["resets_per_connection"], float(claimed["resets"]), name + ": resets")
    for end in ("server", "client"):
        made = total if end == claimed["holder"] else 0
        equal(trial["time_wait"][end]["created"], made, "%s: TIME_WAITs at the %s" % (name, end))
    return trial


def nothing_is_lost(trial, total, each=None):
    equal(accounting(trial)["completed"], total, "completed")
    equal(trial["bytes"]["received"], trial["bytes"]["promised"], "bytes")
    if each:
        equal(trial["bytes"]["promised"], total * each, "bytes promised")


def servers(bench):
    for name in SERVERS:
        command = os.path.join(PROGRAMS, name) + " {port}"
        trial = measure(bench, name, "--server-command", command, "-c", "16")
        nothing_is_lost(trial, TOTAL, 128)
        # 10 with both FINs, 8 with a reset (docs/choosing.md); on a busy machine some ACKs are one.
        wanted = 8 if claims(SOURCES, name)["resets"] else 10
        assert abs(trial["segments_per_connection"] - wanted) < 1, trial["segments_per_connection"]
        trial = measure(bench, name, "--server-command", "%s %d" % (command, LARGE), "-c", "4",
                        total=LARGE_TOTAL)
        nothing_is_lost(trial, LARGE_TOTAL, LARGE)


def proxy(bench):
    for size, total in ((128, TOTAL), (LARGE, LARGE_TOTAL)):
        behind = "%s --strategy graceful --listen 127.0.0.1:9000 --response-bytes %d" % (
            bench.server, size)
        command = "sh -c '%s & exec %s {port} 127.0.0.1 9000'" % (
            behind, os.path.join(PROGRAMS, "proxy_close"))
        trial = measure(bench, "proxy_close", "--server-command", command, "--server-name", "proxy",
                        "-c", "4", total=total)
        nothing_is_lost(trial, total, size)


def client(bench):
    """It exits 1, and the trial is invalid, when a response was not whole."""
    command = os.path.join(PROGRAMS, "half_close_client") + " {host} {port} {total}"
    for size, total in ((128, TOTAL), (LARGE, LARGE_TOTAL)):
        trial = measure(bench, "half_close_client", "--strategies", "half-close", "--loader-command",
                        command, "-c", "1", "--response-bytes", str(size), total=total)
        equal(trial["connections"]["established"], total, "connections")
        equal(trial["claim"]["share"], 1.0, "connections of which the strategy's claim held")


def examples(bench):
    print({name: claims(SOURCES, name) for name in (*SERVERS, "proxy_close", "half_close_client")})
    for situation in (servers, proxy, client):
        situation(bench)


if __name__ == "__main__":
    main(examples)
