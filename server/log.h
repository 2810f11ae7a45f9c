/* The log: one line an event on stderr, `teardown-server: WHAT key=value …`. Each kind of event is
 * logged once a second at most, so that no peer can fill a disk by causing it. Logging never waits
 * for the reader of stderr, but for the reason of a failed start. The next line of a kind says how
 * many lines were suppressed. */
#ifndef SERVER_LOG_H
#define SERVER_LOG_H

enum log_event {
	LOG_LISTENING,
	LOG_TLS,
	LOG_METRICS,
	LOG_CAPACITY,
	LOG_INHERITED,
	LOG_LACKING,
	LOG_ROOT,
	LOG_RELOAD_DENIED,
	LOG_NO_MANAGER,
	LOG_UNCONFINED,
	LOG_SANDBOX,
	LOG_PAUSE,
	LOG_RELOAD,
	LOG_RELOADED,
	LOG_RELOAD_FAILED,
	LOG_DRAIN,
	LOG_END_NOW,
	LOG_HELPER_STAYS,
	LOG_FAILED, /* waits for a slow reader */
	LOG_ACCOUNTING,
	LOG_EVENTS
};

/* Logs one line. From any thread; keeps errno. */
void log_event(enum log_event event, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
