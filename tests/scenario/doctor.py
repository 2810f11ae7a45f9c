#!/usr/bin/env python3
"""teardown doctor says of this host what the test did to it, in a network namespace of the test's own:
doctor.py TEARDOWN. With LONG_TESTS=1 also how 2,000 ports run out, which takes half a minute.

On a busy machine an ACK of the server's can be overtaken by its FIN, on another processor. TIME_WAIT answers it, the
server resets what it no longer knows, and the port is free: tcp_rfc1337 forbids it, and figures are exact."""
import ctypes
import errno
import itertools
import json
import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time

from lib import host_look, loopback
from lib.host_look import counter, doctor, equal, read, setting, under_way
from lib.wait import wait_for, wait_past

PR_SET_NAME, CLONE_NEWNET = 15, 0x40000000
SYN_SENT = 2
LOW, PORTS, RESERVED = 40000, 200, 10
LIBC = ctypes.CDLL(None, use_errno=True)


class Server:
    """Closes a connection after the client has, or before. No two have the same port."""
    ports = itertools.count(9000)

    def __init__(self, closes_first=False):
        self.port = next(self.ports)
        self.listener = socket.create_server(("127.0.0.1", self.port), backlog=512)
        self.closes_first, self.closed = closes_first, 0
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self):
        while True:
            connection, _ = self.listener.accept()
            if not self.closes_first:
                connection.recv(1)
            connection.close()
            self.closed += 1


def connect(port, family=socket.AF_INET, source=None):
    client = socket.socket(family)
    if source:
        client.bind(source)
    client.connect(("127.0.0.1" if family == socket.AF_INET else "::ffff:127.0.0.1", port))
    return client


def open_and_close(server, count, **how):
    """Each is over before the next begins; in the end all are in TIME_WAIT."""
    wanted = counter("TW") + count
    for _ in range(count):
        done = server.closed + 1
        with connect(server.port, **how) as client:
            if server.closes_first:
                client.recv(1)
        wait_for(lambda: server.closed >= done, "the server's close")
    wait_for(lambda: counter("TW") >= wanted and not under_way(server.port), "the TIME_WAITs")


def pair_of(result, port):
    found = [pair for pair in result["pairs"] if pair["destination"].endswith(":%d" % port)]
    assert len(found) < 2, found
    return found[0] if found else None


def found_of(result, name, port):
    return [finding for finding in result["findings"]
            if finding["id"] == name and ":%d:" % port in finding["text"]]


def counts_are_exact():
    server, made = Server(), counter("TW")
    open_and_close(server, 60)
    open_and_close(server, 20, family=socket.AF_INET6)  # of the IPv4 pair
    made = counter("TW") - made
    with connect(server.port), connect(server.port):
        result = read()
    pair = pair_of(result, server.port)
    equal((pair["held"], pair["time_wait"]), (82, 80), "ports held, and TIME_WAITs")
    equal(pair["time_wait"], made, "TIME_WAITs, as the kernel has counted")
    equal(pair["available"], PORTS - RESERVED, "ports")
    equal((pair["source"], pair["reuse"]), ("127.0.0.1", False), "source and reuse")
    equal(pair["rate_per_s"]["60s"], 80 / 60, "rate of a minute")
    finding, = found_of(result, "ports-run-out", server.port)
    assert "opened by python3 (pid %d" % os.getpid() in finding["text"], finding
    assert (pair["exhausted_in_s"] is None) != (pair["levels_off_at"] is None), pair
    wait_for(lambda: not under_way(server.port), "the last TIME_WAITs")
    text = doctor("--all").stdout
    assert "127.0.0.1 -> 127.0.0.1:%d: 82 of 190 ports held (43 %%), 82 of them TIME_WAIT" % server.port in text, text


def healthy_hosts_are_fine():
    """As many connections each, whose TIME_WAITs are elsewhere, or do not last."""
    server, made = Server(closes_first=True), counter("TW")
    open_and_close(server, 80)
    assert counter("TW") - made >= 80
    equal(pair_of(read(), server.port), None, "a pair whose server closed first")
    setting("tcp_tw_reuse", 1)
    setting("tcp_tw_reuse_delay", 1)
    server = Server()
    open_and_close(server, 80)
    result = read()
    equal(pair_of(result, server.port)["reuse"], True, "reuse")
    equal(found_of(result, "ports-run-out", server.port), [], "findings with reuse")
    setting("tcp_tw_reuse", 0)


def bound_before():
    server = Server()
    open_and_close(server, 60, source=("127.0.0.1", 0))
    finding, = found_of(read(), "ports-run-out", server.port)
    assert "binds before it connects" in finding["text"], finding


def who_comes_and_goes(stop):
    while not stop.is_set():
        subprocess.run(["unshare", "--net", "true"], check=True)


