#include "bench/result/declared_json.h"

#include "bench/judge/figures.h"
#include "bench/options/client_end.h"
#include "bench/options/factor.h"
#include "bench/result/json_scalar.h"
#include "strategies/core/defaults.h"

static json_t *losses_json(uint32_t gives_up)
{
	json_t *json = json_array();
	if (gives_up & TD_GIVES_UP_TAIL)
		json_array_append_new(json, json_string("tail"));
	if (gives_up & TD_GIVES_UP_OLD_SEGMENTS)
		json_array_append_new(json, json_string("old-segments"));
	return json;
}

static json_t *requirements_json(const struct td_requirement *need)
{
	json_t *json = json_array();
	for (size_t i = 0; i < TD_REQUIREMENTS_MAX && need[i].sysctl; i++)
		json_array_append_new(
			json, json_pack("{s:s, s:o, s:o, s:o}", "end", figures_who(need[i].end),
				      "sysctl", json_text(need[i].sysctl), "value",
				      json_text(need[i].value), "because", json_text(need[i].why)));
	return json;
}

static json_t *strategy_json(const struct td_strategy *s, const char *row)
{
	return json_pack("{s:o, s:o, s:s, s:s, s:b, s:o, s:s, s:I, s:o}", "strategy",
		json_text(row), "summary", json_text(s->summary), "first_closer",
		figures_who(s->first_closer), "holder", figures_who(s->holder), "is_race",
		s->claim_is_race, "gives_up", losses_json(s->gives_up), "source_port",
		client_end_source(s), "exchanges", (json_int_t)strategy_exchanges(s),
		"requirements", requirements_json(s->requirements));
}

json_t *declared_json(const struct run_options *options)
{
	json_t *json = json_array();
	for (size_t i = 0; !options->server_command && i < run_rows_count(options); i++) {
		struct run_row row = run_row_at(options, i);
		json_array_append_new(json, strategy_json(row.strategy, row.name));
	}
	return json;
}
