#!/usr/bin/env python3
"""`teardown check`: what holds is said to hold, and each kind of difference is named. Needs network
namespaces: exits 77 where there are none."""
import os
import re
import sys

from lib.plugin_workshop import (
    HOST_CANNOT, IS_ROOT, OTHER_UID, SKIPPED, SOURCE, TEARDOWN, Workshop, ask, commands, identity)
from lib.server_process import run

# AddressSanitizer would end the program itself, with a status, where a signal is to end it.
os.environ["ASAN_OPTIONS"] = os.environ.get("ASAN_OPTIONS", "") + ":handle_segv=0"

HOOK = "static enum td_verdict %s(const struct td_view *view) { (void)view; %s; }\n"
BOTH_ENDS = ".exchange_done = td_wait_after_last, .peer_fin = closes, .timeout = closes, " \
    ".error = fails, .configure = option"
ALL_HOOKS = {
    "before": "#include <sys/socket.h>\n" + HOOK % ("closes", "return TD_CLOSE") +
              HOOK % ("keeps", "return TD_KEEP") + HOOK % ("waits", "return TD_WAIT") +
              HOOK % ("ends", "return view->last ? TD_HALF_CLOSE : TD_KEEP") +
              "static enum td_verdict fails(const struct td_view *view, int error) "
              "{ (void)view; return error ? TD_CLOSE : TD_RESET; }\n"
              "static int option(int fd) { int on = 1; "
              "return setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof(on)); }\n",
    # The server waits for the acknowledgement, and then sends FIN.
    "server": ".server = {%s, .acked = ends, .wants_acked = true, .configure_listener = option}"
              % BOTH_ENDS,
    "client": ".client = {%s, .acked = waits, .wants_acked = true, .request_sent = keeps}"
              % BOTH_ENDS,
}


def check(*arguments, **popen):
    return ask(TEARDOWN, "check", *arguments, **popen)


def held(argument, *words):
    done = check(argument)
    assert done.returncode == 0 and done.stderr == "", (done.stdout, done.stderr)
    assert done.stdout.endswith(": all is held\n") and "differs" not in done.stdout, done.stdout
    for word in words:
        assert word in done.stdout, (word, done.stdout)
    return done.stdout


def differs(argument, *words, options=()):
    done = check(*options, argument)
    assert done.returncode == 1 and done.stderr == "", (done.stdout, done.stderr)
    assert done.stdout.endswith(": not all is held\n"), done.stdout
    found = [line for line in done.stdout.splitlines() if line.startswith("differs: ")]
    for word in words:
        assert any(word in line for line in found), (word, done.stdout)
    return done.stdout


def calls(text):
    """{hook: (calls, behaviours)}"""
    rows = re.findall(r"^((?:server|client)\.\w+) +(\d+)  (.*)$", text, re.M)
    return {name: (int(number), who.split(", ")) for name, number, who in rows}


def a_built_in_holds_and_is_shown_as_list_shows_it():
    listed = ask(TEARDOWN, "list").stdout
    for name in ("reset-after-ack", "client-reset", "keep-alive"):
        block = [part for part in listed.split("\n\n") if part.startswith(name + ": ")][0]
        assert held(name).startswith(block.rstrip("\n") + "\n"), block


def a_plug_in_with_every_hook_has_each_called():
    with Workshop() as shop:
        text = held(shop.variant(**ALL_HOOKS), "coherent", "claim, 200 connections of IPv4, ", "claim, 200 connections of IPv6, ")
    found = calls(text)
    assert len(found) == 14, found
    assert all(number > 0 for number, _ in found.values()), found
    assert found["server.peer_fin"][1] == ["closes", "ends early"], found
    assert "falls silent" in found["server.timeout"][1], found
    assert "sends on slowly" in found["client.timeout"][1], found
    assert "vanishes" in found["server.timeout"][1], found
    assert "vanishes" not in found["server.acked"][1], found
    assert "resets" in found["server.error"][1], found
    assert "resets early" in found["client.error"][1], found
    assert found["client.request_sent"][0] == 5, found


def a_hook_that_nothing_leads_to_is_named():
    with Workshop() as shop:
        path = shop.variant(
            before=HOOK % ("waits", "return TD_WAIT"),
            server=".server = {.exchange_done = td_close_after_last, .acked = waits, "
                   ".wants_acked = true}",
            gives=".gives_up = TD_GIVES_UP_TAIL")
        text = differs(path, "server.acked was not called: no behaviour of a peer led to it")
        assert calls(text)["server.acked"] == (0, ["not called"]), text
        assert text.count("differs: ") == 1, text


