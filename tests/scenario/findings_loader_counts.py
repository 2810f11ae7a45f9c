#!/usr/bin/env python3
"""What a third-party loader says of its requests, beside what it made: findings_loader_counts.py TEARDOWN. The loader
prints as hey does, the truth or not; what it made is known from outside."""
import os
import re
import sys
import tempfile

from lib.bench import finding, run, scenarios

MADE = 200

# Makes so many requests, a connection each, and says `times` as many at `times` the rate, and that so many failed.
LOADER = """
import socket, sys, time
host, port, made, times, failed, pause = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), *map(float, sys.argv[4:7])
began, connected, promised = time.monotonic(), 0, 0
for _ in range(made):
    one = socket.create_connection((host, port))
    connected = connected or time.monotonic()
    one.sendall(b"GET / HTTP/1.1\\r\\nHost: x\\r\\nConnection: close\\r\\n\\r\\n")
    got = b""
    while more := one.recv(65536):
        got += more
    promised += int(got.lower().split(b"content-length:")[1].split()[0])
    one.close()
    time.sleep(pause)
ended = time.monotonic()
took = ended - began
print("Summary:\\n  Requests/sec:\\t%.4f\\n  Total data:\\t%d bytes\\n" % ((made + failed) * times / took, promised))
print("Status code distribution:\\n  [200]\\t%d responses" % (made * times))
if failed:
    print("\\nError distribution:\\n  [%d]\\tGet: dial tcp: connect: cannot assign requested address" % failed)
print("\\nmade %d in %.6f s, %.6f s behind the first connect()" % (made, took, ended - connected))
"""
# Says that a body has 10,000 bytes, and sends so many.
SERVER = """
import socket, sys
listener = socket.create_server((sys.argv[1], int(sys.argv[2])), backlog=512)
while True:
    one = listener.accept()[0]
    one.recv(65536)
    one.sendall(b"HTTP/1.1 200 OK\\r\\nContent-Length: 10000\\r\\n\\r\\n" + bytes(int(sys.argv[3])))
    one.shutdown(socket.SHUT_WR)
    one.recv(65536)
    one.close()
"""


def load(times=1, failed=0, body=None):
    """A run; returns its trial, the loader's rate by its own clock, and what it was at most from its first SYN to its
    end. With a body of so many bytes: of the server above."""
    with tempfile.TemporaryDirectory() as folder:
        for name, text in (("server.py", SERVER), ("loader.py", LOADER)):
            with open(os.path.join(folder, name), "w") as file:
                file.write(text)
        server = ("-s", "server-close") if body is None else (
            "--server-command", "%s %s/server.py {host} {port} %d" % (sys.executable, folder, body))
        page = os.path.join(folder, "page.html")
        result, text = run("-r", "1", "-d", "20s", *server, "--html", page, "--loader-command", "%s %s/loader.py {host} {port} %d %g %g .004"
                           % (sys.executable, folder, MADE, times, failed))
        with open(page, encoding="utf-8") as file:
            text = file.read()
        # In the table of the page, and at its chart.
        signs = [bool(re.search(where + "≤", text)) for where in (r'<td class="number rate"[^>]*>', r'<span class="rate">')]
    print(text)
    trial = result["trials"][0]
    is_bound = trial.get("exchanges_at_most", False)
    # Said of the table's figure, wherever it stands, or of none.
    is_shown = is_bound and trial["valid"]
    assert signs == [is_shown, is_shown] and ("<=" in text or "≤" in text) == is_shown, (signs, text)
    assert trial["third_party"]["kind"] == "hey", trial["third_party"]
    made, took_s, least_s = re.search(r"made (\d+) in ([\d.]+) s, ([\d.]+) s behind", trial["third_party"]["output"]).groups()
    assert int(made) == MADE == trial["connections"]["established"], (made, trial["connections"])
    return trial, MADE / float(took_s), MADE / float(least_s)


def the_truth():
    """As it says, to what it prints; with a server of its own, too, which sends what it promises."""
    for body in (None, 10000):
        trial, rate, _ = load(body=body)
        assert trial["exchanges"] == MADE and abs(trial["exchanges_per_s"] / rate - 1) < .001, trial["exchanges_per_s"]
        assert "exchanges_at_most" not in trial, trial["exchanges_at_most"]
        assert not finding(trial, "loader-overcounts") and not finding(trial, "loader-misses-truncation"), trial
        assert not [because for because in trial["invalid_because"] if "loader" in because], trial["invalid_because"]


def more_than_the_server_answers():
    """One request a connection is what server-close answers."""
    trial, _, most = load(times=10)
    found = finding(trial, "loader-overcounts")
    assert found and found["requests_said"] == 10 * MADE and found["requests"] == MADE, trial["findings"]
    assert trial["exchanges_at_most"] and trial["exchanges"] == MADE and trial["exchanges_per_s"] <= most < found["requests_per_s_said"], found


def more_than_was_sent():
    """46 bytes on each connection are no more than two requests."""
    trial, _, _ = load(times=10, body=10000)
    found = finding(trial, "loader-overcounts")
    assert found and found["bytes_per_connection"] == 46, trial["findings"]
    assert trial["exchanges_at_most"] and MADE <= trial["exchanges"] <= MADE * 46 / 18, trial["exchanges"]


def what_failed_is_counted():
    trial, rate, _ = load(failed=5000)
    assert "exchanges_at_most" not in trial, trial["exchanges_at_most"]
    found = finding(trial, "loader-overcounts")
    assert found and found["failed"] == 5000 and found["requests_per_s_said"] > 20 * rate, trial["findings"]
    assert trial["exchanges"] == MADE and abs(trial["exchanges_per_s"] / rate - 1) < .001, trial["exchanges_per_s"]


def a_few_failed():
    """Three of 203 change the rate by less than is worth a finding."""
    trial, rate, _ = load(failed=3)
    assert not finding(trial, "loader-overcounts"), trial["findings"]
    assert abs(trial["exchanges_per_s"] / rate - 1) < .001, trial["exchanges_per_s"]


def bodies_are_cut_off():
    """Half of each body comes, and the loader believes Content-Length."""
    trial, _, _ = load(body=5000)
    found = finding(trial, "loader-misses-truncation")
    assert found and found["promised_bytes"] == 10000 * MADE, trial["findings"]
    head = len("HTTP/1.1 200 OK\r\nContent-Length: 10000\r\n\r\n")
    assert found["sent_bytes"] == (5000 + head) * MADE, found
    assert "of which at least %d were not sent" % found["missing_bytes"] in str(trial["invalid_because"]), trial


if __name__ == "__main__":
    scenarios((the_truth, more_than_the_server_answers, more_than_was_sent, what_failed_is_counted, a_few_failed,
               bodies_are_cut_off))
