#include "server/log.h"

#include "common/bounded_text.h"
#include "common/clock.h"

#include <errno.h>
#include <poll.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <unistd.h>

/* " suppressed=" and the longest number: what an event may not take. */
#define SUPPRESSED_ROOM 40

#define INTERVAL_NS NS_PER_S
/* How long the reason of a failed start waits for a reader of stderr that is slow. */
#define REASON_MS 1000

static struct limit {
	uint64_t due_ns; /* when the event may be logged again */
	uint64_t suppressed;
} limits[LOG_EVENTS];

/* Returns whether the event may be logged now, and how many of its lines were suppressed. */
static bool limit_pass(struct limit *limit, uint64_t *suppressed)
{
	uint64_t now_ns = clock_now_ns();
	uint64_t due_ns = __atomic_load_n(&limit->due_ns, __ATOMIC_RELAXED);
	if (now_ns < due_ns ||
		!__atomic_compare_exchange_n(&limit->due_ns, &due_ns, now_ns + INTERVAL_NS, false,
			__ATOMIC_RELAXED, __ATOMIC_RELAXED)) {
		__atomic_add_fetch(&limit->suppressed, 1, __ATOMIC_RELAXED);
		return false;
	}
	*suppressed = __atomic_exchange_n(&limit->suppressed, 0, __ATOMIC_RELAXED);
	return true;
}

static size_t text_add(char *line, size_t size, size_t length, const char *format, va_list args)
{
	if (size - length < BOUNDED_TEXT_LEAST)
		return length;
	return length + bounded_text_vwrite(line + length, size - length, format, args);
}

__attribute__((format(printf, 4, 5))) static size_t text_print(
	char *line, size_t size, size_t length, const char *format, ...)
{
	va_list args;
	va_start(args, format);
	length = text_add(line, size, length, format, args);
	va_end(args);
	return length;
}

/* Whether stderr takes a line now. A reader that has stopped reading must not stop the thread. */
static bool stderr_takes(enum log_event event)
{
	struct pollfd watched = {.fd = STDERR_FILENO, .events = POLLOUT};
	return poll(&watched, 1, event == LOG_FAILED ? REASON_MS : 0) != 0;
}

void log_event(enum log_event event, const char *format, ...)
{
	int saved = errno;
	char line[640];
	size_t length, size = sizeof(line) - 1;
	uint64_t suppressed;
	if (!limit_pass(&limits[event], &suppressed))
		return;
	/* Other programs read the accounting, which is the program's last line. */
	length = text_print(
		line, size, 0, event == LOG_ACCOUNTING ? "connections: " : "teardown-server: ");
	va_list args;
	va_start(args, format);
	length = text_add(line, size - SUPPRESSED_ROOM, length, format, args);
	va_end(args);
	if (suppressed > 0)
		length = text_print(
			line, size, length, " suppressed=%llu", (unsigned long long)suppressed);
	line[length++] = '\n';
	/* One write(2) a line, so that lines of several processes do not mix. Where it fails, the
	 * line counts as suppressed. */
	if (!stderr_takes(event) || write(STDERR_FILENO, line, length) == -1)
		__atomic_add_fetch(&limits[event].suppressed, suppressed + 1, __ATOMIC_RELAXED);
	errno = saved;
}
