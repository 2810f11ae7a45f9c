#!/usr/bin/env python3
"""What a run says, and where: stdout is the result, stderr is progress."""
import json
import os
import re
import signal
import subprocess
import sys

from lib.scenario import HOST_CANNOT, Skip, equal, main, status_played
from lib.terminal import on_terminal

SHORT = ("-s", "graceful,reset", "-n", "10", "-c", "2", "-r", "2")
ATTEMPTS = 4
# A server that takes connections of IPv6, and with ONLY = 0 of IPv4, too: ONLY PORT
OF_IPV6 = """
import http.server, socket, sys
class Server(http.server.HTTPServer):
    address_family = socket.AF_INET6
    def server_bind(self):
        self.socket.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, int(sys.argv[1]))
        self.socket.bind(("::", int(sys.argv[2])))
Server(("", 0), http.server.SimpleHTTPRequestHandler).serve_forever()
"""
TRIAL = re.compile(r"trial (\d+) of (\d+), (?:at most )?\d+ (?:s|min|h)[^:]* left: (graceful|reset) ")


def done(process, status=0):
    """A busy machine may leave no valid trial, which is said, and is status 1."""
    if process.returncode == HOST_CANNOT:
        raise Skip("this host cannot: " + process.stderr)
    equal(process.returncode, status or status_played(process.stderr), "exit status: " + process.stderr)
    return process


def files(bench):
    return sorted(os.listdir(bench.folder))


def the_result_on_stdout(bench):
    """Nothing but the JSON is there; the table and the progress are on stderr, with -q nowhere."""
    before = files(bench)
    loud = done(bench.verb("run", *SHORT, "--json", "-"))
    result = json.loads(loud.stdout)
    equal(len(result["trials"]), 4, "trials on stdout")
    equal(len(TRIAL.findall(loud.stderr)), 4, "lines of progress: " + loud.stderr)
    assert "TIME_WAIT" in loud.stderr and "repeat:" in loud.stderr, loud.stderr
    assert "result:" not in loud.stderr, loud.stderr
    quiet = done(bench.verb("run", *SHORT, "-q", "-o", "-"))
    equal(len(json.loads(quiet.stdout)["trials"]), 4, "trials on stdout")
    equal(quiet.stderr, "", "stderr of -q")
    equal(files(bench), before, "files that a result on stdout leaves")
    again = done(bench.verb("report", "-", input=loud.stdout))
    for line in again.stdout.splitlines():
        assert line in loud.stderr, "%r is not in\n%s" % (line, loud.stderr)


def the_csv_on_stdout(bench):
    csv = done(bench.verb("run", *SHORT, "--csv", "-", "-o", "csv.json"))
    lines = csv.stdout.splitlines()
    equal([line.split(",")[0] for line in lines][:1], ["strategy"], "heading of the CSV")
    equal(len(lines), 5, "lines of CSV: " + csv.stdout)
    assert "result:   csv.json" in csv.stderr, csv.stderr


def a_reader_that_goes_loses_nothing(bench):
    with subprocess.Popen([bench.program, "run", *SHORT, "-q", "-o", "-"], cwd=bench.folder, text=True,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                          env={**os.environ, "TMPDIR": bench.folder}) as process:
        process.stdout.close()
        said = process.stderr.read()
        process.wait(60)
    equal(process.returncode, 1, "exit status: " + said)
    found = re.fullmatch(r"teardown: stdout: Broken pipe; the result is in (\S+)\n", said)
    assert found, said
    with open(found[1]) as file:
        equal(len(json.load(file)["trials"]), 4, "trials in " + found[1])


