#!/usr/bin/env python3
"""The lines of docs/recipes.md that show a trouble on a host: each is run on the host that has it, within a run, and what
it prints is what was made there, by the count of what made it."""
import os
import re
import select
import shutil
import socket
import subprocess
import sys
import threading
import time

from lib.known_server import known_command
from lib.recipe import line_of, play
from lib.scales import SCALE, main_at_scales
from lib.scenario import descendants_of, equal
from lib.wait import wait_for

PORTS, TRIES, WAITING, LEFT, CAP = 40, 60, 7, 3, 20
NAT_PORTS, TRIED = 8, 2
# An ordinary user's PATH may lack the folders of system programs.
PATH = os.environ["PATH"] + ":/usr/sbin:/sbin"


def sight(title, begin):
    return line_of(title, "See it", begin)


def printed(line):
    environment = dict(os.environ, PATH=PATH)
    return subprocess.run(line, shell=True, capture_output=True, text=True, check=True, env=environment).stdout


def counter(text, name):
    return int(next(line.split()[1] for line in text.splitlines() if line.startswith(name + " ")))


def lines_written(path, lines):
    """What each line prints on this host, for the test to read."""
    text = "\0".join(printed(line) for line in lines)
    with open(path + ".new", "w") as file:
        file.write(text)
    os.rename(path + ".new", path)


def lines_read(path):
    with open(path) as file:
        return file.read().split("\0")


def get(host, port):
    connection = socket.create_connection((host, port))
    connection.sendall(b"GET / HTTP/1.1\r\nHost: it\r\nConnection: close\r\n\r\n")
    connection.recv(4096)
    return connection


def closes_first(host, port, path, line):
    """A client, until it has no port left."""
    failed = 0
    for _ in range(TRIES):
        try:
            get(host, int(port)).close()
        except OSError:
            failed += 1
    lines_written(path, ["echo %d" % failed, line.replace("ADDRESS:PORT", "%s:%s" % (host, port)),
                         "sysctl net.ipv4.ip_local_port_range"])


def leaves(host, port, seen):
    """A client that goes, and one that is never accepted; then it waits until the server's host was looked at."""
    for _ in range(LEFT + 1):
        connection = socket.create_connection((host, int(port)))
        connection.sendall(b"GET / HTTP/1.1\r\nHost: it\r\n\r\n")
        connection.close()
    wait_for(lambda: os.path.exists(seen), "the server's host to be looked at")


def keeps(host, port):
    """A server that takes LEFT connections, and closes none."""
    listener = socket.create_server((host, int(port)), backlog=8)
    kept = []
    for _ in range(LEFT):
        kept.append(listener.accept()[0])
        while kept[-1].recv(4096):
            pass
    time.sleep(600)


def accepts_nobody(host, port):
    kept = socket.create_server((host, int(port)), backlog=64)
    time.sleep(600)
    kept.close()


def waits_in_the_queue(host, port, seen):
    kept = [socket.create_connection((host, int(port))) for _ in range(WAITING)]
    wait_for(lambda: os.path.exists(seen), "the server's host to be looked at")
    for connection in kept:
        connection.close()


def look(bench, lines, *verb):
    """The path of what they print, and an EVENT that has them run on the server's host."""
    path = os.path.join(bench.folder, "seen-%d" % time.monotonic_ns())
    return path, "command:" + known_command(__file__, *verb or ("lines",), path, *lines)


def ports_are_held(bench):
    path = os.path.join(bench.folder, "ports")
    line = sight('"Cannot assign requested address"', "ss ")
    bench.run("-s", "client-close", "--repeat", "1", "-d", "100s", "--port-range", "40000-%d" % (40000 + PORTS - 1),
              "--loader-command", known_command(__file__, "closes_first", "{host}", "{port}", path, line))
    failed, held, span = lines_read(path)
    equal((int(failed), int(held)), (TRIES - PORTS, PORTS), "connects that failed, TIME_WAITs that %s counts" % line)
    equal(span.split()[-2:], ["40000", "40039"], "the range")


def descriptors_are_kept(bench):
    line = sight("CLOSE_WAIT that grows", "ss ")
    seen, event = look(bench, [line])
    bench.run("--server-command", known_command(__file__, "keeps", "{host}", "{port}"), "--server-name", "it",
              "--repeat", "1", "-d", "100s", "--at", "1s=" + event,
              "--loader-command", known_command(__file__, "leaves", "{host}", "{port}", seen))
    rows = lines_read(seen)[0].splitlines()[1:]
    print("\n".join(rows))
    owned = [row for row in rows if '("python' in row]
    equal((len(owned), len(rows)), (LEFT, LEFT + 1), "connections of the program, and all")
    equal({row.split()[0] for row in owned}, {"0"}, "what it has not read, which is nothing")
    other, = [row for row in rows if row not in owned]
    assert int(other.split()[0]) > 1 and "users:" not in other and "ino:0 " in other, other


