/* congestion-control: the hosts use another algorithm than most, so that the trial's rates and
 * latencies cannot be compared with those of others. */
#include "bench/findings/finding.h"

#include <string.h>

static void detect(
	struct findings *findings, const struct trial *trial, const struct figures *figures)
{
	static const char name[] = "net.ipv4.tcp_congestion_control", usual[] = "cubic";
	const char *server = finding_setting(trial, TD_SERVER, name, usual);
	const char *client = finding_setting(trial, TD_CLIENT, name, usual);
	if (strcmp(server, usual) == 0 && strcmp(client, usual) == 0)
		return;
	bool is_one = strcmp(server, client) == 0;
	finding_add(findings,
		"tcp_congestion_control is %s at %s%s%s, where most hosts have %s, and rates "
		"depend on it; set it to %s %s",
		server, is_one ? "both ends" : "the server and ", is_one ? "" : client,
		is_one ? "" : " at the client", usual, usual,
		trial->remote.exists ? "there" : "on the host: a new namespace inherits it");
	finding_word(findings, "server", server);
	finding_word(findings, "client", client);
	finding_word(findings, "usual", usual);
}

extern const struct finding_kind finding_congestion_control;
const struct finding_kind finding_congestion_control = {
	.id = "congestion-control",
	.summary = "rates and latencies cannot be compared with those of most other hosts",
	.cause = "tcp_congestion_control is not cubic, which distributions have",
	.cure = "set it to cubic on the host, or, where tcp_allowed_congestion_control lists it, "
		"by --sysctl END:net.ipv4.tcp_congestion_control=cubic",
	.detect = detect,
};
