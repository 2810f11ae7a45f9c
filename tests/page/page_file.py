#!/usr/bin/env python3
"""The HTML file of a result, without a browser: page_file.py TEARDOWN [timing]

What it holds, what it lets run, how large it is, and that its data are those of the result."""
import base64
import gzip
import hashlib
import html
import html.parser
import json
import os
import re
import resource
import shlex
import statistics
import subprocess
import sys
import tempfile

import made_result

POINTS_MAX = 200
BYTES_MAX = 1000000
PHONE_COLUMNS_MAX, COLUMNS_MAX = 4, 11
VOID = {"meta", "input", "br", "link", "img", "hr"}
HOLDERS = ("server", "client", "nobody", "both", "mixed")
SHAPES = {"path", "rect", "circle"}


class Page(html.parser.HTMLParser):
    """Elements with their attributes, texts by element, and whether all of it is well-formed."""

    def __init__(self, text):
        super().__init__(convert_charrefs=True)
        self.text, self.elements, self.stack, self.faults = text, [], [], []
        self.texts = {}
        self.feed(text)
        self.close()
        if self.stack:
            self.faults.append("left open: %s" % self.stack)

    def handle_starttag(self, tag, attrs):
        names = [name for name, _ in attrs]
        if len(set(names)) != len(names):
            self.faults.append("<%s> has an attribute twice" % tag)
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.stack.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))
        if tag not in SHAPES:
            self.faults.append("<%s/> of an element that has an end" % tag)

    def handle_endtag(self, tag):
        if tag == "p" and "p" not in self.stack:
            self.faults.append("</p> without <p>")
        elif not self.stack or self.stack[-1] != tag:
            self.faults.append("</%s> in %s" % (tag, self.stack[-3:]))
        else:
            self.stack.pop()

    def handle_data(self, data):
        where = self.stack[-1] if self.stack else ""
        self.texts[where] = self.texts.get(where, "") + data

    def of(self, tag):
        return [attributes for name, attributes in self.elements if name == tag]


class Case:
    def __init__(self, teardown, folder):
        self.teardown, self.folder = teardown, folder

    def path(self, name):
        return os.path.join(self.folder, name)

    def run(self, *words, status=0):
        done = subprocess.run([self.teardown, *words], capture_output=True, timeout=120, check=False,
                              env=dict(os.environ, COLUMNS="300"))
        assert done.returncode == status, (words, done.returncode, done.stderr.decode())
        return done.stdout

    def made(self, *size):
        made_result.write(self.path("result.json"), *size)
        with open(self.path("result.json"), encoding="utf-8") as file:
            return json.load(file)

    def page(self, *words):
        self.run("report", self.path("result.json"), "--html", self.path("page.html"), *words,
                 status=99 if "--fail-if" in words else 0)
        return self.read()

    def read(self):
        with open(self.path("page.html"), encoding="utf-8", newline="") as file:
            page = Page(file.read())
        assert not page.faults, page.faults
        return page


def policy_of(page):
    """The directives of the Content Security Policy: {name: [source]}."""
    metas = [meta["content"] for meta in page.of("meta") if meta.get("http-equiv") == "Content-Security-Policy"]
    assert len(metas) == 1, metas
    return {words[0]: words[1:] for words in (part.split() for part in metas[0].split(";"))}


def hash_of(text):
    return "'sha256-%s'" % base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def lets_only_its_own_run(case):
    case.made(3, 1, 11)
    page = case.page()
    policy = policy_of(page)
    assert policy["default-src"] == ["'none'"], policy
    scripts = re.findall(r"<script>(.*?)</script>", page.text, re.DOTALL)
    styles = re.findall(r"<style>(.*?)</style>", page.text, re.DOTALL)
    assert len(scripts) == len(styles) == 1
    assert policy["script-src"] == [hash_of(scripts[0])], policy
    assert policy["style-src"] == [hash_of(styles[0])], policy
    for tag, attributes in page.elements:
        handlers = [name for name in attributes if name.startswith("on") or name == "style"]
        assert not handlers, (tag, handlers)
        for name in ("href", "src", "action", "srcset", "xlink:href"):
            target = attributes.get(name)
            assert target is None or target.startswith(("#", "data:application/gzip;base64,")), (tag, target)
    assert "@import" not in page.text and "url(" not in styles[0]
    ids = [attributes["id"] for _, attributes in page.elements if "id" in attributes]
    assert len(ids) == len(set(ids)), ids
    assert {link["href"][1:] for link in page.of("a") if link["href"].startswith("#")} <= set(ids)