def a_queue_is_reset(bench):
    title = '"Connection reset by peer" at a restart'
    queue, resets = sight(title, "ss "), sight(title, "nstat ")
    before, event = look(bench, [queue, resets])
    after, event_after = look(bench, [resets])
    bench.run("--server-command", known_command(__file__, "accepts_nobody", "{host}", "{port}"), "--server-name", "it",
              "--repeat", "1", "-d", "100s", "--at", "1s=" + event, "--at", "%ds=TERM" % (1 + SCALE),
              "--at", "%ds=" % (1 + 2 * SCALE) + event_after,
              "--loader-command", known_command(__file__, "waits_in_the_queue", "{host}", "{port}", after))
    listeners, none = lines_read(before)
    row = next(row for row in listeners.splitlines() if ":8080" in row)
    equal(int(row.split()[1]), WAITING, "Recv-Q of the listener")
    equal((counter(none, "TcpEstabResets"), counter(lines_read(after)[0], "TcpEstabResets")), (0, WAITING),
          "TcpEstabResets before and behind it")


def the_table_is_full(bench):
    title = '"TCP: time wait bucket table overflow"'
    overflow, sockets, cap = sight(title, "nstat "), sight(title, "ss "), sight(title, "sysctl ")
    seen, event = look(bench, [overflow, sockets, cap])
    outcome = bench.run("-s", "server-close", "--repeat", "1", "-c", "1", "--rate", "100", "-d", "2s",
                        "--sysctl", "server:net.ipv4.tcp_max_tw_buckets=%d" % CAP, "--at", "1s=" + event)
    skipped, states, limit = lines_read(seen)
    most = outcome.trial("server-close")["counters"]["server"]["TCPTimeWaitOverflow"]
    assert 0 < counter(skipped, "TcpExtTCPTimeWaitOverflow") <= most, (skipped, most)
    assert "timewait %d)" % CAP in states and limit.split()[-1] == str(CAP), (states, limit)


def requests_are_lost(bench):
    """The kernel counts each request that met a server that had closed."""
    line = sight("502 now and then, with keep-alive", "nstat ")
    seen, event = look(bench, [line])
    outcome = bench.run("-s", "server-close", "--keep-alive", "300ms", "--clients", "think", "--think", "exp:300ms",
                        "--rtt", "80ms", "--requests-per-connection", "20", "--repeat", "1",
                        "-d", "%ds" % (2 * SCALE), "--at", "1800ms=" + event)
    trial = outcome.trial("server-close")
    lost = trial["clients"][0]["unanswered_kept"]
    equal(trial["counters"]["server"]["TCPAbortOnData"], lost, "TCPAbortOnData, and requests lost")
    assert 0 < counter(lines_read(seen)[0], "TcpExtTCPAbortOnData") <= lost, (lines_read(seen), lost)


def one_address_stands_out(bench):
    line = sight("Behind SNAT", "ss ")
    seen, event = look(bench, [line])
    bench.run("-s", "server-close", "--repeat", "1", "-n", str(200 * SCALE), "-d", "100s", "--client-addresses", "2",
              "--rate", "100", "--at", "1500ms=" + event)
    rows = dict(reversed(row.split()) for row in lines_read(seen)[0].splitlines())
    print(rows)
    equal(len(rows), 2, "client addresses")
    assert all(int(count) > 10 for count in rows.values()), rows


def older_timestamps_are_met(bench):
    """On the server's host, of two hosts behind a NAT."""
    line = sight("Behind SNAT", "nstat -az TcpExtPAWSTimewait")
    with open("/proc/net/netstat") as file:
        if " PAWSTimewait " not in file.read():
            return "this kernel does not count SYNs with an older timestamp"
    seen, event = look(bench, [line], "counted", "TcpExtPAWSTimewait")
    outcome = bench.run("-s", "server-close", "--repeat", "1", "-n", str(120 * SCALE), "-c", "16", "-d", "100s", "--nat",
                        "--nat-ports", "3000-3039", "--client-addresses", "2", "--at", "100ms=" + event)
    met = outcome.trial("server-close")["nat"]["older_timestamps"]
    assert 0 < counter(lines_read(seen)[0], "TcpExtPAWSTimewait") <= met, (lines_read(seen), met)


