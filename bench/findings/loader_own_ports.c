/* loader-own-ports: a third-party loader takes ports of its own choice, and its connections leave
 * TIME_WAITs on these. Then ip_local_port_range does not tell how many ports there are, and so not
 * how long they last. Where all of its ports are held and nothing is opened any more, that is said;
 * whether bind(2) or connect(2) failed, nobody but the loader knows. */
#include "bench/findings/finding.h"

#include <math.h>
#include <stdio.h>

/* Fewer connections than this share leave their TIME_WAIT at the client by chance. */
#define SHARE_LEAST 0.05
#define STALL_MAX 200

/* Empty where connections were opened to the end, or where open ones held the ports. */
static bool stall_write(
	const struct trial *trial, const struct figures *figures, char text[STALL_MAX])
{
	const struct port_stall *stall = &figures->own_port_stall;
	text[0] = '\0';
	if (!stall->is_proven)
		return false;
	snprintf(text, STALL_MAX,
		"; from %.2f s on all of them were held, %llu by TIME_WAITs, and no connection was "
		"opened (%s)",
		finding_t_s(trial, stall->since_ns), (unsigned long long)stall->time_waits,
		stall->is_said ? "the loader says EADDRNOTAVAIL"
			       : "what bind() and connect() got, the loader does not say");
	return true;
}

static void detect(
	struct findings *findings, const struct trial *trial, const struct figures *figures)
{
	char stall[STALL_MAX];
	unsigned long long own = figures->ports_own;
	if (own == 0 || !(figures->client.tw_per_connection >= SHARE_LEAST))
		return;
	bool is_stalled = stall_write(trial, figures, stall);
	finding_add(findings,
		"the client opened %llu connections from %llu ports of its own choice (bind()), so "
		"the %llu of the range do not tell how long its ports last%s; let connect() choose "
		"the port, or give the loader more of them",
		(unsigned long long)figures->opened, own,
		(unsigned long long)figures->ports_available, stall);
	finding_number(findings, "t_s",
		is_stalled ? finding_t_s(trial, figures->own_port_stall.since_ns) : NAN);
	finding_number(findings, "ports_own", (double)own);
	finding_number(findings, "opened", (double)figures->opened);
	finding_number(findings, "ports_available", (double)figures->ports_available);
}

extern const struct finding_kind finding_loader_own_ports;
const struct finding_kind finding_loader_own_ports = {
	.id = "loader-own-ports",
	.summary = "the range of ports does not tell how long the client's ports last",
	.cause = "the loader takes ports of its own choice, by bind(2) or IP_LOCAL_PORT_RANGE",
	.cure = "let connect(2) choose the port, or give the loader more of them",
	.detect = detect,
};
