/* A connection that reuses a port of TIME-WAIT meets a late duplicate of the one before it.
 *
 *     client                                    server
 *     TIME-WAIT                                 CLOSED        the wire has a copy of the request
 *     ESTABLISHED  ──────── SYN ────────▶       ESTABLISHED   tcp_tw_reuse = 1, the same ports
 *                  ──── old segment ────▶                     a timestamp older than the SYN's
 *                  ◀──────── ACK ────────
 */
#include "bench/lab/late_segment.h"
#include "bench/lab/lesson.h"
#include "bench/lab/port.h"

static const struct claim claims[] = {
	{"duplicate-enters",
		"A late duplicate of the old connection enters the one that reused its port.",
		"common belief; RFC 1337, 1"},
	{"timestamps-refuse", "Timestamps refuse it.", "RFC 6191, 2; RFC 7323, 5.3"},
};

#define OWN_BYTES 10
#define GIVEN_UP_MS 3000

static void play(struct lab *lab)
{
	lab_set(lab, CLIENT, "ip_local_port_range", "40000 40000");
	lab_set(lab, CLIENT, "tcp_tw_reuse", "1");
	struct pair *old = lab_connect(lab);
	struct lab_late_segment late = {
		.rule = lab_rule(lab, RULE_COPY, CLIENT, .payload = PAYLOAD_SOME, .nth = 1)};
	lab_exchange(old);
	lab_await_held(lab, late.rule, 1);
	lab_close_both(old, CLIENT);
	lab_expect(old, CLIENT, STATE_TIME_WAIT);

	struct pair *next = lab_reuse(old, GIVEN_UP_MS);
	if (!next)
		lab_fail(lab, "connect() had not taken the port 3 s into TIME-WAIT");
	lab_show(next, "connect() with tcp_tw_reuse = 1, and the old request behind it");
	unsigned before = lab_counter(lab, SERVER, "PAWSEstab");
	unsigned bytes = lab_let_segment_in(next, &late, OWN_BYTES);
	unsigned entered = bytes > OWN_BYTES ? bytes - OWN_BYTES : 0;
	unsigned refused = lab_counter(lab, SERVER, "PAWSEstab") - before;

	lab_measure(lab, "duplicate-enters", {"entered_bytes", entered});
	lab_holds(lab, "duplicate-enters", entered > 0,
		"Of the old request the application read %u bytes on the new connection.", entered);
	lab_measure(lab, "timestamps-refuse", {"PAWSEstab", refused});
	lab_holds(lab, "timestamps-refuse", entered == 0 && refused > 0,
		"The old request was %s%s: PAWSEstab %u.", entered > 0 ? "read" : "refused",
		refused > 0 ? ", and counted" : "", refused);
}

const struct lesson lesson_reuse_duplicate = {
	.name = "reuse-duplicate",
	.asks = "Does an old duplicate enter a connection that reused its port?",
	LESSON_CLAIMS(claims),
	.scene = "The wire keeps a copy of the client's request. The client closes first, and "
		 "connects again from the one port that it has, out of TIME-WAIT. Then the wire "
		 "delivers the copy, and the client sends 10 bytes.",
	.practice = "tcp_tw_reuse is as safe as timestamps are; a connection without them leaves a "
		    "port that is not reused.",
	.play = play,
};
