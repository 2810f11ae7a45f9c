#!/usr/bin/env python3
"""Each plug-in that must be refused is, by both programs, with one line and exit status 2."""
import contextlib
import os
import shutil
import signal
import socket
import struct
import subprocess

from lib.plugin_workshop import (
    IS_ROOT, OTHER_UID, SERVER, TIMEOUT_S, Workshop, ask, commands, identity, refused, source)
from lib.scenario import server_of
from lib.server_process import Server, get, run
from lib.wait import wait_for

# Sanitizers would end the child themselves, with a status, where a signal is to end it.
os.environ["ASAN_OPTIONS"] = os.environ.get("ASAN_OPTIONS", "") + ":handle_segv=0"
os.environ["UBSAN_OPTIONS"] = os.environ.get("UBSAN_OPTIONS", "") + ":halt_on_error=0"

INCLUDES = "#include <signal.h>\n#include <stdio.h>\n#include <stdlib.h>\n#include <unistd.h>\n"


def function(kind, code):
    return "__attribute__((%s)) static void a_%s(void) { %s; }\n" % (kind, kind, code)


def accepted(argument, **popen):
    with Server("--strategy", argument, expect="strategy=variant ", **popen):
        pass


def a_coherent_one_is_accepted():
    with Workshop() as shop:
        accepted(shop.variant())
        accepted("variant.so", cwd=shop.folder)
        accepted("./variant.so", cwd=shop.folder)


def what_is_not_there():
    with Workshop() as shop:
        refused(shop.path("none.so"), "cannot be opened: No such file")
        refused(shop.path("none", "x.so"), "folder that cannot be opened: No such file")
        refused("none.so", "cannot be opened: No such file", cwd=shop.folder)
        refused("./" + "x" * 300, "cannot be opened: File name too long", shown="…" + "x" * 140)
        refused("a/" * 3000 + "b.so", "has too long a path", shown="…" + "a/" * 68 + "b.so")


def what_is_no_regular_file():
    with Workshop() as shop, socket.socket(socket.AF_UNIX) as listener:
        listener.bind(shop.path("socket.so"))
        os.mkfifo(shop.path("fifo.so"), 0o644)
        os.mkdir(shop.path("folder.so"))
        for name in ("socket.so", "fifo.so", "folder.so", "folder.so/", "folder.so/..", "."):
            refused(shop.path(name), "is not a regular file")
        refused("/dev/null", "is not a regular file")


def a_symbolic_link():
    with Workshop() as shop:
        os.symlink(shop.variant(), shop.path("link.so"))
        os.symlink("nowhere", shop.path("broken.so"))
        refused(shop.path("link.so"), "is a symbolic link")
        refused(shop.path("broken.so"), "is a symbolic link")


def a_link_to_a_folder_is_followed_and_the_folder_checked():
    with Workshop() as shop:
        for name, mode in (("safe", 0o755), ("open", 0o757)):
            shop.folder_of_mode(name, 0o755)
            shop.variant(name + "/variant.so")
            os.chmod(shop.path(name), mode)
            os.symlink(name, shop.path("to-" + name))
        accepted(shop.path("to-safe", "variant.so"))
        refused(shop.path("to-open", "variant.so"), "in a folder that can be written to by everybody")


def a_file_that_everybody_can_write_to():
    with Workshop() as shop:
        path = shop.variant()
        for mode in (0o666, 0o646, 0o602, 0o1666):
            os.chmod(path, mode)
            refused(path, "can be written to by everybody (mode %04o): chmod o-w" % mode)
        for mode in (0o664, 0o444, 0o775, 0o660):
            os.chmod(path, mode)
            accepted(path)


def a_folder_that_everybody_can_write_to():
    with Workshop() as shop:
        folder = shop.folder_of_mode("folder", 0o755)
        path = shop.variant("folder/variant.so")
        for mode in (0o777, 0o757):
            os.chmod(folder, mode)
            words = "lies in a folder that can be written to by everybody (mode %04o)" % mode
            refused(path, words)
            refused("variant.so", words, cwd=folder)
        for mode in (0o775, 0o1777, 0o700):
            os.chmod(folder, mode)
            accepted(path)
            accepted("variant.so", cwd=folder)


def what_the_umask_of_ordinary_users_makes_is_accepted():
    umask = os.umask(0o002)
    try:
        with Workshop() as shop:
            os.mkdir(shop.path("mine"))
            path = shop.path("mine", "variant.so")
            shutil.copyfile(shop.variant(), path)
            assert os.stat(path).st_mode & 0o777 == 0o664
            assert os.stat(shop.path("mine")).st_mode & 0o777 == 0o775
            accepted(path)
    finally:
        os.umask(umask)


