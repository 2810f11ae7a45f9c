#!/usr/bin/env python3
"""teardown trace --live tells of connections as they end, over the loopback of a namespace of this test's own:
trace_live.py PATH-OF-THE-PROGRAM"""
import contextlib
import json
import os
import signal
import socket
import struct
import subprocess
import sys
import tempfile

from lib import loopback
from lib.server_process import run
from lib.wait import wait_for

# More than the ring holds: each packet takes 256 bytes of it, and a header.
PACKETS = 400000
UNTIL_OVER = 60


class Live:
    """The program, listening; what it says by now."""

    def __init__(self, *arguments):
        self.process = subprocess.Popen([sys.argv[1], "trace", "--live", "-i", "lo", *arguments],
                                        stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        self.said = {1: b"", 2: b""}
        for stream in (self.process.stdout, self.process.stderr):
            os.set_blocking(stream.fileno(), False)
        self.until("lo: listening", stream=2)

    def look(self):
        for number, stream in ((1, self.process.stdout), (2, self.process.stderr)):
            with contextlib.suppress(BlockingIOError, TypeError):
                self.said[number] += os.read(stream.fileno(), 1 << 20)

    def until(self, text, stream=1):
        def is_there():
            self.look()
            return text in self.said[stream].decode()
        wait_for(is_there, text)
        return self.said[stream].decode()

    def lines(self):
        self.look()
        return [line.split() for line in self.said[1].decode().splitlines()]

    def finish(self, signum=signal.SIGINT, status=0):
        if signum:
            self.process.send_signal(signum)
        assert self.process.wait(UNTIL_OVER) == status, (self.process.returncode, self.said)
        for number, stream in ((1, self.process.stdout), (2, self.process.stderr)):
            os.set_blocking(stream.fileno(), True)
            self.said[number] += stream.read()
            stream.close()
        return self.said[1].decode(), self.said[2].decode()


@contextlib.contextmanager
def pair():
    """A connection: the client's socket, the server's, and the client's address as it is shown."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        client = socket.create_connection(listener.getsockname())
        server, _ = listener.accept()
        with client, server:
            yield client, server, "127.0.0.1:%d" % client.getsockname()[1]


def closed_by_client():
    with pair() as (client, server, name):
        client.sendall(b"x" * 100)
        client.shutdown(socket.SHUT_WR)
        while server.recv(1000):
            pass
        server.sendall(b"y" * 30)
        server.close()
        while client.recv(1000):
            pass
    return name


def reset_by_server():
    with pair() as (client, server, name):
        server.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        server.close()
        with contextlib.suppress(ConnectionResetError):
            client.recv(1)
    return name


def refused():
    with socket.socket() as client, socket.create_server(("127.0.0.1", 0)) as listener:
        target = listener.getsockname()
        listener.close()
        client.bind(("127.0.0.1", 0))
        name = "127.0.0.1:%d" % client.getsockname()[1]
        with contextlib.suppress(ConnectionRefusedError):
            client.connect(target)
            raise AssertionError("it was not refused")
    return name


def a_line_comes_when_a_connection_has_ended():
    live = Live()
    with pair() as (_, _, still_open):
        names = closed_by_client(), reset_by_server(), refused()
        for name in names:
            live.until(name)
        told = {line[1]: line for line in live.lines() if line[:1] and line[0].isdigit()}
        assert still_open not in told, told
        assert told[names[0]][3:8] == ["closed", "client", "-", "100", "30"], told
        assert told[names[1]][3:6] == ["reset", "server", "server"], told
        assert told[names[2]][3:6] == ["refused", "server", "server"], told
        text, remarks = live.finish()
    assert [line.split()[3] for line in text.splitlines() if still_open in line] == ["open"], text
    assert "\nlo: 4 connections, " in text and "lost" not in remarks, (text, remarks)
    for name in names:
        assert text.count(name + " ") == 1, text


def json_comes_line_by_line_and_the_summary_beside():
    live = Live("--json", "--fail-if", "reset > 0")
    name = reset_by_server()
    live.until('"client":"%s"' % name)
    text, remarks = live.finish(status=99)
    line = json.loads(text)
    assert line["ended"] == "reset" and line["reset_because"] == "linger" and not line["cut_short"], line
    assert "lo: 1 connection, " in remarks, remarks


def a_page_is_written_at_the_end():
    with tempfile.TemporaryDirectory() as folder:
        page = os.path.join(folder, "page.html")
        live = Live("--html", page)
        closed, reset = closed_by_client(), reset_by_server()
        for name in (closed, reset):
            live.until(name)
        assert not os.path.exists(page)
        text, _ = live.finish()
        with open(page, encoding="utf-8") as file:
            written = file.read()
        assert "1 of 2 connections ended badly" in written and "lo: 2 connections, " in text, (text, written)
        # Of one it has the ladder.
        live = Live("--html", page, "--for", "1h")
        live.until(closed_by_client())
        live.finish(status=130)
        with open(page, encoding="utf-8") as file:
            assert "<figure>" in file.read()


def of_one_port_no_other_is_told():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        live = Live("--port", str(listener.getsockname()[1]))
        other = closed_by_client()
        with socket.create_connection(listener.getsockname()) as client:
            name = "127.0.0.1:%d" % client.getsockname()[1]
            server, _ = listener.accept()
            server.close()
            client.recv(1)
        live.until(name)
        text, _ = live.finish()
    assert other not in text and "\nlo: 1 connection, " in text, text


def it_ends_by_itself():
    live = Live("--for", "200ms")
    text, _ = live.finish(signum=None)
    assert "\nlo: " in text, text
    live = Live("--for", "1h")
    live.finish(status=130)


def few_at_a_time_are_told_of():
    live = Live("--max-connections", "2")
    with contextlib.ExitStack() as stack:
        names = [stack.enter_context(pair())[2] for _ in range(5)]
        live.until(names[2])
        text, remarks = live.finish()
    assert "3 connections were told of before they ended" in remarks, remarks
    for name in names:
        assert text.count(name + " ") == 1, text


def overrun(live):
    """More packets than the ring holds, while the program does not read."""
    live.process.send_signal(signal.SIGSTOP)
    status = "/proc/%d/stat" % live.process.pid
    wait_for(lambda: open(status, encoding="ascii").read().rsplit(")", 1)[1].split()[0] == "T", "its stop")
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sink, \
            socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as source:
        sink.bind(("127.0.0.1", 0))
        source.connect(sink.getsockname())
        for _ in range(PACKETS):
            source.send(bytes(300))
    live.process.send_signal(signal.SIGCONT)


def lost_packets_are_told_of():
    live = Live()
    overrun(live)
    live.until("lost: more came than were read", stream=2)
    name = closed_by_client()
    live.until(name)
    _, remarks = live.finish()
    assert "packets lost, since more came than were read" in remarks, remarks


def what_a_filter_keeps_out_is_not_lost():
    live = Live("--port", "80")
    overrun(live)
    text, remarks = live.finish()
    assert "lost" not in remarks and "\nlo: 0 connections, 0 packets" in text, (text, remarks)


def refusals():
    def trace(*arguments, prefix=()):
        done = subprocess.run([*prefix, sys.argv[1], "trace", *arguments], capture_output=True, text=True,
                              timeout=UNTIL_OVER)
        return done.returncode, done.stderr
    assert trace("--live", "-i", "nowhere") == (1, "teardown: nowhere: there is no such interface\n")
    bare = ["setpriv", "--bounding-set=-all", "--inh-caps=-all"]
    assert trace("--live", "-i", "lo", prefix=bare) == \
        (3, "teardown: lo: reading packets needs root or CAP_NET_RAW\n")
    for wrong in (["--live"], ["-i", "lo"], ["--for", "1s", "x"], ["--live", "-i", "lo", "x"],
                  ["--live", "-i", "lo", "--find", "x"], ["--live", "-i", "lo", "--cut", "x"]):
        assert trace(*wrong)[0] == 2, wrong


if __name__ == "__main__":
    loopback.enter()
    run([a_line_comes_when_a_connection_has_ended, json_comes_line_by_line_and_the_summary_beside,
         a_page_is_written_at_the_end, of_one_port_no_other_is_told, it_ends_by_itself, few_at_a_time_are_told_of, lost_packets_are_told_of,
         what_a_filter_keeps_out_is_not_lost, refusals])
