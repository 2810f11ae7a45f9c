#!/usr/bin/env python3
"""How TLS connections end, by server and client: tls_close.py TEARDOWN, from the top of the tree.

Runs the examples with TLS of this folder against clients that many use, a `teardown run` each, and prints two tables
of docs/tls-close.md. What is not installed is left out, and said."""
import json
import os
import shutil
import subprocess
import sys
import tempfile

CONNECTIONS = 20
NGINX = ("sh -c 'd=$(mktemp -d %s/XXXXXX); sed \"s|CERTIFICATE|{cert}|; s|KEY|{key}|\" bench/examples/%s.conf "
         ">$d/nginx.conf; exec nginx -p $d -c $d/nginx.conf'")
PYTHON = """
import ssl, sys, urllib.request
context = ssl._create_unverified_context()
for _ in range(int(sys.argv[2])):
    urllib.request.urlopen(sys.argv[1], context=context).read()
"""
NODE = """
const https = require("https");
const next = left => left > 0 && https.get(process.argv[2], {agent: false, rejectUnauthorized: false},
    answer => answer.resume().on("close", () => next(left - 1)));
next(Number(process.argv[3]));
"""


NODE_SERVER = """
const https = require("https"), fs = require("fs"), [port, cert, key] = process.argv.slice(2);
https.createServer({cert: fs.readFileSync(cert), key: fs.readFileSync(key)}, (request, answer) => {
    answer.setHeader("Connection", "close");
    answer.end("x".repeat(1000));
}).listen(Number(port), "0.0.0.0");
"""
PYTHON_SERVER = """
import http.server, ssl, sys
class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"x" * 1000)
    def log_message(self, *_):
        pass
server = http.server.ThreadingHTTPServer(("0.0.0.0", int(sys.argv[1])), Handler)
context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain(sys.argv[2], sys.argv[3])
# The handshake in the connection's thread.
server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
server.serve_forever()
"""


def script_write(folder, name, text):
    path = os.path.join(folder, name)
    with open(path, "w") as file:
        file.write(text)
    return path


def each(command):
    return "sh -c 'for i in $(seq %d); do %s; done'" % (CONNECTIONS, command)


def servers(folder, own):
    ours = "%s --tls --tls-cert {cert} --tls-key {key} --listen {host}:{port} --strategy %%s" % own
    return {
        "teardown-server, server-close": (own, ours % "server-close"),
        "teardown-server, graceful": (own, ours % "graceful"),
        "nginx": ("nginx", NGINX % (folder, "nginx-tls")),
        "nginx, lingering_close always": ("nginx", NGINX % (folder, "nginx-tls-lingering")),
        "HAProxy": ("haproxy", "env CERTIFICATE={cert} haproxy -db -f bench/examples/haproxy-tls.cfg"),
        "lighttpd": ("lighttpd",
                     "env CERTIFICATE={cert} KEY={key} lighttpd -D -f bench/examples/lighttpd-tls.conf"),
        "node https": ("node", "node %s {port} {cert} {key}" % script_write(folder, "server.js", NODE_SERVER)),
        "python ssl, http.server": (sys.executable, "%s %s {port} {cert} {key}" % (
            sys.executable, script_write(folder, "server.py", PYTHON_SERVER))),
        "openssl s_server -www": ("openssl", "openssl s_server -quiet -www -accept {host}:{port} -cert {cert} "
                                             "-key {key}"),
        "gnutls-serv --http": ("gnutls-serv", "gnutls-serv --quiet --http --port {port} --x509certfile {cert} "
                                              "--x509keyfile {key}"),
    }


