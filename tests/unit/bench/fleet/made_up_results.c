#include "made_up_results.h"

#include "bench/result/json_path.h"
#include "bench/result/latency_json.h"

#include <math.h>
#include <string.h>

uint64_t made_up_latency_ns(uint64_t *seed)
{
	*seed ^= *seed << 13;
	*seed ^= *seed >> 7;
	*seed ^= *seed << 17;
	/* From 20 us to 20 ms, most of them short. */
	double unit = (double)(*seed >> 11) / 9007199254740992.0;
	return (uint64_t)(20e3 * pow(1e3, unit * unit));
}

static json_t *latencies(const struct made_up *made_up)
{
	uint64_t seed = made_up->seed;
	struct histogram *h = histogram_create();
	for (size_t i = 0; i < made_up->connections; i++) {
		uint64_t ns = made_up_latency_ns(&seed);
		histogram_record(h, ns);
		if (made_up->both)
			histogram_record(made_up->both, ns);
	}
	json_t *json = latency_json(h);
	json_object_set_new(json, "unfinished", json_integer(3));
	histogram_destroy(h);
	return json_pack("{s:o}", "total", json);
}

static json_t *samples(const struct made_up *made_up)
{
	json_t *list = json_array();
	for (size_t i = 0; i < MADE_UP_SAMPLES; i++)
		json_array_append_new(list,
			json_pack("{s:f, s:I, s:I, s:i, s:i, s:f}", "t_s", 0.1 * (double)(i + 1),
				"opened",
				(json_int_t)(made_up->connections * (i + 1) / MADE_UP_SAMPLES),
				"completed",
				(json_int_t)(made_up->connections * (i + 1) / MADE_UP_SAMPLES),
				"server_tw", (int)i, "client_tw", 0, "connect_us_p50", 20.5));
	return list;
}

static json_t *trial(const struct made_up *made_up)
{
	json_int_t n = (json_int_t)made_up->connections;
	json_t *json = json_pack(
		"{s:s, s:i, s:i, s:s, s:s, s:s, s:s, s:I, s:f, s:b, s:[], s:[], s:{s:s, s:s}}",
		"strategy", "graceful", "repeat", 1, "order", 1, "loader", "builtin", "server",
		"teardown-server", "source_port", "kernel", "client_close", "strategy",
		"started_unix_us", (json_int_t)made_up->started_unix_us, "duration_s", 2.0, "valid",
		1, "invalid_because", "findings", "holder", "declared", "server", "measured",
		"server");
	json_object_update_new(
		json, json_pack("{s:{s:I, s:I, s:I, s:i, s:{s:i}}, s:f, s:f, s:{s:{s:I, s:I}}}",
			      "connections", "attempted", n, "opened", n, "completed", n, "reset",
			      0, "connect_errors", "ECONNREFUSED", 2, "rate_per_s", (double)n / 2,
			      "segments_per_connection", 8.5, "counters", "client", "ActiveOpens",
			      n, "OutSegs", 5 * n));
	json_object_update_new(
		json, json_pack("{s:{s:{s:I, s:I, s:f}}, s:{s:i, s:i, s:f}, s:{s:f, s:f}}",
			      "time_wait", "server", "peak", n / 2, "created", n, "per_connection",
			      1.0, "ports", "available", 28232, "peak_in_use", 100, "held_share",
			      100.0 / 28232, "loss", "exhausted_s", 1.5, "lost_share", 0.0));
	json_object_update_new(
		json, json_pack("{s:o, s:o, s:{s:{}, s:{}}}", "latency_us", latencies(made_up),
			      "samples", samples(made_up), "sysctls", "server", "client"));
	return json;
}

json_t *made_up_result(const struct made_up *made_up)
{
	json_t *json = json_pack(
		"{s:s, s:s, s:s, s:{s:s, s:s, s:s, s:i, s:I, s:i, s:b}, s:{s:s, s:i, s:[ii]}}",
		"schema", "teardown-run/1", "version", "0.1.0", "started", "2026-11-28T18:00:00Z",
		"host", "name", made_up->host, "kernel", "6.1", "cpu_model", "a processor", "cpus",
		4, "memory_bytes", (json_int_t)8000000000, "rlimit_nofile", 1024, "root", 1,
		"network", "kind", "veth-pair", "client_addresses", 1, "port_range", 32768, 60999);
	json_object_update_new(
		json, json_pack("{s:{s:i, s:i, s:s, s:s}, s:s, s:[s], s:[], s:[], s:[o]}",
			      "options", "connections", 64, "seed", 1, "duration", "2s", "json",
			      made_up->host, "command_line", "teardown run", "strategies",
			      "graceful", "not_run", "summary", "trials", trial(made_up)));
	return json;
}

/* The object that holds the last key. */
static json_t *holder(json_t *json, const char *path, const char **last)
{
	char key[100];
	for (size_t length; (length = strcspn(path, ".[")) < strlen(path);) {
		memcpy(key, path, length);
		key[length] = '\0';
		json = json_object_get(json, key);
		path += length + 1;
		if (path[-1] == '[') {
			json = json_array_get(json, 0);
			path += 2;
		}
	}
	*last = path;
	return json;
}

void made_up_set(json_t *result, const char *path, json_t *value)
{
	const char *last;
	json_t *json = holder(result, path, &last);
	if (value)
		json_object_set_new(json, last, value);
	else
		json_object_del(json, last);
}

const json_t *made_up_at(const json_t *result, const char *path)
{
	const char *last;
	const json_t *json = holder((json_t *)result, path, &last);
	return json_object_get(json, last);
}
