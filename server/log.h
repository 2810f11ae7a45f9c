/* What the server says while it runs: one line an event on stderr, `teardown-server: WHAT key=value
 * …`. An event is said once a second at most, so that nobody can fill a disk by causing it, and
 * never waits for whoever reads it; the next line of it says how many were not said. */
#ifndef SERVER_LOG_H
#define SERVER_LOG_H

enum log_event {
	LOG_LISTENING,
	LOG_METRICS,
	LOG_CAPACITY,
	LOG_INHERITED,
	LOG_ROOT,
	LOG_RELOAD_DENIED,
	LOG_SANDBOX,
	LOG_PAUSE,
	LOG_RELOAD,
	LOG_RELOADED,
	LOG_RELOAD_FAILED,
	LOG_DRAIN,
	LOG_END_NOW,
	/* The last words: these wait a while. */
	LOG_FAILED,
	LOG_ACCOUNTING,
	LOG_EVENTS
};

/* From any thread. errno is kept. */
void log_event(enum log_event event, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