def the_medians_for_prometheus(bench):
    """A file beside the one that is asked for is renamed to it, and nothing else is left."""
    before = files(bench)
    done(bench.verb("run", *SHORT, "-q", "-o", "p.json", "--prometheus", "p.prom"))
    equal(set(files(bench)) - set(before), {"p.json", "p.prom"}, "files that it leaves")
    with open(os.path.join(bench.folder, "p.prom")) as file:
        lines = file.read().splitlines()
    with open(os.path.join(bench.folder, "p.json")) as file:
        summary = {entry["strategy"]: entry for entry in json.load(file)["summary"]}
    for strategy, entry in summary.items():
        if "rate_per_s" in entry:
            assert "teardown_rate_per_s{strategy=\"%s\"} %.10g" % (
                strategy, entry["rate_per_s"]["median"]) in lines, lines
        assert "teardown_valid_trials{strategy=\"%s\"} %d" % (strategy, entry["valid_trials"]) in lines, lines
    refused = bench.verb("run", *SHORT, "-o", "no.json", "--prometheus", "no/such/p.prom")
    equal((refused.returncode, "no/such/p.prom" in refused.stderr), (2, True), refused.stderr)
    assert "trial 1" not in refused.stderr, "it is found out before the run: " + refused.stderr


def a_file_by_its_letter(bench):
    said = done(bench.verb("run", *SHORT, "-q", "-o", "mine.json"))
    assert "result:   mine.json" in said.stdout and "graceful" in said.stdout, said.stdout
    equal(said.stderr, "", "stderr of -q")
    with open(os.path.join(bench.folder, "mine.json")) as file:
        equal(len(json.load(file)["trials"]), 4, "trials")


def more_is_said(bench):
    said = done(bench.verb("run", *SHORT, "-v", "-o", "v.json"))
    equal(said.stderr.count("  opened 10: delivered 10, short 0, reset 0"), 4,
          "what came of trials: " + said.stderr)
    # Six of ten connections find no port.
    said = done(bench.verb("run", "-s", "client-close", "-n", "10", "-c", "1", "-r", "1", "-v", "-o", "v.json",
                           "--port-range", "40000-40003"), 1)
    assert "  invalid: 6 times EADDRNOTAVAIL from connect()\n" in said.stderr, said.stderr
    assert "; 4 of 4 ports held\n" in said.stderr, said.stderr
    assert "  finding: ports-exhausted: " in said.stderr, said.stderr
    plain = done(bench.verb("run", "-s", "client-close", "-n", "10", "-c", "1", "-r", "1", "-o", "v.json",
                            "--port-range", "40000-40003"), 1)
    assert "invalid: 6 times" in plain.stderr and "\n  " not in plain.stderr, plain.stderr


def screen(text):
    """The lines that a terminal shows: CR, LF, "erase to the end of the line" and "cursor up"."""
    lines, row, column = [""], 0, 0
    for control, letter in re.findall(r"(\r|\n|\x1b\[K|\x1b\[A)|(.)", text):
        if control == "\r":
            column = 0
        elif control == "\n":
            row += 1
            lines += [""] * (row == len(lines))
        elif control == "\x1b[K":
            lines[row] = lines[row][:column]
        elif control == "\x1b[A":
            row -= 1
        else:
            lines[row] = lines[row][:column].ljust(column) + letter + lines[row][column + 1:]
            column += 1
    return lines


def a_terminal_has_one_block(bench):
    """stderr is a terminal: trials are written over each other, and what remains is an empty line."""
    status, text = on_terminal([bench.program, "run", *SHORT, "-o", "t.json"], "stderr", cwd=bench.folder,
                               env={**os.environ, "TERM": "xterm"})
    equal(status, status_played(text), "exit status: %r" % text)
    equal(sorted({found[0] for found in TRIAL.findall(text)}), ["1", "2", "3", "4"], "trials: %r" % text)
    head, *shown = screen(text)
    assert re.fullmatch(r"4 trials, each ends after 10 connections or 1 min: at most 4 min 1 s", head), head
    equal(set(shown), {""}, "what remains: %r" % text)


def how_long_it_takes(bench):
    said = done(bench.verb("run", "-s", "graceful", "-d", "300ms", "-r", "3", "-c", "1", "-o", "d.json"))
    assert said.stderr.startswith("3 trials of 0.3 s: about 2 s\n"), said.stderr
    equal([found[:2] for found in TRIAL.findall(said.stderr)], [("1", "3"), ("2", "3"), ("3", "3")], "trials")


STANDS = re.compile(r"  (?:(?P<name>\S+): )?(?P<rate>\S+) conn/s, 0 errors, ports (?:[#.]{5} )?(?P<ports>-|\d+ %|<1 %|0), "
                    r"TIME_WAIT server (?P<server>\S+), client (?P<client>\S+)")


