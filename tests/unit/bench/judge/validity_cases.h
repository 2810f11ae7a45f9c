/* Records that are invalid, and records that look as if they were. */
#ifndef UNIT_JUDGE_VALIDITY_CASES_H
#define UNIT_JUDGE_VALIDITY_CASES_H

#include "bench/trial/record.h"

#include <stddef.h>

/* All completed; the server closed first and holds as many TIME_WAITs. */
#define CONNECTIONS 1000

struct validity_case {
	const char *name;
	void (*happens)(struct trial *trial);
	const char *reasons; /* with "; " between them; NULL: valid */
	/* The same of a third party's load behind an event (--at). */
	const char *behind_event;
};

#define CASE(name, reasons)                                                                        \
	{                                                                                          \
#name, name, reasons, NULL                                                         \
	}
#define CASE_EVENT(name, reasons, behind_event)                                                    \
	{                                                                                          \
#name, name, reasons, behind_event                                                 \
	}
#define CASE_ALWAYS(name, reasons) CASE_EVENT(name, reasons, reasons)

struct validity_cases {
	const struct validity_case *list;
	size_t count;
};

extern const struct validity_cases cases_of_kernel, cases_of_load, cases_of_third_party_load;

#endif
