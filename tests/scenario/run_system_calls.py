#!/usr/bin/env python3
"""What a connection costs in system calls, at the server and at the loader, as strace counts them;
and in which order the loader makes them: run_system_calls.py TEARDOWN TEARDOWN-SERVER [quiet]
Some counts are as low only where no end waits for the other: those of a quiet machine."""
import re
import shutil
import sys
from collections import Counter

from lib.scenario import Skip, accounting, equal, main

QUIET = sys.argv[3:] == ["quiet"]
CONNECTIONS = 4000
# Starting and ending are in it.
SLACK = 400
BATCH = 16


def calls_of(path):
    with open(path) as file:
        return {name: int(count) for count, name in
                re.findall(r"^ *(\d+) (\w+) *$", file.read(), re.MULTILINE)}


def server_calls(bench, strategy, connections=CONNECTIONS, *options):
    """With a queue that is never empty: the tracer makes the server the slower one."""
    path = bench.folder + "/calls"
    run = bench.run("--server-command", "strace -f -c -U calls,name -o %s %s --listen "
                    "{host}:{port} --strategy %s" % (path, bench.server, strategy),
                    "--server-name", "it", "--repeat", "1", "-n", str(connections), "-c", "64", *options)
    equal(accounting(run.trial("it"))["completed"], connections, "completed")
    return calls_of(path)


def a_server_makes_no_call_too_many(bench):
    for strategy, most in (("server-close", 4.1), ("reset", 4.1), ("fin-on-data", 4.1),
                           ("graceful", 6.1)):
        calls = server_calls(bench, strategy)
        total = calls["total"]
        print("%s: %.3f a connection" % (strategy, total / CONNECTIONS))
        if strategy == "graceful":
            # Where a client's FIN is not there yet, a read finds nothing, and epoll_ctl(2) adds and
            # removes the connection. On a quiet machine the tracer makes that rare.
            late = calls["recvfrom"] - 2 * CONNECTIONS
            assert not QUIET or late < CONNECTIONS / 3, calls
            total -= 3 * late
        assert total <= most * CONNECTIONS + SLACK, calls
        assert not QUIET or calls["epoll_wait"] < CONNECTIONS / 4, calls


def half_a_round_trip_has_a_fine_timer(bench):
    """epoll_wait(2) counts in milliseconds, of which half a round trip may be one: a timerfd does not."""
    for strategy, has_timer in (("simultaneous", True), ("graceful", False)):
        calls = server_calls(bench, strategy, 16, "--rtt", "4ms")
        print(strategy, calls)
        equal(calls.get("timerfd_settime", 0) > 0, has_timer, "whether the server sets a timer")


def traced_run(bench, strace, *options):
    """Runs server-close, and returns where the trace of all but its server is."""
    path = bench.folder + "/trace"
    command = bench.program
    bench.program = shutil.which("strace")
    try:
        run = bench.verb("-f", "-b", "execve", *strace, "-o", path, command, "run",
                         "--strategies", "server-close", "--repeat", "1", *options,
                         "--json", bench.folder + "/traced.json")
    finally:
        bench.program = command
    # strace slows it down so that samples are late: a trial may be invalid.
    assert run.returncode == 0 or "no trial is valid" in run.stderr, run.stderr
    return path


def a_busy_loader_asks_epoll_for_few(bench):
    calls = calls_of(traced_run(bench, ["-c", "-U", "calls,name"], "-n", str(CONNECTIONS),
                                "-c", "64"))
    print("loader: %s" % {name: calls.get(name, 0) for name in
                          ("socket", "connect", "sendto", "recvfrom", "epoll_ctl", "epoll_pwait2")})
    assert calls["sendto"] < 1.1 * CONNECTIONS, calls
    # Of these a loader makes more where the server is slow.
    if QUIET:
        assert calls.get("epoll_ctl", 0) < CONNECTIONS / 4, calls
        assert calls["recvfrom"] < 2.2 * CONNECTIONS, calls


def order_of(path):
    """The calls of the thread that connects, in order."""
    with open(path) as file:
        calls = re.findall(r"^(\d+) +(connect|sendto)\(", file.read(), re.MULTILINE)
    thread = Counter(pid for pid, name in calls if name == "connect").most_common(1)[0][0]
    return [name for pid, name in calls if pid == thread]


def connections_that_are_due_send_together(bench):
    trace = ["-e", "trace=connect,sendto"]
    order = order_of(traced_run(bench, trace, "-n", "200", "-c", "40"))
    equal(order.count("connect"), 200, "connects")
    batch = ["connect"] * BATCH + ["sendto"] * BATCH
    last = 40 % BATCH
    equal(order[:80], batch * 2 + ["connect"] * last + ["sendto"] * last, "the first 40")
    order = order_of(traced_run(bench, trace, "-n", "100", "-c", "40", "--connect-batch", "1"))
    assert ("connect", "connect") not in zip(order, order[1:]), order
    # Where each has an instant of its own, none waits for others.
    order = order_of(traced_run(bench, trace, "-n", "100", "-c", "40", "-R", "1000"))
    equal(order.count("connect"), 100, "connects of an open loop")
    assert ("connect", "connect") not in zip(order, order[1:]), order


def who_has_a_port_does_not_wait_for_who_has_none(bench):
    order = order_of(traced_run(bench, ["-e", "trace=connect,sendto"], "-n", "30", "-c", "10",
                                "--port-range", "40000-40003"))
    equal(order[:12], ["connect"] * 5 + ["sendto"] * 4 + ["connect"] * 3, "four ports")


def system_calls(bench):
    if not shutil.which("strace"):
        raise Skip("there is no strace")
    a_server_makes_no_call_too_many(bench)
    half_a_round_trip_has_a_fine_timer(bench)
    a_busy_loader_asks_epoll_for_few(bench)
    connections_that_are_due_send_together(bench)
    who_has_a_port_does_not_wait_for_who_has_none(bench)


if __name__ == "__main__":
    main(system_calls)
