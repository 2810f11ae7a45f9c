#!/usr/bin/env python3
"""--listen with a host name, which stands for one address or for several, and with a link-local address:
server_names.py PROGRAM
It runs again in namespaces of its own, whose file of hosts and whose loopback's addresses are the test's."""
import fcntl
import os
import re
import signal
import socket
import struct
import subprocess
import sys
import tempfile

from lib import loopback
from lib.server_process import TIMEOUT_S, Server, get, run

SIOCSIFADDR = 0x8916
LINK, LOCAL = "lo", "fe80::7"
# 192.0.2.0/24 is nobody's (RFC 5737).
BOTH = r"listening on (127\.0\.0\.1:(\d+), \[::1\]:\2|\[::1\]:(\d+), 127\.0\.0\.1:\3) "
HOSTS = """127.0.0.1 both.test one.test half.test busy.test
::1 both.test busy.test
127.0.0.1 both.test
192.0.2.7 half.test absent.test
192.0.2.8 absent.test
""" + "".join("127.0.0.%d many.test%s\n" % (i, " eight.test" if i < 9 else "") for i in range(1, 10))
# With eight addresses more sockets than a unit of systemd's may hand over by most limits.
THREADS = 130


def hosts_set(folder):
    path = os.path.join(folder, "hosts")
    with open(path, "w") as file:
        file.write(HOSTS)
    subprocess.run(["mount", "--bind", path, "/etc/hosts"], check=True)


def local_address_add():
    with socket.socket(socket.AF_INET6, socket.SOCK_DGRAM) as control:
        fcntl.ioctl(control, SIOCSIFADDR,
                    struct.pack("16sIi", socket.inet_pton(socket.AF_INET6, LOCAL), 64, socket.if_nametoindex(LINK)))


def refused(status, *said, arguments):
    done = subprocess.run([sys.argv[1], *arguments], capture_output=True, text=True, timeout=TIMEOUT_S, check=False)
    lines = done.stderr.strip().splitlines()
    assert done.returncode == status and len(lines) == 1, (arguments, done)
    assert all(part in lines[0] for part in said), (arguments, said, lines)


def answers(*place):
    with socket.create_connection(place[:2]) if len(place) == 2 else socket.socket(socket.AF_INET6) as client:
        if len(place) > 2:
            client.connect(place)
        client.settimeout(TIMEOUT_S)
        client.sendall(get("/bytes/7", b"Connection: close\r\n"))
        response = b""
        while more := client.recv(4096):
            response += more
    assert response.startswith(b"HTTP/1.1 200 OK") and response.endswith(b"\r\n\r\n" + response[-7:]), response


def is_refused(host, port):
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as client:
        return client.connect_ex((host, port)) != 0


def a_name_stands_for_all_its_addresses():
    for threads in (1, 2):
        with Server("--listen", "both.test:0", "--threads", str(threads), expect=BOTH) as server:
            assert server.threads == 2 * threads, server.threads
            for host in ("127.0.0.1", "::1"):
                answers(host, server.port)


def one_address_is_one():
    with Server("--listen", "one.test:0", expect=r"listening on 127\.0\.0\.1:\d+ ") as server:
        assert server.threads == 1, server.threads
        answers("127.0.0.1", server.port)
        assert is_refused("::1", server.port), "it listens on ::1"


def a_reload_keeps_all_addresses():
    with Server("--listen", "both.test:0", expect=BOTH) as server:
        server.signal(signal.SIGHUP)
        found = server.until(r"listening on (.*) strategy=\S+ threads=(\d+)")
        ports = re.findall(r"(127\.0\.0\.1|\[::1\]):%d\b" % server.port, found.group(1))
        assert sorted(ports) == ["127.0.0.1", "[::1]"] and found.group(2) == "2", found.group(0)
        server.pid = int(server.until(r" reloaded pid=(\d+)").group(1))
        server.processes += 1
        for host in ("127.0.0.1", "::1"):
            answers(host, server.port)


