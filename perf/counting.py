"""Counts that need a tool around the program: system calls, instructions, memory. Each but one is the
difference of a long load and a short one, so that what a program does once cancels out."""
import os
import re

from lab import Invalid, opened

STRACE = "strace -f -c -U calls,name -o "
CALLGRIND = "valgrind --tool=callgrind --callgrind-out-file="
# strace's line of a call that began: "1234 connect(…", not "1234 <... connect resumed>".
TRACED_CALL = re.compile(r"^(\d+) +(\w+)\(")


def difference(measure, short, long):
    """How much more it takes, by each connection more; measure(n) is (connections, sum)."""
    few, less = measure(short)
    many, more = measure(long)
    if many <= few:
        raise Invalid("%d connections, and then only %d" % (few, many))
    return (more - less) / (many - few)


def text_of(path):
    if not os.path.exists(path):
        raise Invalid("nothing was written to " + path)
    with open(path, errors="replace") as file:
        return file.read()


def strace_calls(path):
    """The sum of a summary's column of calls, but for the calls that are not made by it."""
    calls = re.findall(r"^ *(\d+) (?!total)\w+ *$", text_of(path), re.MULTILINE)
    if not calls:
        raise Invalid("strace counted nothing")
    return sum(map(int, calls))


def server_calls(lab, command):
    path = lab.path("calls")

    def measure(total):
        trial = lab.serve(command, ["--total", str(total)], STRACE + path)
        return opened(trial), strace_calls(path)
    return difference(measure, lab.length(1000, 200), lab.length(6000, 1200))


def server_instructions(lab, command, options=(), short=1000, long=5000):
    path = lab.path("callgrind.out")

    def measure(total):
        trial = lab.serve(command, ["--total", str(total), *options], CALLGRIND + path)
        found = re.search(r"^(?:summary|totals): (\d+)", text_of(path), re.MULTILINE)
        if not found:
            raise Invalid("callgrind counted nothing")
        return opened(trial), int(found.group(1))
    return difference(measure, lab.length(short, short // 10), lab.length(long, long // 10))


def tls_instructions(lab, command):
    lab.certificate_make()
    return server_instructions(lab, command, ["--tls", "--connections", "8", "--timeout", "60s"], 100, 500)


def server_memory(lab, command):
    def measure(connections):
        loader = "python3 %s {host} {port} {connections}" % lab.loader("idle.py")
        trial = lab.serve(command, ["--connections", str(connections), "--duration", "30s",
                                    "--loader-command", loader])
        if opened(trial) != connections:
            raise Invalid("%d connections of %d" % (opened(trial), connections))
        return connections, trial["server_memory"]["rss_bytes"]
    return difference(measure, lab.length(1000, 500), lab.length(8000, 3500))


def connecting_thread_calls(trace):
    """The calls of the thread that connects, from its first socket to the last close."""
    threads = {}
    for line in trace.splitlines():
        found = TRACED_CALL.match(line)
        if found:
            threads.setdefault(found.group(1), []).append(found.group(2))
    calls = max(threads.values(), key=lambda calls: calls.count("connect"), default=[])
    if "connect" not in calls or "close" not in calls:
        raise Invalid("strace saw no thread that connects, and closes")
    return len(calls) - calls[::-1].index("close") - calls.index("socket")


def own_loader_calls(lab, command):
    """The loader's thread is the one that connects; the bench's own threads do not count. strace
    lets go of the server when it is executed: it is not slowed, as with third-party loaders.
    No difference of two loads: how often the loader waits is not the same in each, and so a
    short load that waited more than the long one would take calls from the figure."""
    path = lab.path("trace")
    trial = lab.serve(command, ["--total", str(lab.length(3000, 600))],
                      prefix=["strace", "-f", "-b", "execve", "-o", path])
    return connecting_thread_calls(text_of(path)) / opened(trial)


def third_party_loader_calls(lab, server, loader):
    path = lab.path("calls")

    def measure(length):
        command = lab.fill_loader(loader, length, length * 2000)
        trial = lab.serve(server, ["--loader-command", STRACE + path + " " + command,
                                   "--duration", "60s"])
        return opened(trial), strace_calls(path)
    return difference(measure, 1, lab.length(4, 2))
