#!/usr/bin/env python3
"""A client that has sent its FIN waits for the server's: the server does not look for it later on."""
from lib.scenario import main, valid

# A turn of the loop, not a tick of its timers (10 ms).
CLOSE_MS = 5


def the_server_answers_a_fin_at_once(bench):
    run = bench.run("--strategies", "half-close", "--repeat", "1", "-n", "2000", "-c", "8")
    trial = run.trial("half-close")
    valid(trial)
    close_ms = trial["latency_us"]["close"]["p50"] / 1000
    print("close p50 %.2f ms" % close_ms)
    assert close_ms < CLOSE_MS, "the client waited %.1f ms for the server's FIN" % close_ms


if __name__ == "__main__":
    main(the_server_answers_a_fin_at_once)
