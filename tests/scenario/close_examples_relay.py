#!/usr/bin/env python3
"""The examples proxy_close and half_close_client, before servers that close in each way there is: what is
passed on, what is taken for whole. close_examples_relay.py SOURCES COMPILER…"""
import contextlib
import socket
import struct
import subprocess
import sys
import tempfile
import threading
import time
import traceback

from lib import loopback, tcp
from lib.close_example import LONG, REQUEST, SHORT, TIMEOUT_S, Example, build_all, read_all
from lib.wait import wait_for, wait_past

BODY = b"y" * 300000
RESPONSE = b"HTTP/1.1 200 OK\r\ncontent-length: %d\r\n\r\n" % len(BODY) + BODY
NOBODY = 1  # No server listens on this port.
FIN_WAIT_1, FIN_WAIT_2 = 4, 5
# More than the proxy and its client have room for, and no more than the proxy's kernel has beside: so
# its server can close, and the proxy has not read that.
FITS = 70000
RESET = struct.pack("ii", 1, 0)


class Upstream:
    """A server whose connections are handled by `play(connection)`."""

    def __init__(self, play):
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.play, self.error, self.seen = play, None, []
        threading.Thread(target=self._run, daemon=True).start()

    def _run(self):
        with contextlib.suppress(OSError):
            while True:
                connection, _ = self.listener.accept()
                connection.settimeout(TIMEOUT_S)
                threading.Thread(target=self._play, args=(connection,), daemon=True).start()

    def _play(self, connection):
        with connection:
            self.seen.append(self.play(connection))

    def saw(self):
        return wait_for(lambda: self.seen, "the server to have seen the end")[-1]


def head_read(connection):
    text = b""
    while b"\r\n\r\n" not in text:
        data = connection.recv(1)
        assert data, text
        text += data


def input_ended(connection):
    """Reads on: (bytes, how it ended)."""
    data, how = read_all(connection)
    return len(data), how


def reset(connection):
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
    connection.close()


def all_acked(connection):
    return tcp.end(connection.getsockname()[1], connection.getpeername()[1]).unsent == 0


# Ways in which a server answers and closes.
def closes(connection):
    head_read(connection)
    connection.sendall(RESPONSE)


def cuts_with_fin(connection):
    head_read(connection)
    connection.sendall(RESPONSE[:-1000])


def cuts_with_reset(connection):
    head_read(connection)
    connection.sendall(RESPONSE[:-1000])
    wait_for(lambda: all_acked(connection), "the proxy to have it")
    reset(connection)


def resets_behind(connection):
    head_read(connection)
    connection.sendall(RESPONSE)
    wait_for(lambda: all_acked(connection), "the peer to have it")
    reset(connection)


def answers_after_end(connection):
    """And takes longer for it than LINGER_MS."""
    got = input_ended(connection)
    wait_past(time.monotonic() + 1.5)
    connection.sendall(RESPONSE)
    return got


def closes_soon(connection):
    head_read(connection)
    connection.sendall(RESPONSE[:FITS])


def half_closes(connection):
    head_read(connection)
    connection.sendall(RESPONSE)
    connection.shutdown(socket.SHUT_WR)
    return input_ended(connection)


def is_silent(connection):
    return input_ended(connection)


@contextlib.contextmanager
def proxied(programs, play):
    upstream = Upstream(play)
    with Example(programs["proxy_close"], "127.0.0.1", upstream.port) as proxy:
        yield proxy, upstream
        upstream.listener.close()
        wait_for(lambda: proxy.descriptors() == proxy.at_rest, "the proxy to hold no connection")


def ask(proxy, text=REQUEST, receive_buffer=4096):
    client = proxy.connect(receive_buffer)
    client.sendall(text)
    return client


def ends_are_passed_on(programs):
    for play, size, how in ((closes, len(RESPONSE), "end"),
                            (cuts_with_fin, len(RESPONSE) - 1000, "end"),
                            (cuts_with_reset, len(RESPONSE) - 1000, "reset"),
                            (resets_behind, len(RESPONSE), "reset")):
        with proxied(programs, play) as (proxy, _), ask(proxy) as client:
            got = input_ended(client)
        print("%-16s %s" % (play.__name__, got))
        assert got == (size, how), (play.__name__, got)


def half_closed_by_the_client(programs):
    with proxied(programs, answers_after_end) as (proxy, upstream), ask(proxy) as client:
        client.shutdown(socket.SHUT_WR)
        assert input_ended(client) == (len(RESPONSE), "end")
        assert upstream.saw() == (len(REQUEST), "end"), upstream.saw()


def half_closed_by_the_server(programs):
    with proxied(programs, half_closes) as (proxy, upstream), ask(proxy) as client:
        assert input_ended(client) == (len(RESPONSE), "end")
        client.sendall(b"more")
        client.shutdown(socket.SHUT_WR)
        assert upstream.saw() == (4, "end"), upstream.saw()


