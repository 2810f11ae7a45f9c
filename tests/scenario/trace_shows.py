#!/usr/bin/env python3
"""teardown trace as it is used: which connections, what is cut out, pipes, limits, and what
it says of files that are damaged: trace_shows.py PATH-OF-THE-PROGRAM FOLDER-OF-CAPTURES"""
import contextlib
import fcntl
import json
import os
import re
import shutil
import signal
import struct
import subprocess
import sys
import termios

from lib.made_captures import SERVED, block, frames, made, pcap
from lib.server_process import run
from lib.terminal import on_terminal
from lib.tracing import PLACE, path, trace, written
from lib.wait import wait_for


def one_is_drawn_several_are_listed():
    name = path("scan.pcap")
    assert "SYN-SENT" in trace(name, "--connection", "1").stdout
    assert "10.0.0.1:2" in trace(name, "--port", "2").stdout.splitlines()[0]
    listed = trace(name, "--port", "80").stdout.splitlines()
    assert len(listed) == 4 and listed[0].startswith("NUMBER"), listed
    table = trace(name).stdout
    for word in ("reset", "refused", "unanswered", "Worst: 10.0.0.2:80, of 3 connections"):
        assert word in table, (word, table)
    one = json.loads(trace(name, "--port", "3", "--json").stdout)
    assert one["connection"] == 2, one


def a_list_has_a_row_a_connection_on_a_terminal():
    name = path("three-incarnations.pcap")
    whole = trace(name, "--list", columns=80).stdout.splitlines()
    assert len(whole) == 4 and all(len(line) > 120 for line in whole), whole
    for columns in (80, 200):
        status, text = on_terminal([sys.argv[1], "trace", name, "--list"], columns=columns,
                                   env={**os.environ, "LC_ALL": "C.UTF-8"})
        assert status == 0, text
        shown = text.splitlines()
        assert len(shown) == 4 and max(map(len, shown)) <= columns, shown
        for line, all_of_it in zip(shown, whole):
            assert all_of_it.startswith(line.rstrip("…")) and (line == all_of_it) == (columns == 200), (line, all_of_it)


def a_text_finds_its_connection():
    # The request of 20 bytes in the first of three; each byte is the next letter.
    name = path("three-incarnations.pcap")
    assert trace(name, "--find", "pqrst").stdout.startswith("         ms client 10.0.0.1:40000")
    assert json.loads(trace(name, "--find", "pqrst", "--json").stdout)["incarnation"] == 1
    # "abcde" is in the second as well.
    assert len(trace(name, "--find", "abcde", "--json").stdout.splitlines()) == 2
    for what in (["--find", "no such"], ["--port", "7"], ["--connection", "3"]):
        done = trace(name, *what, status=1)
        assert "no connection has the" in done.stderr and not done.stdout, done


def what_was_cut_out_is_that_connection():
    name, cut = path("three-incarnations.pcap"), os.path.join(PLACE.name, "cut.pcapng")
    whole = [json.loads(line) for line in trace(name, "--json").stdout.splitlines()]
    for arguments, kept in ((["--connection", "1"], [1]), (["--find", "pqrst"], [0]), (["--port", "80"], [0, 1, 2])):
        trace(name, *arguments, "--cut", cut)
        told = [json.loads(line) for line in trace(cut, "--json").stdout.splitlines()]
        assert len(told) == len(kept), (arguments, told)
        for line, number in zip(told, kept):
            known = {**whole[number], "connection": line["connection"], "incarnation": line["incarnation"]}
            assert line == known, (line, known)
        if shutil.which("tshark"):
            seen = subprocess.run(["tshark", "-r", cut, "-T", "fields", "-e", "tcp.flags.str"],
                                  capture_output=True, text=True, check=True).stdout.splitlines()
            assert len(seen) == sum(sum(line["segments"].values()) for line in told), seen
    # Interfaces that differ stay what they are; a packet that came in pieces is there whole.
    for kept in ("two-interfaces.pcapng", "fragments.pcap", "closed-by-server-vlan.pcap"):
        trace(path(kept), "--connection", "0", "--cut", cut)
        assert json.loads(trace(cut, "--json").stdout) == json.loads(trace(path(kept), "--json").stdout), kept
    assert "cannot be written" in trace(name, "--connection", "0", "--cut", "/no/such/file", status=1).stderr
    assert "which connections" in trace(name, "--cut", cut, status=2).stderr
    itself = written("itself.pcap", made("scan.pcap"))
    assert "is the capture itself" in trace(itself, "--port", "1", "--cut", itself, status=2).stderr
    with open(itself, "rb") as file:
        assert file.read() == made("scan.pcap")


