#!/usr/bin/env python3
"""The examples of how to close: what the ladders at their tops draw is what is sent, in that order, and who
they say has TIME_WAIT has it. In a network namespace of its own.
close_examples_ladders.py SOURCES COMPILER…"""
import os
import re
import socket
import subprocess
import sys
import tempfile
import threading
import traceback

from lib import loopback, tcp
from lib.close_example import LONG, REQUEST, SHORT, SOURCES, TIMEOUT_S, Example, build_all, is_whole, read_all
from lib.close_ladder import Step, holder, ladders, steps
from lib.segments import FIN, RST, Segments
from lib.wait import wait_for

SERVERS = ("graceful", "graceful_epoll", "reset_on_timeout", "reset_after_ack")
LINES_MOST = 100
RESPONSE = b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nbody"


def are_to_be_copied():
    """Each says at its top what it gives up and when to take it, and is read in a minute."""
    for name in (*SERVERS, "proxy_close", "half_close_client"):
        with open(os.path.join(SOURCES, name + ".c")) as file:
            head, rest = file.read().split("*/", 1)
        for words in (" * Gives up: ", " * Take it ", " *   cc -std=gnu11 ", " *   ./%s " % name):
            assert head.count(words) == 1, (name, words)
        code = [line for line in re.sub(r"/\*.*?\*/", "", rest, flags=re.S).splitlines() if line.strip()]
        assert len(code) <= LINES_MOST, (name, len(code))


class Seen:
    """What is sent, in its order, of the ports of each leg."""

    def __init__(self, ports):
        self.taken, self.taps = [], []
        for leg, port in enumerate(ports):
            self.taps.append(Segments(port, self._see(leg)))
            self.taps[-1].start()

    def _see(self, leg):
        def see(segment):
            data = "request" if segment.sender == "client" else "response"
            for what, is_sent in ((data, segment.payload), ("FIN", segment.flags & FIN), ("RST", segment.flags & RST)):
                step = Step(leg, segment.sender, what)
                # What is sent again, and a second RST of an end, is nothing new.
                if is_sent and step not in (taken for _, taken in self.taken):
                    self.taken.append((segment.at_s, step))
        return see

    def finish(self):
        for tap in self.taps:
            assert tap.finish()["dropped"] == 0
        return [step for _, step in sorted(self.taken, key=lambda taken: taken[0])]


def held(port):
    """Who has TIME_WAIT of the port's connections."""
    rows = [row for row in tcp.table() if row.state == tcp.TIME_WAIT]
    ends = {end for row in rows for end, own in (("server", row.local), ("client", row.remote)) if own == port}
    return "+".join(sorted(ends)) or "none"


def hold_against(name, ladder, ports, act):
    wanted, seen = steps(ladder), Seen(ports)
    act()
    wait_for(lambda: len(seen.taken) >= len(wanted), "%s: as many steps as %s: %s" % (name, wanted, seen.taken))
    wait_for(lambda: held(ports[0]) == holder(ladder), "%s: TIME_WAIT: %s" % (name, holder(ladder)))
    found = seen.finish()
    print("%-17s %s; TIME_WAIT: %s" % (name, ", ".join("%s's %s%s" % (
        step.sender, step.what, " (upstream)" * step.leg) for step in found), held(ports[0])))
    assert found == wanted, (name, found, wanted)


def ask_and_close(server):
    with server.connect() as client:
        client.sendall(REQUEST)
        response, _ = read_all(client)
        assert is_whole(response), (server.name, response)


def are_not_inherited(server, wanted):
    """A program that is started while a connection is there would keep it open behind its close."""
    wait_for(lambda: server.descriptors() >= server.at_rest + wanted, server.name + " to accept")
    folder = "/proc/%d/fdinfo/" % server.pid
    for fd in os.listdir(folder):
        with open(folder + fd) as file:
            [flags] = re.findall(r"^flags:\s+(\d+)$", file.read(), re.M)
        assert int(fd) <= 2 or int(flags, 8) & os.O_CLOEXEC, (server.name, fd, flags)


def servers(programs, short):
    for name in SERVERS:
        with Example(programs[name]) as server:
            hold_against(name, ladders(SOURCES, name)[0], [server.port], lambda: ask_and_close(server))
            with server.connect():
                are_not_inherited(server, 1)
    silent = ladders(SOURCES, "reset_on_timeout")[1]
    with Example(short["reset_on_timeout"]) as server, server.connect() as client:
        hold_against("and in silence", silent, [server.port], lambda: read_all(client))


class Server:
    """Answers a request that `read` reads, and closes when it may."""

    def __init__(self, read):
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.may_close = threading.Event()
        threading.Thread(target=self._serve, args=(read,), daemon=True).start()

    def _serve(self, read):
        connection, _ = self.listener.accept()
        connection.settimeout(TIMEOUT_S)
        with connection:
            read(connection)
            connection.sendall(RESPONSE)
            assert self.may_close.wait(TIMEOUT_S)


def client(programs):
    server = Server(read_all)  # To the client's FIN.
    server.may_close.set()
    name = "half_close_client"
    hold_against(name, ladders(SOURCES, name)[0], [server.port], lambda: subprocess.run(
        [programs[name], "127.0.0.1", str(server.port)], check=True, timeout=TIMEOUT_S))


def proxy(programs):
    upstream = Server(lambda connection: connection.recv(1000))
    name = "proxy_close"

    def ask():
        with proxy.connect() as client:
            client.sendall(REQUEST)
            assert client.recv(1000) == RESPONSE
            are_not_inherited(proxy, 2)
            upstream.may_close.set()
            assert client.recv(1000) == b""
    with Example(programs[name], "127.0.0.1", upstream.port) as proxy:
        hold_against(name, ladders(SOURCES, name)[0], [proxy.port, upstream.port], ask)
        wait_for(lambda: held(upstream.port) == "server", "TIME_WAIT at the server behind the proxy")


def ladders_hold():
    loopback.enter()
    with tempfile.TemporaryDirectory() as folder:
        programs = build_all((*SERVERS, "proxy_close", "half_close_client"), folder + "/long", LONG)
        short = build_all(("reset_on_timeout",), folder + "/short", SHORT)
        are_to_be_copied()
        servers(programs, short)
        client(programs)
        proxy(programs)


if __name__ == "__main__":
    try:
        ladders_hold()
    except Exception:
        traceback.print_exc()
        sys.exit(1)
    print("ok")
