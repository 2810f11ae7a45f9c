"""What each claim of the lab says with the verdict of docs/claims.md: its figures, exact where the scene fixes them and
(least, most) where the machine or the kernel has a say, and its sentence, in which they stand (lab_figures.py)."""
EADDRNOTAVAIL = 99
ANY = (0, 1e12)
PORTS = 28232  # of the default range
RST = (1, 9)  # a late ACK of the peer may draw another one
SOME = (1, 1048575)  # bytes: not all
WAIT_MS = (40000, 60000)  # left of a TIME-WAIT that has just begun, on a machine that may be busy
DELIVERY = "Request read: {read_500_bytes} of 500 bytes, %s; read: {read_500000_bytes} of 500000 bytes, %s; " \
           "half unread: {unread_500_bytes} of 500 bytes, %s; half unread: {unread_500000_bytes} of 500000 bytes, %s."
SHIELD = "The client sent {sent_bytes} bytes, the server read {read_bytes}, %s {%s}: %s."
EOF, RESET = "end of the stream", "ECONNRESET"


def delivery(*delivered, ends):
    names = ("read_500_bytes", "read_500000_bytes", "unread_500_bytes", "unread_500000_bytes")
    return dict(zip(names, delivered)), DELIVERY % ends


def shield(read_bytes, counter, count, why):
    return {"sent_bytes": 10, "read_bytes": read_bytes, counter: count}, SHIELD % (counter, counter, why)


