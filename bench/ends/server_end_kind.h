/* Where a server's end is: what its functions (server_end.h) do there. All are required. */
#ifndef BENCH_ENDS_SERVER_END_KIND_H
#define BENCH_ENDS_SERVER_END_KIND_H

#include "bench/ends/server_end.h"

struct server_end_kind {
	int (*listeners)(
		const struct server_end *end, struct listeners *listeners, struct error *error);
	int (*begin)(struct server_end *end, struct error *error);
	int (*arm)(struct server_end *end, const struct server_end_load *load, struct error *error);
	bool (*look_first)(struct server_end *end);
	void (*look_near)(struct server_end *end);
	int (*look)(struct server_end *end, bool is_late, struct error *error);
	void (*look_at_program)(struct server_end *end);
	bool (*runs)(struct server_end *end);
	void (*describe)(struct server_end *end, char *text, size_t size);
	uint64_t (*cpu_ns)(struct server_end *end);
	int (*load_is_over)(struct server_end *end, struct error *error);
	int64_t (*waiting)(struct server_end *end, struct error *error);
	void (*sample)(const struct server_end *end, struct sample *sample);
	int (*settled)(struct server_end *end, struct error *error);
	int (*report)(
		struct server_end *end, const struct held_sockets *still_open, struct error *error);
	void (*open)(const struct server_end *end, struct census_open *open);
	void (*samples)(const struct server_end *end, struct sample *samples, size_t count);
	int (*stop)(struct server_end *end);
	void (*clear)(struct server_end *end);
};

extern const struct server_end_kind server_end_local, server_end_by_agent;

#endif
