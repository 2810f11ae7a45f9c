#!/usr/bin/env python3
"""Clients that are not plain (--clients): what each puts on the wire, and what becomes of its connections."""
from lib.scenario import accounting, equal, main, valid

TOTAL = 40


def play(bench, behaviour, *options, strategy="graceful", total=TOTAL):
    """The client's row, the trial and the run: of one trial with four clients of this behaviour alone."""
    run = bench.run("--repeat", "1", "-c", "4", "-s", strategy, "--clients", behaviour, "-n", str(total), *options)
    trial = run.trials[0]
    accounting(trial)
    row, = trial["clients"]
    equal(row["behaviour"], behaviour.split("=")[0], "behaviour")
    outcomes = ("completed", "short", "reset", "timed_out", "connect_errors")
    equal(sum(row[key] for key in outcomes), row["attempted"], "the outcomes of %s" % behaviour)
    equal(row["attempted"], trial["connections"]["attempted"], "attempted")
    return row, trial, run


def held(bench, behaviour, *options):
    """The same for clients that end with the load: after 300 ms."""
    run = bench.run("--repeat", "1", "-c", "4", "-s", "graceful", "--clients", behaviour, "-d", "300ms", *options)
    trial = run.trials[0]
    accounting(trial)
    return trial["clients"][0], trial


def whole(row, responses):
    equal((row["attempted"], row["completed"], row["responses"]), (TOTAL, TOTAL, responses), str(row))
    equal((row["truncated"], row["refused"], row["unanswered_kept"], row["held"]), (0, 0, 0, 0), str(row))


def resets_of(trial):
    return trial["counters"]["client"]["OutRsts"]


def who_reads_all_gets_all(bench):
    for behaviour in ("half-close", "write-first", "http10", "late"):
        row, trial, _ = play(bench, behaviour)
        whole(row, TOTAL)
        equal(resets_of(trial), 0, "RSTs of " + behaviour)
        valid(trial)


def requests_are_sent_at_once(bench):
    row, trial, _ = play(bench, "pipeline=5")
    whole(row, 5 * TOTAL)
    # One segment has all five, and another the FIN (TCPOrigDataSent counts both).
    assert trial["counters"]["client"]["TCPOrigDataSent"] <= 2 * TOTAL, trial["counters"]["client"]
    # A request has no body: five of them are as long as five times that of a plain client.
    tap = trial["first_closer"]["packet_tap"]
    plain = bench.run("--repeat", "1", "-c", "4", "-s", "graceful", "-n", str(TOTAL)).trials[0]
    one = plain["first_closer"]["packet_tap"]
    assert tap["sized"] == one["sized"] == TOTAL, (tap, one)
    announced = len("Connection: close\r\n")
    assert abs(tap["client_bytes"] - 5 * one["client_bytes"]) <= announced * 5 * TOTAL, (tap, one)
    # The last ones are as many as a connection has left.
    for exchanges in (13, 3):
        row, trial, _ = play(bench, "pipeline=5", "--requests-per-connection", str(exchanges))
        whole(row, exchanges * TOTAL)
        valid(trial)
        tap = trial["first_closer"]["packet_tap"]
        equal(tap["sized"], TOTAL, str(tap))
        assert abs(tap["client_bytes"] - exchanges * one["client_bytes"]) <= announced * exchanges * TOTAL, (tap, one)


def who_resets_leaves_nobody_with_time_wait(bench):
    row, trial, run = play(bench, "reset")
    whole(row, TOTAL)
    assert resets_of(trial) >= TOTAL, trial["counters"]["client"]
    equal(trial["holder"]["measured"], "none", "holder")
    # It is what was asked for: nobody hides a policy, and the strategy's claims do not hold.
    valid(trial)
    assert "loader-hides-server-policy" not in run.stdout, run.said()
    row, trial, _ = play(bench, "early-reset", "--response-bytes", "2M")
    equal((row["completed"], row["responses"], row["truncated"]), (TOTAL, 0, 0), str(row))
    assert resets_of(trial) >= TOTAL, trial["counters"]["client"]


def who_closes_first_keeps_time_wait(bench):
    """Of a server that leaves the close to its client; a plain one asks that server to close (Connection: close)."""
    command = "%s --listen {host}:{port} --strategy keep-alive" % bench.server
    for clients, holder in (("close-first", "client"), ("plain", "server")):
        run = bench.run("--repeat", "1", "-c", "4", "--server-command", command, "--server-name", "it", "-n", str(TOTAL),
                        "--clients", clients)
        trial = run.trials[0]
        valid(trial)
        if clients != "plain":
            whole(trial["clients"][0], TOTAL)
        equal(trial["time_wait"][holder]["created"], TOTAL, "TIME_WAITs of the %s, clients: %s" % (holder, clients))


