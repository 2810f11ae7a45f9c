#!/usr/bin/env python3
"""teardown doctor --who names each process that opens connections, one that is gone at the look too, and none that
opens nothing: doctor_who.py TEARDOWN. Needs root, since perf looks at the whole host. How many connections were opened
is held against the kernel's counter ActiveOpens."""
import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import threading

from lib import host_look, loopback
from lib.host_look import equal
from lib.wait import wait_for

SHORT, OWN, FORKED, ELSEWHERE = 6, 7, 3, 2


def active_opens():
    with open("/proc/thread-self/net/snmp") as file:
        lines = [line.split() for line in file if line.startswith("Tcp:")]
    return int(lines[1][lines[0].index("ActiveOpens")])


def serve(family, address):
    """The client closes first."""
    listener = socket.create_server((address, 0), family=family, backlog=64)

    def accept_on():
        while True:
            with listener.accept()[0] as connection:
                connection.recv(1)
    threading.Thread(target=accept_on, daemon=True).start()
    return listener.getsockname()[1]


def connect_once(port, family=socket.AF_INET, address="127.0.0.1"):
    with socket.socket(family) as client:
        client.connect((address, port))


def forked(port):
    child = os.fork()
    if child == 0:
        connect_once(port)
        os._exit(0)
    os.waitpid(child, 0)
    return child


@contextlib.contextmanager
def watching(folder, *arguments):
    """What doctor has seen of what is done meanwhile: filled in at the end."""
    result, path = {}, os.path.join(folder, "doctor.json")
    process = subprocess.Popen([host_look.program, "doctor", "--who", "--for", "60s", "--all", "--json", path, *arguments],
                               stdout=subprocess.PIPE, text=True)
    try:
        wait_for(lambda: "nanosleep" in open("/proc/%d/wchan" % process.pid).read(), "the pause between the looks")
        yield result
        process.send_signal(signal.SIGINT)
        result["text"] = process.communicate(timeout=60)[0]
        with open(path) as file:
            result.update(json.load(file))
    finally:
        process.kill()
        process.wait()


def openers_to(result, port, space):
    return [opener for opener in result["openers"]
            if opener["namespace"] == space and opener["destination"].endswith(":%d" % port)]


def opened(folder):
    """By programs that end at once, by this one, by its children; from IPv4 and IPv6."""
    program = os.path.join(folder, "short-lived")
    idle = os.path.join(folder, "idle")
    for name in (program, idle):
        os.symlink("/bin/bash", name)
    first, second, mapped = serve(socket.AF_INET, "127.0.0.1"), serve(socket.AF_INET6, "::1"), serve(socket.AF_INET, "127.0.0.1")
    with watching(folder) as result:
        before = active_opens()
        for _ in range(SHORT):
            subprocess.run([program, "-c", "exec 3<>/dev/tcp/127.0.0.1/%d" % first], check=True)
            # Another program that ends at once, and sends a datagram to the same place.
            subprocess.run([idle, "-c", "exec 3<>/dev/udp/127.0.0.1/%d" % first], check=True)
        for _ in range(OWN):
            connect_once(second, socket.AF_INET6, "::1")
        children = [forked(mapped) for _ in range(FORKED)]
        connect_once(mapped, socket.AF_INET6, "::ffff:127.0.0.1")
        for _ in range(ELSEWHERE):
            subprocess.run(["unshare", "--net", program, "-c", "exec 3<>/dev/tcp/127.0.0.1/%d" % first],
                           stderr=subprocess.DEVNULL)
        count = active_opens() - before
    space = result["namespaces"][0]["name"]
    found, = openers_to(result, first, space)
    equal((found["name"], found["processes"], found["opened"]), ("short-lived", SHORT, SHORT), "programs that end at once")
    found, = openers_to(result, second, space)
    equal((found["pid"], found["opened"], found["source"]), (os.getpid(), OWN, "::1"), "this program")
    found, = openers_to(result, mapped, space)
    equal((found["processes"], found["opened"]), (FORKED + 1, FORKED + 1), "its children, and a mapped address")
    assert found["pid"] in (*children, os.getpid()), (found, children)
    # One whose loopback is down has no route, and so opens nothing.
    of_here = [opener for opener in result["openers"] if opener["namespace"] == space]
    equal(sum(opener["opened"] for opener in of_here), count, "connections, as the kernel has counted")
    assert "idle" not in [opener["name"] for opener in result["openers"]], result["openers"]
    assert "short-lived (%d processes" % SHORT in result["text"], result["text"]


def pair_is_explained(folder):
    """A pair that runs out of ports says who opens, though no connection of it is there at the look."""
    program = os.path.join(folder, "opener")
    os.symlink("/bin/bash", program)
    port = serve(socket.AF_INET, "127.0.0.1")
    host_look.setting("ip_local_port_range", "40000 40199")
    host_look.setting("tcp_tw_reuse", 0)
    with watching(folder, "--namespace", "/proc/self/ns/net") as result:
        subprocess.run([program, "-c", "for i in {1..60}; do exec 3<>/dev/tcp/127.0.0.1/%d; exec 3>&-; done" % port], check=True)
    found = [finding for finding in result["findings"] if ":%d" % port in finding["text"]]
    assert "opened by opener (pid " in found[0]["text"] and "60 of 60 connect() in" in found[0]["text"], found


def main():
    if os.geteuid() != 0:
        print("skipped: not root")
        sys.exit(loopback.SKIPPED)
    if sys.argv[-1] != "--inside":
        os.execvp("unshare", ["unshare", "--net", sys.executable, *sys.argv, "--inside"])
    loopback.loopback_set(True)
    probe = json.loads(host_look.doctor("--who", "--for", "1ms", "--json", "-").stdout)
    if probe["openers"] is None:
        print("skipped:", probe["look"]["unseen"])
        sys.exit(loopback.SKIPPED)
    for situation in (opened, pair_is_explained):
        with tempfile.TemporaryDirectory() as folder:
            situation(folder)


if __name__ == "__main__":
    host_look.program = sys.argv[1]
    main()
