#!/usr/bin/env python3
"""accept(2) fails, with each errno it can have, injected by strace: server_accept.py PROGRAM

Skips where strace is not there, or may not trace."""
import re
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time

from lib.server_process import KEEP, TIMEOUT_S, Server, get, metrics_parse, run, texts_of_threads
from lib.wait import wait_for

SHORTAGES = ("EMFILE", "ENFILE", "ENOBUFS", "ENOMEM")
# accept(2): "already-pending network errors on the new socket"
PENDING = ("ENETDOWN", "EPROTO", "ENOPROTOOPT", "EHOSTDOWN", "ENONET", "EHOSTUNREACH",
           "EOPNOTSUPP", "ENETUNREACH", "ECONNABORTED", "EINTR", "EPERM", "ETIMEDOUT")
SKIPPED = 77
# To the sandbox an injected call is a wrong one.
OPTIONS = ("--metrics", "data", "--no-sandbox", *KEEP)


class Injection:
    """Has accept4(2) of every thread fail from here to the block's end, or `times` times."""

    def __init__(self, server, error, times=None):
        self.log = tempfile.NamedTemporaryFile(prefix="accept-", suffix=".log")
        when = ":when=1..%d" % times if times else ""
        self.process = subprocess.Popen(
            ["strace", "-f", "-qq", "-o", self.log.name, "-p", str(server.process.pid),
             "-e", "trace=accept4", "-e", "inject=accept4:error=%s%s" % (error, when)])
        self.server = server

    def is_attached(self):
        assert self.process.poll() is None, "strace ended"
        return all("TracerPid:\t%d\n" % self.process.pid in status
                   for status in texts_of_threads(self.server.process.pid, "status"))

    def __enter__(self):
        wait_for(self.is_attached, "strace to trace every thread")
        return self

    def __exit__(self, *_):
        self.process.send_signal(signal.SIGINT)
        self.process.wait(TIMEOUT_S)

    def failures(self):
        with open(self.log.name) as file:
            return len(re.findall(r"\(INJECTED\)", file.read()))


def metrics_of(client):
    client.send(get("/metrics"))
    return metrics_parse(client.response().body.decode())


def a_shortage_pauses_and_passes():
    begun = time.monotonic()
    with Server("--threads", "2", "--no-defer-accept", *OPTIONS) as server:
        served = server.connect()
        metrics_of(served)
        for error in SHORTAGES:
            with Injection(server, error) as injection:
                start = time.monotonic()
                clients = [server.connect() for _ in range(10)]
                # Those that are connected are served meanwhile.
                tries = wait_for(lambda: metrics_of(served) and injection.failures() >= 10
                                 and injection.failures(), "tries of accept4")
                took = time.monotonic() - start
                assert tries <= 10 * took + 2, (error, tries, took)
            for client in clients:
                client.send(get())
            for client in clients:
                assert client.response().status == 200
                client.socket.close()
            assert metrics_of(served)['accept_errors_total{errno="%s"}' % error] >= 2
        served.socket.close()
        said = server.finish().count("accepting pauses")
        # Once a second at most, of each kind.
        most = len(SHORTAGES) + time.monotonic() - begun
        assert len(SHORTAGES) <= said <= most, (said, most)


def threads_try_one_at_a_time():
    """Each listener has connections that wait, so that each thread would try."""
    with Server("--threads", "4", "--no-defer-accept", *OPTIONS) as server:
        with Injection(server, "EMFILE") as injection:
            start = time.monotonic()
            clients = [server.connect() for _ in range(40)]
            tries = wait_for(lambda: injection.failures() >= 10 and injection.failures(),
                             "tries of accept4")
            took = time.monotonic() - start
            # All four the first time, then one every 250 ms.
            assert tries <= 4 + 4 * took + 1, (tries, took)
        for client in clients:
            client.send(get())
            assert client.response().status == 200
            client.socket.close()


def a_connection_that_lingers_at_another_thread_is_evicted():
    """Every descriptor but that of one connection is taken by those that linger; the next one waits
    at some thread or other."""
    with Server("--threads", "2", "--no-defer-accept", "--grace", "60s", "--idle", "60s",
                *OPTIONS) as server:
        lingering = [server.connect() for _ in range(8)]
        for client in lingering:
            client.send(get("/", b"Connection: close\r\n"))
            assert client.response().status == 200
        count = server.descriptors()
        resource.prlimit(server.process.pid, resource.RLIMIT_NOFILE, (count, count))
        asked = [server.connect() for _ in range(8)]
        for client in asked:
            client.send(get())
            assert client.response().status == 200
        for client in lingering + asked:
            client.socket.close()


def pending_errors_are_passed_over():
    with Server("--no-defer-accept", *OPTIONS) as server:
        served = server.connect()
        for error in PENDING:
            with Injection(server, error, times=3) as injection:
                assert server.ask(get("/", b"Connection: close\r\n")).status == 200
                wait_for(lambda: injection.failures() == 3, "three failures with " + error)
        samples = metrics_of(served)
        for error in PENDING:
            assert samples['accept_errors_total{errno="%s"}' % error] == 3, (error, samples)
        assert samples["accept_pauses_total"] == 0, samples
        served.socket.close()


def errors_that_stay_do_not_spin():
    """EPERM of a security module leaves the connection in the queue."""
    with Server("--no-defer-accept", *OPTIONS) as server:
        served = server.connect()
        metrics_of(served)
        with Injection(server, "EPERM"):
            start, before = time.monotonic(), metrics_of(served)["accept_pauses_total"]
            with server.connect() as client:
                pauses = wait_for(
                    lambda: max(0, metrics_of(served)["accept_pauses_total"] - before - 4),
                    "five pauses") + 4
                took = time.monotonic() - start
                assert pauses <= 5 * took + 1, (pauses, took)
        with server.connect() as client:
            client.send(get())
            assert client.response().status == 200
        served.socket.close()


def may_trace():
    """Whether strace may attach to a process."""
    if not shutil.which("strace"):
        return False

    def is_decided():
        with open("/proc/%d/status" % child.pid) as file:
            return tracer.poll() is not None or "TracerPid:\t%d\n" % tracer.pid in file.read()
    child = subprocess.Popen(["sleep", "1000"])
    tracer = subprocess.Popen(["strace", "-qq", "-o", "/dev/null", "-p", str(child.pid)],
                              stderr=subprocess.DEVNULL)
    wait_for(is_decided, "strace to attach")
    may = tracer.poll() is None
    child.kill()
    child.wait()
    tracer.wait()
    return may


if __name__ == "__main__":
    if not may_trace():
        print("skipped: strace is not here, or may not trace")
        sys.exit(SKIPPED)
    run([a_shortage_pauses_and_passes, threads_try_one_at_a_time,
         a_connection_that_lingers_at_another_thread_is_evicted, pending_errors_are_passed_over,
         errors_that_stay_do_not_spin])
