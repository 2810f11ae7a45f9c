/* loader-overcounts: what a third-party loader says of its requests is more than was counted on the
 * network, so what was counted is taken. */
#include "bench/findings/finding.h"

#include <math.h>

static void beyond_server(
	struct findings *findings, const struct trial *trial, const struct figures *figures)
{
	char name[LOADER_NAME_SIZE];
	finding_add(findings,
		"%s says %.0f requests, but the server closes each connection after %u, and %llu "
		"were opened: at most %.0f were answered, %.0f/s, and that is taken; look at what "
		"the loader counts",
		third_party_name(&trial->third_party, name), trial->third_party.said.requests,
		trial->load.requests_per_connection, (unsigned long long)figures->opened,
		figures->exchanges, figures->exchanges_per_s);
}

static void beyond_bytes(
	struct findings *findings, const struct trial *trial, const struct figures *figures)
{
	char name[LOADER_NAME_SIZE];
	finding_add(findings,
		"%s says %.0f requests, but the client sent %.0f bytes on each of %llu "
		"connections, and no request is shorter than \"GET / HTTP/1.0\": at most %.0f were "
		"made, %.0f/s, and that is taken; look at what the loader counts",
		third_party_name(&trial->third_party, name), trial->third_party.said.requests,
		figures->loader_count.bytes, (unsigned long long)figures->opened,
		figures->exchanges, figures->exchanges_per_s);
	finding_number(findings, "bytes_per_connection", figures->loader_count.bytes);
}

static void with_failed(
	struct findings *findings, const struct trial *trial, const struct figures *figures)
{
	const struct loader_said *said = &trial->third_party.said;
	char name[LOADER_NAME_SIZE];
	finding_add(findings,
		"the %.0f requests/s that %s says are of all that it tried: %.0f were answered and "
		"%.0f failed, so %.0f/s is taken; see that none fails",
		said->requests_per_s, third_party_name(&trial->third_party, name), said->requests,
		loader_said_errors(said), figures->exchanges_per_s);
	finding_number(findings, "failed", loader_said_errors(said));
}

static void beyond_time(
	struct findings *findings, const struct trial *trial, const struct figures *figures)
{
	const struct loader_said *said = &trial->third_party.said;
	char name[LOADER_NAME_SIZE];
	finding_add(findings,
		"%s says %.0f requests/s, but also %.0f requests in all, and something was sent in "
		"%.1f s: %.0f/s is taken; look at what the loader counts",
		third_party_name(&trial->third_party, name), said->requests_per_s, said->requests,
		figures->loader_count.active_s, figures->exchanges_per_s);
	finding_number(findings, "active_s", figures->loader_count.active_s);
}

static void detect(
	struct findings *findings, const struct trial *trial, const struct figures *figures)
{
	static void (*const reports[])(
		struct findings *, const struct trial *, const struct figures *) = {
		[LOADER_BELIEVED] = NULL,
		[LOADER_BEYOND_SERVER] = beyond_server,
		[LOADER_BEYOND_BYTES] = beyond_bytes,
		[LOADER_WITH_FAILED] = with_failed,
		[LOADER_BEYOND_TIME] = beyond_time,
	};
	const struct loader_said *said = &trial->third_party.said;
	enum loader_doubt doubt = figures->loader_count.doubt;
	if (doubt == LOADER_BELIEVED || isnan(figures->exchanges_per_s))
		return;
	reports[doubt](findings, trial, figures);
	finding_number(findings, "requests_said", said->requests);
	finding_number(findings, "requests_per_s_said", said->requests_per_s);
	finding_number(findings, "requests", figures->exchanges);
	finding_number(findings, "requests_per_s", figures->exchanges_per_s);
	finding_number(findings, "opened", (double)figures->opened);
}

extern const struct finding_kind finding_loader_overcounts;
const struct finding_kind finding_loader_overcounts = {
	.id = "loader-overcounts",
	.summary = "a third-party loader says more requests than were counted",
	.cause = "its rate is of all that it tried, what failed included, or it counts otherwise",
	.cure = "see that none of its requests fails, and look at what the loader counts",
	.detect = detect,
};
