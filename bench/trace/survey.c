#include "bench/trace/survey.h"

#define TICK_NS UINT64_C(100000000)

static void report_ignore(void *context, const struct connection *connection)
{
}

static void packet_count(struct survey_counts *counts, const struct capture_packet *packet)
{
	if (packet->number == 1)
		counts->first_ns = counts->last_ns = packet->at_ns;
	counts->backwards += packet->at_ns < counts->last_ns;
	counts->last_ns = packet->at_ns;
}

static void packet_see(const struct survey_options *options, struct segment_reader *reader,
	struct connection_table *table, const struct capture_packet *packet)
{
	struct segment segment;
	unsigned notes;
	enum segment_answer answer = segment_read(reader, packet, &segment);
	if (answer == SEGMENT_PIECE && options->see_piece)
		options->see_piece(options->context, &segment, packet);
	bool is_meant = options->port == 0 || segment.from.port == options->port ||
			segment.to.port == options->port;
	if (answer != SEGMENT_WHOLE || !is_meant)
		return;
	const struct connection *connection = connection_table_see(table, &segment, &notes);
	if (connection && options->see)
		options->see(options->context, connection, &segment, notes, packet);
}

static void tick(const struct survey_options *options, struct connection_table *table,
	struct survey_counts *counts, uint64_t now_ns)
{
	if (!options->tick || (now_ns >= counts->ticked_ns && now_ns < counts->ticked_ns + TICK_NS))
		return;
	counts->ticked_ns = now_ns;
	counts->lost = capture_lost(options->capture);
	connection_table_settle(table, now_ns);
	options->tick(options->context, counts);
}

static void all_see(const struct survey_options *options, struct segment_reader *reader,
	struct connection_table *table, struct survey_counts *counts, struct error *error)
{
	while (!options->stop || !*options->stop) {
		struct capture_packet packet;
		switch (capture_next(options->capture, &packet, error)) {
		case CAPTURE_BROKEN:
			/* The signal that stops the pass may come while it reads. */
			counts->is_broken = !options->stop || !*options->stop;
			if (!counts->is_broken)
				error->text[0] = '\0';
			return;
		case CAPTURE_END:
			return;
		case CAPTURE_QUIET:
			tick(options, table, counts, packet.at_ns);
			break;
		case CAPTURE_PACKET:
			tick(options, table, counts, packet.at_ns);
			packet_count(counts, &packet);
			packet_see(options, reader, table, &packet);
			break;
		}
	}
}

int survey_run(
	const struct survey_options *options, struct survey_counts *counts, struct error *error)
{
	struct connection_table *table = connection_table_create(&(struct connection_table_options){
		.max = options->max_connections,
		.report = options->report ? options->report : report_ignore,
		.context = options->context,
	});
	struct segment_reader *reader = segment_reader_create();
	int status = 0;
	*counts = (struct survey_counts){0};
	if (table && reader) {
		all_see(options, reader, table, counts, error);
		counts->lost = capture_lost(options->capture);
		connection_table_finish(table);
		counts->segments = *segment_reader_finish(reader);
		counts->connections = *connection_table_counts(table);
	} else {
		status = error_set(error, STATUS_FAILED, "no memory");
	}
	segment_reader_destroy(reader);
	connection_table_destroy(table);
	return status;
}
