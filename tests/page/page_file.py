#!/usr/bin/env python3
"""The HTML file of a result, without a browser: page_file.py TEARDOWN

What it holds, what it lets run, how large it is, and that its data are those of the result."""
import base64
import gzip
import hashlib
import html.parser
import json
import os
import re
import subprocess
import sys
import tempfile

import made_result

POINTS_MAX = 200
BYTES_MAX = 1000000
PHONE_COLUMNS_MAX, COLUMNS_MAX = 4, 11
VOID = {"meta", "input", "br", "link", "img", "hr"}
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
        done = subprocess.run([self.teardown, *words], capture_output=True, timeout=120, check=False)
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


def escapes_what_is_not_its_own(case):
    result = case.made(9, 3, 11, True)
    page = case.page()
    assert len(page.of("script")) == 2 and not page.of("img"), page.of("script")
    shown = "".join(page.texts.values())
    for text in made_result.HOSTILE[:8]:
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


def is_not_left_half_written(case):
    case.made(1, 1, 3)
    nowhere = os.path.join(case.folder, "no", "such", "folder.html")
    case.run("report", case.path("result.json"), "--html", nowhere, status=2)
    with open(case.path("page.html"), "w", encoding="utf-8") as file:
        file.write("somebody's")
    case.page()
    assert sorted(os.listdir(case.folder)) == ["page.html", "result.json"], os.listdir(case.folder)
    assert os.stat(case.path("page.html")).st_mode & 0o444 == 0o444


CASES = (lets_only_its_own_run, has_the_result_in_it, says_when_samples_were_left_out,
         draws_points_enough_and_not_too_many, is_small, shows_few_columns_on_a_phone,
         escapes_what_is_not_its_own, tells_first_what_failed, compares_two, is_not_left_half_written)


def main():
    for case in CASES:
        with tempfile.TemporaryDirectory(prefix="teardown-page-") as folder:
            said = case(Case(sys.argv[1], folder))
            print("ok: %s%s" % (case.__name__, ": " + said if said else ""), flush=True)


main()
