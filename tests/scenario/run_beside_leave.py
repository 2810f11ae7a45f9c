#!/usr/bin/env python3
"""Clients beside the load come no faster than the server lets them in, and leave when the trial's figures are
taken; what the server then holds is told apart from what the kernel made of late ACKs: run_beside_leave.py TEARDOWN.

The server counts itself. To have a connection that no client has, it answers a client with as many bytes as this
sent, closes behind the client's FIN, and sends a stray segment to the client's TIME_WAIT, until the ACK that
answers it has come in as a new connection: with tcp_syncookies=2 each SYN is answered with a cookie."""
import os
import socket
import struct
import sys
import tempfile
import threading
import time

from lib.bench import SKIPPED
from lib.bench import run as bench_run
from lib.known_server import KnownServer, known_command, report_read, request_read, response
from lib.scenario import equal
from lib.wait import wait_for

BESIDE = "198.19.127.254"
LOAD, CLIENTS = 20, 6
BACKLOG, IDLE = 16, 22
COOKIES = ("--sysctl", "server:net.ipv4.tcp_syncookies=2")
BURNT_S = 0.4
# So long all of them together take longer than the bench waits for one.
SLOW_S = 0.45


def cookies_sent():
    with open("/proc/net/netstat", encoding="ascii") as file:
        names, values = (line.split() for line in file.readlines()[:2])
    return int(values[names.index("SyncookiesSent")])


def burn(seconds):
    end = time.thread_time() + seconds
    while time.thread_time() < end:
        pass


class Server(KnownServer):
    def __init__(self):
        super().__init__(self.answer, backlog=BACKLOG if "defer" in sys.argv else 1024)
        self.mode = self.words[0]
        self.turn = threading.Lock()
        self.taken, self.again, self.served = set(), set(), 0
        self.stray = socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_TCP)

    def prepare(self, listener):
        if self.mode == "defer":
            listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_DEFER_ACCEPT, 1)

    def hold(self, name):
        self.count(name)
        threading.Event().wait()

    def is_chosen(self):
        """Of those beside the load the first ones; the others are served and closed."""
        with self.lock:
            self.served += 1
            return self.served <= CLIENTS

    def stray_send(self, peer):
        header = struct.pack("!HHIIBBHHH", self.port, peer[1], 1, 1, 5 << 4, 0x10, 0, 0, 0)
        words = struct.unpack("!10H", header)
        ends = struct.unpack("!4H", socket.inet_aton(self.own) + socket.inet_aton(peer[0]))
        total = sum(words) + sum(ends) + socket.IPPROTO_TCP + len(header)
        total = (total & 0xffff) + (total >> 16)
        total += total >> 16
        self.stray.sendto(header[:16] + struct.pack("!H", ~total & 0xffff) + header[18:], (peer[0], 0))

    def reopen(self, connection, peer):
        self.own = connection.getsockname()[0]
        connection.close()
        while peer not in self.again:
            self.stray_send(peer)
            time.sleep(0.005)

    def beside(self, connection, peer):
        with self.lock:
            (self.again if peer in self.taken else self.taken).add(peer)
        if peer in self.again:
            self.hold("reopened")
        request = request_read(connection)
        if request is None:  # An idle client leaves.
            if self.mode in ("keep", "reopen"):
                self.hold("kept")
            if self.mode == "slow":
                with self.turn:
                    time.sleep(SLOW_S)
            if self.mode == "burn" and self.count("left") == 1:
                self.report["cpu_at_leave_s"] = time.process_time()
                burn(BURNT_S)
            return
        body = len(request) - len(response(100)) + 100
        chosen = self.is_chosen()
        connection.sendall(response(body))
        # A client whose FIN comes later has no TIME_WAIT that could answer.
        assert not connection.recv(1)
        if chosen and self.mode == "reopen":
            self.reopen(connection, peer)

    def answer(self, _, connection, number):
        peer = connection.getpeername()
        if peer[0] == BESIDE:
            self.beside(connection, peer)
            return
        if self.mode == "reopen":
            wait_for(lambda: self.report.get("reopened", 0) >= CLIENTS, "connections that come in twice")
        if request_read(connection):
            connection.sendall(response(3))
        self.report["cookies_sent"] = cookies_sent()


