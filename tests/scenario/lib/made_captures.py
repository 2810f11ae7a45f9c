"""Captures of the project's own making: what each holds, and what is true of it by construction.

A capture is a list of segments in the way of tests/unit/bench/trace/script.h:

    "> S 100; < SA 500 101; > A 101 501; > PA 101 501 +20; < R 501"

who sends (> the client), the flags, the sequence number, what is acknowledged, bytes of data. `@N` sets the
time to N microseconds, `:P` the client's port, `#N` the interface, `!N` the window, `^N` the TTL, `[N-M,N-M]` makes a
SACK option, `~N` one of MPTCP, of subtype N; without them a millisecond
passes, the port is 40000, the interface the first and the window 1000. `truth` says what is known of each connection, in the
words of `teardown trace --json`."""
import ipaddress
import re
import struct

ETHERNET, RAW, NULL, SLL, SLL2, IPV4, IPV6, NFLOG = 1, 101, 0, 113, 276, 228, 229, 239
FLAGS = {letter: 1 << bit for bit, letter in enumerate("FSRPAUEC")}
CLIENT, SERVER, PORT = 40000, 80, 40000
OPENED = "> S 100; < SA 500 101; > A 101 501;"
# A request of 20 bytes, a response of 30.
SERVED = OPENED + "> PA 101 501 +20; < A 501 121; < PA 501 121 +30; > A 121 531;"
MAC = bytes.fromhex("020000000002020000000001")


def closed(first, client, server, **more):
    return {"ended": "closed", "first_closer": first, "first_end": "FIN", "reset_by": [], "reset_because": None,
            "guessed": False, "bytes": {"client": client, "server": server},
            "bytes_unacknowledged": {"client": 0, "server": 0}, **more}


def of_port(port, script):
    return "".join(":%d %s;" % (port, one) for one in script.split(";"))


def twice(script):
    return "".join(one + ";" + one + ";" for one in filter(str.strip, script.split(";")))


def reset(word, first, end, by, why, client, server, **more):
    return {"ended": word, "first_closer": first, "first_end": end, "reset_by": by, "reset_because": why,
            "bytes": {"client": client, "server": server}, **more}


def unended(word, client, server, **more):
    return {"ended": word, "first_closer": "none", "first_end": None, "reset_by": [], "reset_because": None,
            "bytes": {"client": client, "server": server}, **more}


