#!/usr/bin/env python3
"""teardown version --verbose says what this kernel has: held against what the test itself tries, and
where something is taken away, says that, and what it costs. version.py TEARDOWN TEARDOWN-SERVER"""
import os
import re
import socket
import subprocess

from lib.scenario import Skip, equal, main

IP_LOCAL_PORT_RANGE = 51
# In a user namespace of its own, whose limits are its own: no more namespaces of a kind.
WITHOUT = ("unshare", "--user", "--map-root-user", "sh", "-c",
           'echo 0 >/proc/sys/user/max_%s_namespaces; exec "$@"', "sh")


def said(process):
    equal((process.returncode, process.stderr), (0, ""), process.stdout)
    first, *rows = process.stdout.splitlines()
    assert re.fullmatch(r"teardown \d+\.\d+\.\d+", first), first
    return dict(re.split(r" {2,}", row, maxsplit=1) for row in rows if not row.startswith(" "))


def verbose(bench, *before):
    return said(subprocess.run([*before, bench.program, "version", "--verbose"], capture_output=True,
                               text=True, stdin=subprocess.DEVNULL, timeout=60))


def has_port_range():
    with socket.socket() as sock:
        try:
            sock.setsockopt(socket.IPPROTO_IP, IP_LOCAL_PORT_RANGE, 0)
        except OSError:
            return False
    return True


def succeeds(*words):
    return subprocess.run(words, capture_output=True).returncode == 0


def what_there_is(bench):
    have = verbose(bench)
    host = os.uname()
    equal(have["kernel"], "%s %s %s" % (host.sysname, host.release, host.machine), "kernel")
    equal(have["user"], "root" if os.geteuid() == 0 else "an ordinary one", "user")
    found = {"IP_LOCAL_PORT_RANGE": has_port_range(),
             "tcp_tw_reuse_delay": os.path.exists("/proc/sys/net/ipv4/tcp_tw_reuse_delay"),
             "user namespaces": succeeds("unshare", "--user", "true")}
    for name, there in found.items():
        equal(have[name].split(":")[0], "yes" if there else "no", name)
    able, known = map(int, re.fullmatch(r"(\d+) of (\d+) can be run", have["strategies"]).groups())
    names = re.findall(r"^([a-z0-9-]+): ", bench.verb("list").stdout, re.M)
    lacking = (not found["IP_LOCAL_PORT_RANGE"]) + (not found["tcp_tw_reuse_delay"])
    equal((able, known), (len(names) - lacking, len(names)), "strategies")
    print(have)


def without_user_namespaces(bench):
    have = verbose(bench, *[word.replace("%s", "user") for word in WITHOUT])
    assert re.match(r"no: .*; without, whoever is not root ", have["user namespaces"]), have
    equal(have["network namespaces"], "yes", "network namespaces, of root in a user namespace")


def without_network_namespaces(bench):
    have = verbose(bench, *[word.replace("%s", "net") for word in WITHOUT])
    equal(have["network namespaces"], "no: cannot make a private network namespace: "
          "user.max_net_namespaces = 0 forbids it; without, nothing can be run or checked", "said")
    equal(have["strategies"], "none can be run", "strategies")
    assert "packet sockets" not in have, have


def version(bench):
    short = bench.verb("version")
    equal(short.stdout, bench.verb("--version").stdout, "without --verbose")
    bench.run("-s", "graceful", "-n", "1", "-c", "1", "-r", "1")  # Skips where there is no namespace.
    if not succeeds("unshare", "--user", "--map-root-user", "true"):
        raise Skip("no user namespace to be had")
    for part in (what_there_is, without_user_namespaces, without_network_namespaces):
        part(bench)


if __name__ == "__main__":
    main(version)
