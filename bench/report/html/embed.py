"""Writes C of the files that every page holds: embed.py OUTPUT FILE.css… FILE.js

All styles together become one string, the script another; and "sha256-…" of each, as a Content Security
Policy names it. The style of a ladder, ladder.css, is a string by itself, too."""
import base64
import hashlib
import sys


def literal(text):
    """C string literals, one a line."""
    escaped = (line.replace("\\", "\\\\").replace('"', '\\"').replace("?", "\\?") for line in text.splitlines())
    return "\n".join('\t"%s\\n"' % line for line in escaped)


def read(paths, ending):
    texts = []
    for path in paths:
        if path.endswith(ending):
            with open(path, encoding="utf-8") as file:
                texts.append(file.read())
    return "".join(texts)


def main():
    output, *paths = sys.argv[1:]
    with open(output, "w", encoding="utf-8") as out:
        out.write('#include "bench/report/html/page_asset.h"\n')
        out.write("\nconst char page_ladder_style[] =\n%s;\n" % literal(read(paths, "ladder.css")))
        for name, text in (("style", read(paths, ".css")), ("script", read(paths, ".js"))):
            digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
            out.write("\nconst char page_%s[] =\n%s;\n" % (name, literal(text)))
            out.write('const char page_%s_hash[] = "sha256-%s";\n' % (name, digest))


main()
