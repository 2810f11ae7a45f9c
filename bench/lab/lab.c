#include "bench/lab/lab.h"

#include "bench/lab/kernel_look.h"
#include "bench/lab/pair.h"
#include "bench/lab/story.h"
#include "bench/measure/counters.h"
#include "bench/network/netns.h"
#include "common/bounded_text.h"
#include "common/clock.h"
#include "common/sysctl.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

void lab_fail(struct lab *lab, const char *format, ...)
{
	if (lab->failure[0])
		return;
	va_list arguments;
	va_start(arguments, format);
	vsnprintf(lab->failure, sizeof(lab->failure), format, arguments);
	va_end(arguments);
}

void lab_skip(struct lab *lab, const char *format, ...)
{
	if (lab->failure[0])
		return;
	va_list arguments;
	va_start(arguments, format);
	vsnprintf(lab->failure, sizeof(lab->failure), format, arguments);
	va_end(arguments);
	lab->is_skipped = true;
}

bool lab_is_over(struct lab *lab)
{
	if (!lab->failure[0] && lab->options->interrupted && *lab->options->interrupted) {
		lab->outcome->interrupted = true;
		lab_fail(lab, "interrupted");
	}
	return lab->failure[0];
}

bool lab_has_failed(const struct lab *lab)
{
	return lab->failure[0];
}

bool lab_is_slow(const struct lab *lab)
{
	return lab->options->slow;
}

uint64_t lab_deadline_ns(void)
{
	return clock_now_ns() + LAB_DEADLINE_NS;
}

/* Settings ---------------------------------------------------------------------------------- */

struct setting_job {
	char name[SYSCTL_NAME_MAX];
	const char *value;
	char found[SYSCTL_VALUE_MAX];
	bool is_absent;
};

static int setting_write(void *argument, struct error *error)
{
	struct setting_job *job = argument;
	if (netns_prove_private(error) == -1)
		return -1;
	if (sysctl_read(job->name, job->found, sizeof(job->found)) == -1) {
		job->is_absent = errno == ENOENT;
		return error_set_errno(error, STATUS_HOST_CANNOT, "%s", job->name);
	}
	if (sysctl_write(job->name, job->value) == -1 ||
		sysctl_read(job->name, job->found, sizeof(job->found)) == -1)
		return error_set_errno(error, STATUS_HOST_CANNOT, "%s = %s", job->name, job->value);
	if (strcmp(job->found, job->value) != 0)
		return error_set(error, STATUS_HOST_CANNOT, "%s was set to %s and reads %s",
			job->name, job->value, job->found);
	return 0;
}

static int netns_of(const struct lab *lab, enum lab_end end)
{
	return end == SERVER ? lab->network.server_netns : lab->network.client_netns;
}

static bool setting_set(struct lab *lab, enum lab_end end, const char *name, const char *value,
	struct setting_job *job, struct error *error)
{
	*job = (struct setting_job){.value = value};
	bounded_text_write(job->name, sizeof(job->name), "net.ipv4.%s", name);
	return netns_run(netns_of(lab, end), setting_write, job, error) == 0;
}

void lab_set(struct lab *lab, enum lab_end end, const char *name, const char *value)
{
	struct setting_job job;
	struct error error = {0};
	if (!lab_is_over(lab) && !setting_set(lab, end, name, value, &job, &error))
		lab_fail(lab, "cannot set %s", error.text);
	/* Accepted sockets have the listener's buffers, and it those of when it was made. */
	if (end == SERVER && lab->listener != -1 && !lab_is_over(lab))
		lab_listen(lab);
}

void lab_need(struct lab *lab, enum lab_end end, const char *name, const char *value)
{
	struct setting_job job;
	struct error error = {0};
	if (lab_is_over(lab) || setting_set(lab, end, name, value, &job, &error))
		return;
	if (job.is_absent)
		lab_skip(lab, "this kernel has no net.ipv4.%s", name);
	else
		lab_fail(lab, "cannot set %s", error.text);
}

static int setting_read(void *argument, struct error *error)
{
	struct setting_job *job = argument;
	return sysctl_read(job->name, job->found, sizeof(job->found)) == -1
		       ? error_set_errno(error, STATUS_HOST_CANNOT, "%s", job->name)
		       : 0;
}

/* In the middle nothing was set. */
void lab_default(struct lab *lab, const char *name, char *value)
{
	struct setting_job job = {0};
	struct error error = {0};
	value[0] = '\0';
	if (lab_is_over(lab))
		return;
	bounded_text_write(job.name, sizeof(job.name), "net.ipv4.%s", name);
	if (netns_run(lab->network.middle_netns, setting_read, &job, &error) == -1)
		lab_fail(lab, "cannot read %s", error.text);
	bounded_text_write(value, SYSCTL_VALUE_MAX, "%s", job.found);
}