def a_probe_says_nothing(bench):
    row, trial, _ = play(bench, "probe")
    equal((row["completed"], row["responses"]), (TOTAL, 0), str(row))
    equal(resets_of(trial), TOTAL, "RSTs")
    equal(trial["connections"]["kept_from_accept"], TOTAL, "connections that accept(2) never saw")


def who_vanishes_sends_no_end(bench):
    row, trial, _ = play(bench, "vanish", total=4)
    equal((row["completed"], row["responses"]), (4, 0), str(row))
    # What the server sends behind that meets no socket: the only segment that ends it is a RST.
    equal(trial["endings"]["client"]["fin_first"], 0, "FINs of the client")
    assert resets_of(trial) >= 4, trial["counters"]["client"]
    states = trial["time_wait"]
    equal((states["client"]["created"], states["server"]["created"]), (0, 0), "TIME_WAITs")


def who_holds_is_held_to_the_end(bench):
    for behaviour, responses, options in (("idle", 0, ()), ("never-close", 4, ()),
                                          ("stalled", 0, ("--response-bytes", "8M"))):
        row, trial = held(bench, behaviour, *options)
        equal((row["held"], row["responses"], row["attempted"]), (4, responses, 4), behaviour)
        equal(row["completed"], 4, behaviour)


def the_slow_take_their_time(bench):
    row, trial, _ = play(bench, "slow-reader", "--response-bytes", "4000", total=4)
    equal((row["completed"], row["responses"]), (4, 4), str(row))
    # 4000 bytes and a head, 1000 each 100 ms, the first at once.
    assert trial["latency_us"]["response"]["p50"] >= 300e3, trial["latency_us"]
    row, trial, _ = play(bench, "slow-writer", total=4)
    equal((row["completed"], row["responses"]), (4, 4), str(row))
    # GET / HTTP/1.1 and a Host field: 40 bytes or more, 10 each 100 ms, the first at once.
    assert trial["latency_us"]["response"]["p50"] >= 300e3, trial["latency_us"]


def the_slow_make_haste_at_the_end(bench):
    """By the end of the load they would have a few kilobytes; then they go on as others do. (A body of megabytes that
    is echoed while nobody reads would wait for itself.)"""
    for behaviour, option, size in (("slow-reader", "--response-bytes", 4000000),
                                    ("slow-writer", "--request-bytes", 100000)):
        row, trial = held(bench, behaviour, option, str(size), "--timeout", "60s")
        equal((row["completed"], row["responses"], row["timed_out"]), (4, 4, 0), str(row))
        equal(row["held"], 0, str(row))
        assert trial["bytes"]["promised"] == trial["bytes"]["received"] == 4 * size, trial["bytes"]


def a_server_that_closes_idle_connections_loses_no_request(bench):
    """Its limit is far from the pause: each FIN comes while the client pauses, and is seen."""
    command = "%s --listen {host}:{port} --strategy keep-alive --keep-alive 50ms" % bench.server
    run = bench.run("--repeat", "1", "-c", "4", "--server-command", command, "--clients", "think", "--think", "5s",
                    "-n", "8", "--requests-per-connection", "3")
    row = run.trials[0]["clients"][0]
    equal((row["completed"], row["responses"], row["closed_idle"], row["unanswered_kept"]), (8, 8, 8, 0), str(row))
    assert "8 connections were closed by the server while the client paused" in " ".join(run.stdout.split()), run.stdout


def who_asks_once_says_so(bench):
    """However many requests others may send: a server that keeps connections closes behind the first one."""
    command = "%s --listen {host}:{port} --strategy keep-alive --keep-alive 1h" % bench.server
    run = bench.run("--repeat", "1", "-c", "2", "--server-command", command, "--clients", "late", "-n", "4",
                    "--requests-per-connection", "5")
    row = run.trials[0]["clients"][0]
    equal((row["completed"], row["timed_out"], row["responses"]), (4, 0, 4), str(row))


def a_ladder_is_shown_of_each(bench):
    """As strategies have theirs."""
    names = [line.split(":")[0] for line in bench.verb("list", "--clients").stdout.splitlines() if line[0] != " "]
    shown = bench.verb("list", "--clients", *names)
    equal((len(names), shown.returncode), (19, 0), shown.stderr)
    equal(shown.stdout.count("client                               server"), 19, "ladders")
    assert "keep-alive race" in bench.verb("list", "--clients", "think").stdout
    wrong = bench.verb("list", "--clients", "thnik")
    assert wrong.returncode == 2 and "did you mean think?" in wrong.stderr, wrong.stderr


