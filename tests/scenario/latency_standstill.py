#!/usr/bin/env python3
"""A server that answers nobody for a known time: at the start of the window, in the middle, across
its end, and to the end of all. What clients waited is in the latencies, whenever it ended, and who
stood still is said. What looks like it: a server that is slow throughout, and a loader that is asked
for more than it can do."""
import os
import sys
import time

from lib.known_server import KnownServer, known_command, report_read, request_read, response
from lib.scales import SCALE, main_at_scales
from lib.scenario import equal, valid
from lib.table import between

WINDOW_S, STILL_S, SLOW_S = SCALE * 2, SCALE * 1.2, SCALE * 0.7
NEVER_S, TIMEOUT_S = 100, SCALE
# Behind the first request.
FROM_S = {"start": 0, "middle": SCALE * 0.3, "end": SCALE * 1.7}
CLIENTS, RATE, FEW, MANY = 8, 200, 16, 1000
# A sample is taken each 100 ms, and a busy machine takes it late.
SAMPLE_S = SCALE * 0.1
LATE_S = SCALE * 0.3
FINDING = "server-stood-still"


class Standing(KnownServer):
    """Accepts at once, and answers at once, but for those that ask while it stands still: these it
    answers when that is over."""

    def __init__(self):
        super().__init__(self.serve)
        self.from_s, self.still_s = (float(word) for word in self.words)
        self.began_s = None

    def serve(self, _, connection, number):
        request_read(connection)
        now = time.monotonic()
        if self.began_s is None:
            self.began_s = now
        passed = now - self.began_s
        if self.from_s <= passed < self.from_s + self.still_s:
            time.sleep(self.from_s + self.still_s - passed)
            self.add("waited_s", time.monotonic() - now)
        connection.sendall(response(10))


def serve_slowly(server, connection, _):
    request_read(connection)
    time.sleep(float(server.words[0]))
    connection.sendall(response(10))


def play(bench, words, *options):
    path = os.path.join(bench.folder, "server.json")
    run = bench.run("--server-command",
                    known_command(__file__, "serve", "{port}", path, *map(str, words)),
                    "--server-name", "it", "--repeat", "1", "-d", "%ss" % WINDOW_S, *options)
    trial = run.trial("it")
    found = [f for f in trial["findings"] if f["id"] == FINDING]
    total = {key: value for key, value in trial["latency_us"]["total"].items() if key != "curve"}
    print(words, options, trial["loop"], total, trial["invalid_because"],
          [f["text"] for f in found], flush=True)
    return run, trial, found, path


def well_of(bench, run):
    """What was checked and well. Below the table it may have no room."""
    return bench.verb("report", run.path, "--explain", "checked").stdout


def stood_still(bench, run, found, where):
    finding, = found
    between(STILL_S - LATE_S, finding["still_s"], STILL_S + LATE_S, "s of " + where)
    # Of a sample, whose interval it may be early by.
    between(FROM_S[where] - SAMPLE_S, finding["t_s"], FROM_S[where] + LATE_S, "s until " + where)
    assert "delivery" not in well_of(bench, run), well_of(bench, run)


def longest(trial, path):
    waited = max(report_read(path)["waited_s"])
    between(0.98 * waited, trial["latency_us"]["total"]["max"] / 1e6, waited + LATE_S, "s, longest")
    return waited


def closed_loop(bench, where):
    """Each client waits once; clients that come all the time wait from then on to the end of it."""
    run, trial, found, path = play(bench, ("standing", FROM_S[where], STILL_S), "-c", str(CLIENTS))
    valid(trial)
    stood_still(bench, run, found, where)
    latency, waited = trial["latency_us"], longest(trial, path)
    equal(len(report_read(path)["waited_s"]), CLIENTS, "clients that waited")
    equal(found[0]["waiting"], CLIENTS, "waiting")
    between(0.8 * waited, latency["total_corrected"]["p99"] / 1e6, waited + LATE_S, "s, corrected")
    equal([latency[kind]["unfinished"] for kind in ("response", "total", "close")], [0] * 3,
          "unfinished")
    between(latency["total"]["count"] - 1, trial["exchanges"], latency["total"]["count"] + 1,
            "exchanges")