void lab_retransmit_late(struct lab *lab)
{
	static const char *const settings[][2] = {
		{"tcp_rto_min_us", "3000000"},
		{"tcp_early_retrans", "0"}, /* tail loss probes (RFC 8985, 7) */
	};
	struct setting_job job;
	struct error error = {0};
	for (unsigned end = 0; end < LAB_ENDS; end++)
		for (size_t i = 0; i < sizeof(settings) / sizeof(settings[0]); i++)
			if (!lab_is_over(lab) &&
				!setting_set(
					lab, end, settings[i][0], settings[i][1], &job, &error) &&
				!job.is_absent)
				lab_fail(lab, "cannot set %s", error.text);
	/* Accepted sockets have it from the listener. */
	if (lab->listener != -1 && !lab_is_over(lab))
		lab_listen(lab);
}

/* Counters ---------------------------------------------------------------------------------- */

static int counters_take(void *argument, struct error *error)
{
	struct counters_source source;
	if (counters_open(&source, error) == -1)
		return -1;
	int result = counters_read(&source, argument, error);
	counters_close(&source);
	return result;
}

uint64_t lab_counter(struct lab *lab, enum lab_end end, const char *name)
{
	struct counters counters;
	struct error error = {0};
	if (lab_is_over(lab))
		return 0;
	if (netns_run(netns_of(lab, end), counters_take, &counters, &error) == -1) {
		lab_fail(lab, "%s", error.text);
		return 0;
	}
	for (size_t i = 0; i < counters_row_count; i++)
		if (strcmp(counters_rows[i].name, name) == 0)
			return *(const uint64_t *)((const char *)&counters +
						   counters_rows[i].offset);
	lab_fail(lab, "no counter is called %s", name);
	return 0;
}

/* What comes of it -------------------------------------------------------------------------- */

void lab_measure(struct lab *lab, const char *claim, const char *name, double value)
{
	struct claim_outcome *outcome = outcome_claim(lab->outcome, claim);
	if (!lab_is_over(lab) && outcome->measured_count < OUTCOME_MEASURED_MAX)
		outcome->measured[outcome->measured_count++] = (struct measured){name, value};
}

void lab_decide(struct lab *lab, const char *claim, enum verdict verdict, const char *format, ...)
{
	struct claim_outcome *outcome = outcome_claim(lab->outcome, claim);
	if (lab_is_over(lab) || outcome->verdict != UNDECIDED)
		return;
	va_list arguments;
	va_start(arguments, format);
	vsnprintf(outcome->because, sizeof(outcome->because), format, arguments);
	va_end(arguments);
	outcome->verdict = verdict;
}

static void rest_decide(struct lab *lab)
{
	const char *slow = lab->lesson->slow_claim;
	for (size_t i = 0; i < lab->outcome->claim_count; i++) {
		struct claim_outcome *claim = &lab->outcome->claims[i];
		if (claim->verdict != UNDECIDED)
			continue;
		bool waits = slow && !lab->options->slow && strcmp(claim->claim->id, slow) == 0;
		claim->verdict = lab->is_skipped || waits ? SKIPPED : UNDECIDED;
		bounded_text_write(claim->because, sizeof(claim->because), "%s",
			waits             ? "it takes more than a minute: --slow tries it"
			: lab->failure[0] ? lab->failure
					  : "the scene ended without an answer");
	}
}

/* The stage --------------------------------------------------------------------------------- */

struct look_job {
	struct kernel_look **look;
	struct rest_source *rest;
};

static int look_open(void *argument, struct error *error)
{
	struct look_job *job = argument;
	*job->look = kernel_look_create(error);
	return *job->look ? rest_open(job->rest, error) : -1;
}

static int stage_make(struct lab *lab, struct error *error)
{
	static const struct network_spec wired = {
		.client_addresses = 1, .port_low = 32768, .port_high = 60999, .has_wire = true};
	const struct wire_spec plain = {.keeps_record = true};
	if (network_create(&lab->network, &wired, error) == -1)
		return -1;
	lab->wire = wire_create(&lab->network, &plain, error);
	if (!lab->wire)
		return -1;
	for (unsigned end = 0; end < LAB_ENDS; end++) {
		struct look_job job = {&lab->looks[end], &lab->rests[end]};
		if (netns_run(netns_of(lab, end), look_open, &job, error) == -1)
			return -1;
	}
	lab_listen(lab);
	return 0;
}

static void stage_clear(struct lab *lab)
{
	pairs_close(lab);
	lab_stop_listening(lab);
	wire_destroy(lab->wire);
	pairs_free(lab);
	for (unsigned end = 0; end < LAB_ENDS; end++) {
		kernel_look_destroy(lab->looks[end]);
		rest_close(&lab->rests[end]);
	}
	network_destroy(&lab->network);
}

int lab_play(const struct lesson *lesson, const struct lab_options *options,
	struct lesson_outcome *outcome, struct error *error)
{
	struct lab lab = {
		.lesson = lesson,
		.options = options,
		.network = NETWORK_NONE,
		.rests = {{.links = -1}, {.links = -1}},
		.listener = -1,
		.accepts = true,
		.outcome = outcome,
	};
	uint64_t began_ns = clock_now_ns();
	outcome_init(outcome, lesson);
	int result = stage_make(&lab, error);
	if (result == 0 && !lab_is_over(&lab))
		lesson->play(&lab);
	if (result == 0 && lab.wire)
		result = story_tell(&lab, error);
	rest_decide(&lab);
	stage_clear(&lab);
	outcome->seconds = (double)(clock_now_ns() - began_ns) / 1e9;
	return result;
}
