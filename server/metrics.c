#include "server/metrics.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#define WORDS (sizeof(struct metrics_counts) / sizeof(uint64_t))

_Static_assert(sizeof(struct metrics_counts) % sizeof(uint64_t) == 0, "made of words");

void metrics_publish(struct metrics *metrics, const struct executor_counts *ends)
{
	metrics->counts.ends = *ends;
	const uint64_t *from = (const uint64_t *)&metrics->counts;
	uint64_t *to = (uint64_t *)&metrics->published;
	for (size_t i = 0; i < WORDS; i++)
		__atomic_store_n(&to[i], from[i], __ATOMIC_RELAXED);
}

void metrics_count_accept_error(struct metrics *metrics, int error)
{
	uint64_t *count = &metrics->accept_errors[error < METRICS_ERRNOS ? error : 0];
	__atomic_store_n(count, *count + 1, __ATOMIC_RELAXED);
}

void metrics_sum(const struct metrics *metrics, struct metrics *sum)
{
	const uint64_t *from = (const uint64_t *)&metrics->published;
	uint64_t *to = (uint64_t *)&sum->published;
	for (size_t i = 0; i < WORDS; i++)
		to[i] += __atomic_load_n(&from[i], __ATOMIC_RELAXED);
	for (size_t i = 0; i < METRICS_ERRNOS; i++)
		sum->accept_errors[i] +=
			__atomic_load_n(&metrics->accept_errors[i], __ATOMIC_RELAXED);
}

struct text {
	char *bytes;
	size_t length, size;
	const char *strategy;
};

__attribute__((format(printf, 2, 3))) static void text_add(
	struct text *text, const char *format, ...)
{
	va_list args;
	va_start(args, format);
	int n = vsnprintf(text->bytes + text->length, text->size - text->length, format, args);
	va_end(args);
	if (n > 0)
		text->length += (size_t)n;
	if (text->length >= text->size)
		text->length = text->size - 1;
}

static void text_family(struct text *text, const char *name, const char *type, const char *help)
{
	text_add(text, "# HELP teardown_server_%s %s\n# TYPE teardown_server_%s %s\n", name, help,
		name, type);
}

static void text_sample(
	struct text *text, const char *name, const char *label, const char *value, uint64_t number)
{
	text_add(text, "teardown_server_%s{strategy=\"%s\"", name, text->strategy);
	if (label)
		text_add(text, ",%s=\"%s\"", label, value);
	text_add(text, "} %llu\n", (unsigned long long)number);
}

#define FIELD(field) offsetof(struct metrics_counts, field)

