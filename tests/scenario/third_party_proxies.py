#!/usr/bin/env python3
"""nginx and HAProxy as proxies, as the examples start them: nginx without a pool, and HAProxy of TCP, run out of ports
to their upstream, which is told; HAProxy of HTTP resets instead. With a pool nothing is found. Of both hops, who closes
first is what packets say that another program saw. third_party_proxies.py TEARDOWN TEARDOWN-SERVER EXAMPLES"""
import collections
import json
import os
import shutil
import signal
import socket
import struct
import subprocess
import sys
import threading

from lib.known_server import known_command, report_read
from lib.scenario import Skip, equal, main, valid

TOTAL = 300
PORTS = 100
# Less than TOTAL, and more than half of it that is drawn by lot.
ENOUGH_FOR_HALF = 240
ETH_P_ALL, ETH_P_IP, TCP = 3, 0x0800, 6
SOL_PACKET, PACKET_STATISTICS = 263, 6
FIN, SYN, RST, ACK = 1, 2, 4, 16
BEHIND = "198.18.1."
PROXIES = {
    "nginx": "nginx -p {folder} -c {folder}/bench/examples/nginx-proxy{kind}.conf",
    "haproxy": "haproxy -db -f {folder}/bench/examples/haproxy-proxy{kind}.cfg",
}


class Watch(threading.Thread):
    """Every segment of the proxy's host: which end of each connection sent the first FIN or RST."""

    def __init__(self):
        super().__init__(daemon=True)
        self.socket = socket.socket(socket.AF_PACKET, socket.SOCK_DGRAM, socket.htons(ETH_P_ALL))
        # SO_RCVBUFFORCE
        self.socket.setsockopt(socket.SOL_SOCKET, 33, 64 << 20)
        self.socket.settimeout(0.05)
        self.incarnation, self.first = {}, {}
        self.is_over = threading.Event()

    def run(self):
        """Until it is over, and nothing is left to be read."""
        while True:
            was_over = self.is_over.is_set()
            try:
                packet, _ = self.socket.recvfrom(128)
            except TimeoutError:
                if was_over:
                    return
                continue
            if packet[0] >> 4 != 4 or packet[9] != TCP:
                continue
            header = (packet[0] & 15) * 4
            *ports, number = struct.unpack_from("!HHI", packet, header)
            ends = [(socket.inet_ntoa(packet[12:16]), ports[0]), (socket.inet_ntoa(packet[16:20]), ports[1])]
            between, flags = frozenset(ends), packet[header + 13]
            # A client whose server closes first may have a port again: all hosts of a machine share the place from which
            # connect() looks for the next one (table_perturb, net/ipv4/inet_hashtables.c), and two writes may take it back.
            if flags & (SYN | ACK) == SYN:
                self.incarnation[between] = number
            if flags & (FIN | RST):
                self.first.setdefault((between, self.incarnation.get(between)), ends[0])

    def lost(self):
        """Segments that found the socket's buffer full (packet(7), PACKET_STATISTICS)."""
        return struct.unpack("II", self.socket.getsockopt(SOL_PACKET, PACKET_STATISTICS, 8))[1]

    def counts(self):
        """{"front": {"server": n}, "behind": {...}}: connections by who was the first."""
        found = {"front": collections.Counter(), "behind": collections.Counter()}
        for (ends, _), first in self.first.items():
            hop = "behind" if any(address.startswith(BEHIND) for address, _ in ends) else "front"
            found[hop]["server" if first[1] == 8080 else "client"] += 1
        return found


def watch(path, *command):
    """Runs the proxy, and writes down what was seen at its end."""
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM})
    seen = Watch()
    seen.start()
    proxy = subprocess.Popen(command, preexec_fn=lambda: signal.pthread_sigmask(
        signal.SIG_UNBLOCK, {signal.SIGTERM}))
    signal.sigwait({signal.SIGTERM})
    # The last connections may be closed by its end alone, and are seen, too.
    proxy.terminate()
    proxy.wait()
    seen.is_over.set()
    seen.join()
    counts = dict(seen.counts(), lost=seen.lost())
    with open(path, "w") as file:
        json.dump(counts, file)


def play(bench, name, kind, strategy, *arguments):
    path = os.path.join(bench.folder, "seen.json")
    command = PROXIES[name].format(folder=bench.folder, kind=kind)
    run = bench.run("-s", strategy, "--repeat", "1", "-n", str(TOTAL), "-c", "8", "-d", "100s",
                    "--proxy-command", known_command(__file__, "watch", path, *command.split()), *arguments)
    trial, seen = run.trial(strategy), report_read(path)
    equal(seen["lost"], 0, "segments that this test's own socket lost")
    for hop, which in ((trial, "front"), (trial["upstream"], "behind")):
        tap = hop["first_closer"]["packet_tap"]
        told = {end: tap[end] for end in ("client", "server", "both")}
        print("%-8s%-6s %-12s %-6s %s" % (name, kind, strategy, which, told), flush=True)
        # Where FINs cross, one host alone sees its own one first. A pool is closed as the proxy ends,
        # which is behind the trial.
        kept = hop["connections"]["attempted"] - sum(told.values())
        for end in ("client", "server"):
            most = told[end] + told["both"] + kept
            assert told[end] <= seen[which].get(end, 0) <= most, (which, told, kept, seen)
    return trial


