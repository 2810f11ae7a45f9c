#!/usr/bin/env python3
"""teardown doctor finds what fills up that is not a program's own: connection tracking, the ports of a gateway,
orphans, the memory of TCP. Each on a network namespace that has it, and not on two that look like it:
doctor_limits.py TEARDOWN. With LONG_TESTS=1 also a table of connection tracking that is nearly full, which takes
67 MB of the kernel's memory."""
import contextlib
import ctypes
import json
import os
import resource
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time

from lib import host_look, loopback, tcp
from lib.host_look import doctor, equal, of_check, read
from lib.wait import wait_for

RULES = "table ip tracked {\n chain out {\n  type filter hook output priority 0\n  ct state new accept\n }\n}\n"
PR_CAPBSET_DROP, CAP_NET_ADMIN = 24, 12
LIBC = ctypes.CDLL(None, use_errno=True)
PUBLIC, PRIVATE = ("198.18.7.1", "198.18.7.2"), "10.99.7.1"
FIN_WAIT1 = 4


def pairs(stack, count, address="127.0.0.1"):
    """(client, accepted) of so many connections to one listener."""
    listener = stack.enter_context(socket.create_server((address, 0), backlog=64))
    made = []
    for _ in range(count):
        client = stack.enter_context(socket.create_connection(listener.getsockname()))
        made.append((client, stack.enter_context(listener.accept()[0])))
    return made


def states(state):
    return sum(row.state == state for row in tcp.table())


def sockstat(name):
    with open("/proc/thread-self/net/sockstat") as file:
        words = next(line.split() for line in file if line.startswith("TCP:"))
    return int(words[words.index(name) + 1])


@contextlib.contextmanager
def tracking():
    subprocess.run(["nft", "-f", "-"], input=RULES, text=True, check=True)
    try:
        yield
    finally:
        subprocess.run(["nft", "delete", "table", "ip", "tracked"], check=True)


def entries_of():
    space, = read("--conntrack", "--namespace", "/proc/self/ns/net")["namespaces"]
    return space["conntrack_entries"]


def tracked_states(stack):
    """20 connections are closed, 5 are open (at both ends one entry), and a datagram was not answered."""
    with tracking():
        made = pairs(stack, 25)
        for client, accepted in made[:20]:
            client.close()
            equal(accepted.recv(1), b"", "the client's FIN")
            accepted.close()
        datagrams = stack.enter_context(socket.socket(socket.AF_INET, socket.SOCK_DGRAM))
        datagrams.sendto(b"x", ("127.0.0.1", 9))
        wanted = {"TCP TIME_WAIT": 20, "TCP ESTABLISHED": 5, "UDP": 1}
        wait_for(lambda: entries_of() == wanted, "the entries")
        equal(read()["namespaces"][0]["conntrack_entries"], None, "entries that nobody asked for")
        text = doctor("--conntrack").stdout
        assert ": 20 TCP TIME_WAIT, 5 TCP ESTABLISHED, 1 UDP" in text, text
        refused = doctor("--conntrack", preexec_fn=lambda: LIBC.prctl(PR_CAPBSET_DROP, CAP_NET_ADMIN, 0, 0, 0)).stdout
        assert "cannot list what connection tracking holds: Operation not permitted" in refused, refused
        assert "fine: ports" in refused, refused