# name: (options of write(), segments, truth of each connection)
CAPTURES = {
    "closed-by-client.pcap": (
        {}, SERVED + "> FA 121 531; < A 531 122; < FA 531 122; > A 122 532",
        [closed("client", 20, 30, conn_state="SF", history="ShADadFf", completeness=31,
                segments={"client": 6, "server": 5})]),
    "closed-by-server-vlan.pcap": (
        {"magic": 0xa1b23c4d, "big": True, "shell": "vlan"},
        SERVED + "< FA 531 121; > FA 121 532; < A 532 122", [closed("server", 20, 30)]),
    "closed-crossed.pcapng": (
        {"link": RAW, "v6": True}, SERVED + "> FA 121 531; < FA 531 121; > A 122 532; < A 532 122",
        [closed("both", 20, 30, ended="closed-crossed", crossed=True)]),
    "closed-then-reset.pcap": (
        {"link": SLL2}, SERVED + "< FA 531 121; > FA 121 532; < A 532 122; > R 122",
        [reset("closed-then-reset", "server", "FIN", ["client"], None, 20, 30)]),
    "half-closed.pcap": (
        {"link": SLL, "v6": True}, SERVED + "> FA 121 531; < A 531 122 +70; > A 122 601",
        [unended("half-closed", 20, 100, first_closer="client", first_end="FIN")]),
    "keep-alive-race.pcap": (
        {"link": NULL}, SERVED + "< FA 531 121; > PA 121 531 +40; < R 531",
        [reset("half-closed-then-reset", "server", "FIN", ["server"], "keep-alive-race", 60, 30,
               bytes_unacknowledged={"client": 40, "server": 0})]),
    "data-after-fin.pcap": (
        {"shell": "pppoe"}, SERVED + "< FA 531 121; > A 121 532; > PA 121 532 +9; < R 532",
        [reset("half-closed-then-reset", "server", "FIN", ["server"], "data-after-fin", 29, 30)]),
    "linger-loses-a-response.pcapng": (
        {"shell": "qinq"}, OPENED + "< A 501 101 +1400; < A 1901 101 +1400; > A 101 1901; < RA 3301 101",
        [reset("reset", "server", "RST", ["server"], "linger", 0, 2800,
               bytes_unacknowledged={"client": 0, "server": 1400})]),
    # Within the window, not the number that is expected: it is answered (RFC 5961, 3.2), and the server goes on.
    "reset-ignored.pcap": (
        {}, SERVED + "< R 600; > A 121 531; < PA 531 121 +40; > A 121 571; < FA 571 121; > FA 121 572; < A 572 122",
        [closed("server", 20, 70, reset_by=[])]),
    # A middlebox's, with the server's own number; both ends go on.
    "reset-forged.pcap": (
        {}, SERVED + "< RA 531 121; > PA 121 531 +9; < PA 531 130 +40; > FA 130 571; < FA 571 131; > A 131 572",
        [closed("client", 29, 70, reset_by=[])]),
    # The data was sent before the RST, and captured behind it.
    "reset-before-its-data.pcap": (
        {}, SERVED + "< RA 571 121; < PA 531 121 +40; > A 121 531",
        [reset("reset", "server", "RST", ["server"], None, 20, 70)]),
    # The first is refused, the second has the number that is expected.
    "reset-challenged.pcap": (
        {}, SERVED + "< R 600; > A 121 531; < R 531",
        [reset("reset", "server", "RST", ["server"], None, 20, 30)]),
    # The same, and the capture ends before the second; the client's RST, in the same way.
    "reset-challenged-alone.pcap": (
        {"link": SLL}, of_port(1, SERVED + "< R 600; > A 121 531") + of_port(2, SERVED + "> R 200; < A 531 121"),
        [unended("open", 20, 30), unended("open", 20, 30)]),
    # Before and behind the window: nothing answers (RFC 9293, 3.10.7.4). The last is behind a FIN.
    "reset-outside-the-window.pcap": (
        {}, SERVED + "< R 501; > R 1122; < RA 1532 121; > FA 121 531; < A 531 122; > R 122 0; < A 531 122 +7",
        [reset("half-closed-then-reset", "client", "FIN", ["client"], None, 20, 37)]),
    "unread-input-or-linger.pcap": (
        {"shell": "mpls", "big": True}, SERVED + "< RA 531 121",
        [reset("reset", "server", "RST", ["server"], "unread-input-or-linger", 20, 30)]),
    "refused-ipv6-extensions.pcap": (
        {"link": IPV6, "v6": True, "shell": "extensions"}, "> S 100; < RA 0 101; > S 100; < RA 0 101",
        [reset("refused", "server", "RST", ["server"], "no-listener", 0, 0, conn_state="REJ", history="Sr",
               segments={"client": 2, "server": 2})]),
    "unanswered.pcap": (
        {"link": IPV4}, "> S 100; @1000000 > S 100; @3000000 > S 100",
        [unended("unanswered", 0, 0, conn_state="S0", duration_s=3.0,
                 bytes_unacknowledged={"client": 0, "server": 0})]),
    "begins-in-the-middle.pcap": (
        {}, "> PA 7000 9000 +10; < A 9000 7010 +20; > A 7010 9020",
        [unended("open", 10, 20, guessed=True)]),
    "reset-alone.pcap": ({}, "< RA 501 101", [reset(
        "not-a-connection", "unknown", "RST", ["client"], None, 0, 0, guessed=True)]),
    "listener-queue.pcap": (
        {}, OPENED + "< R 501",
        [reset("reset", "server", "RST", ["server"], "listener-queue", 0, 0)]),
    "old-connection-met.pcap": (
        {}, "> S 100; < A 7777 3333; > R 3333; @1000000 > S 100; < SA 500 101; > A 101 501",
        [reset("reset", "client", "RST", ["client"], "old-connection", 0, 0)]),
    "scan.pcap": (
        {}, ":1 > S 100; :1 < SA 500 101; :1 > R 101; :2 > S 100; :2 < RA 0 101; :3 > S 100",
        [reset("reset", "client", "RST", ["client"], "unwanted-syn-ack", 0, 0),
         reset("refused", "server", "RST", ["server"], "no-listener", 0, 0), unended("unanswered", 0, 0)]),
    "three-incarnations.pcap": (
        {}, SERVED + "< FA 531 121; > FA 121 532; < A 532 122;"
        "> S 90000; < SA 7000 90001; > A 90001 7001; > PA 90001 7001 +5; < A 7001 90006; > RA 90006 7001;"
        "> S 200000; < SA 9000 200001; > A 200001 9001",
        [closed("server", 20, 30, incarnation=1),
         reset("reset", "client", "RST", ["client"], "linger", 5, 0, incarnation=2),
         unended("open", 0, 0, incarnation=3)]),
    "wraps-and-loses.pcap": (
        {"truncate": 60}, "> S 4294967000; < SA 4294967290 4294967001; > A 4294967001 4294967291;"
        "> A 4294967001 4294967291 +200; > A 105 4294967291 +100; > A 4294967201 4294967291 +200;"
        "> A 4294967001 4294967291 +200; < A 4294967291 205; > FA 305 4294967291; < A 4294967291 205;"
        "< FA 4294967291 205; > A 306 4294967292",
        [closed("both", 500, 0, ended="closed-crossed", crossed=True,
                bytes_unacknowledged={"client": 0, "server": 0})]),
    "fragments.pcap": (
        {"pieces": 600}, SERVED + "< PFA 531 121 +1300; > FA 121 1832; < A 1832 122",
        [closed("server", 20, 1330, segments={"client": 5, "server": 5})]),
    "fragments-ipv6.pcap": (
        {"v6": True, "pieces": 600}, SERVED + "< PFA 531 121 +1300; > FA 121 1832; < A 1832 122",
        [closed("server", 20, 1330, segments={"client": 5, "server": 5})]),
    "lengths-of-zero.pcap": (
        {"total_zero": True}, "@5000000 > S 100; < SA 500 101; @4000000 > A 101 501; > PA 101 501 +20;"
        "< FA 501 121 +3000; > FA 121 3502; < A 3502 122",
        [closed("server", 20, 3000, duration_s=0)]),
    "two-interfaces.pcapng": (
        {"links": [ETHERNET, RAW]}, "#0 > S 100; #1 > S 100; #1 < SA 500 101; #0 < SA 500 101;"
        "#0 > A 101 501; #1 > A 101 501; #1 < FA 501 101 +8; #0 < FA 501 101 +8; #0 > FA 101 510;"
        "#1 > FA 101 510; #1 < A 510 102; #0 < A 510 102",
        [closed("server", 0, 8, segments={"client": 6, "server": 6})]),
    "no-socket.pcap": (
        {}, SERVED + "> PA 121 531 +40; < R 531",
        [reset("reset", "server", "RST", ["server"], "no-socket", 60, 30,
               bytes_unacknowledged={"client": 40, "server": 0})]),
    "simultaneous-open.pcap": (
        {"shell": "qinq"}, "> S 100; < S 500; < SA 500 101; > SA 100 501; > FA 101 501; < FA 501 102; > A 102 502",
        [closed("client", 0, 0)]),
    "syn-with-data.pcap": (
        {"big": True}, "> S 100 0 +20; < SA 500 121; > A 121 501; < FA 501 121; > FA 121 502; < A 502 122",
        [closed("server", 20, 0)]),
    "keep-alive-probes.pcap": (
        {"truncate": 54}, SERVED + "> A 120 531; < A 531 121; > A 120 531 +1; < A 531 121; < FA 531 121; > FA 121 532;"
        "< A 532 122", [closed("server", 20, 30)]),
    "sent-again.pcap": (
        {}, "> S 100; > S 100; > S 100; < SA 500 101; < SA 500 101; > A 101 501; > PA 101 501 +20; < FA 501 121;"
        "< FA 501 121; > FA 121 502; > FA 121 502; < A 502 122; < A 502 122", [closed("server", 20, 0)]),
    "port-used-again.pcap": (
        {}, SERVED + "< FA 531 121; > FA 121 532; < A 532 122; > S 9000; < SA 9500 9001; > A 9001 9501; < RA 9501 9001",
        [closed("server", 20, 30), reset("reset", "server", "RST", ["server"], "linger", 0, 0, incarnation=2)]),
    "backwards.pcap": (
        {"link": RAW}, "@9000 > S 100; @8000 < SA 500 101; @7000 > A 101 501; @6000 < FA 501 101; @5000 > FA 101 502;"
        "@4000 < A 502 102", [closed("server", 0, 0)]),
    "syn-ack-first.pcap": (
        {}, "< SA 500 101; > S 100; > A 101 501; > FA 101 501; < FA 501 102; > A 102 502",
        [closed("client", 0, 0, completeness=22)]),
    # The client's window is full; the server probes it with a byte, which is not taken at first.
    "zero-window.pcap": (
        {"shell": "vlan"}, OPENED + "> PA 101 501 +20; < A 501 121 +1000; > A 121 1501 !0; < A 1501 121 +1; > A 121 1501 !0;"
        "@900000 < A 1501 121 +1; > A 121 1502 !1000; < PA 1502 121 +99; > A 121 1601; < FA 1601 121; > FA 121 1602;"
        "< A 1602 122", [closed("server", 20, 1100)]),
    "urgent.pcap": (
        {}, OPENED + "> PAU 101 501 +3; < A 501 104; > FAU 104 501 +1; < FA 501 106; > A 106 502",
        [closed("client", 4, 0)]),
    # RFC 9293, 3.5.3: what a RST carries is no data.
    "reset-with-a-text.pcap": (
        {"v6": True}, SERVED + "< RA 531 121 +25",
        [reset("reset", "server", "RST", ["server"], "unread-input-or-linger", 20, 30)]),
    # The first FIN crossed the response, the second acknowledges the other's FIN: they crossed all the same.
    "fin-again-newer-ack.pcap": (
        {"link": NULL}, SERVED + "> FA 121 531; < PFA 531 121 +9; @300000 > FA 121 541; < A 541 122",
        [closed("both", 20, 39, ended="closed-crossed", crossed=True)]),
    "data-again-behind-fin.pcap": (
        {"big": True}, SERVED + "> PA 121 531 +40; > FA 161 531; @300000 > A 121 531 +40; < A 531 162; < FA 531 162;"
        "> A 162 532", [closed("client", 60, 30)]),
    # A mirror port that shows what comes in and what goes out: each packet is there twice.
    "mirrored-twice.pcap": (
        {}, twice(of_port(1, SERVED + "< FA 531 121; > FA 121 532; < A 532 122") + of_port(2, SERVED + "< RA 531 121")
                  + of_port(3, "> S 100; < RA 0 101")),
        [closed("server", 20, 30, segments={"client": 10, "server": 10}),
         reset("reset", "server", "RST", ["server"], "unread-input-or-linger", 20, 30),
         reset("refused", "server", "RST", ["server"], "no-listener", 0, 0)]),
    # Each pair has changed places on its way: data, FINs, and the ACK of a FIN.
    "reordered.pcap": (
        {"link": SLL2}, OPENED + "> PA 111 501 +10; > A 101 501 +10; < A 501 121; < FA 541 121; < A 501 121 +40;"
        "> FA 121 542; > A 121 541; < A 542 122", [closed("server", 20, 40)]),
    # The SYN-ACK is lost behind the capture: both are sent again.
    "syn-ack-lost.pcap": (
        {"link": SLL}, "> S 100; < SA 500 101; @1000000 > S 100; < SA 500 101; @2000000 < SA 500 101; > A 101 501;"
        "> FA 101 501; < FA 501 102; > A 102 502", [closed("client", 0, 0, segments={"client": 5, "server": 4})]),
    # The ports of a connection in TIME_WAIT: the SYN's number is higher, and its sender had closed second.
    "time-wait-reused.pcap": (
        {"magic": 0xa1b23c4d}, SERVED + "< FA 531 121; > FA 121 532; < A 532 122; @900000 > S 70000; < SA 80000 70001;"
        "> A 70001 80001; > PA 70001 80001 +5; < PFA 80001 70006 +6; > FA 70006 80008; < A 80008 70007",
        [closed("server", 20, 30, incarnation=1), closed("server", 5, 6, incarnation=2)]),
    # A middlebox's: another TTL than all that the server sent. Of the second the route varies; the third
    # RST has the server's TTL; the fourth is a kernel's answer, which has not the TTL that a program sets.
    "reset-of-a-middlebox.pcap": (
        {}, of_port(1, SERVED + "< RA 531 121 ^250") + of_port(2, OPENED + "< A 501 101 +30 ^63; < RA 531 101 ^250")
        + of_port(3, SERVED + "< RA 531 121") + of_port(4, SERVED + "> PA 121 531 +9; < R 531 ^255"),
        [reset("reset", "server", "RST", ["server"], None, 20, 30, reset_doubted=["server"]),
         reset("reset", "server", "RST", ["server"], "linger", 0, 30, reset_doubted=[]),
         reset("reset", "server", "RST", ["server"], "unread-input-or-linger", 20, 30, reset_doubted=[]),
         reset("reset", "server", "RST", ["server"], "no-socket", 29, 30, reset_doubted=[])]),
    "reset-of-a-middlebox-ipv6.pcap": (
        {"v6": True}, SERVED + "> RA 121 531 ^9; < RA 531 121 ^9",
        [reset("reset", "client", "RST", ["client", "server"], None, 20, 30, reset_doubted=["client", "server"])]),
    # Probes that nobody answers, and a RST; of the second the last one is answered; of the third there is one alone;
    # the fourth is answered by a RST, and goes on sending.
    "keep-alive-timeout.pcap": (
        {}, of_port(1, SERVED + "> A 120 531; > A 120 531 +1; > A 120 531; > RA 121 531")
        + of_port(2, SERVED + "> A 120 531; > A 120 531; < A 531 121; > RA 121 531")
        + of_port(3, SERVED + "> A 120 531; > RA 121 531") + of_port(4, SERVED + "> A 120 531; > A 120 531; < R 531"),
        [reset("reset", "client", "RST", ["client"], "keep-alive-timeout", 20, 30),
         reset("reset", "client", "RST", ["client"], "unread-input-or-linger", 20, 30),
         reset("reset", "client", "RST", ["client"], None, 20, 30),
         reset("reset", "server", "RST", ["server"], "no-socket", 20, 30)]),
    # MPTCP closes all of a connection at once, by a RST or by an ACK that asks for one (RFC 8684, 3.5). The third is
    # a subflow's RST (3.6); the fourth has MPTCP's acknowledgements, and is reset by a plain RST.
    "mptcp-fastclose.pcap": (
        {"v6": True}, of_port(1, OPENED + "< A 501 101 +30 ; < RA 531 101 ~7") + of_port(2, SERVED + "> A 121 531 ~7; < R 531")
        + of_port(3, OPENED + "< RA 501 101 ~8") + of_port(4, OPENED + "> A 101 501 ~2; < RA 501 101"),
        [reset("reset", "server", "RST", ["server"], "mptcp-fastclose", 0, 30),
         reset("reset", "server", "RST", ["server"], "mptcp-fastclose", 20, 30),
         reset("reset", "server", "RST", ["server"], None, 0, 0), reset("reset", "server", "RST", ["server"], "linger", 0, 0)]),
    # A SYN-ACK that is never answered, and then taken back: no program had the connection. Of the second it was
    # answered, and a program closed it; of the third the client's kernel takes back what no program has yet.
    "handshake-given-up.pcap": (
        {"link": NFLOG}, of_port(1, "> S 100; < SA 500 101; < SA 500 101; < RA 501 101") + of_port(2, OPENED + "< RA 501 101")
        + of_port(3, "> S 100; < SA 500 101; > RA 101 501"),
        [reset("reset", "server", "RST", ["server"], None, 0, 0), reset("reset", "server", "RST", ["server"], "linger", 0, 0),
         reset("reset", "client", "RST", ["client"], None, 0, 0)]),
    # What is lost is asked for (RFC 2018), sent twice, and the second copy told of (RFC 2883).
    "sack-and-dsack.pcap": (
        {"link": NFLOG, "big": True}, OPENED + "> PA 101 501 +20; < A 501 121 +100; < A 701 121 +100; > A 121 601 [701-801];"
        "< A 801 121 +100; > A 121 601 [701-901]; < A 601 121 +100; < A 601 121 +100; > A 121 901;"
        "> A 121 901 [601-701]; < FA 901 121; > FA 121 902; < A 902 122",
        [closed("server", 20, 400, segments={"client": 8, "server": 8})]),
    "one-direction.pcap": (
        {}, "< SA 500 101; < A 501 121 +30; < FA 531 121; < A 532 122",
        [unended("half-closed", 0, 30, first_closer="server", first_end="FIN", guessed=False,
                 bytes_unacknowledged={"client": 0, "server": None})]),
}


