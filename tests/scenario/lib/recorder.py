"""Records the packets of this namespace's loopback, for `teardown trace`."""
import select
import socket
import struct
import threading
import time

from lib.wait import wait_for

# linux/if_ether.h, linux/if_packet.h; https://www.tcpdump.org/linktypes.html
ETH_P_IP, LINKTYPE_RAW = 0x0800, 101
MAGIC_NS, SNAPLEN, BUFFER_BYTES = 0xa1b23c4d, 1 << 18, 1 << 23
SOL_PACKET, PACKET_STATISTICS = 263, 6
FIN, RST, ACK = 1, 4, 16


class Recorder:
    """Of one server's port, while the block lasts."""

    def __init__(self, port):
        self.port, self.packets, self.ended = port, [], threading.Event()
        self.socket = socket.socket(socket.AF_PACKET, socket.SOCK_DGRAM, socket.htons(ETH_P_IP))
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, BUFFER_BYTES)
        self.thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.ended.set()
        self.thread.join()
        self._check()
        self.socket.close()

    def _run(self):
        # What is there when the end is told is recorded still.
        ended = False
        while not ended:
            ended = self.ended.is_set()
            while select.select([self.socket], [], [], 0 if ended else 0.01)[0]:
                # As it comes: what leaves is shown to sockets for all protocols alone.
                packet = self.socket.recv(65536)
                if self.port in struct.unpack_from(">HH", packet, 20):
                    self.packets.append((time.time_ns(), packet))

    def _check(self):
        _, dropped = struct.unpack("II", self.socket.getsockopt(SOL_PACKET, PACKET_STATISTICS, 8))
        assert dropped == 0, "%d packets came faster than they were recorded" % dropped

    def _sent(self, end):
        """(sequence number, acknowledgement, flags) of the segments of an end."""
        for _, packet in list(self.packets):
            source, _, seq, ack, _, flags = struct.unpack_from(">HHIIBB", packet, 20)
            if (source == self.port) == (end == "server"):
                yield seq, ack, flags, len(packet) - 20 - 4 * (packet[32] >> 4)

    def is_acknowledged(self, end):
        """Whether the other end has acknowledged its FIN."""
        other = "client" if end == "server" else "server"
        fins = [seq + size + 1 for seq, _, flags, size in self._sent(end) if flags & FIN]
        return bool(fins) and any(flags & ACK and (ack - fins[0]) % (1 << 32) < 1 << 31
                                  for _, ack, flags, _ in self._sent(other))

    def is_reset(self, end):
        return any(flags & RST for _, _, flags, _ in self._sent(end))

    def wait(self, look, what):
        try:
            wait_for(look, what)
        except AssertionError:
            self._check()
            raise

    def write(self, path):
        with open(path, "wb") as file:
            file.write(struct.pack("<IHHiIII", MAGIC_NS, 2, 4, 0, 0, SNAPLEN, LINKTYPE_RAW))
            for at_ns, packet in self.packets:
                file.write(struct.pack("<IIII", at_ns // 10**9, at_ns % 10**9, len(packet), len(packet)) + packet)