def open_loop(bench, where):
    """No start is missed where connections are enough."""
    run, trial, found, path = play(bench, ("standing", FROM_S[where], STILL_S), "-c", str(MANY),
                                   "-R", str(RATE // SCALE))
    stood_still(bench, run, found, where)
    longest(trial, path)
    latency, missed = trial["latency_us"], trial["loop"]["missed"]
    assert missed <= 2, trial["loop"]
    equal(latency["total"]["count"], trial["loop"]["intended"], "latencies")
    equal(latency["total"]["unfinished"], missed, "unfinished")


def open_loop_of_few(bench):
    """Across the end: all connections wait, and the starts that are due meanwhile are missed. That is
    not the loader's fault; and they have waited, too."""
    _, trial, found, _ = play(bench, ("standing", FROM_S["end"], STILL_S), "-c", str(FEW),
                              "-R", str(RATE // SCALE))
    equal(len(found), 1, "findings")
    loop, latency = trial["loop"], trial["latency_us"]
    due = (WINDOW_S - FROM_S["end"]) * RATE / SCALE
    between(due - FEW - 10 * SCALE, loop["missed"], due - FEW + 10, "starts that were missed")
    equal(loop["missed_starved"], loop["missed"], "those without a connection")
    equal(latency["total"]["unfinished"], loop["missed"], "unfinished")
    equal(latency["total"]["count"], loop["intended"], "latencies")
    equal(latency["start"]["count"], loop["intended"], "starts")
    reason, = (reason for reason in trial["invalid_because"] if "were missed" in reason)
    # On a busy machine more starts may be late for want of a processor than for want of a connection.
    is_starved = 2 * (loop["starved"] + loop["missed_starved"]) > loop["late"] + loop["missed"]
    assert ("the server stood still" if is_starved else "did not keep up") in reason, reason


def to_the_end(bench):
    """What is given up counts as what it had waited by then."""
    _, trial, found, _ = play(bench, ("standing", FROM_S["middle"], NEVER_S), "-c", str(CLIENTS),
                              "--timeout", "%ss" % TIMEOUT_S)
    equal(len(found), 1, "findings")
    latency, timed_out = trial["latency_us"], trial["connections"]["timed_out"]
    # Those that began then, and those that began when these were given up.
    between(CLIENTS, timed_out, 2 * CLIENTS, "connections that timed out")
    for kind in ("response", "total"):
        equal(latency[kind]["unfinished"], timed_out, "unfinished, " + kind)
        between(0.98 * TIMEOUT_S, latency[kind]["max"] / 1e6, TIMEOUT_S + LATE_S, "s, " + kind)
    equal(latency["connect"]["unfinished"], 0, "unfinished, connect")
    equal(latency["total"]["count"], trial["exchanges"] + timed_out, "latencies")


def slow_throughout(bench):
    run, trial, found, _ = play(bench, ("slow", SLOW_S), "-c", str(CLIENTS))
    equal(found, [], "findings")
    between(0.98 * SLOW_S, trial["latency_us"]["total"]["p50"] / 1e6, SLOW_S + LATE_S, "s, p50")
    # Each client has one more exchange than it has ended inside the window.
    equal(trial["latency_us"]["total"]["count"], trial["exchanges"], "latencies")
    assert "delivery" in well_of(bench, run), well_of(bench, run)


def more_than_it_can(bench):
    run = bench.run("--strategies", "graceful", "--repeat", "1", "-d", "1s", "-R", "1000000",
                    "--client-addresses", "4")
    trial = run.trial("graceful")
    print(trial["loop"], trial["invalid_because"], flush=True)
    assert any("were missed" in reason for reason in trial["invalid_because"]), trial
    assert not any("stood still" in reason for reason in trial["invalid_because"]), trial
    equal([f for f in trial["findings"] if f["id"] == FINDING], [], "findings")


SERVERS = {"standing": Standing, "slow": lambda: KnownServer(serve_slowly)}


def latency_standstill(bench):
    for where in FROM_S:
        closed_loop(bench, where)
        open_loop(bench, where)
    open_loop_of_few(bench)
    to_the_end(bench)
    slow_throughout(bench)
    more_than_it_can(bench)


if __name__ == "__main__":
    if sys.argv[1] == "serve":
        # KnownServer's words begin behind the report's path.
        kind = sys.argv.pop(4)
        SERVERS[kind]().run()
    else:
        main_at_scales(latency_standstill)