def a_pipe_is_as_good_as_a_file():
    for name in ("scan.pcap", "two-interfaces.pcapng", "closed-by-server-vlan.pcap"):
        for arguments in (["--json"], ["--list"], ["--port", "80"], ["--port", "80", "--json"], ["--connection", "0"]):
            known = trace(path(name), *arguments)
            with open(path(name), "rb") as file:
                piped = trace("-", *arguments, input=file.read())
            assert piped.stdout == known.stdout, (name, arguments)
    assert trace("-", input=made("scan.pcap")).stdout.startswith("stdin: 3 connections, 6 packets")


def a_signal_ends_with_what_was_read():
    """After SIGINT a pipe is read to its end, which its writer makes; a file no further, nor anything after
    SIGTERM."""
    whole = made("scan.pcap")
    for number, told in ((signal.SIGINT, (3,)), (signal.SIGTERM, (0, 1))):
        process = subprocess.Popen([sys.argv[1], "trace", "-", "--json"], stdin=subprocess.PIPE,
                                   stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        wait_for(lambda process=process, number=number: caught(process.pid, number), "the signal is not caught")
        process.stdin.write(whole[:100])
        process.stdin.flush()
        wait_for(lambda process=process: waits_for_more(process), "not all is read")
        process.send_signal(number)
        if number == signal.SIGINT:
            process.stdin.write(whole[100:])
            process.stdin.close()
        # The pipe is still open for the other.
        out, err = process.stdout.read(), process.stderr.read()
        assert process.wait(60) == 130 and len(out.splitlines()) in told and not err, (number, out, err)
    fifo = os.path.join(PLACE.name, "fifo")
    os.mkfifo(fifo)
    process = subprocess.Popen([sys.argv[1], "trace", fifo], stdout=subprocess.PIPE)
    writer = os.open(fifo, os.O_WRONLY)
    wait_for(lambda: caught(process.pid, signal.SIGINT), "the signal is not caught")
    os.write(writer, whole[:200])
    process.send_signal(signal.SIGINT)
    wait_for(lambda: not caught(process.pid, signal.SIGINT), "the signal was not seen")
    # It may wait for the rest of a packet; the end of the file does not come.
    with contextlib.suppress(BrokenPipeError):
        os.write(writer, whole[200:])
    out = process.communicate(timeout=60)[0].decode()
    os.close(writer)
    assert process.returncode == 130, process.returncode
    # The packet that was being read, at most, and those before.
    assert int(re.search(r"fifo: .* (\d+) packets? in", out)[1]) <= 3, out


def waits_for_more(process):
    """All that was written is read, and the process sleeps."""
    left = fcntl.ioctl(process.stdin.fileno(), termios.FIONREAD, bytes(4))
    with open("/proc/%d/stat" % process.pid, encoding="ascii") as file:
        return not any(left) and file.read().rpartition(")")[2].split()[0] == "S"


def caught(pid, number):
    """Whether the process has a handler for the signal."""
    with open("/proc/%d/status" % pid, encoding="ascii") as file:
        mask = re.search(r"^SigCgt:\s*(\w+)", file.read(), re.MULTILINE)
    return int(mask[1], 16) >> (number - 1) & 1


def limits_are_statuses():
    name = path("scan.pcap")
    assert "refused is 1 of 3, 33.3 %" in trace(name, "--fail-if", "refused > 30%", status=99).stderr
    trace(name, "--fail-if", "refused > 34%", "--fail-if", "closed > 0")
    trace(name, "--fail-if", "refused > 34%", "--fail-if", "unanswered >= 1", status=99)
    # Of those that are meant alone.
    trace(name, "--port", "2", "--fail-if", "refused == 100%", status=99)
    assert "did you mean refused?" in trace(name, "--fail-if", "refusd > 1", status=2).stderr


def nonsense_is_refused():
    name = path("scan.pcap")
    for arguments, why in (
            ([], "trace needs one capture, not 0"),
            ([name, name], "trace needs one capture, not 2"),
            ([name, "--json", "--list"], "exclude each other"),
            ([name, "--port", "1", "--find", "x"], "exclude each other"),
            ([name, "--port", "65536"], "is no number from 0 to 65535"),
            ([name, "--connection", "-1"], "is no number"),
            ([name, "--connection", "1x"], "is no number"),
            ([name, "--find", ""], "--find needs a text"),
            ([name, "--color", "red"], "auto, always or never"),
            ([name, "--max-connections", "0"], "max-connections")):
        done = trace(*arguments, status=2)
        assert why in done.stderr, (arguments, done.stderr)


def damaged_files_are_told_of():
    whole = made("closed-by-client.pcap")
    done = trace(written("cut.pcap", whole[:-7]), "--json", status=1)
    assert "packet 11 cannot be read" in done.stderr, done
    # What came before is told.
    assert json.loads(done.stdout)["segments"] == {"client": 5, "server": 5}, done.stdout
    for name, content, why in (
            ("empty", b"", "is empty"),
            ("text", b"GET / HTTP/1.1\r\n\r\n" * 9, "is no capture"),
            ("half.pcapng", made("two-interfaces.pcapng")[:50], "the file ends in it"),
            ("head", whole[:20], "is no capture")):
        done = trace(written(name, content), status=1)
        assert why in done.stderr and name in done.stderr, (name, done)
    # A name is shown without what would move the cursor.
    assert "od\x1bd" not in trace(written("od\x1b[31md", made("scan.pcap"))).stdout
    assert "od?[31md: 3 connections" in trace(written("od\x1b[31md", made("scan.pcap"))).stdout
    assert "No such file" in trace("/no/such/file", status=1).stderr
    assert trace("/", status=1).stderr


def what_a_capture_says_of_itself_is_not_shown():
    """Names of interfaces, comments, host names of pcapng: of whoever made the file."""
    evil = "\x1b]0;owned\x07\x1b[2J\u202egnp.exe<script>alert(1)</script>\"'&\0\r\n".encode()
    def option(code):
        return struct.pack("<HH", code, len(evil)) + evil + bytes(-len(evil) % 4)

    content = block("<", 0x0a0d0d0a, struct.pack("<IHHq", 0x1a2b3c4d, 1, 0, -1) + option(1) + option(4))
    content += block("<", 1, struct.pack("<HHI", 1, 0, 0) + option(2) + option(3) + option(1))
    for now, _, frame in frames({}, SERVED + "< RA 531 121"):
        head = struct.pack("<IIIII", 0, now >> 32, now, len(frame), len(frame))
        content += block("<", 6, head + frame + bytes(-len(frame) % 4) + option(1))
    name = written("evil.pcapng", content + block("<", 5, bytes(12) + option(1)))
    svg, page = (os.path.join(PLACE.name, which) for which in ("evil.svg", "evil.html"))
    said = [trace(name, *words) for words in ([], ["--list"], ["--json"], ["--connection", "0", "--svg", svg, "--html", page])]
    texts = [done.stdout + done.stderr for done in said]
    for picture in (svg, page):
        with open(picture, encoding="utf-8") as file:
            texts.append(file.read())
    for text in texts:
        assert "10.0.0.2" in text, text
        assert not any(one in text for one in ("\x1b", "\x07", "\u202e", "alert(1)", "owned")), text
    done = trace(name, "--find", "\x1b[2J\u202e", status=1)
    assert "\x1b" not in done.stderr and "\u202e" not in done.stderr, done.stderr


def few_at_a_time_are_told_of():
    flood = written("flood.pcap", pcap({}, "".join(":%d > S 100;" % port for port in range(1, 51))))
    done = trace(flood, "--max-connections", "20")
    assert "50 connections" in done.stdout and re.search(r"unanswered +none .* 50 ", done.stdout), done.stdout
    assert "30 connections were told of before they ended" in done.stdout, done.stdout
    done = trace(flood, "--max-connections", "20", "--json")
    told = [json.loads(line) for line in done.stdout.splitlines()]
    assert [line["connection"] for line in told] == list(range(50)), told
    assert sum(line["cut_short"] for line in told) == 30, told
    assert "30 connections were told of" in done.stderr, done
    # What has ended makes room and is whole.
    for line in trace(path("scan.pcap"), "--max-connections", "1", "--json").stdout.splitlines():
        assert not json.loads(line)["cut_short"], line


def many(name, count, is_over):
    """A capture of so many connections, one after the other: a SYN each, and a RST where they are over."""
    place = os.path.join(PLACE.name, name)
    with open(place, "wb") as file:
        file.write(struct.pack("<IHHiIII", 0xa1b2c3d4, 2, 4, 0, 0, 65535, 101))
        for number in range(count):
            client, server = struct.pack(">I", 0x0a000000 + number), bytes([11, 0, 0, 1])
            record = struct.pack("<IIII", 1700000000, 0, 40, 40)
            ip = struct.pack(">BBHHHBBH", 0x45, 0, 40, 0, 0, 64, 6, 0)
            file.write(record + ip + client + server
                       + struct.pack(">HHIIBBHHH", 40000, 80, 100, 0, 0x50, 2, 1000, 0, 0))
            if is_over:
                file.write(record + ip + server + client
                           + struct.pack(">HHIIBBHHH", 80, 40000, 0, 101, 0x50, 0x14, 0, 0, 0))
    return place


def resident_bytes(capture):
    """The most memory that the program had."""
    process = subprocess.Popen([sys.argv[1], "trace", capture], stdout=subprocess.PIPE)
    told = process.stdout.read().decode()
    process.stdout.close()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode == 0 and "100.0 %" in told, told
    return usage.ru_maxrss * 1024


def memory_is_what_is_promised():
    if os.environ.get("SANITIZED"):
        print("  not looked at: the sanitizer's own memory")
        return
    few, more = 50000, 150000
    an_open_one = (resident_bytes(many("open-more", more, False))
                   - resident_bytes(many("open-few", few, False))) / (more - few)
    one_told_of = (resident_bytes(many("over-more", more, True))
                   - resident_bytes(many("over-few", few, True))) / (more - few)
    print("  %.0f bytes a connection that is open, %.1f one that was told of" % (an_open_one, one_told_of))
    assert 150 < an_open_one <= 300, an_open_one
    assert one_told_of < 5, one_told_of


if __name__ == "__main__":
    run([one_is_drawn_several_are_listed, a_list_has_a_row_a_connection_on_a_terminal, a_text_finds_its_connection,
         what_was_cut_out_is_that_connection, a_pipe_is_as_good_as_a_file, a_signal_ends_with_what_was_read, limits_are_statuses,
         nonsense_is_refused, damaged_files_are_told_of, what_a_capture_says_of_itself_is_not_shown, few_at_a_time_are_told_of,
         memory_is_what_is_promised])