/* A row without help is a further sample of the metric above it. */
static const struct row {
	const char *name, *type;
	size_t offset;
	const char *label, *value;
	const char *help;
} rows[] = {
	{"connections_opened_total", "counter", FIELD(opened), NULL, NULL, "Connections accepted."},
	{"connections_closed_total", "counter", FIELD(states[EXECUTOR_ENDED]), NULL, NULL,
		"Connections ended."},
	{"connections", "gauge", FIELD(states[EXECUTOR_OPEN]), "state", "open",
		"Connections now, by state."},
	{"connections", NULL, FIELD(states[EXECUTOR_WAITING]), "state", "waiting", NULL},
	{"connections", NULL, FIELD(states[EXECUTOR_HALF_CLOSED]), "state", "half_closed", NULL},
	{"lingering_peak", "gauge", FIELD(lingering_peak), NULL, NULL,
		"The most connections that lingered at once, summed over the threads."},
	{"connection_ends_total", "counter", FIELD(ends.chosen_close), "end", "closed",
		"Connections ended, by what ended them."},
	{"connection_ends_total", NULL, FIELD(ends.chosen_reset), "end", "reset", NULL},
	{"connection_ends_total", NULL, FIELD(ends.timed_out), "end", "timed_out", NULL},
	{"connection_ends_total", NULL, FIELD(ends.failed), "end", "failed", NULL},
	{"connection_ends_total", NULL, FIELD(evicted), "end", "evicted", NULL},
	{"connection_ends_total", NULL, FIELD(abandoned), "end", "abandoned", NULL},
	{"connection_resets_total", "counter", FIELD(ends.reset), NULL, NULL,
		"Connections ended by a reset, for any reason."},
	{"half_closes_total", "counter", FIELD(ends.half_closed), NULL, NULL,
		"Connections that were half closed, by shutdown(2)."},
	{"drained_bytes_total", "counter", FIELD(ends.drained_bytes), NULL, NULL,
		"Bytes read and discarded while closing."},
	{"unread_at_close_bytes_total", "counter", FIELD(ends.unread_at_close), NULL, NULL,
		"Bytes unread at close, where the strategy asks for them."},
	{"exchanges_total", "counter", FIELD(exchanges), NULL, NULL,
		"Responses handed to the kernel in full."},
	{"received_bytes_total", "counter", FIELD(received_bytes), NULL, NULL,
		"Bytes read, without discarded ones."},
	{"sent_bytes_total", "counter", FIELD(sent_bytes), NULL, NULL,
		"Bytes handed to the kernel."},
	{"tls_handshakes_total", "counter", FIELD(tls_handshakes), NULL, NULL,
		"TLS handshakes that were done."},
	{"tls_handshakes_failed_total", "counter", FIELD(tls_handshakes_failed), NULL, NULL,
		"Connections that ended before their TLS handshake was done."},
	{"tls_resumed_total", "counter", FIELD(tls_resumed), NULL, NULL,
		"TLS handshakes that resumed a session."},
	{"tls_alerts_total", "counter", FIELD(tls_alerts_sent), "direction", "sent",
		"TLS alerts that ended a connection, without close_notify."},
	{"tls_alerts_total", NULL, FIELD(tls_alerts_received), "direction", "received", NULL},
	{"tls_close_notify_total", "counter", FIELD(tls_notified), "direction", "sent",
		"close_notify alerts; received: those that were decrypted."},
	{"tls_close_notify_total", NULL, FIELD(tls_notified_by_peer), "direction", "received",
		NULL},
	{"tls_truncated_total", "counter", FIELD(tls_truncated), NULL, NULL,
		"Open connections whose client sent a FIN without close_notify."},
	{"accept_pauses_total", "counter", FIELD(accept_pauses), NULL, NULL,
		"Pauses of accepting, for lack of descriptors, memory or room."},
};

/* A gauge of the process or of its host has no label `strategy`. */
static void text_gauge(struct text *text, const char *name, const char *help, uint64_t number)
{
	text_family(text, name, "gauge", help);
	text_add(text, "teardown_server_%s %llu\n", name, (unsigned long long)number);
}

static void gauges_render(struct text *text, const struct metrics_gauges *gauges)
{
	if (gauges->has_time_wait)
		text_gauge(text, "time_wait_sockets",
			"Sockets in TIME_WAIT of the network namespace, with orphans in "
			"FIN_WAIT_2.",
			gauges->time_wait);
	if (!gauges->has_memory)
		return;
	text_gauge(text, "allocator_allocated_bytes", "Bytes that the program has allocated.",
		gauges->memory.allocated_bytes);
	text_gauge(text, "allocator_active_bytes", "Bytes of pages that hold an allocation.",
		gauges->memory.active_bytes);
	text_gauge(text, "allocator_resident_bytes", "Bytes that the allocator keeps mapped.",
		gauges->memory.resident_bytes);
}

size_t metrics_render(const struct metrics *sum, const struct metrics_gauges *gauges,
	const char *strategy, char *bytes, size_t size)
{
	struct text text = {.bytes = bytes, .size = size, .strategy = strategy};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct row *row = &rows[i];
		uint64_t number;
		memcpy(&number, (const char *)&sum->published + row->offset, sizeof(number));
		if (row->help)
			text_family(&text, row->name, row->type, row->help);
		text_sample(&text, row->name, row->label, row->value, number);
	}
	text_family(&text, "accept_errors_total", "counter", "Failures of accept4(2), by errno.");
	for (int i = 0; i < METRICS_ERRNOS; i++) {
		const char *name = strerrorname_np(i);
		if (sum->accept_errors[i] > 0)
			text_sample(&text, "accept_errors_total", "errno",
				i > 0 && name ? name : "other", sum->accept_errors[i]);
	}
	gauges_render(&text, gauges);
	return text.length;
}
