"""Captures of many connections, and what programs take to tell of them."""
import os
import shutil
import struct
import subprocess

from lab import Invalid

# 64 connections are open at the same time; each has ten packets and 1,000 bytes of the file.
TOGETHER = 64
PORTS = 50000
REQUEST, RESPONSE = 100, 200
SYN, ACK, DATA, FIN, RST = 0x02, 0x10, 0x18, 0x11, 0x14
# Who sends, flags, sequence number, acknowledgement, bytes of data.
SEGMENTS = [
    (True, SYN, 1000, 0, 0), (False, SYN | ACK, 5000, 1001, 0), (True, ACK, 1001, 5001, 0),
    (True, DATA, 1001, 5001, REQUEST), (False, ACK, 5001, 1101, 0), (False, DATA, 5001, 1101, RESPONSE),
    (True, ACK, 1101, 5201, 0), (False, FIN, 5201, 1101, 0), (True, FIN, 1101, 5202, 0),
    (False, ACK, 5202, 1102, 0)]
FLOOD = SEGMENTS[:1]
REFUSED = [*FLOOD, (False, RST, 0, 1001, 0)]
COMMANDS = {
    "tshark": ["tshark", "-q", "-z", "conv,tcp", "-r"],
    "tcptrace": ["tcptrace", "-q"],
    "cat": ["cat"],
}
# Of a flood, and how many of it are followed at the same time.
SYNS, FOLLOWED = 10000000, 100000


def packets(segments):
    """Where host and port of the client lie in a record without its time, and the record: of client 10.0.0.0, port
    0, which are put in place."""
    for up, flags, seq, ack, length in segments:
        ends = (bytes([10, 0, 0, 0]), bytes([10, 255, 0, 1]))
        source, target = ends if up else reversed(ends)
        ports = (0, 80) if up else (80, 0)
        frame = bytes(12) + b"\x08\0" + struct.pack(">BBHHHBBH", 0x45, 0, 40 + length, 0, 0x4000, 64, 6, 0) \
            + source + target + struct.pack(">HHIIBBHHH", *ports, seq, ack, 0x50, flags, 65535, 0, 0) + bytes(length)
        yield (26, 34) if up else (30, 36), bytearray(struct.pack("<II", len(frame), len(frame)) + frame)


def write(file, connections, segments):
    made = list(packets(segments))
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


def usage_of(process, command):
    """The resources that it has taken, once it has ended."""
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise Invalid("%s: exit status %d" % (command[0], process.returncode))
    return usage


def capture_of_many(lab):
    """A gigabyte, of a million connections; removed with the scratch folder."""
    path = lab.path("many.pcap")
    if not os.path.exists(path):
        with open(path, "wb", 1 << 20) as file:
            write(file, lab.length(1000000, 5000), SEGMENTS)
    return path


def seconds_a_gigabyte(lab, command):
    """CPU time, user and system, of the command with the capture's path behind it."""
    path = capture_of_many(lab)
    process = subprocess.Popen([*command, path], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                               cwd=lab.scratch)
    usage = usage_of(process, command)
    return (usage.ru_utime + usage.ru_stime) / (os.path.getsize(path) / 1e9)


def trace(lab):
    return [lab.program("bench", "teardown"), "trace"]


def contestants(ours):
    found = {ours: lambda lab: seconds_a_gigabyte(lab, trace(lab)),
             ours + " beyond cat": lambda lab: max(0, seconds_a_gigabyte(lab, trace(lab))
                                                   - seconds_a_gigabyte(lab, COMMANDS["cat"]))}
    for name, command in COMMANDS.items():
        if shutil.which(command[0]):
            found[name] = lambda lab, command=command: seconds_a_gigabyte(lab, command)
    return found


def stream_usage(lab, connections, segments, *options, says):
    """Of a trace of a capture that is made while it is read, and never lies on a disk."""
    command = [*trace(lab), "-", *options]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=1 << 16)
    write(process.stdin, connections, segments)
    process.stdin.close()
    told = process.stdout.read().decode()
    process.stdout.close()
    usage = usage_of(process, command)
    if says not in told:
        raise Invalid("%s: it did not say %s" % (" ".join(command), says))
    return usage


def resident_bytes(lab, connections, segments):
    says = "%d connection" % connections
    return stream_usage(lab, connections, segments, says=says).ru_maxrss * 1024


def bytes_a_connection(lab, segments):
    """The difference of many and few: what a program has once is not in it, nor is what this one has, which counts
    for a child that has less."""
    few, many = lab.length(200000, 140000), lab.length(1000000, 240000)
    return (resident_bytes(lab, many, segments) - resident_bytes(lab, few, segments)) / (many - few)


def flood_usage(lab, syns, followed):
    says = "%d connections were told of before they ended" % (syns - followed)
    return stream_usage(lab, syns, FLOOD, "--max-connections", str(followed), says=says)


def bytes_a_followed_one(lab):
    """Of a flood, by how many are followed at the same time: the difference of twice as many, and these."""
    many = flood_usage(lab, lab.length(SYNS, 5 * FOLLOWED), 2 * FOLLOWED).ru_maxrss
    few = flood_usage(lab, 2 * FOLLOWED, FOLLOWED).ru_maxrss
    return (many - few) * 1024 / FOLLOWED


def memory_contestants():
    return {"open": lambda lab: bytes_a_connection(lab, FLOOD),
            "told of": lambda lab: bytes_a_connection(lab, REFUSED),
            "followed of a flood": bytes_a_followed_one}


def flood_us(lab):
    syns = lab.length(SYNS, 2 * FOLLOWED)
    usage = flood_usage(lab, syns, FOLLOWED)
    return (usage.ru_utime + usage.ru_stime) * 1e6 / syns
