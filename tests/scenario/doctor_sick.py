#!/usr/bin/env python3
"""teardown doctor finds what ails a host, and not what only looks like it, in a network namespace of the
test's own: doctor_sick.py TEARDOWN. What is found is held against the kernel's own files."""
import contextlib
import errno
import json
import os
import re
import shutil
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import threading
import time

from lib import host_look, loopback, refused_socket, tcp
from lib.host_look import counter, doctor, equal, of_check, read, setting
from lib.wait import wait_for

FIN_WAIT2 = 5
HELD = 12
TAKEN, HALF, REFUSED = "the kernel takes the numbers", "the kernel sets the numbers before it", "the kernel refuses this one"


def states(state):
    return sum(row.state == state for row in tcp.table())


def listen(stack, backlog=64):
    return stack.enter_context(socket.create_server(("127.0.0.1", 0), backlog=backlog))


def port_of(listener):
    return listener.getsockname()[1]


def connect(stack, port):
    return stack.enter_context(socket.create_connection(("127.0.0.1", port)))


def connections(stack, count):
    """(client, accepted) of so many."""
    listener = listen(stack)
    return [(connect(stack, port_of(listener)), stack.enter_context(listener.accept()[0]))
            for _ in range(count)]


def knock(stack, port):
    """A connect() that does not wait for its answer."""
    client = stack.enter_context(socket.socket())
    client.setblocking(False)
    equal(client.connect_ex(("127.0.0.1", port)), errno.EINPROGRESS, "connect")


@contextlib.contextmanager
def knocking(port):
    """Again and again, meanwhile: no SYN is old enough to be sent again."""
    end = threading.Event()

    def go_on():
        while not end.wait(0.02):
            with contextlib.ExitStack() as stack:
                knock(stack, port)
    thread = threading.Thread(target=go_on)
    thread.start()
    try:
        yield
    finally:
        end.set()
        thread.join()


def listen_queues(stack):
    """Backlog 2: a queue of 3 is full, one of 2 is not."""
    full, brim = listen(stack, 2), listen(stack, 2)
    for _ in range(3):
        connect(stack, port_of(full))
    for _ in range(2):
        connect(stack, port_of(brim))
    equal(of_check(read(), "listen-overflow")[0]["level"], "warning", "full, and nothing dropped")
    dropped = counter("ListenDrops")
    for _ in range(5):
        knock(stack, port_of(full))
    wait_for(lambda: counter("ListenDrops") >= dropped + 5, "the drops")
    before = counter("ListenDrops")
    found, = of_check(read(), "listen-overflow")
    equal((found["level"], found["port"], found["waiting"], found["backlog"]),
          ("critical", port_of(full), 3, 2), "the full one")
    assert before <= found["dropped"] <= counter("ListenDrops"), (before, found)
    equal(found["dropped_per_s"], None, "rate of one look")
    text = doctor().stdout
    assert "127.0.0.1:%d, python3 (pid %d" % (port_of(full), os.getpid()) in text, text
    # The five SYNs come again a second after they came, on some kernels only once within three seconds.
    with knocking(port_of(full)):
        result = read("--for", "1100ms")
    found, = of_check(result, "listen-overflow")
    assert found["dropped_per_s"] > 0 and found["text"].startswith("listen queue overflows"), found
    found, = of_check(result, "syn-retransmits")
    equal((found["waiting"], found["pid"]), (5, os.getpid()), "SYNs sent again")
    assert "to 127.0.0.1:%d" % port_of(full) in found["text"], found


def deferred_accept(stack):
    """The last ACK of each handshake is dropped, as the listener counts it: no connection is."""
    listener = listen(stack)
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_DEFER_ACCEPT, 30)
    before = counter("TCPDeferAcceptDrop")
    for _ in range(3):
        connect(stack, port_of(listener)).send(b"x")
        stack.enter_context(listener.accept()[0])
    assert counter("TCPDeferAcceptDrop") >= before + 3, "nothing was deferred"
    equal(of_check(read(), "listen-overflow"), [], "deferred connections")


