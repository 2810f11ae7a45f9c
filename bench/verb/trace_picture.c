#include "bench/verb/trace_picture.h"

#include "bench/report/html/ladder_svg.h"
#include "bench/report/whole_file.h"

int trace_picture_check(const struct trace_options *options, struct error *error)
{
	if (options->svg && (options->json || options->list || options->live))
		return error_set(error, STATUS_USAGE,
			"--svg draws a ladder: neither --json nor --list nor --live has one");
	if (options->svg && whole_file_check("--svg", options->svg, error) == -1)
		return -1;
	return 0;
}

static int svg_content(const void *picture, FILE *out)
{
	ladder_svg_write(picture, out);
	return 0;
}

void trace_picture_draw(
	void *context, const struct ladder *ladder, const struct connection_view *view)
{
	struct trace_picture *drawn = context;
	char name[32];
	snprintf(name, sizeof(name), "connection %u", view->number);
	const struct ladder_picture picture = {
		.ladder = ladder,
		.view = view,
		.name = name,
		.unfold = drawn->options->unfold,
	};
	drawn->is_drawn = true;
	drawn->status = whole_file_write(
		"--svg", drawn->options->svg, svg_content, &picture, &drawn->error);
}

/* Of several connections there is no ladder. */
int trace_picture_judge(const struct trace_picture *drawn, int status, struct error *error)
{
	if (!drawn->options->svg || status != 0)
		return status;
	if (!drawn->is_drawn)
		return error_set(error, STATUS_FAILED,
			"--svg draws one connection: --connection, --port or --find names it");
	if (drawn->status == -1)
		*error = drawn->error;
	return drawn->status;
}
