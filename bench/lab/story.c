#include "bench/lab/story.h"

#include "bench/lab/pair.h"
#include "bench/trace/capture_writer.h"
#include "bench/trace/connection.h"

#include <stdlib.h>
#include <string.h>

static bool record_take(struct relay *relay, void *argument)
{
	*(struct frame_record *)argument = relay->record;
	relay->record = (struct frame_record){0};
	relay->keeps_record = false;
	return true;
}

void lab_show(struct pair *pair, const char *caption)
{
	if (pair)
		pair->caption = caption;
}

/* What the wire did, as a row tells it. */
static unsigned note_of(enum frame_fate fate)
{
	static const unsigned notes[] = {
		[FATE_HELD] = NOTE_HELD,
		[FATE_DROPPED] = NOTE_DROPPED,
		[FATE_COPIED] = NOTE_COPIED,
		[FATE_SHIFTED] = 0,
		[FATE_RELEASED] = NOTE_RELEASED,
		[FATE_INJECTED] = NOTE_INJECTED,
	};
	return fate < sizeof(notes) / sizeof(notes[0]) ? notes[fate] : 0;
}

/* A whole segment of the pair. */
static bool segment_of(const struct pair *pair, const struct frame_sight *sight, uint64_t number,
	struct segment_reader *reader, struct segment *segment)
{
	const struct capture_packet packet = {
		.number = number,
		.at_ns = sight->at_ns,
		.bytes = sight->bytes,
		.captured = sight->captured,
		.length = sight->length,
		.link_type = LINK_ETHERNET,
	};
	uint16_t port = address_port(&pair->client);
	return segment_read(reader, &packet, segment) == SEGMENT_WHOLE &&
	       (sight->from == CLIENT ? segment->from.port : segment->to.port) == port;
}

struct ladder_job {
	struct ladder ladder;
	struct connection connection;
	bool has_begun;
};

/* A segment that was held or copied was seen when it was sent: it is not told of twice. */
static void row_add(
	struct ladder_job *job, const struct frame_sight *sight, const struct segment *segment)
{
	unsigned notes = 0, note = note_of((enum frame_fate)sight->fate);
	bool is_sent = frame_fate_is_sent((enum frame_fate)sight->fate);
	if (!job->has_begun) {
		connection_begin(&job->connection, segment, 0, 1);
		job->has_begun = true;
	}
	unsigned side = connection_side(&job->connection, segment);
	if (is_sent)
		notes = connection_see(&job->connection, side, segment);
	ladder_add(&job->ladder, side, notes | note, segment);
}

/* RSTs that a setting has the kernel ignore end nothing in the ladder either. */
static void ignored_rsts_mark(struct ladder *ladder, const struct pair *pair, unsigned mark)
{
	for (size_t i = 0; i < ladder->count && pair->ignores_resets; i++) {
		struct ladder_row *row = &ladder->rows[i];
		if (tcp_header_has(&row->tcp, TCP_RST))
			row->notes = (row->notes & ~(unsigned)NOTE_RST_IGNORED) | mark;
	}
}

/* What the kernel had last of an older connection of the same ports. */
static enum tcp_state older_state(const struct pair *pair, enum lab_end end)
{
	enum tcp_state state = STATE_UNKNOWN;
	for (const struct pair *older = pair->lab->first; older != pair; older = older->next)
		for (size_t i = 0; i < older->sight_count && older->mark_end == pair->mark; i++)
			if (older->sights[i].end == end)
				state = older->sights[i].state;
	return state;
}

static bool ladder_make(
	struct ladder_job *job, const struct pair *pair, const struct frame_record *record)
{
	struct segment_reader *reader = segment_reader_create();
	uint64_t end = pair->mark_end < record->count ? pair->mark_end : record->count;
	*job = (struct ladder_job){0};
	for (uint64_t at = pair_begin(pair, record); reader && at < end; at++) {
		struct segment segment;
		if (segment_of(pair, &record->sights[at], at + 1, reader, &segment))
			row_add(job, &record->sights[at], &segment);
	}
	if (job->has_begun) {
		job->ladder.older[!job->connection.client] = (uint8_t)older_state(pair, SERVER);
		ignored_rsts_mark(&job->ladder, pair, NOTE_RST_IGNORED);
		ladder_settle(&job->ladder, job->connection.client);
		ignored_rsts_mark(&job->ladder, pair, 0);
	}
	segment_reader_destroy(reader);
	return job->has_begun;
}

/* The state of a side behind so many segments of the wire's. */
static enum tcp_state state_behind(const struct ladder *ladder, unsigned side, uint64_t mark)
{
	enum tcp_state state = (enum tcp_state)ladder->initial[side];
	for (size_t i = 0; i < ladder->count && ladder->rows[i].packet <= mark; i++)
		state = (enum tcp_state)ladder->rows[i].states[side];
	return state;
}

