#!/usr/bin/env python3
"""Twenty runs with random options, or fifty with LONG_TESTS=1: every connection, byte and close is accounted for.
run_accounting.py TEARDOWN TEARDOWN-SERVER [SEED]"""
import os
import random
import sys

from lib.scenario import accounting, equal, main

RUNS = 50 if "LONG_TESTS" in os.environ else 20
STRATEGIES = ("graceful", "server-close", "reset", "tw-reuse", "client-close", "keep-alive")


def options_of(dice):
    connections = dice.choice((1, 2, 7, 32, 100))
    options = {
        "--strategies": dice.choice(STRATEGIES),
        "--connections": connections,
        "--threads": dice.randint(1, min(3, connections)),
        "--server-threads": dice.randint(1, 2),
        "--response-bytes": dice.choice((0, 1, 128, 1500, 65536, 300000)),
        "--client-addresses": dice.choice((1, 1, 3, 200)),
        "--port-range": dice.choice(("32768-60999", "1024-65535", "40000-40063", "50000-50000")),
        "--requests-per-connection": dice.choice((0, 1, 2, 30)),
        "--seed": dice.randint(0, 1000),
    }
    if dice.random() < 0.3:
        options["--request-bytes"] = dice.choice((1, 1000, 70000))
    if dice.random() < 0.3:
        options["--total"] = dice.randint(1, 500)
    if dice.random() < 0.3:
        options["--warmup"] = "100ms"
    if dice.random() < 0.3:
        options["--rate"] = dice.choice((50, 1000, 20000))
        options["--arrivals"] = dice.choice(("fixed", "poisson"))
    options["--source-port"] = dice.choice(("kernel", "range", "bind"))
    options["--duration"] = "300ms"
    return options


def check_bytes(trial, options, c):
    size = options.get("--request-bytes") or options["--response-bytes"]
    requests = options["--requests-per-connection"] or \
        (100 if trial["strategy"] == "keep-alive" else 1)
    sizes = trial["bytes"]
    assert sizes["received"] <= sizes["promised"], sizes
    # A connection still exchanging a second after the trial's end ends with its next exchange.
    assert c["completed"] <= trial["exchanges"] <= requests * c["attempted"], \
        "%d exchanges of %d each: %s" % (trial["exchanges"], requests, c)
    assert trial["exchanges"] * size <= sizes["received"], sizes
    if c["completed"] == c["established"]:
        equal(sizes, {"promised": trial["exchanges"] * size,
                      "received": trial["exchanges"] * size}, "bytes")


def met_before_time_wait(trial):
    """At most how many sockets of the client may have ended in FIN_WAIT_2: a connect(2) whose port was
    bound with SO_REUSEADDR takes it from there, too, while the server has not closed yet. Its SYN then
    meets the old connection, and is sent again behind a RST."""
    binds = trial["source_port"] == "bind"
    return trial["counters"]["client"]["TCPSynRetrans"] if binds else 0


def check_kernel(trial, c):
    """What the kernel of either end counted, against what the loader counted."""
    server, client = trial["counters"]["server"], trial["counters"]["client"]
    equal(server["PassiveOpens"], c["established"], "connections that the server's kernel opened")
    assert client["ActiveOpens"] >= c["established"], client
    made = {end: trial["time_wait"][end]["created"] for end in ("server", "client")}
    skipped = server["TCPTimeWaitOverflow"] + client["TCPTimeWaitOverflow"]
    resets = server["OutRsts"] + client["OutRsts"]
    assert sum(made.values()) + skipped + resets >= c["established"], \
        "%s made + %d skipped + %d resets for %d connections" % (
            made, skipped, resets, c["established"])
    if c["completed"] == c["established"]:
        declared = trial["holder"]["declared"]
        for end in made:
            expected = c["completed"] if declared == end else 0
            assert expected - met_before_time_wait(trial) <= made[end] <= expected, \
                "TIME_WAIT at %s: %d, expected %d" % (end, made[end], expected)
        # Where few ports are taken again at once, a SYN may meet the last connection's end: a
        # RST clears it, and the SYN is sent again, if not first after the trial. On a busy
        # machine an ACK may be overtaken, meet a socket that is gone, and draw a RST.
        if declared == "none":
            assert resets >= c["completed"], "%d resets of %d" % (resets, c["completed"])
        else:
            expected = client["TCPSynRetrans"] + c["attempted"] - c["established"]
            assert resets <= expected + 0.05 * c["established"], "%d resets" % resets
    for reason in trial["invalid_because"]:
        assert "balance" not in reason, reason


def run_accounting(bench):
    seed = int(sys.argv[3]) if len(sys.argv) > 3 else random.randrange(1 << 32)
    print("seed %d" % seed, flush=True)
    dice = random.Random(seed)
    for _ in range(RUNS):
        options = options_of(dice)
        words = [str(word) for pair in options.items() for word in pair]
        print(" ".join(words), flush=True)
        trial, = bench.run(*words, "--repeat", "1").trials
        c = accounting(trial)
        print("   ", c, trial["bytes"], trial["invalid_because"], flush=True)
        assert c["attempted"] > 0, "nothing was attempted"
        if "--total" in options:
            assert c["attempted"] <= options["--total"], "more than --total"
        check_bytes(trial, options, c)
        check_kernel(trial, c)


if __name__ == "__main__":
    main(run_accounting)
