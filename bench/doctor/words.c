#include "bench/doctor/words.h"

#include "common/bounded_text.h"

#include <arpa/inet.h>
#include <inttypes.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#define DAY_S UINT64_C(86400)
#define HOUR_S UINT64_C(3600)
#define MINUTE_S UINT64_C(60)

const char *word_count(struct word *word, double count)
{
	char digits[32];
	size_t length = (size_t)snprintf(digits, sizeof(digits), "%.0f", count), at = 0;
	for (size_t i = 0; i < length; i++) {
		if (i > 0 && (length - i) % 3 == 0 && digits[i - 1] != '-')
			word->text[at++] = ',';
		word->text[at++] = digits[i];
	}
	word->text[at] = '\0';
	return word->text;
}

static void two_units(
	struct word *word, uint64_t whole, const char *unit, uint64_t part, const char *lesser)
{
	if (part > 0)
		snprintf(word->text, sizeof(word->text), "%" PRIu64 " %s %" PRIu64 " %s", whole,
			unit, part, lesser);
	else
		snprintf(word->text, sizeof(word->text), "%" PRIu64 " %s", whole, unit);
}

const char *word_seconds(struct word *word, double seconds)
{
	uint64_t whole = (uint64_t)llround(seconds);
	if (whole < 2 * MINUTE_S)
		snprintf(word->text, sizeof(word->text), "%" PRIu64 " s", whole);
	else if (whole < HOUR_S)
		two_units(word, whole / MINUTE_S, "min", whole % MINUTE_S, "s");
	else if (whole < DAY_S)
		two_units(word, whole / HOUR_S, "h", whole % HOUR_S / MINUTE_S, "min");
	else
		two_units(word, whole / DAY_S, "d", whole % DAY_S / HOUR_S, "h");
	return word->text;
}

const char *word_rate(struct word *word, double per_s)
{
	if (per_s >= 10)
		return word_count(word, per_s);
	snprintf(word->text, sizeof(word->text), "%.2g", per_s);
	return word->text;
}

static struct tcp_segment_end end_of(
	const struct counted_address *address, bool is_ipv6, uint16_t port)
{
	struct tcp_segment_end end = {.port = port, .is_ipv6 = is_ipv6};
	memcpy(end.address, address->words, sizeof(end.address));
	return end;
}

const char *word_source(struct word *word, const struct doctor_pair *pair)
{
	char text[INET6_ADDRSTRLEN] = "";
	inet_ntop(pair->is_ipv6 ? AF_INET6 : AF_INET, pair->source.words, text, sizeof(text));
	snprintf(word->text, sizeof(word->text), "%s", text);
	return word->text;
}

const char *word_destination(struct word *word, const struct doctor_pair *pair)
{
	char text[TCP_SEGMENT_END_TEXT];
	struct tcp_segment_end to = end_of(&pair->destination, pair->is_ipv6, pair->port);
	snprintf(word->text, sizeof(word->text), "%s", tcp_segment_end_text(&to, text));
	return word->text;
}

const char *word_pair(struct word *word, const struct doctor_pair *pair)
{
	struct word source, destination;
	snprintf(word->text, sizeof(word->text), "%.50s -> %.60s", word_source(&source, pair),
		word_destination(&destination, pair));
	return word->text;
}

const char *word_process(struct word *word, const struct doctor_process *process)
{
	if (process->pid == 0)
		return NULL;
	bounded_text_write(word->text, sizeof(word->text), "%s (pid %d%s%s)", process->name,
		(int)process->pid, process->unit[0] ? ", " : "", process->unit);
	return word->text;
}

const char *word_opener(struct word *word, const struct doctor_opener *opener)
{
	struct word count;
	if (opener->processes == 1)
		return word_process(word, &opener->process);
	bounded_text_write(word->text, sizeof(word->text), "%s (%s processes, such as pid %d%s%s)",
		opener->process.name, word_count(&count, opener->processes),
		(int)opener->process.pid, opener->process.unit[0] ? ", " : "",
		opener->process.unit);
	return word->text;
}

const char *word_opener_pair(struct word *word, const struct doctor_opener *opener)
{
	const struct doctor_pair pair = {.source = opener->source,
		.destination = opener->destination,
		.port = opener->port,
		.is_ipv6 = opener->is_ipv6};
	return word_pair(word, &pair);
}

const char *word_holder(struct word *word, const struct doctor_process *process)
{
	const char *known = word_process(word, process);
	return known ? known : "a process that is not seen";
}

const char *word_group(struct word *word, const struct doctor_group *group)
{
	char text[TCP_SEGMENT_END_TEXT];
	if (group->is_rest)
		return "at many places";
	snprintf(word->text, sizeof(word->text), "%s %s", group->is_accepted ? "accepted at" : "to",
		tcp_segment_end_text(&group->place, text));
	return word->text;
}