/* The kernel's last word of an end, where it says another state than the last segment. */
static enum tcp_state untold_state(
	const struct ladder *ladder, const struct pair *pair, enum lab_end end, unsigned side)
{
	const struct state_sight *last = NULL;
	for (size_t i = 0; i < pair->sight_count; i++)
		if (pair->sights[i].end == end)
			last = &pair->sights[i];
	enum tcp_state told = state_behind(ladder, side, UINT64_MAX);
	if (!last || told != state_behind(ladder, side, last->mark))
		return STATE_UNKNOWN;
	bool is_told = told == last->state || (told == STATE_LISTEN && last->state == STATE_CLOSED);
	return is_told ? STATE_UNKNOWN : last->state;
}

/* A timer ends some states without a segment. */
static bool sight_is_right(const struct ladder *ladder, unsigned side, const struct state_sight *s)
{
	enum tcp_state state = state_behind(ladder, side, s->mark);
	bool is_over = state == STATE_CLOSED || state == STATE_LISTEN ||
		       state == STATE_FIN_WAIT_2 || state == STATE_TIME_WAIT;
	return state == s->state || (s->state == STATE_CLOSED && is_over);
}

static void sights_check(struct lab *lab, const struct pair *pair, const struct ladder_job *job)
{
	unsigned client = job->connection.client;
	for (size_t i = 0; i < pair->sight_count && i < pair->like_count; i++) {
		const struct state_sight *sight = &pair->sights[i];
		unsigned side = sight->end == CLIENT ? client : !client;
		if (sight->state == STATE_UNKNOWN || sight_is_right(&job->ladder, side, sight))
			continue;
		for (size_t claim = 0; claim < lab->outcome->claim_count; claim++)
			lab->outcome->claims[claim].verdict = UNDECIDED;
		lab->failure[0] = '\0';
		lab_fail(lab,
			"the kernel had the %s in %s behind segment %ju, and the segments say "
			"otherwise",
			sight->end == CLIENT ? "client" : "server", tcp_state_text(sight->state),
			(uintmax_t)(sight->mark - pair->mark));
		return;
	}
}

static bool is_shown(const struct lab *lab, const struct pair *pair)
{
	bool any = false;
	for (const struct pair *other = lab->first; other; other = other->next)
		any |= other->caption != NULL;
	return lab->outcome->shown_count < LAB_SHOWN_MAX &&
	       (pair->caption || (!any && pair == lab->first));
}

static void pair_tell(struct lab *lab, const struct pair *pair, const struct frame_record *record)
{
	struct ladder_job job;
	/* Thousands that only use ports up tell nothing. */
	if (pair->sight_count == 0 && !is_shown(lab, pair))
		return;
	bool has_ladder = ladder_make(&job, pair, record);
	if (has_ladder)
		sights_check(lab, pair, &job);
	if (has_ladder && is_shown(lab, pair)) {
		unsigned client = job.connection.client;
		job.ladder.untold[client] =
			(uint8_t)untold_state(&job.ladder, pair, CLIENT, client);
		job.ladder.untold[!client] =
			(uint8_t)untold_state(&job.ladder, pair, SERVER, !client);
		lab->outcome->shown[lab->outcome->shown_count++] = (struct shown_ladder){
			job.ladder, connection_view_of(&job.connection), pair->caption};
		job.ladder = (struct ladder){0};
	}
	ladder_finish(&job.ladder);
	if (has_ladder)
		connection_finish(&job.connection);
}

/* An interface an end: what it sent goes out there, and what the wire has kept or made comes in at
 * the other one. */
static int capture_write(const struct frame_record *record, const char *path, const char *comment,
	struct error *error)
{
	static const char *const names[] = {[SERVER] = "server", [CLIENT] = "client"};
	struct capture_writer *writer = capture_writer_create(path, comment, error);
	if (!writer)
		return -1;
	for (size_t i = 0; i < record->count; i++) {
		const struct frame_sight *sight = &record->sights[i];
		char text[FRAME_FATE_TEXT];
		bool is_sent = frame_fate_is_sent((enum frame_fate)sight->fate);
		const struct capture_packet packet = {
			.at_ns = sight->at_ns,
			.bytes = sight->bytes,
			.captured = sight->captured,
			.length = sight->length,
			.interface = is_sent ? sight->from : !sight->from,
			.interface_name = names[is_sent ? sight->from : !sight->from],
			.direction = is_sent ? DIRECTION_OUT : DIRECTION_IN,
			.link_type = LINK_ETHERNET,
		};
		capture_writer_add(writer, &packet, frame_fate_text(sight, text));
	}
	return capture_writer_finish(writer, error);
}

int story_tell(struct lab *lab, struct error *error)
{
	struct frame_record record = {0};
	int result = 0;
	wire_call(lab->wire, record_take, &record, UINT64_MAX);
	for (const struct pair *pair = lab->first; pair; pair = pair->next)
		pair_tell(lab, pair, &record);
	if (lab->options->capture_path)
		result = capture_write(
			&record, lab->options->capture_path, lab->lesson->asks, error);
	frame_record_finish(&record);
	return result;
}
