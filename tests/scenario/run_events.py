#!/usr/bin/env python3
"""Events within a trial (--at): a reload that loses nothing, a kill and a restart, a server that is replaced
by another one, and a port that cannot be bound again. The books balance at each event, and what the loader tells is what
the kernel and the server's processes show."""
import sys
from pathlib import Path

from lib.known_server import KnownServer, known_command, report_read, request_read, response
from lib.scenario import accounting, equal, main

SERVER = "%s %s {host} {port}" % (sys.executable, Path(__file__).parent / "lib" / "restarted_server.py")
LOST = {"before": 10, "behind": 4}
ENDS = ("completed", "short", "reset", "timed_out", "connect_errors", "lived_on")


def balanced(trial):
    """Each connection of each event has one end; those of all events are among the trial's."""
    accounting(trial)
    for event in trial["events"]:
        for group in event["connections"]:
            equal(sum(group[end] for end in ENDS), group["connections"], "%s: %s" % (event["event"], group))
    last = trial["events"][-1]["connections"]
    new = {group["state"]: group for group in last}["new"]
    equal(sum(group["lived_on"] for group in last), 0, "what lives on behind the last event")
    assert new["connections"] <= trial["connections"]["attempted"], trial["connections"]
    equal(sum(event["refused"] for event in trial["events"]), trial["after_events"]["refused"], "refused")
    return trial["events"]


def run_of(bench, *options):
    """A busy machine may miss samples, for which a trial is invalid, and the status is 1."""
    run = bench.finish(bench.start("-r", "1", "--wide", *options))
    assert run.result, run.said()
    return run


def told(run, words):
    assert words in " ".join(run.stdout.split()), (words, run.stdout)


def of_the_event(trial):
    """What a busy machine may do to samples and starts is none of it."""
    return [reason for reason in trial["invalid_because"] if "samples missed" not in reason]


def no_port_is_held(run):
    assert "restart-port-held" not in [finding["id"] for finding in run.trials[0]["findings"]], run.said()


def a_reload_loses_nothing(bench):
    run = run_of(bench, "-s", "graceful", "-c", "16", "-d", "1s", "--at", "500ms=HUP")
    trial = run.trials[0]
    event, = balanced(trial)
    equal(of_the_event(trial), [], "reasons")
    equal((event["lost"], event["refused"], event["no_connection_s"]), (0, 0, 0), "a reload")
    assert event["done_s"] >= 0.5 and event["ended_s"] is None, event
    equal(trial["connections"]["completed"], trial["connections"]["attempted"], "completed")
    told(run, "events: graceful: 0.5s=HUP: 0 lost")


def a_kill_is_told_until_the_restart(bench):
    run = run_of(bench, "-s", "graceful", "-c", "16", "-d", "2s", "--at", "300ms=KILL",
                    "--at", "600ms=restart")
    trial = run.trials[0]
    killed, restarted = balanced(trial)
    equal(of_the_event(trial), [], "reasons")
    assert killed["ended"].startswith("was killed by signal 9"), killed
    assert killed["refused"] > 0 and killed["refused_first_s"] >= killed["done_s"], killed
    # The gap goes on into the time of the next event, and ends behind the instant at which the server was started.
    assert killed["connected_again_s"] >= restarted["restart"]["started_s"], trial["events"]
    assert killed["no_connection_s"] <= killed["connected_again_s"] - killed["done_s"], killed
    assert restarted["restart"]["started_s"] <= restarted["restart"]["listened_s"], restarted
    equal(trial["connections"]["connect_errors"]["ECONNREFUSED"], trial["after_events"]["refused"], "refused")
    # TIME_WAITs of the server that was killed are there, and teardown-server sets SO_REUSEADDR.
    assert restarted["restart"]["time_waits"] > 0, restarted
    equal((restarted["restart"]["in_use"], restarted["restart"]["in_use_with_reuseaddr"]), (True, False), "bind(2)")
    told(run, "bind(2) said EADDRINUSE without SO_REUSEADDR, not with it")
    no_port_is_held(run)