def clients(folder):
    scripts = {name: script_write(folder, name, text) for name, text in (("it.py", PYTHON), ("it.js", NODE))}
    return {
        "curl": ("curl", each("curl -sk -o /dev/null -H \"Connection: close\" {url}")),
        "wget": ("wget", each("wget -q --no-check-certificate -O /dev/null {url}")),
        "python": (sys.executable, "%s %s {url} %d" % (sys.executable, scripts["it.py"], CONNECTIONS)),
        "node": ("node", "node %s {url} %d" % (scripts["it.js"], CONNECTIONS)),
        "ab": ("ab", "ab -q -n %d -c 4 {url}" % CONNECTIONS),
        "wrk": ("wrk", "wrk -c 4 -t 1 -d 1 -H \"Connection: close\" {url}"),
        "s_client": ("openssl", each("printf \"GET / HTTP/1.0\\\\r\\\\n\\\\r\\\\n\" | "
                                     "openssl s_client -quiet -connect {host}:{port} 2>/dev/null")),
        "gnutls-cli": ("gnutls-cli", each("printf \"GET / HTTP/1.0\\\\r\\\\n\\\\r\\\\n\" | "
                                          "gnutls-cli --insecure --port {port} {host} >/dev/null 2>&1")),
    }


def play(teardown, folder, server, client):
    path = os.path.join(folder, "result.json")
    # s_client and gnutls-cli speak TLS without a URL.
    tls = ["--tls"] if "{url}" in client else []
    run = subprocess.run([teardown, "run", *tls, "-q", "-r", "1", "-d", "60s", "-o", path, "--server-name", "it",
                          "--server-command", server, "--loader-command", client], capture_output=True, text=True)
    if not os.path.exists(path) or os.path.getsize(path) == 0:
        raise SystemExit("cannot be run: %s\n%s" % (server, run.stderr.strip()))
    with open(path) as file:
        trial = json.load(file)["trials"][0]
    os.remove(path)
    return trial


def resets(trial, end):
    ended = trial["endings"][end]
    return sum(ended["resets_sent"].values()) + sum(ended["resets_answered"].values())


def shares(trial):
    """Of the connections that were seen, the share that each end reset."""
    seen = trial["first_closer"]["packet_tap"]["connections"]
    found = [(name, 100 * resets(trial, end) / seen) for end, name in (("server", "S"), ("client", "C"))]
    return ", ".join("%s %s" % (name, "<1" if share < 1 else "%.0f" % share) for name, share in found if share) or "0"


def made(trial):
    """Of each hundred connections."""
    counts = [trial["time_wait"][end]["per_connection"] for end in ("server", "client")]
    return " / ".join("-" if count is None else "%.0f" % (100 * count) for count in counts)


def table(title, rows, names):
    print("| %s | %s |" % (title, " | ".join(names)))
    print("|---" * (len(names) + 1) + "|")
    for name, cells in rows.items():
        print("| %s | %s |" % (name, " | ".join(cells)))
    print()


def installed(programs):
    there = {name: pair for name, pair in programs.items() if shutil.which(pair[0])}
    if not there:
        raise SystemExit("none of these is installed: %s" % ", ".join(programs))
    for name in sorted(set(programs) - set(there)):
        print("not installed: %s" % name, file=sys.stderr)
    return there


def main(teardown):
    with tempfile.TemporaryDirectory() as folder:
        os.chmod(folder, 0o755)
        loads = installed(clients(folder))
        ends, held = {}, {}
        own = os.path.join(os.path.dirname(teardown), "..", "server", "teardown-server")
        for name, (_, server) in installed(servers(folder, own)).items():
            trials = [play(teardown, folder, server, load) for _, load in loads.values()]
            ends[name], held[name] = [shares(t) for t in trials], [made(t) for t in trials]
            print("%s: done" % name, file=sys.stderr)
        table("reset by the server (S) or the client (C), %", ends, loads)
        table("TIME_WAIT of server / client, %", held, loads)


if __name__ == "__main__":
    if len(sys.argv) != 2:
        raise SystemExit("usage: %s TEARDOWN" % sys.argv[0])
    os.environ["PATH"] += ":/usr/sbin:/sbin"
    main(os.path.abspath(sys.argv[1]))
