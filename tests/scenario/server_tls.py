#!/usr/bin/env python3
"""How teardown-server closes connections over TLS: close_notify, FIN and RST, who keeps TIME_WAIT, and
what is lost: server_tls.py TEARDOWN-SERVER TEARDOWN SOURCE-TREE COMPILER…"""
import contextlib
import os
import shutil
import socket
import ssl
import subprocess
import sys

from lib import loopback, plugin_workshop, tcp, tls_client
from lib.served_tls import count, counts, serve
from lib.server_process import KEEP, pattern, run
from lib.tls_client import TlsClient, VERSIONS
from lib.wait import wait_for

TIMES = 20
BIG = 4000000
AHEAD = 500000


def resets_sent():
    with open("/proc/self/net/snmp") as file:
        names, values = (line.split() for line in file if line.startswith("Tcp:"))
    return int(values[names.index("OutRsts")])


def time_waits(port):
    """(the server's, the clients') of connections to the port."""
    rows = [row for row in tcp.table() if row.state == tcp.TIME_WAIT]
    return sum(row.local == port for row in rows), sum(row.remote == port for row in rows)


def fin_has_come(client):
    return tcp.info(client.socket)[0] == tcp.CLOSE_WAIT


def reads_then_closes(server, version, fin_first, is_reset):
    """Reads to the end, sends its close_notify (or OpenSSL its alert) and closes. With the server's FIN
    to come, both go in one segment. Where the server answers that with a RST, the client closes behind
    it: its FIN would be answered with another one. Returns how the stream ended."""
    with TlsClient(server.port, version) as client:
        client.ask(100)
        if fin_first:
            wait_for(lambda: fin_has_come(client), "the server's FIN")
        else:
            client.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_CORK, 1)
        text, end = client.read_to_end()
        assert text.endswith(pattern(100)), text
        # A client that met a truncation has sent a fatal alert, and sends nothing behind it.
        if end != "truncated":
            with contextlib.suppress(ssl.SSLError, ConnectionError):
                client.notify()
        if is_reset:
            wait_for(lambda: tcp.info(client.socket)[0] == tcp.CLOSE, "the server's RST")
        return end


def row_plays(strategy, fin_first, end, resets, waits):
    with serve("--strategy", strategy) as server:
        for version in VERSIONS:
            before = resets_sent(), time_waits(server.port)
            for _ in range(TIMES):
                ended = reads_then_closes(server, version, fin_first, resets > 0)
                assert ended == end, (strategy, version, ended)
            counts(server, TIMES * (1 + VERSIONS.index(version)), "connections_closed_total")
            after = time_waits(server.port)
            made = after[0] - before[1][0], after[1] - before[1][1]
            assert (resets_sent() - before[0], made) == (resets, waits), (
                strategy, version, resets_sent() - before[0], made)
        counts(server, 0 if end == "truncated" else 2 * TIMES, "tls_close_notify_total", direction="sent")


def plugin(shop, name, notify):
    return shop.build(plugin_workshop.source(name='.name = "%s"' % name, gives_up=".gives_up = TD_GIVES_UP_TAIL",
                        server=".server = {.exchange_done = td_close_after_last, .notify = %s}" % notify),
                      "%s.so" % name)


def the_four_ways_of_closing():
    row_plays("server-close", True, "notified", TIMES, (0, 0))
    row_plays("graceful", True, "notified", 0, (TIMES, 0))
    with plugin_workshop.Workshop() as shop:
        row_plays(plugin(shop, "exchange", "TD_NOTIFY_EXCHANGE"), False, "notified", 0, (0, TIMES))
        row_plays(plugin(shop, "none", "TD_NOTIFY_NONE"), True, "truncated", TIMES, (0, 0))


def big_answer(strategy, version):
    """The client has read a part when the server's end is done, and sends its close_notify then. It reads only where the
    server is far ahead, however slow that is: a close leaves more in its queue than the client's window takes."""
    with serve("--strategy", strategy) as server, TlsClient(server.port, version, 65536) as client:
        client.ask(BIG)
        parts = []

        def end():
            return tcp.end(server.port, client.port)

        def has_closed():
            return end().holder == 0 if strategy == "server-close" else end().state != tcp.ESTABLISHED
        while not has_closed():
            wait_for(lambda: has_closed() or end().unsent >= AHEAD, "the server to write")
            parts.append(client.read())
        client.notify()
        rest, how = client.read_to_end()
        return len((b"".join(parts) + rest).split(b"\r\n\r\n", 1)[1]), how


def a_half_close_loses_what_close_has_queued():
    for version in VERSIONS:
        got, end = big_answer("server-close", version)
        assert got < BIG and end in ("reset", "truncated"), (version, got, end)
        assert big_answer("graceful", version) == (BIG, "notified"), version