def a_file_or_folder_of_somebody_else():
    if not IS_ROOT:
        return  # Only root can give files away.
    with Workshop() as shop:
        path = shop.variant()
        os.chown(path, OTHER_UID, OTHER_UID)
        refused(path, "is owned by uid %d, neither by root nor by you (uid 0)" % OTHER_UID)
        os.chown(path, 0, OTHER_UID)
        accepted(path)
        folder = shop.folder_of_mode("folder", 0o755)
        path = shop.variant("folder/variant.so")
        os.chown(folder, OTHER_UID, OTHER_UID)
        refused(path, "lies in a folder that is owned by uid %d" % OTHER_UID)
        os.chown(folder, 0, OTHER_UID)
        accepted(path)


def an_ordinary_user_takes_roots_and_own_only():
    if not IS_ROOT:
        return
    with Workshop() as shop:
        programs, _ = shop.lend_to(OTHER_UID)
        path = shop.variant()
        for owner, status in ((0, 0), (OTHER_UID, 0), (OTHER_UID + 1, 2)):
            os.chown(path, owner, owner)
            own = commands(path, os.path.join(programs, "teardown-server"))[0]
            # An address that is not here: a plug-in that is taken gets that far, and no further.
            done = ask(own[0], "--listen", "192.0.2.1:1", *own[3:], **identity(OTHER_UID))
            assert ("is owned by uid %d" % owner in done.stderr) == (status == 2), done.stderr
            assert ("plug-in" in done.stderr) == (status == 2), done.stderr


def a_file_that_cannot_be_read():
    if IS_ROOT:
        return  # Root reads all.
    with Workshop() as shop:
        path = shop.variant()
        os.chmod(path, 0o200)
        refused(path, "cannot be opened: Permission denied")


def tables_of_another_kind():
    with Workshop() as shop:
        size = ".size = sizeof(struct td_strategy)"
        refused(shop.variant(header=None), "is not a strategy table", "TD_STRATEGY_HEADER")
        refused(shop.variant(header=".magic = 1, .abi = TD_STRATEGY_ABI, " + size),
                "is not a strategy table")
        refused(shop.variant(header=".magic = TD_STRATEGY_MAGIC, .abi = 999, " + size),
                "was built for another version of teardown/strategy.h: build it anew")
        refused(shop.variant(header=".magic = TD_STRATEGY_MAGIC, .abi = TD_STRATEGY_ABI, "
                                    ".size = 8"),
                "was built for another version of teardown/strategy.h: build it anew")
        refused(shop.build("__attribute__((visibility(\"default\"))) const int td_strategy[3];"),
                "is not a strategy table")


def loaded_bytes(path):
    """The file, where the last segment that is loaded begins and where it ends: the rest is for
    debuggers."""
    with open(path, "rb") as file:
        data = file.read()
    start, = struct.unpack_from("=Q", data, 32)
    size, count = struct.unpack_from("=HH", data, 54)
    loads = []
    for i in range(count):
        kind, _, offset, _, _, length = struct.unpack_from("=IIQQQQ", data, start + i * size)
        loads += [(offset, offset + length)] if kind == 1 else []  # PT_LOAD
    return (data, *max(loads))


