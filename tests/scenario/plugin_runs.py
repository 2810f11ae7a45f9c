#!/usr/bin/env python3
"""The example plug-in is built as its readers build it, and runs; bad hooks end nowhere but in a
closed connection. Needs network namespaces: exits 77 where there are none."""
import contextlib
import json
import os
import re
import shutil
import socket
import subprocess
import sys

from lib.plugin_workshop import (
    COMPILER, HOST_CANNOT, IS_ROOT, OTHER_UID, SKIPPED, SOURCE, TEARDOWN, TIMEOUT_S, Workshop,
    play, source)
from lib.server_process import Server, get, pattern, run

EXAMPLE = os.path.join(SOURCE, "examples", "plugin")
BUILD = os.path.dirname(os.path.dirname(TEARDOWN))
ALWAYS = "enum td_verdict always(const struct td_view *view); " \
         "enum td_verdict always(const struct td_view *view) { (void)view; return %s; }"
ALL_HOOKS = "{.exchange_done = always, .peer_fin = always, .timeout = always}"


def example_make(shop, *variables, env=None):
    folder = shop.path("plugin")
    if not os.path.exists(folder):
        shutil.copytree(EXAMPLE, folder)
    done = subprocess.run(["make", "-s", "-B", "-C", folder, "CC=" + " ".join(COMPILER),
                           "CFLAGS=-O2 -Werror", *variables], env=env, capture_output=True,
                          text=True)
    assert done.returncode == 0 and done.stderr == "", done.stdout + done.stderr
    return os.path.join(folder, "polite_close.so")


def rows_of(done, strategy):
    """Its rows of the table, behind who holds TIME_WAIT; of two rows of a holder the first says who."""
    return re.findall(r"^(?:\w+|-)? +%s .*" % re.escape(strategy), done.stdout, re.MULTILINE)


def trials_of(status, path, said):
    """Those of a run that found no fault in them, but samples that a busy machine missed."""
    with open(path) as file:
        trials = json.load(file)["trials"]
    faults = [reason for trial in trials for reason in trial["invalid_because"]
              if not reason.endswith("samples missed")]
    assert not faults, (faults, said)
    assert status == (0 if any(trial["valid"] for trial in trials) else 1), (status, said)
    return trials


def claim_held(done, strategy, folder):
    """The run listed it, and what was measured is what it claims."""
    trials = trials_of(done.returncode, os.path.join(folder, "result.json"), (done.stdout, done.stderr))
    assert len(rows_of(done, strategy)) == 1, done.stdout
    trial = [trial for trial in trials if trial["strategy"] == strategy][0]
    assert trial["holder"]["measured"] == "server", trial["holder"]
    assert trial["first_closer"]["measured"] == "server", trial["first_closer"]
    assert trial["connections"]["completed"] > 0, trial["connections"]


def the_example_exports_one_symbol():
    with Workshop() as shop:
        path = example_make(shop, "TEARDOWN=" + SOURCE)
        names = subprocess.run(["nm", "-D", "--defined-only", path], capture_output=True,
                               text=True, check=True).stdout.split()[2::3]
        assert names == ["td_strategy"], names


def the_example_runs_under_the_umask_of_ordinary_users():
    with Workshop() as shop:
        umask = os.umask(0o002)
        try:
            path = example_make(shop, "TEARDOWN=" + SOURCE)
        finally:
            os.umask(umask)
        assert os.stat(path).st_mode & 0o022 == 0o020
        os.chmod(os.path.dirname(path), 0o775)
        with Server("--strategy", path, expect="strategy=polite-close "):
            pass


def the_example_builds_with_the_installed_header():
    meson = shutil.which("meson")
    in_build_tree = os.path.exists(os.path.join(BUILD, "meson-private"))
    if not in_build_tree or not meson or not shutil.which("pkg-config"):
        return
    with Workshop() as shop:
        root = shop.path("root")
        subprocess.run([meson, "install", "-C", BUILD, "--no-rebuild", "--destdir", root,
                        "--tags", "devel"], check=True, stdout=subprocess.DEVNULL)
        found = [folder for folder, _, files in os.walk(root) if "teardown-strategy.pc" in files]
        assert len(found) == 1, found
        env = dict(os.environ, PKG_CONFIG_PATH=found[0], PKG_CONFIG_SYSROOT_DIR=root)
        example_make(shop, env=env)
        subprocess.run([meson, "setup", "build"], cwd=shop.path("plugin"), env=env, check=True,
                       stdout=subprocess.DEVNULL)
        subprocess.run([meson, "compile", "-C", "build"], cwd=shop.path("plugin"), check=True,
                       stdout=subprocess.DEVNULL)
        path = shop.path("plugin", "build", "polite_close.so")
        with Server("--strategy", path, expect="strategy=polite-close "):
            pass


def the_example_is_listed_and_its_claim_holds():
    with Workshop() as shop:
        example_make(shop, "TEARDOWN=" + SOURCE)
        folder = shop.path("plugin")
        done = play("./polite_close.so,graceful", folder=folder)
        claim_held(done, "polite-close", folder)
        claim_held(done, "graceful", folder)
        assert "--strategies ./polite_close.so,graceful" in done.stdout, done.stdout


def an_ordinary_user_runs_roots_and_own():
    """The bench moves into a user namespace, where its server could tell no owner from another."""
    if not IS_ROOT:
        return
    with Workshop() as shop:
        path = example_make(shop, "TEARDOWN=" + SOURCE)
        os.chmod(os.path.dirname(path), 0o755)
        programs, results = shop.lend_to(OTHER_UID)
        for owner in (0, OTHER_UID):
            os.chown(path, owner, owner)
            os.chown(os.path.dirname(path), owner, owner)
            done = play(path, folder=results, uid=OTHER_UID,
                        teardown=os.path.join(programs, "teardown"))
            if done.returncode == HOST_CANNOT:
                return
            claim_held(done, "polite-close", results)


