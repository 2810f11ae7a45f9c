/* A capture file as an enemy may write it. The first byte says what is shown of it, the second how
 * many connections may be followed; the rest is the file. Promised: no crash; each connection that
 * began is reported once, and has no more bytes than its segments carried; what is printed is
 * printable; a line of JSON is JSON; a ladder fits its width; what cannot be read is said. */
#include "bench/report/trace_show.h"
#include "bench/trace/connection_view.h"
#include "common/printable.h"
#include "tests/fuzz/input.h"
#include "tests/fuzz/require.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#define WIDTH 100

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

/* What is shown, and what is counted beside. */
struct pass {
	struct trace_show show;
	uint64_t reports, payload, unique;
};

static void see(void *context, const struct connection *connection, const struct segment *segment,
	unsigned notes, const struct capture_packet *packet)
{
	struct pass *pass = context;
	volatile uint8_t last = 0;
	pass->payload += segment->tcp.payload;
	if (segment->data_captured > 0)
		last = segment->data[segment->data_captured - 1];
	(void)last;
	trace_show_see(&pass->show, connection, segment, notes, packet);
}

static void see_piece(
	void *context, const struct segment *segment, const struct capture_packet *packet)
{
	struct pass *pass = context;
	trace_show_see_piece(&pass->show, segment, packet);
}

static void report(void *context, const struct connection *connection)
{
	struct pass *pass = context;
	struct connection_view view = connection_view_of(connection);
	pass->reports++;
	pass->unique += view.bytes[VIEW_CLIENT] + view.bytes[VIEW_SERVER];
	REQUIRE(view.unacknowledged[VIEW_CLIENT] <= view.bytes[VIEW_CLIENT]);
	REQUIRE(view.unacknowledged[VIEW_SERVER] <= view.bytes[VIEW_SERVER]);
	REQUIRE((view.word == ENDING_OPEN || view.word == ENDING_UNANSWERED) ==
		(view.first_end == NULL));
	trace_show_report(&pass->show, connection);
}

static void lines_check(const char *text, enum trace_shape shape)
{
	uint32_t fault;
	REQUIRE(!printable_fault(text, PRINTABLE_LINES, &fault));
	REQUIRE(!strstr(text, "(null)"));
	for (const char *line = text; *line;) {
		size_t length = strcspn(line, "\n"), columns = 0;
		for (size_t i = 0; i < length; i++)
			columns += ((unsigned char)line[i] & 0xc0) != 0x80;
		REQUIRE(shape == TRACE_LIST || shape == TRACE_JSON || columns <= WIDTH);
		if (shape == TRACE_JSON) {
			json_t *json = json_loadb(line, length, 0, NULL);
			REQUIRE(json);
			json_decref(json);
		}
		line += length + (line[length] == '\n');
	}
}

static void capture_survey(struct capture *capture, unsigned choice, unsigned most)
{
	static const enum trace_shape shapes[] = {
		TRACE_TABLE, TRACE_LADDER, TRACE_LIST, TRACE_JSON};
	char *text, *remarks;
	size_t size, remarks_size;
	struct error error = {0};
	struct survey_counts counts;
	struct selection selection = {.kind = SELECT_ALL};
	struct pass pass = {.show = {
				    .shape = shapes[choice % 4],
				    .name = "capture",
				    .look = {.is_utf8 = choice & 4},
				    .width = WIDTH,
				    .unfold = choice & 8,
				    .ladder_number = choice >> 6,
				    .selection = &selection,
				    .tally = tally_create(),
				    .out = open_memstream(&text, &size),
				    .beside = open_memstream(&remarks, &remarks_size),
			    }};
	REQUIRE(pass.show.tally && pass.show.out && pass.show.beside);
	struct survey_options options = {
		.capture = capture,
		.max_connections = 1 + most,
		.see = see,
		.see_piece = see_piece,
		.report = report,
		.context = &pass,
	};
	trace_show_begin(&pass.show);
	REQUIRE(survey_run(&options, &counts, &error) == 0);
	trace_show_finish(&pass.show, &counts);
	fclose(pass.show.out);
	fclose(pass.show.beside);
	REQUIRE(counts.is_broken == (error.text[0] != '\0'));
	REQUIRE(pass.reports == counts.connections.connections);
	REQUIRE(tally_connections(pass.show.tally) == pass.reports);
	REQUIRE(counts.connections.most <= 1 + most);
	REQUIRE(pass.unique <= pass.payload);
	lines_check(text, pass.show.shape);
	lines_check(remarks, TRACE_TABLE);
	free(text);
	free(remarks);
	tally_destroy(pass.show.tally);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
	struct input input = {bytes, length};
	struct error error = {0};
	unsigned choice = input_byte(&input), most = input_byte(&input);
	size_t left = input.left;
	/* A stream over no bytes is refused by fmemopen(3). */
	FILE *file = fmemopen(left ? (void *)input.bytes : (void *)"", left ? left : 1, "rb");
	REQUIRE(file);
	struct capture *capture = capture_read(file, "capture", &error);
	if (!capture) {
		REQUIRE(error.status == STATUS_FAILED && strncmp(error.text, "capture: ", 9) == 0);
		return 0;
	}
	capture_survey(capture, choice, most);
	capture_close(capture);
	return 0;
}
