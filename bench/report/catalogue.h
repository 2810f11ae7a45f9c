/* Catalogues for `teardown list`, each made from the tables that the program works with. */
#ifndef BENCH_REPORT_CATALOGUE_H
#define BENCH_REPORT_CATALOGUE_H

#include "bench/findings/findings.h"
#include "bench/load/clients/behaviour.h"

#include <stdio.h>

/* Every client behaviour: its name, and what such a client does. */
void catalogue_clients_print(FILE *out);

/* One of them. */
void catalogue_client_print(const struct client_behaviour *behaviour, FILE *out);

/* Every metric: its name, its unit, which way is better, and what it is. */
void catalogue_metrics_print(FILE *out);

/* Who is who in what is told of a hop, where a proxy is between. */
extern const char *const catalogue_hops;

/* Every kind of finding: what it shows, its cause and its cure. */
void catalogue_findings_print(FILE *out);

/* What one of them shows, its cause, its cure. */
void catalogue_finding_print(const struct finding_kind *kind, FILE *out);

/* docs/result.md: every field of a result file. */
void catalogue_fields_print(FILE *out);

#endif
