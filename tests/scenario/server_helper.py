#!/usr/bin/env python3
"""The reload helper is stopped, killed or slow, and its server goes on and ends as ever:
server_helper.py PATH-OF-THE-PROGRAM"""
import contextlib
import os
import resource
import signal
import time

from lib import tcp
from lib.scenario import children_of, status_of
from lib.server_process import KEEP, TIMEOUT_S, Server, get, run
from lib.wait import wait_for

PATIENT = ("--header-timeout", "1h", "--keep-alive", "1h", "--idle", "1h", "--grace", "1h")
STAYS = " reload helper pid=%d has not ended"


def stop(pid):
    os.kill(pid, signal.SIGSTOP)
    wait_for(lambda: status_of(pid)["state"] == "T", "a stopped process")


@contextlib.contextmanager
def helper_of(server):
    """The helper's pid; however the block ends, the helper does."""
    def look():
        return [pid for pid in children_of(server.pid)
                if status_of(pid)["name"] == "teardown-reload"]
    helper = wait_for(look, "the reload helper")[0]
    try:
        yield helper
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.kill(helper, signal.SIGKILL)


def has_ended(server):
    """The process is gone, while its helper still holds stderr."""
    assert server.process.wait(TIMEOUT_S) == 0, server.process.returncode


def a_stopped_helper_delays_no_end():
    for number in (signal.SIGTERM, signal.SIGINT):
        with Server("--drain", "1s", "--threads", "2") as server, helper_of(server) as helper:
            stop(helper)
            server.signal(number)
            has_ended(server)
            server.until(STAYS % helper)
            os.kill(helper, signal.SIGCONT)
            server.finish()


def a_stopped_helper_delays_no_connection():
    """The loop goes on in the drain: what has begun is served."""
    with Server("--drain", "1h", *PATIENT, *KEEP) as server, helper_of(server) as helper, \
            server.connect() as client:
        client.send(get()[:10])
        server.receives(10)
        stop(helper)
        server.signal()
        server.until(" drains ")
        client.send(get()[10:])
        assert client.response().closes and client.ended()
        client.socket.close()
        has_ended(server)


def a_second_signal_ends_whatever_the_helper_does():
    for numbers in ((signal.SIGTERM, signal.SIGTERM), (signal.SIGINT, signal.SIGTERM)):
        with Server("--drain", "1h", *PATIENT) as server, helper_of(server) as helper, \
                server.connect() as client:
            client.send(get()[:10])
            server.receives(10)
            stop(helper)
            server.signal(numbers[0])
            server.until(" drains ")
            server.signal(numbers[1])
            server.until(" ends now")
            has_ended(server)


def a_second_signal_ends_the_wait_for_a_helper():
    """Of 2 s. On a busy machine the signal may come after them, but not every time. SIGHUP is none
    that ends the wait."""
    for _ in range(10):
        with Server("--drain", "1h") as server, helper_of(server) as helper:
            stop(helper)
            begun = time.monotonic()
            server.signal()
            server.until(" drains ")
            wait_for(lambda: server.process.poll() is not None
                     or server.is_asleep() and not tcp.listens(server.pid),
                     "the wait for the helper")
            server.signal(signal.SIGHUP)
            server.signal(signal.SIGINT)
            has_ended(server)
            took_s = time.monotonic() - begun
            os.kill(helper, signal.SIGCONT)
            said = server.finish()
            assert STAYS % helper in said and "reload failed" not in said, said
            if " ends now" in said and took_s < 2:
                return
    raise AssertionError("no second signal ended the wait")


def a_helper_that_stops_in_a_reload_delays_no_end():
    with Server("--drain", "1s") as server, helper_of(server) as helper:
        stop(helper)
        server.signal(signal.SIGHUP)
        server.until(" reload begins")
        assert server.ask(get()).status == 200
        server.signal()
        has_ended(server)
        server.until(STAYS % helper)
        # Continued, it starts nobody: its server has gone.
        os.kill(helper, signal.SIGCONT)
        server.processes = None
        server.finish()


def a_killed_helper_is_said_and_delays_nothing():
    with Server("--drain", "1s") as server, helper_of(server) as helper:
        os.kill(helper, signal.SIGKILL)
        server.until("reload failed reason=no-helper")
        assert server.ask(get()).status == 200
        server.signal()
        has_ended(server)


def a_helper_that_can_start_nothing_says_why():
    with Server() as server, helper_of(server) as helper:
        limits = resource.prlimit(helper, resource.RLIMIT_NOFILE)
        resource.prlimit(helper, resource.RLIMIT_NOFILE, (0, limits[1]))
        server.signal(signal.SIGHUP)
        how = server.until(r" reload failed (\S+): this process goes on$").group(1)
        assert how == "error=EMFILE", how
        resource.prlimit(helper, resource.RLIMIT_NOFILE, limits)
        server.reload()


def the_address_is_free_when_the_server_has_ended():
    """The helper holds the listening sockets as well, and the end waits for it a while. On a busy
    machine this test may continue the helper too late, but not every time."""
    for _ in range(10):
        with Server() as server, helper_of(server) as helper:
            stop(helper)
            server.signal()
            server.until(" drains ")
            begun = time.monotonic()
            # A server that does not wait has ended by then.
            wait_for(lambda: server.process.poll() is not None
                     or time.monotonic() > begun + 0.3, "the server to wait")
            os.kill(helper, signal.SIGCONT)
            if STAYS % helper not in server.finish():
                return
    raise AssertionError("the server never waited for its helper")


if __name__ == "__main__":
    run([a_stopped_helper_delays_no_end, a_stopped_helper_delays_no_connection,
         a_second_signal_ends_whatever_the_helper_does,
         a_second_signal_ends_the_wait_for_a_helper,
         a_helper_that_stops_in_a_reload_delays_no_end, a_killed_helper_is_said_and_delays_nothing,
         a_helper_that_can_start_nothing_says_why,
         the_address_is_free_when_the_server_has_ended])