def shown_until(bench, is_enough, *options):
    """What a terminal shows of a long run that is interrupted when that is enough."""
    interrupted = []

    def interrupt(process, said):
        if not interrupted and is_enough([match.groupdict() for match in STANDS.finditer(said)]):
            process.send_signal(signal.SIGINT)
            interrupted.append(process)

    status, said = on_terminal([bench.program, "run", "-c", "4", "-d", "100s", *options], "stderr", meanwhile=interrupt,
                               cwd=bench.folder, env={**os.environ, "TERM": "xterm", "LC_ALL": "C"})
    equal(status, 130, "exit status: %r" % said)
    assert interrupted, "how the trial stands is not shown: %r" % said
    return said


def is_some(figure):
    return figure not in ("-", "0")


def a_terminal_shows_how_a_trial_stands(bench):
    """A rate, TIME_WAITs of the client, and its ports: the trial is ended when the terminal has shown
    them. What the signal says stays, and the trial's line is said again below it."""
    said = shown_until(bench, lambda found: any(is_some(one["rate"]) and is_some(one["client"]) for one in found),
                       "-s", "client-close", "-r", "1", "-o", "stands.json")
    behind = said.partition("once more ends at once\r\n")[2]
    assert re.fullmatch(r"trial 1 of 1, \d.* left: client-close +\d+ connections/s, invalid: [^\x1b]*\r\n", behind), \
        "what is said behind the signal: %r" % behind


def a_terminal_shows_how_both_twins_stand(bench):
    """Each by its name: the end that it leaves TIME_WAIT at is known."""
    def is_enough(found):
        return {"client-close", "server-close"} == {one["name"] for one in found if is_some(one["rate"]) and
                                                    (is_some(one["client"]) or is_some(one["server"]))}
    said = shown_until(bench, is_enough, "-s", "client-close,server-close", "--twins", "-r", "1", "-o", "twins.json")
    for one in (match.groupdict() for match in STANDS.finditer(said)):
        other = {"client-close": "server", "server-close": "client"}[one["name"]]
        assert not is_some(one[other]), "TIME_WAIT of %s at the %s: %s" % (one["name"], other, one[other])


def a_server_that_listens_elsewhere(bench):
    """On another port, or where no client gets: the kernel knows where, and the run says it."""
    serve = "%s -m http.server --bind %%s %%s" % sys.executable
    for address, port, said in (
            ("0.0.0.0", 9123, "does not listen on port 8080 after 5 s; it listens on port 9123: --server-port 9123"),
            ("127.0.0.1", "{port}", "; it listens on 127.0.0.1:8080, where no client reaches it: {host}:{port}")):
        refused = done(bench.verb("run", "--server-command", serve % (address, port), "-r", "1", "-n", "5", "-c", "1",
                                  "-o", "elsewhere.json"), 1)
        assert said in refused.stderr, refused.stderr
    path = os.path.join(bench.folder, "of_ipv6.py")
    with open(path, "w") as file:
        file.write(OF_IPV6)
    for only, status in ((1, 1), (0, 0)):
        run = done(bench.verb("run", "--server-command", "%s %s %d {port}" % (sys.executable, path, only), "-r", "1",
                              "-n", "5", "-c", "1", "-o", "ipv6.json"), status)
        assert ("; it listens on [::]:8080 (IPv6 only), where no client reaches it" in run.stderr) == only, run.stderr
    for address, port, more in (("0.0.0.0", 9123, ("--server-port", "9123")), ("{host}", "{port}", ())):
        done(bench.verb("run", "--server-command", serve % (address, port), "-r", "1", "-n", "5", "-c", "1", *more,
                        "-o", "found.json"))


def bytes_per_s(bench):
    """What teardown's own server and loader carry on one connection."""
    done(bench.verb("run", "-s", "graceful", "-r", "1", "-c", "1", "-n", "10", "--response-bytes", "100M", "--timeout",
                    "60s", "-q", "-o", "carried.json"))
    with open(os.path.join(bench.folder, "carried.json")) as file:
        trial = json.load(file)["trials"][0]
    return trial["bytes"]["received"] / (trial["samples"][-2]["t_s"] or 1)


