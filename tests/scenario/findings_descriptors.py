#!/usr/bin/env python3
"""A proxy that accepts and finds no descriptor for its connection to the upstream: socket(2) says EMFILE, the proxy
answers 500, and counts that. And servers that look alike: one that has all descriptors in use and answers well, and
one that answers 500 for reasons of its own, beside a helper that has no descriptor left."""
import errno
import json
import os
import resource
import signal
import socket
import sys
import time

from lib.bench import finding
from lib.known_server import known_command, report_read, request_read, response
from lib.scales import SCALE, main_at_scales
from lib.scenario import equal

DESCRIPTORS, REQUESTS = 40, 40
# So long a request is worked on: the bench looks each millisecond, or less often where the machine is busy.
WORK_S = 0.02 * SCALE
FAILED = b"HTTP/1.1 500 Internal Server Error\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
NAME = "descriptors-exhausted"


def fill(left):
    """Leaves room for so many."""
    resource.setrlimit(resource.RLIMIT_NOFILE, (DESCRIPTORS, DESCRIPTORS))
    taken = []
    while True:
        try:
            taken.append(os.open("/dev/null", os.O_RDONLY))
        except OSError as error:
            equal(error.errno, errno.EMFILE, "why no file is opened")
            break
    for fd in taken[len(taken) - left:]:
        os.close(fd)


def helper_start(listener):
    """It has no descriptor left, and nothing to do with the load."""
    ready = os.pipe()
    helper = os.fork()
    if helper == 0:
        signal.signal(signal.SIGTERM, signal.SIG_DFL)  # The report is its parent's.
        listener.close()
        fill(0)
        os.write(ready[1], b"r")
        while True:
            signal.pause()
    os.read(ready[0], 1)
    return helper


def answer_of(how, known):
    if how == "beside":
        return FAILED
    if how == "proxy":
        try:
            socket.socket().close()
        except OSError as error:
            equal(error.errno, errno.EMFILE, "why there is no socket")
            return FAILED
    return response(10)


def serve(port, path, how):
    """One connection at a time, which takes the last descriptor. Its report has one from the start."""
    report = os.open(path, os.O_WRONLY | os.O_CREAT, 0o600)
    known = {"answered": 0, "failed": 0, "pid": int(os.readlink("/proc/self"))}

    def end(*_):
        os.write(report, json.dumps(known).encode())
        os._exit(0)

    signal.signal(signal.SIGTERM, end)
    listener = socket.create_server(("", int(port)), backlog=128)
    if how == "beside":
        helper_start(listener)
    else:
        fill(1)
    while True:
        connection, _ = listener.accept()
        with connection:
            if not request_read(connection):
                continue
            answer = answer_of(how, known)
            time.sleep(WORK_S)
            known["failed" if answer == FAILED else "answered"] += 1
            connection.sendall(answer)


def play(bench, how):
    path = os.path.join(bench.folder, how + ".json")
    run = bench.run("--server-command", known_command(__file__, "serve", "{port}", path, how), "--server-name", "it",
                    "--repeat", "1", "-n", str(REQUESTS), "-c", "1", "-d", "100s", "--timeout", "60s")
    trial, known = run.trial("it"), report_read(path)
    found = finding(trial, NAME)
    print(how, known, found and found["text"], flush=True)
    return known, found


def findings_descriptors(bench):
    known, found = play(bench, "proxy")
    equal((known["answered"], known["failed"]), (0, REQUESTS), "answers of a proxy without a descriptor")
    equal((found["failed"], found["limit"], found["pid"], found["processes"]),
          (REQUESTS, DESCRIPTORS, known["pid"], 1), "what is said of it")
    assert 2 <= found["reached"] <= found["looks"], found
    assert 0 <= found["t_s"] <= found["last_t_s"], found
    assert "%d responses had a status of 5xx" % REQUESTS in found["text"], found["text"]

    known, found = play(bench, "full")
    equal((known["answered"], found), (REQUESTS, None), "all descriptors in use, and none is missed")
    known, found = play(bench, "beside")
    equal((known["failed"], found), (REQUESTS, None), "a helper that has no descriptor left")


if __name__ == "__main__":
    if sys.argv[1] == "serve":
        serve(*sys.argv[2:])
    else:
        main_at_scales(findings_descriptors)
