#!/usr/bin/env python3
"""What of a kernel the programs and the lab can use: features.py [FILE] prints a line a feature, and writes FILE as JSON.
What is printed is what the kernel answers, not what its version should have."""
import ctypes
import json
import os
import socket
import struct
import subprocess
import sys
import time

LANDLOCK_CREATE, LANDLOCK_VERSION = 444, 1  # asm-generic/unistd.h, linux/landlock.h
CLOCK_MONOTONIC_COARSE = 6  # linux/time.h
LANDLOCK_TCP = 4  # the version that knows TCP ports
MFD_NOEXEC_SEAL, IP_LOCAL_PORT_RANGE, TCP_ULP = 8, 51, 31
WORDS = {"True": "yes", "False": "no"}
LIBC = ctypes.CDLL(None, use_errno=True)


def has_sysctl(name):
    return os.path.exists("/proc/sys/net/ipv4/" + name)


def takes_option(level, option, value):
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        try:
            probe.setsockopt(level, option, value)
        except OSError:
            return False
    return True


def landlock():
    return max(LIBC.syscall(LANDLOCK_CREATE, None, 0, LANDLOCK_VERSION), 0)


def has_sealed_memory():
    descriptor = LIBC.memfd_create(b"probe", MFD_NOEXEC_SEAL)
    if descriptor >= 0:
        os.close(descriptor)
    return descriptor >= 0


def has_module(name):
    return subprocess.run(["modprobe", name], capture_output=True).returncode == 0


def content_of(path):
    with open(path) as file:
        return file.read().strip()


def features():
    return {
        "tcp_tw_reuse_delay": has_sysctl("tcp_tw_reuse_delay"),
        "IP_LOCAL_PORT_RANGE": takes_option(socket.IPPROTO_IP, IP_LOCAL_PORT_RANGE, struct.pack("=I", 40001 << 16 | 40000)),
        "tcp_migrate_req": has_sysctl("tcp_migrate_req"),
        "tcp_rto_min_us": has_sysctl("tcp_rto_min_us"),
        "tcp_rto_max_ms": has_sysctl("tcp_rto_max_ms"),
        "Landlock": landlock() > 0,
        "Landlock for TCP ports": landlock() >= LANDLOCK_TCP,
        "MFD_NOEXEC_SEAL": has_sealed_memory(),
        "size of /proc/PID/fd": os.stat("/proc/self/fd").st_size > 0,
        "netem": has_module("sch_netem"),
        "kernel TLS": has_module("tls"),
        "HZ": round(1 / time.clock_getres(CLOCK_MONOTONIC_COARSE)),
        "congestion control": content_of("/proc/sys/net/ipv4/tcp_congestion_control"),
    }


def main():
    found = {name: WORDS.get(str(value), str(value)) for name, value in features().items()}
    for name, value in found.items():
        print("%-24s %s" % (name, value))
    if len(sys.argv) > 1:
        with open(sys.argv[1], "w") as file:
            json.dump(found, file)


if __name__ == "__main__":
    main()