def a_claim_that_does_not_hold_is_named():
    with Workshop() as shop:
        path = shop.variant(first_closer=".first_closer = TD_CLIENT", holder=".holder = TD_CLIENT")
        text = differs(path, "holder: measured server, declared client",
                       "first closer: measured server, declared client")
        assert "responses of 300 bytes: differs" in text, text


def a_response_that_is_lost_is_named():
    """A reset takes the end of a large response along, and the table says that nothing is lost. Held
    is the same table that gives the tail up, and one that resets what was acknowledged."""
    resets = HOOK % ("resets", "return view->last ? TD_RESET : TD_KEEP")
    table = {"before": resets, "holder": ".holder = TD_NONE"}
    with Workshop() as shop:
        lost = dict(table, server=".server = {.exchange_done = resets}")
        differs(shop.variant(**lost),
                "a client that reads late received ", "a client that reads late and sends on received ",
                "of 300000 bytes, and the table does not give up the tail")
        held(shop.variant(**lost, gives=".gives_up = TD_GIVES_UP_TAIL"),
             "\nclaim, 300000 bytes to a client that reads late: the tail is lost, as declared\n")
        held(shop.variant(**table, server=".server = {.exchange_done = td_wait_after_last, "
                                          ".acked = resets, .wants_acked = true}"),
             "\nclaim, 300000 bytes to a client that reads late: held\n")


def a_close_that_loses_only_with_input_is_named():
    """close() discards the response where the client sends on, and at no other time."""
    closes = ".server = {.exchange_done = td_close_after_last}"
    with Workshop() as shop:
        text = differs(shop.variant(server=closes), "a client that reads late and sends on received ")
        assert text.count("differs: ") == 1, text
        held(shop.variant(server=closes, gives=".gives_up = TD_GIVES_UP_TAIL"))


def a_race_that_is_not_declared_is_named():
    """Both ends close: the server's program mostly comes first, which is no claim to rely on."""
    both = dict(server=".server = {.exchange_done = td_close_after_last}",
                client=".client = {.exchange_done = td_close_after_last}",
                gives=".gives_up = TD_GIVES_UP_TAIL")
    with Workshop() as shop:
        differs(shop.variant(**both), "a client that acts before the server: the first closer is "
                                      "client, declared server")
        held(shop.variant(**both, race=".claim_is_race = true"))


def an_answer_that_is_no_verdict_is_named():
    with Workshop() as shop:
        path = shop.variant(
            before=HOOK % ("odd", "return (enum td_verdict)77"),
            server=".server = {.exchange_done = td_half_close_after_last, .timeout = odd}")
        differs(path, "server.timeout answered 77, which is no verdict")


def an_option_that_cannot_be_set_is_named():
    with Workshop() as shop:
        path = shop.variant(
            before="#include <errno.h>\nstatic int fail(int fd) "
                   "{ (void)fd; errno = ENOPROTOOPT; return -1; }",
            client=".client = {.exchange_done = td_wait_after_last, .configure = fail}")
        differs(path, "client.configure failed: Protocol not available")


def a_hook_that_crashes_is_named_and_nothing_else_is_tried():
    for code, words in (("*(volatile int *)0x10 = 1", "a hook ends the program: Segmentation fault"),
                        ("_exit(3)", "a hook ends the program: exit status 3"),
                        ("for (;;) pause()", "a hook does not return within 0.5 s")):
        with Workshop() as shop:
            path = shop.variant(
                before="#include <unistd.h>\n" + HOOK % ("bad", code + "; return TD_CLOSE"),
                server=".server = {.exchange_done = td_half_close_after_last, .peer_fin = bad}")
            options = ("--deadline", "500ms") if "pause" in code else ()
            text = differs(path, "server, with a peer that closes: " + words, options=options)
            assert "claim, " not in text, text
            assert not [name for name in os.listdir(".") if name.startswith("core")]