def the_same_plug_in_twice_is_there_twice():
    with Workshop() as shop:
        path = shop.variant()
        os.symlink(".", shop.path("here"))
        done = play(path + "," + shop.path("here", "variant.so"), folder=shop.folder)
        assert done.returncode == 2 and "variant is there twice" in done.stderr, done.stderr


def what_was_checked_is_what_every_trial_runs():
    """The file is overwritten in place while the first trial runs."""
    with Workshop() as shop:
        path = shop.variant()
        run = subprocess.Popen(
            [TEARDOWN, "run", "--strategies", path, "-d", "300ms", "--repeat", "3", "-c", "16",
             "--json", shop.path("result.json")], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            text=True)
        said = ""
        while not re.search(r"^trial 1 of 3", said, re.M):
            more = run.stderr.read(1)
            assert more, said
            said += more
        with open(path, "r+b") as file:
            file.write(b"\0" * os.path.getsize(path))
        output = run.communicate(timeout=TIMEOUT_S)
        trials = trials_of(run.returncode, shop.path("result.json"), output)
        assert [trial["holder"]["measured"] for trial in trials] == ["server"] * 3, trials


def read_to_the_end(client):
    """Which may be a reset."""
    try:
        while client.more():
            pass
    except ConnectionResetError:
        pass


def hook_that_answers(verdict):
    return {"before": ALWAYS % verdict, "server": ".server = " + ALL_HOOKS,
            "limits": ".grace_ns = TD_MILLISECONDS(400), .idle_ns = TD_MILLISECONDS(200)"}


def hold_server_to_its_end(path):
    with Server("--strategy", path, "--keep-alive", "300ms", "--drain", "300ms") as server:
        for says_end in (False, True):
            with server.connect() as client:
                client.send(get("/bytes/1000", b"Connection: close\r\n"))
                with contextlib.suppress(OSError):  # It may be reset by now.
                    if says_end:
                        client.half_close()
                read_to_the_end(client)
        # These are open at the end, in the middle of a response.
        clients = [server.connect(receive_buffer=4096) for _ in range(20)]
        for client in clients:
            client.send(get("/bytes/8000000"))
            assert client.more()
        server.finish()
        assert server.opened == 22, server.opened
        for client in clients:
            client.socket.close()


def hooks_that_never_end_a_connection_are_ended_by_its_deadlines():
    for verdict in ("TD_KEEP", "TD_WAIT", "TD_HALF_CLOSE"):
        with Workshop() as shop:
            hold_server_to_its_end(shop.variant(**hook_that_answers(verdict)))


def hooks_that_answer_nonsense_end_a_connection():
    for verdict in ("(enum td_verdict)77", "(enum td_verdict)-1"):
        with Workshop() as shop:
            hold_server_to_its_end(shop.variant(**hook_that_answers(verdict)))


def options_that_cannot_be_set_end_a_connection():
    with Workshop() as shop:
        path = shop.variant(
            before="#include <errno.h>\nstatic int fail(int fd) "
                   "{ (void)fd; errno = ENOPROTOOPT; return -1; }",
            server=".server = {.exchange_done = td_close_after_last, .configure = fail}")
        with Server("--strategy", path) as server:
            with server.connect() as client:
                client.send(get())
                read_to_the_end(client)


def a_bad_plug_in_does_not_hang_a_run():
    for verdict in ("TD_KEEP", "TD_WAIT", "(enum td_verdict)77"):
        with Workshop() as shop:
            text = source(client=".client = " + ALL_HOOKS, **hook_that_answers(verdict))
            done = play(shop.build(text), "--timeout", "300ms", "-c", "4", folder=shop.folder)
            assert done.returncode in (0, 1), (done.returncode, done.stderr)
            assert len(rows_of(done, "variant")) == 1, done.stdout


def a_setting_that_the_kernel_lacks_ends_one_strategy_and_not_the_run():
    need = '.requirements = {{TD_CLIENT, "net.ipv4.tcp_no_such", "1", "the test says so"}}'
    with Workshop() as shop:
        done = play(shop.build(source(requirements=need)) + ",graceful", "--repeat", "2",
                    folder=shop.folder)
        assert done.returncode == HOST_CANNOT, (done.returncode, done.stderr)
        with open(shop.path("result.json")) as file:
            result = json.load(file)
        assert [t["strategy"] for t in result["trials"]] == ["graceful"] * 2, result["trials"]
        [entry] = result["not_run"]
        assert entry["strategy"] == "variant" and "tcp_no_such" in entry["because"], entry
        assert "not run: variant: " in done.stdout, done.stdout


def a_plug_in_delivers_what_a_built_in_does():
    with Workshop() as shop, Server("--strategy", shop.variant()) as server:
        with server.connect(receive_buffer=4096) as client:
            client.send(get("/bytes/2000000", b"Connection: close\r\n"))
            assert client.response().body == pattern(2000000) and client.ended()
            client.socket.shutdown(socket.SHUT_WR)


def is_lacking():
    """What this host has not, or None."""
    for program in ("make", "nm"):
        if not shutil.which(program):
            return program
    with Workshop() as shop:
        done = play("graceful", folder=shop.folder)
    return "private network: " + done.stderr if done.returncode == HOST_CANNOT else None


if __name__ == "__main__":
    lacking = is_lacking()
    if lacking:
        print("skipped: there is no", lacking)
        sys.exit(SKIPPED)
    run([value for name, value in list(globals().items())
         if callable(value) and getattr(value, "__module__", "") == "__main__"
         and name.split("_")[0] in ("a", "an", "hooks", "options", "the", "what")])