def other_namespaces():
    """One of a process with a hostile name; others end while they are looked at."""
    reader, writer = os.pipe()
    next(Server.ports)
    child = os.fork()
    if child == 0:
        LIBC.unshare(CLONE_NEWNET)
        loopback.loopback_set(True)
        setting("tcp_rfc1337", 1)
        setting("tcp_tw_reuse", 0)
        setting("ip_local_port_range", "%d %d" % (LOW, LOW + PORTS - 1))
        server = Server()
        open_and_close(server, 90)
        LIBC.prctl(PR_SET_NAME, b"\x1b[31mevil)\n x", 0, 0, 0)
        os.write(writer, b"%d" % server.port)
        signal.pause()
    port = int(os.read(reader, 16))
    stop = threading.Event()
    churn = threading.Thread(target=who_comes_and_goes, args=(stop,))
    churn.start()
    try:
        for _ in range(10):
            result = read()
            pair = pair_of(result, port)
            equal(pair["namespace"], os.readlink("/proc/%d/ns/net" % child), "namespace of the pair")
            equal(pair["time_wait"], 90, "TIME_WAITs there")
        text = doctor("--all").stdout
        assert "\x1b" not in text, text
        assert "of ?[31mevil)? x (pid %d" % child in text, text
        equal(pair_of(read("--namespace", str(child)), port)["held"], 90, "of the process asked for")
        assert pair_of(read("--namespace", "/proc/self/ns/net"), port) is None
    finally:
        stop.set()
        churn.join()
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        os.close(reader)
        os.close(writer)


def ipv6_elsewhere():
    """Sockets of IPv6, as servers have that listen at [::], in another namespace."""
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        LIBC.unshare(CLONE_NEWNET)
        loopback.loopback_set(True)
        listener = socket.create_server(("::", 9000), family=socket.AF_INET6, dualstack_ipv6=True)
        accepted = []
        for _ in range(60):
            with connect(9000, socket.AF_INET6):
                accepted.append(listener.accept()[0])
        for connection in accepted:
            connection.recv(1)
        os.write(writer, b"x")
        signal.pause()
    os.close(writer)
    equal(os.read(reader, 1), b"x", "what the other namespace says")
    try:
        for looks in ("0", "100ms"):
            leak, = (finding for finding in read("--older-than", "0", "--for", looks)["findings"]
                     if finding["id"] == "close-wait-leak")
            equal((leak["held"], leak["pid"]), (60, child), "the leak")
            # None came between the looks.
            assert "in the last" not in leak["text"], leak
    finally:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        os.close(reader)


def few_of_another():
    """Connections of another namespace that nobody answers are found, however few sockets it has."""
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        LIBC.unshare(CLONE_NEWNET)
        loopback.loopback_set(True)
        queue = socket.create_server(("127.0.0.1", 9000), backlog=0)
        others = [socket.create_connection(queue.getsockname())]
        for count in (3, 6):
            while len(others) <= count:
                others.append(socket.socket())
                others[-1].setblocking(False)
                equal(others[-1].connect_ex(queue.getsockname()), errno.EINPROGRESS, "connect")
            wait_for(lambda: tcp_states(SYN_SENT, retried=True) == count, "SYNs sent again")
            os.write(writer, b"x")
        signal.pause()
    try:
        for waiting in (3, 6):
            equal(os.read(reader, 1), b"x", "what the other namespace says")
            found = [(finding["waiting"], finding["pid"], finding["level"]) for finding in read()["findings"]
                     if finding["id"] == "syn-retransmits"]
            equal(found, [(6, child, "notice")] if waiting == 6 else [], "%d connections" % waiting)
    finally:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        os.close(reader)
        os.close(writer)


def tcp_states(state, retried):
    """Sockets of /proc/net/tcp in that state, whose SYN was sent again."""
    with open("/proc/thread-self/net/tcp") as file:
        rows = [line.split() for line in file][1:]
    return sum(int(row[3], 16) == state and (int(row[6], 16) > 0) == retried for row in rows)


def two_looks():
    begin = time.monotonic()
    process = subprocess.run([host_look.program, "doctor", "--for", "300ms", "--json", "-"], capture_output=True, text=True)
    assert json.loads(process.stdout)["look"]["seconds"] >= 0.3, process.stdout
    assert time.monotonic() - begin >= 0.3
    process = subprocess.Popen([host_look.program, "doctor", "--for", "60s", "--watch"], stdout=subprocess.PIPE, text=True)
    wait_for(lambda: "SigCgt" in open("/proc/%d/status" % process.pid).read() and
             catches(process.pid, signal.SIGINT), "the handler")
    process.send_signal(signal.SIGINT)
    out = process.communicate(timeout=60)[0]
    assert process.returncode in (0, 90, 91) and "Linux" in out, (process.returncode, out)


def catches(pid, number):
    with open("/proc/%d/status" % pid) as file:
        mask = int(re.search(r"SigCgt:\s*(\w+)", file.read())[1], 16)
    return mask >> (number - 1) & 1


