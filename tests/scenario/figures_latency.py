#!/usr/bin/env python3
"""Latencies that are known: servers that answer, close, and let connections in, after delays of
their own. A busy machine makes what is measured longer, by less than the next wrong value. Where it
makes it longer than that, all of it is done again with longer delays, and a larger allowance: a
figure that is wrong is as wrong then."""
import collections
import math
import os
import random
import socket
import statistics
import sys
import threading
import time

from lib.drop_filter import drop_segments, pass_segments
from lib.known_server import KnownServer, known_command, report_read, request_read, response
from lib.scales import SCALE, main_at_scales
from lib.scenario import accounting, equal, valid
from lib.segments import FIN, SYN
from lib.table import WIDE, between, check_latency, check_table

PATIENT = ("-d", "100s", "--timeout", "60s")

# Of 200 responses: p50, p90, p99, and what is above p99.9. p95 would be the p99's.
DELAYS_MS = {SCALE * 100: 120, SCALE * 300: 63, SCALE * 800: 16, SCALE * 2000: 1}
TOTAL = sum(DELAYS_MS.values())
QUANTILES = {"p50": 0.5, "p90": 0.9, "p99": 0.99, "p999": 0.999, "max": 1}

# A SYN that was not answered is sent again a second later (TCP_TIMEOUT_INIT, include/net/tcp.h).
# After its last connection a trial waits 2 s for closes that are under way.
SLOW, ANSWER_MS, CLOSE_MS = 6, SCALE * 200, min(SCALE, 2) * 500
# The latest that a busy machine may be.
LATE_MS = SCALE * 90

STARTS, RATE, SERVED_MS = 8, 20 // SCALE, SCALE * 150

# Trials' delays in ms, and whether each response is whole: a trial with a short one is invalid.
TRIALS = tuple((SCALE * delay, is_whole) for delay, is_whole in (
    (20, True), (700, False), (600, True), (250, True)))


def shuffled_delays():
    delays = [delay for delay, count in DELAYS_MS.items() for _ in range(count)]
    # The long ones first, so that the last of them does not make the trial longer.
    random.Random(1).shuffle(delays)
    return sorted(delays, key=lambda delay: delay < SCALE * 800)


def rank(values, share):
    return sorted(values)[max(0, math.ceil(share * len(values)) - 1)]


def sleep_ms(delay):
    """Returns how long it took."""
    began = time.monotonic()
    time.sleep(delay / 1e3)
    return 1e3 * (time.monotonic() - began)


def answer_late(server, connection, number):
    request_read(connection)
    server.add("ms", sleep_ms(shuffled_delays()[number]))
    connection.sendall(response(10))


def many_delays(bench):
    path = os.path.join(bench.folder, "many.json")
    run = bench.run("--server-command", known_command(__file__, "serve", "{port}", path, "many"),
                    "--server-name", "it", "--repeat", "1", "-n", str(TOTAL), *PATIENT, "-c",
                    "40", "--latency", "--wide", environment=WIDE)
    trial, known = run.trial("it"), report_read(path)
    valid(trial)
    equal(accounting(trial)["completed"], TOTAL, "completed")
    served = known["ms"]
    for kind in ("response", "total"):
        latencies = trial["latency_us"][kind]
        equal(latencies["count"], TOTAL, "count")
        for quantile, share in QUANTILES.items():
            delay = rank(served, share)
            between(0.98 * delay, latencies[quantile] / 1e3, delay + LATE_MS,
                    "ms, %s %s" % (kind, quantile))
        mean = statistics.mean(served)
        between(0.98 * mean, latencies["mean"] / 1e3, mean + LATE_MS, "ms, %s mean" % kind)
    check_latency(run, "it")
    table = check_table(run, "it")
    for heading, share in (("p50 ms", 0.5), ("p99 ms", 0.99)):
        delay = rank(served, share)
        between(0.98 * delay, float(table[heading]), delay + LATE_MS, heading)


class Doorkeeper(KnownServer):
    """Lets nobody in before all have knocked; then it answers late, and closes later. What it knows
    of each connection is when the kernel met its first SYN, request, response and FIN."""

    def __init__(self):
        super().__init__(self.serve)
        self.first_s = collections.defaultdict(dict)
        self.segments.see = self.see

    def see(self, segment):
        kind = "syn" if segment.flags & SYN else "fin" if segment.flags & FIN else \
            "data" if segment.payload else "ack"
        self.first_s[segment.client].setdefault((segment.sender, kind), segment.at_s)

    def prepare(self, listener):
        drop_segments(listener)
        threading.Thread(target=self.open_the_door, args=(listener,), daemon=True).start()

    def open_the_door(self, listener):
        self.segments.wait_for(lambda: len(self.first_s) == SLOW, "the SYNs")
        pass_segments(listener)

    def serve(self, _, connection, number):
        request_read(connection)
        time.sleep(ANSWER_MS / 1e3)
        connection.sendall(response(10))
        time.sleep(CLOSE_MS / 1e3)
        connection.shutdown(socket.SHUT_WR)
        times = self.first_s[connection.getpeername()]
        self.segments.wait_for(lambda: ("server", "fin") in times, "the server's FIN")
        for name, begin, end in (("connect", ("client", "syn"), ("server", "syn")),
                                 ("response", ("client", "data"), ("server", "data")),
                                 ("close", ("server", "data"), ("server", "fin")),
                                 ("total", ("client", "syn"), ("server", "data"))):
            self.add(name, 1e3 * (times[end] - times[begin]))


