#include "bench/verb/trace_picture.h"

#include "bench/report/html/html.h"
#include "bench/report/html/ladder_svg.h"
#include "bench/report/whole_file.h"

#include <stdio.h>
#include <string.h>

static bool is_same(const char *path, const char *other)
{
	return path && other && strcmp(path, other) == 0;
}

int trace_picture_check(const struct trace_options *options, struct error *error)
{
	if (options->svg && (options->json || options->list || options->live))
		return error_set(error, STATUS_USAGE,
			"--svg draws a ladder: neither --json nor --list nor --live has one");
	if (is_same(options->html, options->svg) || is_same(options->html, options->cut))
		return error_set(error, STATUS_USAGE, "--html %s: give each file its own name",
			options->html);
	if (options->svg && whole_file_check("--svg", options->svg, error) == -1)
		return -1;
	return options->html ? html_check(options->html, error) : 0;
}

int trace_picture_refuse(
	const struct trace_options *options, const char *capture, struct error *error)
{
	if (options->svg && whole_file_refuse("--svg", options->svg, capture, error) == -1)
		return -1;
	return html_check_beside(options->html, capture, error);
}

static int svg_content(const void *picture, FILE *out)
{
	ladder_svg_write(picture, out);
	return 0;
}

static int svg_write(struct trace_picture *drawn, const struct trace_show *show)
{
	char name[32];
	snprintf(name, sizeof(name), "Connection %u", show->view.number);
	const struct ladder_picture picture = {
		.ladder = &show->ladder,
		.view = &show->view,
		.name = name,
		.unfold = drawn->options->unfold,
	};
	drawn->is_drawn = true;
	return whole_file_write("--svg", drawn->options->svg, svg_content, &picture, &drawn->error);
}

static int page_write(struct trace_picture *drawn, const struct trace_show *show,
	const struct survey_counts *counts)
{
	const struct trace_page page = {
		.name = show->name,
		.counts = counts,
		.tally = show->tally,
		.ladder = show->has_ladder ? &show->ladder : NULL,
		.view = &show->view,
		.kernel = drawn->kernel,
		.unfold = drawn->options->unfold,
	};
	return html_trace_write(&page, drawn->options->html, &drawn->error);
}

void trace_picture_take(struct trace_picture *drawn, const struct trace_show *show,
	const struct survey_counts *counts)
{
	if (drawn->options->svg && show->has_ladder)
		drawn->status = svg_write(drawn, show);
	if (drawn->options->html && drawn->status == 0)
		drawn->status = page_write(drawn, show, counts);
}

/* Of several connections there is no ladder. */
int trace_picture_judge(const struct trace_picture *drawn, int status, struct error *error)
{
	if (status != 0)
		return status;
	if (drawn->options->svg && !drawn->is_drawn)
		return error_set(error, STATUS_FAILED,
			"--svg draws one connection: --connection, --port or --find names it");
	if (drawn->status == -1)
		*error = drawn->error;
	return drawn->status;
}
