/* For the detectors of findings: each looks at the record and adds a finding, or does not. */
#ifndef BENCH_FINDINGS_DETECT_H
#define BENCH_FINDINGS_DETECT_H

#include "bench/findings/findings.h"

#include <stdbool.h>

typedef void findings_detector(
	struct findings *findings, const struct trial *trial, const struct figures *figures);

findings_detector findings_parity, findings_exhausted, findings_too_young; /* findings_ports.c */
findings_detector findings_loader_bound, findings_server_bound;            /* findings_load.c */
findings_detector findings_truncated, findings_hidden_policy;              /* findings_load.c */
findings_detector findings_omission;                                       /* findings_load.c */

findings_detector findings_lost_connections, findings_close_race; /* third_party.c */
findings_detector findings_no_handshake, findings_ended_early;

/* Adds a finding without fields; its text comes from the format. */
struct finding *findings_add(struct findings *findings, const char *id, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* Add a field. NULL is tolerated. */
void finding_number(struct finding *finding, const char *name, double number);
void finding_word(struct finding *finding, const char *name, const char *word);

/* An instant as seconds since the loader's start. */
double findings_t_s(const struct trial *trial, uint64_t at_ns);

/* The value of a setting of one end, as read back; `otherwise` where it was not recorded. */
const char *findings_setting(
	const struct trial *trial, enum td_who end, const char *name, const char *otherwise);

double findings_median(double *values, size_t count);

#endif
