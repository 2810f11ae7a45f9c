#!/usr/bin/env python3
"""What clients cost in memory, of the program and of the kernel: server_memory.py PROGRAM

It runs again in a network namespace of its own, with the kernel's default limits. Skips where there
is none to be had."""
import os
import socket
import subprocess
import sys

from lib import loopback, tcp
from lib.drop_filter import drop_segments
from lib.server_process import KEEP, Server, get, run
from lib.wait import wait_for

LARGE = get("/bytes/100000000")
# net.ipv4.tcp_wmem: the most that the kernel lets a send buffer grow to.
GROWS_TO = 4 << 20
# A send buffer takes a segment as long as it is not full: 64 KiB, and what describes them.
SEGMENT = 68 << 10
LOWAT = 16 << 10
ACKNOWLEDGED = 2 << 20


def _peak_bytes(server):
    with open("/proc/%d/status" % server.process.pid) as status:
        for line in status:
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) * 1024
    raise AssertionError("no VmHWM")


def _peak_restart(server):
    """From here VmHWM is the peak of what follows (proc(5), clear_refs): a peak of the start would
    hide growth."""
    with open("/proc/%d/clear_refs" % server.process.pid, "w") as file:
        file.write("5")
    return _peak_bytes(server)


def a_body_is_streamed():
    """The program grows by what a turn of its loop needs, not by the body. Small buffers, so that it has
    to keep a part of almost every turn."""
    size, step = 96 << 20, 1 << 16
    length = b"Content-Length: %d\r\n"
    with Server("--send-buffer", "16384") as server:
        assert server.ask(get("/", length % step, b"PUT") + bytes(step)).status == 200
        before = _peak_restart(server)
        with server.connect(4096) as client:
            sender = client.send_beside(get("/", length % size, b"PUT") + bytes(size))
            assert int(client.response_head().headers["content-length"]) == size
            for _ in range(size // step):
                assert client.exactly(step) == bytes(step)
            sender.join()
        assert _peak_bytes(server) - before < 4 << 20, (before, _peak_bytes(server))


def pipelined_requests_take_no_memory():
    """A client that sends requests and reads nothing fills the socket, and then waits."""
    with Server("--pipeline", "16", *KEEP) as server:
        assert server.ask(get()).status == 200
        before = _peak_restart(server)
        with server.connect(receive_buffer=4096) as client:
            client.socket.settimeout(0.3)
            client.send_beside(get("/bytes/10000") * 100000).join()
            assert _peak_bytes(server) - before < 4 << 20, (before, _peak_bytes(server))


def _sysctl(name, value):
    """Of this test's namespace."""
    with open("/proc/sys/net/ipv4/" + name, "w") as file:
        file.write(value)


def _memory(server, client):
    """Once the send buffer is full."""
    wait_for(lambda: client.server_end().unsent and server.is_asleep(), "a full send buffer")
    return tcp.send_memory(server.port, client.port)


def a_client_that_does_not_read_costs_what_the_kernel_allows():
    for receive_buffer in (4096, None):
        with Server(*KEEP) as server, server.connect(receive_buffer) as client:
            client.send(LARGE)
            server.waits_for(client)
            memory = _memory(server, client)
            assert GROWS_TO // 2 < memory <= GROWS_TO + SEGMENT, memory


def a_client_that_does_not_read_costs_the_send_buffer():
    for size in (1 << 14, 1 << 16, 1 << 20):
        for receive_buffer in (4096, None):
            with Server("--send-buffer", str(size), *KEEP) as server, \
                    server.connect(receive_buffer) as client:
                client.send(LARGE)
                server.waits_for(client)
                memory = _memory(server, client)
                assert size // 2 < memory <= size + SEGMENT, (size, memory)


def a_client_that_does_not_acknowledge_costs_no_more():
    """Its window is open, and it has acknowledged much before."""
    for arguments, least, most in (
            ((), GROWS_TO // 4, GROWS_TO + SEGMENT),
            (("--send-buffer", str(1 << 16)), 1 << 15, (1 << 16) + SEGMENT)):
        with Server("--write-timeout", "1h", *arguments, *KEEP) as server, \
                server.connect() as client:
            client.send(LARGE)
            client.exactly(ACKNOWLEDGED)
            drop_segments(client.socket)
            memory = _memory(server, client)
            assert least < memory <= most, (arguments, memory)


def _fill(sender):
    try:
        while True:
            sender.send(bytes(1 << 20), socket.MSG_DONTWAIT)
    except BlockingIOError:
        pass


def tcp_notsent_lowat_leaves_out_what_was_sent():
    """So --send-buffer is SO_SNDBUF: TCP_NOTSENT_LOWAT bounds the memory for a client that
    acknowledges and does not read, and not for one that does not acknowledge."""
    # A window that is open for all that the sender has on its way.
    _sysctl("tcp_rmem", "4096 %d %d" % (GROWS_TO, GROWS_TO))
    for acknowledges in (True, False):
        with socket.create_server(("127.0.0.1", 0)) as listener, socket.socket() as reader:
            listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NOTSENT_LOWAT, LOWAT)
            reader.connect(listener.getsockname())
            sender = listener.accept()[0]
            with sender:
                left = ACKNOWLEDGED
                while left > 0:
                    _fill(sender)
                    left -= len(reader.recv(1 << 20))
                ports = sender.getsockname()[1], reader.getsockname()[1]
                if acknowledges:
                    wait_for(lambda: not _fill(sender) and tcp.end(*ports).unsent <= LOWAT + SEGMENT,
                             "the window to be closed")
                    memory = tcp.send_memory(*ports)
                    assert memory <= LOWAT + 2 * SEGMENT, memory
                else:
                    drop_segments(reader)
                    _fill(sender)
                    memory = tcp.send_memory(*ports)
                    assert memory > 2 * (LOWAT + 2 * SEGMENT), memory


def a_send_buffer_that_the_kernel_does_not_give_is_refused():
    for size in ("1", "2G"):
        process = subprocess.run([sys.argv[1], "--listen", "127.0.0.1:0", "--send-buffer", size],
                                 capture_output=True, text=True, timeout=60)
        assert process.returncode == 3 and process.stderr.count("\n") == 1, process.stderr
        assert "the kernel makes it" in process.stderr, process.stderr


if __name__ == "__main__":
    loopback.enter()
    _sysctl("tcp_wmem", "4096 16384 %d" % GROWS_TO)
    _sysctl("tcp_rmem", "4096 131072 %d" % (6 << 20))
    tests = [a_client_that_does_not_read_costs_what_the_kernel_allows,
             a_client_that_does_not_read_costs_the_send_buffer,
             a_client_that_does_not_acknowledge_costs_no_more,
             tcp_notsent_lowat_leaves_out_what_was_sent,
             a_send_buffer_that_the_kernel_does_not_give_is_refused]
    # AddressSanitizer keeps what was freed.
    if not os.environ.get("SANITIZED"):
        tests += [a_body_is_streamed, pipelined_requests_take_no_memory]
    run(tests)