def files_that_are_cut_short():
    with Workshop() as shop:
        whole, last, end = loaded_bytes(shop.build(source(), "whole.so", "-g"))
        refused(shop.write("empty.so", b""), "cannot be loaded: file too short")
        for length in sorted({1, 4, 16, 63, 64, 65, 4096, 8192, *range(1, last, last // 20)}):
            refused(shop.write("cut.so", whole[:length]), "plug-in", programs=(length % 2,))
            refused(shop.write("zeros.so", whole[:length].ljust(len(whole), b"\0")), "plug-in",
                    programs=(length % 2,))
        refused(shop.write("cut.so", whole[:4096]), "is cut short or damaged: ", "Bus error")
        # What is lost after that was for debuggers.
        accepted(shop.write("variant.so", whole[:-(-end // 4096) * 4096]))


def files_that_are_no_plug_in():
    with Workshop() as shop:
        with open(shop.variant(), "rb") as file:
            whole = file.read()
        refused(shop.write("text.so", b"#!/bin/sh\n"), "cannot be loaded: file too short")
        refused(shop.write("text.so", b"#!/bin/sh\n" * 1000), "cannot be loaded: invalid ELF header")
        refused(shop.write("class.so", whole[:4] + bytes([3 - whole[4]]) + whole[5:]),
                "cannot be loaded: ")
        refused(shop.write("machine.so", whole[:18] + b"\xaa\xaa" + whole[20:]),
                "cannot be loaded: ")
        refused(shop.build("int main(void) { return 0; }", "program.so", "-pie", "-no-pie",
                           "-fPIE", "-Wl,-e,main"), "plug-in")
        with open(shop.path("huge.so"), "wb") as file:
            file.truncate(1 << 40)
        refused(shop.path("huge.so"), "cannot be copied to a memory file: File too large")


def a_symbol_that_leads_nowhere():
    """The symbol is a number, and not an address within the object."""
    with Workshop() as shop:
        for address in ("0x10", "0x1000000000", "-1"):
            refused(shop.build('__asm__(".globl td_strategy\\n.set td_strategy,%s\\n");' % address),
                    "is damaged: loading it ends in Segmentation fault")
        refused(shop.variant(server=".server = {.exchange_done = td_half_close_after_last, "
                                    ".timeout = (td_hook *)0x10}"),
                "is damaged: a hook of its table leads to no code")
        refused(shop.variant(summary=".summary = (const char *)0x10"),
                "is damaged: loading it ends in Segmentation fault")
        refused(shop.variant(summary='.summary = "\\033[2J"'), "has control characters in its summary")
        accepted(shop.variant(summary='.summary = "ü, and \\"quotes\\"."'))


def code_that_ends_the_program():
    """The program has one line to say, and leaves no core."""
    with Workshop() as shop:
        for kind in ("constructor", "destructor"):
            for code, words in (
                    ("raise(SIGSEGV)", "is damaged: loading it ends in Segmentation fault"),
                    ("abort()", "is damaged: loading it ends in Aborted"),
                    ("raise(SIGBUS)", "is cut short or damaged: loading it ends in Bus error"),
                    ("_exit(7)", "is damaged: loading it ends the program, with exit status 7")):
                refused(shop.variant(before=INCLUDES + function(kind, code)), words,
                        cwd=shop.folder)
                assert not [name for name in os.listdir(shop.folder) if "core" in name]
        accepted(shop.variant(before=INCLUDES + function("constructor", "(void)signal") +
                              function("destructor", "(void)raise")))


def code_that_never_returns():
    with Workshop() as shop:
        for kind, program in (("constructor", 0), ("destructor", 1)):
            refused(shop.variant(before=INCLUDES + function(kind, "for (;;) pause()")),
                    "is damaged: loading it does not end within 5 s", programs=(program,))


def what_a_constructor_prints_is_printed_once():
    with Workshop() as shop:
        path = shop.variant(
            before=INCLUDES + function("constructor", 'fputs("hello\\n", stderr)'))
        done = ask(SERVER, "--listen", "192.0.2.1:1", "--strategy", path)
        assert done.returncode == 1 and done.stderr.count("hello") == 1, done.stderr
        assert done.stderr.startswith("hello\n"), done.stderr


def first_child_of(pid):
    with open("/proc/%d/task/%d/children" % (pid, pid)) as file:
        found = file.read().split()
    return int(found[0]) if found else None


def end_while_it_is_tried(path, late):
    """kill -9 of a server that tries a plug-in which never returns: the child that tries it ends.
    late: the child has not asked for the signal of its parent's end when that comes."""
    slow = ("strace", "-f", "-o", "/dev/null", "-e", "trace=prctl", "-e",
            "inject=prctl:delay_enter=500000") if late else ()
    program = subprocess.Popen([*slow, SERVER, "--listen", "127.0.0.1:0", "--strategy", path],
                               stderr=subprocess.PIPE)
    server = wait_for(lambda: server_of(program.pid), "the server") if late else program.pid
    child = wait_for(lambda: first_child_of(server), "the child that tries the plug-in")
    os.kill(server, signal.SIGKILL)
    # The child has the write end of the pipe of stderr no more, or is gone.
    assert late or program.stderr.read() == b""
    try:
        wait_for(lambda: state_of(child) in "ZX", "the end of the child that tries the plug-in")
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.kill(child, signal.SIGKILL)
        program.wait(TIMEOUT_S)


def the_first_load_leaves_no_process_and_no_descriptor():
    """Also where the program ends before, and with the sockets of the one that it succeeds."""
    with Workshop() as shop:
        path = shop.variant(before=INCLUDES + function("constructor", "for (;;) pause()"))
        end_while_it_is_tried(path, late=False)
        if shutil.which("strace") and subprocess.run(["strace", "-o", "/dev/null", "true"],
                                                     capture_output=True).returncode == 0:
            end_while_it_is_tried(path, late=True)
        path = shop.variant("good.so")
        with Server("--strategy", path, expect="strategy=variant ") as server:
            for _ in range(3):
                server.reload()
                assert server.ask(get()).status == 200
            with open("/proc/%d/task/%d/children" % (server.pid, server.pid)) as file:
                assert len(file.read().split()) <= 1  # the one that starts successors
            links = [os.readlink("/proc/%d/fd/%s" % (server.pid, fd))
                     for fd in os.listdir("/proc/%d/fd" % server.pid)]
            assert len([link for link in links if "memfd:plug-in" in link]) == 1, links


def state_of(pid):
    try:
        with open("/proc/%s/stat" % pid) as file:
            return file.read().rsplit(") ", 1)[1][0]
    except OSError:
        return "X"


def an_object_without_the_symbol():
    with Workshop() as shop:
        refused(shop.build("int other;"), "exports no td_strategy")
        hidden = source().replace("#include", "#pragma GCC visibility push(hidden)\n"
                                  "#define visibility(kind) unused\n#include")
        refused(shop.build(hidden), "exports no td_strategy")


def an_object_that_needs_what_is_not_there():
    with Workshop() as shop:
        path = shop.variant(
            before="int nobody_has_this(void);",
            after="int use(void); int use(void) { return nobody_has_this(); }\n"
                  "int (*const used)(void) __attribute__((visibility(\"default\"))) = use;")
        refused(path, "cannot be loaded: undefined symbol: nobody_has_this")


def a_table_without_a_required_hook():
    with Workshop() as shop:
        refused(shop.variant(server=None), "needs server.exchange_done")
        refused(shop.variant(client=".client = {.timeout = td_close_at_deadline}"),
                "needs client.exchange_done")


def a_name_that_is_taken():
    with Workshop() as shop:
        refused(shop.build(source(name='.name = "server-close"')),
                "is named server-close, as a built-in strategy is")
        first, second = shop.variant("first.so"), shop.variant("second.so")
        done = ask(*commands(first + "," + second)[1])
        assert done.returncode == 2 and done.stderr.count("\n") == 1, done.stderr
        assert second + " is named variant, as plug-in " + first + " is" in done.stderr, done.stderr


def an_incoherent_table():
    with Workshop() as shop:
        for parts, words in (
                ({"name": None}, "needs a name"), ({"name": '.name = "No_Kebab"'}, "kebab-case"),
                ({"name": '.name = "%s"' % ("x" * 32)}, "1 to 31"),
                ({"summary": '.summary = ""'}, "needs a summary"),
                ({"first_closer": None}, "must claim a first_closer"),
                ({"holder": ".holder = TD_CLIENT"}, "holder that is not its first_closer"),
                ({"holder": ".holder = 9"}, "holder that is no enum"),
                ({"gives_up": ".gives_up = 64"}, "unknown flags in gives_up"),
                ({"idle": ".grace_ns = 5, .idle_ns = 6"}, "idle_ns longer than its grace_ns"),
                ({"needs": '.requirements = {{TD_SERVER, "kernel.x", "1", "y"}}'},
                 "requires a sysctl that is not net.*"),
                ({"server": ".server = {.exchange_done = td_close_after_last, "
                            ".acked = td_close_after_last}"}, "without server.wants_acked")):
            refused(shop.build(source(**parts)), "is incoherent: strategy ", words)


def descriptors_that_are_not_sealed_copies():
    with Workshop() as shop, open(shop.variant(), "rb") as file:
        refused("/proc/self/fd/%d" % file.fileno(), "is not a sealed memory file",
                pass_fds=[file.fileno()])
        refused("/proc/self/fd/99", "is not an open descriptor")
        refused("/proc/self/fd/99999999999999999999", "cannot be opened")
        unsealed = os.memfd_create("unsealed", os.MFD_ALLOW_SEALING)
        with open(unsealed, "wb"):
            refused("/proc/self/fd/%d" % unsealed, "is not a sealed memory file",
                    pass_fds=[unsealed])


if __name__ == "__main__":
    run([value for value in list(globals().values())
         if callable(value) and getattr(value, "__module__", "") == "__main__"
         and value not in (accepted, end_while_it_is_tried, first_child_of, function, loaded_bytes,
                           state_of)])
