"""What is measured: each has contestants, each of which gives a figure a repeat, and targets."""
from dataclasses import dataclass, field

import captures
import contestants as who
import counting
from contestants import BARE_LOADER, BARE_LOOP, NGINX_ONE, OURS
from lab import opened, server_us, server_us_between, wrk_requests

FOREVER = "--requests-per-connection 1000000000"
KEEPS = who.server("keep-alive", FOREVER + " --keep-alive 60s")
EXCHANGES = 1000


@dataclass
class Target:
    """contestant ≤ limit × reference, or ≤ limit where there is no reference."""
    contestant: str
    limit: float
    reference: str = None
    headline: bool = False  # stands in README.md


@dataclass
class Measurement:
    name: str
    title: str
    unit: str
    contestants: dict  # of name: a function of the lab that gives a figure
    targets: list
    note: str
    references: list = field(default_factory=list)  # what the table's ratios are to
    repeats_most: int = 1000  # a count hardly varies
    digits: int = 1


def servers(measure, ours, names=None):
    """{name: function} of our servers, given as {name: command}, and of others."""
    commands = dict(ours)
    commands.update({name: command for name, command in who.SERVERS.items()
                     if names is None or name in names})
    return {name: bind(measure, command) for name, command in commands.items()
            if who.is_here(command)}


def beside_nginx(measure, ours, nginx):
    found = {OURS: bind(measure, ours)}
    if who.is_here(nginx):
        found["nginx"] = bind(measure, nginx)
    return found


def bind(measure, *arguments):
    return lambda lab: measure(lab, *arguments)


def seconds(lab, usual, quick=0.3):
    return ["--duration", "%gs" % lab.length(usual, quick)]


def connection_us(lab, command):
    return server_us(lab.serve(command, seconds(lab, 2)))


def tls_us(lab, command):
    lab.certificate_make()
    return server_us(lab.serve(command, ["--tls", *seconds(lab, 4)]))


def exchange_us(lab, command):
    trial = lab.serve(command, seconds(lab, 2) + ["--requests-per-connection", str(EXCHANGES)])
    return server_us(trial) * opened(trial) / trial["exchanges"]


def pipelined_us(lab, command):
    loader = "wrk -c {connections} -t 1 -d %ds -s %s {url}" % (
        lab.length(2, 1), lab.loader("pipeline.lua"))
    trial = lab.serve(command, ["--loader-command", loader, "--duration", "30s"])
    return server_us(trial) * opened(trial) / wrk_requests(trial)


def own_loader_us(lab):
    trial = lab.serve(who.server(), seconds(lab, 2))
    return trial["cpu_us_per_connection"]["client"]


def third_party_loader_us(lab, loader):
    command = lab.fill_loader(loader, lab.length(2, 1), lab.length(40000, 4000))
    trial = lab.serve(who.server(), ["--loader-command", command, "--duration", "60s"])
    return trial["cpu_us_per_connection"]["client"]


def loaders(own, third_party):
    found = {OURS: own}
    for name, command in who.LOADERS.items():
        if who.is_here(command):
            found[name] = third_party(command)
    return found


