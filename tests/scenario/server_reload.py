#!/usr/bin/env python3
"""teardown-server is replaced while it serves, and nobody notices: server_reload.py PROGRAM
Runs in a network namespace of its own, whose counters are therefore the test's."""
import ctypes
import os
import re
import select
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time

from lib import loopback
from lib.losses import Resets, changes, counters
from lib.server_process import KEEP, TIMEOUT_S, Server, get, pattern, run
from lib.wait import wait_for, wait_past

# Few where one thread accepts, which is the simpler case, and where wrk makes many times as many connections meanwhile.
RELOADS, FEW_RELOADS = 20, 8
# A client that reads slowly is slower on a busy machine. Nothing waits for so long: it ends with its response.
PATIENT = "120s"
PR_SET_CHILD_SUBREAPER = 36


class Load:
    """Clients that ask without a pause, each error noted. `request` says whether a connection is
    used once, or until the server announces its close."""

    def __init__(self, server, request, threads=4):
        self.server, self.request = server, request
        self.exchanges, self.connections, self.errors = [0] * threads, [0] * threads, []
        self.over = False
        self.before, self.resets = counters(), Resets(server.port)
        self.threads = [threading.Thread(target=self.run, args=(i,)) for i in range(threads)]
        for thread in self.threads:
            thread.start()

    def run(self, number):
        while not self.over:
            try:
                with self.server.connect() as client:
                    self.connections[number] += 1
                    self.use(client, number)
            except (OSError, AssertionError) as error:
                self.errors.append(repr(error))

    def use(self, client, number):
        while True:
            client.send(self.request)
            response = client.response()
            assert response.status == 200 and response.body == pattern(128)
            self.exchanges[number] += 1
            if response.closes:
                assert client.ended()
                return
            if self.over:
                client.half_close()
                assert client.ended()
                return

    def finish(self):
        """Nothing was lost: no error at a client, no reset that cuts something off, nothing left out
        of a queue."""
        self.over = True
        for thread in self.threads:
            thread.join()
        changed = changes(self.before)
        self.resets.check(changed.pop("OutRsts"))
        assert not self.errors, (len(self.errors), self.errors[:5])
        assert not any(changed.values()), changed


def reaped(pid):
    """The exit status of a process that took over: its reload helper has
    ended, and so it is our child."""
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


def reloads_lose_nothing(reloads, threads, request, *arguments):
    with Server("--threads", threads, "--drain", "20s", *arguments) as server:
        load = Load(server, request)
        pids = []
        for i in range(reloads):
            done = sum(load.exchanges)
            server.reload()
            pids.append(server.pid)
            wait_for(lambda: sum(load.exchanges) >= done + 50 or load.errors, "50 exchanges")
            assert not load.errors, (i, load.errors)
        load.finish()
        server.finish()
        assert len(set(pids)) == reloads
        assert [reaped(pid) for pid in pids] == [0] * reloads
        assert server.opened == sum(load.connections), (server.opened, sum(load.connections))
        print("# %d exchanges on %d connections" % (sum(load.exchanges), server.opened))


def new_connections_with_one_thread():
    reloads_lose_nothing(FEW_RELOADS, "1", get("/", b"Connection: close\r\n"))


def new_connections_with_two_threads():
    reloads_lose_nothing(RELOADS, "2", get("/", b"Connection: close\r\n"))


def kept_connections_are_told():
    reloads_lose_nothing(RELOADS, "2", get(), *KEEP)


def opened(count):
    """Waits until so many connections have come to this namespace."""
    wait_for(lambda: counters()["PassiveOpens"] >= count, "connection %d" % count)


def wrk_notices_nothing():
    wrk = shutil.which("wrk")
    if not wrk:
        print("# no wrk here")
        return
    with Server("--threads", "2", "--drain", "20s") as server:
        begun = counters()["PassiveOpens"]
        load = subprocess.Popen(
            [wrk, "-t1", "-c32", "-d600s", "-H", "Connection: close",
             "http://127.0.0.1:%d/" % server.port], stdout=subprocess.PIPE, text=True)
        try:
            # Its first connection is a try, which it closes at once.
            opened(begun + 100)
            before = counters()
            for _ in range(FEW_RELOADS):
                opened(counters()["PassiveOpens"] + 100)
                server.reload()
            # Before its end: it leaves connections behind then, which are its own resets.
            # A reset that cuts a response off is a socket error of wrk's; the others are late answers
            # of the kernel, as the other cases show segment by segment. These are too many to follow.
            changed = changes(before)
            del changed["OutRsts"]
            assert load.poll() is None
            load.send_signal(signal.SIGINT)
            said = load.communicate(timeout=TIMEOUT_S)[0]
        finally:
            load.kill()
        print("#", " ".join(said.split("\n")[-4].split()), "with", FEW_RELOADS, "reloads")
        assert "Socket errors" not in said and "Non-2xx" not in said, said
        assert not any(changed.values()), changed


def connections_that_wait_to_be_accepted_are_served():
    with Server("--threads", "2", "--no-defer-accept") as server:
        before, resets = counters(), Resets(server.port)
        server.signal(signal.SIGSTOP)
        clients = [server.connect() for _ in range(200)]
        server.signal(signal.SIGHUP)
        server.signal(signal.SIGCONT)
        server.pid = int(server.until(r" reloaded pid=(\d+)").group(1))
        server.processes += 1
        for client in clients:
            client.send(get())
        for client in clients:
            assert client.response().body == pattern(128) and client.ended()
            client.socket.close()
        server.finish()
        assert server.opened == 200, server.opened
        changed = changes(before)
        # As with wrk: all clients close at about the same time, right behind the server.
        resets.check(changed.pop("OutRsts"))
        assert not any(changed.values()), changed


