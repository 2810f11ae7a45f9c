#!/usr/bin/env python3
"""The examples of how to close, and peers that never close, never read, half-close, reset, send on: what
each of these gets, and that nothing is left of it. In a network namespace of its own.
close_examples_peers.py SOURCES COMPILER…"""
import contextlib
import socket
import struct
import sys
import tempfile
import threading
import time
import traceback

from lib import loopback, tcp
from lib.close_example import LONG, REQUEST, SHORT, Example, build_all, is_whole, read_all
from lib.wait import wait_for, wait_past

SERVERS = ("graceful", "graceful_epoll", "reset_on_timeout", "reset_after_ack")
GRACEFUL = SERVERS[:2]
LARGEST, LARGE, QUEUED = 32000000, 4000000, 500000
FIN_WAIT_2 = 5


def send_buffer_set(size):
    with open("/proc/sys/net/ipv4/tcp_wmem", "w") as file:
        file.write("4096 %d %d" % (size, size))


def reset(client):
    client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    client.close()


def ask(server, text=REQUEST, **options):
    client = server.connect(**options)
    client.sendall(text)
    return client


def is_served(server):
    with ask(server) as client:
        return is_whole(read_all(client)[0])


def serves(server):
    """A machine that is too busy for short deadlines may need more than one client."""
    wait_for(lambda: is_served(server), server.name + " to serve")


def server_end(server, client):
    """None when there is none: then the kernel answers with the listener."""
    row = tcp.end(server.port, client.getsockname()[1])
    return None if row and row.state == tcp.LISTEN else row


def is_read(server, client):
    row = server_end(server, client)
    return not row or row.unread == 0


@contextlib.contextmanager
def all_of(programs, size, descriptors=None):
    """The servers, and a proxy before the first of them. A worker that waits in accept(2) has a descriptor
    that is not to be seen: the proxy needs others beside."""
    with contextlib.ExitStack() as stack:
        started = [stack.enter_context(Example(programs[name], size, descriptors=descriptors))
                   for name in SERVERS]
        started.append(stack.enter_context(Example(
            programs["proxy_close"], "127.0.0.1", started[0].port,
            descriptors=descriptors and descriptors + SHORT["WORKERS"])))
        for server in started:
            serves(server)
        for server in started:
            wait_for(lambda: not tcp.accepted(server.port), "%s to be at rest" % server.name)
            server.at_rest = server.descriptors()
        yield started


def send_for_ever(client):
    with contextlib.suppress(OSError):
        while True:
            client.sendall(b"x" * 65536)


def send_slowly(client):
    """Each byte well within IDLE_S."""
    with contextlib.suppress(OSError):
        while True:
            client.sendall(b"x")
            wait_past(time.monotonic() + 0.3)


def read_on(client):
    with contextlib.suppress(OSError):
        read_all(client)


def misbehave(server, kept):
    """A client of each kind; `kept` stay open."""
    kept.append(server.connect())
    kept.append(ask(server, REQUEST[:20]))
    kept.append(ask(server, receive_buffer=4096))  # never reads
    reset(ask(server, REQUEST[:20]))
    reset(ask(server))
    with ask(server, receive_buffer=4096) as client:
        client.recv(1000)
        reset(client)
    half_closed = ask(server, receive_buffer=4096)
    half_closed.shutdown(socket.SHUT_WR)
    half_closed.recv(1000)
    reset(half_closed)  # EPIPE, with SIGPIPE if it is not prevented: the FIN was there before
    server.connect().close()
    kept.append(ask(server))
    read_all(kept[-1])  # never closes
    kept.append(ask(server))
    kept[-1].shutdown(socket.SHUT_WR)
    for text, *acts in ((REQUEST, send_for_ever, read_on), (REQUEST, send_slowly, read_on),
                        (REQUEST[:20], send_slowly)):
        kept.append(ask(server, text))
        for act in acts:
            threading.Thread(target=act, args=(kept[-1],), daemon=True).start()


def whole_responses(programs):
    """To clients that half-close, that never close, and that are slow."""
    with all_of(programs, QUEUED) as servers:
        for server in servers:
            never_closes, half_closes, slow = [ask(server, receive_buffer=size)
                                               for size in (None, None, 4096)]
            half_closes.shutdown(socket.SHUT_WR)
            for client in (never_closes, half_closes, slow):
                response, _ = read_all(client)
                assert is_whole(response), (server.name, len(response))
            for client in (never_closes, half_closes, slow):
                client.close()


def nothing_is_left(programs):
    """Of peers that are still there, when the deadlines have passed: no descriptor, and no socket of
    the kernel's that has something to send."""
    send_buffer_set(262144)
    with all_of(programs, LARGEST) as servers:
        kept = []
        for server in servers:
            misbehave(server, kept)
        for server in servers:
            wait_for(lambda: server.descriptors() == server.at_rest,
                     "%s to hold %d descriptors" % (server.name, server.at_rest))
            wait_for(lambda: tcp.unsent_bytes(server.port) == 0, "the kernel to have sent all")
            serves(server)
        for client in kept:
            client.close()


