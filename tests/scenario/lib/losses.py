"""What may be lost in this process's network: what the kernel counts of it, and which resets have cut
something off."""
from lib.segments import FIN, RST, SYN, Segments


def counters():
    """Of this namespace: Tcp and TcpExt by name."""
    values = {}
    for path in ("/proc/net/snmp", "/proc/net/netstat"):
        with open(path) as file:
            lines = file.read().splitlines()
        for names, numbers in zip(lines[::2], lines[1::2]):
            values.update(zip(names.split()[1:], map(int, numbers.split()[1:])))
    return values


def changes(before):
    """Of what must not happen: resets, and connections that no queue took."""
    after = counters()
    return {name: after[name] - before[name]
            for name in ("OutRsts", "EstabResets", "AttemptFails", "ListenOverflows",
                         "ListenDrops", "TCPAbortOnData", "TCPAbortOnClose")}


class Resets:
    """Those of a port, and which of them came while one end had not sent its FIN: these cut something
    off. The others answer a FIN that came just while the kernel made a TIME_WAIT of the socket, and
    found neither (Linux 6.18): clients that close right behind the server meet that on a busy
    machine, in one of some ten thousand connections."""

    def __init__(self, port):
        self.fins, self.all, self.cutting = {}, 0, []
        self.segments = Segments(port, see=self.see, only=SYN | FIN | RST)
        self.segments.start()

    def see(self, segment):
        if segment.flags & SYN:
            self.fins[segment.client] = set()
        if segment.flags & FIN:
            self.fins.setdefault(segment.client, set()).add(segment.sender)
        if segment.flags & RST:
            self.all += 1
            if len(self.fins.get(segment.client, ())) < 2:
                self.cutting.append(segment)

    def check(self, counted):
        """`counted` by the kernel, meanwhile."""
        dropped = self.segments.finish()["dropped"]
        print("# %d resets, %d of them cut something off; %d segments were not seen" % (
            self.all, len(self.cutting), dropped))
        assert self.fins and not self.cutting, self.cutting[:5]
        assert counted == 0 or dropped == 0, (counted, dropped)
        assert self.all >= counted, (self.all, counted)
