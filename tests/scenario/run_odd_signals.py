#!/usr/bin/env python3
"""Who started the program had all signals blocked and SIGCHLD ignored, as some shells, daemons and
first processes of containers do: run_odd_signals.py TEARDOWN TEARDOWN-SERVER"""
import signal

from lib.scenario import equal, main, valid, wait_for_load

WAYS = ({"ignored": {signal.SIGCHLD}}, {"blocked": signal.valid_signals()},
        {"ignored": {signal.SIGCHLD}, "blocked": signal.valid_signals()})


def odd(ignored=(), blocked=()):
    def prepare():
        for number in ignored:
            signal.signal(number, signal.SIG_IGN)
        signal.pthread_sigmask(signal.SIG_SETMASK, blocked)
    return prepare


def a_run_is_one_like_any_other(bench, way):
    run = bench.run("--strategies", "server-close", "-r", "1", "-n", "200", "-c", "4",
                    preexec_fn=odd(**way))
    valid(run.trials[0])
    equal(run.trials[0]["connections"]["completed"], 200, "completed")


def it_can_be_interrupted(bench, way):
    process, server = bench.start_and_meet("--strategies", "graceful", "-r", "1", "-d", "1h", "-c", "8",
                                           preexec_fn=odd(**way))
    wait_for_load(server, 50)
    process.send_signal(signal.SIGINT)
    run = bench.finish(process)
    equal(run.status, 130, run.said())
    assert "interrupted" in run.trials[0]["invalid_because"], run.trials[0]["invalid_because"]


def odd_signals(bench):
    for way in WAYS:
        a_run_is_one_like_any_other(bench, way)
        it_can_be_interrupted(bench, way)


if __name__ == "__main__":
    main(odd_signals)
