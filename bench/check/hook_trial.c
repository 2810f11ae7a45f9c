#include "bench/check/hook_trial.h"

#include "bench/check/peer.h"
#include "bench/check/peer_connection.h"
#include "bench/trial/run_stage.h"
#include "common/clock.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

/* Shared with the child. */
struct report {
	struct hook_calls calls;
	int end; /* what is being tried */
	uint64_t deadline_ns;
	struct complaints complaints;
};

static const char *const end_names[ENDS] = {"server", "client"};
static const enum td_who end_who[ENDS] = {TD_SERVER, TD_CLIENT};

static void peer_connections_run(
	struct report *report, const struct network *network, const struct td_strategy *recorded)
{
	for (report->end = 0; report->end < ENDS; report->end++)
		for (uint32_t i = 0; i < PEERS; i++) {
			struct error error = {0};
			report->calls.peer = i;
			const struct peer_connection_spec spec = {
				network, recorded, end_who[report->end], &peers[i]};
			if (peer_connection_run(&spec, &error) == -1)
				complain(&report->complaints, "%s, with a peer that %s: %s\n",
					end_names[report->end], peers[i].text, error.text);
		}
}

/* A deadline that nothing has to look at: the signal ends the child. The parent's end does, too,
 * also when it came before the child asked for that signal. */
static void child_run(pid_t parent, struct report *report, const struct network *network,
	const struct td_strategy *strategy)
{
	struct td_strategy recorded = hook_calls_wrap(&report->calls, strategy);
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent)
		_exit(STATUS_FAILED);
	signal(SIGALRM, SIG_DFL);
	const struct itimerval once = {
		.it_value = {.tv_sec = (time_t)(report->deadline_ns / NS_PER_S),
			.tv_usec = (suseconds_t)(report->deadline_ns % NS_PER_S / NS_PER_US)}};
	setitimer(ITIMER_REAL, &once, NULL);
	peer_connections_run(report, network, &recorded);
	_exit(0);
}

static void end_check(const struct report *report, int wait_status, struct complaints *complaints)
{
	char text[100];
	if (WIFEXITED(wait_status) && WEXITSTATUS(wait_status) == 0)
		return;
	if (WIFSIGNALED(wait_status) && WTERMSIG(wait_status) == SIGALRM)
		snprintf(text, sizeof(text), "does not return within %g s",
			(double)report->deadline_ns / NS_PER_S);
	else if (WIFSIGNALED(wait_status))
		snprintf(text, sizeof(text), "ends the program: %s",
			strsignal(WTERMSIG(wait_status)));
	else
		snprintf(text, sizeof(text), "ends the program, with exit status %d",
			WEXITSTATUS(wait_status));
	complain(complaints, "%s, with a peer that %s: a hook %s\n", end_names[report->end % ENDS],
		peers[report->calls.peer % PEERS].text, text);
}

static void hooks_check(const struct hook_calls *calls, const struct td_strategy *strategy,
	struct complaints *complaints)
{
	for (int end = 0; end < ENDS; end++)
		for (enum hook hook = 0; hook < HOOKS; hook++) {
			const struct hook_call_record *r = &calls->hooks[end][hook];
			const char *name = hook_names[hook];
			if (hook_calls_has(strategy, end, hook) && r->calls == 0)
				complain(complaints,
					"%s.%s was not called: no behaviour of a peer led to it\n",
					end_names[end], name);
			if (r->nonsense)
				complain(complaints, "%s.%s answered %d, which is no verdict\n",
					end_names[end], name, (int)r->nonsense);
			if (r->set_errno)
				complain(complaints, "%s.%s failed: %s\n", end_names[end], name,
					strerror(r->set_errno));
		}
}

static int child_try(struct report *report, const struct network *network,
	const struct td_strategy *strategy, struct error *error)
{
	int wait_status;
	fflush(stdout);
	pid_t parent = getpid(), pid = fork();
	if (pid == -1)
		return error_set_errno(error, STATUS_FAILED, "cannot fork");
	if (pid == 0)
		child_run(parent, report, network, strategy);
	while (waitpid(pid, &wait_status, 0) == -1 && errno == EINTR)
		;
	end_check(report, wait_status, &report->complaints);
	/* What was not come to says nothing. */
	if (wait_status == 0)
		hooks_check(&report->calls, strategy, &report->complaints);
	return 0;
}

int hook_trial(const struct claim *claim, uint64_t deadline_ns, struct hook_calls *calls,
	struct complaints *complaints, struct error *error)
{
	struct run_options options;
	struct network network;
	struct run_stage stage;
	if (claim_options(&options, claim, error) == -1)
		return -1;
	struct trial_spec trial = {.options = &options, .strategy = claim->strategy};
	run_stage_init(&stage, &trial);
	struct report *report = mmap(
		NULL, sizeof(*report), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (report == MAP_FAILED)
		return error_set_errno(error, STATUS_FAILED, "no memory");
	report->deadline_ns = deadline_ns;
	int result = network_create(&network, &stage.spec.network, error);
	if (result == 0) {
		result = child_try(report, &network, claim->strategy, error);
		network_destroy(&network);
	}
	if (result == 0) {
		*calls = report->calls;
		complain(complaints, "%s", report->complaints.text);
	}
	munmap(report, sizeof(*report));
	return result;
}
