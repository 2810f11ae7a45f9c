/* The settings of a lesson's network: net.ipv4, of one end. */
#include "bench/lab/lab.h"
#include "bench/network/netns.h"
#include "common/bounded_text.h"
#include "common/sysctl.h"

#include <errno.h>
#include <string.h>

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

static bool setting_set(struct lab *lab, enum lab_end end, const char *name, const char *value,
	struct setting_job *job, struct error *error)
{
	*job = (struct setting_job){.value = value};
	bounded_text_write(job->name, sizeof(job->name), "net.ipv4.%s", name);
	return netns_run(lab_netns(lab, end), setting_write, job, error) == 0;
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

void lab_queue_at(struct lab *lab, enum lab_end end)
{
	lab_set(lab, end, "tcp_wmem", "4096 4194304 4194304");
	lab_set(lab, !end, "tcp_rmem", "4096 8192 8192");
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