def options_of_tcp(sack, mptcp):
    out = struct.pack(">BBBB%dI" % len(sack), 1, 1, 5, 2 + 4 * len(sack), *sack) if sack else b""
    # Their bytes behind the subtype tell nothing here: keys, numbers, a reason.
    length = {None: 0, 2: 8, 7: 12, 8: 4}[mptcp]
    return out + bytes([30, length, mptcp << 4, *range(length - 3)]) if mptcp else out


def segments(script):
    """Yields (time_us, interface, up, client's port, flags, seq, ack, length, window, ttl, options)."""
    now = -1000
    for line in filter(str.strip, script.split(";")):
        line, _, sack = line.partition("[")
        option = {mark: int(value) for mark, value in re.findall(r"([@:#+!^~])(\d+)", line)}
        words = re.sub(r"[@:#+!^~]\d+", "", line).split()
        now = option.get("@", now + 1000)
        yield (now, option.get("#", 0), words[0] == ">", option.get(":", PORT),
               sum(FLAGS[letter] for letter in words[1]), int(words[2]),
               int(words[3]) if len(words) > 3 else 0, option.get("+", 0), option.get("!", 1000), option.get("^", 64),
               options_of_tcp([int(edge) for edge in re.findall(r"\d+", sack)], option.get("~")))


