#!/usr/bin/env python3
"""A full accept queue, and what it costs: SYNs that are sent again, or ACKs and data that are dropped;
and a full SYN queue, which TCP_DEFER_ACCEPT fills with handshakes that are not over.
The server counts SYNs and SYN-ACKs on the wire; its queue is filled before it begins to accept."""
import collections
import os
import socket
import sys

from lib import tcp
from lib.known_server import KnownServer, known_command, report_read, request_read, response
from lib.scenario import equal, main, valid
from lib.segments import SYN
from lib.wait import wait_for

# The kernel queues one more than the backlog (sk_acceptq_is_full, include/net/sock.h).
BACKLOG, ROOM = 4, 5
LATE = 3  # SYNs that find no room
TALKING, SILENT = 3, 4  # Two of these find no room when they talk.
DEFERRED = 5
HALF_OPEN = BACKLOG  # So many handshakes are room for (inet_csk_reqsk_queue_is_full).
NAME = "listen-overflow"
REQUEST = b"GET / HTTP/1.1\r\nHost: it\r\nConnection: close\r\n\r\n"


def netstat(name):
    with open("/proc/self/net/netstat") as file:
        names, values = [line.split() for line in file if line.startswith("TcpExt:")]
    return int(values[names.index(name)])


class Waiting(KnownServer):
    """Tells the loader what has come; the last word is for what it waits before it accepts."""

    def __init__(self):
        super().__init__(self.answer, BACKLOG)
        self.syns = collections.Counter()
        self.segments.see = self.see

    def see(self, segment):
        self.syns[segment.sender] += segment.flags & SYN != 0

    def prepare(self, listener):
        if {"deferred", "acks", "half_open"} & set(self.words):
            listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_DEFER_ACCEPT,
                                1 if "deferred" in self.words else 30)

    def tell(self, word):
        with open(self.path + "." + word, "w"):
            pass

    def _accept(self):
        if "syns" in self.words:
            wait_for(lambda: tcp.waiting(self.port) == ROOM, "a full queue")
            self.tell("full")
            wait_for(lambda: netstat("ListenOverflows") >= LATE, "SYNs to be dropped")
        elif "acks" in self.words:
            wait_for(lambda: tcp.waiting(self.port) == TALKING, "those that talk")
            self.tell("full")
            wait_for(lambda: netstat("ListenOverflows") >= TALKING + SILENT - ROOM, "data to be dropped")
        elif "half_open" in self.words:
            wait_for(lambda: netstat("TCPReqQFullDrop") >= LATE, "SYNs to be dropped")
            self.tell("full")
        else:
            self.segments.wait_for(lambda: self.syns["server"] == 2 * DEFERRED, "SYN-ACKs, again")
            self.tell("again")
        super()._accept()

    def all_ended(self):
        self.report["syns"] = dict(self.syns)
        self.report["dropped"] = netstat("TCPReqQFullDrop")

    @staticmethod
    def answer(_, connection, _number):
        request_read(connection)
        connection.sendall(response(10))


def answer_take(connection):
    connection.setblocking(True)
    while connection.recv(4096):
        pass
    connection.close()


def told(path, word):
    wait_for(lambda: os.path.exists(path + "." + word), "the server to tell: " + word)


def load(mode, host, port, path):
    address = (host, int(port))
    first = [socket.create_connection(address)
             for _ in range({"syns": ROOM, "acks": TALKING, "deferred": DEFERRED,
                             "half_open": HALF_OPEN}[mode])]
    if mode == "deferred":
        told(path, "again")
    for one in first if mode != "half_open" else []:
        one.sendall(REQUEST)
    rest = []
    if mode in ("syns", "half_open"):
        if mode == "syns":
            told(path, "full")
        rest = [socket.socket() for _ in range(LATE)]
        for one in rest:
            one.setblocking(False)
            one.connect_ex(address)
        if mode == "half_open":
            told(path, "full")
            for one in first:
                one.sendall(REQUEST)
        for one in rest:
            one.setblocking(True)
            wait_for(lambda one=one: tcp.info(one)[0] == tcp.ESTABLISHED, "a SYN to be answered")
    if mode == "acks":
        told(path, "full")
        rest = [socket.create_connection(address) for _ in range(SILENT)]
    for one in rest:
        one.sendall(REQUEST)
    for one in first + rest:
        answer_take(one)


def play(bench, mode, opened, *options):
    path = os.path.join(bench.folder, mode + ".json")
    run = bench.run("--server-command", known_command(__file__, "serve", "{port}", path, mode),
                    "--server-name", "it", "--loader-command",
                    known_command(__file__, "load", mode, "{host}", "{port}", path), "--repeat", "1",
                    "-d", "100s", *options)
    trial, known = run.trial("it"), report_read(path)
    found = {f["id"]: f for f in trial["findings"]}.get(NAME)
    print(mode, known["syns"], trial["invalid_because"], found and found["text"], flush=True)
    for end in "client", "server":
        equal(trial["counters"][end]["TCPSynRetrans"], known["syns"][end] - opened,
              "%s: sent again by the %s" % (mode, end))
    return trial, found, known


def findings_accept_queue(bench):
    trial, found, known = play(bench, "syns", ROOM + LATE)
    again = known["syns"]["client"] - ROOM - LATE
    assert again >= LATE, known
    equal((found["syn_retransmits"], found["acks_dropped"]), (again, 0), "syns: SYNs, ACKs")
    equal(found["overflows"], again, "syns: times that the queue was full")
    assert "%d SYNs were sent again, each after a second or more; accept" % again in found["text"]
    assert "%d SYNs sent again (TCPSynRetrans)" % again in trial["invalid_because"], trial["invalid_because"]

    trial, found, known = play(bench, "acks", TALKING + SILENT, "--sysctl",
                               "server:net.ipv4.tcp_syncookies=0")
    equal((found["syn_retransmits"], known["syns"]["client"]), (0, TALKING + SILENT), "acks: SYNs")
    equal(found["acks_dropped"], trial["counters"]["server"]["ListenOverflows"], "ACKs dropped")
    assert "no SYN was sent again, and %d ACKs of" % found["acks_dropped"] in found["text"], found
    assert not [r for r in trial["invalid_because"] if " SYNs " in r], trial["invalid_because"]

    trial, found, known = play(bench, "deferred", DEFERRED)
    equal((known["syns"]["client"], found), (DEFERRED, None), "deferred: SYNs, finding")
    assert known["syns"]["server"] >= 2 * DEFERRED, known
    valid(trial)

    trial, found, known = play(bench, "half_open", HALF_OPEN + LATE, "--sysctl",
                               "server:net.ipv4.tcp_syncookies=0")
    equal((found["syn_queue_drops"], trial["counters"]["server"]["ListenOverflows"]),
          (known["dropped"], 0), "half open: SYNs dropped")
    assert "%d SYNs dropped by a full SYN queue (TCPReqQFullDrop)" % known["dropped"] in \
        trial["invalid_because"], trial["invalid_because"]
    assert not [r for r in trial["invalid_because"] if "ListenDrops" in r], trial["invalid_because"]


if __name__ == "__main__":
    if sys.argv[1] == "serve":
        Waiting().run()
    elif sys.argv[1] == "load":
        load(*sys.argv[2:])
    else:
        main(findings_accept_queue)
