"""What the kernel shows of TCP sockets, in the network namespace of this process."""
import collections
import errno
import os
import socket
import struct

# include/net/tcp_states.h
ESTABLISHED, TIME_WAIT, CLOSE, CLOSE_WAIT, LISTEN = 1, 6, 7, 8, 10

# linux/netlink.h, linux/sock_diag.h, linux/inet_diag.h
NETLINK_SOCK_DIAG, SOCK_DIAG_BY_FAMILY, NLM_F_REQUEST, NLMSG_ERROR = 4, 20, 1, 2
INET_DIAG_SKMEMINFO, ANY = 7, 0xffffffff

# `holder` is the inode of the socket's file: 0 while it waits to be accepted, and after its close.
Row = collections.namedtuple("Row", "local remote state unsent unread holder")


def table():
    """A row a socket, ports for addresses."""
    for path in ("/proc/self/net/tcp", "/proc/self/net/tcp6"):
        try:
            with open(path) as file:
                lines = file.readlines()[1:]
        except FileNotFoundError:
            continue
        for line in lines:
            _, local, remote, state, queues, _, _, _, _, holder = line.split()[:10]
            unsent, unread = queues.split(":")
            yield Row(int(local.rsplit(":", 1)[1], 16), int(remote.rsplit(":", 1)[1], 16),
                      int(state, 16), int(unsent, 16), int(unread, 16), int(holder))


def _ask(local, remote, extensions=0):
    """What the kernel answers about one connection over 127.0.0.1, or None. Asked by its ports, since
    a table of thousands takes long to read."""
    loopback = socket.inet_aton("127.0.0.1").ljust(16, b"\0")
    request = struct.pack("=BBBBI", socket.AF_INET, socket.IPPROTO_TCP, extensions, 0, ANY) \
        + struct.pack(">HH", local, remote) + 2 * loopback + struct.pack("=III", 0, ANY, ANY)
    header = struct.pack("=IHHII", 16 + len(request), SOCK_DIAG_BY_FAMILY, NLM_F_REQUEST, 0, 0)
    with socket.socket(socket.AF_NETLINK, socket.SOCK_DGRAM, NETLINK_SOCK_DIAG) as kernel:
        kernel.send(header + request)
        answer = kernel.recv(8192)
    if struct.unpack_from("=H", answer, 4)[0] == NLMSG_ERROR:
        error = -struct.unpack_from("=i", answer, 16)[0]
        assert error == errno.ENOENT, os.strerror(error)
        return None
    return answer


def end(local, remote):
    """The end of a connection over 127.0.0.1 that has the port `local`, or None when there is none."""
    answer = _ask(local, remote)
    if not answer:
        return None
    unread, unsent, _, holder = struct.unpack_from("=IIII", answer, 16 + 4 + 48 + 4)
    return Row(local, remote, answer[17], unsent, unread, holder)


def send_memory(local, remote):
    """The bytes of kernel memory that hold what the end has to send, acknowledged bytes left out
    (sk_wmem_queued, INET_DIAG_SKMEMINFO)."""
    answer = _ask(local, remote, 1 << (INET_DIAG_SKMEMINFO - 1))
    at = 16 + 72
    while at < len(answer):
        length, kind = struct.unpack_from("=HH", answer, at)
        if kind == INET_DIAG_SKMEMINFO:
            return struct.unpack_from("=9I", answer, at + 4)[5]
        at += (length + 3) & ~3
    raise AssertionError("the kernel does not tell a socket's memory")


def listens(pid):
    """Whether a process has a listening socket, and not another one alone that shares it."""
    inodes = {"socket:[%d]" % row.holder for row in table() if row.state == LISTEN}
    folder = "/proc/%d/fd" % pid
    for fd in os.listdir(folder):
        try:
            if os.readlink(os.path.join(folder, fd)) in inodes:
                return True
        except FileNotFoundError:
            continue
    return False


def accepted(port):
    """The connections of a listener's port that a process holds."""
    return [row for row in table() if row.local == port and row.state != LISTEN and row.holder]


def waiting(port):
    """How many connections wait to be accepted."""
    return sum(row.unread for row in table() if row.local == port and row.state == LISTEN)


def unsent_bytes(port):
    """What the kernel still has to send from the port, orphans included."""
    return sum(row.unsent for row in table() if row.local == port and row.state != LISTEN)


def info(connection):
    """(state, segments that are not acknowledged), of struct tcp_info."""
    value = connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 104)
    return value[0], struct.unpack_from("I", value, 24)[0]