def piles(stack):
    """The same connections are a leak at one end, and a pile at the other."""
    with contextlib.ExitStack() as few:
        for client, _ in connections(few, 7):
            client.close()
        wait_for(lambda: states(tcp.CLOSE_WAIT) == 7, "CLOSE_WAITs")
        result = read("--older-than", "0")
        equal(of_check(result, "close-wait-leak"), [], "seven")
    pairs = connections(stack, HELD)
    for client, _ in pairs:
        client.shutdown(socket.SHUT_WR)
    wait_for(lambda: states(tcp.CLOSE_WAIT) == states(FIN_WAIT2) == HELD, "both ends")
    wait_for(lambda: 2 * min(ages_ms(pairs)) > max(ages_ms(pairs)) > 0, "the time to pass them by")
    younger = read()
    equal(of_check(younger, "close-wait-leak") + of_check(younger, "fin-wait-2-pile"), [], "young ones")
    result, port = read("--older-than", "0"), pairs[0][1].getsockname()[1]
    leak, = of_check(result, "close-wait-leak")
    pile, = of_check(result, "fin-wait-2-pile")
    equal((leak["held"], leak["not_accepted"], leak["pid"]), (HELD, 0, os.getpid()), "the leak")
    equal((pile["held"], pile["pid"]), (HELD, os.getpid()), "the pile")
    assert "%d accepted at 127.0.0.1:%d" % (HELD, port) in leak["text"], leak
    assert "all at one time" in leak["text"] and leak["grown_per_s"] is None, leak
    assert "%d to 127.0.0.1:%d" % (HELD, port) in pile["text"], pile


def ages_ms(pairs):
    """tcpi_last_ack_recv of each end that was accepted."""
    return [struct.unpack_from("I", accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 104), 56)[0]
            for _, accepted in pairs]


def leak_after_growth(first):
    """What is said of so many CLOSE_WAITs at the first look, and 5 more at the second."""
    with contextlib.ExitStack() as stack:
        listener = listen(stack)

        def close_waits(count):
            for _ in range(count):
                connect(stack, port_of(listener)).close()
                stack.enter_context(listener.accept()[0])

        close_waits(first)
        wait_for(lambda: states(tcp.CLOSE_WAIT) == first, "CLOSE_WAITs")
        process = stack.enter_context(subprocess.Popen(
            [host_look.program, "doctor", "--for", "60s", "--older-than", "0", "--json", "-"], stdout=subprocess.PIPE))
        stack.callback(process.kill)
        place = "/proc/%d/wchan" % process.pid
        wait_for(lambda: "nanosleep" in open(place).read(), "the pause between the looks")
        close_waits(5)
        wait_for(lambda: states(tcp.CLOSE_WAIT) == first + 5, "more of them")
        process.send_signal(signal.SIGINT)
        leak, = of_check(json.load(process.stdout), "close-wait-leak")
    wait_for(lambda: not states(tcp.CLOSE_WAIT), "the end of them")
    equal(leak["held"], first + 5, "CLOSE_WAITs")
    return leak["text"]


def growth(_):
    """Of seven, which the first look does not list, nobody knows how they have grown."""
    assert ", +5 in the last" in leak_after_growth(8)
    assert "in the last" not in leak_after_growth(7)


def never_accepted(stack):
    listener = listen(stack)
    for _ in range(HELD):
        connect(stack, port_of(listener)).close()
    wait_for(lambda: states(tcp.CLOSE_WAIT) == HELD, "CLOSE_WAITs")
    leak, = of_check(read("--older-than", "0"), "close-wait-leak")
    equal((leak["not_accepted"], leak["pid"]), (HELD, None), "of the queue")
    assert "before they were accepted" in leak["text"], leak


def many_places(stack):
    """More places than there is room for: all are counted."""
    pairs = [connections(stack, 1)[0] for _ in range(80)]
    for _, accepted in pairs:
        accepted.close()
    wait_for(lambda: states(tcp.CLOSE_WAIT) == 80, "CLOSE_WAITs")
    leak, = of_check(read("--older-than", "0"), "close-wait-leak")
    assert "at many places" in leak["text"] and leak["held"] >= HELD, leak
    equal(leak["pid"], os.getpid(), "holder")


