/* An error that a user reads: one sentence, and the exit status it leads to. */
#ifndef COMMON_ERROR_H
#define COMMON_ERROR_H

/* Exit statuses of both programs. */
enum status {
	STATUS_OK = 0,
	STATUS_FAILED = 1,
	STATUS_USAGE = 2,
	STATUS_HOST_CANNOT = 3, /* The host lacks something; the text says what. */
	STATUS_WARNING = 90,    /* of doctor: what it found */
	STATUS_CRITICAL = 91,
	STATUS_THRESHOLD = 99,
	STATUS_INTERRUPTED = 130,
};

/* Room for two long paths and what is wrong with them. */
#define ERROR_TEXT_SIZE 1024

struct error {
	enum status status;
	char text[ERROR_TEXT_SIZE]; /* printable (printable.h); ends in "…" where it was cut */
};

/* Fills `error` (which may be NULL) and returns -1, so that a caller can return its value. */
int error_set(struct error *error, enum status status, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* The same, with ": " and the text of errno at the end. */
int error_set_errno(struct error *error, enum status status, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

#endif
