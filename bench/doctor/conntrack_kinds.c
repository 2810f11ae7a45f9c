#include "bench/doctor/conntrack_kinds.h"

#include "bench/doctor/words.h"
#include "common/bounded_text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define WRITTEN_MOST 4

/* tcp_timeouts (net/netfilter/nf_conntrack_proto_tcp.c). An entry that began in the middle of a
 * connection is NONE, or ESTABLISHED. */
static const char *const settings[CONNTRACK_STATES] = {NULL, "nf_conntrack_tcp_timeout_syn_sent",
	"nf_conntrack_tcp_timeout_syn_recv", "nf_conntrack_tcp_timeout_established",
	"nf_conntrack_tcp_timeout_fin_wait", "nf_conntrack_tcp_timeout_close_wait",
	"nf_conntrack_tcp_timeout_last_ack", "nf_conntrack_tcp_timeout_time_wait",
	"nf_conntrack_tcp_timeout_close", "nf_conntrack_tcp_timeout_syn_sent"};

static int more_entries(const void *a, const void *b)
{
	const struct conntrack_kind *first = a, *second = b;
	if (first->count != second->count)
		return first->count < second->count ? 1 : -1;
	return strcmp(first->name, second->name);
}

size_t conntrack_kinds_of(
	const struct conntrack_entries *entries, struct conntrack_kind kinds[CONNTRACK_KINDS])
{
	size_t count = 0;
	for (size_t i = 0; i < CONNTRACK_STATES; i++) {
		struct conntrack_kind *kind = &kinds[i];
		*kind = (struct conntrack_kind){.setting = settings[i], .count = entries->tcp[i]};
		snprintf(kind->name, sizeof(kind->name), "TCP %s", conntrack_state_names[i]);
	}
	kinds[CONNTRACK_STATES] = (struct conntrack_kind){
		"UDP", "nf_conntrack_udp_timeout (and _stream)", entries->udp};
	kinds[CONNTRACK_STATES + 1] = (struct conntrack_kind){"other", NULL, entries->other};
	qsort(kinds, CONNTRACK_KINDS, sizeof(*kinds), more_entries);
	while (count < CONNTRACK_KINDS && kinds[count].count > 0)
		count++;
	return count;
}

void conntrack_kinds_write(const struct conntrack_entries *entries, char *text, size_t size)
{
	struct conntrack_kind kinds[CONNTRACK_KINDS];
	size_t count = conntrack_kinds_of(entries, kinds), length = 0;
	struct word number;
	uint64_t rest = 0;
	text[0] = '\0';
	for (size_t i = 0; i < count; i++) {
		if (i >= WRITTEN_MOST) {
			rest += kinds[i].count;
			continue;
		}
		length = strlen(text);
		bounded_text_write(text + length, size - length, "%s%s %s", i > 0 ? ", " : "",
			word_count(&number, (double)kinds[i].count), kinds[i].name);
	}
	length = strlen(text);
	if (rest > 0)
		bounded_text_write(text + length, size - length, ", %s of other kinds",
			word_count(&number, (double)rest));
}