def play(mode, beside, *options):
    """One trial; returns (what the server counted, the trial, the text)."""
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "known.json")
        result, text = bench_run(
            "--server-command", known_command(__file__, "serve", "{port}", path, mode), "--repeat", "1", "-c", "2",
            "-n", str(LOAD), "--timeout", "60s", "--beside", beside, *options)
        return report_read(path), result["trials"][0], " ".join(text.split())


def sockets_that_no_client_has_are_no_leak():
    known, trial, text = play("reopen", "half-close=3", *COOKIES)
    equal(known["reopened"], CLIENTS, "connections that came in twice")
    server = trial["beside"]["server"]
    equal((server["held_end"], server["reopened_end"]), (CLIENTS, CLIENTS), "held, and of these reopened")
    assert "%d of those that were left at the end are no leak" % CLIENTS in text, text


def what_the_server_does_not_close_is_a_leak():
    """With SYN cookies, too, and beside sockets that no client has."""
    _, trial, text = play("keep", "idle=%d" % CLIENTS, *COOKIES)
    server = trial["beside"]["server"]
    equal((server["held_end"], server["reopened_end"]), (CLIENTS, 0), "held, and of these reopened")
    assert "no leak" not in text and "and of %d when all was over" % CLIENTS in text, text
    _, trial, _ = play("reopen", "half-close=3,idle=2", *COOKIES)
    server = trial["beside"]["server"]
    equal((server["held_end"], server["reopened_end"]), (CLIENTS + 2, CLIENTS), "held, and of these reopened")


def one_that_closes_slowly_leaks_nothing():
    """One behind the other, longer in all than the bench waits for one."""
    _, trial, text = play("slow", "idle=%d" % CLIENTS)
    equal(trial["beside"]["server"]["held_end"], 0, "held")
    assert "and of 0 when all was over" in text, text


def they_come_no_faster_than_the_server_lets_them_in():
    """Each stays in the SYN queue until its SYN-ACK has been sent again: it is not full all the same."""
    known, trial, _ = play("defer", "idle=%d" % IDLE)
    equal(known["cookies_sent"], 0, "SYN cookies")
    client, = trial["beside"]["clients"]
    equal((client["attempted"], client["held"]), (IDLE, IDLE), "clients")
    equal((trial["beside"]["server"]["held_peak"], trial["beside"]["server"]["held_end"]), (IDLE, 0), "held")


def what_their_leaving_costs_is_not_the_loads():
    """The first one that leaves has the server compute; until then all that it did was the load's."""
    known, trial, _ = play("burn", "idle=%d" % CLIENTS)
    spent_s = trial["cpu_us_per_connection"]["server"] * LOAD / 1e6
    assert spent_s < known["cpu_at_leave_s"] + BURNT_S / 4, (spent_s, known)
    others = trial["other_connections"]["client"]
    equal((others["began_before"], others["segments"], others["time_wait_made"]), (0, 0, 0), "seen of them in the trial")
    equal(trial["beside"]["clients"][0]["held"], CLIENTS, "held")


def scenario():
    for part in (sockets_that_no_client_has_are_no_leak, what_the_server_does_not_close_is_a_leak,
                 one_that_closes_slowly_leaks_nothing, they_come_no_faster_than_the_server_lets_them_in, what_their_leaving_costs_is_not_the_loads):
        part()
        print("ok", part.__name__, flush=True)


if sys.argv[1] == "serve":
    Server().run()
elif os.geteuid() != 0:
    print("skipped: a stray segment takes a raw socket")
    sys.exit(SKIPPED)
else:
    scenario()
