#!/usr/bin/env python3
"""Each plug-in that must be refused is, by both programs, with one line and exit status 2."""
import os
import socket

from lib.plugin_workshop import (
    IS_ROOT, OTHER_UID, Workshop, ask, commands, identity, refused, source)
from lib.server_process import Server, run


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
        refused(shop.path("to-open", "variant.so"), "folder that others can write to")


def a_file_that_others_can_write_to():
    with Workshop() as shop:
        path = shop.variant()
        for mode, who in ((0o664, "its group"), (0o646, "others"), (0o666, "others"),
                          (0o620, "its group")):
            os.chmod(path, mode)
            refused(path, "can be written to by " + who, "mode %04o" % mode)
        os.chmod(path, 0o444)
        accepted(path)


def a_folder_that_others_can_write_to():
    with Workshop() as shop:
        folder = shop.folder_of_mode("folder", 0o755)
        path = shop.variant("folder/variant.so")
        for mode, words in ((0o777, ("that others can write to (mode 0777)",)),
                            (0o775, ("that its group can write to (mode 0775)",)),
                            (0o1777, ("that others can write to", "sticky"))):
            os.chmod(folder, mode)
            refused(path, *words)
            refused("variant.so", *words, cwd=folder)


def a_folder_above_that_others_can_write_to():
    with Workshop() as shop:
        above = shop.folder_of_mode("above", 0o755)
        shop.folder_of_mode("above/folder", 0o755)
        path = shop.variant("above/folder/variant.so")
        os.chmod(above, 0o777)
        refused(path, "below a folder that others can write to (mode 0777, not sticky)")
        os.chmod(above, 0o1777)
        accepted(path)


def a_file_or_folder_of_somebody_else():
    if not IS_ROOT:
        return  # Only root can give files away.
    with Workshop() as shop:
        path = shop.variant()
        os.chown(path, OTHER_UID, OTHER_UID)
        refused(path, "is owned by uid %d, neither by root nor by you (uid 0)" % OTHER_UID)
        folder = shop.folder_of_mode("folder", 0o755)
        path = shop.variant("folder/variant.so")
        os.chown(folder, OTHER_UID, OTHER_UID)
        refused(path, "lies in a folder of uid %d" % OTHER_UID)
        os.chown(folder, 0, 0)
        above = shop.folder_of_mode("above", 0o755)
        os.rename(folder, shop.path("above", "folder"))
        os.chown(above, OTHER_UID, OTHER_UID)
        refused(shop.path("above", "folder", "variant.so"), "below a folder of uid %d" % OTHER_UID)


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
                "was built for ABI 999 ", "build it anew")
        refused(shop.variant(header=".magic = TD_STRATEGY_MAGIC, .abi = TD_STRATEGY_ABI, "
                                    ".size = 8"), "has a table of 8 bytes", "build it anew")
        refused(shop.build("__attribute__((visibility(\"default\"))) const int td_strategy[3];"),
                "is not a strategy table")


def files_that_are_cut_short():
    with Workshop() as shop:
        with open(shop.build(source(), "whole.so", "-g"), "rb") as file:
            whole = file.read()
        path = shop.write("empty.so", b"")
        refused(path, "is empty")
        near = [1, 3, 4, 5, 15, 16, 17, 63, 64, 65, len(whole) - 1]
        for length in sorted({*near, *range(0, len(whole), len(whole) // 97)} - {0}):
            path = shop.write("cut.so", whole[:length])
            refused(path, "is cut short", programs=(length % 2,))
        for length in range(4096, len(whole) - 64, 4096):
            path = shop.write("zeros.so", whole[:length].ljust(len(whole), b"\0"))
            refused(path, "is damaged", programs=(0,))


def files_that_are_no_plug_in():
    with Workshop() as shop:
        with open(shop.variant(), "rb") as file:
            whole = file.read()
        refused(shop.write("text.so", b"#!/bin/sh\n"), "is not a shared object (ELF)")
        refused(shop.write("byte.so", b"\n"), "is not a shared object (ELF)")
        refused(shop.write("class.so", whole[:4] + bytes([3 - whole[4]]) + whole[5:]),
                "was built for another kind of machine")
        refused(shop.write("machine.so", whole[:18] + b"\xaa\xaa" + whole[20:]),
                "cannot be loaded: ")
        refused(shop.build("int main(void) { return 0; }", "program.so", "-pie", "-no-pie",
                           "-fPIE", "-Wl,-e,main"), "plug-in")


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
         and value is not accepted])
