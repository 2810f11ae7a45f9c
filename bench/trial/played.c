#include "bench/trial/played.h"

#include "bench/trace/survey.h"
#include "bench/trial/kernel_course.h"
#include "bench/trial/trial_process.h"
#include "common/clock.h"
#include "strategies/core/defaults.h"

#include <sys/mman.h>
#include <unistd.h>

/* More exchanges of a connection that is kept alive show nothing new. */
#define EXCHANGES_MOST 2

struct run_options played_options(const struct run_options *run)
{
	struct run_options one = *run;
	one.total = one.connections = one.threads = one.repeat = 1;
	one.share_count = one.beside_count = one.event_count = 0;
	one.connect_batch = 1;
	one.rate = one.request_rate = one.warmup_ns = 0;
	one.arrives = ARRIVALS_CLOSED;
	one.twins = false;
	if (!one.has_wire)
		one.impairment = (struct impairment){.delay_ns = PLAYED_RTT_NS / 2};
	one.has_wire = true;
	return one;
}

/* A failure of the trial is one of what is played. */
static int states_take(struct played *played, const struct trial *trial, struct error *error)
{
	if (trial->failure[0])
		return error_set(error, STATUS_FAILED, "%s", trial->failure);
	if (trial->interrupted)
		return error_set(error, STATUS_INTERRUPTED, "interrupted");
	if (!kernel_course_of(trial, TD_CLIENT, &played->kernel[VIEW_CLIENT]) ||
		!kernel_course_of(trial, TD_SERVER, &played->kernel[VIEW_SERVER]))
		return error_set(error, STATUS_FAILED, "the load had more than one connection");
	return 0;
}

static int trial_play(struct played *played, const struct trial_spec *spec, struct error *error)
{
	struct trial trial;
	if (trial_run(spec, &trial, error) == -1)
		return -1;
	int result = states_take(played, &trial, error);
	trial_finish(&trial);
	return result;
}

int played_perform(struct played *played, const struct run_options *options,
	const struct td_strategy *strategy, const volatile bool *interrupted, struct error *error)
{
	struct run_options one = *options;
	char path[64];
	/* A file without a name: the trial's process opens it anew, as its own. */
	int fd = memfd_create("teardown-trace", MFD_CLOEXEC);
	played->capture = fd == -1 ? NULL : fdopen(fd, "rb");
	if (!played->capture)
		return error_set_errno(error, STATUS_FAILED, "no memory for a capture");
	snprintf(path, sizeof(path), "/proc/%d/fd/%d", (int)getpid(), fd);
	uint64_t asked = one.requests_per_connection;
	if ((asked ? asked : strategy_exchanges(strategy)) > EXCHANGES_MOST)
		one.requests_per_connection = EXCHANGES_MOST;
	const struct trial_spec spec = {
		.options = &one,
		.strategy = strategy,
		.repeat = 1,
		.order = 1,
		.interrupted = interrupted,
		.capture_path = path,
	};
	return trial_play(played, &spec, error);
}

static void on_see(void *context, const struct connection *connection,
	const struct segment *segment, unsigned notes, const struct capture_packet *packet)
{
	struct played *played = context;
	if (connection->number == 0)
		ladder_add(&played->ladder, connection_side(connection, segment), notes, segment);
}

static void on_report(void *context, const struct connection *connection)
{
	struct played *played = context;
	if (connection->number != 0)
		return;
	played->view = connection_view_of(connection);
	played->has_ladder = true;
}

/* The capture's stream is the reader's own. */
static struct capture *capture_again(FILE *file, struct error *error)
{
	int copy = dup(fileno(file));
	FILE *again = copy == -1 ? NULL : fdopen(copy, "rb");
	if (!again) {
		error_set_errno(error, STATUS_FAILED, "the capture cannot be read");
		return NULL;
	}
	rewind(again);
	return capture_read(again, "capture", error);
}

int played_read(struct played *played, struct error *error)
{
	struct survey_counts counts;
	struct survey_options options = {
		.capture = capture_again(played->capture, error),
		.max_connections = 1,
		.see = on_see,
		.report = on_report,
		.context = played,
	};
	if (!options.capture)
		return -1;
	int status = survey_run(&options, &counts, error);
	capture_close(options.capture);
	if (status == -1)
		return -1;
	if (!played->has_ladder)
		return error_set(error, STATUS_FAILED, "no connection was played");
	ladder_settle(&played->ladder, played->view.client_side);
	return 0;
}

void played_tracker(const struct ladder *ladder, const struct connection_view *view,
	struct state_course tracker[VIEW_ENDS])
{
	tracker[VIEW_CLIENT] = state_course_of(ladder, view->client_side);
	tracker[VIEW_SERVER] = state_course_of(ladder, !view->client_side);
}

int played_judge(const struct played *played, const struct state_course tracker[VIEW_ENDS],
	struct error *error)
{
	static const char *const ends[VIEW_ENDS] = {
		[VIEW_CLIENT] = "client", [VIEW_SERVER] = "server"};
	char seen[STATE_COURSE_TEXT], followed[STATE_COURSE_TEXT];
	for (int end = 0; end < VIEW_ENDS; end++)
		if (!state_course_allows(&tracker[end], &played->kernel[end]))
			return error_set(error, STATUS_FAILED,
				"the kernel had the %s in %s, and the segments say %s", ends[end],
				state_course_text(&played->kernel[end], seen),
				state_course_text(&tracker[end], followed));
	return 0;
}

void played_finish(struct played *played)
{
	if (played->capture)
		fclose(played->capture);
	ladder_finish(&played->ladder);
}
