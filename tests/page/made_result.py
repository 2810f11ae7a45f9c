"""Result files of any size, for pages: made_result.py OUTPUT STRATEGIES TRIALS SAMPLES [hostile]

one_trial.json is a trial as it was run. Its copies are of strategies of every holder; their figures
differ, and so do those of every sample, so that a value shows whose it is. Nothing is drawn by lot."""
import copy
import json
import os
import sys

HOLDERS = ("server", "client", "none", "both")
GIVES_UP = ((), ("tail",), ("guard",), ("tail", "guard"))
PERIOD_S = 0.1
CURVE = 61
# What would run, or break the page, where it is not escaped.
HOSTILE = (
    "<img src=x onerror=alert(1)>",
    "\" onmouseover=\"alert(1)\" x=\"",
    "</script><script>alert(1)</script>",
    "' onfocus='alert(1)' autofocus '",
    "<!--<script>",
    "a&lt;b&amp;c%s%n\\u003cb\\",
    "</style><style>*{display:none}",
    "]]></title><svg onload=alert(1)>",
    "no-blank-to-break-at" * 8,
)


def template(name="one_trial.json"):
    with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), name), encoding="utf-8") as file:
        return json.load(file)


def ladders_of(names, hostile):
    """one_ladder.json is the ladder of a run, with odd words beside a row."""
    ladders = [dict(template("one_ladder.json"), strategy=name) for name in names]
    if hostile:
        ladders[0].update(client=HOSTILE[0], ended=HOSTILE[1], kernel={"client": [HOSTILE[2]], "server": [HOSTILE[3]]})
        ladders[0]["rows"][0].update(flags=HOSTILE[4], notes=[HOSTILE[7]], end=HOSTILE[6])
    return ladders


def name_of(strategy, hostile):
    return HOSTILE[strategy % len(HOSTILE)] + str(strategy // len(HOSTILE)) if hostile else "strategy-%d" % strategy


def sample(strategy, trial, index):
    """At index * PERIOD_S: a ramp of its own."""
    slope = 100 + 7 * strategy + 3 * trial
    holder = HOLDERS[strategy % 4]
    held = slope * index + index % 3
    return {"t_s": round(index * PERIOD_S, 6), "opened": 2 * held, "completed": 2 * held,
            "server_tw": held if holder in ("server", "both") else 0,
            "client_tw": held if holder in ("client", "both") else 0,
            "client_open": 64, "client_ports": 64 + (held if holder == "client" else 0) + strategy,
            "connect_us_p50": 10 + strategy + trial + index % 5,
            "loader_cpu_s": 0.05 * index, "server_cpu_s": 0.03 * index}


def latency(strategy, trial, kind):
    scale = (1 + strategy / 10) * (1 + trial / 100) * (1 + kind)
    curve = [round(100 * scale * 1.1 ** point, 3) for point in range(CURVE)]
    return {"count": 1000 + strategy, "p50": curve[4], "p90": curve[13], "p99": curve[26], "p999": curve[39],
            "max": curve[-1], "mean": curve[6], "curve": curve}


def trial_of(one, strategy, trial, samples, hostile):
    made = copy.deepcopy(one)
    holder = HOLDERS[strategy % 4]
    rate = 10000 + 500 * strategy + 10 * trial
    made.update(strategy=name_of(strategy, hostile), repeat=trial + 1, order=1 + trial, valid=True, invalid_because=[],
                findings=[], rate_per_s=rate, exchanges_per_s=rate + 0.5)
    made["holder"] = {"declared": holder, "measured": holder}
    made["samples"] = [sample(strategy, trial, index) for index in range(samples)]
    made["latency_us"] = {kind: latency(strategy, trial, number)
                          for number, kind in enumerate(("connect", "response", "close", "total"))}
    for end in ("server", "client"):
        made["time_wait"][end]["peak"] = max(one_sample["%s_tw" % end] for one_sample in made["samples"])
    made["ports"].update(peak_in_use=64 + strategy, in_use_at_end=0, held_share=(64 + strategy) / made["ports"]["available"])
    made["cpu_us_per_connection"] = {"server": 15 + strategy / 10, "client": 30 + trial / 10}
    if hostile and strategy == 0 and trial == 0:
        made.update(valid=False, invalid_because=[HOSTILE[0] + " " + HOSTILE[2]])
    if hostile and strategy == 1:
        made["findings"] = [{"id": "loader-bound", "text": HOSTILE[2] + HOSTILE[1]}]
    return made


def result_of(strategies, trials, samples, hostile=False):
    result = template()
    one = result["trials"][0]
    result["curve_quantiles"] = result["curve_quantiles"][:CURVE]
    result["trials"] = [trial_of(one, strategy, trial, samples, hostile)
                        for trial in range(trials) for strategy in range(strategies)]
    names = [name_of(strategy, hostile) for strategy in range(strategies)]
    result["strategies"] = names
    result["ladders"] = ladders_of(names, hostile)
    declared, summary = result["declared"][0], result["summary"][0]
    result["declared"] = [dict(declared, strategy=name, holder=HOLDERS[number % 4],
                               gives_up=list(GIVES_UP[number % 4]))
                          for number, name in enumerate(names)]
    result["summary"] = [dict(summary, strategy=name, trials=trials, valid_trials=trials) for name in names]
    if hostile:
        result["command_line"] = "teardown run --strategies '%s'" % HOSTILE[2]
        result["host"].update(name=HOSTILE[0], cpu_model=HOSTILE[1], kernel=HOSTILE[6])
        result["not_run"] = [{"strategy": HOSTILE[7], "because": HOSTILE[0]}]
        result["network"]["sysctls"]["server"]["net.ipv4.%s" % HOSTILE[3]] = HOSTILE[2]
        result["options"]["server-command"] = HOSTILE[2]
    return result


def write(path, *size):
    """Numbers have ten digits at most, as `teardown run` writes them."""
    result = json.loads(json.dumps(result_of(*size)), parse_float=lambda digits: float("%.10g" % float(digits)))
    with open(path, "w", encoding="utf-8") as file:
        json.dump(result, file)


if __name__ == "__main__":
    write(sys.argv[1], *(int(word) for word in sys.argv[2:5]), len(sys.argv) > 5)
