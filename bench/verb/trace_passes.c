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
	return capture_read(file, "stdin", error);
}

/* One pass. Returns 0, or -1 where nothing could be read. */
static int pass(struct trace *trace, struct trace_show *show, struct error *error)
{
	struct capture *capture = input_open(trace, error);
	if (!capture)
		return -1;
	struct survey_options options = {
		.capture = capture,
		.max_connections = (uint32_t)trace->options->max_connections,
		.see = trace_show_see,
		.see_piece = trace_show_see_piece,
		.report = trace_show_report,
		.context = show,
		.stop = trace->stop,
	};
	trace_show_begin(show);
	int status = survey_run(&options, &trace->counts, error);
	trace_show_finish(show, &trace->counts);
	capture_close(capture);
	return status;
}

/* How many connections a port or a text has is known after a pass. */
static int selection_find(struct trace *trace, struct trace_show *show, struct error *error)
{
	struct trace_show look = *show;
	look.shape = TRACE_NOTHING;
	if (trace_is_stdin(trace) && stdin_spool(trace, error) == -1)
		return -1;
	if (pass(trace, &look, error) == -1)
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
	int status = pass(trace, show, error);
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
	if (trace->spool)
		fclose(trace->spool);
}
