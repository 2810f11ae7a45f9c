/* Rows of the ladders: one connection of each strategy, segment by segment. */
#include "bench/result/fields/field.h"
#include "bench/trace/connection.h"
#include "bench/trace/tcp_ending.h"
#include "bench/trace/tcp_states.h"

static const char *const end_words[] = {"client", "server", NULL};
static const char *const closer_words[] = {"client", "server", "both", "none", "unknown", NULL};
static const char *const first_words[] = {"FIN", "RST", NULL};

static const char *ended_word(size_t i)
{
	return i < ENDING_WORDS ? tcp_ending_word_text((enum tcp_ending_word)i) : NULL;
}

/* The causes that have a name stand behind the two that have none. */
static const char *cause_word(size_t i)
{
	size_t cause = i + CAUSE_NO_LISTENER;
	return cause < ENDING_CAUSES ? tcp_ending_cause_text((enum tcp_ending_cause)cause) : NULL;
}

static const char *state_word(size_t i)
{
	return i < TCP_STATES ? tcp_state_text((enum tcp_state)i) : NULL;
}

static const char *note_word(size_t i)
{
	unsigned note = 1U << i;
	return note <= NOTE_LAST ? connection_note_text((enum connection_note)note) : NULL;
}

static const struct field fields[] = {
	{"ladders", FIELD_LIST, FIELD_OPTIONAL, .merge = FIELD_FIRST,
		.sentence = "With --ladders: one connection of each strategy, played by itself on "
			    "a wire that recorded it."},
	{"ladders[]", FIELD_OBJECT, .merge = FIELD_FIRST, .sentence = "One connection."},
	{"ladders[].strategy", FIELD_TEXT, .merge = FIELD_FIRST, .sentence = "The strategy."},
	{"ladders[].client", FIELD_TEXT, .merge = FIELD_FIRST,
		.sentence = "The client's address and port."},
	{"ladders[].server", FIELD_TEXT, .merge = FIELD_FIRST,
		.sentence = "The server's address and port."},
	{"ladders[].ended", FIELD_TEXT, .word = ended_word, .merge = FIELD_FIRST,
		.sentence = "How it ended: a word of teardown trace."},
	{"ladders[].first_closer", FIELD_TEXT, .words = closer_words, .merge = FIELD_FIRST,
		.sentence = "The end that sent the first FIN, or RST."},
	{"ladders[].first_end", FIELD_TEXT, FIELD_NULLABLE, .words = first_words,
		.merge = FIELD_FIRST,
		.sentence = "Which of the two that was; null: neither was sent."},
	{"ladders[].reset_by", FIELD_LIST, .merge = FIELD_FIRST,
		.sentence = "The ends that sent a RST."},
	{"ladders[].reset_by[]", FIELD_TEXT, .words = end_words, .merge = FIELD_FIRST,
		.sentence = "An end."},
	{"ladders[].reset_because", FIELD_TEXT, FIELD_NULLABLE, .word = cause_word,
		.merge = FIELD_FIRST,
		.sentence = "Why the first RST was sent, as far as the segments prove it."},
	{"ladders[].bytes", FIELD_OBJECT, .merge = FIELD_FIRST,
		.sentence = "Bytes of data that were sent, each once."},
	{"ladders[].bytes.{end}", FIELD_COUNT, .unit = "bytes", .merge = FIELD_FIRST,
		.sentence = "By the {end}."},
	{"ladders[].bytes_unacknowledged", FIELD_OBJECT, .merge = FIELD_FIRST,
		.sentence = "Of these, those that the other end never acknowledged."},
	{"ladders[].bytes_unacknowledged.{end}", FIELD_COUNT, FIELD_NULLABLE, .unit = "bytes",
		.merge = FIELD_FIRST, .sentence = "Of the {end}'s; null: not known."},
	{"ladders[].kernel", FIELD_OBJECT, .merge = FIELD_FIRST,
		.sentence = "The states in which the kernel had the connection, as sock_diag told "
			    "every few milliseconds."},
	{"ladders[].kernel.{end}", FIELD_LIST, .merge = FIELD_FIRST,
		.sentence = "Of the {end}, in their order."},
	{"ladders[].kernel.{end}[]", FIELD_TEXT, .word = state_word, .merge = FIELD_FIRST,
		.sentence = "A state."},
	{"ladders[].rows", FIELD_LIST, .merge = FIELD_FIRST,
		.sentence = "Its segments, in the order of the capture."},
	{"ladders[].rows[]", FIELD_OBJECT, .merge = FIELD_FIRST,
		.sentence = "A segment, or several of one end with data that flows."},
	{"ladders[].rows[].t_ms", FIELD_REAL, .unit = "ms", .merge = FIELD_FIRST,
		.sentence = "When, since the first segment."},
	{"ladders[].rows[].end", FIELD_TEXT, .words = end_words, .merge = FIELD_FIRST,
		.sentence = "The end that sent it."},
	{"ladders[].rows[].segments", FIELD_ORDINAL, FIELD_OPTIONAL, .merge = FIELD_FIRST,
		.sentence = "So many segments are told together; left out: one."},
	{"ladders[].rows[].bytes", FIELD_COUNT, .unit = "bytes", .merge = FIELD_FIRST,
		.sentence = "Data in it."},
	{"ladders[].rows[].flags", FIELD_TEXT, FIELD_OPTIONAL, .merge = FIELD_FIRST,
		.sentence = "Its flags, in Wireshark's order: \"FIN, ACK\"."},
	{"ladders[].rows[].seq", FIELD_COUNT, FIELD_OPTIONAL, .merge = FIELD_FIRST,
		.sentence = "Its sequence number, relative to the first of its end."},
	{"ladders[].rows[].ack", FIELD_COUNT, FIELD_OPTIONAL, .merge = FIELD_FIRST,
		.sentence = "What it acknowledges, relative to the other end's first number; left "
			    "out: it acknowledges nothing."},
	{"ladders[].rows[].notes", FIELD_LIST, FIELD_OPTIONAL, .merge = FIELD_FIRST,
		.sentence = "What is odd about it, in Wireshark's words."},
	{"ladders[].rows[].notes[]", FIELD_TEXT, .word = note_word, .merge = FIELD_FIRST,
		.sentence = "One of these."},
	{"ladders[].rows[].states", FIELD_OBJECT, .merge = FIELD_FIRST,
		.sentence = "The state of each end once it was sent, as RFC 9293 names it."},
	{"ladders[].rows[].states.{end}", FIELD_TEXT, .word = state_word, .merge = FIELD_FIRST,
		.sentence = "Of the {end}; ? where its segments do not tell."},
};

const struct field_group field_group_ladder = {
	"The ladders", fields, sizeof(fields) / sizeof(fields[0])};
