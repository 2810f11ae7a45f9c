#!/usr/bin/env python3
"""TLS in a ladder, of records that Python's ssl makes: what each segment holds, by cleartext headers alone.
trace_tls.py TEARDOWN"""
import contextlib
import os
import re
import shutil
import ssl
import struct
import subprocess
import sys
import tempfile

from lib.tls_server import client_context, server_context

SYN, FIN, RST, PSH, ACK = 2, 1, 4, 8, 16
RAW = 101
HANDSHAKE, DATA, ALERT = "TLS handshake", "TLS data", "TLS alert: close_notify?"
NOTIFY, ERROR = "TLS alert: close_notify", "TLS alert: an error"
SKIPPED = 77


class Wire:
    """Two ends whose segments go into a capture, a millisecond apart."""

    def __init__(self):
        self.packets, self.next = [], {"client": 1000, "server": 5000}

    def send(self, end, flags, data=b""):
        other = "server" if end == "client" else "client"
        ports = (40000, 443) if end == "client" else (443, 40000)
        hosts = b"\x0a\0\0\1\x0a\0\0\2" if end == "client" else b"\x0a\0\0\2\x0a\0\0\1"
        ack = self.next[other] if flags & ACK else 0
        tcp = struct.pack("!HHIIBBHHH", *ports, self.next[end], ack, 5 << 4, flags, 60000, 0, 0) + data
        ip = struct.pack("!BBHHHBBH", 0x45, 0, 20 + len(tcp), 0, 0, 64, 6, 0) + hosts
        self.packets.append(ip + tcp)
        self.next[end] += len(data) + bool(flags & (SYN | FIN))

    def write(self, name):
        with open(name, "wb") as file:
            file.write(struct.pack("<IHHiIII", 0xa1b2c3d4, 2, 4, 0, 0, 65535, RAW))
            for at, packet in enumerate(self.packets):
                file.write(struct.pack("<IIII", 1, 1000 * at, len(packet), len(packet)) + packet)


class End:
    def __init__(self, context, **how):
        self.incoming, self.outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        self.tls = context.wrap_bio(self.incoming, self.outgoing, **how)

    def act(self, verb, *arguments):
        try:
            return getattr(self.tls, verb)(*arguments)
        except ssl.SSLWantReadError:
            return None


def play(wire, ends, name, verb, *arguments):
    """What the end then sends is one segment. Returns its number, from 0; None: it sends nothing."""
    ends[name].act(verb, *arguments)
    data = ends[name].outgoing.read()
    if not data:
        return None
    other = "server" if name == "client" else "client"
    ends[other].incoming.write(data)
    wire.send(name, PSH | ACK, data)
    return len(wire.packets) - 1


def begin(server, keylog):
    """Both ends, and their wire; the secrets go to the file."""
    wire, client = Wire(), client_context()
    client.keylog_filename = keylog
    return wire, {"client": End(client), "server": End(server, server_side=True)}


def capture(server, name, keylog):
    """Returns what is true of the segments: {number: the records in it}."""
    truth = {}
    wire, ends = begin(server, keylog)
    wire.send("client", SYN)
    wire.send("server", SYN | ACK)
    wire.send("client", ACK)
    is_13 = server.minimum_version == ssl.TLSVersion.TLSv1_3
    truth[play(wire, ends, "client", "do_handshake")] = [HANDSHAKE]
    # TLS 1.3 hides its certificate as data.
    truth[play(wire, ends, "server", "do_handshake")] = [HANDSHAKE, DATA] if is_13 else [HANDSHAKE]
    truth[play(wire, ends, "client", "do_handshake")] = [HANDSHAKE, DATA] if is_13 else [HANDSHAKE]
    # Tickets, in 1.2 with the end of the handshake.
    truth[play(wire, ends, "server", "do_handshake")] = [DATA] if is_13 else [HANDSHAKE]
    truth[play(wire, ends, "client", "write", b"GET / HTTP/1.1\r\n\r\n")] = [DATA]
    ends["server"].act("read", 1000)
    ends["server"].act("write", b"x" * 3000)
    truth[play(wire, ends, "server", "unwrap")] = [DATA, ALERT]
    wire.send("server", FIN | ACK)
    ends["client"].act("read", 5000)
    truth[play(wire, ends, "client", "unwrap")] = [ALERT]
    wire.send("server", RST)
    wire.write(name)
    return truth


def failing(server, name, keylog):
    """Two bytes, which TLS 1.3 makes as long as an alert, and an alert that is no close_notify."""
    truth = {}
    wire, ends = begin(server, keylog)
    for flags, end in ((SYN, "client"), (SYN | ACK, "server")):
        wire.send(end, flags)
    for end in ("client", "server", "client", "server"):
        play(wire, ends, end, "do_handshake")
    truth[play(wire, ends, "client", "write", b"hi")] = [DATA]
    ends["server"].act("read", 1000)
    # A record that does not verify.
    ends["server"].incoming.write(b"\x17\3\3\0\x20" + b"x" * 32)
    with contextlib.suppress(ssl.SSLError):
        ends["server"].act("read", 1000)
    wire.send("server", PSH | ACK, ends["server"].outgoing.read())
    truth[len(wire.packets) - 1] = [ERROR]
    wire.write(name)
    return truth