def late_input(programs):
    """Request bytes that come when the server has closed its side, and all of the response is in the
    kernel's queue: a plain close loses its end."""
    with all_of(programs, QUEUED) as servers:
        for server in servers:
            with ask(server, receive_buffer=4096) as client:
                wait_for(lambda: tcp.unsent_bytes(server.port) > 0, "the response to be queued")
                client.sendall(b"more")
                response, how = read_all(client)
            print("late input: %-17s %7d bytes, %s" % (server.name, len(response), how))
            assert is_whole(response) == (server.name != "reset_on_timeout"), server.name
            assert (how == "end") == (server.name in (*GRACEFUL, "proxy_close")), server.name


def has_given_up(server, client):
    row = server_end(server, client)
    return not row or row.holder == 0


def late_reader(programs):
    """A client that reads when the deadlines have passed gets less, and no end of stream: it cannot
    take that for the whole. A response that was not sent whole ends at once; what the kernel had taken
    whole, it keeps no longer than for its own deadline."""
    with contextlib.ExitStack() as stack:
        waiting = [(server, ask(server, receive_buffer=4096), size) for size in (LARGE, QUEUED)
                   for server in stack.enter_context(all_of(programs, size))]
        for server, client, size in waiting:
            if size == LARGE:
                wait_for(lambda: has_given_up(server, client), server.name + " to give up")
            else:
                wait_for(lambda: server_end(server, client) is None, "the kernel to give up")
            response, how = read_all(client)
            print("late reader: %-17s %7d bytes, %s" % (server.name, len(response), how))
            assert not is_whole(response) and how == "reset", (server.name, how)
            client.close()


def flooded(programs):
    """A client that sends on for ever is let go for its bytes: no deadline of these is near."""
    for name in GRACEFUL:
        with Example(programs[name], 128) as server:
            with ask(server) as client:
                threading.Thread(target=send_for_ever, args=(client,), daemon=True).start()
                wait_for(lambda: server.descriptors() == server.at_rest, server.name + " at rest")


def slow_reader(programs):
    """A client that reads all the time, and has not all of the response after LIMIT_S: would it have,
    without, in ten seconds. The proxy has no such bound."""
    send_buffer_set(262144)

    def read_slowly(server):
        got = 0
        with ask(server) as client, contextlib.suppress(ConnectionResetError):
            while data := client.recv(65536):
                got += len(data)
                wait_past(time.monotonic() + 0.02)
        ended[server.name] = got

    ended = {}
    with all_of(programs, LARGEST) as servers:
        readers = [threading.Thread(target=read_slowly, args=(server,)) for server in servers[:-1]]
        for reader in readers:
            reader.start()
        for reader in readers:
            reader.join()
        print("slow reader: %s of %d" % (ended, LARGEST))
        assert max(ended.values()) < LARGEST, ended


def interrupted_calls(programs):
    """EINTR ends no request, no response and no drain."""
    with all_of(programs, LARGE) as servers:
        for server in servers:
            client = ask(server, REQUEST[:20], receive_buffer=4096)
            wait_for(lambda: is_read(server, client), "half a request to be read")
            server.interrupt_calls()
            client.sendall(REQUEST[20:])
            wait_for(lambda: server_end(server, client).unsent > 0, "the response to begin")
            for _ in range(3):  # The first one may end a send(2) that took a part.
                server.interrupt_calls()
            response = b""
            while not is_whole(response):
                data = client.recv(1 << 16)
                assert data, (server.name, len(response))
                response += data
            if server.name in GRACEFUL:
                wait_for(lambda: server_end(server, client).state == FIN_WAIT_2, "the drain")
                server.interrupt_calls()
                client.sendall(b"more")
                wait_for(lambda: is_read(server, client), "the drain to go on")
                row = server_end(server, client)
                assert row and row.holder, (server.name, row)
            client.close()


def no_descriptor_left(programs):
    """More clients than descriptors: those that wait are served when others have gone, and the server
    does not spin meanwhile."""
    with all_of(programs, 128, descriptors=24) as servers:
        for server in servers:
            clients = [server.connect() for _ in range(40)]
            # The proxy lets a client go when it has no descriptor for its other side.
            most = 32 if server.name == "proxy_close" else 24
            wait_for(lambda: server.descriptors() >= most, server.name + " to have no descriptor")
            looks = []
            while len(looks) < 20:
                wait_past(time.monotonic() + 0.02)
                looks.append("R" in server.states())
            print("no descriptor: %-17s works at %d of 20 looks" % (server.name, sum(looks)))
            assert sum(looks) < 15, server.name
            for client in clients:
                client.close()
            wait_for(lambda: server.descriptors() == server.at_rest, "%s to be at rest" % server.name)
            serves(server)


def peers():
    loopback.enter()
    send_buffer_set(2097152)  # What is QUEUED fits.
    with tempfile.TemporaryDirectory() as folder:
        names = (*SERVERS, "proxy_close")
        short = build_all(names, folder + "/short", SHORT)
        long = build_all(names, folder + "/long", LONG)
        floods = build_all(GRACEFUL, folder + "/floods", {**LONG, "DRAIN_BYTES": 100000})
        for situation, programs in ((whole_responses, long), (late_input, long),
                                    (interrupted_calls, long), (flooded, floods), (late_reader, short),
                                    (no_descriptor_left, short), (slow_reader, short), (nothing_is_left, short)):
            begun = time.monotonic()
            situation(programs)
            print("%s: %.1f s" % (situation.__name__, time.monotonic() - begun), flush=True)


if __name__ == "__main__":
    try:
        peers()
    except Exception:
        traceback.print_exc()
        sys.exit(1)
    print("ok")
