#include "bench/result/clients_json.h"

#include "bench/judge/delivery.h"

static json_t *seconds(uint64_t count, uint64_t ns)
{
	return count > 0 ? json_real((double)ns / 1e9) : json_null();
}

static json_t *client_json(const struct client_count *count)
{
	const struct {
		const char *key;
		uint64_t value;
	} numbers[] = {
		{"connections", count->connections},
		{"attempted", count->attempted},
		{"completed", count->outcomes[OUTCOME_COMPLETED]},
		{"short", count->outcomes[OUTCOME_SHORT]},
		{"reset", count->outcomes[OUTCOME_RESET]},
		{"timed_out", count->outcomes[OUTCOME_TIMED_OUT]},
		{"connect_errors", count->outcomes[OUTCOME_CONNECT_ERROR]},
		{"responses", count->exchanges},
		{"truncated", count->truncated},
		{"refused", count->refused},
		{"unanswered_kept", count->kept_unanswered},
		{"pauses", count->pauses},
		{"pauses_cut", count->pauses_cut},
		{"closed_idle", count->closed_idle},
		{"reset_idle", count->reset_idle},
		{"held", count->held},
	};
	json_t *json = json_pack("{s:s}", "behaviour", count->behaviour->name);
	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++)
		json_object_set_new(
			json, numbers[i].key, json_integer((json_int_t)numbers[i].value));
	uint64_t raced = count->kept_unanswered;
	json_object_set_new(json, "idle_least_s", seconds(raced, count->kept_idle_least_ns));
	json_object_set_new(json, "idle_most_s", seconds(raced, count->kept_idle_most_ns));
	return json;
}

static json_t *list_json(const struct client_count *counts, uint32_t count)
{
	json_t *list = json_array();
	for (uint32_t i = 0; i < count; i++)
		json_array_append_new(list, client_json(&counts[i]));
	return list;
}

json_t *clients_json(const struct trial *trial)
{
	return trial->client_count > 0 ? list_json(trial->clients, trial->client_count) : NULL;
}

struct peaks {
	uint64_t held, states[SOCKET_STATES];
};

static void peaks_take(struct peaks *peaks, const struct diag_census *census)
{
	uint64_t now = delivery_held(census);
	peaks->held = now > peaks->held ? now : peaks->held;
	for (size_t i = 0; i < SOCKET_STATES; i++)
		if (census->by_owner[i] > peaks->states[i])
			peaks->states[i] = census->by_owner[i];
}

static json_t *server_json(const struct trial *trial)
{
	struct peaks peaks = {0};
	json_t *states = json_object();
	peaks_take(&peaks, &trial->before.server.others);
	for (size_t i = 0; i < trial->sample_count; i++)
		peaks_take(&peaks, &trial->samples[i].server.others);
	peaks_take(&peaks, &trial->after.server.others);
	peaks_take(&peaks, &trial->beside_end.server);
	for (size_t i = 0; i < SOCKET_STATES; i++)
		if (peaks.states[i] > 0)
			json_object_set_new(states, socket_state_words[i],
				json_integer((json_int_t)peaks.states[i]));
	return json_pack("{s:I, s:I, s:I, s:o}", "held_peak", (json_int_t)peaks.held, "held_end",
		(json_int_t)delivery_held(&trial->beside_end.server), "reopened_end",
		(json_int_t)trial->beside_end.reopened, "peak", states);
}

json_t *beside_json(const struct trial *trial)
{
	if (trial->beside_count == 0)
		return NULL;
	return json_pack("{s:o, s:o}", "clients", list_json(trial->beside, trial->beside_count),
		"server", server_json(trial));
}
