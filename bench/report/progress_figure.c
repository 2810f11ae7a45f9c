#include "bench/report/progress_figure.h"

#include <math.h>

/* Exchanges on a connection. */
#define KEPT_ALIVE_LEAST 1.5

/* What has many requests on a connection has few connections, and is not slow by that. */
static void rate_print(const struct figures *figures, FILE *out)
{
	bool is_kept_alive = figures->exchanges_per_connection >= KEPT_ALIVE_LEAST;
	double rate = is_kept_alive ? figures->exchanges_per_s : figures->rate_per_s;
	const char *unit = is_kept_alive ? "requests/s" : "connections/s";
	if (isnan(rate))
		fprintf(out, "%8s %s", "-", unit);
	else
		fprintf(out, "%8.0f %s", rate, unit);
}

static void delivery_print(const struct delivery_figures *delivery, FILE *out)
{
	const struct {
		double count;
		const char *word;
	} others[] = {
		{delivery->truncated, "cut"}, {delivery->lost, "lost"}, {delivery->held, "held"}};
	fprintf(out, "%8.0f ok", delivery->delivered);
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
		if (others[i].count > 0)
			fprintf(out, ", %.0f %s", others[i].count, others[i].word);
}

void progress_figure_print(const struct figures *figures, bool is_of_cells, FILE *out)
{
	if (is_of_cells && !isnan(figures->delivery.delivered))
		delivery_print(&figures->delivery, out);
	else
		rate_print(figures, out);
}
