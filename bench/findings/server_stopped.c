/* server-stopped: a process of the server was seen stopped by a signal. What the client waits for
 * meanwhile, an answer or a FIN, does not come, and that says nothing about how the server closes.
 * A server that sleeps, or that is blocked in a system call, looks like it from outside; its
 * process is in another state. A stopped helper that holds nothing of the load keeps nobody waiting
 * (bench/ends/stop_look.h). */
#include "bench/findings/finding.h"

static void detect(
	struct findings *findings, const struct trial *trial, const struct figures *figures)
{
	const struct stop_watch_report *stop = &trial->server_end.stop_watch;
	if (stop->first_ns == 0)
		return;
	double t_s = finding_t_s(trial, stop->first_ns);
	double stopped_s = (double)stop->stopped_ns / 1e9;
	uint64_t timed_out = trial->totals.outcomes[OUTCOME_TIMED_OUT];
	bool are_several = stop->processes > 1;
	char others[64] = " was", waited[64] = "";
	if (are_several)
		snprintf(others, sizeof(others), " and %llu other process%s were",
			(unsigned long long)stop->processes - 1, stop->processes > 2 ? "es" : "");
	if (timed_out > 0)
		snprintf(waited, sizeof(waited), ", and %llu of %llu connections timed out",
			(unsigned long long)timed_out, (unsigned long long)figures->opened);
	finding_add(findings,
		"%s (pid %u)%s stopped by a signal (state T, first seen at %.2f s, for %.2f s or "
		"more in all%s): meanwhile %s neither answered nor closed%s, which says nothing "
		"about how the server closes; find out what sends SIGSTOP or SIGTSTP, and measure "
		"again",
		stop->name, stop->pid, others, t_s, stopped_s,
		stop->at_end ? ", and to the end" : "", are_several ? "they" : "it", waited);
	finding_number(findings, "t_s", t_s);
	finding_number(findings, "stopped_s", stopped_s);
	finding_number(findings, "timed_out", (double)timed_out);
	finding_word(findings, "process", stop->name);
	finding_number(findings, "pid", stop->pid);
	finding_number(findings, "processes", (double)stop->processes);
}

extern const struct finding_kind finding_server_stopped;
const struct finding_kind finding_server_stopped = {
	.id = "server-stopped",
	.summary = "a process of the server that serves the load was seen stopped by a signal",
	.cause = "SIGSTOP or SIGTSTP, from a terminal, a script or a debugger: the process neither "
		 "answers nor closes until SIGCONT",
	.cure = "find out what stops the server, and measure again",
	.detect = detect,
};
