/* descriptors-exhausted: the processes that accept connections had no descriptor left while some
 * waited: accept(2) fails with EMFILE then, and they wait until a descriptor is closed. A server
 * that is busy lets connections wait, too, and one that has all descriptors in use may want no
 * more; only both at one instant prove it. Where it lasts to the end, never-accepted tells it. */
#include "bench/findings/finding.h"
#include "bench/judge/accept_stall.h"

/* At one look a descriptor may just be closed. */
#define REACHED_LEAST 3

static void detect(
	struct findings *findings, const struct trial *trial, const struct figures *figures)
{
	char who[HOLDER_TEXT_SIZE];
	const struct accept_limit *limit = &trial->accept_limit;
	bool is_told =
		accept_stall_of(trial).waiting > 0 && trial->accept_holder.descriptor_limit > 0;
	if (limit->reached < REACHED_LEAST || is_told)
		return;
	double t_s = finding_t_s(trial, limit->first_ns);
	finding_add(findings,
		"%s had as many descriptors as RLIMIT_NOFILE allows (%llu) at %llu of %llu looks "
		"at which connections waited to be accepted (first at %.1f s): accept(2) fails "
		"with EMFILE then, and they wait until a descriptor is closed; raise the limit "
		"(ulimit -n), or close what is not needed",
		holder_text(&limit->holder, "the server", who), (unsigned long long)limit->limit,
		(unsigned long long)limit->reached, (unsigned long long)limit->looks, t_s);
	finding_number(findings, "t_s", t_s);
	finding_number(findings, "reached", (double)limit->reached);
	finding_number(findings, "looks", (double)limit->looks);
	finding_number(findings, "limit", (double)limit->limit);
	finding_holder(findings, &limit->holder);
}

extern const struct finding_kind finding_descriptors_exhausted;
const struct finding_kind finding_descriptors_exhausted = {
	.id = "descriptors-exhausted",
	.summary = "connections waited while the server had no descriptor for them",
	.cause = "the server's processes have as many descriptors as RLIMIT_NOFILE allows, so that "
		 "accept(2) fails with EMFILE",
	.cure = "raise the limit (ulimit -n), or have the server close what it does not need",
	.detect = detect,
};
