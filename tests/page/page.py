"""What tests of pages share: a page as it is read, a result and its page, and what runs the cases."""
import html
import html.parser
import json
import os
import re
import subprocess
import sys
import tempfile

import made_result

VOID = {"meta", "input", "br", "wbr", "link", "img", "hr"}
SHAPES = {"path", "rect", "circle"}
RESULTS = os.path.join(os.path.dirname(os.path.abspath(__file__)), os.pardir, "golden", "results")


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


def page_read(path):
    """One that needs nothing but itself: no other file, and no other script than its own two."""
    with open(path, encoding="utf-8", newline="") as file:
        page = Page(file.read())
    assert not page.faults, page.faults
    assert policy_of(page)["default-src"] == ["'none'"], page.text[:600]
    assert len(page.of("script")) == 2 and not page.of("img") and len(page.of("style")) == 1
    elsewhere = re.findall(r"(?:src|href)=\"(?!#)[^\"]*", page.text)
    assert not elsewhere, elsewhere
    return page


def section_of(text, name):
    return re.search(r'<section id="%s">(.*?)</section>' % name, text, re.DOTALL).group(1)


def rows_of(text):
    """The cells of each row that begins with a name: what a person reads of them."""
    found = []
    for row in re.findall(r'<tr[^>]*><th scope="row".*?</tr>', text, re.DOTALL):
        cells = re.findall(r"<t[hd]\b[^>]*>(.*?)</t[hd]>", row, re.DOTALL)
        found.append([html.unescape(re.sub(r"<[^>]*>", "", cell)).strip() for cell in cells])
    return found


def play(cases):
    for case in cases:
        with tempfile.TemporaryDirectory(prefix="teardown-page-") as folder:
            said = case(Case(sys.argv[1], folder))
            print("ok: %s%s" % (case.__name__, ": " + said if said else ""), flush=True)
