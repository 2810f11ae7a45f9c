"""A kernel without a kind of socket, as far as a process and its children can tell: a filter of seccomp
answers for it."""
import ctypes
import errno
import os
import platform
import struct

PR_SET_NO_NEW_PRIVS, PR_SET_SECCOMP, SECCOMP_MODE_FILTER = 38, 22, 2
SECCOMP_RET_ERRNO, SECCOMP_RET_ALLOW = 0x00050000, 0x7fff0000
LOAD, JUMP_IF_EQUAL, RETURN = 0x20, 0x15, 0x06
# Of struct seccomp_data (linux/seccomp.h): the call's number, its first and its third argument.
NUMBER, FAMILY, PROTOCOL = 0, 16, 32
SOCKET = {"x86_64": 41, "aarch64": 198}.get(platform.machine())


def refuse(family, protocol, error=errno.EPROTONOSUPPORT):
    """From now on socket() of these fails in this process, whatever it executes."""
    steps = ((LOAD, 0, 0, NUMBER), (JUMP_IF_EQUAL, 0, 5, SOCKET), (LOAD, 0, 0, FAMILY),
             (JUMP_IF_EQUAL, 0, 3, family), (LOAD, 0, 0, PROTOCOL), (JUMP_IF_EQUAL, 0, 1, protocol),
             (RETURN, 0, 0, SECCOMP_RET_ERRNO | error), (RETURN, 0, 0, SECCOMP_RET_ALLOW))
    program = ctypes.create_string_buffer(b"".join(struct.pack("=HBBI", *step) for step in steps))
    described = struct.pack("@HP", len(steps), ctypes.addressof(program))
    libc = ctypes.CDLL(None, use_errno=True)
    for call in ((PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), (PR_SET_SECCOMP, SECCOMP_MODE_FILTER, described, 0, 0)):
        if libc.prctl(*call) != 0:
            raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
