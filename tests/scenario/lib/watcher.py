"""A server beside packet sockets of the test's own: what they see of its port, and of that of what it
connects to, is held against what the bench says of the load and of other connections."""
import json
import os
import signal
import subprocess

from lib.segments import FIN, RST, SYN, Segments
from lib.wait import wait_for

PORT, UPSTREAM = 8080, 9000


class Watcher:
    """The segments of one port, and what became of each of its connections. A client's port may be
    used again: its SYN begins another."""

    def __init__(self, port):
        self.latest, self.connections = {}, []
        self.segments = Segments(port, self.see)

    def see(self, segment):
        if segment.flags & SYN and segment.sender == "client":
            self.latest[segment.client] = {"first": None, "fins": set()}
            self.connections.append(self.latest[segment.client])
        connection = self.latest[segment.client]
        if segment.flags & (FIN | RST) and not connection["first"]:
            connection["first"] = segment.sender if segment.flags & FIN else "reset"
        if segment.flags & FIN:
            connection["fins"].add(segment.sender)

    def finish(self):
        report = self.segments.finish()
        first = [connection["first"] for connection in self.connections]
        return dict(report, opened=len(self.connections),
                    both_sent_fin=sum(len(one["fins"]) == 2 for one in self.connections),
                    closed_first={end: first.count(end) for end in ("server", "client", "reset")})


def listens(port):
    wanted = ":%04X" % port
    with open("/proc/net/tcp") as file:
        return any(line.split()[1].endswith(wanted) and line.split()[3] == "0A"
                   for line in file.readlines()[1:])


def serve(path, *commands):
    """Watches both ports and runs the commands, the upstream's first, until SIGTERM."""
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM, signal.SIGINT})
    watchers = {port: Watcher(port) for port in (PORT, UPSTREAM)}
    for watcher in watchers.values():
        watcher.segments.start()
    children = []
    for command in commands:
        children.append(subprocess.Popen(["sh", "-c", "exec " + command]))
        if len(commands) > 1:
            wait_for(lambda: listens(UPSTREAM), "the upstream")
    signal.sigwait({signal.SIGTERM, signal.SIGINT})
    report = {str(port): watcher.finish() for port, watcher in watchers.items()}
    with open(path, "w") as file:
        json.dump(report, file)
    for child in children:
        child.terminate()
    os._exit(0)
