#include "bench/ends/server_end.h"

#include "bench/ends/server_end_kind.h"

int server_end_listeners(
	const struct server_end *end, struct listeners *listeners, struct error *error)
{
	return end->kind->listeners(end, listeners, error);
}

int server_end_begin(struct server_end *end, struct error *error)
{
	return end->kind->begin(end, error);
}

int server_end_arm(struct server_end *end, const struct server_end_load *load, struct error *error)
{
	return end->kind->arm(end, load, error);
}

bool server_end_look_first(struct server_end *end)
{
	return end->kind->look_first(end);
}

void server_end_look_near(struct server_end *end)
{
	end->kind->look_near(end);
}

int server_end_look(struct server_end *end, bool is_late, struct error *error)
{
	return end->kind->look(end, is_late, error);
}

void server_end_look_at_program(struct server_end *end)
{
	end->kind->look_at_program(end);
}

bool server_end_runs(struct server_end *end)
{
	return end->kind->runs(end);
}

void server_end_describe(struct server_end *end, char *text, size_t size)
{
	end->kind->describe(end, text, size);
}

uint64_t server_end_cpu_ns(struct server_end *end)
{
	return end->kind->cpu_ns(end);
}

int server_end_load_is_over(struct server_end *end, struct error *error)
{
	return end->kind->load_is_over(end, error);
}

int64_t server_end_waiting(struct server_end *end, struct error *error)
{
	return end->kind->waiting(end, error);
}

void server_end_sample(const struct server_end *end, struct sample *sample)
{
	end->kind->sample(end, sample);
}

int server_end_settled(struct server_end *end, struct error *error)
{
	return end->kind->settled(end, error);
}

int server_end_report(
	struct server_end *end, const struct held_sockets *still_open, struct error *error)
{
	return end->kind->report(end, still_open, error);
}

void server_end_open(const struct server_end *end, struct census_open *open)
{
	end->kind->open(end, open);
}

void server_end_samples(const struct server_end *end, struct sample *samples, size_t count)
{
	end->kind->samples(end, samples, count);
}

int server_end_stop(struct server_end *end)
{
	/* What there is without a server is on this host. */
	return (end->kind ? end->kind : &server_end_local)->stop(end);
}

void server_end_clear(struct server_end *end)
{
	(end->kind ? end->kind : &server_end_local)->clear(end);
	end->kind = NULL;
}