def a_restart_that_resets_its_queue_is_named(bench):
    """The server is slow to accept: what waits in its queue is reset when it is stopped."""
    run = run_of(bench, "--server-command", SERVER + " reuseaddr slow", "-c", "48", "-d", "1s", "--at", "400ms=restart",
                 "--html", bench.folder + "/page.html")
    event, = balanced(run.trials[0])
    finding, = [finding for finding in run.trials[0]["findings"] if finding["id"] == "reset-listener-closed"]
    equal(finding["event"], "restart (--at 0.4s)", "the event")
    assert "in its queue at restart (--at 0.4s), and its kernel reset" in finding["text"], finding
    page = Path(bench.folder, "page.html").read_text()
    equal(page.count("events: 0.4 s restart"), page.count(' 0V200"/>'), "marks")
    # A busy machine misses samples, and an invalid trial is not drawn.
    for caption in ("events: 0.4 s restart", 'ports;</span> <span class="quiet">events: '):
        equal(caption in page, run.trials[0]["valid"], "a page with marks")


def a_port_is_in_use_without_reuseaddr(bench):
    run = bench.run("--server-command", SERVER, "-r", "1", "--wide", "-c", "4", "-d", "5s", "--at", "300ms=restart", expect=1)
    trial = run.trials[0]
    event, = balanced(trial)
    restart = event["restart"]
    assert restart["in_use"] and restart["in_use_with_reuseaddr"] and restart["listened_s"] is None, event
    # The server's own words.
    assert "Address already in use" in event["ended"], event
    assert any("ended before it listened" in reason for reason in trial["invalid_because"]), trial["invalid_because"]
    told(run, "and bind(2) said EADDRINUSE without SO_REUSEADDR, and with it")
    finding, = [finding for finding in trial["findings"] if finding["id"] == "restart-port-held"]
    equal((finding["event"], finding["time_waits"], finding["listeners"]),
          ("restart (--at 0.3s)", restart["time_waits"], 0), "what held the port")


def a_server_that_does_not_come_back_held_no_port(bench):
    """It sets SO_REUSEADDR, leaves TIME_WAITs, and exits at its second start."""
    once = "sh -c 'test ! -e {0} && touch {0} && exec %s reuseaddr'".replace("{0}", bench.folder + "/once") % SERVER
    run = bench.run("--server-command", once, "-r", "1", "-c", "4", "-d", "2s", "--at", "300ms=restart", expect=1)
    restart = run.trials[0]["events"][0]["restart"]
    assert restart["in_use"] and restart["listened_s"] is None, restart
    no_port_is_held(run)


def another_process_that_listens_holds_the_port(bench):
    """It took the place of a server that was killed, and whose processes may still be going."""
    run = bench.run("--server-command", SERVER + " reuseaddr", "-r", "1", "-c", "4", "-d", "5s", "--at", "200ms=KILL",
                    "--at", "201ms=command:" + SERVER + " reuseaddr", "--at", "3s=restart", expect=1)
    finding, = [finding for finding in run.trials[0]["findings"] if finding["id"] == "restart-port-held"]
    equal((finding["event"], finding["listeners"]), ("restart (--at 3s)", 1), "what held the port")
    # Its own words, where it was not too slow to say them before the load was over.
    event = run.trials[0]["events"][-1]
    equal("Address already in use" in finding["text"], bool(event["ended"]), "what the server said: %s" % event)


def replaced(bench, *options):
    run = run_of(bench, "--server-command", SERVER + " reuseport slow", "-c", "48", "-d", "1s",
                    "--at", "400ms=command:" + SERVER + " reuseport until {pid}", *options)
    trial = run.trials[0]
    event, = balanced(trial)
    assert event["queued"] > 0, event
    equal((event["refused"], event["ended_s"]), (0, None), "a server that is replaced")
    return trial, event


def resets_found(trial):
    return [finding for finding in trial["findings"] if finding["id"].startswith("reset-")]


def a_queue_is_reset_or_handed_on(bench):
    """The server that is replaced answers what it has accepted, so all that is lost is what waited in its queue."""
    trial, event = replaced(bench)
    finding, = resets_found(trial)
    equal((finding["id"], event["lost"]), ("reset-listener-closed", event["reset"]), "what was lost")
    # Counters of the kernel bound the finding's number: "47 to 48".
    assert finding["resets"] <= event["lost"] <= finding["resets_most"], (finding, event)
    trial, event = replaced(bench, "--sysctl", "server:net.ipv4.tcp_migrate_req=1")
    equal((resets_found(trial), event["lost"]), ([], 0), "what was lost with tcp_migrate_req")


def lose_some(server, connection, number):
    """The first connections get no answer, and some behind the event, which has made a file."""
    mark = Path(server.words[0])
    request_read(connection)
    when = "behind" if mark.exists() else "before"
    if server.count(when) > LOST[when]:
        connection.sendall(response(2))
    else:
        server.count("lost " + when)


