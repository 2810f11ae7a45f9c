/* A client that closes first has a port less for a minute, and connect() gets slow before it fails.
 *
 *     client                                    server
 *     TIME-WAIT    port 40000                   CLOSED
 *     TIME-WAIT    port 40002                   CLOSED
 *     …                                                       from half of them on: slow
 *     connect()    EADDRNOTAVAIL                              all of them are in TIME-WAIT
 */
#include "bench/lab/lesson.h"
#include "common/clock.h"
#include "common/sysctl.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define RANGE "40000 40999"
#define PORTS 1000
#define TIME_WAIT_S 60

/* The client closes first, and is left with TIME-WAIT. Returns false where it got no port; the time
 * is this thread's own. */
static bool port_use_up(struct lab *lab, uint64_t *took_ns, int *error)
{
	uint64_t from_ns = clock_thread_cpu_ns();
	struct pair *pair = lab_begin_connect_try(lab, error);
	*took_ns = clock_thread_cpu_ns() - from_ns;
	if (!pair)
		return false;
	lab_finish_connect(pair);
	lab_shut(pair, CLIENT);
	lab_read_to_end(pair, SERVER, NULL);
	lab_close(pair, SERVER);
	lab_read_to_end(pair, CLIENT, NULL);
	lab_close(pair, CLIENT);
	return true;
}

static int compare(const void *a, const void *b)
{
	uint64_t one = *(const uint64_t *)a, other = *(const uint64_t *)b;
	return (one > other) - (one < other);
}

static double median_us(uint64_t *times_ns, size_t count)
{
	qsort(times_ns, count, sizeof(*times_ns), compare);
	uint64_t median_ns = times_ns[count / 2];
	return (double)median_ns / 1e3;
}

static void play(struct lab *lab)
{
	static uint64_t times_ns[PORTS + 101];
	char range[SYSCTL_VALUE_MAX];
	int error = 0;
	unsigned used = 0;
	lab_default(lab, "ip_local_port_range", range);
	unsigned last = 0;
	sscanf(range, "%*u %u", &last);
	lab_measure(lab, "range-to-61000", "last_port", last);
	lab_decide(lab, "range-to-61000", lab_if(last == 61000, DIFFERS),
		"A new network namespace has ip_local_port_range %s.", range);

	lab_set(lab, CLIENT, "ip_local_port_range", RANGE);
	/* Now and then the server's delayed ACK leaves just behind its FIN, and meets TIME-WAIT:
	 * the RST that this leads to would free the port (lesson assassination). */
	lab_set(lab, CLIENT, "tcp_rfc1337", "1");
	uint64_t from_ns = clock_now_ns();
	while (used < PORTS + 100 && port_use_up(lab, &times_ns[used], &error))
		used++;
	uint64_t took_s = (clock_now_ns() - from_ns) / NS_PER_S;
	if (took_s >= TIME_WAIT_S)
		lab_fail(lab, "%u connections took %ju s: the first TIME-WAITs were over", used,
			(uintmax_t)took_s);
	lab_measure(lab, "all-in-time-wait", "ports", PORTS);
	lab_measure(lab, "all-in-time-wait", "connections", used);
	lab_decide(lab, "all-in-time-wait",
		lab_if(used == PORTS && error == EADDRNOTAVAIL, DOES_NOT_HOLD),
		"With %d ports %u connections worked; the next connect(): %s.", PORTS, used,
		strerror(error));
	if (used < PORTS)
		return;
	double before_us = median_us(times_ns, PORTS / 4);
	double behind_us = median_us(times_ns + PORTS * 3 / 4, PORTS / 4);
	lab_measure(lab, "fails-at-the-end", "connect_us_first_quarter", before_us);
	lab_measure(lab, "fails-at-the-end", "connect_us_last_quarter", behind_us);
	lab_decide(lab, "fails-at-the-end", lab_if(behind_us < 1.2 * before_us, DIFFERS),
		"connect() took %.0f µs of processor time while ports of its parity were free, and "
		"%.0f µs in the last quarter: slow long before it fails.",
		before_us, behind_us);
}

const struct lesson lesson_port_exhaustion = {
	.name = "port-exhaustion",
	.asks = "How does a client run out of ports?",
	.claims =
		{
			{"range-to-61000", "A client has the ports 32768 to 61000.",
				"common belief; older manuals of ip(7)"},
			{"all-in-time-wait",
				"When all of them are in TIME-WAIT, connect() fails: "
				"EADDRNOTAVAIL.",
				"ip(7)"},
			{"fails-at-the-end", "Until then connect() works as ever.",
				"common belief"},
		},
	.scene =
		"The client has 1,000 ports, and closes first until connect() fails. tcp_rfc1337 = "
		"1 "
		"keeps each TIME-WAIT: by default a delayed ACK of the server frees a port now and "
		"then.",
	.practice = "Watch the time of connect(), not its errors. IP_LOCAL_PORT_RANGE or "
		    "tcp_tw_reuse moves the cliff; closing on the server removes it.",
	.play = play,
};