def a_reset_comes_without_close_notify():
    before = resets_sent()
    with serve("--strategy", "reset") as server:
        for version in VERSIONS:
            with TlsClient(server.port, version) as client:
                client.ask(100)
                _, end = client.read_to_end()
                assert end == "reset", end
        counts(server, 2, "connections_closed_total")
        assert count(server, "tls_close_notify_total", direction="sent") == 0
        assert resets_sent() - before >= 2


def resumed(server):
    """How many of the connections resumed the session of the one before."""
    made, session = tls_client.context(), None
    for _ in range(TIMES):
        with TlsClient(server.port, made=made, session=session) as client:
            client.ask(100)
            client.read_to_end()
            client.notify()
            session = client.object.session
    counts(server, TIMES, "tls_handshakes_total")
    return count(server, "tls_resumed_total")


def a_client_resumes_by_tickets():
    with serve() as server:
        assert resumed(server) == TIMES - 1
    with serve("--tls-tickets", "0") as server:
        assert resumed(server) == 0


def close_notify_of_an_idle_client_is_answered():
    with serve(*KEEP) as server:
        for version in VERSIONS:
            with TlsClient(server.port, version) as client:
                client.ask(100)
                text = b""
                while not text.endswith(pattern(100)):
                    text += client.read()
                client.notify()
                assert client.read() == b"" and not fin_has_come(client)
        counts(server, 2, "connections_closed_total")
        assert count(server, "tls_close_notify_total", direction="received") == 2
        assert count(server, "tls_truncated_total") == 0


def a_fin_without_close_notify_is_counted():
    with serve(*KEEP) as server, TlsClient(server.port) as client:
        client.ask(100)
        client.read()
        client.socket.shutdown(socket.SHUT_WR)
        assert client.read_to_end()[1] == "notified"
        counts(server, 1, "tls_truncated_total")


def bytes_come_one_at_a_time():
    with serve() as server:
        for version in VERSIONS:
            with TlsClient(server.port, version, piece=1) as client:
                client.ask(3000)
                text, end = client.read_to_end()
                assert text.endswith(pattern(3000)) and end == "notified"


def begin(server):
    """A client that sends a part of its first flight."""
    client = socket.create_connection(("127.0.0.1", server.port), tls_client.TIMEOUT_S)
    client.sendall(b"\x16\x03\x01\x02\x00\x01")
    return client


def handshakes_wait_for_so_long_and_so_many():
    with serve("--header-timeout", "300ms") as server, begin(server) as client:
        with contextlib.suppress(ConnectionError):
            assert client.recv(100) == b""
        counts(server, 1, "tls_handshakes_failed_total")
    with serve("--tls-handshakes", "3") as server, contextlib.ExitStack() as stack:
        done = stack.enter_context(TlsClient(server.port))
        counts(server, 1, "tls_handshakes_total")
        waiting = [stack.enter_context(begin(server)) for _ in range(8)]
        counts(server, 5, "connection_ends_total", end="evicted")
        for client in waiting[:5]:
            with contextlib.suppress(ConnectionError):
                assert client.recv(100) == b""
        counts(server, 4, "connections", state="open")
        done.ask(100)
        assert done.read_to_end()[1] == "notified"