def has_the_result_in_it(case):
    result = case.made(4, 2, 11)
    page = case.page()
    links = {link["download"]: link["href"].split(",", 1)[1] for link in page.of("a") if "download" in link}
    files = {name: gzip.decompress(base64.b64decode(text, validate=True)) for name, text in links.items()}
    assert json.loads(files["teardown.json.gz"]) == result
    assert files["teardown.csv.gz"] == case.run("report", case.path("result.json"), "--csv", "-")


def says_when_samples_were_left_out(case):
    """Of trials of ten minutes; whoever reads the page's data gets as many as are drawn."""
    result = case.made(3, 2, 6001)
    page = case.page()
    link = [link for link in page.of("a") if link.get("download") == "teardown.json.gz"][0]
    kept = json.loads(gzip.decompress(base64.b64decode(link["href"].split(",", 1)[1])))
    for own, whole in zip(kept["trials"], result["trials"]):
        assert 100 <= len(own["samples"]) <= POINTS_MAX, len(own["samples"])
        assert own["samples"][-1] == whole["samples"][-1]
        assert all(sample in whole["samples"] for sample in own["samples"][:3])
    assert "at most %d samples" % POINTS_MAX in page.texts["li"]


def draws_points_enough_and_not_too_many(case):
    for samples in (3, 21, 201, 6001):
        case.made(1, 1, samples)
        page = case.page()
        lines = [path["d"] for path in page.of("path") if path.get("class", "").startswith("line")]
        counts = [len(re.findall(r"-?\d+", line)) // 2 for line in lines]
        assert lines and max(counts) <= POINTS_MAX, counts
        assert max(counts) >= min(samples - 1, POINTS_MAX), (samples, max(counts))


def is_small(case):
    case.made(20, 3, 21)
    size = len(case.page().text.encode())
    assert size < BYTES_MAX, size
    return "20 strategies, 3 trials: %d bytes" % size


def shows_few_columns_on_a_phone(case):
    case.made(4, 3, 11)
    text = case.page().text
    head = re.search(r'<table class="strategies">.*?<thead>(.*?)</thead>', text, re.DOTALL).group(1)
    heads = re.findall(r"<th[^>]*>", head)
    assert len(heads) == COLUMNS_MAX, heads
    assert len([one for one in heads if "wide" not in one]) == PHONE_COLUMNS_MAX, heads
    for row in re.findall(r'<tbody class="strategy"><tr>(.*?)</tr>', text, re.DOTALL):
        cells = re.findall(r"<t[hd]\b[^>]*>", row)
        assert ["wide" in cell for cell in cells] == ["wide" in one for one in heads], cells


def section_of(text, name):
    return re.search(r'<section id="%s">(.*?)</section>' % name, text, re.DOTALL).group(1)


def rows_of(text):
    """The cells of each row that begins with a name: what a person reads of them."""
    found = []
    for row in re.findall(r'<tr[^>]*><th scope="row".*?</tr>', text, re.DOTALL):
        cells = re.findall(r"<t[hd]\b[^>]*>(.*?)</t[hd]>", row, re.DOTALL)
        found.append([html.unescape(re.sub(r"<[^>]*>", "", cell)).strip() for cell in cells])
    return found


def shows_what_the_text_shows(case):
    """The table has the strategies in the order of the text table, and its figures."""
    here = os.path.dirname(os.path.abspath(__file__))
    columns = "time_wait_at,gives_up,rate,interval,p50,p99,lost"
    for name in ("documented", "all", "loss", "third"):
        result = os.path.join(here, os.pardir, "golden", "results", name + ".json")
        lines = case.run("report", result, "--columns", columns, "--html", case.path("page.html")).decode()
        page = case.read()
        rows = rows_of(page.text[page.text.index('class="strategies"'):page.text.index("<nav")])
        assert len(rows) >= (1 if name == "third" else 6 if name != "loss" else 2), rows
        text = [re.split(r" {2,}", line.strip()) for line in lines.splitlines()]
        for name, gives_up, _, _, _, rate, p50, p99, _, lost, _ in rows:
            words = next(line for line in text if line[0] == name)
            low_high, _, median = re.sub("★ ", "", rate).rpartition(" ")
            shown = [name, gives_up, median, low_high or "-", p50, p99, lost]
            words = [word for word in words if word not in HOLDERS and not word.startswith("INVALID")]
            assert words == shown, (words, shown)
        order = [line[0] for line in text if any(line[0] == row[0] for row in rows)]
        assert order == [row[0] for row in rows], (order, rows)
        groups = re.findall(r'<tbody class="group (\w+)"', page.text)
        # The text has a holder beside the first strategy of its group.
        beside = [word for line in text for word in line[1:] if word in HOLDERS]
        assert groups == beside, (groups, beside)


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


def marks_settings_that_are_not_the_kernels(case):
    result = case.made(2, 1, 5)
    result["network"]["sysctls"] = {
        "server": {"net.ipv4.tcp_fin_timeout": "60", "net.ipv4.tcp_sack": "0", "net.ipv4.tcp_of_tomorrow": "7"},
        "client": {"net.ipv4.tcp_fin_timeout": "5", "net.ipv4.tcp_max_tw_buckets": "9"}}
    for trial in result["trials"]:
        trial["sysctls"] = {"server": {}, "client": {"net.ipv4.tcp_sack": "1"}}
    with open(case.path("result.json"), "w", encoding="utf-8") as file:
        json.dump(result, file)
    section = section_of(case.page().text, "method")
    assert rows_of(section) == [
        ["net.ipv4.tcp_fin_timeout", "60", "5", "60 (changed here)"],
        ["net.ipv4.tcp_sack", "0", "by strategy", "1 (changed here)"],
        ["net.ipv4.tcp_of_tomorrow", "7", "-", "-"],
        ["net.ipv4.tcp_max_tw_buckets", "-", "9", "depends on the machine"]], rows_of(section)
    assert re.findall(r'class="changed"><b>([^<]*)', section) == ["5", "0"]


def escapes_what_is_not_its_own(case):
    result = case.made(10, 3, 11, True)
    page = case.page()
    assert len(page.of("script")) == 2 and not page.of("img"), page.of("script")
    shown = "".join(page.texts.values())
    for text in made_result.HOSTILE[:9]:
        assert text in shown, text
    link = [link for link in page.of("a") if link.get("download") == "teardown.json.gz"][0]
    assert json.loads(gzip.decompress(base64.b64decode(link["href"].split(",", 1)[1]))) == result
    plots = re.search(r'<script type="application/json" id="plots">(.*?)</script>', page.text, re.DOTALL).group(1)
    assert json.loads(plots)["names"].count(made_result.name_of(2, True)) == 1
    assert "<" not in plots


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


def fail(word):
    raise AssertionError("%s is no JSON" % word)


def tells_first_what_failed(case):
    result = case.made(2, 3, 11)
    result["trials"][0].update(valid=False, invalid_because=["9 of 10 responses were cut short"])
    with open(case.path("result.json"), "w", encoding="utf-8") as file:
        json.dump(result, file)
    page = case.page("--fail-if", "strategy-1.rate_per_s < 1M")
    first = page.text.index("<h2>Thresholds</h2>")
    assert first < page.text.index("<h2>Not counted</h2>") < page.text.index('class="cards"')
    assert "threshold crossed: strategy-1.rate_per_s &lt; 1M" in page.text
    assert page.text.count("9 of 10 responses were cut short") >= 2
    case.made(2, 3, 11)
    page = case.page()
    assert "<h2>Thresholds</h2>" not in page.text and "<h2>Not counted</h2>" not in page.text


def compares_two(case):
    here = os.path.dirname(os.path.abspath(__file__))
    results = os.path.join(here, os.pardir, "golden", "results")
    for files, strategies in ((("before.json", "after.json"), None), (("lost.json",), "sixty,wide"),
                              (("twins.json",), "graceful,reset"), (("bare.json", "bare.json"), None)):
        words = ["compare", *(os.path.join(results, file) for file in files)]
        if strategies:
            words += ["--strategies", strategies]
        plain = case.run(*words).decode()
        assert case.run(*words, "--html", case.path("page.html")).decode() == plain
        page = case.read()
        assert policy_of(page)["default-src"] == ["'none'"]
        told = [line.split()[0] for line in plain.splitlines() if re.search(r" (more|less)$", line)]
        shown = re.findall(r'<tr class="told"><th scope="row">(\S+)', page.text)
        assert told == shown, (told, shown)
    before, after = (os.path.join(results, name) for name in ("before.json", "after.json"))
    for files, verdict in (((before, after), ("more, better", "less, better")),
                           ((after, before), ("less, worse", "more, worse"))):
        case.run("compare", *files, "--strategies", "graceful", "--html", case.path("page.html"))
        sign = "+" if files[0] == before else "-"
        assert re.search(r"<li><b>graceful</b>: <span class=\"%s\">rate_per_s \%s[\d.]+ %%</span>, <span"
                         % ("well" if sign == "+" else "bad", sign), case.read().text), files
        cells = {row[0].split()[0]: row for row in rows_of(case.read().text)}
        assert (cells["rate_per_s"][-1], cells["server_cpu_us_per_connection"][-1]) == verdict, cells
        assert cells["exchanges_per_s"][-1].startswith("~ seen from"), cells


def lays_both_sides_over_one_another(case):
    """A has dashes, and ends where its trials end; a side without samples, or none, has no line."""
    for name, samples in (("brief", 11), ("long", 21), ("bare", 1)):
        case.made(2, 3, samples)
        os.rename(case.path("result.json"), case.path(name))

    def drawn(*names):
        case.run("compare", *(case.path(name) for name in names), "--html", case.path("page.html"))
        text = case.read().text
        data = json.loads(re.search(r'id="plots">(.*?)</script>', text, re.DOTALL).group(1))
        return text, {"%s %s" % (chart, data["names"][int(line)]): values["points"]
                      for chart, plot in data["plots"].items() for line, values in plot["lines"].items()}

    text, lines = drawn("brief", "long")
    assert set(lines) == {"%s-%d %s" % (chart, at, name) for at in (0, 1) for chart, names in (
        ("time-wait", ("A server", "B server", "A client", "B client")), ("rate", "AB"), ("total", "AB")) for name in names}
    assert lines["time-wait-0 A server"] == [
        number for at in range(10) for number in (round(1000 * at / 19), statistics.median(
            made_result.sample(0, trial, at)["server_tw"] for trial in range(3)))], lines["time-wait-0 A server"]
    assert [len(lines["time-wait-1 %s client" % side]) // 2 for side in "AB"] == [10, 20]
    assert text.count('class="line d1"') == text.count('class="line d0"') == 8
    for names, side in ((("bare", "long"), "B"), (("long", "bare"), "A")):
        text, lines = drawn(*names)
        assert {line.split()[1] for line in lines if line.startswith(("rate", "time-wait"))} == {side}, lines.keys()
    for trial in (content := json.load(open(case.path("bare"), encoding="utf-8")))["trials"]:
        trial["samples"], trial["valid"] = [], False
    with open(case.path("bare"), "w", encoding="utf-8") as file:
        json.dump(content, file)
    text, lines = drawn("bare", "bare")
    assert lines == {} and "have dashes" not in text and 'class="sides"' not in text


def draws_both_comparisons_on_one_scale(case):
    """One strategy's figures are ten times the other's: both charts of a kind have the labels of the greater."""
    result = case.made(2, 3, 11)
    for trial in result["trials"]:
        for sample in trial["samples"] if trial["strategy"] == "strategy-1" else ():
            sample.update(opened=10 * sample["opened"], server_tw=5000 * sample["client_tw"])
        trial["latency_us"]["total"]["curve"][0] *= 1 if trial["strategy"] == "strategy-1" else 0.01
    with open(case.path("result.json"), "w", encoding="utf-8") as file:
        json.dump(result, file)
    case.run("compare", case.path("result.json"), case.path("result.json"), "--html", case.path("page.html"))
    charts = re.findall(r'data-chart="([\w-]+)-([01])"(.*?)class="drawing"', case.read().text, re.DOTALL)
    labels = {(chart, at): re.findall(r"<text[^>]*>([^<]*)<", text) for chart, at, text in charts}
    assert sorted(labels) == [(chart, at) for chart in ("rate", "time-wait", "total") for at in "01"], labels.keys()
    for chart in ("rate", "time-wait", "total"):
        assert labels[chart, "0"] == labels[chart, "1"] and len(labels[chart, "0"]) > 1, labels
    # 10 x 214 connections in a tenth of a second, 11 x 107 TIME_WAITs, a hundredth of the other's least.
    assert "20k" in labels["rate", "0"] and "6M" in labels["time-wait", "0"] and "0.001" in labels["total", "1"], labels


def explains_what_is_given_up(case):
    """Only the words that are in the table; and of TIME_WAITs that nothing is known of there is no count."""
    results = os.path.join(os.path.dirname(os.path.abspath(__file__)), os.pardir, "golden", "results")
    for name, words in (("all", ("tail", "guard")), ("third", ()), ("none-valid", ("tail", "guard"))):
        case.run("report", os.path.join(results, name + ".json"), "--html", case.path("page.html"))
        shown = case.read().texts["p"]
        assert ("tail, the end of a response" in shown) == ("tail" in words), (name, shown)
        assert ("guard, the protection" in shown) == ("guard" in words), (name, shown)
        assert "up to 0 TIME_WAITs" not in shown, name
        assert ("Each TIME_WAIT stays with the server" in shown) == (name == "none-valid"), (name, shown)
    assert "up to 13,949 TIME_WAITs" in cards_of(case, os.path.join(results, "all.json"))


def cards_of(case, result):
    case.run("report", result, "--html", case.path("page.html"))
    return case.read().texts["p"]


def is_not_left_half_written(case):
    case.made(1, 1, 3)
    nowhere = os.path.join(case.folder, "no", "such", "folder.html")
    case.run("report", case.path("result.json"), "--html", nowhere, status=2)
    for words in (("report",), ("compare", case.path("result.json"))):
        before = open(case.path("result.json"), "rb").read()
        case.run(*words, case.path("result.json"), "--html", case.path("result.json"), status=2)
        assert open(case.path("result.json"), "rb").read() == before
    with open(case.path("page.html"), "w", encoding="utf-8") as file:
        file.write("somebody's")
    case.page()
    assert sorted(os.listdir(case.folder)) == ["page.html", "result.json"], os.listdir(case.folder)
    assert os.stat(case.path("page.html")).st_mode & 0o444 == 0o444


def is_soon_made(case):
    """Of 20 strategies with 20 trials each, in processor time; the best of three: others use the machine, too."""
    def used():
        usage = resource.getrusage(resource.RUSAGE_CHILDREN)
        return usage.ru_utime + usage.ru_stime

    case.made(20, 20, 21)
    took = []
    for _ in range(3):
        before = used()
        case.run("report", case.path("result.json"), "--html", case.path("page.html"))
        took.append(used() - before)
    assert min(took) < 1, took
    return "%.2f s" % min(took)


CASES = (lets_only_its_own_run, has_the_result_in_it, says_when_samples_were_left_out,
         draws_points_enough_and_not_too_many, shows_what_the_text_shows, charts_hold_the_medians,
         says_the_most_that_any_trial_held, keeps_names_and_commands_whole, tells_losses_and_ports_that_end, marks_settings_that_are_not_the_kernels, is_small, shows_few_columns_on_a_phone,
         escapes_what_is_not_its_own, draws_whatever_numbers_there_are, tells_first_what_failed, compares_two,
         lays_both_sides_over_one_another, draws_both_comparisons_on_one_scale, explains_what_is_given_up, is_not_left_half_written)


def main():
    for case in (is_soon_made,) if "timing" in sys.argv else CASES:
        with tempfile.TemporaryDirectory(prefix="teardown-page-") as folder:
            said = case(Case(sys.argv[1], folder))
            print("ok: %s%s" % (case.__name__, ": " + said if said else ""), flush=True)


if __name__ == "__main__":
    main()