def orphans(stack):
    """The cap is 40: 20 FIN_WAIT_2 without a holder are half of it."""
    setting("tcp_max_tw_buckets", 40)
    for client, _ in connections(stack, 20):
        client.close()
    wait_for(lambda: states(tcp.CLOSE_WAIT) == 20, "CLOSE_WAITs")
    wait_for(lambda: states(FIN_WAIT2) == 20, "orphans")
    pile, = of_check(read(), "fin-wait-2-pile")
    equal((pile["level"], pile["orphans"], pile["cap"]), ("warning", 20, 40), "orphans")


def cap_of_time_waits(stack):
    setting("tcp_max_tw_buckets", 10)
    equal(of_check(read(), "tw-cap"), [], "before the first")
    pairs = connections(stack, 30)
    for client, accepted in pairs:
        client.close()
        equal(accepted.recv(1), b"", "the client's FIN")
        accepted.close()
    wait_for(lambda: counter("TCPTimeWaitOverflow") + states(tcp.TIME_WAIT) == 30, "TIME_WAITs")
    found, = of_check(read(), "tw-cap")
    equal((found["time_wait"], found["cap"], found["skipped"]), (10, 10, 20), "cap")
    equal(found["level"], "warning", "level")


def settings(stack):
    equal(of_check(read(), "settings"), [], "settings of a new namespace")
    stack.callback(setting, "tcp_fin_timeout", 60)
    setting("tcp_fin_timeout", 15)
    found, = of_check(read(), "settings")
    equal((found["level"], found["tcp_fin_timeout"]), ("notice", 15), "settings")


def ports_of_listeners(stack):
    """The kernel chooses one of the range."""
    listener = listen(stack)
    found, = of_check(read(), "listener-in-range")
    assert "127.0.0.1:%d, python3" % port_of(listener) in found["text"], found
    stack.callback(setting, "ip_local_reserved_ports", "\n")
    setting("ip_local_reserved_ports", port_of(listener))
    equal(of_check(read(), "listener-in-range"), [], "a reserved port")


def odd_ranges(stack):
    """connect() takes the only port of a range, and not the last one of three. The kernel chose none of them before."""
    stack.callback(setting, "ip_local_port_range", "32768 60999")
    for port, last, wanted in ((9001, 20001, [20001]), (9002, 20003, [20001, 20002])):
        taken = []
        stack.enter_context(socket.create_server(("127.0.0.1", port)))
        setting("ip_local_port_range", "20001 %d" % last)
        try:
            while True:
                taken.append(port_of(connect(stack, port)))
        except OSError as why:
            equal(why.errno, errno.EADDRNOTAVAIL, "the last connect()")
        equal(sorted(taken), wanted, "ports up to %d" % last)
        equal(len(of_check(read(), "range-parity")), len(wanted) - 1, "findings of a range up to %d" % last)


def files(stack):
    """Nothing of the host is looked at, nothing is set."""
    folder = stack.enter_context(tempfile.TemporaryDirectory())
    for name, text in (("1.conf", "net.ipv4.tcp_fin_timeout = 15\nnet.ipv4.tcp_tw_resue = 1\n"),
                       ("2.conf", "net.ipv4.tcp_rfc1337 = 1\n"), ("empty.conf", "vm.swappiness = 1\n")):
        with open(os.path.join(folder, name), "w") as file:
            file.write(text)
    first, second, empty = (os.path.join(folder, name) for name in ("1.conf", "2.conf", "empty.conf"))
    result = read("--sysctl-file", first, second)
    equal([finding["text"].split(": ")[0] for finding in result["findings"]],
          [second + ":1", first + ":1", first + ":2"], "lines")
    assert "is net.ipv4.tcp_tw_reuse meant?" in result["findings"][2]["cure"], result
    equal([finding["level"] for finding in result["findings"]], ["warning", "notice", "notice"], "levels")
    equal(read("--sysctl-file", empty)["findings"], [], "no setting of the network")
    assert ", as if 1 setting of 1 file was applied" in doctor("--sysctl-file", second).stdout
    assert ", as if 3 settings of 2 files were applied" in doctor("--sysctl-file", first, second).stdout
    with open("/proc/sys/net/ipv4/tcp_fin_timeout") as file:
        equal(file.read(), "60\n", "the host's own")
    for arguments, said in ((("--sysctl-file", folder), "Is a directory"), (("--sysctl-file", "/nowhere"), "No such"),
                            ((first,), "takes no argument"),
                            *((("--sysctl-file", first, *option), option[0] + ": is of a host") for option in (
                                ("--for", "2s"), ("--watch",), ("--namespace", "all"), ("--older-than", "1s"),
                                ("--nat-ports", "9"), ("--prometheus", os.path.join(folder, "x"))))):
        process = doctor(*arguments, statuses=(2,))
        assert said in process.stderr and process.stderr.count("\n") == 1, process.stderr


