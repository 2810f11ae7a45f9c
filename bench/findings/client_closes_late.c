/* client-closes-late: the server's FIN had arrived at a third-party client, whose own came much
 * later. Until then the client's socket is in CLOSE_WAIT and the server's in FIN_WAIT_2, and the
 * server's TIME_WAIT begins that much later. Where the client has closed none of them when it ends,
 * or the server's end has expired by then, the finding is client-never-closes. */
#include "bench/findings/client_close.h"
#include "bench/findings/finding.h"

#include <stdio.h>

#define HELD_SIZE 60

static void detect(
	struct findings *findings, const struct trial *trial, const struct figures *figures)
{
	char count[ESTIMATE_TEXT_SIZE], held[HELD_SIZE] = "";
	const struct client_close close = client_close_of(trial, figures);
	if (!(close.late.count > 0) || close.closed_none || figures->server.fin_wait2_expired >= 1)
		return;
	if (close.held_at_end > 0)
		snprintf(held, sizeof(held), " (%llu when the loader ended)",
			(unsigned long long)close.held_at_end);
	finding_add(findings,
		"on %s of %llu connections the client's FIN came 0.3 s or more behind the server's "
		"(%.3g s at most): they waited in CLOSE_WAIT at the client%s, "
		"and in FIN_WAIT_2 at the server; have the client close as soon as read(2) "
		"returns 0, look so at what lies in its pool, and leave no descriptor to a child",
		estimate_text(&close.late, count), (unsigned long long)figures->opened,
		close.most_s, held);
	finding_number(findings, "late", close.late.count);
	finding_number(findings, "opened", (double)figures->opened);
	finding_number(findings, "longest_s", close.most_s);
	finding_number(findings, "held_at_end", (double)close.held_at_end);
}

extern const struct finding_kind finding_client_closes_late;
const struct finding_kind finding_client_closes_late = {
	.id = "client-closes-late",
	.summary = "the client's FIN came 0.3 s or more behind the server's",
	.cause = "a third-party loader calls close(2) late, does not look at what lies in its "
		 "pool, or has left the descriptor to a child process",
	.cure = "have the client close as soon as read(2) returns 0, and open its sockets with "
		"SOCK_CLOEXEC",
	.detect = detect,
};
