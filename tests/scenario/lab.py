#!/usr/bin/env python3
"""Lessons: every claim has the verdict that docs/claims.md gives it, as nobody, and nothing is left when the program is
killed. lab.py TEARDOWN CLAIMS [--write [--slow] | --family 6]. Over IPv6, those that wait for seconds only with
LONG_TESTS=1: they do so for timers of the kernel that know nothing of addresses."""
import json
import os
import pathlib
import platform
import random
import re
import shutil
import signal
import subprocess
import sys
import time
from xml.etree import ElementTree

from lib import claims, kernels, lab_figures
from lib.host import Host
from lib.public_folder import copy_program, make_folder

TEARDOWN, PAGE = os.path.abspath(sys.argv[1]), pathlib.Path(sys.argv[2])
NOBODY, HOST_CANNOT, SKIPPED = 65534, 3, 77
IN_IPV6 = sys.argv[3:] == ["--family", "6"]
WAIT_FOR_SECONDS = {"three-segment", "linger-block", "tw-reuse", "reuse-duplicate", "clock-skew", "fin-timeout", "close-wait",
                    "power-loss", "dead-peer", "orphan", "ring-linger-blocks"}
VERDICTS = ("holds", "does-not-hold", "differs", "undecided", "skipped")


def as_nobody():
    if os.geteuid() == 0:
        os.setgroups([])
        os.setgid(NOBODY)
        os.setuid(NOBODY)


def play(program, *arguments, timeout=280, columns=100):
    run = subprocess.run([program, "lab", *arguments], capture_output=True, text=True, timeout=timeout, preexec_fn=as_nobody,
                         cwd="/", env=dict(os.environ, COLUMNS=str(columns), LC_ALL="C.UTF-8"))
    wide = [line for line in run.stdout.splitlines() if len(line) > columns and "--json" not in arguments]
    assert not wide, (columns, wide)
    return run


def checked(lessons):
    """The form that others read, and that each claim could be decided."""
    for lesson in lessons:
        assert set(lesson) == {"lesson", "claims", "kernel", "seconds"} | ({"family"} if IN_IPV6 else set()), lesson
        assert lesson.get("family", 4) == (6 if IN_IPV6 else 4), lesson
        assert lesson["kernel"] == platform.release() and lesson["seconds"] >= 0, lesson
        for claim in lesson["claims"]:
            assert set(claim) == {"id", "text", "source", "verdict", "because", "measured"}, claim
            assert claim["verdict"] in VERDICTS and claim["because"], claim
            assert all(isinstance(value, float) for value in claim["measured"].values()), claim
            print("%-16s %-18s %-13s %s" % (lesson["lesson"], claim["id"], claim["verdict"], claim["because"]))
            assert claim["verdict"] != "undecided", claim
    return lessons


def names_of(program):
    return [line.split()[0] for line in play(program).stdout.split("\n\n")[0].splitlines()]


def all_is_as_the_page_says(program):
    left_out = WAIT_FOR_SECONDS if IN_IPV6 and "LONG_TESTS" not in os.environ else set()
    assert left_out <= set(names_of(program)), left_out
    names = [name for name in names_of(program) if name not in left_out] if left_out else ["all"]
    run = play(program, *names, "--json", *(["--slow"] if "--slow" in sys.argv else []),
               *(["--family", "6"] if IN_IPV6 else []), timeout=600)
    if run.returncode == HOST_CANNOT:
        print(run.stderr)
        sys.exit(SKIPPED)
    lessons = checked(json.loads(run.stdout))
    assert run.returncode == 0, (run.returncode, run.stderr)
    if "--write" in sys.argv:
        claims.keep(lessons)
        claims.write(PAGE.parent)
    claims.check(PAGE.parent)
    known = claims.kept().get(kernels.version_of(platform.release()))
    seen = claims.JUDGED if known else claims.JUDGED[:-1]
    if not known:
        print("a kernel that the page has not: its verdicts are not compared")
    kept = [claim for claim in known or claims.newest_text(claims.kept()) if claim["lesson"] not in left_out]
    fresh, kept = ([[claim[name] for name in seen] for claim in some]
                   for some in (claims.completed(claims.claims_of(lessons), kept), kept))
    others = [pair for pair in zip(kept, fresh) if pair[0] != pair[1]]
    assert kept == fresh, ("docs/claims.md is not what a fresh run says (--write)", others[:2])
    return lessons