def values_with_comments(stack):
    """What the kernel makes of a comment behind a value, and what is said of it."""
    folder = stack.enter_context(tempfile.TemporaryDirectory())
    path = os.path.join(folder, "1.conf")
    with open("/proc/sys/net/ipv4/tcp_rmem") as file:
        memory = file.read()
    for name, value, after, said in (
            ("tcp_syn_retries", "5 # five", "5", TAKEN), ("tcp_syn_retries", "4# four", "5", REFUSED),
            ("tcp_syn_retries", "6 or so # six", "6", TAKEN),
            ("ip_local_port_range", "32000 60999 ; all", "32000 60999", TAKEN),
            ("ip_local_port_range", "32768 # low", "32000 60999", REFUSED),
            ("ip_local_port_range", "32768 60999# b", "32000 60999", REFUSED),
            ("tcp_rmem", "5000 90000 600000 # all", "5000 90000 600000", TAKEN),
            ("tcp_rmem", "4096 # min", "4096 90000 600000", HALF),
            ("tcp_rmem", "5001 90001# two", "5001 90000 600000", HALF),
            ("tcp_rmem", "4096# min", "5001 90000 600000", REFUSED),
            ("tcp_wmem", "5000 16384 # min", "5000 16384 4194304", HALF),
            ("ip_local_reserved_ports", "8080 # web", "", REFUSED)):
        is_set = True
        try:
            setting(name, value)
        except OSError:
            is_set = False
        with open("/proc/sys/net/ipv4/" + name) as file:
            equal((is_set, " ".join(file.read().split())), (said == TAKEN, after), "%s = %s" % (name, value))
        with open(path, "w") as file:
            file.write("net.ipv4.%s = %s\n" % (name, value))
        finding, = read("--sysctl-file", path)["findings"]
        equal(finding["level"], "notice" if said == TAKEN else "warning", "level")
        assert said in finding["text"], finding
    setting("ip_local_port_range", "32768 60999")
    setting("tcp_rmem", memory)


def refused_values(stack):
    """Each is tried: the kernel refuses what doctor says that it does, and nothing else."""
    ints, bytes_of, tried = (-1 << 31, (1 << 31) - 1, 1 << 31), (0, 255, 256, -1), []
    numbers = {"tcp_tw_reuse": (0, 2, 3, -1, "1e6", "nan", "08", "010", "0x2", "+1", "1 2", "1x", "1,0", "-", "0x"),
               "tcp_autocorking": (1, 2), "tcp_syn_retries": (1, 127, 0, 128), "ip_default_ttl": (255, 64, 0, 256),
               "tcp_notsent_lowat": (0, (1 << 32) - 1, 1 << 32, -1), "ip_unprivileged_port_start": (0, 65536, -1, 1024),
               "tcp_fin_timeout": (-5, "60s", 60), "tcp_rmem": ("4096 131072 0", "4096 131072 6291456"),
               "ip_local_port_range": ("60000 1000", "0 60999", "1 65536", "1000 65000", "1024 65535", "32768 60999")}
    for name in ("tcp_fastopen", "tcp_max_syn_backlog", "tcp_max_tw_buckets"):
        numbers[name] = (*ints, 1 << 16)
    for name in ("abort_on_overflow", "keepalive_probes", "moderate_rcvbuf", "mtu_probing", "no_metrics_save", "orphan_retries",
                 "retries1", "retries2", "rfc1337", "sack", "slow_start_after_idle", "synack_retries", "syncookies",
                 "timestamps", "window_scaling"):
        numbers["tcp_" + name] = bytes_of
    for name, value in [(name, value) for name, values in numbers.items() for value in values] + \
                       [("../core/somaxconn", value) for value in (-5, 0, 1 << 16, 1 << 31, 4096)]:
        with open("/proc/sys/net/ipv4/" + name) as file:
            before = file.read()
        try:
            setting(name, value)
            tried.append((name, value, True))
        except OSError as why:
            equal(why.errno, errno.EINVAL, "%s = %s" % (name, value))
            tried.append((name, value, False))
        setting(name, before)
    path = os.path.join(stack.enter_context(tempfile.TemporaryDirectory()), "1.conf")
    with open(path, "w") as file:
        file.writelines("net.%s = %s\n" % (("ipv4/" + name).replace("ipv4/../", "").replace("/", "."), value)
                        for name, value, _ in tried)
    refused = {finding["line"] for finding in read("--sysctl-file", path)["findings"]
               if "the kernel refuses this value" in finding["text"]}
    equal([row for number, row in enumerate(tried, 1) if (number in refused) == row[2]], [], "(setting, value, taken)")
    assert 30 < len(refused) < len(tried) - 30, (len(refused), len(tried))


