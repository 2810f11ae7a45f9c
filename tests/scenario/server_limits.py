#!/usr/bin/env python3
"""Whatever resource limits the server is started under, it serves, or says why it does not; no signal
ends it: server_limits.py PROGRAM"""
import os
import re
import resource
import subprocess
import sys
import tempfile

from lib.server_process import TIMEOUT_S, Client, get, run
from lib.wait import wait_for

MIB = 1 << 20
SANITIZED = "SANITIZED" in os.environ
# The dynamic linker's own.
NOT_LOADED = 127


def _serves(port, metrics_port, clients):
    """Clients at once that make each thread allocate; memory may end for some of them."""
    opened = []
    try:
        for i in range(clients):
            client = Client(port)
            opened.append(client)
            client.send((get("/bytes/3000000"), get()[:-2], get("/", b"Content-Length: 9\r\n", b"PUT"),
                         get("/bytes/10000") * 50)[i % 4])
        with Client(metrics_port) as reader:
            reader.send(get("/metrics"))
            reader.more()
    except OSError:
        pass
    finally:
        for client in opened:
            client.socket.close()


def _outcome(limits, *arguments, clients=40):
    """How the server ends under (limit, bytes) pairs: its status and what it said."""
    def set_limits():
        for what, value in limits:
            resource.setrlimit(what, (value, value))
    process = subprocess.Popen(
        [sys.argv[1], "--listen", "127.0.0.1:0", "--metrics", "127.0.0.1:0", "--drain", "0",
         *arguments], stderr=subprocess.PIPE, text=True, preexec_fn=set_limits)
    text, ports = "", []
    while len(ports) < 2:
        line = process.stderr.readline()
        if not line:
            break
        text += line
        ports += re.findall(r"(?:listening|metrics) on \S+:(\d+)", line)
    if len(ports) == 2:
        _serves(int(ports[0]), int(ports[1]), clients)
    process.terminate()
    text += process.stderr.read()
    process.stderr.close()
    return process.wait(TIMEOUT_S), text, len(ports) == 2


def _range(limit, values, *arguments, refused=3):
    """Below some value each is refused, with a sentence, and above it each serves."""
    served = []
    for value in values:
        status, text, serves = _outcome([(limit, value)], *arguments)
        assert status >= 0, (value, status, text)
        if serves:
            assert status == 0, (value, status, text)
        else:
            assert status == refused and text.count("\n") == 1 or status == NOT_LOADED, \
                (value, status, text)
        served.append(serves)
    assert served == sorted(served) and served[-1] and not served[0], served


def little_address_space_is_refused():
    if SANITIZED:
        print("# not in a sanitizer build")
        return
    for threads in ("1", "4"):
        _range(resource.RLIMIT_AS, range(8 * MIB, 80 * MIB, 2 * MIB), "--threads", threads)


def little_data_is_refused():
    if SANITIZED:
        print("# not in a sanitizer build")
        return
    _range(resource.RLIMIT_DATA, range(4 * MIB, 48 * MIB, 2 * MIB), "--threads", "2")


def little_stack_is_refused_or_raised():
    if SANITIZED:
        print("# not in a sanitizer build")
        return
    _range(resource.RLIMIT_STACK, (128 << 10, 192 << 10, 256 << 10, MIB, 8 * MIB), "--threads", "3")


def few_descriptors_are_refused():
    _range(resource.RLIMIT_NOFILE, range(3, 100, 4))


def a_log_that_may_not_grow_ends_nothing():
    """RLIMIT_FSIZE: what is written beyond it is lost, and the server goes on."""
    with tempfile.TemporaryFile("w+") as log:
        process = subprocess.Popen(
            [sys.argv[1], "--listen", "127.0.0.1:0"], stderr=log,
            preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (1, 1)))
        # Its first line was cut there, and more follow.
        wait_for(lambda: os.fstat(log.fileno()).st_size or process.poll(), "the first line")
        process.terminate()
        assert process.wait(TIMEOUT_S) == 0, process.returncode


if __name__ == "__main__":
    run([little_address_space_is_refused, little_data_is_refused,
         little_stack_is_refused_or_raised, few_descriptors_are_refused,
         a_log_that_may_not_grow_ends_nothing])
