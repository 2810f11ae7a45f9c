#!/usr/bin/env python3
"""teardown doctor --who names each process that opens connections, one that is gone at the look too, and none that
opens nothing: doctor_who.py TEARDOWN. Needs root, since perf looks at the whole host. How many connections were opened
is held against the kernel's counter ActiveOpens."""
import contextlib
import ctypes
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading

from lib import host_look, loopback
from lib.host_look import equal
from lib.public_folder import copy_program, make_folder
from lib.wait import wait_for

SHORT, OWN, FORKED, ELSEWHERE = 6, 7, 3, 2
CLONE_NEWNET = 0x40000000
LIBC = ctypes.CDLL(None, use_errno=True)


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


def elsewhere(port):
    """Opens connections in a namespace of its own, which ends with it, to the same place. Returns that and the process."""
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        LIBC.unshare(CLONE_NEWNET)
        loopback.loopback_set(True)
        listener = socket.create_server(("127.0.0.1", port))
        for _ in range(ELSEWHERE):
            connect_once(port)
            listener.accept()[0].close()
        os.write(writer, os.readlink("/proc/self/ns/net").encode())
        os._exit(0)
    os.close(writer)
    with open(reader) as file:
        space = file.read()
    os.waitpid(child, 0)
    return space, child


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


def once_more_if_lost(situation):
    """Where this host was too busy to be watched, doctor says so. Then the same is done again."""
    for _ in range(20):
        with tempfile.TemporaryDirectory() as folder:
            look = situation(folder)
        if not look["records_lost"]:
            return
        assert any("records were lost" in text for text in look["unseen"]), look
    raise AssertionError("records were lost each time")


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
        other_space, other = elsewhere(first)
        count = active_opens() - before
    if result["look"]["records_lost"]:
        return result["look"]
    space = result["namespaces"][0]["name"]
    found, = openers_to(result, first, space)
    equal((found["name"], found["processes"], found["opened"]), ("short-lived", SHORT, SHORT), "programs that end at once")
    found, = openers_to(result, second, space)
    equal((found["pid"], found["opened"], found["source"]), (os.getpid(), OWN, "::1"), "this program")
    found, = openers_to(result, mapped, space)
    equal((found["processes"], found["opened"]), (FORKED + 1, FORKED + 1), "its children, and a mapped address")
    assert found["pid"] in (*children, os.getpid()), (found, children)
    found, = openers_to(result, first, other_space)
    equal((found["pid"], found["opened"]), (other, ELSEWHERE), "in a namespace that has ended")
    of_here = [opener for opener in result["openers"] if opener["namespace"] == space]
    equal(sum(opener["opened"] for opener in of_here), count, "connections, as the kernel has counted")
    assert "idle" not in [opener["name"] for opener in result["openers"]], result["openers"]
    assert "short-lived (%d processes" % SHORT in result["text"], result["text"]
    return result["look"]


def pair_is_explained(folder):
    """A pair that runs out of ports says who opens, though no connection of it is there at the look."""
    program = os.path.join(folder, "opener")
    os.symlink("/bin/bash", program)
    port = serve(socket.AF_INET, "127.0.0.1")
    host_look.setting("ip_local_port_range", "40000 40199")
    host_look.setting("tcp_tw_reuse", 0)
    with watching(folder, "--namespace", "/proc/self/ns/net") as result:
        subprocess.run([program, "-c", "for i in {1..60}; do exec 3<>/dev/tcp/127.0.0.1/%d; exec 3>&-; done" % port], check=True)
        wait_for(lambda: not host_look.under_way(port), "the server's FINs")
    if result["look"]["records_lost"]:
        return result["look"]
    found = [finding for finding in result["findings"] if ":%d" % port in finding["text"]]
    assert "opened by opener (pid " in found[0]["text"] and "60 of 60 connect() in" in found[0]["text"], (found, result["openers"])
    return result["look"]


def with_perfmon_alone():
    """An ordinary user who may read tracefs sees who connects with CAP_PERFMON, and is told why not without."""
    if not shutil.which("setpriv"):
        print("with_perfmon_alone: not played: setpriv is not installed")
        return
    folder = make_folder("doctor_who-")
    try:
        program = copy_program(host_look.program, folder)
        looks = {}
        for capabilities in ("+dac_read_search", "+dac_read_search,+perfmon"):
            process = subprocess.run(["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "--inh-caps=" + capabilities,
                                      "--ambient-caps=" + capabilities, program, "doctor", "--who", "--for", "1ms", "--json", "-"],
                                     stdout=subprocess.PIPE, text=True)
            looks[capabilities] = json.loads(process.stdout)
    finally:
        shutil.rmtree(folder)
    without, having = looks.values()
    assert having["openers"] is not None and having["look"]["watched_s"] > 0, having["look"]
    with open("/proc/sys/kernel/perf_event_paranoid") as file:
        is_for_all = int(file.read()) < 0
    if not is_for_all:
        equal(without["openers"], None, "openers without CAP_PERFMON")
        assert any("perf_event_open: Permission denied" in text for text in without["look"]["unseen"]), without["look"]


def main():
    if os.geteuid() != 0:
        print("skipped: not root")
        sys.exit(loopback.SKIPPED)
    if sys.argv[-1] != "--inside":
        os.execvp("unshare", ["unshare", "--net", "--mount", sys.executable, *sys.argv, "--inside"])
    loopback.loopback_set(True)
    if not os.path.isdir("/sys/kernel/tracing/events"):
        subprocess.run(["mount", "-t", "tracefs", "none", "/sys/kernel/tracing"], stderr=subprocess.DEVNULL)
    probe = json.loads(host_look.doctor("--who", "--for", "1ms", "--json", "-").stdout)
    if probe["openers"] is None:
        print("skipped:", probe["look"]["unseen"])
        sys.exit(loopback.SKIPPED)
    once_more_if_lost(opened)
    once_more_if_lost(pair_is_explained)
    with_perfmon_alone()


if __name__ == "__main__":
    host_look.program = sys.argv[1]
    main()
