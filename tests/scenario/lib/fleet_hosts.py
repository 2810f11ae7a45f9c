"""Hosts of a fleet: network namespaces at one bridge, which Open MPI's mpirun starts its ranks in. Behind
lib.loopback.enter() with a mount and a process namespace."""
import os
import socket
import struct
import subprocess
import threading

from lib.wait import wait_for

SO_TIMESTAMPNS, ETH_P_ALL, TCP = 35, 3, 6
# orted is started as by ssh(1), with the host's name first. Each host has a name of its own.
AGENT = """#!/bin/sh
host=$1
shift
exec nsenter --net=/proc/$(cat {folder}/$host)/ns/net unshare --uts --mount \\
	sh -c "hostname h${{host##*.}}; mount -t sysfs sysfs /sys; $*"
"""


def ip(words, enter=()):
    subprocess.run([*enter, "ip", *words.split()], check=True)


class Fleet:
    def __init__(self, folder, count):
        self.folder, self.holders = folder, []
        ip("link add bridge type bridge")
        ip("address add 10.78.0.1/24 dev bridge")
        ip("link set bridge up")
        self.addresses = ["10.78.0.%d" % (i + 2) for i in range(count)]
        for address in self.addresses:
            self._host_make(address)
        self.agent = os.path.join(folder, "agent.sh")
        with open(self.agent, "w", encoding="ascii") as file:
            file.write(AGENT.format(folder=folder))
        os.chmod(self.agent, 0o755)

    def _host_make(self, address):
        holder = subprocess.Popen(["unshare", "--net", "cat"], stdin=subprocess.PIPE)
        self.holders.append(holder)
        here = os.readlink("/proc/self/ns/net")
        wait_for(lambda: os.readlink("/proc/%d/ns/net" % holder.pid) != here, "a namespace")
        enter = ["nsenter", "--net=/proc/%d/ns/net" % holder.pid]
        name = "h" + address.rpartition(".")[2]
        ip("link add %s type veth peer name eth0 netns %d" % (name, holder.pid))
        ip("link set %s master bridge up" % name)
        ip("address add %s/24 dev eth0" % address, enter)
        for link in ("eth0", "lo"):
            ip("link set %s up" % link, enter)
        with open(os.path.join(self.folder, address), "w", encoding="ascii") as file:
            file.write(str(holder.pid))

    def start(self, *program, **more):
        network = "10.78.0.0/24"
        return subprocess.Popen(
            ["mpirun", "--allow-run-as-root", "--host", ",".join(self.addresses), "--map-by", "ppr:1:node",
             "--bind-to", "none", "--mca", "oob_tcp_if_include", network, "--mca", "btl_tcp_if_include", network,
             "--mca", "plm", "rsh", "--mca", "plm_rsh_agent", self.agent, "--mca", "plm_rsh_no_tree_spawn", "1",
             "--mca", "orte_tmpdir_base", self.folder, *program],
            text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=self.folder, **more)

    def rank_pid(self, address):
        """The process that MPI started on that host, while it is there."""
        with open(os.path.join(self.folder, address), encoding="ascii") as file:
            namespace = os.readlink("/proc/%s/ns/net" % file.read())
        for pid in filter(str.isdigit, os.listdir("/proc")):
            try:
                with open("/proc/%s/stat" % pid, encoding="utf-8") as file:
                    parent = file.read().rpartition(")")[2].split()[1]
                with open("/proc/%s/comm" % parent, encoding="utf-8") as file:
                    is_first = file.read() == "orted\n"
                if is_first and os.readlink("/proc/%s/ns/net" % pid) == namespace:
                    return int(pid)
            except OSError:
                pass
        return None


class Segments:
    """When each TCP segment passed the bridge, by this host's clock (s since 1970)."""

    def __init__(self):
        self.at, self.over = [], False
        self.socket = socket.socket(socket.AF_PACKET, socket.SOCK_DGRAM, socket.htons(ETH_P_ALL))
        self.socket.setsockopt(socket.SOL_SOCKET, SO_TIMESTAMPNS, 1)
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 24)
        self.socket.settimeout(0.1)
        self.thread = threading.Thread(target=self._take, daemon=True)
        self.thread.start()

    def _take(self):
        while not self.over:
            try:
                packet, control, _, _ = self.socket.recvmsg(64, 64)
            except socket.timeout:
                continue
            if len(packet) > 9 and packet[0] >> 4 == 4 and packet[9] == TCP:
                seconds, nanoseconds = struct.unpack("qq", control[0][2])
                self.at.append(seconds + nanoseconds / 1e9)

    def stop(self):
        self.over = True
        self.thread.join()
        self.socket.close()
        return self.at