def what_is_drawn_is_what_was_decided(program, folder):
    pictures = pathlib.Path(folder, "pictures")
    pictures.mkdir()
    pictures.chmod(0o777)
    run = play(program, "simultaneous", "lost-last-ack", "--svg", str(pictures))
    assert run.returncode == 0, run.stderr
    for text in ("CLOSING", "held by the wire", "released by the wire", "dropped by the wire", "in practice: ",
                 "does-not-hold: ", "holds 3, does-not-hold 1, differs 0, skipped 0, undecided 0"):
        assert text in run.stdout, (text, run.stdout)
    drawn = {file.name: ElementTree.parse(file).getroot() for file in pictures.iterdir()}
    assert sorted(drawn) == ["lost-last-ack-2.svg", "lost-last-ack.svg", "simultaneous.svg"], drawn
    texts = {name: [text.text for text in root.iter("{http://www.w3.org/2000/svg}text")] for name, root in drawn.items()}
    assert texts["simultaneous.svg"].count("held by the wire") == 4, texts
    assert texts["lost-last-ack.svg"].count("dropped by the wire") == 1, texts
    # What the server has of the old connection is no guess.
    assert texts["lost-last-ack-2.svg"].count("LAST-ACK") == 1 and "?" not in texts["lost-last-ack-2.svg"], texts
    assert texts["lost-last-ack-2.svg"].count("ESTABLISHED") == 2, texts
    # What no segment tells has a line; and not where segments went on behind the kernel's last word.
    assert len(re.findall(r"^ +CLOSED +\(by the kernel's word\) +│$", run.stdout, re.M)) == 1, run.stdout
    assert texts["lost-last-ack.svg"].count("(by the kernel's word)") == texts["lost-last-ack.svg"].count("CLOSED") == 1, texts
    run = play(program, "keep-alive-race", "two-descriptors")
    assert "kernel's word" not in run.stdout, run.stdout
    run = play(program, "server-reopen", columns=60)
    assert "◀─── [SYN, ACK] 0(0) ─" in run.stdout and "port from it?" in run.stdout, run.stdout


def places_are_refused_before_a_lesson(program, folder):
    """Each option in the same words, and with the same status: usage."""
    for option, place, why in (("--svg", "/proc/none", "No such file or directory"),
                               ("--pcap", "/proc/none", "No such file or directory"),
                               ("--html", "/proc/none/page.html", "No such file or directory"),
                               ("--svg", program, "Not a directory"),
                               ("--pcap", program, "Not a directory"),
                               ("--html", folder, "Is a directory"),
                               ("--pcap", "/", "Permission denied")):
        run = play(program, "four-way", option, place)
        expected = (2, "", "teardown: %s %s: %s\n" % (option, place, why))
        assert (run.returncode, run.stdout, run.stderr) == expected, (run, expected)
    for option in ("--svg", "--pcap", "--html"):
        run = play(program, "four-way", option, "")
        expected = (2, "", "teardown: %s: the path is empty\n" % option)
        assert (run.returncode, run.stdout, run.stderr) == expected, (run, expected)


def a_lab_that_nobody_reads_ends(program, folder):
    """As `teardown lab all | head`: more than a minute of lessons is left out. A page is written all the same."""
    reader, writer = os.pipe()
    os.close(reader)
    with open(writer, "w", encoding="utf-8") as closed:
        run = subprocess.run([program, "lab", "four-way", *["orphan"] * 30], stdout=closed, stderr=subprocess.PIPE,
                             text=True, timeout=60, preexec_fn=as_nobody)
        assert (run.returncode, run.stderr) == (1, "teardown: what was printed could not be written to stdout\n"), run
        place = pathlib.Path(folder, "unread")
        place.mkdir()
        place.chmod(0o777)
        page = place / "page.html"
        run = subprocess.run([program, "lab", "four-way", "simultaneous", "--html", str(page)], stdout=closed, timeout=60,
                             stderr=subprocess.DEVNULL, preexec_fn=as_nobody)
        assert run.returncode == 1 and 'id="simultaneous"' in page.read_text("utf-8"), run


