#include "bench/report/plan_json.h"

#include "bench/plan/plan_choice.h"
#include "bench/report/plan_text.h"
#include "bench/result/json_scalar.h"

#include <math.h>

static json_t *asked_json(const struct plan_asked *asked)
{
	return json_pack("{so so so so s[ii] so so sf so sf so so so s{si sf sf}}", "rate_per_s",
		json_real_or_null(asked->requests_per_s), "hosts",
		json_rounded_or_null(asked->hosts), "addresses",
		json_rounded_or_null(asked->addresses), "destinations",
		json_rounded_or_null(asked->destinations), "ports", asked->port_low,
		asked->port_high, "requests_per_connection",
		asked->requests_per_connection
			? json_rounded_or_null((double)asked->requests_per_connection)
			: json_null(),
		"response_bytes",
		asked->response_bytes > 0 ? json_rounded_or_null(asked->response_bytes)
					  : json_null(),
		"rtt_s", asked->round_trip_s, "pause_s", json_real_or_null(asked->pause_s),
		"reuse_delay_s", asked->reuse_delay_s, "tw_buckets",
		json_rounded_or_null(asked->time_wait_most), "nat_ports",
		asked->nat_ports > 0 ? json_rounded_or_null(asked->nat_ports) : json_null(),
		"nat_hold_s", asked->nat_ports > 0 ? json_real(asked->nat_hold_s) : json_null(),
		"time_wait_life", "hz", (int)asked->life.hz, "least_s", asked->life.least_s,
		"most_s", asked->life.most_s);
}

static json_t *costs_json(const struct plan_figures *figures)
{
	const struct plan_costs *costs = &figures->costs;
	return json_pack("{so s{so so} s{so so} s{so so} sb}", "open_s",
		json_real_or_null(costs->open_s), "segments_per_s", "server",
		json_real_or_null(costs->server_segments_per_s), "client",
		json_real_or_null(costs->client_segments_per_s), "lingering_descriptors", "server",
		json_rounded_or_null(costs->server_lingering), "server_most",
		json_rounded_or_null(costs->server_lingering_most), "listen_queue",
		"backlog_needed", json_rounded_or_null(costs->backlog_needed), "pause_lasts_s",
		json_real_or_null(costs->pause_lasts_s), "may_lose_tail",
		plan_may_lose_tail(figures));
}

static json_t *nat_json(const struct plan_nat *nat)
{
	return json_pack("{so so so so}", "ports", json_rounded_or_null(nat->ports), "held",
		json_rounded_or_null(nat->held), "exhausted_after_s",
		json_real_or_null(nat->exhausted_after_s), "addresses_needed",
		json_rounded_or_null(nat->addresses_needed));
}

static json_t *figures_json(const struct plan_figures *figures, const struct plan_asked *asked)
{
	char why[PLAN_WHY_MAX];
	plan_why_write(figures, asked, why);
	json_t *json = json_pack("{ss so so so so so so so s{so so} s{so so} so so so ss}",
		"strategy", figures->strategy->name, "requests_per_connection",
		json_rounded_or_null(figures->requests_per_connection), "lasts_per_s",
		json_real_or_null(figures->lasts_per_s), "slow_from_per_s",
		json_real_or_null(figures->slow_from_per_s), "ports",
		json_rounded_or_null(figures->ports), "ports_held",
		json_rounded_or_null(figures->ports_held), "slow_after_s",
		json_real_or_null(figures->slow_after_s), "exhausted_after_s",
		json_real_or_null(figures->exhausted_after_s), "time_wait", "server",
		json_rounded_or_null(figures->server_time_wait), "client",
		json_rounded_or_null(figures->client_time_wait), "memory_bytes", "server",
		json_rounded_or_null(figures->server_bytes), "client",
		json_rounded_or_null(figures->client_bytes), "fits",
		isnan(asked->requests_per_s) ? json_null() : json_boolean(figures->fits),
		"addresses_needed", json_rounded_or_null(figures->addresses_needed),
		"requests_per_connection_needed",
		json_rounded_or_null(figures->requests_per_connection_needed), "why", why);
	json_object_set_new(
		json, "nat", figures->nat.ports > 0 ? nat_json(&figures->nat) : json_null());
	json_object_update_new(json, costs_json(figures));
	return json;
}

json_t *plan_json(const struct plan_asked *asked, const struct plan_figures *figures, size_t count,
	const struct plan_figures *chosen, const struct td_strategy *better)
{
	json_t *strategies = json_array();
	for (size_t i = 0; i < count; i++)
		json_array_append_new(strategies, figures_json(&figures[i], asked));
	return json_pack("{ss so so ss? ss?}", "schema", "teardown-plan/1", "asked",
		asked_json(asked), "strategies", strategies, "chosen",
		chosen ? chosen->strategy->name : NULL, "better", better ? better->name : NULL);
}

json_t *plan_doctor_json(const struct plan_doctor *found, const char *overruled)
{
	return json_pack("{ss ss ss so so so sb ss}", "namespace", found->space, "source",
		found->source, "destination", found->destination, "rate_per_s",
		json_real_or_null(found->rate_per_s), "held", json_rounded_or_null(found->held),
		"available", json_rounded_or_null(found->available), "reuse", found->reuses,
		"overruled", overruled);
}
