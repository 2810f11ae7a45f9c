#!/usr/bin/env python3
"""The charts of a page, without a browser: charts_file.py TEARDOWN

Their points, their figures, and that they are drawings whatever the result has."""
import copy
import json
import re
import shlex
import statistics

from page import play, rows_of, section_of

POINTS_MAX = 200


def draws_points_enough_and_not_too_many(case):
    for samples in (3, 21, 201, 6001):
        case.made(1, 1, samples)
        page = case.page()
        lines = [path["d"] for path in page.of("path") if path.get("class", "").startswith("line")]
        counts = [len(re.findall(r"-?\d+", line)) // 2 for line in lines]
        assert lines and max(counts) <= POINTS_MAX, counts
        assert max(counts) >= min(samples - 1, POINTS_MAX), (samples, max(counts))


def charts_hold_the_medians(case):
    result = case.made(6, 3, 11)
    for trial in result["trials"]:  # what a request costs is its share of what a connection does
        trial["exchanges_per_connection"] = 4 if trial["strategy"] == "strategy-2" else 1
    with open(case.path("result.json"), "w", encoding="utf-8") as file:
        json.dump(result, file)
    text = case.page().text

    def median(name, read):
        return statistics.median(read(trial) for trial in result["trials"] if trial["strategy"] == name)

    costs = rows_of(section_of(text, "costs"))
    assert len(costs) == 6
    for name, _, server, client, segments in costs:
        requests = 4 if name == "strategy-2" else 1
        assert server == "%.1f" % (median(name, lambda trial: trial["cpu_us_per_connection"]["server"]) / requests)
        assert client == "%.1f" % (median(name, lambda trial: trial["cpu_us_per_connection"]["client"]) / requests)
        assert segments == "%.1f" % (median(name, lambda trial: trial["segments_per_connection"]) / requests)
    for name, *figures in rows_of(section_of(text, "waits")):
        wanted = ["%.3g" % (median(name, lambda trial, kind=kind, q=q: trial["latency_us"][kind][q]) / 1000)
                  for kind in ("total", "connect", "response", "close") for q in ("p50", "p99")]
        assert figures == wanted, (name, figures, wanted)
    for name, server, client in rows_of(section_of(text, "states")):
        assert server == "{:,.0f}".format(median(name, lambda trial: trial["time_wait"]["server"]["end"]))
        assert client == "{:,.0f}".format(median(name, lambda trial: trial["time_wait"]["client"]["end"]))
    assert "Nothing: of 6 of 6 strategies" in section_of(text, "lost")
    assert "Nobody held more than 0.24 %" in section_of(text, "ports"), section_of(text, "ports")[:400]
    assert "ports (69 of 28232 held)" in section_of(text, "well"), section_of(text, "well")


def says_the_most_that_any_trial_held(case):
    """Of two trials, in the chart's sentence as in the card."""
    result = case.made(1, 2, 11)
    for trial, held in zip(result["trials"], (10, 100)):
        trial["ports"].update(peak_in_use=held, held_share=held / 28232)
    with open(case.path("result.json"), "w", encoding="utf-8") as file:
        json.dump(result, file)
    text = case.page().text
    assert "Nobody held more than 0.35 % of the ports" in text and "At most 100 of 28,232 ports were held (0.35 %)" in text


def keeps_names_and_commands_whole(case):
    """Names at lines' ends lie above what the drawing cuts off; a command has no line wider than its room."""
    result = case.made(1, 1, 11)
    page = case.page()
    ends = re.findall(r'<svg class="ends".*?</svg>', page.text, re.DOTALL)
    places = [int(place) for svg in ends for place in re.findall(r' y="(\d+)"', svg)]
    assert len(ends) > 5 and max(places) == 196, places
    lines = page.texts["code"].splitlines()
    assert max(map(len, lines)) <= 68 and all(line.startswith("    ") for line in lines[1:]), lines
    assert shlex.split(page.texts["code"].replace("\\\n", "")) == shlex.split(result["command_line"]), lines


def tells_losses_and_ports_that_end(case):
    result = case.made(3, 3, 11)
    for trial in result["trials"]:
        if trial["strategy"] == "strategy-1":
            trial["loss"].update(lost_share=0.02, bytes=5000000)
            trial["ports"].update(peak_in_use=20000, held_share=20000 / 28232)
            trial["runway"] = {"ports": 28232, "rate_per_s": 7000, "held_after_s": 4.04, "lasts_per_s": 455.9}
        if trial["strategy"] == "strategy-2":
            trial["ports"].update(peak_in_use=5646, held_share=0.2)
    with open(case.path("result.json"), "w", encoding="utf-8") as file:
        json.dump(result, file)
    text = case.page().text
    assert rows_of(section_of(text, "lost")) == [["strategy-1", "2.0 %", "5 MB", "0", "3 of 3"]]
    assert "The other 2 lost nothing" in text
    assert rows_of(section_of(text, "ports")) == \
        [["strategy-1", "71 %", "all are held after 4.0 s at this rate", "455"],
         ["strategy-2", "20 %", "-", "-"]], rows_of(section_of(text, "ports"))
    assert "The others held at most 0.23 %" in text
    assert "strategy-1 lost data on 2.0 % of its connections." in text
    assert text.count("lost data on") == 1
    # More than half of the ports were held, which is not well; the rest is.
    assert "TIME_WAIT cap" in section_of(text, "well") and "ports (" not in section_of(text, "well"), section_of(text, "well")


def tells_what_the_proxy_met_behind_it(case):
    """In the valid trials, or, where its ports ended in each, in all: these have no line in any other chart."""
    result = case.made(3, 2, 11)
    for trial in result["trials"]:
        number = int(trial["strategy"][-1])
        behind = trial["upstream"] = copy.deepcopy({**trial, "loader": "proxy", "findings": []})
        # Grouped otherwise than in front, so that the order of the rows is another one.
        behind["holder"] = {"measured": ("none", "client", "server")[number]}
        behind["connections"] = {"attempted": 1000 * (number + 1)}
        behind["time_wait"] = {"server": {"created": 10 + number}, "client": {"created": 20 + number}}
        behind["ports"] = {"available": 1000, "peak_in_use": 250, "held_share": (number + 2) / 4}
        for sample in behind["samples"]:
            sample["client_ports"] = 111 * (number + 1)
        if (number, trial["repeat"]) == (1, 2):
            behind.update(valid=False, connections={"attempted": 8888})
            for sample in behind["samples"]:
                sample["client_ports"] = 999
        if number == 2:
            for one in (trial, behind):
                one.update(valid=False, invalid_because=["responses without a status of 2xx"])
            trial["findings"] = [
                {"id": "ports-exhausted", "text": "of the client", "end": "client", "t_s": 0.1, "failed": 9},
                {"id": "ports-exhausted", "text": "of the proxy", "end": "proxy", "t_s": 3 - trial["repeat"],
                 "failed": 700 + trial["repeat"]}]
    with open(case.path("result.json"), "w", encoding="utf-8") as file:
        json.dump(result, file)
    text = case.page().text
    section = section_of(text, "behind")
    # Its figures are those of invalid trials, crossed out and with the reason.
    body, = re.findall(r'<tbody class="strategy invalid">(.*?)</tbody>', section, re.DOTALL)
    row, = rows_of(body)
    assert (row[0], row[4], row[5].split()[-1], row[-1]) == ("strategy-2", "100 %", "11.0k", "0 of 2"), row
    assert ">invalid, 2 of 2: responses without a status of 2xx<" in body, body
    assert "the medians are of all" in section and text.count("the medians are of all") == 1, section
    table = section[section.index("What the proxy met there"):]
    equal_rows = [["strategy-2", "3,000", "22", "12", "100 %",
                   "in 2 of 2 trials; first after 1.00 s, where 702 requests failed"],
                  ["strategy-1", "2,000", "21", "11", "75 %", "no"], ["strategy-0", "1,000", "20", "10", "50 %", "no"]]
    assert rows_of(table) == equal_rows, rows_of(table)
    assert "<li>first closer: " in section, section
    data = json.loads(re.search(r'id="plots">(.*?)</script>', text, re.DOTALL).group(1))
    held = {data["names"][int(at)]: line["points"][1] for at, line in data["plots"]["ports-behind"]["lines"].items()}
    assert held == {"strategy-0": 111, "strategy-1": 222, "strategy-2": 333}, held
    assert len(data["plots"]["ports"]["lines"]) == 2, data["plots"]["ports"]["lines"]


def fail(word):
    raise AssertionError("%s is no JSON" % word)


def draws_whatever_numbers_there_are(case):
    """Extremes that the schema lets through: each drawing is still one, and the script's data are JSON."""
    extremes = (0, 1, 2 ** 53 - 1, 1e308, 5e-324, 1e-5)

    def changed(trial, value, other):
        for number, sample in enumerate(trial["samples"]):
            sample.update(t_s=[value, number / 10, other][number % 3], opened=number * 10 ** 12,
                          client_ports=int(value) % 2 ** 53, connect_us_p50=other, server_tw=int(other) % 2 ** 53)
        for latency in trial["latency_us"].values():
            latency.update(curve=[value, other] * 30, p50=other, p99=value)
        trial["ports"].update(available=int(value) % 2 ** 53, peak_in_use=int(other) % 2 ** 53, held_share=other)
        trial["cpu_us_per_connection"] = {"server": value, "client": other}
        trial["loss"].update(lost_share=value, refused_share=other)
        trial.update(rate_per_s=value, exchanges_per_s=other, duration_s=other, segments_per_connection=value)
        trial["runway"] = {"held_after_s": other, "lasts_per_s": value}

    for value in extremes:
        for other in extremes:
            result = case.made(2, 2, 9)
            for trial in result["trials"]:
                changed(trial, value, other)
            result["curve_quantiles"] = [0, 1, value, other] * 15
            with open(case.path("result.json"), "w", encoding="utf-8") as file:
                json.dump(result, file)
            page = case.page()
            plots = re.search(r'id="plots">(.*?)</script>', page.text, re.DOTALL).group(1)
            json.loads(plots, parse_constant=fail)
            for tag, attributes in page.elements:
                for name in ("d", "x", "y", "width", "cx", "viewbox"):
                    drawn = attributes.get(name, "")
                    assert not re.search(r"nan|inf|e\+?\d", drawn), (value, other, tag, name, drawn)
                    numbers = [float(number) for number in re.findall(r"-?\d+\.?\d*", drawn)]
                    assert all(-1 <= number <= 2000 for number in numbers), (value, other, tag, name, drawn)


CASES = (draws_points_enough_and_not_too_many, charts_hold_the_medians, says_the_most_that_any_trial_held,
         keeps_names_and_commands_whole, tells_losses_and_ports_that_end,
         tells_what_the_proxy_met_behind_it, draws_whatever_numbers_there_are)


if __name__ == "__main__":
    play(CASES)