def slow_run(bench):
    """A run whose responses cannot arrive; what this host was seen to carry, in bytes a second."""
    slow = done(bench.verb("run", "-s", "graceful", "-r", "1", "-c", "64", "-d", "100ms", "--response-bytes", "1G",
                           "--timeout", "1s", "-o", "slow.json"), 1)
    said, _, rest = slow.stderr.partition("\n")
    assert re.match(r"too slow: responses of 1000000000 bytes on 64 connections at once need 64 GB/s .* \(1 s\); "
                    r"this host was just seen to carry [0-9.e-]+ GB/s: some will time out", said), slow.stderr
    assert "trial 1 of 1" in rest, slow.stderr
    with open(os.path.join(bench.folder, "slow.json")) as file:
        assert json.load(file)["trials"][0]["connections"]["timed_out"] > 0, "none timed out"
    return 1e9 * float(re.search(r"seen to carry ([0-9.e-]+) GB/s", said)[1])


def what_was_seen_is_carried(bench):
    """Neither ten times as much nor a tenth of it; tried again where this machine was busy with one of both."""
    for _ in range(ATTEMPTS):
        carried, indeed = slow_run(bench), bytes_per_s(bench)
        print("seen to carry %.3g GB/s, carried %.3g GB/s" % (carried / 1e9, indeed / 1e9))
        if indeed / 5 < carried < indeed * 8:
            return
    raise AssertionError("seen to carry %g bytes a second, carried %g" % (carried, indeed))


def responses_that_cannot_arrive(bench):
    """Said before the first trial; what is said comes true. What does arrive in time is not spoken of."""
    what_was_seen_is_carried(bench)
    for options in (("--response-bytes", "1G", "--timeout", "10m", "-c", "2", "-n", "1"),
                    ("--response-bytes", "1M", "-c", "4", "-n", "20"),
                    ("--response-bytes", "100M", "-c", "1", "-n", "1", "--timeout", "60s")):
        fine = done(bench.verb("run", "-s", "graceful", "-r", "1", *options, "-o", "fine.json"))
        assert "too slow" not in fine.stderr, fine.stderr
        with open(os.path.join(bench.folder, "fine.json")) as file:
            equal(json.load(file)["trials"][0]["connections"]["timed_out"], 0, "timed out")


def what_contradicts_itself(bench):
    for arguments, text in ((("-q", "-v"), "--quiet and --verbose: give one of them"),
                            (("-o", "-", "--csv", "-"), "stdout has room for one of them")):
        refused = bench.verb("run", *arguments)
        equal((refused.returncode, refused.stdout), (2, ""), arguments)
        assert text in refused.stderr and refused.stderr.count("\n") == 1, refused.stderr


def a_run_without_a_valid_trial(bench):
    """Its exit status is 1, unless thresholds decide; one valid trial beside the others is enough for 0."""
    short = ("-n", "60", "-c", "4", "-r", "1", "--port-range", "40000-40019", "-q", "-o", "invalid.json")
    for strategies, more, status in (
            ("client-close", (), 1), ("client-close,graceful", (), 0),
            ("client-close", ("--fail-if", "exhausted_s > 60s"), 0),
            ("client-close", ("--fail-if", "exhausted_s < 60s"), 99),
            ("client-close", ("--fail-if", "rate_per_s < 1"), 1)):
        run = done(bench.verb("run", "-s", strategies, *short, *more), status)
        said = "no trial is valid" in run.stderr
        equal(said, status == 1 and not more, (strategies, more, run.stderr))
        equal(("not judged" in run.stderr), more[1:] == ("rate_per_s < 1",), run.stderr)


def command_line(bench):
    for part in (what_contradicts_itself, the_result_on_stdout, the_csv_on_stdout,
                 the_medians_for_prometheus, a_file_by_its_letter,
                 a_reader_that_goes_loses_nothing, more_is_said, how_long_it_takes,
                 a_terminal_has_one_block, a_terminal_shows_how_a_trial_stands, a_terminal_shows_how_both_twins_stand,
                 a_server_that_listens_elsewhere,
                 responses_that_cannot_arrive, a_run_without_a_valid_trial):
        part(bench)
        print("ok", part.__name__, flush=True)


if __name__ == "__main__":
    main(command_line)
