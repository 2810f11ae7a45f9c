#include "bench/report/text.h"

#include "bench/report/findings_text.h"
#include "bench/report/latency.h"
#include "bench/report/others_text.h"
#include "bench/report/remarks.h"
#include "bench/report/runway_text.h"
#include "bench/report/settings_text.h"
#include "bench/report/states_text.h"
#include "bench/report/table.h"
#include "bench/report/well_text.h"
#include "bench/result/json_path.h"

#include <stdbool.h>
#include <string.h>

static void legend_print(const json_t *result, FILE *out)
{
	bool by_request = json_integer_value(json_path_at(result, "options.request-rate")) > 0;
	const char *option = by_request ? "options.request-rate" : "options.rate";
	char rate[32];
	const json_t *offered = json_path_at(result, option);
	json_path_number_write(result, option, rate, sizeof(rate));
	fputs("\nMedians of valid trials; their 95 % interval is bootstrapped. Latency is of an "
	      "exchange; a connection's first includes its handshake.\n",
		out);
	if (json_is_integer(offered) && json_integer_value(offered) > 0)
		fprintf(out,
			"Open loop: %s %s/s, %s arrivals; latency counts from the instant at which "
			"a %s was to begin.\n",
			rate, by_request ? "requests" : "connections",
			json_path_text(result, "options.arrivals"),
			by_request ? "request" : "connection");
	else if (json_is_integer(offered))
		fputs("Closed loop: the next connection begins when one is closed, so a slow "
		      "server is asked less often (--rate: open loop).\n",
			out);
}

static void host_print(const json_t *result, FILE *out)
{
	char cpus[32];
	const json_t *root = json_path_at(result, "host.root");
	json_path_number_write(result, "host.cpus", cpus, sizeof(cpus));
	fputc('\n', out);
	if (json_path_at(result, "started"))
		fprintf(out, "measured: %s on %s\n", json_path_text(result, "started"),
			json_path_text(result, "host.name"));
	fprintf(out, "kernel:   %s, %s CPUs, %s, %s\n", json_path_text(result, "host.kernel"), cpus,
		json_path_text(result, "host.cpu_model"),
		json_is_true(root)    ? "as root"
		: json_is_false(root) ? "as an ordinary user"
				      : "-");
}

void text_print(const json_t *result, const struct text_options *options, FILE *out)
{
	unsigned width = options->width;
	size_t i;
	json_t *entry;
	table_print(result, width, options->wide, out);
	legend_print(result, out);
	if (options->latency)
		latency_print(result, out);
	runway_print(result, width, out);
	others_print(result, out);
	remarks_of_trials_print(result, out);
	states_print(result, out);
	report_findings_print(result, width, out);
	well_print(result, width, out);
	remarks_of_medians_print(result, width, out);
	host_print(result, out);
	settings_print(result, width, out);
	json_array_foreach(json_object_get(result, "summary"), i, entry)
		settings_own_print(result, json_path_text(entry, "strategy"), width, out);
	fprintf(out, "repeat:   %s\n", json_path_text(result, "command_line"));
}
