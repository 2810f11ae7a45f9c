"""Result files that are not kept but made: of more strategies than a person would write down, and of
stranger names."""
import json
import os

TRIALS = 3
HOLDERS = ("server", "client", "none", "both", "mixed")
PRICES = ([], ["tail"], ["old-segments"], ["tail", "old-segments"])
LETTERS = "plug-in-of-somebody-else-number"  # a name has 31 characters at most


def name_of(number):
    """From the shortest name to the longest; no two are alike."""
    length = 2 + number * 29 // 19
    return ("%s%02d" % (LETTERS[:length - 2].rstrip("-"), number))[-31:]


def trial(number, repeat):
    """Number 3 has no valid trial, 7 has one less than the others, 11 lost responses, 13 ran out of ports."""
    holder, rate = HOLDERS[number // 4], 1234.5 * (number + 1) + 37 * repeat
    reasons = []
    if number == 3 or (number == 7 and repeat == 2):
        reasons = ["%d SYNs sent again (TCPSynRetrans)" % (10 * number + repeat)]
    lost = 0.01 * number if number == 11 else 0
    if lost:
        reasons = ["%d connections were reset before the end of a response" % (100 + repeat)]
    exhausted = 1.5 + repeat / 10 if number == 13 else None
    if exhausted:
        reasons = ["%d times EADDRNOTAVAIL from connect()" % (50 + repeat)]
    held = 1000 if exhausted else 31 * number + repeat
    return {"strategy": name_of(number), "repeat": repeat, "valid": not reasons, "invalid_because": reasons,
            "findings": [], "holder": {"measured": holder}, "source_port": "kernel",
            "exchanges_per_connection": 100 if number == 5 else 1, "rate_per_s": rate, "exchanges_per_s": rate,
            "latency_us": {"total": {"p50": 100.5 * (number + 1) + repeat, "p99": 2003.5 * (number + 1) + repeat}},
            "loss": {"exhausted_s": exhausted, "lost_share": lost, "refused_share": 0.25 if exhausted else 0,
                     "bytes": 1500000 * number if lost else 0},
            "ports": {"available": 1000, "peak_in_use": held, "held_share": held / 1000}}


def twenty():
    names = [name_of(number) for number in range(20)]
    return {"schema": "teardown-run/1", "version": "0.1.0", "host": {"kernel": "6.1.0-made-up"},
            "options": {"rate": 0, "request-bytes": 0, "response-bytes": 1000000},
            "command_line": "teardown run --strategies " + ",".join("./%s.so" % name for name in names),
            "strategies": names,
            "declared": [{"strategy": name, "gives_up": PRICES[number % 4], "source_port": "kernel", "exchanges": 1}
                         for number, name in enumerate(names)],
            "trials": [trial(number, repeat) for repeat in range(1, TRIALS + 1) for number in range(20)],
            "summary": [{"strategy": name} for name in names]}


# What the name of a server may be, and what a file from elsewhere may hold.
HOSTILE = ("%s%n<script>", "it's \"q\" $(reboot) `id`", "x" * 3000, "é" * 40, "a name of several words", "--option",
           "the-same-start-one-the-same-end", "the-same-start-two-the-same-end")
# No name, and none that a file is read with.
REFUSED = {"newline.json": "two\nlines", "right-to-left.json": "to the \u202eleft"}


def hostile():
    result = twenty()
    names = dict(zip(result["strategies"], HOSTILE))
    for key in ("trials", "summary", "declared"):
        result[key] = [{**entry, "strategy": names[entry["strategy"]]} for entry in result[key]
                       if entry["strategy"] in names]
    for one in result["trials"]:
        one["invalid_because"] = ["%n " + HOSTILE[1] + " %s"] if one["invalid_because"] else []
    return {**result, "strategies": list(HOSTILE), "command_line": "teardown run -H 'a -b '\\'' -c' --path \"x -y\""}


def refused(name):
    result = twenty()
    result["trials"][5]["strategy"] = name
    return result


def differing():
    """Two strategies that differ in four metrics."""
    result = twenty()
    names = result["strategies"][1:3]
    trials = [{**trial(number, repeat), "repeat": repeat} for repeat in range(1, 7) for number in (1, 2)]
    return {**result, "strategies": names, "trials": trials,
            "declared": [one for one in result["declared"] if one["strategy"] in names],
            "summary": [{"strategy": name} for name in names]}


def bounds():
    """The second one's requests are known as an upper bound alone."""
    result = differing()
    for one in result["trials"]:
        one["latency_us"]["total"].update(p50=17.5, p99=18.5)
        if one["strategy"] == result["strategies"][1]:
            one["exchanges_at_most"] = True
    return result


def closed_behind(is_reset):
    """How the proxy ends its 200 connections to the upstream: it closes, or it resets most of them."""
    sent = {"open": 150, "across_fin": 3, "behind_other_fin": 2, "behind_own_fin": 40, "behind_both_fins": 0}
    few = {"open": 9, "across_fin": 0, "behind_other_fin": 0, "behind_own_fin": 0, "behind_both_fins": 0}
    return {"holder": {"measured": "none" if is_reset else "client", "declared": "client"},
            "first_closer": {"measured": "client", "packet_tap": {"connections": 200}},
            "endings": {"client": {"resets_sent": sent if is_reset else few}}}


def proxied(first=0):
    """Two strategies behind a proxy: the hop to its upstream is half as fast, and its TIME_WAITs are at the proxy's
    end, or nowhere. `first`: trials are those from there on."""
    result = differing()
    for one in result["trials"]:
        one["holder"] = {"measured": "server"}
        one["rate_per_s"] += first
        behind = {**one, "server": "graceful", "rate_per_s": one["rate_per_s"] / 2 + first, "exchanges_per_s": None,
                  "latency_us": {}, "loss": {}, **closed_behind(one["strategy"] == result["strategies"][1]),
                  "ports": {"available": 200, "peak_in_use": 150, "held_share": 0.75},
                  "findings": [{"id": "runway-made-up", "text": "told of the hop behind alone"}]}
        one["upstream"] = behind
    return result


def unwell_behind():
    """One of the two has no valid trial behind the proxy, whose upstream had a setting of its own."""
    result = proxied()
    cap, sack = "net.ipv4.tcp_max_tw_buckets", "net.ipv4.tcp_sack"
    result["options"]["sysctl"] = ["upstream:%s=5" % cap, "server:%s=7" % cap, "proxy:%s=1" % sack]
    result["network"] = {"sysctls": {"server": {cap: "1048576", sack: "1"}, "client": {cap: "1048576", sack: "1"}}}
    for one in result["trials"]:
        one["upstream"]["sysctls"] = {"server": {cap: "7"}}
        one["events"] = [{"at_s": number + 1, "done_s": number + 1.5, "end": end, "kind": "signal", "event": "KILL",
                          "connections": [], "refused": 3 + number, "no_connection_s": 0.5, "ended": "was killed: it"}
                         for number, end in enumerate(("server", "proxy"))]
        if one["strategy"] == result["strategies"][0]:
            one["upstream"].update(valid=False, invalid_because=["9 TIME_WAITs skipped"])
    return result


def translated():
    """The NAT between has what the server has, too, and what it alone has."""
    result = differing()
    waits, forward = "net.netfilter.nf_conntrack_tcp_timeout_time_wait", "net.ipv4.ip_forward"
    result["options"]["sysctl"] = ["%s:%s=33" % (end, waits) for end in ("server", "nat")]
    result["network"] = {"sysctls": {"server": {waits: "33"}, "client": {}, "nat": {waits: "33", forward: "1"}}}
    return result


def restarted(number, lost, listens=True):
    """A restart that cost `lost` of the new connections, in each trial of a strategy."""
    states = ({"state": "asked", "connections": 16, "completed": 16, "short": 0, "reset": 0, "timed_out": 0},
              {"state": "new", "connections": 900 + number, "completed": 900 + number - lost, "short": 0, "reset": lost,
               "timed_out": 0})
    return {"at_s": 0.6, "done_s": 0.625, "end": "server", "kind": "restart", "event": "restart",
            "connections": list(states), "queued": 0, "time_waits": 1749, "lost": lost, "reset": lost, "unexpected": 0,
            "refused": 3 * number, "no_connection_s": 0.03 + number / 100, "refused_first_s": 0.63,
            "connected_again_s": 0.7, "restart": {
                "stopped_s": 0.64, "started_s": 0.65, "listened_s": 0.655 + number / 100 if listens else None,
                "time_waits": 77 * number, "in_use": number == 4, "in_use_with_reuseaddr": False}}


def signalled(number, lost):
    """A KILL behind which the first server was gone, and the second one did not listen; the others went on."""
    event = {**restarted(number, lost), "kind": "signal", "event": "KILL"}
    del event["restart"]
    if number == 1:
        event["ended"] = "was killed: it"
    return {**event, "connected_again_s": None} if number == 2 else event


def eventful(make=lambda number, lost: restarted(number, lost, number != 6), losses=(0, 7, 0, 2, 7, 11)):
    """A restart: two strategies of six lost nothing, and the server of one did not listen again."""
    result = twenty()
    result["strategies"] = result["strategies"][:6]
    names = [name_of(number) for number in range(6)]
    for key in ("trials", "summary"):
        result[key] = [one for one in result[key] if one["strategy"] in names]
    for one in result["trials"]:
        number = names.index(one["strategy"])
        one["events"] = [make(number + 1, losses[number])]
    return result


# What the load's end cut of 16 pauses at each level, and what was lost of 16 connections, by strategy.
PAUSES_CUT = (((8, 0), (16, 12), (16, 0), (9, 0)), ((9, 0), (0, 12), (16, 0), (9, 0)), ((16, 0),) * 4)


def cut_short(count, option="think"):
    """A sweep, or a matrix, of `count` strategies, most of whose pauses ended with the load."""
    names = [name_of(number) for number in range(1, count + 1)]
    levels = ["think@%d00ms" % (number + 2) for number in range(4)]
    trials = []
    for name, cells in zip(names, PAUSES_CUT):
        for level, (cut, lost) in zip(levels, cells):
            trials.append({"strategy": "%s:%s" % (name, level), "repeat": 1, "order": len(trials) + 1, "valid": True,
                           "exchanges": 32 - lost, "connections": {"attempted": 16},
                           "delivery": {"delivered": 16 - lost, "truncated": 0, "lost": lost, "held": 0},
                           "clients": [{"behaviour": "think", "pauses": 16, "pauses_cut": cut}]})
    rows = [one["strategy"] for one in trials]
    return {**twenty(), "strategies": rows, "declared": [], "trials": trials,
            "summary": [{"strategy": row, "trials": 1, "valid_trials": 1} for row in rows],
            "factor": {"option": option, "strategies": names, "levels": levels}}


def write(folder):
    """The names of the files that are in this folder then."""
    names = set()
    for name, result in (("twenty.json", twenty()), ("hostile.json", hostile()),
                         ("differing.json", differing()), ("bounds.json", bounds()),
                         ("proxied.json", proxied()), ("proxied-faster.json", proxied(500)), ("eventful.json", eventful()),
                         ("killed.json", eventful(signalled, (13, 17, 0, 0, 0, 0))),
                         ("sweep-cut.json", cut_short(2)), ("sweep-cut-table.json", cut_short(3)),
                         ("matrix-cut.json", cut_short(3, "clients")), ("proxied-unwell.json", unwell_behind()), ("translated.json", translated()),
                         *((file, refused(name)) for file, name in REFUSED.items())):
        names.add(name)
        with open(os.path.join(folder, name), "w", encoding="utf-8") as file:
            json.dump(result, file)
    return names