def fills_the_nat(host, port, made, seen):
    """A client behind a NAT takes a connection for each of its ports, tries TRIED more at the same time, gives them up, and
    closes all but one; then it waits until the NAT was looked at."""
    kept = [get(host, int(port)) for _ in range(NAT_PORTS)]
    tried = []
    for _ in range(TRIED):
        tried.append(socket.socket())
        tried[-1].setblocking(False)
        tried[-1].connect_ex((host, int(port)))
    opened, failed = select.select([], tried, [], .3)[1], 0
    for connection in tried:
        failed += connection not in opened
        connection.close()
    for connection in kept[1:]:
        connection.close()
    with open(made, "w") as file:
        file.write(str(failed))
    wait_for(lambda: os.path.exists(seen), "the NAT to be looked at")


def answers(host, port):
    """Closes when the client has."""
    def serve(connection):
        with connection:
            while connection.recv(4096):
                connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")

    listener = socket.create_server((host, int(port)), backlog=64)
    while True:
        threading.Thread(target=serve, args=(listener.accept()[0],), daemon=True).start()


def namespace_of(bench, address):
    """The path of the network namespace that has an address, of those that a bench holds."""
    for pid in descendants_of(bench):
        for number in os.listdir("/proc/%d/fd" % pid):
            path = "/proc/%d/fd/%s" % (pid, number)
            if os.readlink(path).startswith("net:["):
                if address + "/" in printed("nsenter --net=%s ip -o address" % path):
                    return path
    return None


def nat_counts(netns):
    """SYNs without a port, connections, and those of them in TIME_WAIT, by the recipe's lines; where there is no
    conntrack(8), by the files that it stands for."""
    dropped, count, _, waiting = (sight("Behind SNAT", begin)
                                  for begin in ("conntrack -S", "conntrack -C", "sysctl ", "conntrack -L "))
    if shutil.which("conntrack", path=PATH):
        dropped, count, waiting = (printed("nsenter --net=%s sh -c '%s'" % (netns, line))
                                   for line in (dropped, count, waiting))
        return sum(map(int, re.findall(r"insert_failed=([0-9]+)", dropped))), int(count), int(waiting)
    dropped, count, waiting = (printed("nsenter --net=%s cat %s" % (netns, path)) for path in (
        "/proc/net/stat/nf_conntrack", "/proc/sys/net/netfilter/nf_conntrack_count", "/proc/net/nf_conntrack"))
    names, *rows = (line.split() for line in dropped.splitlines())
    return sum(int(row[names.index("insert_failed")], 16) for row in rows), int(count), waiting.count("TIME_WAIT")


def the_nat_is_full(bench):
    if os.geteuid() != 0:
        return "needs root: nobody else may enter the NAT's namespace"
    made, seen = (os.path.join(bench.folder, name) for name in ("nat-made", "nat-seen"))
    run = bench.start("--server-command", known_command(__file__, "answers", "{host}", "{port}"), "--server-name", "it",
                      "--repeat", "1", "-d", "100s", "--nat", "--nat-ports", "2000-%d" % (2000 + NAT_PORTS - 1),
                      "--loader-command", known_command(__file__, "fills_the_nat", "{host}", "{port}", made, seen))
    wait_for(lambda: os.path.exists(made) or run.poll() is not None, "the NAT to be full")
    equal(run.poll(), None, "exit status of a run whose NAT is yet to be looked at")
    netns = namespace_of(run.pid, "198.18.2.1")
    wait_for(lambda: nat_counts(netns)[2] == NAT_PORTS - 1, "the NAT to see the clients' closes")
    dropped, *held = nat_counts(netns)
    equal(held, [NAT_PORTS, NAT_PORTS - 1], "connections and TIME_WAITs of the NAT")
    # A SYN is sent again after a second: a client that stalls as long before it gives up has sent each twice.
    assert TRIED <= dropped <= 2 * TRIED, dropped
    with open(made) as file:
        equal(int(file.read()), TRIED, "connects that failed")
    lines_written(seen, [])
    equal(bench.finish(run).trials[0]["nat"]["refused"], dropped, "what the bench says of it")


VERBS = {name: globals()[name] for name in ("closes_first", "leaves", "keeps", "accepts_nobody", "waits_in_the_queue",
                                            "fills_the_nat", "answers")}


def scenario(bench):
    for part in (ports_are_held, descriptors_are_kept, a_queue_is_reset, the_table_is_full, requests_are_lost,
                 one_address_stands_out, older_timestamps_are_met, the_nat_is_full):
        play(part, bench)


if sys.argv[1] in VERBS:
    VERBS[sys.argv[1]](*sys.argv[2:])
elif sys.argv[1] == "lines":
    lines_written(sys.argv[2], sys.argv[3:])
elif sys.argv[1] == "counted":
    wait_for(lambda: counter(printed(sys.argv[4]), sys.argv[2]) > 0, sys.argv[2])
    lines_written(sys.argv[3], sys.argv[4:])
else:
    main_at_scales(scenario)
