/* A client that closes first has a port less for a minute, and connect() gets slow before it fails.
 *
 *     client                                    server
 *     TIME-WAIT    port 40000                   CLOSED
 *     TIME-WAIT    port 40002                   CLOSED
 *     …                                                       from half of them on: slow
 *     connect()    EADDRNOTAVAIL                              all of them are in TIME-WAIT
 */
#include "bench/lab/lesson.h"
#include "common/sysctl.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

static const struct claim claims[] = {
	{"range-to-61000", "A client has the ports 32768 to 61000.",
		"common belief; older manuals of ip(7)"},
	{"all-in-time-wait", "When all of them are in TIME-WAIT, connect() fails: EADDRNOTAVAIL.",
		"ip(7)"},
	{"fails-at-the-end", "Until then connect() works as ever.", "common belief"},
};

#define RANGE "40000 40999"
#define PORTS 1000
#define BATCH 50 /* which a quarter of the ports is made of */
#define TIME_WAIT_S 60
/* No server listens there, and no connection went there. */
#define OTHER_PORT 81

/* The client closes each of a batch first, and is left with TIME-WAIT. Returns how many got a port.
 */
static unsigned ports_use_up(struct lab *lab, int *error)
{
	struct pair *pairs[BATCH];
	unsigned count = 0;
	while (count < BATCH && (pairs[count] = lab_begin_connect_try(lab, error)))
		count++;
	for (unsigned i = 0; i < count; i++) {
		lab_finish_connect(pairs[i]);
		lab_shut(pairs[i], CLIENT);
	}
	for (unsigned i = 0; i < count; i++) {
		lab_drain(pairs[i], SERVER);
		lab_drain(pairs[i], CLIENT);
	}
	return count;
}

static void play(struct lab *lab)
{
	struct lab_connect_cost early = {0}, late = {0};
	char range[SYSCTL_VALUE_MAX];
	int error = 0;
	unsigned used = 0, batch;
	lab_default(lab, "ip_local_port_range", range);
	unsigned last = 0;
	sscanf(range, "%*u %u", &last);
	lab_measure(lab, "range-to-61000", {"last_port", last});
	lab_decide(lab, "range-to-61000", last == 61000 ? HOLDS : DIFFERS,
		"A new network namespace has ip_local_port_range %s.", range);

	lab_set(lab, CLIENT, "ip_local_port_range", RANGE);
	/* Now and then the server's delayed ACK leaves just behind its FIN, and meets TIME-WAIT:
	 * the RST that this leads to would free the port (lesson assassination). */
	lab_set(lab, CLIENT, "tcp_rfc1337", "1");
	double from_s = lab_now_s(lab);
	while (used < PORTS + 2 * BATCH && (batch = ports_use_up(lab, &error)) > 0) {
		used += batch;
		if (used == PORTS / 4)
			early = lab_connect_cost(lab, OTHER_PORT);
		if (used == PORTS * 3 / 4)
			late = lab_connect_cost(lab, OTHER_PORT);
	}
	double took_s = lab_now_s(lab) - from_s;
	if (took_s >= TIME_WAIT_S)
		lab_fail(lab, "%u connections took %.0f s: the first TIME-WAITs were over", used,
			took_s);
	lab_measure(lab, "all-in-time-wait", {"ports", PORTS}, {"connections", used});
	lab_holds(lab, "all-in-time-wait", used == PORTS && error == EADDRNOTAVAIL,
		"With %d ports %u connections worked; the next connect(): %s.", PORTS, used,
		error ? strerror(error) : "it worked");
	lab_measure(lab, "fails-at-the-end", {"connect_us_at_one_quarter", early.usual_us},
		{"connect_us_at_three_quarters", late.usual_us},
		{"connect_us_elsewhere", late.other_us});
	lab_decide(lab, "fails-at-the-end", late.usual_us < 1.2 * late.other_us ? HOLDS : DIFFERS,
		"connect() took %.0f µs of processor time when a quarter of the ports was in "
		"TIME-WAIT, and %.0f µs at three quarters, where one to another port of the server "
		"took %.0f µs.",
		early.usual_us, late.usual_us, late.other_us);
	lab_explain(lab, "fails-at-the-end", DIFFERS, "slow long before it fails");
}

const struct lesson lesson_port_exhaustion = {
	.name = "port-exhaustion",
	.asks = "How does a client run out of ports?",
	LESSON_CLAIMS(claims),
	.scene = "The client has 1,000 ports, and closes first until connect() fails. tcp_rfc1337 "
		 "= 1 keeps each TIME-WAIT: by default a delayed ACK of the server frees a port "
		 "now and then.",
	.practice = "Watch the time of connect(), not its errors. IP_LOCAL_PORT_RANGE or "
		    "tcp_tw_reuse moves the cliff; closing on the server removes it.",
	.play = play,
};
