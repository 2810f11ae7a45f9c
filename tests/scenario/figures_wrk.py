#!/usr/bin/env python3
"""What wrk says is what the result and the table say. It is said by a stand-in, whose figures are
all different; the connections that it opens are known, too, and the real wrk, where it is
installed, is held to what it prints."""
import json
import os
import re
import shutil
import socket
import sys
import time

from lib.known_server import KnownServer, known_command, report_read, request_read, response
from lib.scenario import equal, main
from lib.table import WIDE, between, check_table, near, table_of

CONNECTIONS, LASTS_S = 7, 0.6
REQUEST_BYTES = 12000
# As wrk 4.1 prints: stats_print in its src/wrk.c.
SAYS = """Running 10s test @ http://198.18.0.1:8080/
  2 threads and 12 connections
  Thread Stats   Avg      Stdev     Max   +/- Stdev
    Latency    31.50ms    4.25ms   1.75s    93.10%
    Req/Sec   212.00     13.00   240.00     70.00%
  Latency Distribution
     50%   21.40ms
     75%  800.00us
     90%   64.30ms
     99%    1.20s 
  4321 requests in 10.01s, 1.25MB read
  Socket errors: connect 2, read 3, write 5, timeout 11
  Non-2xx or 3xx responses: 17
Requests/sec:    431.67
Transfer/sec:    128.15KB
"""
STAND_IN = """#!%s
import os, sys
os.execv(%r, [%r, %r, "load", sys.argv[-1], %r])
"""
FIGURES = {
    "requests": 4321, "requests_per_s": 431.67, "non_success": 17,
    "errors": {"connect": 2, "read": 3, "write": 5, "timeout": 11},
    "latency_us": {"mean": 31500, "stdev": 4250, "max": 1750000, "p50": 21400, "p75": 800,
                   "p90": 64300, "p99": 1200000},
}
LINE = ("wrk says: it, trial 1: 4321 requests, 617.3 a connection, 432/s, p50 21.4 ms, p99 1200 ms, "
        "17 of them without success; "
        "errors: connect 2, read 3, write 5, timeout 11")


def serve(_, connection, __):
    while request_read(connection):
        connection.sendall(response(10, closes=False))


def load(url, path):
    """The client closes first. Each request has as many bytes as those that SAYS tells of."""
    host, port = re.fullmatch(r"http://([\d.]+):(\d+)/", url).groups()
    began_s = time.monotonic()
    for _ in range(CONNECTIONS):
        with socket.create_connection((host, int(port))) as connection:
            connection.sendall(b"GET / HTTP/1.1\r\nHost: %s\r\n\r\n" % (b"x" * REQUEST_BYTES))
            connection.recv(4096)
    time.sleep(LASTS_S)
    print(SAYS, end="")
    with open(path, "w") as file:
        json.dump({"load_s": time.monotonic() - began_s}, file)
        sys.stdout.flush()
        file.flush()
        os._exit(0)  # The interpreter's own end would take time that nobody has noted.


def run_it(bench, path, *arguments, **environment):
    return bench.run("--server-command", known_command(__file__, "serve", "{port}", path),
                     "--server-name", "it", "--loader", "wrk", "--repeat", "1", "--wide",
                     *arguments, environment=dict(WIDE, **environment))


def stand_in(bench):
    path, age, folder = (os.path.join(bench.folder, name)
                         for name in ("server.json", "age.json", "path"))
    os.mkdir(folder)
    with open(os.path.join(folder, "wrk"), "w") as file:
        file.write(STAND_IN % (sys.executable, sys.executable, sys.executable,
                               os.path.abspath(__file__), age))
        os.fchmod(file.fileno(), 0o755)
    run = run_it(bench, path, "-d", "100s", PATH=folder + ":" + os.environ["PATH"])
    trial, known = run.trial("it"), report_read(path)["segments"]
    equal({key: trial["third_party"][key] for key in FIGURES}, FIGURES, "wrk's figures")
    equal((trial["exchanges"], trial["exchanges_per_s"]), (4321, 431.67), "exchanges")
    equal(known["client_ends"], CONNECTIONS, "connections that the server's socket saw")
    connections = trial["connections"]
    equal((connections["attempted"], connections["established"]),
          (CONNECTIONS + FIGURES["errors"]["connect"], CONNECTIONS), "connections")
    known_s = report_read(age)["load_s"]
    # Less than the whole command, whose interpreter has to start first.
    between(known_s - 0.05, trial["duration_s"], trial["third_party"]["ran_s"] - 0.001, "s of its load")
    near(trial["rate_per_s"], CONNECTIONS / trial["duration_s"], 0, 1e-3, "connections a second")
    equal(trial["time_wait"]["client"]["created"], CONNECTIONS, "TIME_WAITs of the client")
    assert LINE in run.stdout.splitlines(), run.stdout
    equal(table_of(run.stdout, "it")["re- quests /s"], "432", "exchanges as they are printed")
    check_table(run, "it")


def said_number(output, pattern):
    return re.search(pattern, output).group(1)


def said_us(output, pattern):
    value, unit = re.fullmatch(r"([\d.]+)(us|ms|s)", said_number(output, pattern)).groups()
    return float(value) * {"us": 1, "ms": 1e3, "s": 1e6}[unit]


def real_one(bench):
    if not shutil.which("wrk"):
        print("not shown: wrk is not installed here")
        return
    run = run_it(bench, os.path.join(bench.folder, "real.json"), "-d", "1s", "-c", "8")
    third_party = run.trial("it")["third_party"]
    output = third_party["output"]
    print(output)
    equal(third_party["requests"], int(said_number(output, r"(\d+) requests in")), "requests")
    equal(third_party["requests_per_s"], float(said_number(output, r"Requests/sec: +([\d.]+)")),
          "requests a second")
    for quantile in (50, 75, 90, 99):
        near(third_party["latency_us"]["p%d" % quantile],
             said_us(output, r"\n +%d%% +(\S+)" % quantile), 1e-6, 0, "p%d" % quantile)
    near(third_party["latency_us"]["mean"], said_us(output, r"Latency +(\d\S+)"), 1e-6, 0, "mean")
    check_table(run, "it")


def figures_wrk(bench):
    stand_in(bench)
    real_one(bench)


if __name__ == "__main__":
    if sys.argv[1] == "serve":
        KnownServer(serve).run()
    elif sys.argv[1] == "load":
        load(*sys.argv[2:])
    else:
        main(figures_wrk)
