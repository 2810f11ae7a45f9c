/* A sample as the result file shows it. */
#ifndef BENCH_RESULT_FIELDS_SAMPLE_ROW_H
#define BENCH_RESULT_FIELDS_SAMPLE_ROW_H

#include "bench/trial/record.h"

/* NAN: not known of this sample. */
struct sample_row {
	double t_s, opened, completed, refused, reset;
	double server_tw, client_tw, client_open;
	double client_ports; /* from the census, or without one from sockstat */
	/* Only in the samples in which a census was taken. */
	double server_fin_wait2, server_tw_census, client_tw_census;
	double connect_us_p50, loader_cpu_s, server_cpu_s;
};

struct sample_row sample_row(const struct trial *trial, const struct sample *sample);

#endif