def slow_claims_are_told(program, lessons):
    slow = [lesson["lesson"] for lesson in lessons for claim in lesson["claims"] if claims.waits_for_slow(claim)]
    assert slow == ["two-msl", "clock-skew"] or "--slow" in sys.argv, slow
    run = subprocess.Popen([program, "lab", "all", "--slow"], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    said = run.stderr.readline()
    run.send_signal(signal.SIGINT)
    run.communicate(timeout=60)
    assert said.startswith("lab: this takes about ") and said.endswith(" 70 s (two-msl) 130 s (clock-skew)\n"), said
    assert run.returncode == 130, run.returncode
    run = play(program, "four-way", "--slow")
    assert run.returncode == 0 and run.stderr == "lab: --slow makes no difference to these lessons\n", run.stderr


def the_list_is_printed(program, lessons):
    run = play(program)
    assert run.returncode == 0 and "Begin with: teardown lab four-way" in run.stdout, run.stdout
    assert names_of(program) == [lesson["lesson"] for lesson in lessons], run.stdout
    run = play(program, "--json")
    assert run.returncode == 2 and "`teardown lab all --json`" in run.stderr, run.stderr
    for typed, near in (("four-wy", "four-way"), ("FOUR-WAY", "four-way"), ("four_way", "four-way"), ("ALL", "all")):
        run = play(program, typed)
        assert run.returncode == 2 and "did you mean %s;" % near in run.stderr, run.stderr
    run = play(program, "four-way", "--family", "both")
    assert (run.returncode, run.stderr) == (2, "teardown: --family both: must be 4 or 6\n"), run
    run = play(program, "all", "four-way")
    assert run.returncode == 2 and "name it alone" in run.stderr, run.stderr


def captures_tell_what_rules_did(program, folder):
    captures = os.path.join(folder, "captures")
    os.mkdir(captures, 0o777)
    os.chmod(captures, 0o777)
    run = play(program, "simultaneous", "--pcap", captures)
    assert run.returncode == 0, run.stderr
    capture = os.path.join(captures, "simultaneous.pcapng")
    content = pathlib.Path(capture).read_bytes()
    assert content.count(b"held by rule ") == content.count(b"released by rule ") == 4, content
    # An interface an end, by its name (option 2, 6 bytes), and the way of each packet (option 2, 4 bytes): 11 out, 4 in.
    assert [content.count(b"\2\0\6\0" + name) for name in (b"client\0\0", b"server\0\0")] == [1, 1], content
    assert [content.count(b"\2\0\4\0" + bytes((way, 0, 0, 0))) for way in (1, 2)] == [4, 11], content
    traced = subprocess.run([program, "trace", capture, "--json"], capture_output=True, text=True, timeout=60)
    assert json.loads(traced.stdout.splitlines()[0])["ended"] == "closed-crossed", traced.stdout


def interrupted_it_ends_at_once(program):
    """Also between two lessons, of which each could be decided."""
    process = subprocess.Popen([program, "lab", "all"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                               preexec_fn=as_nobody, env=dict(os.environ, LC_ALL="C.UTF-8"))
    for line in process.stdout:
        if line.startswith("in practice: "):
            break
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=60)
    assert process.returncode == 130, process.returncode
    assert said == "\nteardown: ending this lesson; once more ends at once\nteardown: interrupted\n", said


def killed_it_leaves_nothing(program):
    host = Host()
    for _ in range(3):
        process = subprocess.Popen([program, "lab", "all", "--json"], stdout=subprocess.DEVNULL)
        time.sleep(random.uniform(0.05, 1.5))
        host.watch(process.pid)
        process.send_signal(signal.SIGKILL)
        process.wait()
    host.check()


def a_ring_that_is_forbidden_is_skipped(program):
    """As a container's filter of system calls forbids it, and as a kernel that has none. LeakSanitizer does not
    work where strace does."""
    untraceable = os.environ | {"ASAN_OPTIONS": os.environ.get("ASAN_OPTIONS", "") + ":detect_leaks=0"}
    for errno, why in (("EPERM", "Operation not permitted"), ("ENOSYS", "Function not implemented")):
        run = subprocess.run(["strace", "-f", "-qq", "-o", "/dev/null", "-e", "trace=io_uring_setup", "-e",
                              "inject=io_uring_setup:error=" + errno, program, "lab", "ring-shutdown-worker", "--json"],
                             capture_output=True, text=True, timeout=120, env=untraceable)
        said = {(claim["verdict"], claim["because"]) for claim in json.loads(run.stdout)[0]["claims"]}
        expected = {("skipped", "this host allows no ring (io_uring_setup: %s)" % why)}
        absent = {("skipped", "this program was built without liburing")}
        assert run.returncode == 0 and said in (expected, absent), (run.returncode, said)


def main():
    folder = make_folder("teardown-lab-")
    try:
        program = copy_program(TEARDOWN, folder)
        lessons = all_is_as_the_page_says(program)
        lab_figures.check(lessons)
        if IN_IPV6:
            return
        what_is_drawn_is_what_was_decided(program, folder)
        places_are_refused_before_a_lesson(program, folder)
        a_lab_that_nobody_reads_ends(program, folder)
        slow_claims_are_told(program, lessons)
        the_list_is_printed(program, lessons)
        captures_tell_what_rules_did(program, folder)
        a_ring_that_is_forbidden_is_skipped(program)
        interrupted_it_ends_at_once(program)
        killed_it_leaves_nothing(program)
    finally:
        shutil.rmtree(folder)


if __name__ == "__main__":
    main()