def found_in(trial):
    return {finding["id"]: finding for finding in trial["findings"]}


FEW_PORTS = ("--sysctl", "proxy:net.ipv4.ip_local_port_range=40000 %d" % (40000 + PORTS - 1))


def without_a_pool(bench, name):
    """Two strategies: where the proxy closes first, its TIME_WAITs are as many as its ports; HAProxy resets, and is
    told to, and so it runs out of none."""
    trial = play(bench, name, "", "graceful")
    valid(trial)
    valid(trial["upstream"])
    if name == "nginx":
        # HTTP/1.1 alone is no pool.
        for kind in ("", "-http11"):
            trial = play(bench, name, kind, "client-close", *FEW_PORTS)
            text = found_in(trial)["ports-exhausted"]["text"]
            assert "%d of %d requests got 502; all %d were held" % (TOTAL - PORTS, TOTAL, PORTS) in text, text
            assert "a pool" in text, text
        return
    # With few ports each would be used again, and who closed first there is then not seen of each connection.
    trial = play(bench, name, "", "client-close")
    valid(trial)
    equal(trial["upstream"]["endings"]["client"]["resets_sent"]["open"], TOTAL, "resets of HAProxy")
    equal(trial["upstream"]["holder"]["measured"], "none", "who holds TIME_WAIT of the hop behind")
    trial = bench.run("-s", "client-close", "--repeat", "1", "-n", str(TOTAL), "-c", "8", "-d", "100s", *FEW_PORTS,
                      "--proxy-command", PROXIES[name].format(folder=bench.folder, kind="")).trials[0]
    valid(trial)
    equal(set(found_in(trial)) - {"congestion-control"}, set(), "findings")


def haproxy_of_tcp(bench):
    """It passes on the FIN of clients that close first, and runs out of ports."""
    trial = play(bench, "haproxy", "-tcp", "client-close", "--clients", "close-first", *FEW_PORTS)
    text = found_in(trial)["ports-exhausted"]["text"]
    assert "the proxy ran out of ports to its upstream" in text and "%d of %d requests failed" % (
        TOTAL - PORTS, TOTAL) in text and "all %d were held" % PORTS in text, text
    equal(trial["upstream"]["time_wait"]["client"]["created"], PORTS, "TIME_WAITs of the proxy")


def with_a_pool(bench, name):
    trial = play(bench, name, "-pool", "client-close", *FEW_PORTS)
    valid(trial)
    valid(trial["upstream"])
    equal([set(found_in(hop)) - {"congestion-control"} for hop in (trial, trial["upstream"])],
          [set(), set()], "findings")
    assert trial["upstream"]["connections"]["attempted"] <= 16, trial["upstream"]["connections"]
    equal(trial["upstream"]["time_wait"]["client"]["created"], 0, "TIME_WAITs of the proxy")


def from_two_addresses(bench, name):
    """Of ports that are too few for one address, two have enough: each of them has a share of the connections."""
    kind = "-bind" if name == "nginx" else "-source"
    trial = bench.run("-s", "client-close", "--repeat", "1", "-n", str(TOTAL), "-c", "8", "-d", "100s",
                      "--proxy-command", PROXIES[name].format(folder=bench.folder, kind=kind),
                      "--proxy-addresses", "2", "--sysctl",
                      "proxy:net.ipv4.ip_local_port_range=40000 %d" % (40000 + ENOUGH_FOR_HALF - 1)).trials[0]
    valid(trial)
    behind = trial["upstream"]
    equal(behind["connections"]["attempted"], TOTAL, "connections to the upstream")
    equal(behind["ports"]["available"], 2 * ENOUGH_FOR_HALF, "ports of the proxy")
    if name == "nginx":
        equal(behind["time_wait"]["client"]["created"], TOTAL, "TIME_WAITs of the proxy")
    assert "ports-exhausted" not in found_in(trial), trial["findings"]


def proxies(bench):
    os.chmod(bench.folder, 0o755)
    shutil.copytree(sys.argv[3], os.path.join(bench.folder, "bench", "examples"))
    able = [name for name in PROXIES if shutil.which(name)]
    for name in able:
        without_a_pool(bench, name)
        with_a_pool(bench, name)
        from_two_addresses(bench, name)
    if "haproxy" in able:
        haproxy_of_tcp(bench)
    if not able:
        raise Skip("none of %s is installed" % " ".join(PROXIES))


if __name__ == "__main__":
    os.environ["PATH"] += ":/usr/sbin:/sbin"
    if sys.argv[1] == "watch":
        watch(*sys.argv[2:])
    else:
        main(proxies)