def refused_after_the_response(programs):
    """The server has closed, and resets for what the client still sends: the client has its response
    all the same, and a clean end."""
    with proxied(programs, closes_soon) as (proxy, upstream), ask(proxy) as client:
        wait_for(lambda: any(row.local == upstream.port and row.state in (FIN_WAIT_1, FIN_WAIT_2)
                             for row in tcp.table()), "the server to have closed")
        client.sendall(b"more")
        wait_for(lambda: not any(row.local == upstream.port and row.state != tcp.LISTEN
                                 for row in tcp.table()), "the server's reset")
        client.sendall(b"and more")  # The proxy is told EPIPE.
        wait_for(lambda: not tcp.end(proxy.port, client.getsockname()[1]).unread, "the proxy to read")
        got = input_ended(client)
        assert got == (FITS, "end"), got


def refused_before_its_end(programs):
    """The server answers early, and closes with input unread: the client gets that answer, and a reset,
    since nobody knows whether more of it was lost."""
    def answers_early(connection):
        head_read(connection)
        wait_for(lambda: tcp.end(connection.getsockname()[1], connection.getpeername()[1]).unread,
                 "input that is not read")
        connection.sendall(RESPONSE[:2000])
        wait_for(lambda: all_acked(connection), "the proxy to have it")
    with proxied(programs, answers_early) as (proxy, _), ask(proxy) as client:
        told = []  # The kernel tells of a reset once: to a read or to a write.

        def send():
            try:
                client.sendall(b"x" * 5000000)
            except ConnectionResetError:
                told.append("reset")
            except BrokenPipeError:
                pass
        sender = threading.Thread(target=send)
        sender.start()
        size, how = input_ended(client)
        sender.join()
        assert size == 2000 and "reset" in (how, *told), (size, how, told)


def reset_by_the_client(programs):
    with proxied(programs, is_silent) as (proxy, upstream):
        client = ask(proxy)
        wait_for(lambda: tcp.accepted(upstream.port), "the server")
        reset(client)
        assert upstream.saw() == (len(REQUEST), "reset"), upstream.saw()


def no_server(programs):
    with Example(programs["proxy_close"], "127.0.0.1", NOBODY) as proxy, ask(proxy, b"") as client:
        assert input_ended(client) == (0, "end")


def client_asks(programs, port):
    return subprocess.run([programs["half_close_client"], "127.0.0.1", str(port), "2"],
                          capture_output=True, text=True, timeout=TIMEOUT_S)


def client_tells_whole_from_cut(programs):
    def no_length(connection):
        head_read(connection)
        connection.sendall(b"HTTP/1.1 200 OK\r\n\r\nsome")

    def in_pieces(connection):
        assert input_ended(connection)[1] == "end"
        for at in range(0, 60):
            connection.sendall(RESPONSE[at:at + 1])
        connection.sendall(RESPONSE[60:])

    for play, status in ((closes, 0), (resets_behind, 0), (in_pieces, 0), (half_closes, 0),
                         (cuts_with_fin, 1), (cuts_with_reset, 1), (no_length, 1)):
        upstream = Upstream(play)
        done = client_asks(programs, upstream.port)
        print("client: %-16s exit status %d %s" % (play.__name__, done.returncode, done.stderr.strip()))
        assert done.returncode == status, (play.__name__, done)
        assert (done.stderr == "") == (status == 0), done
        upstream.listener.close()
    done = client_asks(programs, NOBODY)
    assert done.returncode == 1 and "refused" in done.stderr, done


def client_gives_up(programs):
    """Of a server that says nothing, not even a FIN, for as long as the client is there."""
    ended = threading.Event()
    upstream = Upstream(lambda connection: ended.wait(TIMEOUT_S))
    done = client_asks(programs, upstream.port)
    ended.set()
    assert done.returncode == 1 and "not whole" in done.stderr, done


def relay():
    loopback.enter()
    with open("/proc/sys/net/ipv4/tcp_wmem", "w") as file:
        file.write("4096 16384 16384")
    with tempfile.TemporaryDirectory() as folder:
        names = ("proxy_close", "half_close_client")
        short = build_all(names, folder + "/short", SHORT)
        long = build_all(names, folder + "/long", LONG)
        lingers = build_all(names, folder + "/lingers", {**LONG, "LINGER_MS": SHORT["LINGER_MS"]})
        for situation, programs in (
                (ends_are_passed_on, long), (half_closed_by_the_client, lingers),
                (half_closed_by_the_server, long), (refused_after_the_response, long),
                (refused_before_its_end, long), (reset_by_the_client, long), (no_server, long),
                (client_tells_whole_from_cut, long), (client_gives_up, short)):
            begun = time.monotonic()
            situation(programs)
            print("%s: %.1f s" % (situation.__name__, time.monotonic() - begun), flush=True)


if __name__ == "__main__":
    try:
        relay()
    except Exception:
        traceback.print_exc()
        sys.exit(1)
    print("ok")