def each_its_own(bench):
    """Connecting, answering and closing take times of their own: 1000, ANSWER_MS and CLOSE_MS."""
    path = os.path.join(bench.folder, "slow.json")
    run = bench.run("--server-command", known_command(__file__, "serve", "{port}", path, "slow"),
                    "--server-name", "it", "--repeat", "1", "-n", str(SLOW), *PATIENT, "-c",
                    str(SLOW), "--wide", environment=WIDE)
    trial, known = run.trial("it"), report_read(path)
    equal(accounting(trial)["completed"], SLOW, "completed")
    equal(trial["counters"]["client"]["TCPSynRetrans"], SLOW, "SYNs that were sent again")
    for kind in ("connect", "response", "close", "total"):
        latencies, delay = trial["latency_us"][kind], statistics.median(known[kind])
        equal(latencies["count"], SLOW, kind)
        between(0.97 * delay, latencies["p50"] / 1e3, 1.7 * delay, "ms, " + kind)
    check_table(run, "it")


def serve_slowly(server, connection, _):
    server.add("begins_s", time.monotonic())
    request_read(connection)
    server.add("served_ms", sleep_ms(SERVED_MS))
    connection.sendall(response(10))


def open_loop(bench):
    """RATE connections a second are to begin, of which the server lets one be at a time."""
    path = os.path.join(bench.folder, "open.json")
    run = bench.run("--server-command", known_command(__file__, "serve", "{port}", path, "open"),
                    "--server-name", "it", "--repeat", "1", "-n", str(STARTS), *PATIENT, "-c",
                    "1", "-R", str(RATE), "--wide", environment=WIDE)
    trial, known = run.trial("it"), report_read(path)
    equal(accounting(trial)["completed"], STARTS, "completed")
    loop = trial["loop"]
    equal([loop[key] for key in ("kind", "arrivals", "rate_per_s", "intended", "starved", "missed")],
          ["open", "fixed", RATE, STARTS, STARTS - 1, 0], "the loop")
    # On a busy machine the first may be late, too.
    assert STARTS - 1 <= loop["late"] <= STARTS, loop
    first = known["begins_s"][0]
    starts = [1e3 * (begin - first - number / RATE)
              for number, begin in enumerate(known["begins_s"])]
    totals = [start + served for start, served in zip(starts, known["served_ms"])]
    # The first one's own lateness is in what the server knows of the others'.
    for kind, values, unsure in (("start", starts, LATE_MS), ("total", totals, LATE_MS),
                                 ("total_uncorrected", known["served_ms"], 0)):
        for quantile, share in (("p50", 0.5), ("max", 1)):
            value = rank(values, share)
            between(0.98 * value - unsure, trial["latency_us"][kind][quantile] / 1e3,
                    value + LATE_MS, "ms, %s %s" % (kind, quantile))
    check_table(run, "it")


class Trials(KnownServer):
    """Which trial's it is, it knows from the files that the servers before it have made."""

    def __init__(self):
        super().__init__(self.serve)
        folder = self.words[1]
        number = sum(name.startswith("trial-") for name in os.listdir(folder))
        with open(os.path.join(folder, "trial-%d" % number), "x"):
            self.delay, self.is_whole = TRIALS[number]

    def serve(self, _, connection, number):
        request_read(connection)
        time.sleep(self.delay / 1e3)
        connection.sendall(response(10 if self.is_whole or number else 5, 10))


def several_trials(bench):
    """A median is that of the valid trials."""
    run = bench.run("--server-command", known_command(__file__, "serve", "{port}", os.devnull,
                                                      "trials", bench.folder),
                    "--server-name", "it", "--repeat", str(len(TRIALS)), "-n", "5", *PATIENT,
                    "-c", "5", "--latency", "--wide", environment=WIDE)
    for trial, (delay, is_whole) in zip(run.trials, TRIALS):
        between(0.98 * delay, trial["latency_us"]["total"]["p50"] / 1e3, delay + LATE_MS,
                "ms of a trial")
        if is_whole:
            valid(trial)
        else:
            equal((trial["valid"], trial["connections"]["short"]), (False, 1), "a short response")
    table = check_table(run, "it")
    check_latency(run, "it")
    # On a busy machine samples may be missed: one more is invalid.
    delays = [delay for trial, (delay, _) in zip(run.trials, TRIALS) if trial["valid"]]
    if not delays:
        print("not shown: too many samples were missed")
        return
    median = statistics.median(delays)
    between(0.98 * median, float(table["p50 ms"]), median + LATE_MS, "ms of all valid trials")
    summary, = run.result["summary"]
    equal((summary["trials"], summary["valid_trials"]), (len(TRIALS), len(delays)), "trials")
    for key, delay in (("low", min(delays)), ("median", median), ("high", max(delays))):
        between(0.98 * delay, summary["total_us_p50"][key] / 1e3, delay + LATE_MS, "ms, " + key)


SERVERS = {
    "many": lambda: KnownServer(answer_late),
    "slow": Doorkeeper,
    "open": lambda: KnownServer(serve_slowly),
    "trials": Trials,
}


def figures_latency(bench):
    many_delays(bench)
    each_its_own(bench)
    open_loop(bench)
    several_trials(bench)


if __name__ == "__main__":
    if sys.argv[1] == "serve":
        SERVERS[sys.argv[4]]().run()
    else:
        main_at_scales(figures_latency)
