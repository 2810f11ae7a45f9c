"""Counts the TCP segments of a port with a packet socket of its own, in the network namespace of
this process: what the bench counts with the kernel's counters, from elsewhere."""
import collections
import contextlib
import ctypes
import os
import select
import socket
import struct
import threading

from lib.wait import DEADLINE_S

# linux/if_ether.h, linux/if_packet.h, asm-generic/socket.h, netinet/tcp.h
ETH_P_ALL, ETH_P_IP, PACKET_STATISTICS, SOL_PACKET = 3, 0x0800, 6, 263
PACKET_OUTGOING = 4
SO_TIMESTAMPNS, SO_ATTACH_FILTER = 35, 26
FIN, SYN, RST = 1, 2, 4
BUFFER_BYTES = 1 << 23

# linux/filter.h: of what this host sends (PACKET_OUTGOING), what is TCP and has one of some flags. The
# packet begins with its IP header; the last operand of a jump is what it skips when not equal.
FILTER = ((0x20, 0, 0, 0xfffff004), (0x15, 0, 6, PACKET_OUTGOING), (0x30, 0, 0, 9), (0x15, 0, 4, 6),
          (0xb1, 0, 0, 0), (0x50, 0, 0, 13), (0x45, 0, 1, None), (0x06, 0, 0, 0xffff),
          (0x06, 0, 0, 0))

# `at_s`: when the kernel met it. `client`: (address, port). `payload`: bytes of it.
Segment = collections.namedtuple("Segment", "at_s sender client flags payload")


def parse(packet, port, at_s):
    """The segment, or None when it is none of this port."""
    if len(packet) < 40 or packet[9] != socket.IPPROTO_TCP:
        return None
    header = 4 * (packet[0] & 15)
    source, destination = struct.unpack_from(">HH", packet, header)
    if port not in (source, destination):
        return None
    sender = "server" if source == port else "client"
    address = packet[16:20] if sender == "server" else packet[12:16]
    client = (socket.inet_ntoa(address), destination if sender == "server" else source)
    size = struct.unpack_from(">H", packet, 2)[0]
    return Segment(at_s, sender, client, packet[header + 13],
                   size - header - 4 * (packet[header + 12] >> 4))


def attach_filter(sock, flags):
    """Only segments that this host sends, and that have one of these flags."""
    code = b"".join(struct.pack("HBBI", op, jt, jf, flags if k is None else k)
                    for op, jt, jf, k in FILTER)
    room = ctypes.create_string_buffer(code, len(code))
    sock.setsockopt(socket.SOL_SOCKET, SO_ATTACH_FILTER,
                    struct.pack("HP", len(FILTER), ctypes.addressof(room)))


class Segments:
    """Counts from start() to finish(); `see` is called with each segment, on the thread. `only`: of
    what this host sends, the segments with one of these flags."""

    def __init__(self, port, see=None, only=0):
        self.port, self.see, self.only = port, see, only
        self.sent = collections.Counter()  # by sender
        self.resets = collections.Counter()
        self.clients = set()
        self.fins = collections.defaultdict(set)  # client: who has sent one
        self.changed = threading.Condition()
        self.socket = self.thread = None
        self.ending, self.end = os.pipe()

    def start(self):
        # Only a socket for all protocols is shown what this host sends.
        self.socket = socket.socket(socket.AF_PACKET, socket.SOCK_DGRAM, socket.htons(ETH_P_ALL))
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, BUFFER_BYTES)
        self.socket.setsockopt(socket.SOL_SOCKET, SO_TIMESTAMPNS, 1)
        if self.only:
            attach_filter(self.socket, self.only)
        self.thread = threading.Thread(target=self._run, daemon=True)
        self.thread.start()

    def _take(self, packet, ancillary, address):
        link, protocol, kind, *_ = address
        # Over loopback each is shown twice, to the filter as well.
        if link == "lo" and kind == PACKET_OUTGOING and not self.only:
            return
        seconds, nanoseconds = struct.unpack("ll", ancillary[0][2])
        segment = parse(packet, self.port, seconds + nanoseconds / 1e9) \
            if protocol == ETH_P_IP else None
        if not segment:
            return
        with self.changed:
            self.sent[segment.sender] += 1
            self.resets[segment.sender] += segment.flags & RST != 0
            self.clients.add(segment.client)
            if segment.flags & FIN:
                self.fins[segment.client].add(segment.sender)
            if self.see:
                self.see(segment)
            self.changed.notify_all()

    def _run(self):
        ended = False
        while not ended:
            ended = self.ending in select.select([self.socket, self.ending], [], [])[0]
            # What is there when the end is told is counted still.
            with contextlib.suppress(BlockingIOError):
                while True:
                    packet, ancillary, _, address = self.socket.recvmsg(
                        65536, 64, socket.MSG_DONTWAIT)
                    self._take(packet, ancillary, address)

    def wait_for(self, look, what):
        """Until look() is true of what was counted."""
        with self.changed:
            assert self.changed.wait_for(look, DEADLINE_S), "still waiting for " + what

    def finish(self):
        os.close(self.end)
        self.thread.join()
        _, dropped = struct.unpack("II", self.socket.getsockopt(SOL_PACKET, PACKET_STATISTICS, 8))
        return {"sent": dict(self.sent), "resets": dict(self.resets), "dropped": dropped,
                "client_ends": len(self.clients)}
