#!/usr/bin/env python3
"""Peers that misbehave leave neither descriptor nor memory behind: server_peers.py PROGRAM

Each strategy has a server of its own, and every server meets the same peers. Afterwards its
descriptors are as many as before, and its accounting balances (lib/server_process.py checks it)."""
import contextlib
import os
import socket
import struct
import time

from lib import tcp
from lib.peers import CLOSE, LARGE, POST, SHORT, every_strategy, said
from lib.server_process import Server, get, run
from lib.wait import wait_for

RESETS, RESETS_PER_S = 10000, 5000
# AddressSanitizer keeps what is freed for a while: here, not much of it.
os.environ["ASAN_OPTIONS"] = os.environ.get("ASAN_OPTIONS", "") + ":quarantine_size_mb=1"
# A resident set is not exact: pages of the allocator's caches and of the kernel come and go.
SLACK_BYTES = 8 << 20


def client_reset(client):
    client.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    client.socket.close()


def resident_bytes(server):
    with open("/proc/%d/statm" % server.process.pid) as file:
        return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def never_read():
    with every_strategy() as (servers, _):
        clients = said(servers, LARGE, get("/bytes/300000") * 20, CLOSE + b"x" * 100000,
                       receive_buffer=4096)
    for client in clients:
        client.socket.close()


def never_read_and_the_kernel_keeps_nothing():
    """graceful closes at its deadline, and its send queue is an orphan then."""
    with Server(*SHORT, "--strategy", "graceful") as server:
        client, = said((server,), LARGE, receive_buffer=4096)
        wait_for(lambda: tcp.unsent_bytes(server.port) > 100000, "a full send queue")
        # The kernel looks at an orphan at a probe, whose distance doubles.
        wait_for(lambda: tcp.unsent_bytes(server.port) == 0, "an empty send queue", 120)
    client.socket.close()


def never_close():
    with every_strategy() as (servers, _):
        clients = said(servers, b"", b"GET", get(), CLOSE, POST, POST + b"abc", CLOSE + b"more",
                       b"nonsense\r\n\r\n")
    for client in clients:
        client.socket.close()


def never_close_and_trickle():
    """A byte now and then keeps no connection: not a head, an idle one, a lingering one, a body."""
    trickles = {b"GET / HTTP/1.1\r\n": b"a", get(): b"\r\n", CLOSE: b"a", POST: b"a"}
    with every_strategy() as (servers, before):
        clients = said(servers, *trickles)
        pieces = list(trickles.values()) * len(servers)

        def all_are_closed():
            for client, piece in zip(clients, pieces):
                with contextlib.suppress(OSError):
                    client.send(piece)
            return [server.descriptors() for server in servers] == before
        wait_for(all_are_closed, "every connection to be closed")
    for client in clients:
        client.socket.close()


def fin_with_pipelined_requests():
    with every_strategy() as (servers, _):
        clients = said(servers, get() * 3 + CLOSE, get("/bytes/3000000") + CLOSE, get() + b"GET",
                       POST + b"abc", b"")
        for client in clients:
            with contextlib.suppress(OSError):
                client.half_close()
        for client in clients:
            with contextlib.suppress(OSError):
                while client.socket.recv(1 << 20):
                    pass
    for client in clients:
        client.socket.close()


def reset_in_mid_response():
    with every_strategy() as (servers, _):
        for _ in range(20):
            clients = said(servers, LARGE, get("/bytes/300000") * 5, CLOSE, POST + b"a" * 5000)
            for client in clients[::2]:
                client.socket.recv(1000)
            for client in clients:
                client_reset(client)


def resets_by_the_thousand():
    """5,000 a second are asked for; a slow machine makes fewer of them."""
    texts = (b"", get(), CLOSE, LARGE, POST)
    for name in ("graceful", "client-close"):
        with every_strategy("--threads", "2", strategies=(name,)) as ((server,), _):
            resident = 0
            start = time.monotonic()
            for i in range(RESETS):
                if i == RESETS // 4:
                    resident = resident_bytes(server)
                client = server.connect()
                with contextlib.suppress(OSError):
                    client.send(texts[i % len(texts)])
                client_reset(client)
                ahead = i / RESETS_PER_S - (time.monotonic() - start)
                if ahead > 0.01:
                    time.sleep(ahead)
            print("# %s: %.0f resets/s" % (name, RESETS / (time.monotonic() - start)))
            grown = resident_bytes(server) - resident
            assert grown < SLACK_BYTES, grown


if __name__ == "__main__":
    run([never_read, never_read_and_the_kernel_keeps_nothing, never_close,
         never_close_and_trickle, fin_with_pipelined_requests,
         reset_in_mid_response, resets_by_the_thousand])
