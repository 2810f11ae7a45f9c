#include "bench/report/survey_text.h"

#include "bench/report/counted.h"
#include "bench/report/paragraph.h"

#include "common/bounded_text.h"
#include "common/clock.h"
#include "common/printable.h"

#include <inttypes.h>
#include <time.h>

/* A name may be as long as a path, and of any bytes. */
#define NAME_SIZE 4096

void survey_heading_print(const char *name, const struct survey_counts *counts, FILE *out)
{
	uint64_t connections = counts->connections.connections, packets = counts->segments.packets;
	double seconds = counts->last_ns > counts->first_ns
				 ? (double)(counts->last_ns - counts->first_ns) / 1e9
				 : 0;
	char shown[NAME_SIZE];
	bounded_text_write(shown, sizeof(shown), "%s", name);
	printable_clean(shown, PRINTABLE_ONE_LINE);
	fprintf(out, "%s: %" PRIu64 " connection%s, %" PRIu64 " packet%s in %.3f s\n", shown,
		connections, counted_noun((double)connections, "", "s"), packets,
		counted_noun((double)packets, "", "s"), seconds);
}

/* A remark of the packets that this befell. */
static void remark_print(uint64_t count, const char *what, size_t width, FILE *out)
{
	char text[320];
	if (count == 0)
		return;
	snprintf(text, sizeof(text), "%" PRIu64 " packet%s %s", count,
		counted_noun((double)count, "", "s"), what);
	paragraph_print(text, width, out);
}

void survey_lost_print(uint64_t count, uint64_t at_ns, FILE *out)
{
	time_t at_s = (time_t)(at_ns / NS_PER_S);
	struct tm at;
	char clock[16] = "";
	if (localtime_r(&at_s, &at))
		strftime(clock, sizeof(clock), "%H:%M:%S", &at);
	fprintf(out, "%s: %" PRIu64 " packet%s lost: more came than were read\n", clock, count,
		counted_noun((double)count, "", "s"));
}

void survey_remarks_print(const struct survey_counts *counts, size_t width, FILE *out)
{
	const struct segment_counts *segments = &counts->segments;
	char text[256];
	char link_type[64];
	snprintf(link_type, sizeof(link_type), "of link type %d: it is not read here",
		segments->link_type);
	remark_print(counts->lost,
		"lost, since more came than were read: connections may lack segments, and their "
		"ends",
		width, out);
	remark_print(segments->unknown_link, link_type, width, out);
	remark_print(segments->other, "without TCP", width, out);
	remark_print(segments->cut, "of which the capture holds too little (snaplen): not counted",
		width, out);
	remark_print(segments->wrong, "with a length in a header that cannot be: not counted",
		width, out);
	remark_print(segments->incomplete, "in pieces, of which not all were captured: not counted",
		width, out);
	remark_print(counts->backwards, "earlier than the one before: the order of the file counts",
		width, out);
	remark_print(counts->connections.no_memory, "not counted: there was no memory", width, out);
	if (counts->connections.too_many_holes > 0) {
		snprintf(text, sizeof(text),
			"%" PRIu64 " connections with more gaps in their data than are kept: their "
			"bytes may be too few",
			counts->connections.too_many_holes);
		paragraph_print(text, width, out);
	}
	if (counts->connections.cut_short > 0) {
		snprintf(text, sizeof(text),
			"%" PRIu64 " connections were told of before they ended, since more than "
			"--max-connections were open: later segments of theirs count as "
			"connections of their own",
			counts->connections.cut_short);
		paragraph_print(text, width, out);
	}
}
