#include "bench/verb/trace_passes.h"

#include <string.h>
#include <unistd.h>

#define SPOOL_BYTES ((size_t)1 << 18)

bool trace_is_stdin(const struct trace *trace)
{
	return strcmp(trace->path, "-") == 0;
}

/* What cannot be read twice is kept in a file without a name. */
static int stdin_spool(struct trace *trace, struct error *error)
{
	char bytes[SPOOL_BYTES];
	size_t size;
	trace->spool = tmpfile();
	if (!trace->spool)
		return error_set_errno(error, STATUS_FAILED, "stdin: cannot be kept");
	while ((size = fread(bytes, 1, sizeof(bytes), stdin)) > 0)
		if (fwrite(bytes, size, 1, trace->spool) != 1)
			break;
	if (ferror(stdin) || ferror(trace->spool) || fflush(trace->spool) != 0)
		return error_set_errno(error, STATUS_FAILED, "stdin: cannot be kept");
	return 0;
}

static struct capture *input_open(const struct trace *trace, struct error *error)
{
	if (!trace->spool)
		return capture_open(trace->path, error);
	int copy = dup(fileno(trace->spool));
	FILE *file = copy == -1 ? NULL : fdopen(copy, "rb");
	if (!file) {
		error_set_errno(error, STATUS_FAILED, "stdin: cannot be read again");
		return NULL;
	}
	rewind(file);
	return capture_read(file, trace_is_stdin(trace) ? "stdin" : trace->path, error);
}

/* One pass, which closes the capture. Returns 0, or -1 where nothing could be read. */
static int pass(struct trace *trace, struct trace_show *show, struct capture *capture,
	struct survey_options options, struct error *error)
{
	if (!capture)
		return -1;
	options.capture = capture;
	options.max_connections = (uint32_t)trace->options->max_connections;
	options.see = trace_show_see;
	options.see_piece = trace_show_see_piece;
	options.report = trace_show_report;
	options.context = show;
	options.stop = trace->stop;
	trace_show_begin(show);
	int status = survey_run(&options, &trace->counts, error);
	trace_show_finish(show, &trace->counts);
	capture_close(capture);
	return status;
}

static int file_pass(struct trace *trace, struct trace_show *show, struct error *error)
{
	return pass(trace, show, input_open(trace, error), (struct survey_options){0}, error);
}

int trace_passes_listen(struct trace *trace, struct trace_show *show, struct error *error)
{
	const struct capture_live live = {
		.interface = trace->path,
		.port = trace->selection.port,
		.for_ns = trace->options->for_ns,
	};
	/* Others are not looked at, so that all that are meant is left. */
	trace->selection.kind = SELECT_ALL;
	const struct survey_options options = {.port = live.port, .tick = trace_show_tick};
	return pass(trace, show, capture_listen(&live, error), options, error);
}

/* How many connections a port or a text has is known after a pass. */
static int selection_find(struct trace *trace, struct trace_show *show, struct error *error)
{
	struct trace_show look = *show;
	look.shape = TRACE_NOTHING;
	if (trace_is_stdin(trace) && stdin_spool(trace, error) == -1)
		return -1;
	if (file_pass(trace, &look, error) == -1)
		return -1;
	selection_settle(&trace->selection);
	if (show->shape == TRACE_TABLE)
		show->shape = trace->selection.found_count == 1 ? TRACE_LADDER : TRACE_LIST;
	show->ladder_number = trace->selection.found_first;
	return 0;
}

static int nothing_found(const struct trace *trace, struct error *error)
{
	const struct trace_options *options = trace->options;
	const char *name = options->connection ? "number" : options->port ? "port" : "text";
	const char *value = options->connection ? options->connection
			    : options->port     ? options->port
						: options->find;
	return error_set(
		error, STATUS_FAILED, "%s: no connection has the %s %s", trace->path, name, value);
}

int trace_passes_make(struct trace *trace, struct trace_show *show, struct error *error)
{
	const struct trace_options *options = trace->options;
	bool by_segments = options->port || options->find;
	if (by_segments && selection_find(trace, show, error) == -1)
		return -1;
	if (by_segments && trace->selection.found_count == 0)
		return nothing_found(trace, error);
	if (options->cut) {
		show->writer = capture_writer_create(options->cut, NULL, error);
		if (!show->writer)
			return -1;
	}
	int status = file_pass(trace, show, error);
	if (show->writer && capture_writer_finish(show->writer, error) == -1)
		status = -1;
	if (status == 0 && trace->selection.kind == SELECT_NUMBER &&
		trace->selection.found_count == 0)
		return nothing_found(trace, error);
	return status;
}

void trace_passes_finish(struct trace *trace)
{
	selection_finish(&trace->selection);
	if (trace->spool && trace_is_stdin(trace))
		fclose(trace->spool);
}
