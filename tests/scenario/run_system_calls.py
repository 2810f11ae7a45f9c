#!/usr/bin/env python3
"""What a connection costs in system calls, at the server and at the loader, as strace counts them."""
import re
import shutil

from scenario import Skip, books, equal, main

CONNECTIONS = 4000
# Starting and ending are in it.
SLACK = 400


def calls_of(path):
    with open(path) as file:
        return {name: int(count) for count, name in
                re.findall(r"^ *(\d+) (\w+) *$", file.read(), re.MULTILINE)}


def server_calls(bench, strategy):
    """With a queue that is never empty: the tracer makes the server the slower one."""
    path = bench.folder + "/calls"
    run = bench.run("--server-command", "strace -f -c -U calls,name -o %s %s --listen "
                    "{host}:{port} --strategy %s" % (path, bench.server, strategy),
                    "--server-name", "it", "--repeat", "1", "-n", str(CONNECTIONS), "-c", "64")
    equal(books(run.trial("it"))["completed"], CONNECTIONS, "completed")
    return calls_of(path)


def a_server_makes_no_call_too_many(bench):
    for strategy, most in (("server-close", 4.1), ("reset", 4.1), ("fin-on-data", 4.1),
                           ("graceful", 7.1)):
        calls = server_calls(bench, strategy)
        print("%s: %.3f a connection" % (strategy, calls["total"] / CONNECTIONS))
        assert calls["total"] <= most * CONNECTIONS + SLACK, calls
        assert calls["epoll_wait"] < CONNECTIONS / 4, calls


def a_busy_loader_asks_epoll_for_few(bench):
    path = bench.folder + "/trace"
    command = bench.program
    bench.program = shutil.which("strace")
    try:
        run = bench.verb("-f", "-b", "execve", "-c", "-U", "calls,name", "-o", path, command, "run",
                         "--strategies", "server-close", "--repeat", "1", "-n", str(CONNECTIONS),
                         "-c", "64", "--json", bench.folder + "/traced.json")
    finally:
        bench.program = command
    equal(run.returncode, 0, run.stderr)
    calls = calls_of(path)
    print("loader: %s" % {name: calls.get(name, 0) for name in
                          ("socket", "connect", "sendto", "recvfrom", "epoll_ctl", "epoll_pwait2")})
    assert calls.get("epoll_ctl", 0) < CONNECTIONS / 4, calls
    assert calls["sendto"] < 1.1 * CONNECTIONS and calls["recvfrom"] < 2.2 * CONNECTIONS, calls


def system_calls(bench):
    if not shutil.which("strace"):
        raise Skip("there is no strace")
    a_server_makes_no_call_too_many(bench)
    a_busy_loader_asks_epoll_for_few(bench)


if __name__ == "__main__":
    main(system_calls)
