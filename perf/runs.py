"""The runs that are kept: each is one small file of perf/runs, DATE-MACHINE.json, with the medians
and intervals of one day on one machine. The pages are written from all of them."""
import json
import os
import re

from ratios import Spread, paired, present, spread

SCHEMA = "teardown-perf/1"
DIGITS = 4  # significant ones; more would say more than was measured


def rounded(value):
    return float("%.*g" % (DIGITS, value)) if value < 10 ** DIGITS else round(value)


def spread_kept(values):
    return dict(zip(Spread._fields, map(rounded, spread(values))))


def references_of(measurement):
    """What ratios are to: the table's columns, then what only a target names."""
    wanted = [*measurement.references, *(target.reference for target in measurement.targets)]
    return [name for name in dict.fromkeys(wanted) if name]


def reduce(measurement, result):
    """What is kept of one measurement. A contestant without a valid figure is left out."""
    figures = result["figures"]
    kept = {"repeats": result["repeats"], "invalid": sorted(set(result["invalid"])), "figures": {},
            "ratios": {}}
    for name, values in figures.items():
        if present(values):
            kept["figures"][name] = spread_kept(present(values))
    for reference in references_of(measurement):
        ratios = {name: paired(values, figures[reference]) for name, values in figures.items()
                  if name != reference} if reference in figures else {}
        kept["ratios"][reference] = {name: spread_kept(values)
                                     for name, values in ratios.items() if values}
    return kept


def machine_of(result):
    host, settings = result["host"], result["sysctls"]["server"]
    return {"cpu_model": host["cpu_model"], "cpus": host["cpus"],
            "memory_gib": round(host["memory_bytes"] / 2 ** 30), "kernel": host["kernel"],
            "congestion_control": settings.get("net.ipv4.tcp_congestion_control"),
            "root": host["root"]}


def run_of(results):
    """The run that an output folder holds: [(measurement, result)]. A folder whose measurements are
    of two machines holds two runs, and is refused."""
    machines = [machine_of(result) for _, result in results if "host" in result]
    if not machines:
        raise SystemExit("perf: nothing was measured that could be kept")
    if machines.count(machines[0]) < len(machines):
        raise SystemExit("perf: the output folder holds figures of several machines: keep them "
                         "apart with --output")
    return {"schema": SCHEMA, "ended": max(result["ended"] for _, result in results),
            "commit": ", ".join(sorted({result.get("commit") or "" for _, result in results} - {""})),
            "machine": machines[0],
            "quick": any(result["quick"] for _, result in results),
            "measurements": {measurement.name: reduce(measurement, result)
                             for measurement, result in results}}


def slug(text):
    return re.sub(r"[^a-z0-9]+", "-", re.sub(r"\((r|tm)\)", "", text.lower())).strip("-")


def name_of(run):
    machine = run["machine"]
    return "%s-%s-%dcpu" % (run["ended"][:10], slug(machine["cpu_model"]), machine["cpus"])


def write(folder, run):
    """Keeps the run; it takes the place of an earlier file of the same run, and of no other."""
    os.makedirs(folder, exist_ok=True)
    name, number = name_of(run), 1
    while True:
        path = os.path.join(folder, name + ("" if number == 1 else "-%d" % number) + ".json")
        if not os.path.exists(path) or load(path)["ended"] == run["ended"]:
            break
        number += 1
    write_to(path, run)
    return path


def write_to(path, run):
    text = json.dumps(run, indent=1, ensure_ascii=False)
    # A spread on one line: the file is read by people, and by diff.
    text = re.sub(r'\{\s+("median": \S+)\s+("low": \S+)\s+("high": \S+)\s+\}', r"{\1 \2 \3}", text)
    with open(path, "w") as file:
        file.write(text + "\n")


def load(path):
    with open(path) as file:
        run = json.load(file)
    if run.get("schema") != SCHEMA:
        raise SystemExit("perf: %s is no kept run (%s)" % (path, SCHEMA))
    return run


def read(folder):
    """{name: run} of all kept runs, the oldest first."""
    names = sorted(name[:-len(".json")] for name in os.listdir(folder) if name.endswith(".json"))
    return {name: load(os.path.join(folder, name + ".json")) for name in names}


def spread_of(run, measurement, who, reference=None):
    """The Spread of a figure, or of its ratio to a reference; None where the run has it not."""
    kept = run["measurements"].get(measurement, {})
    of = kept.get("ratios", {}).get(reference, {}) if reference else kept.get("figures", {})
    return Spread(**of[who]) if who in of else None


def spreads_of(runs, *what):
    """{run's name: Spread} of the runs that have it."""
    found = {name: spread_of(run, *what) for name, run in runs.items()}
    return {name: one for name, one in found.items() if one}