def a_slow_exchange_ends_with_the_process_that_began_it():
    with Server("--drain", PATIENT, *KEEP) as server:
        with server.connect() as begun, server.connect(receive_buffer=4096) as slow:
            begun.send(get()[:10])
            slow.send(get("/bytes/3000000"))
            server.receives(len(get("/bytes/3000000")) + 10)
            server.reload()
            begun.send(get()[10:])
            response = begun.response()
            assert response.body == pattern(128)
            assert begun.ended() if response.closes else begun.told()
            assert slow.response().body == pattern(3000000)
            assert slow.told()
        assert server.ask(get()).status == 200


def a_first_signal_after_a_reload_cuts_nothing_off():
    """systemd ends every process of a service, the one that drains included."""
    with Server("--threads", "2", "--drain", PATIENT, *KEEP) as server, \
            server.connect(4096) as client:
        client.send(get("/bytes/8000000"))
        assert client.more()
        server.reload()
        server.process.send_signal(signal.SIGTERM)
        assert client.response().body == pattern(8000000)


def metrics_go_on_at_their_address():
    with Server("--threads", "2") as server:
        for _ in range(3):
            server.ask(get())
            server.reload()
            # The process that leaves may answer a last time.
            server.counted(connections_opened_total=0)


class Replaceable(Server):
    """A server from a copy of the program, which a test can put something else in the place of."""

    def __init__(self, *arguments, **popen):
        self.folder = tempfile.mkdtemp(prefix="teardown-reload-")
        self.program = os.path.join(self.folder, "teardown-server")
        self.install()
        super().__init__(*arguments, program=self.program, **popen)

    def install(self, script=None):
        new = self.program + ".new"
        if script:
            with open(new, "w") as file:
                file.write("#!/bin/sh\n" + script)
        else:
            shutil.copy(sys.argv[1], new)
        os.chmod(new, 0o755)
        os.rename(new, self.program)

    def __exit__(self, *failure):
        try:
            super().__exit__(*failure)
        finally:
            shutil.rmtree(self.folder)


def a_new_process_that_fails_changes_nothing():
    with Replaceable(*KEEP) as server, server.connect() as client:
        said_at = 0
        for script, why in (("exit 7", "status=7"), ("kill -SEGV $$", "signal=11"),
                            ("exec /nowhere", "status=127"), (None, "status=127")):
            if script:
                server.install(script)
            else:
                os.unlink(server.program)
            # A kind of event is said once a second.
            wait_past(said_at + 1.1)
            server.signal(signal.SIGHUP)
            server.until(" reload failed %s: this process goes on$" % why)
            said_at = time.monotonic()
            client.send(get())
            assert not client.response().closes
            assert server.ask(get("/", b"Connection: close\r\n")).status == 200
        server.install()
        server.reload()
        assert client.told()
        assert server.ask(get("/", b"Connection: close\r\n")).status == 200


def how_a_new_process_ended_is_known_where_sigchld_was_ignored():
    """By whoever started the server: the kernel would keep no child of its helper."""
    with Replaceable(preexec_fn=lambda: signal.signal(signal.SIGCHLD, signal.SIG_IGN)) as server:
        server.install("exit 7")
        server.signal(signal.SIGHUP)
        how = server.until(r" reload failed (\S+): this process goes on$").group(1)
        assert how == "status=7", how


def an_end_does_not_wait_for_a_new_process():
    with Replaceable() as server:
        server.install("echo $$ >%s/pid; exec sleep 1000" % server.folder)
        server.signal(signal.SIGHUP)
        path = server.folder + "/pid"
        wait_for(lambda: os.path.exists(path) and os.path.getsize(path), "the new process")
        with open(path) as file:
            pid = int(file.read())
        server.finish()
        assert not os.path.exists("/proc/%d" % pid)


def an_end_in_the_middle_of_a_reload_is_the_end():
    for i in range(12):
        with Server() as server:
            old = server.process
            server.signal(signal.SIGHUP)
            # At another instant each time: whichever it is, the claim is the same.
            wait_past(time.monotonic() + 0.003 * i)
            server.signal()
            old.wait(TIMEOUT_S)
            server.until(r"^connections: ")
            # Either the new process serves in the old one's place, or there is none.
            taken = re.search(r" reloaded pid=(\d+)", server.said)
            if taken:
                os.kill(int(taken.group(1)), signal.SIGTERM)
            assert select.select([server.process.stderr], [], [], TIMEOUT_S)[0]
            server.processes = None
            server.finish()


if __name__ == "__main__":
    loopback.enter()
    ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    run([new_connections_with_one_thread, new_connections_with_two_threads,
         a_first_signal_after_a_reload_cuts_nothing_off,
         kept_connections_are_told, wrk_notices_nothing,
         connections_that_wait_to_be_accepted_are_served,
         a_slow_exchange_ends_with_the_process_that_began_it, metrics_go_on_at_their_address,
         a_new_process_that_fails_changes_nothing,
         how_a_new_process_ended_is_known_where_sigchld_was_ignored,
         an_end_does_not_wait_for_a_new_process, an_end_in_the_middle_of_a_reload_is_the_end])