def what_was_lost_before_is_not_the_events(bench):
    """The server counts what it loses."""
    report, mark = bench.folder + "/lost.json", bench.folder + "/mark"
    run = run_of(bench, "--server-command", known_command(__file__, "lose", "{port}", report, mark), "--server-name", "it",
                 "-R", "100", "-d", "1s", "--at", "500ms=command:touch " + mark)
    event, = balanced(run.trials[0])
    known = report_read(report)
    equal((event["lost_before"], event["lost"]), (known["lost before"], known["lost behind"]), "lost before, and behind")
    told(run, "%d lost behind it (" % event["lost"])
    told(run, "; %d lost before it (%.3g/s before, %.3g/s behind)" % (
        event["lost_before"], event["lost_before"] / event["done_s"],
        event["lost"] / (event["until_s"] - event["done_s"])))


def another_loader_meets_it_after_its_first_syn(bench):
    """Nobody knows that loader's connections one by one: packets tell what was refused."""
    loader = "%s -c \"import socket, time\nfor i in range(200):\n try: socket.create_connection(('{host}', {port})).close()\n" \
             " except OSError: pass\n time.sleep(.005)\"" % sys.executable
    run = run_of(bench, "-s", "graceful", "-d", "30s", "--loader-command", loader, "--at", "300ms=KILL")
    event, = run.trials[0]["events"]
    assert event["done_s"] >= 0.3 and event["ended"].startswith("was killed"), event
    equal((event["lost"], event["connections"]), (None, []), "what a loader does not tell")
    assert 0 < event["refused"] < 200, event
    # What an event may do to requests decides nothing, and a loader that sends none is none.
    assert any("no request was sent" in reason for reason in of_the_event(run.trials[0])), run.said()
    assert not any("refused" in reason for reason in of_the_event(run.trials[0])), run.said()


def each_refusal_of_another_loader_is_counted(bench):
    """More connections than the packets are all looked at of, then as many refusals as it counts itself."""
    loader = "%s -c \"import socket\nleft = 300\nwhile left:\n try: socket.create_connection(('{host}', {port})).close()\n" \
             " except ConnectionRefusedError: left -= 1\n" \
             " except ConnectionResetError: pass\"" % sys.executable
    run = run_of(bench, "-s", "graceful", "-d", "60s", "--loader-command", loader, "--at", "700ms=KILL")
    trial, = run.trials
    equal((trial["events"][0]["refused"], trial["after_events"]["refused"]), (300, 300),
          "connects that were refused\n" + run.said())
    absent, = [finding for finding in trial["findings"] if finding["id"] == "listener-absent"]
    assert absent["text"].startswith("300 of %d connects" % trial["connections"]["attempted"]), absent
    equal(absent["event"], "KILL (--at 0.7s)", "what closed the listener")


def what_cannot_be_done_is_one_line(bench):
    run = bench.run("-s", "graceful", "-r", "1", "-d", "1s", "--at", "300ms=command:sh -c 'echo no such thing; exit 3'",
                    expect=1)
    equal(run.trials[0]["invalid_because"][0].split("--at ")[-1],
          "0.3s=sh -c 'echo no such thing; exit 3': the command exited with status 3: no such thing", "reason")
    run = bench.run("-s", "graceful", "-r", "1", "-n", "50", "--at", "50s=HUP", expect=1)
    assert any("did not come: the load was over" in reason for reason in run.trials[0]["invalid_because"]), run.said()
    run = bench.run("-s", "graceful", "-r", "1", "-d", "1s", "--at", "200ms=KILL", "--at", "400ms=HUP", expect=1)
    assert "0.4s=HUP: there was no process to signal" in run.trials[0]["invalid_because"][0], run.said()


def events(bench):
    for case in (a_reload_loses_nothing, a_kill_is_told_until_the_restart,
                 a_restart_that_resets_its_queue_is_named, a_port_is_in_use_without_reuseaddr,
                 a_server_that_does_not_come_back_held_no_port, another_process_that_listens_holds_the_port,
                 a_queue_is_reset_or_handed_on, what_was_lost_before_is_not_the_events,
                 another_loader_meets_it_after_its_first_syn, each_refusal_of_another_loader_is_counted,
                 what_cannot_be_done_is_one_line):
        case(bench)
        print("%s" % case.__name__, flush=True)


if sys.argv[1] == "lose":
    KnownServer(lose_some).run()
if __name__ == "__main__":
    main(events)
