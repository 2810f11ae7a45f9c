#!/usr/bin/env python3
"""A server that is restarted without handing its listener over: connects meet nothing that listens.
And what looks like it: a listener that is handed over, one that stays while a RST answers each SYN,
and connects to another port. How many were refused, the client knows."""
import os
import socket
import struct
import sys
import threading

from lib import tcp
from lib.drop_filter import drop_segments
from lib.known_server import known_command, report_read, request_read, response
from lib.scenario import equal, main
from lib.steps import Steps
from lib.wait import wait_for

BEFORE, MEANWHILE, BEHIND = 8, 20, 5
NAME = "listener-absent"
SYN, RST_ACK = 0x02, 0x14


def listener_make(port):
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    listener.bind(("", port))
    listener.listen(64)
    return listener


def accept_some(listener, count):
    for _ in range(count):
        connection, _ = listener.accept()
        with connection:
            request_read(connection)
            connection.sendall(response(10))


def worker_start(port, count, stays=False):
    """A process that has the listener, and ends when it has served so many, unless it stays."""
    pid = os.fork()
    if pid == 0:
        listener = listener_make(port)
        accept_some(listener, count)
        if stays:
            threading.Event().wait()
        os._exit(0)
    return pid


def sum_of(data):
    total = sum(struct.unpack(">%dH" % (len(data) // 2), data))
    while total >> 16:
        total = (total & 0xffff) + (total >> 16)
    return total ^ 0xffff


def reject(raw, packet):
    """Answers a SYN as a filter's "reject with tcp reset" does (net/ipv4/netfilter/nf_reject_ipv4.c)."""
    source, destination, sequence = struct.unpack_from(">HHI", packet, 4 * (packet[0] & 15))
    segment = struct.pack(">HHIIBBHHH", destination, source, 0, (sequence + 1) & 0xffffffff, 5 << 4,
                          RST_ACK, 0, 0, 0)
    pseudo = packet[16:20] + packet[12:16] + struct.pack(">HH", socket.IPPROTO_TCP, len(segment))
    segment = segment[:16] + struct.pack(">H", sum_of(pseudo + segment)) + segment[18:]
    raw.sendto(segment, (socket.inet_ntoa(packet[12:16]), 0))


def reject_all(raw, port):
    while True:
        packet = raw.recv(65536)
        header = 4 * (packet[0] & 15)
        if struct.unpack_from(">H", packet, header + 2)[0] == port and packet[header + 13] == SYN:
            reject(raw, packet)


def reject_from_now_on(listener, port):
    """The listener stays, and sees no SYN."""
    raw = socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_TCP)
    threading.Thread(target=reject_all, args=(raw, port), daemon=True).start()
    drop_segments(listener)


def worker_serve(port, steps, mode):
    os.waitpid(worker_start(port, BEFORE), 0)
    steps.tell("meanwhile")
    if mode == "restarts":
        steps.await_step("refused")
        worker_start(port, BEHIND, stays=True)
        wait_for(lambda: any(row.local == port and row.state == tcp.LISTEN for row in tcp.table()),
                 "the next to listen")
        steps.tell("behind")
    threading.Event().wait()


def one_serve(port, steps, mode):
    first = listener_make(port)
    accept_some(first, BEFORE)
    second = listener_make(port) if mode == "hands over" else None
    if mode in ("hands over", "closes"):
        first.close()
    if mode == "rejects":
        reject_from_now_on(first, port)
    steps.tell("meanwhile")
    if second:
        accept_some(second, MEANWHILE)
    threading.Event().wait()


def serve(port, folder, mode):
    step = worker_serve if mode in ("restarts", "ends") else one_serve
    step(int(port), Steps(folder), mode)


def connects(address):
    """Whether a request is answered; False: the connection is refused."""
    try:
        with socket.create_connection(address) as one:
            one.sendall(b"GET / HTTP/1.1\r\nHost: it\r\nConnection: close\r\n\r\n")
            while one.recv(4096):
                pass
            return True
    except ConnectionRefusedError:
        return False


def load(host, port, folder, mode):
    steps, there = Steps(folder), (host, int(port))
    answered = [connects(there) for _ in range(BEFORE)]
    steps.await_step("meanwhile")
    at = (host, int(port) + 1) if mode == "elsewhere" else there
    answered += [connects(at) for _ in range(MEANWHILE)]
    if mode == "restarts":
        steps.tell("refused")
        steps.await_step("behind")
        answered += [connects(there) for _ in range(BEHIND)]
    steps.tell("client", {"refused": answered.count(False), "answered": answered.count(True)})


def play(bench, mode):
    folder = os.path.join(bench.folder, mode.replace(" ", "-"))
    os.mkdir(folder)
    run = bench.run("--server-command", known_command(__file__, "serve", "{port}", folder, mode),
                    "--server-name", "it", "--loader-command",
                    known_command(__file__, "load", "{host}", "{port}", folder, mode), "--repeat", "1",
                    "-d", "100s")
    client = report_read(os.path.join(folder, "client"))
    reasons = [reason for reason in run.trial("it")["invalid_because"] if "were refused, by packets" in reason]
    wanted = 0 if mode == "elsewhere" else client["refused"]
    equal([int(reason.split()[0]) for reason in reasons], [wanted] if wanted else [], "refused, by packets")
    found = {f["id"]: f for f in run.trial("it")["findings"]}.get(NAME)
    print(mode, client, found and found["text"], flush=True)
    return client, found


def findings_absent(bench):
    client, found = play(bench, "restarts")
    equal((client["refused"], client["answered"]), (MEANWHILE, BEFORE + BEHIND), "the client's count")
    equal((found["refused"], found["attempted"], found["times"], found["holder"]),
          (MEANWHILE, BEFORE + MEANWHILE + BEHIND, 1, "ended"), "of a restart")
    assert found["t_s"] <= found["until_s"], found
    assert "have the next process inherit it" in found["text"], found["text"]

    for mode, holder in (("ends", "ended"), ("closes", "runs")):
        client, found = play(bench, mode)
        equal((client["refused"], found["refused"], found["holder"]), (MEANWHILE, MEANWHILE, holder), mode)
        assert "to the load's end" in found["text"] and "until_s" not in found, found

    for mode, refused in (("hands over", 0), ("rejects", MEANWHILE), ("elsewhere", MEANWHILE)):
        client, found = play(bench, mode)
        equal((client["refused"], found), (refused, None), mode)


if __name__ == "__main__":
    if sys.argv[1] == "serve":
        serve(*sys.argv[2:])
    elif sys.argv[1] == "load":
        load(*sys.argv[2:])
    else:
        main(findings_absent)
