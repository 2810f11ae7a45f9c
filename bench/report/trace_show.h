/* What a pass over a capture shows: lines, a ladder, a table; and what it cuts out. */
#ifndef BENCH_REPORT_TRACE_SHOW_H
#define BENCH_REPORT_TRACE_SHOW_H

#include "bench/report/look.h"
#include "bench/trace/capture_writer.h"
#include "bench/trace/ladder.h"
#include "bench/trace/selection.h"
#include "bench/trace/survey.h"
#include "bench/trace/tally.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

/* Pairs of hosts of which pieces are cut out. */
#define TRACE_SHOW_HOSTS 64

enum trace_shape {
	TRACE_TABLE,  /* how they ended; of one connection, its ladder as well */
	TRACE_LADDER, /* of one connection */
	TRACE_LIST,   /* a line each */
	TRACE_JSON,   /* a line of JSON each */
	TRACE_NOTHING /* look only which connections are meant */
};

/* The fields before the blank line are the caller's. */
struct trace_show {
	enum trace_shape shape;
	const char *name; /* of the capture */
	struct look look;
	size_t width;
	size_t list_width; /* a line of TRACE_LIST is cut there; 0: it is not */
	bool unfold;
	bool is_live;           /* connections come as they end; a table of them at the end */
	bool always_draws;      /* of a connection that is alone, also where no ladder is printed */
	uint32_t ladder_number; /* of TRACE_LADDER */
	struct selection *selection;
	struct tally *tally;
	struct capture_writer *writer; /* NULL: nothing is cut */
	FILE *out;
	/* Called behind a pass that shows something, with what was shown. Optional: default nothing
	 * is. */
	void (*finish)(
		void *context, const struct trace_show *show, const struct survey_counts *counts);
	void *finish_context;
	const struct tls_keylog *keylog; /* NULL: there is none */
	FILE *beside;                    /* remarks, where `out` is for programs */

	/* Hosts of connections that are cut out: pieces of packets between them are, too. */
	struct trace_hosts {
		struct endpoint ends[2]; /* without ports */
	} hosts[TRACE_SHOW_HOSTS];
	size_t host_count;
	uint64_t lost_told;          /* packets that were lost, by the last remark */
	struct ladder ladder;        /* settled, where has_ladder */
	struct connection_view view; /* of the ladder's connection, once it was reported */
	bool has_view;
	bool has_ladder; /* the ladder is that of the connection that is shown */
	bool is_one;     /* no second connection was seen */
};

/* For struct survey_options; `context` is the struct trace_show. */
void trace_show_see(void *context, const struct connection *connection,
	const struct segment *segment, unsigned notes, const struct capture_packet *packet);
void trace_show_see_piece(
	void *context, const struct segment *segment, const struct capture_packet *packet);
void trace_show_report(void *context, const struct connection *connection);

/* Of a capture that goes on: what was shown is seen, and packets that were lost are told of. */
void trace_show_tick(void *context, const struct survey_counts *counts);

/* Before the pass and behind it. */
void trace_show_begin(struct trace_show *show);
void trace_show_finish(struct trace_show *show, const struct survey_counts *counts);

#endif
