#!/usr/bin/env python3
"""One SIGINT or SIGTERM ends the trial, not its report: what was measured is written and shown. A
second one ends the program."""
import os
import signal

from lib.host import Host
from lib.scenario import (
    TIMEOUT_S, accounting, descendants_of, equal, main, server_of, status_of, valid,
    wait_for_load)
from lib.wait import wait_for


def server_after(bench_pid, before):
    """The server of a later trial: each has its own."""
    pid = server_of(bench_pid)
    return pid if pid != before else None


def interrupt(bench, number, trials_before, duration_s):
    """In a trial whose window is so long that it cannot be over by itself."""
    host = Host()
    process, server = bench.start_and_meet("--strategies", "graceful,client-close", "--repeat", "3",
                                           "-d", "%ds" % duration_s, "-c", "32")
    for _ in range(trials_before):
        server = wait_for(lambda before=server: server_after(process.pid, before), "a trial")
    wait_for_load(server, 200)
    host.watch(process.pid)
    process.send_signal(number)
    run = bench.finish(process)
    equal(run.status, 130, run.said())
    assert run.result, "there is no result file\n" + run.said()
    *whole, last = run.trials
    print("%s: %d whole trials, then %s after %.2f s: %s" % (
        signal.Signals(number).name, len(whole), last["strategy"], last["duration_s"],
        accounting(last)))
    equal(last["invalid_because"].count("interrupted"), 1, "reasons of the last trial")
    assert not last["valid"] and last["duration_s"] < duration_s, "the last trial was not cut short"
    equal(len(whole), trials_before, "trials before")
    for trial in whole:
        accounting(trial)
        valid(trial)
    equal(sum(summary["trials"] for summary in run.result["summary"]), len(run.trials),
          "trials of the summary")
    assert "interrupted" in run.stdout, run.stdout
    equal([name for name in os.listdir(bench.folder) if name.endswith(".partial")], [], "files")
    host.check()


def interrupt_twice(bench, number):
    """The second one, of whichever kind, ends the program at once, and all that it has started."""
    host = Host()
    process, server = bench.start_and_meet("--strategies", "graceful", "-d", "1h", "-c", "32")
    wait_for_load(server, 200)
    # It answers nobody any more: otherwise the trial might be over before the second one comes.
    os.kill(server, signal.SIGSTOP)
    host.watch(process.pid)
    process.send_signal(signal.SIGINT)
    # Seen in what it says, so that the second one is not taken for the first.
    while b"once more" not in os.read(process.stderr.fileno(), 4096):
        pass
    process.send_signal(number)
    process.wait(timeout=TIMEOUT_S)
    process.stdout.close()
    process.stderr.close()
    equal(process.returncode, -number, "how it ended")
    host.check()


def interrupt_before_the_server_listens(bench):
    """Nothing was measured: there is no result, and no wait for what is not to be measured."""
    host = Host()
    process = bench.start("--server-command", "sleep 1000", "-d", "1s")
    wait_for(lambda: any((status_of(pid) or {}).get("name") == "teardown-init"
                         for pid in descendants_of(process.pid)), "the server's first process")
    host.watch(process.pid)
    process.send_signal(signal.SIGINT)
    run = bench.finish(process)
    equal(run.status, 130, run.said())
    equal(run.result, None, "result")
    assert "interrupted while the server did not listen yet" in run.stderr, run.stderr
    host.check()


def interrupted(bench):
    interrupt(bench, signal.SIGINT, 0, 3600)
    interrupt(bench, signal.SIGTERM, 1, 5)
    interrupt_twice(bench, signal.SIGINT)
    interrupt_twice(bench, signal.SIGTERM)
    interrupt_before_the_server_listens(bench)


if __name__ == "__main__":
    main(interrupted)
