#include "bench/report/ladders_text.h"

#include "bench/report/endings_text.h"
#include "bench/report/ladder_text.h"
#include "bench/report/paragraph.h"
#include "bench/result/json_path.h"
#include "bench/result/ladder_json.h"

static void kernel_print(const json_t *one, const char *end, FILE *out)
{
	size_t i;
	json_t *state;
	const json_t *states = json_object_get(json_object_get(one, "kernel"), end);
	fprintf(out, "%s by sock_diag:", end);
	json_array_foreach(states, i, state)
		fprintf(out, "%s %s", i ? "," : "", json_path_string(state));
	fputc('\n', out);
}

static void one_print(
	const json_t *one, const struct ladder_text_options *options, size_t width, FILE *out)
{
	struct ladder ladder;
	struct connection_view view;
	ladder_of_json(one, &ladder, &view);
	fprintf(out, "%s:\n", json_path_text(one, "strategy"));
	ladder_text_print(&ladder, &view, options, out);
	endings_facts_print(&view, width, out);
	kernel_print(one, "client", out);
	kernel_print(one, "server", out);
	ladder_finish(&ladder);
}

void ladders_text_print(const json_t *result, size_t width, const struct look *look, FILE *out)
{
	size_t i;
	json_t *one;
	const json_t *ladders = json_object_get(result, "ladders");
	const struct ladder_text_options options = {.width = width, .look = *look};
	if (json_array_size(ladders) == 0)
		fputs("This result has none: run --ladders keeps them.\n", out);
	json_array_foreach(ladders, i, one)
	{
		fputs(i ? "\n" : "", out);
		one_print(one, &options, width, out);
	}
}

void ladders_text_name(const json_t *result, size_t width, FILE *out)
{
	if (json_array_size(json_object_get(result, "ladders")) > 0)
		paragraph_print("ladders:  a connection of each strategy, segment by segment: "
				"teardown report FILE --explain ladders",
			width, out);
}