def plain(name):
    wire = Wire()
    wire.send("client", SYN)
    wire.send("server", SYN | ACK)
    wire.send("client", PSH | ACK, b"GET / HTTP/1.1\r\n\r\n")
    # A response that holds what looks like a record is none.
    wire.send("server", PSH | ACK, b"\x16HTTP\x15\x03\x03\x00\x02")
    wire.send("server", FIN | ACK)
    wire.write(name)


def run(name, *options):
    return subprocess.run([sys.argv[1], "trace", name, *options], capture_output=True, text=True, check=True,
                          env={**os.environ, "COLUMNS": "160", "LC_ALL": "C.UTF-8"}).stdout


def records(name, *options):
    """A segment is a line that begins with its time; what it holds is on the line below."""
    drawn, found, at = run(name, "--connection", "0", *options), {}, -1
    for line in drawn.splitlines():
        at += bool(re.match(r" *\d+\.\d{3} ", line))
        note = re.search(r"\((TLS [^)]*)\)", line)
        if note:
            found[at] = note.group(1).split(", ")
    print(drawn, flush=True)
    return found


def check(name, truth, *options):
    found = records(name, *options)
    assert found == truth, (found, truth)


def with_secrets(server, name, folder, is_13):
    """What was a guess is known; by the secrets of another connection it stays one."""
    keylog, other = (os.path.join(folder, file) for file in ("keylog", "other"))
    truth = capture(server, name, keylog)
    truth.pop(None, None)
    check(name, {at: [NOTIFY if record == ALERT else record for record in held] for at, held in truth.items()},
          "--keylog", keylog)
    wrong = failing(server, name, other)
    check(name, {at: [ALERT if is_13 and held == [DATA] or held == [ERROR] else record for record in held]
                 for at, held in wrong.items()} | handshake_of(name), "--keylog", keylog)
    check(name, wrong | handshake_of(name), "--keylog", other)


def handshake_of(name):
    """Segments of the handshake, which the headers tell: the first four behind both SYNs."""
    return {at: held for at, held in records(name).items() if at < 6}


def with_suite(pair, name, folder, suite):
    """In a process of its own, whose OpenSSL offers no other suite of TLS 1.3: Python cannot choose one."""
    server = server_context(pair, pair, version=ssl.TLSVersion.TLSv1_3)
    wire, ends = begin(server, None)
    for end in ("client", "server", "client", "server"):
        play(wire, ends, end, "do_handshake")
    assert ends["client"].tls.cipher()[0] == suite, ends["client"].tls.cipher()
    with_secrets(server, name, folder, True)


def suites(pair, name, folder):
    path = os.path.join(folder, "openssl.cnf")
    for suite in ("TLS_AES_128_GCM_SHA256", "TLS_CHACHA20_POLY1305_SHA256"):
        with open(path, "w") as file:
            file.write("openssl_conf = it\n[it]\nssl_conf = all\n[all]\nsystem_default = each\n"
                       "[each]\nCiphersuites = %s\n" % suite)
        subprocess.run([sys.executable, __file__, sys.argv[1], "suite", pair, name, folder, suite], check=True,
                       env={**os.environ, "OPENSSL_CONF": path})


def main():
    if not shutil.which("openssl"):
        print("openssl is not installed")
        sys.exit(SKIPPED)
    with tempfile.TemporaryDirectory() as folder:
        pair, name = os.path.join(folder, "pair.pem"), os.path.join(folder, "it.pcap")
        made = subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
                               "-keyout", "-", "-out", "-", "-subj", "/CN=it"], capture_output=True, check=True)
        with open(pair, "wb") as file:
            file.write(made.stdout)
        for version in (ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3):
            server = server_context(pair, pair, version=version)
            truth = capture(server, name, None)
            truth.pop(None, None)
            check(name, truth)
            with_secrets(server, name, folder, version == ssl.TLSVersion.TLSv1_3)
        for cipher in ("AES128-GCM-SHA256", "CHACHA20-POLY1305"):
            server = server_context(pair, pair, version=ssl.TLSVersion.TLSv1_2)
            server.set_ciphers("ECDHE-ECDSA-" + cipher)
            with_secrets(server, name, folder, False)
        suites(pair, name, folder)
        plain(name)
        check(name, {})
    print("ok")


if __name__ == "__main__":
    if sys.argv[2:3] == ["suite"]:
        with_suite(*sys.argv[3:])
    else:
        main()
