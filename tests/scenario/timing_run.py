#!/usr/bin/env python3
"""How soon `teardown run`, and the server that it measures, do what they have to do:
timing_run.py TEARDOWN TEARDOWN-SERVER
Upper bounds, which a busy machine may break: of suite timing, not of the gate."""
import os
import signal
import time

from lib.scenario import TIMEOUT_S, equal, main, valid, wait_for_load

# A turn of the server's loop, not a tick of its timers (10 ms).
CLOSE_MS = 5
STALL_S = 1.0


def the_server_answers_a_fin_at_once(bench):
    """A client that has sent its FIN waits for the server's: the server does not look for it later
    on."""
    run = bench.run("--strategies", "half-close", "--repeat", "1", "-n", "2000", "-c", "8")
    trial = run.trial("half-close")
    valid(trial)
    close_ms = trial["latency_us"]["close"]["p50"] / 1000
    print("close p50 %.2f ms" % close_ms)
    assert close_ms < CLOSE_MS, "the client waited %.1f ms for the server's FIN" % close_ms


def the_window_of_a_total_ends_with_its_last_connection(bench):
    run = bench.run("--strategies", "graceful", "--repeat", "5", "-n", "1", "-c", "1")
    durations = [trial["duration_s"] for trial in run.trials]
    print("one connection: %s s" % durations)
    assert 0 < min(durations) < 0.015, durations


def an_interrupt_ends_the_trial_at_once(bench):
    process, server = bench.start_and_meet("--strategies", "graceful", "-d", "60s", "-c", "32")
    wait_for_load(server, 200)
    process.send_signal(signal.SIGINT)
    began = time.monotonic()
    equal(bench.finish(process).status, 130, "status")
    took_s = time.monotonic() - began
    print("interrupted: ended after %.3f s" % took_s)
    assert took_s < 5, took_s


def a_second_interrupt_ends_the_program_at_once(bench):
    process, server = bench.start_and_meet("--strategies", "graceful", "-d", "60s", "-c", "32")
    wait_for_load(server, 200)
    os.kill(server, signal.SIGSTOP)
    process.send_signal(signal.SIGINT)
    while b"once more" not in os.read(process.stderr.fileno(), 4096):
        pass
    began = time.monotonic()
    process.send_signal(signal.SIGINT)
    process.wait(timeout=TIMEOUT_S)
    took_s = time.monotonic() - began
    process.stdout.close()
    process.stderr.close()
    print("interrupted twice: ended after %.3f s" % took_s)
    assert took_s < 1, took_s


def a_stall_shows_at_the_tail_alone(bench):
    """An open loop: one start in ten falls into the stall, and waits no longer than it lasts."""
    process, server = bench.start_and_meet("--strategies", "graceful", "--repeat", "1", "--rate",
                                           "500", "-d", "10s")
    wait_for_load(server, 500)
    os.kill(server, signal.SIGSTOP)
    time.sleep(STALL_S)
    os.kill(server, signal.SIGCONT)
    total = bench.finish(process).trial("graceful")["latency_us"]["total"]
    print(total)
    assert total["p50"] < 100e3 and total["p99"] < 1500e3, total


def timing_run(bench):
    failed = []
    for situation in (the_server_answers_a_fin_at_once,
                      the_window_of_a_total_ends_with_its_last_connection,
                      an_interrupt_ends_the_trial_at_once,
                      a_second_interrupt_ends_the_program_at_once,
                      a_stall_shows_at_the_tail_alone):
        try:
            situation(bench)
        except AssertionError as error:
            failed.append("%s: %s" % (situation.__name__, error))
    assert not failed, "\n".join(failed)


if __name__ == "__main__":
    main(timing_run)