def plain_http_is_told_so():
    with serve() as server:
        with socket.create_connection(("127.0.0.1", server.port), tls_client.TIMEOUT_S) as client:
            client.sendall(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
            text = client.recv(4096)
            assert text.startswith(b"HTTP/1.1 400 ") and b"TLS" in text, text
        counts(server, 1, "tls_handshakes_failed_total")
        assert count(server, "exchanges_total") == 0


def refused(server, made):
    """The alert by which the server refuses a client, in OpenSSL's words; None where it does not."""
    try:
        TlsClient(server.port, made=made).__exit__()
    except ssl.SSLError as error:
        return error.reason
    return None


def only_sound_ciphers_are_spoken():
    """Of all that OpenSSL knows: by name, each offered alone."""
    with serve() as server:
        every = tls_client.context()
        every.set_ciphers("ALL:COMPLEMENTOFALL:@SECLEVEL=0")
        names = [row["name"] for row in every.get_ciphers() if not row["name"].startswith("TLS_")]
        spoken = set()
        for name in names:
            made = tls_client.context(tls_client.V1_2)
            made.set_ciphers(name + ":@SECLEVEL=0")
            said = refused(server, made)
            assert said in (None, "SSLV3_ALERT_HANDSHAKE_FAILURE", "NO_CIPHERS_AVAILABLE"), (name, said)
            spoken |= {name} if said is None else set()
        assert len(names) > 50 and spoken == {
            "ECDHE-ECDSA-AES128-GCM-SHA256", "ECDHE-ECDSA-AES256-GCM-SHA384",
            "ECDHE-ECDSA-CHACHA20-POLY1305"}, spoken
        for old in (ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_1):
            made = tls_client.context(old)
            made.set_ciphers("ALL:@SECLEVEL=0")
            assert refused(server, made) == "TLSV1_ALERT_PROTOCOL_VERSION", old


def said(command, **more):
    ended = subprocess.run(command, capture_output=True, timeout=tls_client.TIMEOUT_S, check=False, **more)
    return ended.returncode, (ended.stdout + ended.stderr).decode("latin-1")


def s_client(server, version):
    """Its status is an error's where the stream ends without close_notify."""
    return said(["openssl", "s_client", "-connect", "127.0.0.1:%d" % server.port, "-ign_eof", version],
                input=tls_client.REQUEST % 100)


def other_clients_see_a_clean_end():
    with serve() as server:
        for option, version in (("-tls1_2", "TLSv1.2"), ("-tls1_3", "TLSv1.3")):
            status, text = s_client(server, option)
            assert status == 0 and pattern(100).decode() in text and "New, %s, Cipher is" % version in text, text
        if shutil.which("curl"):
            status, text = said(["curl", "-sSk", "https://127.0.0.1:%d/bytes/100" % server.port])
            assert (status, text) == (0, pattern(100).decode()), (status, text)
        if shutil.which("gnutls-cli"):
            status, text = said(["gnutls-cli", "--insecure", "--port", str(server.port), "127.0.0.1"],
                                input=tls_client.REQUEST % 100)
            assert status == 0 and "non-properly terminated" not in text and pattern(100).decode() in text, text
    with plugin_workshop.Workshop() as shop, serve("--strategy", plugin(shop, "none", "TD_NOTIFY_NONE")) as server:
        status, text = s_client(server, "-tls1_3")
        assert status != 0 and "unexpected eof" in text and pattern(100).decode() in text, (status, text)


def only_sound_versions_are_spoken():
    with serve("--tls-min", "1.3") as server:
        try:
            TlsClient(server.port, tls_client.V1_2)
            raise AssertionError("TLS 1.2 was spoken")
        except ssl.SSLError as error:
            assert "PROTOCOL_VERSION" in str(error).upper(), error
        counts(server, 1, "tls_alerts_total", direction="sent")
        with TlsClient(server.port, tls_client.V1_3) as client:
            assert client.object.version() == "TLSv1.3"


def nothing_of_tls_is_asked_for_in_plain_text():
    for option in (("--tls-min", "1.3"), ("--tls-tickets", "0"), ("--tls-handshakes", "3")):
        ended = subprocess.run([sys.argv[1], "--listen", "127.0.0.1:0", *option], capture_output=True, text=True)
        said = (ended.returncode, ended.stderr)
        assert said == (2, "teardown-server: %s: needs --tls\n" % option[0]), said


def a_key_that_others_can_read_ends_the_start():
    with plugin_workshop.Workshop() as shop:
        made, key = shop.path("cert.pem"), shop.path("key.pem")
        subprocess.run(
            ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
             "-subj", "/CN=localhost", "-keyout", key, "-out", made], check=True, capture_output=True)
        files = "--tls-cert", made, "--tls-key", key
        with serve(*files) as server:
            server.reload()
            with TlsClient(server.port) as client:
                with open(made) as file:
                    assert client.object.getpeercert(True) == ssl.PEM_cert_to_DER_cert(file.read())
        os.chmod(key, 0o644)
        refused = subprocess.run(
            [sys.argv[1], "--listen", "127.0.0.1:0", "--tls", *files], capture_output=True, text=True)
        assert refused.returncode == 2 and "by others" in refused.stderr, refused


if __name__ == "__main__":
    loopback.enter()
    # Segments that two processors send overtake each other on the loopback, and an ACK that comes behind
    # the RST draws another one.
    os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    plugin_workshop.COMPILER = [word for word in plugin_workshop.COMPILER if word != "--inside"]
    run([the_four_ways_of_closing, a_half_close_loses_what_close_has_queued,
         a_reset_comes_without_close_notify, a_client_resumes_by_tickets,
         close_notify_of_an_idle_client_is_answered, a_fin_without_close_notify_is_counted,
         bytes_come_one_at_a_time, handshakes_wait_for_so_long_and_so_many, plain_http_is_told_so,
         only_sound_versions_are_spoken, only_sound_ciphers_are_spoken, other_clients_see_a_clean_end,
         nothing_of_tls_is_asked_for_in_plain_text, a_key_that_others_can_read_ends_the_start])