def full_over_empty(lab, command):
    """CPU time a connection once there are many TIME_WAITs, over that while there are few."""
    many = lab.length(500000, 50000)
    trial = lab.serve(command, ["--client-addresses", "128", "--total", str(many * 6 // 5),
                                "--duration", "59s"])
    few = server_us_between(trial, lambda sample: sample["server_tw"] < many / 5)
    return server_us_between(trial, lambda sample: sample["server_tw"] >= many) / few


def busy_us(lab, connections):
    total = lab.length(100000, 20000)
    trial = lab.serve(who.server(options="--backlog 16384"),
                      ["--connections", str(connections), "--total", str(total)])
    return server_us(trial)


def beside_idle_us(lab, idle):
    """64 short connections at a time beside idle ones."""
    loader = "python3 %s {host} {port} %d wrk -c 64 -t 1 -d %ds %s {url}" % (
        lab.loader("idle.py"), idle, lab.length(3, 1), who.CLOSE)
    trial = lab.serve(KEEPS, ["--loader-command", loader, "--duration", "50s"])
    return server_us_between(trial, lambda sample: sample["opened"] >= idle + 64)


def together(lab, server_threads, loader_threads, cores):
    """One trial of our loader and our server, on cores that they share."""
    pin = ["taskset", "-c", ",".join(map(str, range(cores)))]
    return lab.run(["--strategies", "server-close", "--server-threads", str(server_threads),
                    "--threads", str(loader_threads), *seconds(lab, 2)], pin, pinned=False)


def together_rate(lab, *how):
    return together(lab, *how)["rate_per_s"]


def together_us(lab, *how):
    cpu = together(lab, *how)["cpu_us_per_connection"]
    return cpu["server"] + cpu["client"]


THREADS = {
    "1 + 1 threads, one core": (1, 1, 1),
    "1 + 1 threads, two cores": (1, 1, 2),
    "2 + 1 threads, two cores": (2, 1, 2),
    "1 + 2 threads, two cores": (1, 2, 2),
    "2 + 2 threads, two cores": (2, 2, 2),
}


def threads(measure):
    return {name: bind(measure, *how) for name, how in THREADS.items()}


CALLS = {"teardown " + name: who.server(name)
         for name in ("server-close", "reset", "fin-on-data", "graceful")}

MEASUREMENTS = [
    Measurement(
        "server-cpu", "Server CPU time a connection", "us",
        servers(connection_us, {OURS: who.server(),
                                OURS + " " + who.OPEN: who.server(options=who.OPEN)}),
        [Target(OURS, 0.85, "nginx", headline=True), Target(OURS, 0.85, NGINX_ONE),
         Target(OURS, 1.08, BARE_LOOP, headline=True)],
        "server-close: one request, `Connection: close`, the server closes. 64 connections at a "
        "time, our loader, whose requests come up to 16 together. Of all of these only ours "
        "filters its system calls (seccomp). All nginx have `deferred reuseport`; multi_accept, "
        "which is off unless asked for, pays where connections come together.",
        ["nginx", NGINX_ONE, BARE_LOOP]),
    Measurement(
        "server-calls", "Server system calls a connection", "calls",
        servers(counting.server_calls, CALLS),
        [Target("teardown server-close", 4.1), Target("teardown reset", 4.1),
         Target("teardown fin-on-data", 4.1), Target("teardown graceful", 7.1)],
        "`strace -f -c`, the difference of 6,000 connections and 1,000. The tracer slows the "
        "server, so that connections wait for it and a turn of its loop serves many: waiting for "
        "events is shared, by every server alike.", ["nginx"], repeats_most=3, digits=2),
    Measurement(
        "server-instructions", "Server instructions a connection, user space", "instructions",
        beside_nginx(counting.server_instructions, who.server(options=who.OPEN), who.NGINX_ALONE),
        [Target(OURS, 0.5, "nginx")],
        "server-close. callgrind, the difference of 5,000 connections and 1,000; nginx without "
        "its master, ours without the sandbox, which would not let valgrind work.",
        ["nginx"], repeats_most=3, digits=0),
    Measurement(
        "tls-cpu", "Server CPU time a connection, full handshake of TLS 1.3", "us",
        beside_nginx(tls_us, who.server(options=who.TLS), who.NGINX_TLS),
        [Target(OURS, 1.05, "nginx")],
        "server-close; one key of P-256 for both, no resumption, two session tickets, 64 connections at a time, our "
        "loader.", ["nginx"]),
    Measurement(
        "tls-instructions", "Server instructions a connection, full handshake of TLS 1.3, user space", "instructions",
        beside_nginx(counting.tls_instructions, who.server(options=who.TLS + " " + who.OPEN), who.NGINX_TLS_ALONE),
        [Target(OURS, 1.05, "nginx")],
        "The same, 8 at a time, by callgrind, the difference of 500 connections and 100. Nearly all of it is OpenSSL's.",
        ["nginx"], repeats_most=3, digits=0),
    Measurement(
        "keep-alive", "Server CPU time an exchange, keep-alive", "us",
        servers(exchange_us, {OURS: KEEPS}, ["nginx", "HAProxy", "lighttpd", "h2o"]),
        [Target(OURS, 1.0, "h2o"), Target(OURS, 1.0, "nginx")],
        "1,000 exchanges a connection, one at a time, 64 connections, our loader.",
        ["nginx", "h2o"], digits=2),
    Measurement(
        "pipelined", "Server CPU time an exchange, 16 pipelined", "us",
        servers(pipelined_us, {OURS: KEEPS}, ["nginx", "HAProxy", "lighttpd", "h2o"]),
        [Target(OURS, 1.0, "h2o")],
        "wrk writes 16 requests at once and then reads 16 responses, on 64 connections that stay "
        "open. teardown-server hands the 16 responses to the kernel with one send(2), as strace "
        "shows; nginx and h2o make a call for each.", ["nginx", "h2o"], digits=2),
    Measurement(
        "loader-cpu", "Loader CPU time a connection", "us",
        loaders(own_loader_us, lambda command: bind(third_party_loader_us, command)),
        [Target(OURS, 0.85, "wrk", headline=True), Target(OURS, 0.95, "h1load")],
        "`teardown run`'s own loader, and others, one thread each, 64 connections at a time, one "
        "request a connection, against teardown-server, server-close. The bare loader makes the "
        "six system calls that a connection needs, and does nothing else: what a loader takes "
        "more is its own. h1load takes part where it is installed; Debian has none.",
        ["wrk", BARE_LOADER]),
    Measurement(
        "loader-calls", "Loader system calls a connection", "calls",
        loaders(bind(counting.own_loader_calls, who.server()),
                lambda command: bind(counting.third_party_loader_calls, who.server(), command)),
        [Target(OURS, 7.1)],
        "strace. Of ours, the thread that connects, from its first connection to its last; of the "
        "others, the difference of a long load and a short one.",
        ["wrk"], repeats_most=3, digits=2),
    Measurement(
        "memory", "Memory of an idle keep-alive connection, user space", "bytes",
        servers(counting.server_memory, {OURS: KEEPS}, ["nginx", "HAProxy", "lighttpd", "h2o"]),
        [Target(OURS, 1024)],
        "Resident memory, the difference of 8,000 connections and 1,000, each after one exchange. "
        "What a server sets aside for all the connections that it might have is not in it: nginx "
        "and HAProxy do so when they start.", repeats_most=3, digits=0),
    Measurement(
        "open-busy", "Server CPU time a connection, 10,000 open at the same time", "us",
        {"%d" % count: bind(busy_us, count) for count in (64, 10000)},
        [Target("10000", 1.15, "64")],
        "server-close; all of them are under way at the same time.", ["64"]),
    Measurement(
        "open-idle", "Server CPU time a connection, 64 at a time beside 10,000 idle ones", "us",
        {"%d" % count: bind(beside_idle_us, count) for count in (0, 10000)}
        if who.is_here("wrk") else {},
        [Target("10000", 1.15, "0")],
        "The idle ones are kept alive after one exchange; wrk makes the short ones.", ["0"]),
    Measurement(
        "threads-rate", "Threads: connections a second", "/s", threads(together_rate), [],
        "Server + loader threads, server-close, 64 connections.", ["1 + 1 threads, one core"],
        digits=0),
    Measurement(
        "threads-cpu", "Threads: CPU time a connection, server and loader", "us",
        threads(together_us), [],
        "The same, by what both ends take together: what more threads cost.",
        ["1 + 1 threads, one core"]),
    Measurement(
        "time-waits", "CPU time a connection with 500,000 TIME_WAITs, over that with few",
        "ratio",
        {OURS: bind(full_over_empty, who.server()),
         BARE_LOOP: bind(full_over_empty, who.SERVERS[BARE_LOOP])},
        [Target(OURS, 1.1)],
        "Within one trial: while the server's host has at least 500,000, over while it has fewer "
        "than 100,000. 128 client addresses. What the bare loop takes more, the kernel takes.",
        [BARE_LOOP], digits=3),
    Measurement(
        "trace-cpu", "CPU time of a gigabyte of captured packets", "s", captures.contestants(OURS),
        [Target(OURS, 0.05, "tshark"), Target(OURS + " beyond cat", 2)],
        "`teardown trace` beside tshark (-q -z conv,tcp), tcptrace (-q) and cat, on a capture of 1,000,000 connections, "
        "ten packets each, 64 open at the same time. User and system time, reading the file included; *beyond cat* is "
        "what is left of a trace without the time of a cat that follows it.",
        ["tshark", "tcptrace"], repeats_most=3, digits=2),
    Measurement(
        "trace-memory", "Memory of a connection, teardown trace", "bytes", captures.memory_contestants(),
        [Target("open", 300), Target("told of", 1), Target("followed of a flood", 300)],
        "Most resident memory of a trace of a pipe. *Open*, *told of*: the difference of 1,000,000 connections and "
        "200,000, a SYN each, or a SYN that is refused. *Followed of a flood*: the difference of 10,000,000 SYNs with "
        "--max-connections 200000 and 200,000 SYNs with --max-connections 100000, by the 100,000.", repeats_most=1, digits=1),
    Measurement(
        "trace-flood", "CPU time of a SYN of a flood, teardown trace", "us", {OURS: captures.flood_us}, [],
        "10,000,000 SYNs of as many hosts and ports through a pipe, --max-connections 100000: each is followed, and "
        "told of when it has to give way.", repeats_most=3, digits=2),
]
