#!/usr/bin/env python3
"""The HTML file of a result, without a browser: page_file.py TEARDOWN [timing]

What it holds, what it lets run, how large it is, and that its data are those of the result."""
import base64
import gzip
import hashlib
import json
import os
import re
import resource
import sys

import made_result
from page import RESULTS, play, policy_of, rows_of, section_of

POINTS_MAX = 200
BYTES_MAX = 1000000
PHONE_COLUMNS_MAX, COLUMNS_MAX = 4, 11
HOLDERS = ("server", "client", "nobody", "both", "mixed")


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


def leaves_nothing_out_of_many_short_trials(case):
    """They come to more bytes than a result of few trials may have; but none has more samples than are drawn."""
    result = case.made(4, 15, POINTS_MAX)
    page = case.page()
    link = [link for link in page.of("a") if link.get("download") == "teardown.json.gz"][0]
    data = base64.b64decode(link["href"].split(",", 1)[1])
    assert len(data) > 393216, len(data)
    assert json.loads(gzip.decompress(data)) == result
    assert "at most %d samples" % POINTS_MAX not in page.texts["li"]


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


def shows_what_the_text_shows(case):
    """The table has the strategies in the order of the text table, and its figures."""
    columns = "time_wait_at,gives_up,rate,interval,p50,p99,lost"
    for name in ("documented", "all", "loss", "third"):
        result = os.path.join(RESULTS, name + ".json")
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


def explains_what_is_given_up(case):
    """Only the words that are in the table; and of TIME_WAITs that nothing is known of there is no count."""
    for name, words in (("all", ("tail", "guard")), ("third", ()), ("none-valid", ("tail", "guard"))):
        case.run("report", os.path.join(RESULTS, name + ".json"), "--html", case.path("page.html"))
        shown = case.read().texts["p"]
        assert ("Gives up tail: the end of a response" in shown) == ("tail" in words), (name, shown)
        assert ("Gives up guard: the protection" in shown) == ("guard" in words), (name, shown)
        assert "up to 0 TIME_WAITs" not in shown, name
        assert ("Each TIME_WAIT stays with the server" in shown) == (name == "none-valid"), (name, shown)
    assert "up to 13,949 TIME_WAITs" in cards_of(case, os.path.join(RESULTS, "all.json"))


def tells_which_cells_of_a_sweep_are_not_known(case):
    """Where the load's end cut most pauses, and nothing was lost: in the cell, and below the table."""
    with open(os.path.join(RESULTS, "sweep-apart.json"), encoding="utf-8") as file:
        result = json.load(file)
    known = None
    for cut in (8, 9):
        for trial in result["trials"]:
            trial["clients"] = [{"behaviour": "think", "pauses": 16, "pauses_cut": cut}]
        with open(case.path("result.json"), "w", encoding="utf-8") as file:
            json.dump(result, file)
        page = case.page()
        rows = rows_of(page.text[page.text.index('aria-label="Sweep"'):])[:9]
        known = known or rows
        assert rows == [[{"0 of 16": "not known"}.get(cell, cell) if cut > 8 else cell for cell in row]
                        for row in known], rows
        assert {"0 of 16", "16 of 16"} <= {cell for row in known for cell in row}, known
        assert ("not known: nothing was lost, but" in page.texts["p"]) == (cut > 8), page.texts["p"]


def cards_of(case, result):
    case.run("report", result, "--html", case.path("page.html"))
    return case.read().texts["p"]


def is_not_left_half_written(case):
    case.made(1, 1, 3)
    nowhere = os.path.join(case.folder, "no", "such", "folder.html")
    case.run("report", case.path("result.json"), "--html", nowhere, status=2)
    for option in ("--html", "--prometheus"):
        assert not case.run("report", case.path("result.json"), option, "-", status=2)
        assert not os.path.exists("-")
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
         leaves_nothing_out_of_many_short_trials,
         shows_what_the_text_shows, marks_settings_that_are_not_the_kernels, is_small,
         shows_few_columns_on_a_phone, escapes_what_is_not_its_own, tells_first_what_failed,
         explains_what_is_given_up, tells_which_cells_of_a_sweep_are_not_known, is_not_left_half_written)


if __name__ == "__main__":
    play((is_soon_made,) if "timing" in sys.argv else CASES)
