/* teardown trace: how each connection of a capture ended; one of them as a ladder. */
#include "bench/report/look.h"
#include "bench/trace/ending_limit.h"
#include "bench/verb/trace_options.h"
#include "bench/verb/trace_passes.h"
#include "bench/verb/trace_picture.h"
#include "bench/verb/trace_strategy.h"
#include "bench/verb/verb.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static volatile sig_atomic_t interrupted, terminated;

static void on_signal(int number)
{
	interrupted = 1;
	terminated = number == SIGTERM;
}

/* What was read by then is told; the next signal ends the program. After ^C a pipe is read to its
 * end, since that ends the program that writes to it, too. */
static void signals_catch(void)
{
	struct sigaction action = {.sa_handler = on_signal, .sa_flags = SA_RESTART | SA_RESETHAND};
	sigaction(SIGINT, &action, NULL);
	/* Also while nothing comes. */
	action.sa_flags = SA_RESETHAND;
	sigaction(SIGTERM, &action, NULL);
}

/* Writing to the capture would destroy what is still to be read. */
static bool cuts_itself(const struct trace *trace)
{
	struct stat capture, cut;
	return trace->options->cut && stat(trace->path, &capture) == 0 &&
	       stat(trace->options->cut, &cut) == 0 && S_ISREG(cut.st_mode) &&
	       capture.st_dev == cut.st_dev && capture.st_ino == cut.st_ino;
}

static int number_parse(
	const char *name, const char *text, uint64_t high, uint64_t *number, struct error *error)
{
	char *end;
	*number = strtoull(text, &end, 10);
	if (*text >= '0' && *text <= '9' && *end == '\0' && *number <= high)
		return 0;
	return error_set(error, STATUS_USAGE, "--%s %s: is no number from 0 to %ju", name, text,
		(uintmax_t)high);
}

static int selection_read(struct trace *trace, struct error *error)
{
	const struct trace_options *options = trace->options;
	struct selection *selection = &trace->selection;
	uint64_t number = 0;
	unsigned given = !!options->connection + !!options->port + !!options->find;
	if (given > 1)
		return error_set(
			error, STATUS_USAGE, "--connection, --port and --find exclude each other");
	if (options->connection) {
		selection->kind = SELECT_NUMBER;
		if (number_parse("connection", options->connection, UINT32_MAX, &number, error))
			return -1;
		selection->number = (uint32_t)number;
	}
	if (options->port) {
		selection->kind = SELECT_PORT;
		if (number_parse("port", options->port, UINT16_MAX, &number, error) == -1)
			return -1;
		selection->port = (uint16_t)number;
	}
	if (options->find) {
		selection->kind = SELECT_TEXT;
		selection->text = options->find;
		if (!*options->find)
			return error_set(error, STATUS_USAGE, "--find needs a text");
	}
	return 0;
}

/* What comes once cannot be searched and then shown, and has no end to draw. */
static int live_check(const struct trace_options *options, struct error *error)
{
	if (!options->live && (options->interface || options->for_ns))
		return error_set(error, STATUS_USAGE, "%s needs --live",
			options->interface ? "--interface" : "--for");
	if (!options->live)
		return 0;
	if (!options->interface)
		return error_set(error, STATUS_USAGE, "--live needs an interface: -i IF");
	if (options->connection || options->find || options->cut || options->unfold ||
		options->keylog)
		return error_set(error, STATUS_USAGE,
			"--live shows no ladder and cuts nothing out: record a capture first");
	return 0;
}

static int options_check(struct trace *trace, struct error *error)
{
	const struct trace_options *options = trace->options;
	if (live_check(options, error) == -1 || trace_strategy_check(options, error) == -1)
		return -1;
	if (options->json && options->list)
		return error_set(error, STATUS_USAGE, "--json and --list exclude each other");
	if (selection_read(trace, error) == -1 || look_check(options->color, error) == -1)
		return -1;
	if (options->cut && trace->selection.kind == SELECT_ALL && !options->strategy)
		return error_set(error, STATUS_USAGE,
			"--cut needs to know which connections: --connection, --port or --find");
	if (trace_picture_check(options, error) == -1)
		return -1;
	return ending_limits_check(&options->fail_if, error);
}

static enum trace_shape shape_asked(const struct trace_options *options)
{
	if (options->json)
		return TRACE_JSON;
	if (options->list || options->live)
		return TRACE_LIST;
	return options->connection ? TRACE_LADDER : TRACE_TABLE;
}