# "…" stands for any text.
SAID = {
    ("four-way", "four-segments"): ({"fins": 2, "bare_acks": 2}, "{fins} FINs and {bare_acks} bare ACKs closed the connection."),
    ("four-way", "states"): ({}, "In turn: the client was in FIN-WAIT-2, the server was in CLOSE-WAIT and was in LAST-ACK, "
                                 "the client was in TIME-WAIT."),
    ("four-way", "first-waits"): ({}, "The client, which sent the first FIN, is in TIME-WAIT; the server is in CLOSED."),
    ("three-segment", "becomes-three"): (
        {"segments_at_%d_ms" % ms: (3, 9) for ms in range(10, 90, 10)},
        "Three segments where the server closes at once, and here up to {longest_three_ms} ms later; four where it closes after 60 ms."),
    ("three-segment", "acked-at-once"): (
        {"ack_delay_ms": (20, 20000)}, "The server's kernel waited {ack_delay_ms:.0f} ms for something that the ACK could "
                                       "ride on. The FIN would be sent again after 200 ms."),
    ("half-close", "separate"): ({}, "The server read the end of the stream, and stayed in CLOSE-WAIT while it sent … more "
                                     "segments."),
    ("half-close", "data-behind-fin"): (
        {"bytes": 100000, "segments": (70, 200)},
        "{bytes} of 100000 bytes arrived behind the client's FIN; then came: end of the stream."),
    ("simultaneous", "closing"): ({}, "Both ends were in FIN-WAIT-1, and behind the crossing FINs in CLOSING."),
    ("simultaneous", "both-wait"): ({}, "The client ended in TIME-WAIT and the server in TIME-WAIT."),
    ("two-msl", "fin-again"): (
        {"fin_again_ms": (190, 20000)},  # TCP_RTO_MIN is 200 ms
        "The server waited in LAST-ACK and sent its FIN again after {fin_again_ms:.0f} ms; TIME-WAIT answered it."),
    ("two-msl", "two-msl"): ({"time_wait_ms": WAIT_MS}, "Linux keeps it for {time_wait_s:.0f} s, a constant "
                                                        "(TCP_TIMEWAIT_LEN), not for 240 s."),
    ("two-msl", "sixty-seconds"): (
        {"shortest_s": (59.5, 90), "longest_s": (60.4, 90)},
        "Of 60 the shortest lived {shortest_s:.2f} s and the longest {longest_s:.2f} s: 60 s, rounded up to the next tick "
        "of the kernel's timer wheel."),
    ("lost-last-ack", "stays-in-last-ack"): (
        {}, "The client had no connection any more, and the server was in LAST-ACK."),
    ("lost-last-ack", "syn-is-reset"): (
        {"connected_after_ms": (0, 20000), "TCPChallengeACK": (1, 9), "rst_of_client": RST, "rst_of_server": 0},
        "The server answered the SYN with a challenge ACK, the client reset the old connection, and its SYN was sent again "
        "after {connected_after_ms:.0f} ms: connected."),
    ("old-segment", "enters-next"): (
        {"entered_slow": 0, "entered_fast": 32, "entered_with_timestamps": 0},
        "Of 32 old bytes the application read {entered_slow} where the old connection was slow, {entered_fast} where …, and "
        "{entered_with_timestamps} there with timestamps."),
    ("old-segment", "timestamps-refuse"): (
        {"PAWSEstab": (1, 9)}, "With timestamps the old segment was refused, and counted: PAWSEstab {PAWSEstab}."),
    ("shields", "time-wait"): ({"connect_errno": EADDRNOTAVAIL},
                               "connect() from the port of a TIME-WAIT, without timestamps: Cannot assign requested address."),
    ("shields", "number-clock"): shield(10, "TCPChallengeACK", 0, "its number was below the new connection's first one"),
    ("shields", "ack-check"): shield(10, "TCPChallengeACK", (1, 9), "it was the next segment by its number, and acknowledged "
                                                                    "the old server's bytes"),
    ("shields", "timestamps"): shield(10, "PAWSEstab", (1, 9), "its timestamp was older than the last one"),
    ("shields", "none-left"): shield(32, "TCPChallengeACK", 0,
                                     "the old bytes, and the client's own were taken for sent again"),
    ("assassination", "time-wait-is-killed"): (
        {}, "With tcp_rfc1337 = 0 an old data segment and the RST that it led to left the client in CLOSED."),
    ("assassination", "rfc1337-protects"): ({}, "With tcp_rfc1337 = 1 the same left it in TIME-WAIT."),
    ("linger-reset", "no-time-wait"): ({"rst": RST, "fin": 0, "TCPAbortOnData": 1},
                                       "close() sent {rst} RST and no FIN; neither end has a TIME-WAIT."),
    ("linger-reset", "dangerous"): (
        {"queued_bytes": 1048576, "delivered_bytes": SOME},
        "{queued_bytes} bytes were queued, {delivered_bytes} were delivered, then ECONNRESET."),
    ("linger-block", "close-waits"): (
        {"close_ms_acked": (0, 4999), "close_ms_silent": (950, 20000)},  # SO_LINGER{1,5}, SO_LINGER{1,1}
        "The thread slept in close() in FIN-WAIT-1. With {{1,5}} the acknowledgement woke it; with {{1,1}} and a silent "
        "client close() returned after {close_s_silent:.1f} s."),
    ("linger-block", "non-blocking"): (
        {"close_ms_acked": (0, 20000)},
        "O_NONBLOCK was set, and the thread slept in close() until the acknowledgement came."),
    ("linger-block", "late-is-error"): (
        {"close_errno": 0, "rst": 0, "delivered_bytes": 1000},
        "close() returned {close_errno} in FIN-WAIT-1; then the client read {delivered_bytes} of 1000 bytes and end of the "
        "stream, and met {rst} RST."),
    ("linger-block", "shutdown-waits"): ({"shutdown_ms": (0, 4999)}, "shutdown() returned …, in FIN-WAIT-1."),
    ("unread-data", "close-sends-fin"): ({"fin": 0, "rst": RST, "TCPAbortOnClose": 1},
                                         "With 50 bytes unread close() sent {fin} FIN and {rst} RST."),
    ("unread-data", "tail-is-lost"): ({"delivered_bytes": SOME},
                                      "{delivered_bytes} of 1500000 bytes were delivered, then ECONNRESET."),
    ("unread-data", "drain-delivers"): (
        {"delivered_bytes": 1500000, "rst": 0},
        "{delivered_bytes} of 1500000 bytes were delivered, then end of the stream; no RST."),
    ("delivery", "close"): delivery(500, 500000, 500, (1, 499999), ends=(EOF, EOF, RESET, RESET)),
    ("delivery", "shutdown-close"): delivery(500, 500000, 500, (1, 499999), ends=(EOF, EOF, EOF, RESET)),
    ("delivery", "drain"): delivery(500, 500000, 500, 500000, ends=(EOF, EOF, EOF, EOF)),
    ("delivery", "reset"): delivery(500, (1, 499999), 500, (1, 499999), ends=(RESET, RESET, RESET, RESET)),
    ("delivery", "acknowledged-reset"): delivery(500, 500000, 500, 500000, ends=(RESET, RESET, RESET, RESET)),
    ("delivery", "linger2"): delivery(500, 500000, 500, (1, 499999), ends=(EOF, EOF, RESET, RESET)),
    ("fin-then-reset", "no-time-wait"): (
        {"rst_before_peers_fin": RST, "rst_behind_both_fins": 0},
        "Before the client's FIN: {rst_before_peers_fin} RST. Behind both FINs: {rst_behind_both_fins} RST, and TIME-WAIT "
        "stayed."),
    ("fin-then-reset", "erases-input"): (
        {"sent_bytes": 200, "read_bytes": 200},
        "Of {sent_bytes} bytes that had arrived before the RST the client read {read_bytes} after it."),
    ("fin-then-reset", "is-told"): ({}, "After FIN and RST the client read end of the stream; send() said: Broken pipe."),
    ("fin-then-reset", "queue-is-safe"): (
        {"queued_bytes": 1048576, "delivered_bytes": SOME},
        "{queued_bytes} bytes and a FIN were queued, {delivered_bytes} bytes and no FIN were delivered."),
    ("keep-alive-race", "request-is-lost"): (
        {"rst": RST}, "The request met a closed socket: {rst} RST, no answer; the client read: end of the stream."),
    ("keep-alive-race", "drain-is-clean"): (
        {"request_bytes_received": 100, "rst": 0},
        "The server read the {request_bytes_received} bytes of the request and sent no RST; the client read: end of the "
        "stream, without an answer."),
    ("memory", "takes-memory"): (
        {"accepted_bytes": (128, 512), "connected_bytes": (256, 2048)},
        "{accepted_bytes} bytes of the kernel's where it was accepted; up to {connected_bytes} where it was connected, with "
        "what keeps its port."),
    ("memory", "like-connection"): (
        {"established_bytes": (1024, 16384)},
        "An open end has {established_bytes} bytes, without what its buffers hold; a TIME-WAIT … or …."),
    ("memory", "uses-up"): (
        {"all_ports_bytes": (256 * PORTS, 2048 * PORTS), "at_the_cap_bytes": ANY, "share_of_memory": (0, 0.05)},
        "All 28232 ports to one destination: {all_ports_mb:.0f} MB. As many as tcp_max_tw_buckets = … lets there be: "
        "{at_the_cap_mb:.0f} MB, {percent_of_memory:.1f} % of this host's memory."),
    ("memory", "descriptor"): (
        {"open_established": 2, "open_time_wait": 0},
        "Both ends had {open_established} descriptors while the connection was open, and {open_time_wait} in TIME-WAIT."),
    ("port-exhaustion", "range-to-61000"): (
        {"last_port": 60999}, "A new network namespace has ip_local_port_range 32768 {last_port}."),
    ("port-exhaustion", "all-in-time-wait"): (
        {"ports": 1000, "connections": 1000},
        "With {ports} ports {connections} connections worked; the next connect(): Cannot assign requested address."),
    ("port-exhaustion", "fails-at-the-end"): (
        {"connect_us_at_one_quarter": (1, 1e6), "connect_us_at_three_quarters": (1, 1e6), "connect_us_elsewhere": (1, 1e6)},
        "connect() took {connect_us_at_one_quarter:.0f} µs of processor time when a quarter of the ports was in TIME-WAIT, "
        "and {connect_us_at_three_quarters:.0f} µs at three quarters, where one to another port of the server took "
        "{connect_us_elsewhere:.0f} µs: slow long before it fails."),
    ("tw-reuse", "needs-switch"): (
        {"off_errno": EADDRNOTAVAIL},
        "With tcp_tw_reuse = 0 connect() failed with EADDRNOTAVAIL, more than a second into TIME-WAIT."),
    ("tw-reuse", "reuse-works"): (
        {"reused_after_ms": (900, 23000), "TWRecycled": (1, 2)},
        "With tcp_tw_reuse = 1 connect() took the port, {reused_after_s:.1f} s into TIME-WAIT."),
    ("tw-reuse", "loopback"): (
        {"veth_errno": EADDRNOTAVAIL, "loopback_errno": 0},
        "With 2, the default, connect() failed with EADDRNOTAVAIL over a veth link, and worked over the loopback."),
    ("tw-reuse", "needs-timestamps"): ({"reused_after_ms": 0}, "Without timestamps connect() failed for 3 s."),
    ("tw-reuse", "delay"): ({"reused_after_ms": (90, 1000)},
                            "With 100 connect() took the port {reused_after_ms:.0f} ms into TIME-WAIT."),
    ("reuse-duplicate", "duplicate-enters"): (
        {"entered_bytes": 0}, "Of the old request the application read 0 bytes on the new connection."),
    ("reuse-duplicate", "timestamps-refuse"): (
        {"PAWSEstab": 1}, "The old request was refused, and counted: PAWSEstab {PAWSEstab}."),
    ("clock-skew", "client-is-refused"): ({"syn": 1},
                                          "A client whose clock is an hour behind connected again with {syn} SYN."),
    ("clock-skew", "two-behind-one"): (
        {"second_syn_ms": (0, 20000), "rst_of_client": RST},
        "The first SYN was refused; the client reset the TIME-WAIT ({rst_of_client} RST), and its SYN after "
        "{second_syn_ms:.0f} ms connected."),
    ("clock-skew", "rfc1337-refuses"): (
        {"syn": (4, 9)}, "With tcp_rfc1337 = 1 four SYNs had 0 SYN-ACK, and the client was in SYN-SENT."),
    ("clock-skew", "waits-a-minute"): (
        {"syn": (5, 12), "lasted_s": (60, 200), "time_wait_left_ms_later": (30001, 60000)},
        "After {syn} SYNs and {lasted_s:.0f} s: Connection timed out. Half a minute after the first SYN the TIME-WAIT had "
        "{time_wait_left_s_later:.0f} s left: each one begins it anew."),
    ("server-reopen", "port-is-blocked"): (
        {"TWRecycled": 0},
        "One SYN was enough with timestamps, and one without; tcp_tw_reuse was 0, and TWRecycled counted {TWRecycled}."),
    ("rebind", "address-in-use"): ({}, "bind() without SO_REUSEADDR: Address already in use."),
    ("rebind", "reuseaddr-cures"): ({}, "bind() with SO_REUSEADDR: it worked."),
    ("tw-buckets", "all-are-reset"): (
        {"kept": 10, "TCPTimeWaitOverflow": 40, "rst": 0},
        "Of 50 closes {kept} TIME-WAITs were kept, the other {TCPTimeWaitOverflow} left none behind; {rst} RST."),
    ("tw-buckets", "old-ones-stay"): ({}, "The first 10 stayed, and TCPTimeWaitOverflow counts the other 40."),
    ("cap-resets", "more-harm"): (
        {"fin_wait_2_kept": 10, "fins_answered_by_rst": 40},
        "Of 50 peers that closed afterwards {fins_answered_by_rst} got a RST for their FIN; the cap had kept "
        "{fin_wait_2_kept} connections."),
    ("fin-timeout", "shortens-time-wait"): ({"time_wait_ms": WAIT_MS},
                                            "With tcp_fin_timeout = 1 a TIME-WAIT had {time_wait_s:.1f} s left."),
    ("fin-timeout", "bounds-orphans"): (
        {"fin_wait_2_s": (0.9, 20)},  # tcp_fin_timeout = 1
        "An orphan in FIN-WAIT-2 was gone after {fin_wait_2_s:.1f} s, while its peer was in CLOSE-WAIT."),
    ("fin-timeout", "bounds-owned"): ({"timer": 0},
                                      "The kernel has no timer for a FIN-WAIT-2 whose socket a process holds."),
    ("close-wait", "ends-by-time"): (
        {"timer": 0}, "The kernel has no timer for it; the server was in CLOSE-WAIT when its peer was gone."),
    ("close-wait", "close-ends-it"): ({}, "close() ended it: its FIN got 1 RST, since the peer was gone."),
    ("power-loss", "is-noticed"): (
        {"timer": 0}, "The server was in ESTABLISHED, and its kernel had no timer that could end it."),
    ("power-loss", "keep-alive-finds"): (
        {"found_s": (1.9, 20)}, "Asked after 1 s, and once: Connection timed out after {found_s:.1f} s. The defaults wait for "
                                "2 h 11 min (7200 s, and 9 times 75 s)."),
    ("power-loss", "reboot-resets"): (
        {"rst": RST}, "Data of the server drew {rst} RST of the client's host; the server read ECONNRESET."),
    ("power-loss", "same-port"): (
        {"syn": (2, 9), "last_syn_ms": (0, 20000), "TCPChallengeACK": (1, 9)},
        "The first SYN drew a challenge ACK, the client reset the old connection, and the SYN after {last_syn_ms:.0f} ms "
        "connected."),
    ("dead-peer", "send-fails"): (
        {"taken_bytes": 500},
        "Five send() of 100 bytes were taken, {taken_bytes} bytes of them unacknowledged; the client was in ESTABLISHED."),
    ("dead-peer", "retries2-counts"): (
        {"segments": (3, 9), "lasted_s": (0.5, 20)},
        "With 1 the data were sent {segments} times and given up after {lasted_s:.1f} s: it bounds the time that so many "
        "would take, and a tail loss probe (RFC 8985) is not counted."),
    ("dead-peer", "user-timeout"): (
        {"lasted_s": (0.5, 20)},  # TCP_USER_TIMEOUT
        "With TCP_USER_TIMEOUT of 0.5 s and tcp_retries2 = 15: Connection timed out after {lasted_s:.1f} s."),
    ("orphan", "retries-bound"): (
        {"fins": (2, 20), "lasted_s": (0.4, 20)},
        "With 1 the FIN was sent {fins} times, and the orphan was gone after {lasted_s:.1f} s."),
    ("orphan", "zero-is-none"): (
        {"fins": (3, 20)}, "With 0 the FIN had been sent {fins} times after … s: 0 means 8 (net/ipv4/tcp_timer.c)."),
    ("orphan", "closed-window"): (
        {"probes": 3}, "tcp_orphan_retries was 1, and after {probes} probes the orphan was in FIN-WAIT-1: each answer begins "
                       "the count anew."),
    ("orphan", "user-timeout"): ({"lasted_s": (0.9, 20)},
                                 "With TCP_USER_TIMEOUT of 1 s it was gone {lasted_s:.1f} s after close()."),
    ("listener-close", "queue-is-reset"): (
        {"reset": 20}, "{reset} of 20 connections that waited to be accepted were reset."),
    ("listener-close", "migrate-saves"): (
        {"reset_without": (1, 20), "reset_with": 0},
        "One of two SO_REUSEPORT listeners closed: {reset_without} of 20 were reset with tcp_migrate_req = 0, {reset_with} "
        "with 1."),
    ("process-killed", "kill-is-reset"): ({}, "The process was killed with its input read: a FIN and 0 RST."),
    ("process-killed", "unread-is-reset"): (
        {"rst": RST}, "The process was killed with input unread: {rst} RST, and the client read ECONNRESET."),
    ("two-descriptors", "close-closes"): (
        {"fin_by_close": 0}, "close() of one of two descriptors sent {fin_by_close} FIN; the connection was open."),
    ("two-descriptors", "shutdown-closes"): ({"fin_by_shutdown": 1},
                                             "shutdown() through the other one sent {fin_by_shutdown} FIN."),
    ("shutdown-read", "peer-is-told"): (
        {"segments": 0}, "shutdown(SHUT_RD) sent {segments} segments; 100 bytes behind it were acknowledged and 100 of them "
                         "read, then end of the stream."),
    ("shutdown-read", "syn-sent-is-silent"): (
        {"segments": 0}, "close() in SYN-SENT sent {segments} segments; the SYN-ACK was answered by a RST."),
    ("blind-reset", "window-is-enough"): (
        {"TCPChallengeACK": 1},
        "A RST 1,000 bytes ahead left the server in ESTABLISHED and drew {TCPChallengeACK} challenge ACK."),
    ("blind-reset", "exact-number-resets"): (
        {}, "A RST at exactly the number that was expected next: CLOSED, and the application read ECONNRESET."),
    ("segments", "eleven"): ({"segments": (10, 14)}, "{segments}…."),
    ("segments", "ack-rides"): (
        {"segments": (6, 13)}, "{segments} with TCP_QUICKACK = 0 at the server, … without: Linux acknowledges the first "
                               "segments of a connection at once."),
    ("segments", "fin-rides"): (
        {"segments": (6, 13), "segments_with_ack_rides": (6, 12)},
        "{segments} where the server sends the response with MSG_MORE and closes, {segments_with_ack_rides} where the ACK of "
        "the request rides on it, too."),
    ("segments", "handshake-rides"): (
        {"segments": (5, 11)}, "{segments} where the client held that ACK back (TCP_QUICKACK = 0 before the SYN-ACK came), "
                               "… else."),
    ("segments", "reset-saves"): (
        {"segments": (8, 14)},
        "{segments} with a RST of the server, … where its FIN rides on the response, which loses nothing."),
    ("tls-close-reset", "as-plain"): ({"rst_of_server": RST},
                                      "The client's close_notify drew {rst_of_server} RST, and the server was in CLOSED."),
    ("tls-close-reset", "response-is-whole"): (
        {"delivered_bytes": 200}, "{delivered_bytes} of 200 bytes were delivered, then close_notify."),
    ("tls-close-reset", "unread-notify"): (
        {"rst_of_client": RST},
        "close() of the client sent {rst_of_client} RST; the server was in CLOSED, and read ECONNRESET."),
    ("tls-graceful", "no-rst"): (
        {"rst": 0},
        "The client read close_notify, the server end of the stream; {rst} RST, and the server was in TIME-WAIT."),
    # Two records: header, content type and tag take 22 bytes of each, and the alert has 2.
    ("tls-graceful", "must-decrypt"): (
        {"dropped_bytes": 1000 + 22 + 2 + 22},
        "{dropped_bytes} bytes were dropped as they came, then came end of the stream."),
    ("tls-graceful", "own-segment"): ({"segments": 1},
                                      "Given to one send(), response and close_notify took {segments} segment."),
    ("tls-exchange", "time-wait-moves"): (
        {"rst": 0},
        "The server read close_notify; the client was in TIME-WAIT and the server in CLOSED, with {rst} RST."),
    ("tls-exchange", "kernel-ends-it"): ({"timer": 0}, "The server was in ESTABLISHED, and its kernel had no timer for it."),
    ("tls-half-close-loss", "close-delivers"): (
        {"delivered_bytes": (0, 1499999)}, "{delivered_bytes} of 1500000 bytes were delivered, then ECONNRESET."),
    ("tls-half-close-loss", "read-first"): (
        {"delivered_bytes": 1500000}, "{delivered_bytes} of 1500000 bytes were delivered, then close_notify."),
    ("tls-half-close-loss", "drain-delivers"): (
        {"delivered_bytes": 1500000}, "{delivered_bytes} of 1500000 bytes were delivered, then close_notify."),
    ("tls-ticket-loss", "upload-arrives"): (
        {"delivered_bytes": (0, 999999)}, "{delivered_bytes} of 1000000 bytes were delivered, then ECONNRESET."),
    ("tls-ticket-loss", "without-tickets"): (
        {"delivered_bytes": 1000000}, "{delivered_bytes} of 1000000 bytes were delivered, then close_notify."),
    ("tls-ticket-loss", "tls-1-2"): (
        {"delivered_bytes": 1000000}, "{delivered_bytes} of 1000000 bytes were delivered, then close_notify."),
    ("tls-ticket-loss", "reading-saves"): (
        {"delivered_bytes": 1000000}, "{delivered_bytes} of 1000000 bytes were delivered, then close_notify."),
    ("tls-truncation", "tcp-does-not-tell"): (
        {"whole_bytes": 10000, "cut_bytes": 5000},
        "Behind {whole_bytes} bytes came: end of the stream. Behind {cut_bytes} of them: end of the stream."),
    ("tls-truncation", "tls-tells"): (
        {"whole_bytes": 10000, "cut_bytes": 5000},
        "Behind {whole_bytes} bytes came: close_notify. Behind {cut_bytes} of them: end of the stream without close_notify."),
    ("tls-truncation", "notify-is-whole"): (
        {"cut_bytes": 5000},
        "A server gave up after {cut_bytes} of 10000 bytes, and closed; the client read close_notify."),
    ("tls-truncation", "reset-is-told"): (
        {"delivered_bytes": 10000}, "The RST had come, and the client read {delivered_bytes} bytes, then close_notify."),
    ("tls-resumption", "any-close"): (
        {"resumed_1_2": 0, "resumed_1_3": 0},
        "Behind close() without close_notify the session was not resumed over TLS 1.2, and was not resumed over 1.3: "
        "OpenSSL drops one that ended so."),
    ("tls-resumption", "notify-resumes"): ({"resumed": 1}, "Behind close_notify the session was resumed."),
    ("tls-resumption", "rst-spoils"): ({"resumed": 1}, "The RST had come, and the session was resumed."),
    ("tls-resumption", "tickets-are-read"): (
        {"resumed_1_2": 1, "resumed_1_3": 0},
        "Of a connection without a response the session was not resumed over TLS 1.3, and was resumed over 1.2."),
    ("ring-close-pending", "ring-closes"): (
        {"fin_alone": 1, "fin_pending": 0},
        "It sent {fin_alone} FIN; where a receive of the ring was pending, it returned 0 and sent {fin_pending}."),
    ("ring-close-pending", "close-closes"): ({"fin": 0}, "While a receive of a ring was pending, close() sent {fin} FIN."),
    ("ring-close-pending", "nothing-is-read"): (
        {"read_bytes": 1}, "The receive read a byte that came then; behind it the FIN went."),
    ("ring-close-pending", "cancel-releases"): ({}, "The receive ended with ECANCELED, and the client got the FIN."),
    ("ring-close-pending", "shutdown-tells"): ({"fin": 1}, "It sent {fin} FIN."),
    ("ring-linger-pending", "resets-at-once"): (
        {"rst_alone": RST, "rst_pending": 0},
        "It sent {rst_alone} RST; where a receive was pending {rst_pending}, and the client was in ESTABLISHED."),
    ("ring-linger-pending", "cancel-releases"): (
        {"rst": RST}, "The receive ended with ECANCELED; then {rst} RST had gone, and the client was reset."),
    ("ring-short-send-linked", "short-breaks"): (
        {"sent_bytes": (1, 4999999)}, "The send returned {sent_bytes} of 5000000 bytes, and the close was run."),
    ("ring-short-send-linked", "loss-is-told"): (
        {"delivered_bytes": (1, 4999999)}, "The client read {delivered_bytes} of 5000000 bytes, then end of the stream."),
    ("ring-short-send-linked", "waitall-sends"): (
        {"delivered_bytes": 5000000}, "The client read {delivered_bytes} of 5000000 bytes, then end of the stream."),
    ("ring-linger-blocks", "never-waits"): (
        {"enter_ms": (950, 20000)}, "With SO_LINGER{{1,1}} and a silent client io_uring_enter() took … s."),
    ("ring-linger-blocks", "worker-waits"): (
        {"enter_ms": (0, 4950)}, "With SO_LINGER{{1,5}} it returned in FIN-WAIT-1, before the time was up."),
    ("ring-shutdown-worker", "no-thread"): (
        {"workers_by_close": 0, "workers_by_shutdown": (1, 9)},
        "Behind a close the ring had {workers_by_close} worker threads, behind a shutdown {workers_by_shutdown}."),
    ("ring-shutdown-worker", "sends-fin"): ({"fin": 1}, "It returned 0, with {fin} FIN; the client was in CLOSE-WAIT."),
}