def metrics(stack):
    """The file says what the JSON says, and has all that the alerts ask for."""
    folder = stack.enter_context(tempfile.TemporaryDirectory())
    path = os.path.join(folder, "teardown.prom")
    stack.callback(setting, "ip_local_port_range", "32768 60999")
    setting("ip_local_port_range", "40000 40199")
    pairs = connections(stack, 30)
    port = pairs[0][1].getsockname()[1]
    result = read("--prometheus", path)
    equal(os.listdir(folder), ["teardown.prom"], "files")
    with open(path) as file:
        lines = file.read().splitlines()
    series = dict(line.rsplit(" ", 1) for line in lines if not line.startswith("#"))
    labels = '{namespace="own",source="127.0.0.1",destination="127.0.0.1:%d"}' % port
    equal(series["teardown_pair_ports_held" + labels], "30", "ports held")
    for finding in result["findings"]:
        name = 'teardown_findings{id="%s",level="%s"}' % (finding["id"], finding["level"])
        assert int(series[name]) > 0, name
    named = {line.split()[2] for line in lines if line.startswith("# TYPE")}
    equal({name.split("{")[0] for name in series} - named, set(), "series without a type")
    rules = os.path.join(os.path.dirname(__file__), "../../contrib/prometheus/teardown.rules.yml")
    with open(rules) as file:
        asked = set(re.findall(r"teardown_\w+", file.read()))
    equal(asked - named, set(), "what the alerts ask for")
    promtool = shutil.which("promtool")
    if not promtool:
        print("# no promtool here")
        return
    for what, file in (("check metrics", path), ("check rules", rules), ("test rules", rules.replace(".yml", ".test.yml"))):
        with open(file) as content:
            checked = subprocess.run([promtool, *what.split(), *([file] if "rules" in what else [])], stdin=content,
                                     capture_output=True, text=True)
        equal((checked.returncode, checked.stderr), (0, ""), "promtool " + what)


def module_missing(stack):
    if not refused_socket.SOCKET:
        return
    process = doctor(statuses=(3,), preexec_fn=lambda: refused_socket.refuse(
        socket.AF_NETLINK, tcp.NETLINK_SOCK_DIAG))
    assert "lacks the module sock_diag (modprobe sock_diag)" in process.stderr, process.stderr
    equal(process.stderr.count("\n"), 1, "lines")


def main():
    loopback.enter()
    with open("/proc/sys/net/ipv4/tcp_max_tw_buckets") as file:
        cap = file.read()
    for situation in (cap_of_time_waits, orphans, deferred_accept, listen_queues, piles, growth, never_accepted, many_places,
                      settings, ports_of_listeners, odd_ranges, files, values_with_comments, refused_values,
                      metrics, module_missing):
        begin = time.monotonic()
        with contextlib.ExitStack() as stack:
            situation(stack)
        setting("tcp_max_tw_buckets", cap)
        wait_for(lambda: not states(tcp.CLOSE_WAIT), "the end of it")
        print("%s: %.1f s" % (situation.__name__, time.monotonic() - begin), flush=True)


if __name__ == "__main__":
    host_look.program = sys.argv[1]
    main()
