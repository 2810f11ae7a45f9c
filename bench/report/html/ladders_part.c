#include "bench/report/html/ladders_part.h"

#include "bench/report/endings_text.h"
#include "bench/report/html/ladder_svg.h"
#include "bench/report/html/markup/mark.h"
#include "bench/report/html/markup/markup.h"
#include "bench/result/json_path.h"
#include "bench/result/ladder_json.h"

#include <string.h>

bool ladders_part_is_known(const json_t *result)
{
	return json_array_size(json_object_get(result, "ladders")) > 0;
}

static void states_write(const char *end, const json_t *kernel, FILE *out)
{
	size_t i;
	json_t *state;
	const json_t *states = json_object_get(kernel, end);
	markup_write(out, "the %s in %s", end, json_array_size(states) ? "" : "no state");
	json_array_foreach(states, i, state)
		markup_write(out, "%s%s", i ? ", " : "", json_path_string(state));
}

/* As the table names it; a file of somebody else's may have no trial of it. */
static void name_write(const char *name, const struct outcomes *outcomes, FILE *out)
{
	for (size_t i = 0; i < outcomes->count; i++)
		if (strcmp(outcomes->list[i].strategy, name) == 0) {
			mark_name_write(&outcomes->list[i], out);
			return;
		}
	markup_write(out, "%s", name);
}

static void ladder_write(const json_t *one, const struct outcomes *outcomes, FILE *out)
{
	struct ladder ladder;
	struct connection_view view;
	char ended[ENDINGS_TEXT_SIZE];
	const json_t *kernel = json_object_get(one, "kernel");
	const char *name = json_path_text(one, "strategy");
	const struct ladder_picture picture = {
		.ladder = &ladder, .view = &view, .name = name, .is_in_page = true};
	ladder_of_json(one, &ladder, &view);
	fputs("<figure><figcaption><h3>", out);
	name_write(name, outcomes, out);
	markup_write(out, "</h3><p>%s</p></figcaption>\n", endings_ended_text(&view, ended));
	ladder_svg_write(&picture, out);
	fputs("<p class=\"quiet\">The kernel had ", out);
	states_write("client", kernel, out);
	fputs("; ", out);
	states_write("server", kernel, out);
	fputs(".</p></figure>\n", out);
	ladder_finish(&ladder);
}

void ladders_part_write(const json_t *result, const struct outcomes *outcomes, FILE *out)
{
	size_t i;
	json_t *one;
	if (!ladders_part_is_known(result))
		return;
	fputs("<section id=\"ladders\"><h2>How does each close?</h2>\n<p class=\"quiet\">One "
	      "connection of each strategy, played by itself on a wire that recorded its segments: "
	      "milliseconds on the left, a line a segment, and the state of each end where it "
	      "begins. Below it the states that sock_diag told of meanwhile.</p>\n"
	      "<div class=\"ladders\">\n",
		out);
	json_array_foreach(json_object_get(result, "ladders"), i, one)
		ladder_write(one, outcomes, out);
	fputs("</div></section>\n", out);
}
