"""A socket that nothing reaches: a filter drops each segment before TCP sees it, as if the network had
lost it. A listener's drops SYNs. The other end sends them again, when its time has come."""
import ctypes
import socket
import struct

# asm-generic/socket.h, linux/filter.h
SO_ATTACH_FILTER, SO_DETACH_FILTER = 26, 27
DROP = struct.pack("HBBI", 0x06, 0, 0, 0)  # BPF_RET | BPF_K: keep 0 bytes


def drop_segments(one):
    program = ctypes.create_string_buffer(DROP)
    one.setsockopt(socket.SOL_SOCKET, SO_ATTACH_FILTER,
                   struct.pack("@HP", 1, ctypes.addressof(program)))


def pass_segments(one):
    one.setsockopt(socket.SOL_SOCKET, SO_DETACH_FILTER, 0)