def tracked_and_nearly_full(_):
    """The limit is the host's. As many datagrams of one flow, or of flows that are not tracked, fill nothing."""
    with open("/proc/sys/net/netfilter/nf_conntrack_max") as file:
        wanted = int(file.read()) * 82 // 100
    with open("/proc/sys/net/netfilter/nf_conntrack_udp_timeout", "w") as file:
        file.write("600")

    def send(flows):
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as datagrams:
            for number in range(wanted):
                flow = number % flows
                datagrams.sendto(b"", ("127.0.1.%d" % (1 + flow // 60000), 1 + flow % 60000))
    send(wanted)
    equal(of_check(read(), "conntrack"), [], "flows that are not tracked")
    with tracking():
        send(1)
        equal(of_check(read("--conntrack"), "conntrack"), [], "one flow")
        send(wanted)
        result = read("--conntrack")
    found, = of_check(result, "conntrack")
    udp = result["namespaces"][0]["conntrack_entries"]["UDP"]
    equal((found["level"], found["entries"] >= udp >= wanted), ("warning", True), "a table that is nearly full")
    assert "nearly full" in found["text"] and "filled by {:,} UDP".format(udp) in found["text"], found
    assert found["cure"].startswith("lower nf_conntrack_udp_timeout"), found


def ports_of_a_gateway(stack):
    """It gives 64 for each public destination, of which 60 are held. As many to a private one, or to two."""
    for address in (*PUBLIC, PRIVATE):
        subprocess.run(["ip", "address", "add", address + "/32", "dev", "lo"], check=True)
    asked = ("--nat-ports", "64")
    with contextlib.ExitStack() as others:
        pairs(others, 60, PRIVATE)
        equal(of_check(read(*asked), "nat-share"), [], "connections that no gateway translates")
    for address in PUBLIC:
        pairs(stack, 30, address)
    equal(of_check(read(*asked), "nat-share"), [], "two destinations")
    pairs(stack, 60, PUBLIC[0])
    found, = of_check(read(*asked), "nat-share")
    equal((found["level"], found["held"], found["available"]), ("warning", 60, 64), "a gateway's ports")


@contextlib.contextmanager
def host_limits(**limits):
    """This namespace has limits of the whole host, as the host's own has: doctor reads these of a folder."""
    with tempfile.TemporaryDirectory() as folder:
        settings, program = os.path.join(folder, "ipv4"), os.path.join(folder, "doctor")
        os.mkdir(settings)
        for name in ("ip_local_port_range", "tcp_tw_reuse", "tcp_max_tw_buckets", "tcp_timestamps"):
            with contextlib.suppress(OSError):
                shutil.copy("/proc/sys/net/ipv4/" + name, settings)
        for name, value in limits.items():
            with open(os.path.join(settings, name), "w") as file:
                file.write("%s\n" % value)
        with open(program, "w") as file:
            file.write('#!/bin/sh\nexec unshare --mount sh -c \'mount --bind "$0" /proc/sys/net/ipv4 && exec "$@"\' '
                       '%s %s "$@"\n' % (settings, host_look.program))
        os.chmod(program, 0o755)
        before, host_look.program = host_look.program, program
        try:
            yield
        finally:
            host_look.program = before


def orphans(stack):
    """A quarter of the limit: closed while their data is not acknowledged. As many that the program holds are none,
    nor are FIN_WAIT_2s; with a greater limit they are few."""
    # Other tests of this host have some, too: less than half as many come or go meanwhile.
    count, others, made = 2000, sockstat("orphan"), pairs(stack, 2010)
    limit = 4 * (others + count // 2)
    low, high = {"tcp_max_orphans": limit}, {"tcp_max_orphans": 100 * limit}
    for client, _ in made[:10]:
        client.close()
    wait_for(lambda: states(tcp.CLOSE_WAIT) == 10, "FIN_WAIT_2s")
    with loopback.silence():
        for client, _ in made[10:]:
            client.send(b"x")
        with host_limits(**low):
            equal(of_check(read(), "orphans"), [], "what is held and not acknowledged")
        for client, _ in made[10:]:
            client.close()
        equal(states(FIN_WAIT1), count, "closed and not acknowledged")
        with host_limits(**low):
            found, = of_check(read(), "orphans")
        with host_limits(**high):
            equal(of_check(read(), "orphans"), [], "few of the limit")
    equal((found["level"], found["limit"]), ("warning", limit), "orphans")
    assert found["orphans"] >= count and "of them in own" in found["text"], found


def memory(stack):
    """Queues that nobody reads reach a limit. They do not reach a greater one, nor do connections without queues it."""
    empty, made = sockstat("mem"), pairs(stack, 12)
    for _, accepted in made:
        accepted.setblocking(False)
        with contextlib.suppress(BlockingIOError):
            while True:
                accepted.send(bytes(65536))
    full = sockstat("mem")
    # Those of other tests take less.
    assert full > empty + 4000, (empty, full)
    limit = (empty + full) // 2
    limits, greater = {"tcp_mem": "%d %d %d" % ((limit,) * 3)}, {"tcp_mem": "%d %d %d" % ((10 * full,) * 3)}
    with host_limits(**limits):
        found, = of_check(read(), "tcp-memory")
    with host_limits(**greater):
        equal(of_check(read(), "tcp-memory"), [], "a greater limit")
    stack.close()
    wait_for(lambda: sockstat("mem") < limit, "the end of the queues")
    with host_limits(**limits):
        equal(of_check(read(), "tcp-memory"), [], "the same limit without queues")
    equal((found["level"], found["most_pages"]), ("critical", limit), "memory")


def hidden_process(_):
    """The kernel refuses to tell the namespace of a process that has just ended, once; of one that is hidden, always."""
    for refused, unseen in (("1", []), ("1+", ["namespaces of 1 process (/proc/PID/ns/net: Permission denied)"])):
        process = subprocess.run(["unshare", "--pid", "--fork", "--mount-proc", "strace", "-f", "-o", os.devnull,
                                  "-P", "/proc/1/ns/net", "-e", "inject=?readlink,readlinkat:error=EACCES:when=" + refused,
                                  host_look.program, "doctor", "--for", "0", "--json", "-"], stdout=subprocess.PIPE, text=True)
        equal(json.loads(process.stdout)["look"]["unseen"], unseen, "not seen, refused " + refused)


def hidden_users(_):
    """Mounted with hidepid, /proc has no process 1 for an ordinary user."""
    for path, unseen in (("/proc/1", ["processes of other users, and their namespaces (/proc is mounted with hidepid)"]),
                         ("/proc/0", [])):
        process = subprocess.run(["unshare", "--pid", "--fork", "--mount-proc", "strace", "-f", "-o", os.devnull,
                                  "-P", path, "-e", "inject=access,faccessat,faccessat2:error=ENOENT",
                                  host_look.program, "doctor", "--for", "0", "--json", "-"], stdout=subprocess.PIPE, text=True)
        equal(json.loads(process.stdout)["look"]["unseen"], unseen, "not seen without " + path)


def masked_settings(_):
    """What is judged by a setting is not called fine where that is not known; the host's limits no container has."""
    masked = ["unshare", "--mount", "sh", "-c", 'mount -t tmpfs none /proc/sys && exec "$@"', "sh"]
    of_host, of_each = {"orphans", "memory of TCP"}, {"ports", "settings", "listeners' ports", "the cap of TIME_WAITs",
                                                      "connection tracking"}

    def said(before, known):
        process = subprocess.run([*before, host_look.program, "doctor", "--for", "0"], stdout=subprocess.PIPE, text=True)
        fine, unseen = (" ".join(process.stdout.split()).split("fine: ")[1] + " not seen: ").split(" not seen: ")[:2]
        equal((of_host | of_each) & set(fine.split("; ")[0].split(", ")), known, process.stdout)
        equal("settings and ports of" in unseen, not known, process.stdout)

    said(masked, set())
    said([], of_each)
    with host_limits(tcp_max_orphans=1 << 20, tcp_mem="1000000 1000000 1000000"):
        said([], of_host | of_each)


def ended_process(_):
    """A namespace is entered by the first of its processes, and by another where that one has ended; or all have."""
    holder = subprocess.Popen(["unshare", "--net", "sh", "-c", "sleep 600 & echo $!; wait"], stdout=subprocess.PIPE, text=True)
    other = int(holder.stdout.readline())
    space = os.readlink("/proc/%d/ns/net" % other)
    first, last = sorted((holder.pid, other))
    try:
        for ended, found, unseen in (((first,), [space], []), ((first, last), [], [space + " (it ended meanwhile)"])):
            paths = [word for pid in ended for word in ("-P", "/proc/%d/ns/net" % pid)]
            process = subprocess.run(["strace", "-f", "-o", os.devnull, *paths, "-e", "inject=openat:error=ENOENT",
                                      host_look.program, "doctor", "--for", "0", "--json", "-"], stdout=subprocess.PIPE, text=True)
            result = json.loads(process.stdout)
            equal([at["name"] for at in result["namespaces"] if at["name"] == space], found, "entered")
            equal([why for why in result["look"]["unseen"] if why.startswith(space)], unseen, "not seen")
    finally:
        os.kill(other, signal.SIGKILL)
        holder.wait()
        holder.stdout.close()


def main():
    loopback.enter("--mount")
    resource.setrlimit(resource.RLIMIT_NOFILE, (resource.getrlimit(resource.RLIMIT_NOFILE)[1],) * 2)
    situations = {orphans: None, memory: None, ports_of_a_gateway: "ip", tracked_states: "nft",
                  hidden_process: "strace", hidden_users: "strace", masked_settings: None, ended_process: "strace"}
    if os.environ.get("LONG_TESTS"):
        situations[tracked_and_nearly_full] = "nft"
    for situation, program in situations.items():
        if program and not shutil.which(program):
            print("%s: not played: %s is not installed" % (situation.__name__, program), flush=True)
            continue
        begin = time.monotonic()
        with contextlib.ExitStack() as stack:
            situation(stack)
        print("%s: %.1f s" % (situation.__name__, time.monotonic() - begin), flush=True)


if __name__ == "__main__":
    host_look.program = sys.argv[1]
    main()