static int operands_check(struct trace *trace, const struct verb_call *call, struct error *error)
{
	const struct trace_options *options = trace->options;
	const char *instead = options->live       ? " or --live"
			      : options->strategy ? " or --strategy"
						  : "";
	if (call->operands.count != !*instead)
		return error_set(error, STATUS_USAGE, "trace needs one capture%s, not %zu", instead,
			call->operands.count);
	trace->path = options->live       ? options->interface
		      : options->strategy ? options->strategy
					  : call->operands.items[0];
	if (cuts_itself(trace))
		return error_set(error, STATUS_USAGE, "--cut %s: is the capture itself",
			trace->options->cut);
	return trace_picture_refuse(options, trace->path, error);
}

/* What was seen by then is all that was asked for: only ^C ends it. */
static bool ends_by_interrupt(const struct trace_options *options)
{
	return options->live && options->for_ns == 0;
}

/* What is done with the ladder beside printing it. */
struct drawing {
	struct trace_picture picture;
	struct played_strategy played;
};

static int trace_show_all(struct trace *trace, struct trace_show *show, struct error *error)
{
	int status;
	if (!show->tally)
		return error_set(error, STATUS_FAILED, "no memory");
	signals_catch();
	status = trace->options->live ? trace_passes_listen(trace, show, error)
				      : trace_passes_make(trace, show, error);
	fflush(stdout);
	status = trace_picture_judge(
		&((struct drawing *)show->finish_context)->picture, status, error);
	if (status == 0)
		status = (int)ending_limits_judge(&trace->options->fail_if, show->tally, stderr);
	/* What came before the fault was shown; the error says what the fault is. */
	if (trace->counts.is_broken && status == 0)
		status = -1;
	if (interrupted && status == 0 && !ends_by_interrupt(trace->options))
		status = STATUS_INTERRUPTED;
	return status;
}

static void on_finish(
	void *context, const struct trace_show *show, const struct survey_counts *counts)
{
	struct drawing *drawing = context;
	trace_picture_take(&drawing->picture, show, counts);
	if (show->has_ladder)
		trace_strategy_see(&drawing->played, &show->ladder, &show->view);
}

static int strategy_play(struct trace *trace, struct drawing *drawing, struct error *error)
{
	if (!trace->options->strategy)
		return 0;
	int result = trace_strategy_play(&drawing->played, trace->options, error);
	trace->spool = drawing->played.played.capture;
	drawing->picture.kernel = drawing->played.played.kernel;
	return result;
}

static int trace_tell(
	const struct verb_call *call, const struct tls_keylog *keylog, struct error *error)
{
	const struct trace_options *options = call->options;
	struct trace trace = {.options = options};
	struct drawing drawing = {.picture = {.options = options}};
	if (options_check(&trace, error) == -1 || operands_check(&trace, call, error) == -1)
		return -1;
	if (strategy_play(&trace, &drawing, error) == -1) {
		played_finish(&drawing.played.played);
		return -1;
	}
	bool reads_stdin = !options->live && !options->strategy && trace_is_stdin(&trace);
	trace.stop = reads_stdin ? &terminated : &interrupted;
	struct look look = look_of(stdout, options->color);
	look.is_utf8 = look.is_utf8 && !options->ascii;
	struct trace_show show = {
		.finish = on_finish,
		.finish_context = &drawing,
		.always_draws = options->strategy || options->html,
		.shape = shape_asked(options),
		.name = reads_stdin ? "stdin" : trace.path,
		.look = look,
		.width = verb_width(),
		.list_width = isatty(STDOUT_FILENO) ? verb_width() : 0,
		.unfold = options->unfold,
		.keylog = keylog,
		.ladder_number = trace.selection.number,
		.selection = &trace.selection,
		.tally = tally_create(),
		.out = stdout,
		.beside = stderr,
		.is_live = options->live,
	};
	int status = trace_show_all(&trace, &show, error);
	if (status == 0 && options->strategy)
		status = trace_strategy_judge(
			&drawing.played, show.shape == TRACE_TABLE ? stdout : NULL, error);
	tally_destroy(show.tally);
	trace_passes_finish(&trace);
	played_finish(&drawing.played.played);
	return status;
}

static int trace_run(const struct verb_call *call, struct error *error)
{
	const struct trace_options *options = call->options;
	struct tls_keylog *keylog = NULL;
	if (options->keylog && !(keylog = tls_keylog_read(options->keylog, error)))
		return -1;
	int status = trace_tell(call, keylog, error);
	tls_keylog_destroy(keylog);
	return status;
}

const struct verb verb_trace = {
	.name = "trace",
	.does = "how each connection of a capture ended; one of them as a ladder",
	.table = &trace_option_table,
	.options_size = sizeof(struct trace_options),
	.set_defaults = trace_options_set_defaults,
	.takes_operands = true,
	.run = trace_run,
};
