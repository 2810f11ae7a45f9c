/* close-wait-leak: the clients have closed, and the server's process has not. Its sockets stay in
 * CLOSE_WAIT, for which the kernel has no timer, each with its descriptor. A server that closes
 * late looks like it, but has closed by the time that the trial has settled; what was never
 * accepted is in CLOSE_WAIT, too, and is no leak of a process. */
#include "bench/findings/finding.h"

#include <math.h>

/* What a stopped process (server-stopped) would do, were it to go on, is not known. */
static bool is_stopped(const struct trial *trial)
{
	return trial->server_end.stop_watch.at_end &&
	       finding_stop_is_of(trial, &trial->server_end.holders[SOCKET_CLOSE_WAIT_OWNED]);
}

static void detect(
	struct findings *findings, const struct trial *trial, const struct figures *figures)
{
	char who[HOLDER_TEXT_SIZE];
	uint64_t held = figures->server.state_end[SOCKET_CLOSE_WAIT_OWNED];
	if (held == 0 || is_stopped(trial))
		return;
	double oldest_s = (double)trial->still_open.server_close_wait_ms / 1e3;
	/* The oldest is older than the census that found it. Its age comes in ticks of the kernel,
	 * by which it may seem to be older than the load. */
	double seen_s = finding_state_first_seen_t_s(trial, TD_SERVER, SOCKET_CLOSE_WAIT_OWNED);
	double t_s = fmax(0, fmin(seen_s, finding_t_s(trial, trial->after.at_ns) - oldest_s));
	const struct holder *holder = &trial->server_end.holders[SOCKET_CLOSE_WAIT_OWNED];
	finding_add(findings,
		"the server did not close %llu of %llu connections that the client had closed: %s "
		"hold%s them in CLOSE_WAIT, the oldest for %.1f s (since %.1f s), where no timer "
		"ends them, and each costs a descriptor; have the server close when read(2) "
		"returns 0",
		(unsigned long long)held, (unsigned long long)figures->opened,
		holder_text(holder, "its process", who), holder->processes > 1 ? "" : "s", oldest_s,
		t_s);
	finding_number(findings, "t_s", t_s);
	finding_number(findings, "held", (double)held);
	finding_number(findings, "opened", (double)figures->opened);
	finding_number(findings, "oldest_s", oldest_s);
	finding_holder(findings, holder);
}

extern const struct finding_kind finding_close_wait_leak;
const struct finding_kind finding_close_wait_leak = {
	.id = "close-wait-leak",
	.summary = "connections that the client had closed stayed in CLOSE_WAIT at the server",
	.cause = "the server's process does not close after the client's FIN, and no timer does",
	.cure = "have the server close a connection when read(2) returns 0",
	.detect = detect,
};
