#!/usr/bin/env python3
"""CPU time that is known: server and loader burn it by their own CPU clocks, the server 12 ms a
connection, the loader 3 ms. And the builtin loader's, which the kernel knows of its process."""
import json
import os
import signal
import socket
import sys
import time

from lib.known_server import KnownServer, known_command, report_read, request_read, response
from lib.scales import SCALE, main_at_scales
from lib.scenario import equal, server_of, status_of, valid
from lib.table import WIDE, between, check_table, near
from lib.wait import wait_for

CONNECTIONS = 40
SERVER_S, LOADER_S = 0.012, 0.003
# Both are idle for so long at the end: samples are taken of what they have burnt.
IDLE_S = 0.8 * SCALE
CLOCK_TICK_S = 1 / os.sysconf("SC_CLK_TCK")


def burn(seconds):
    due = time.thread_time() + seconds
    while time.thread_time() < due:
        pass


def handle(server, connection, _):
    request_read(connection)
    burn(SERVER_S)
    connection.sendall(response(10))


def load(host, port, path):
    for _ in range(CONNECTIONS):
        with socket.create_connection((host, int(port))) as connection:
            burn(LOADER_S)
            connection.sendall(b"GET / HTTP/1.1\r\nHost: it\r\n\r\n")
            while connection.recv(4096):
                pass
    time.sleep(IDLE_S)
    with open(path, "w") as file:
        json.dump({"cpu_s": time.process_time()}, file)
        file.flush()
        os._exit(0)  # The interpreter's own end would take CPU time that nobody has noted.


def most(trial, name):
    return max(sample.get(name, 0) for sample in trial["samples"])


def server_and_loader(bench):
    reports = [os.path.join(bench.folder, name) for name in ("server.json", "loader.json")]
    run = bench.run("--server-command", known_command(__file__, "serve", "{port}", reports[0]),
                    "--server-name", "it", "--loader-command",
                    known_command(__file__, "load", "{host}", "{port}", reports[1]), "--repeat",
                    "1", "-d", "100s", "--wide", environment=WIDE)
    trial = run.trial("it")
    valid(trial)
    server, loader = map(report_read, reports)
    server_s, loader_s = server["cpu_s"], loader["cpu_s"]
    assert server_s >= CONNECTIONS * SERVER_S and loader_s >= CONNECTIONS * LOADER_S
    equal(trial["connections"]["established"], CONNECTIONS, "connections")
    measured = trial["cpu_us_per_connection"]
    near(measured["server"], 1e6 * server_s / CONNECTIONS, 0.03, 400, "us of the server")
    near(measured["client"], 1e6 * loader_s / CONNECTIONS, 0.03, 400, "us of the loader")
    # Samples count from a process's start.
    near(most(trial, "loader_cpu_s"), loader_s, 0.05, 0.02, "s of the loader in the samples")
    near(most(trial, "server_cpu_s"), server["whole_cpu_s"], 0.05, 0.02,
         "s of the server in the samples")
    check_table(run, "it")


def cpu_of(pid):
    """A process's threads', not its children's."""
    with open("/proc/%d/stat" % pid) as file:
        user, system = file.read().rsplit(")", 1)[1].split()[11:13]
    return (int(user) + int(system)) * CLOCK_TICK_S


def cpu_after_the_load(bench_pid):
    """Of the process of a trial whose server has ended: meanwhile the bench does not take the
    trial's record, so that the process stays."""
    trial = status_of(wait_for(lambda: server_of(bench_pid), "the server"))["ppid"]
    os.kill(bench_pid, signal.SIGSTOP)
    wait_for(lambda: not server_of(trial), "the server's end")
    used_s = cpu_of(trial)
    os.kill(bench_pid, signal.SIGCONT)
    return used_s


def builtin_loader(bench):
    """The loader's thread takes most of the CPU time of the trial's process, and never more."""
    process = bench.start("--strategies", "graceful", "--repeat", "1", "-n", "20000", "-d", "100s",
                          "-c", "32", "--requests-per-connection", "3", "--wide", environment=WIDE)
    trial_s = cpu_after_the_load(process.pid)
    run = bench.finish(process)
    trial = run.trial("graceful")
    attempted = trial["connections"]["attempted"]
    between(0.6 * trial_s, trial["cpu_us_per_connection"]["client"] * attempted / 1e6,
            1.02 * trial_s + CLOCK_TICK_S, "s of the builtin loader")
    between(0.3 * trial_s, most(trial, "loader_cpu_s"), 1.02 * trial_s + CLOCK_TICK_S,
            "s of the builtin loader in the samples")
    check_table(run, "graceful")


def figures_cpu(bench):
    server_and_loader(bench)
    builtin_loader(bench)


if __name__ == "__main__":
    if sys.argv[1] == "serve":
        KnownServer(handle).run()
    elif sys.argv[1] == "load":
        load(*sys.argv[2:])
    else:
        main_at_scales(figures_cpu)