def nonsense():
    for arguments, said in (
        (("--namespace", "999999999"), "there is no process 999999999"),
        (("--namespace", "/nowhere"), "there is no file /nowhere"),
        (("--namespace", "/proc/self/ns/mnt"), "is no network namespace"),
        (("--namespace", "/dev/null"), "is no network namespace"),
        (("--explain", "ports-runout"), "did you mean ports-run-out"),
        (("--explain", "ports-run-out", "x"), "takes no argument"),
        *((("--explain", "all", *option), option[0] + ": does nothing beside --explain") for option in (
            ("--json", "-"), ("--watch",), ("--who",), ("--all",), ("--sysctl-file", "/dev/null"))),
        (("--watch",), "--watch"),
        (("--json", "/nowhere/x.json"), "--json"),
    ):
        process = doctor(*arguments, statuses=(1, 2))
        assert said in process.stderr and process.stderr.count("\n") == 1, process.stderr
    assert "EADDRNOTAVAIL" in doctor("--explain", "ports-run-out").stdout
    assert doctor("--explain", "all").stdout.startswith("ports-run-out\n")


def paced(server, rate, begin, first, most_late):
    """Opens and closes at a rate. Returns (when all ports were held, how many connections that took), and
    how late it ever was."""
    number = first
    while True:
        due = begin + number / rate
        wait_past(due)
        most_late[0] = max(most_late[0], time.monotonic() - due)
        try:
            connect(server.port).close()
        except OSError as refused:
            equal(refused.errno, errno.EADDRNOTAVAIL, "refused")
            return time.monotonic() - begin, number
        number += 1
        if number == first + paced.until:
            return None, number


def planned(result, opened, pair, ports):
    """teardown plan --from-doctor plans for what was opened here within the last 5 s."""
    with tempfile.NamedTemporaryFile("w") as file:
        json.dump(result, file)
        file.flush()
        process = subprocess.run([host_look.program, "plan", "--from-doctor", file.name, "-s", "client-close", "--json"],
                                 capture_output=True, text=True, check=True)
    plan = json.loads(process.stdout)
    row, host = plan["strategies"][0], plan["from_doctor"]
    equal(host["destination"], pair["destination"], "the pair that is planned for")
    equal(row["ports"], pair["available"], "ports of the plan")
    equal(plan["asked"]["ports"], [LOW, LOW + ports - 1], "their range")
    # Of what was opened longer ago than that nothing is known here.
    assert 0 < plan["asked"]["rate_per_s"] <= opened / 5, (plan["asked"], opened)
    life_s = plan["asked"]["time_wait_life"]["most_s"]
    assert abs(row["lasts_per_s"] * life_s - row["ports"]) < 1, row


def ports_run_out_as_foretold(rate, look_s, ports):
    """By a look after look_s seconds."""
    setting("ip_local_port_range", "%d %d" % (LOW, LOW + ports - 1))
    setting("ip_local_reserved_ports", "\n")
    server, begin, late = Server(), time.monotonic(), [0]
    paced.until = int(rate * look_s)
    _, opened = paced(server, rate, begin, 0, late)
    looked_s = time.monotonic() - begin
    result = read()
    pair = pair_of(result, server.port)
    planned(result, opened, pair, ports)
    paced.until = 1 << 30
    exhausted_s, opened = paced(server, rate, begin, opened, late)
    foretold_s = looked_s + pair["exhausted_in_s"]
    # What was bound before has the other parity.
    cliff_s, half_s = looked_s + pair["cliff_in_s"], ports / 2 / rate
    print("%d ports at %d/s: exhausted at %.1f s, foretold %.1f s; slow at %.1f s, foretold %.1f s; late %.2f s" %
          (ports, rate, exhausted_s, foretold_s, half_s, cliff_s, late[0]))
    equal(opened, pair["available"], "connections until none was to be had")
    assert abs(foretold_s - exhausted_s) <= 1 + late[0], "foretold %.1f s, was %.1f s" % (foretold_s, exhausted_s)
    assert abs(cliff_s - half_s) <= 1 + late[0], "slow foretold at %.1f s" % cliff_s
    found, = found_of(read(), "ports-run-out", server.port)
    assert found["text"].startswith("ports have run out"), found


def main():
    loopback.enter()
    setting("tcp_rfc1337", 1)
    setting("tcp_tw_reuse", 0)
    setting("ip_local_port_range", "%d %d" % (LOW, LOW + PORTS - 1))
    setting("ip_local_reserved_ports", "40100-%d" % (40100 + RESERVED - 1))
    for situation in (counts_are_exact, healthy_hosts_are_fine, bound_before, other_namespaces, ipv6_elsewhere, few_of_another,
                      two_looks, nonsense):
        begin = time.monotonic()
        situation()
        print("%s: %.1f s" % (situation.__name__, time.monotonic() - begin), flush=True)
    ports_run_out_as_foretold(40, 2.5, 200)
    if os.environ.get("LONG_TESTS"):
        ports_run_out_as_foretold(60, 6, 2000)


if __name__ == "__main__":
    host_look.program = sys.argv[1]
    main()
