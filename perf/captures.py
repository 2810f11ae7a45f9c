"""A capture of many connections, and what programs take to tell of them."""
import os
import shutil
import struct
import subprocess

from lab import Invalid

# 64 connections are open at the same time; each has ten packets and about 1,200 bytes of the file.
TOGETHER = 64
PORTS = 50000
REQUEST, RESPONSE = 100, 400
SYN, ACK, DATA, FIN = 0x02, 0x10, 0x18, 0x11
# Who sends, flags, sequence number, acknowledgement, bytes of data.
SEGMENTS = [
    (True, SYN, 1000, 0, 0), (False, SYN | ACK, 5000, 1001, 0), (True, ACK, 1001, 5001, 0),
    (True, DATA, 1001, 5001, REQUEST), (False, ACK, 5001, 1101, 0), (False, DATA, 5001, 1101, RESPONSE),
    (True, ACK, 1101, 5401, 0), (False, FIN, 5401, 1101, 0), (True, FIN, 1101, 5402, 0),
    (False, ACK, 5402, 1102, 0)]
COMMANDS = {
    "tshark": ["tshark", "-q", "-z", "conv,tcp", "-r"],
    "tcptrace": ["tcptrace", "-q"],
    "reading alone": ["dd", "bs=256k", "of=/dev/null", "status=none"],
}


def packets():
    """Who sends, and a record without its time: of client 10.0.0.0, port 0, which are put in place."""
    for up, flags, seq, ack, length in SEGMENTS:
        ends = (bytes([10, 0, 0, 0]), bytes([10, 255, 0, 1]))
        source, target = ends if up else reversed(ends)
        ports = (0, 80) if up else (80, 0)
        frame = bytes(12) + b"\x08\0" + struct.pack(">BBHHHBBH", 0x45, 0, 40 + length, 0, 0x4000, 64, 6, 0) \
            + source + target + struct.pack(">HHIIBBHHH", *ports, seq, ack, 0x50, flags, 65535, 0, 0) + bytes(length)
        yield (26, 34) if up else (30, 36), bytearray(struct.pack("<II", len(frame), len(frame)) + frame)


def write(path, connections):
    made = list(packets())
    with open(path, "wb", 1 << 20) as file:
        file.write(struct.pack("<IHHiIII", 0xa1b2c3d4, 2, 4, 0, 0, 65535, 1))
        at_us = 0
        for first in range(0, connections, TOGETHER):
            for (host_at, port_at), record in made:
                for number in range(first, min(first + TOGETHER, connections)):
                    host, port = divmod(number, PORTS)
                    struct.pack_into(">H", record, 8 + host_at + 1, host)
                    struct.pack_into(">H", record, 8 + port_at, 1024 + port)
                    at_us += 5
                    file.write(struct.pack("<II", 1700000000 + at_us // 10**6, at_us % 10**6) + record)


def seconds_a_gigabyte(lab, command):
    """CPU time, user and system, of the command with the capture's path behind it."""
    path = lab.path("many.pcap")
    if not os.path.exists(path):
        write(path, lab.length(500000, 5000))
    operand = "if=" + path if command[0] == "dd" else path
    process = subprocess.Popen([*command, operand], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                               cwd=lab.scratch)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise Invalid("%s: exit status %d" % (command[0], process.returncode))
    return (usage.ru_utime + usage.ru_stime) / (os.path.getsize(path) / 1e9)


def contestants(ours):
    found = {ours: lambda lab: seconds_a_gigabyte(lab, [lab.program("bench", "teardown"), "trace"])}
    for name, command in COMMANDS.items():
        if shutil.which(command[0]):
            found[name] = lambda lab, command=command: seconds_a_gigabyte(lab, command)
    return found