def who_pauses_asks_again(bench):
    row, trial, _ = play(bench, "think", "--think", "exp:2ms", "--requests-per-connection", "5")
    whole(row, 5 * TOTAL)
    equal((row["closed_idle"], row["pauses"], row["pauses_cut"]), (0, 4 * TOTAL, 0), str(row))
    valid(trial)
    # An hour on average: each pause that begins ends with the load, and its request is sent at once.
    row, _ = held(bench, "think", "--think", "exp:1h")
    equal((row["pauses"], row["pauses_cut"]), (row["responses"] - row["attempted"],) * 2, str(row))
    assert row["pauses"] > 0, row


def an_early_refusal_reaches_who_reads_it(bench):
    """A body above the server's limit: who closes plainly has unread input, and its RST meets the client's write."""
    for strategy, refused in (("graceful", 4), ("server-close", 0)):
        command = "%s --listen {host}:{port} --strategy %s --max-body 1000" % (bench.server, strategy)
        run = bench.run("--repeat", "1", "-c", "1", "--server-command", command, "--clients", "write-first", "-n", "4",
                        "--request-bytes", "32M")
        row = run.trials[0]["clients"][0]
        equal((row["refused"], row["reset"]), (refused, 4 - refused), "%s: %s" % (strategy, row))
    run = bench.run("--repeat", "1", "-c", "1", "-s", "server-close", "--max-body", "1000", "--clients", "write-first", "-n",
                    "4", "--request-bytes", "32M", "--expect", "413")
    trial = run.trials[0]
    equal((trial["connections"]["reset"], trial["bytes"]["promised"]), (4, 0), "a 413 of which no byte came")


def a_refusal_may_be_what_is_wanted(bench):
    """The same load with another limit and status: 413 is right, and 200 is not."""
    command = "%s --listen {host}:{port} --strategy graceful --max-body %d"
    for limit, refused in ((1000, 0), (4000000, 4)):
        run = bench.run("--repeat", "1", "-c", "1", "--server-command", command % (bench.server, limit), "--clients",
                        "write-first", "-n", "4", "--request-bytes", "32k", "--expect", "413" if refused else "4xx")
        trial = run.trials[0]
        row = trial["clients"][0]
        equal((row["completed"], row["responses"], row["refused"]), (4, 4, refused), str(row))
        if not refused:
            valid(trial)
        else:
            assert any("without a status of 413 (200: 4)" in reason for reason in trial["invalid_because"]), trial
        equal("4 responses were no 413" in " ".join(run.stdout.split()), bool(refused), run.stdout)


def shares_are_mixed(bench):
    run = bench.run("--repeat", "1", "-c", "20", "-s", "graceful", "--clients", "reset=25%,half-close=25%", "-n", "200")
    trial = run.trials[0]
    accounting(trial)
    equal([(row["behaviour"], row["connections"], row["attempted"]) for row in trial["clients"]],
          [("reset", 5, 50), ("half-close", 5, 50)], "clients")
    equal((trial["connections"]["attempted"], trial["exchanges"]), (200, 200), "the whole load")


def nonsense_is_refused(bench):
    for options, words in ((("--clients", "thnik"), "did you mean think?"),
                           (("--clients", "reset=60%,idle=60%"), "add up to 120 %"),
                           (("--clients", "reset", "--rate", "100"), "no --rate")):
        refused = bench.verb("run", *options)
        equal(refused.returncode, 2, "exit status")
        assert words in refused.stderr, refused.stderr


def scenario(bench):
    for part in (who_reads_all_gets_all, requests_are_sent_at_once, who_resets_leaves_nobody_with_time_wait,
                 who_closes_first_keeps_time_wait,
                 a_probe_says_nothing, who_vanishes_sends_no_end, who_holds_is_held_to_the_end,
                 the_slow_take_their_time, the_slow_make_haste_at_the_end,
                 a_server_that_closes_idle_connections_loses_no_request,
                 who_pauses_asks_again, an_early_refusal_reaches_who_reads_it, a_refusal_may_be_what_is_wanted, shares_are_mixed,
                 who_asks_once_says_so, a_ladder_is_shown_of_each, nonsense_is_refused):
        part(bench)
        print(part.__name__)


main(scenario)
