/* loader-misses-truncation: a third-party loader takes responses that were cut off for whole ones.
 */
#include "bench/findings/finding.h"

static void detect(
	struct findings *findings, const struct trial *trial, const struct figures *figures)
{
	double missing =
		trial->load.is_third_party ? loader_count_missing_bytes(trial, figures->opened) : 0;
	char name[LOADER_NAME_SIZE];
	double promised = trial->third_party.said.promised_bytes;
	if (!(missing > 0))
		return;
	finding_add(findings,
		"%s takes responses that were cut off for whole ones: by their Content-Length they "
		"have %.0f bytes, and with all heads the server sent %.0f, so at least %.0f are "
		"missing; the builtin loader counts what was cut off, and says how",
		third_party_name(&trial->third_party, name), promised, promised - missing, missing);
	finding_number(findings, "promised_bytes", promised);
	finding_number(findings, "sent_bytes", promised - missing);
	finding_number(findings, "missing_bytes", missing);
}

extern const struct finding_kind finding_loader_misses_truncation;
const struct finding_kind finding_loader_misses_truncation = {
	.id = "loader-misses-truncation",
	.summary = "a third-party loader takes responses that were cut off for whole ones",
	.cause = "it believes Content-Length, and does not look at how the body ended",
	.cure = "use the builtin loader: it counts what was cut off, and says how",
	.detect = detect,
};
