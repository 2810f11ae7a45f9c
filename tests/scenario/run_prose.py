#!/usr/bin/env python3
"""How much stands in words below the table: twelve lines of 100 columns at most, of a run without
options, of all strategies, of a proxy, and of trials that are invalid for many reasons."""
import os
import shutil
import sys

from lib.scenario import main

WIDTH, MOST = 100, 12
FIELD = os.path.join(os.path.dirname(os.path.abspath(__file__)), "field")
SHORT = ("-d", "300ms")
# With HAProxy before a server of its own.
PROXY = """defaults
 mode http
 timeout connect 60s
 timeout client 60s
 timeout server 60s
 option httpclose
frontend front
 bind :8080
 default_backend back
backend back
 http-reuse never
 server one 127.0.0.1:9000
frontend upstream
 bind 127.0.0.1:9000
 http-request return status 200
"""


def prose_of(text):
    lines = text.splitlines()
    first = next(i for i, line in enumerate(lines) if line.startswith("Medians of valid trials"))
    last = next(i for i, line in enumerate(lines) if line.startswith("measured:"))
    return lines[first:last - 1]


def height(lines):
    """As a terminal breaks them."""
    return sum(max(1, -(-len(line) // WIDTH)) for line in lines)


def check(bench, *options, **how):
    text = bench.run(*options, environment={"COLUMNS": str(WIDTH)}, **how).stdout
    lines = prose_of(text)
    print(" ".join(options)[:60], "\n" + "\n".join(lines), flush=True)
    assert "" not in lines, lines
    assert height(lines) <= MOST, "%d lines:\n%s" % (height(lines), "\n".join(lines))


def run_prose(bench):
    check(bench, *SHORT)
    check(bench, "-s", "all", *SHORT, "-r", "1")
    # Ports, the cap, the listen queue: each strategy has reasons of its own.
    check(bench, "-s", "graceful,reset,client-close,keep-alive,tw-reuse,server-close", *SHORT, "-r", "1",
          "--port-range", "40000-40499", "--sysctl", "server:net.ipv4.tcp_max_tw_buckets=200", "--sysctl",
          "server:net.core.somaxconn=4")
    proxy = "%s %s/twohop.py 198.18.0.1 8080" % (sys.executable, FIELD)
    check(bench, "--server-command", proxy, "--server-name", "proxy", *SHORT)
    if shutil.which("haproxy"):
        path = os.path.join(bench.folder, "proxy.cfg")
        with open(path, "w") as file:
            file.write(PROXY)
        check(bench, "--server-command", "haproxy -db -q -f " + path, *SHORT)


if __name__ == "__main__":
    main(run_prose)