def what_is_refused_is_refused_as_elsewhere():
    with Workshop() as shop:
        path = shop.variant(client=None)
        done = check(path)
        assert (done.returncode, done.stdout) == (2, ""), done
        assert done.stderr == ask(*commands(path)[1]).stderr, done.stderr
    for arguments, words in (((), "check needs one plug-in or strategy"),
                             (("graceful", "reset"), "not 2"),
                             (("gracefull",), "did you mean graceful?"),
                             (("--deadline", "0", "graceful"), "--deadline"),
                             (("--frob", "graceful"), "--frob")):
        done = check(*arguments)
        assert (done.returncode, done.stdout) == (2, ""), done
        assert words in done.stderr, done.stderr


def the_help_shows_an_example():
    done = check("--help")
    assert done.returncode == 0 and "\nexamples:\n  teardown check ./mine.so\n" in done.stdout, done.stdout
    assert "--deadline DURATION" in done.stdout and "30s" in done.stdout, done.stdout


def the_example_of_the_sources_and_of_the_manual_hold():
    with open(os.path.join(SOURCE, "docs", "plugin.md")) as file:
        page = file.read()
    text = re.search(r"```c\n(.*?)```", page, re.S).group(1)
    shown = re.search(r"```\n\$ teardown check ./mine.so\n(.*?)```", page, re.S).group(1)
    with Workshop() as shop:
        shop.build(text, "mine.so", "-Wall", "-Wextra", "-Werror")
        done = check("./mine.so", cwd=shop.folder)
        assert (done.returncode, done.stdout) == (0, shown), done.stdout
        with open(os.path.join(SOURCE, "examples", "plugin", "polite_close.c")) as file:
            held(shop.build(file.read(), "polite_close.so"))


def an_ordinary_user_checks_roots_and_own():
    """The bench moves into a user namespace, where the owners of files look alike."""
    if not IS_ROOT:
        return
    with Workshop() as shop:
        programs, results = shop.lend_to(OTHER_UID)
        path = shop.variant()
        os.chmod(shop.folder, 0o1777)
        for owner in (0, OTHER_UID):
            os.chown(path, owner, owner)
            done = ask(os.path.join(programs, "teardown"), "check", path, cwd=results,
                       **identity(OTHER_UID))
            if done.returncode == HOST_CANNOT:
                return
            assert done.returncode == 0 and "all is held" in done.stdout, done


def nothing_is_left_to_be_tried_without_namespaces():
    """Exit status 3, in one line, in a user namespace that may have no other."""
    if os.geteuid() != 0:
        return
    forbid = "echo 0 >/proc/sys/user/max_user_namespaces && " \
        "exec setpriv --bounding-set -all --inh-caps -all \"$@\""
    done = ask("unshare", "-Ur", "sh", "-c", forbid, "sh", TEARDOWN, "check", "graceful")
    if "unshare" in done.stderr or "setpriv" in done.stderr:
        print("# no unshare, or no setpriv:", done.stderr)
        return
    assert (done.returncode, done.stdout) == (HOST_CANNOT, ""), (done.returncode, done.stdout)
    assert done.stderr.count("\n") == 1, done.stderr


def a_kernel_without_ipv6_is_said_to_have_none():
    """Its settings are hidden. A kernel that has them is checked above."""
    own = ["unshare", "--mount"] if os.geteuid() == 0 else ["unshare", "--mount", "--map-root-user"]
    hide = own + ["sh", "-c", 'mount -t tmpfs none /proc/sys/net/ipv6 && exec "$@"', "sh"]
    if ask(*hide, "true").returncode != 0:
        print("# no file system can be mounted here")
        return
    done = ask(*hide, TEARDOWN, "check", "server-close")
    assert done.returncode == 0 and done.stderr == "", (done.stdout, done.stderr)
    said = [line for line in done.stdout.splitlines() if "IPv" in line]
    assert len(said) == 3 and said[2] == "claim, IPv6: not tried: this kernel has none", said
    assert all("200 connections of IPv4" in line and line.endswith(": held") for line in said[:2]), said


if __name__ == "__main__":
    first = check("graceful")
    if first.returncode == HOST_CANNOT:
        print("skipped: there is no private network:", first.stderr)
        sys.exit(SKIPPED)
    assert first.returncode == 0 and first.stdout.endswith("\ngraceful: all is held\n"), first
    run([value for name, value in list(globals().items())
         if callable(value) and getattr(value, "__module__", "") == "__main__"
         and name not in ("calls", "check", "differs", "held")])