def addresses(v6):
    texts = ("2001:db8::1", "2001:db8::2") if v6 else ("10.0.0.1", "10.0.0.2")
    return [ipaddress.ip_address(text).packed for text in texts]


def ip_packets(options, number, up, ttl, payload):
    """The packet, or its pieces."""
    ends = addresses(options.get("v6"))
    source, target = ends if up else reversed(ends)
    size = options.get("pieces") or len(payload)
    starts = range(0, len(payload), size)
    if options.get("v6") and len(starts) > 1:
        return [struct.pack(">IHBB", 6 << 28, 8 + len(payload[start:start + size]), 44, ttl) + source + target
                + struct.pack(">BBHI", 6, 0, start | (start + size < len(payload)), number)
                + payload[start:start + size] for start in reversed(starts)]
    if options.get("v6"):
        extensions = bytes([60, 0, 1, 4, 0, 0, 0, 0, 6, 0, 1, 4, 0, 0, 0, 0]) \
            if options.get("shell") == "extensions" else b""
        return [struct.pack(">IHBB", 6 << 28, len(extensions + payload), 0 if extensions else 6, ttl)
                + source + target + extensions + payload]
    # The last piece comes first, as it does above.
    return [struct.pack(">BBHHHBBH", 0x45, 0,
                        0 if options.get("total_zero") else 20 + len(payload[start:start + size]), number,
                        start // 8 | (0x2000 if start + size < len(payload) else 0), ttl, 6, 0)
            + source + target + payload[start:start + size] for start in reversed(starts)]


def link_header(link, options):
    family = 0x86dd if options.get("v6") else 0x0800
    shells = {
        "vlan": bytes.fromhex("81000007") + struct.pack(">H", family),
        "qinq": bytes.fromhex("88a8000181000007") + struct.pack(">H", family),
        "mpls": bytes.fromhex("88470001004000020140"),
        "pppoe": bytes.fromhex("886411000001ffff0021"),
    }
    return {
        ETHERNET: MAC + shells.get(options.get("shell"), struct.pack(">H", family)),
        NULL: struct.pack("<I", 2),
        SLL: struct.pack(">HHH8sH", 0, 1, 6, bytes(8), family),
        SLL2: struct.pack(">HHIHBB8s", family, 0, 2, 1, 0, 6, bytes(8)),
    }.get(link, b"")


def framed(link, options, packet):
    if link != NFLOG:
        return link_header(link, options) + packet
    order = ">" if options.get("big") else "<"
    prefix = struct.pack(order + "HH", 4 + 5, 10) + b"log: " + bytes(3)
    return bytes([2, 0, 0, 0]) + prefix + struct.pack(order + "HH", 4 + len(packet), 9) + packet + bytes(-len(packet) % 4)


def frames(options, script):
    """Yields (time_us, interface, the frame)."""
    links = options.get("links", [options.get("link", ETHERNET)])
    for number, (now, interface, up, port, flags, seq, ack, length, window, ttl, more) in enumerate(segments(script)):
        ports = (port, SERVER) if up else (SERVER, port)
        tcp = struct.pack(">HHIIBBHHH", *ports, seq, ack, 0x50 + 4 * len(more), flags, window, 0, 0) + more
        data = bytes(ord("a") + at % 26 for at in range(length))
        for packet in ip_packets(options, number, up, ttl, tcp + data):
            yield now, interface, framed(links[interface], options, packet)


def pcap(options, script):
    order = ">" if options.get("big") else "<"
    magic = options.get("magic", 0xa1b2c3d4)
    fraction = 1000 if magic == 0xa1b23c4d else 1
    link = options.get("link", ETHERNET)
    most = options.get("truncate", 65535 * 4)
    out = struct.pack(order + "IHHiIII", magic, 2, 4, 0, 0, most, link)
    for now, _, frame in frames(options, script):
        second, us = divmod(1700000000 * 10**6 + now, 10**6)
        out += struct.pack(order + "IIII", second, us * fraction, len(frame[:most]), len(frame)) + frame[:most]
    return out


def block(order, kind, body):
    length = 12 + len(body)
    return struct.pack(order + "II", kind, length) + body + struct.pack(order + "I", length)


def pcapng(options, script):
    order = ">" if options.get("big") else "<"
    out = block(order, 0x0a0d0d0a, struct.pack(order + "IHHq", 0x1a2b3c4d, 1, 0, -1))
    for link in options.get("links", [options.get("link", ETHERNET)]):
        resolution = struct.pack(order + "HH", 9, 1) + bytes([9, 0, 0, 0]) + bytes(4)
        out += block(order, 1, struct.pack(order + "HHI", link, 0, 0) + resolution)
    for now, interface, frame in frames(options, script):
        ns = (1700000000 * 10**6 + now) * 1000
        out += block(order, 6, struct.pack(order + "IIIII", interface, ns >> 32, ns & 0xffffffff, len(frame),
                                           len(frame)) + frame + bytes(-len(frame) % 4))
    return out


def made(name):
    options, script, _ = CAPTURES[name]
    return (pcapng if name.endswith(".pcapng") else pcap)(options, script)
