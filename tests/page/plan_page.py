#!/usr/bin/env python3
"""The page of a plan, without a browser: plan_page.py TEARDOWN

It says what --json says of the same plan, draws what was simulated, and lets nothing run but what is its own."""
import html
import json
import os
import re
import subprocess
import sys
import tempfile

from page import page_read

TEARDOWN = os.path.abspath(sys.argv[1])
PLAN = ("--rate", "440/s", "--hz", "250", "-s", "client-close,graceful,wide-ports")
SIMULATED = ("--simulate", "--duration", "3m", "--destinations", "12", "--zipf", "1", "--ports", "40001-42000")


def run(*words, status=0):
    done = subprocess.run([TEARDOWN, "plan", *words], capture_output=True, timeout=120, check=False,
                          env=dict(os.environ, COLUMNS="100", LC_ALL="C.UTF-8"))
    assert done.returncode == status, (words, done)
    return (done.stderr if status else done.stdout).decode()


def page_of(folder, *words):
    """The page and the JSON of one plan."""
    path = os.path.join(folder, "plan.html")
    plan = json.loads(run(*words, "--json", "--html", path))
    page = page_read(path)
    return page, plan


def number(value, unit="", none="-"):
    return none if value is None else "{:,.0f}{}".format(value, unit)


def cells_of(row, has_pause):
    """A row of the table as --json has it."""
    waits, of_json = row["time_wait"], [row["strategy"], number(row["lasts_per_s"], "/s"), number(row["slow_from_per_s"], "/s")]
    slow = row["fits"] and row["slow_after_s"] is not None
    return of_json + [
        number(row["ports_held"]), number(row["slow_after_s"], " s", "never"), number(row["exhausted_after_s"], " s", "never"),
        number(waits["server"]), number(waits["client"]), number(row["segments_per_s"]["server"], "/s"),
        number(row["lingering_descriptors"]["server"]),
        *([number(row["listen_queue"]["backlog_needed"])] if has_pause else []), "risk" if row["may_lose_tail"] else "kept",
        "– slow" if slow else "✓ yes" if row["fits"] else "✕ no"]


def the_page_says_what_json_says(folder):
    for rate, *pause in (("440/s",), ("900/s",), ("440/s", "--pause", "500ms")):
        page, plan = page_of(folder, *PLAN, "--rate", rate, *pause)
        rows = [[html.unescape(re.sub("<[^>]*>", "", cell)) for cell in re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row)]
                for row in re.findall(r"<tbody><tr>(.*?)</tr></tbody>", page.text)]
        assert rows == [cells_of(row, pause) for row in plan["strategies"]], rows
        tables = [page_class.split() for page_class in re.findall(r'<table class="([^"]*)"', page.text)]
        assert ["sortable" in classes for classes in tables] == [True], tables
        assert "<p class=\"answer more\">choice: %s," % plan["chosen"] in page.text
        assert "What happens over time?" not in page.text and not page.of("svg")
        fits = {row["strategy"]: row["fits"] for row in plan["strategies"]}
        assert fits["client-close"] is (rate == "440/s"), fits
        assert ("all 28232 ports are held after 31 s" in page.text) == (rate == "900/s"), rate


def what_was_simulated_is_drawn(folder):
    page, plan = page_of(folder, *PLAN, *SIMULATED)
    data = json.loads(html.unescape(re.search(r"id=\"plots\">(.*?)</script>", page.text, re.DOTALL).group(1)))
    groups = plan["simulation"]["groups"]
    drawn = [at for at, group in enumerate(groups) if group["pairs"]]
    assert len(drawn) == 2 < len(groups), groups
    assert sorted(data["plots"]) == sorted(name % at for at in drawn for name in ("held-%d", "rates-%d"))
    for at in drawn:
        slots = groups[at]["over_time"]
        for name, line in (("most", "most"), ("p90", "p90"), ("p50", "p50")):
            points = data["plots"]["held-%d" % at]["lines"][str(data["names"].index(line))]["points"][1::2]
            assert len(points) == len(slots) == 60
            for point, slot in zip(points, slots):
                assert abs(point - slot["held"][name]) <= 1e-4 * slot["held"][name], (name, point, slot)
        assert str(data["names"].index("p99")) not in data["plots"]["held-%d" % at]["lines"], "p99 of 12 pairs"
        points = data["plots"]["rates-%d" % at]["lines"][str(data["names"].index("attempts"))]["points"][1::2]
        for point, slot in zip(points, slots):
            rate = slot["attempted"] / (slot["to_s"] - slot["from_s"])
            assert abs(point - rate) <= 1e-4 * rate, (point, slot)
        # What never happened has no line.
        refused = str(data["names"].index("refused")) in data["plots"]["rates-%d" % at]["lines"]
        assert refused == (groups[at]["refused"] > 0), groups[at]["strategies"]
    assert sum(groups[at]["refused"] > 0 for at in drawn) == 1, "one of both refuses"
    assert "graceful: no port is held for longer than an instant" in page.text


def what_has_no_rate_has_no_choice(folder):
    page, plan = page_of(folder, "--hz", "250", "-s", "client-close,graceful")
    assert "choice" not in page.text and plan["chosen"] is None
    assert "<th scope=\"row\">client-close</th><td class=\"number\" data-v=\"455.003\">455/s</td>" in page.text, page.text


def the_host_of_a_plan_is_said(folder):
    doctor = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "golden", "doctor.json")
    page, plan = page_of(folder, "--from-doctor", doctor, "-s", "client-close", "--hz", "1000")
    host = plan["from_doctor"]
    said, = re.findall(r'<p class="quiet">(from doctor: .*?)</p>', page.text)
    assert said.startswith("from doctor: %s -&gt; %s in " % (host["source"], host["destination"])), said
    assert "stands above that: --hz" in page.text, page.text
    page, _ = page_of(folder, *PLAN)
    assert "from doctor" not in page.text


def what_cannot_be_written_is_said_first(folder):
    said = run(*PLAN, "--html", os.path.join(folder, "no", "page.html"), status=2)
    assert said.startswith("teardown: --html ") and said.count("\n") == 1, said


for case in (the_page_says_what_json_says, what_was_simulated_is_drawn, what_has_no_rate_has_no_choice,
             the_host_of_a_plan_is_said, what_cannot_be_written_is_said_first):
    with tempfile.TemporaryDirectory(prefix="teardown-page-") as place:
        case(place)
        print("ok:", case.__name__, flush=True)
