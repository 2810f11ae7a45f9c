#!/usr/bin/env python3
"""With 2,000 ports 32 connections a second last and 33 do not: how many are refused within 140 s is
worked out here from the life of a TIME_WAIT that the result names, and counted in a real run. Takes
two and a half minutes: only with LONG_TESTS=1."""
import collections
import math
import os

from lib.scenario import Skip, equal, main

PORTS, SECONDS = 2000, 140
LASTS, REFUSED = 32, 33
SAMPLE_S = 0.1
PHASES = 64


def outcome(rate, life, phase):
    """(refused, most ports held) of connections at the same distance, where the timer wheel ticks
    at `phase` for the first time, and a TIME_WAIT ends at the tick behind its 60 s."""
    tick = life["most_s"] - life["least_s"]
    held, refused, most = collections.deque(), 0, 0
    for number in range(rate * SECONDS):
        now = number / rate
        while held and held[0] <= now:
            held.popleft()
        if len(held) == PORTS:
            refused += 1
            continue
        over = now + life["least_s"] - phase
        held.append((math.floor(over / tick) + 1) * tick + phase)
        most = max(most, len(held))
    return refused, most


def forecast(rate, life):
    """The outcomes at all phases: the wheel's cannot be known."""
    tick = life["most_s"] - life["least_s"]
    return {outcome(rate, life, tick * number / PHASES) for number in range(PHASES)}


def check(run, rate, forecasts):
    trial = run.trial("client-close")
    errors = trial["connections"]["connect_errors"]
    refused, held = errors.get("EADDRNOTAVAIL", 0), trial["ports"]["peak_in_use"]
    print("%d/s: refused %d, held %d; forecast (refused, held): %s" % (
        rate, refused, held, sorted(forecasts)))
    equal(set(errors) - {"EADDRNOTAVAIL"}, set(), "other errors")
    # A start that is late may fall behind a tick, and a sample may miss the last ones before it.
    least, most = min(forecasts), max(forecasts)
    slack = 1 if most[0] else 0
    assert least[0] - slack <= refused <= most[0] + slack, "refused %d" % refused
    assert least[1] - rate * SAMPLE_S - 1 <= held <= most[1], "held %d" % held
    return [f for f in trial["findings"] if f["id"] == "ports-exhausted"]


def ports_forecast(bench):
    if not os.environ.get("LONG_TESTS"):
        raise Skip("takes two and a half minutes: LONG_TESTS=1")
    runs = {rate: bench.start("-s", "client-close", "--rate", str(rate), "-d", "%ds" % SECONDS,
                              "--repeat", "1", "--port-range", "40000-%d" % (40000 + PORTS - 1),
                              "-c", "100") for rate in (LASTS, REFUSED)}
    runs = {rate: bench.finish(process, timeout_s=SECONDS + 60) for rate, process in runs.items()}
    life = runs[LASTS].result["host"]["time_wait_life"]
    forecasts = {rate: forecast(rate, life) for rate in runs}
    # At HZ 1000 the tick is 4.096 s, and 32 a second are too many.
    if PORTS / life["most_s"] >= LASTS:
        equal({refused for refused, _ in forecasts[LASTS]}, {0}, "refused, by forecast")
        equal(check(runs[LASTS], LASTS, forecasts[LASTS]), [], "findings of what lasts")
    found = check(runs[REFUSED], REFUSED, forecasts[REFUSED])
    equal(len(found), 1, "findings of what does not last")
    lasting = math.floor(PORTS / life["most_s"])
    said = "%d/s would have lasted (ports / %.2f s)" % (lasting, life["most_s"])
    assert said in found[0]["text"], found[0]["text"]
    assert lasting < REFUSED


if __name__ == "__main__":
    main(ports_forecast)