def a_reload_hands_on_a_socket_for_each_thread_at_each_address():
    with Server("--listen", "eight.test:0", "--threads", str(THREADS), "--metrics", "127.0.0.1:0",
                expect=r"listening on 127\.0\.0\.1:\d+, ") as server:
        assert server.threads == 8 * THREADS, server.threads
        server.signal(signal.SIGHUP)
        server.pid = int(server.until(r" reloaded pid=(\d+)").group(1))
        server.processes += 1
        answers("127.0.0.8", server.port)


def what_this_host_does_not_have_is_left_out_and_said():
    with Server("--listen", "half.test:0", expect=r"listening on 127\.0\.0\.1:\d+ ") as server:
        said = [line for line in server.start if "not listening on" in line]
        assert len(said) == 1 and re.search(r"not listening on 192\.0\.2\.7:\d+: --listen half\.test:0 stands for it",
                                            said[0]), server.start
        answers("127.0.0.1", server.port)
    with Server("--listen", "one.test:0") as server:
        assert not any("not listening on" in line for line in server.start), server.start
    refused(1, "cannot listen on 192.0.2.", "Cannot assign requested address", arguments=("--listen", "absent.test:0"))


def a_port_in_use_at_one_of_them_is_refused():
    with socket.create_server(("::1", 0), family=socket.AF_INET6) as other:
        port = other.getsockname()[1]
        refused(1, "cannot listen on [::1]:%d" % port, "in use", arguments=("--listen", "busy.test:%d" % port))


def names_that_do_not_do_are_refused():
    for status, said, *arguments in (
            (1, "--listen: cannot find the address of nowhere.test: ", "--listen", "nowhere.test:0"),
            (1, "many.test stands for more than 8 addresses", "--listen", "many.test:0"),
            (2, "and /metrics has one socket: name one of them", "--metrics", "both.test:0"),
            (2, "is not ADDRESS:PORT", "--listen", "both.test"),
            (2, "is not ADDRESS:PORT", "--listen", "both.test:x"),
            (2, "is not ADDRESS:PORT", "--listen", "127.1:0"),
            (2, "is not ADDRESS:PORT", "--listen", "0x7f.1:0"),
            (2, "is not ADDRESS:PORT", "--listen", "both test:0"),
            (2, "is not ADDRESS:PORT", "--listen", "%s:0" % ("x" * 300))):
        refused(status, said, arguments=("--listen", "127.0.0.1:0", *arguments))
    with Server("--metrics", "one.test:0") as server:
        assert b"teardown_server_connections" in server.ask(get("/metrics"), server.metrics_port).body


def a_link_local_address_names_its_link():
    index = socket.if_nametoindex(LINK)
    for link in (LINK, str(index)):
        with Server("--listen", "[%s%%%s]:0" % (LOCAL, link),
                    expect=r"listening on \[fe80::7%lo\]:\d+ ") as server:
            answers(LOCAL, server.port, 0, index)
            assert is_refused("127.0.0.1", server.port), "it listens on 127.0.0.1, too"
    refused(1, "cannot listen on [fe80::7]:0: a link-local address is one of a link",
            arguments=("--listen", "[%s]:0" % LOCAL))
    for text in ("[fe80::7%nolink]:0", "[fe80::7%]:0", "[::1%lo]:0", "[fe80::7%0]:0"):
        refused(2, "is not ADDRESS:PORT", arguments=("--listen", text))


if __name__ == "__main__":
    loopback.enter("--mount")
    with tempfile.TemporaryDirectory() as own:
        hosts_set(own)
        try:
            local_address_add()
        except OSError as error:
            print("skipped: no IPv6 here:", error)
            sys.exit(loopback.SKIPPED)
        run([value for value in list(globals().values())
             if callable(value) and getattr(value, "__module__", "") == "__main__"
             and value not in (hosts_set, local_address_add, refused, answers, is_refused)])
