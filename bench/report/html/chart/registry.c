#include "bench/report/html/chart/registry.h"

const struct chart *const charts[] = {
	&chart_pays,
	&chart_ports,
	&chart_lasts,
	&chart_ramp,
	&chart_waits,
	&chart_costs,
	&chart_lost,
	&chart_states,
};

const size_t chart_count = sizeof(charts) / sizeof(charts[0]);
