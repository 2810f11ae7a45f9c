#include "bench/result/clients_json.h"

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
		{"closed_idle", count->closed_idle},
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

json_t *clients_json(const struct trial *trial)
{
	json_t *list = trial->client_count > 0 ? json_array() : NULL;
	for (uint32_t i = 0; list && i < trial->client_count; i++)
		json_array_append_new(list, client_json(&trial->clients[i]));
	return list;
}
