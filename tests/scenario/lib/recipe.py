"""docs/recipes.md: what a reader is told to type."""
import os
import re
import time

from lib.scenario import equal

SOURCE = os.path.dirname(os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__)))))
ITEMS = ["See it", "Have it here", "Change", "Prove it"]
# A question is no trouble: nothing of it is to be seen, or to be changed.
OF_QUESTION = ["Have it here", "Prove it"]


def recipes():
    """The text of each item, by its recipe's title."""
    with open(os.path.join(SOURCE, "docs", "recipes.md"), encoding="utf-8") as file:
        parts = re.split(r"^## (.*)$", file.read(), flags=re.M)[1:]
    told = {}
    for title, text in zip(parts[::2], parts[1::2]):
        items = re.findall(r"^- \*\*(.*?)\.\*\*(.*?)(?=^- \*\*|\Z)", text, flags=re.M | re.S)
        equal([item for item, _ in items], OF_QUESTION if title.endswith("?\"") else ITEMS, "items of " + title)
        told[title] = dict(items)
    return told


def lines_of(title, item):
    """The commands in an item: between backticks, and in blocks."""
    text = recipes()[title][item]
    blocks = re.findall(r"```sh\n(.*?)```", text, flags=re.S)
    spans = re.findall(r"`([^`]+)`", re.sub(r"```.*?```", "", text, flags=re.S))
    return [" ".join(line.split()) for line in blocks + spans]


def line_of(title, item, begin):
    found = [line for line in lines_of(title, item) if line.startswith(begin)]
    equal(len(found), 1, "lines that begin with %s: %s" % (begin, lines_of(title, item)))
    return found[0]


def scaled(line, sizes):
    """The line with smaller numbers, each of which it has to have."""
    for told, tried in sizes.items():
        equal(line.count(told), 1, "how often %s stands in %s" % (told, line))
        line = line.replace(told, tried)
    return line


def play(part, bench):
    """Runs a part of a test, and says how long it took. A part that cannot be played here returns why."""
    begun = time.monotonic()
    missing = part(bench)
    took = "not played: %s" % missing if missing else "%.1f s" % (time.monotonic() - begun)
    print("%s: %s" % (part.__name__, took), flush=True)
