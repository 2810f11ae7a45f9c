/* A ladder as a picture: SVG in the colours of the report, light and dark, that can be read on a
 * phone. No script; nothing is loaded. */
#ifndef BENCH_REPORT_HTML_LADDER_SVG_H
#define BENCH_REPORT_HTML_LADDER_SVG_H

#include "bench/trace/connection_view.h"
#include "bench/trace/ladder.h"

#include <stdbool.h>
#include <stdio.h>

struct ladder_picture {
	const struct ladder *ladder; /* settled (ladder_settle) */
	const struct connection_view *view;
	const char *name; /* of the connection */
	bool unfold;      /* show each segment, also where data flows */
	bool is_in_page;  /* the page has its style */
};

void ladder_svg_write(const struct ladder_picture *picture, FILE *out);

#endif
