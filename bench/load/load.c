#include "bench/load/load.h"

#include "bench/load/builtin_loader.h"

static void builtin_prepare(void *self)
{
	builtin_loader_prepare(self);
}

static bool builtin_is_prepared(const void *self)
{
	return builtin_loader_is_prepared(self);
}

static int builtin_start(void *self, struct error *error)
{
	builtin_loader_start(self);
	return 0;
}

static bool builtin_is_done(void *self)
{
	return builtin_loader_is_done(self);
}

static void builtin_stop(void *self)
{
	builtin_loader_stop(self);
}

static void builtin_event(void *self)
{
	builtin_loader_event(self);
}

static int builtin_join(void *self, struct load_totals *totals, struct error *error)
{
	return builtin_loader_join(self, totals, error);
}

static uint64_t builtin_window_ns(const void *self)
{
	return builtin_loader_window_ns(self);
}

static bool builtin_describe_hang(const void *self, char *text, size_t size)
{
	return builtin_loader_describe_hang(self, text, size);
}

static uint64_t builtin_closed_late(const void *self)
{
	return builtin_loader_closed_late(self);
}

static uint32_t builtin_clients(const void *self, struct client_count *counts)
{
	return builtin_loader_clients(self, counts);
}

static uint64_t builtin_beside_started(const void *self)
{
	return builtin_loader_beside_started(self);
}

static void builtin_beside_allow(void *self, uint64_t connections)
{
	builtin_loader_beside_allow(self, connections);
}

static void builtin_release(void *self)
{
	builtin_loader_release(self);
}

static bool builtin_is_released(void *self)
{
	return builtin_loader_is_released(self);
}

static uint32_t builtin_beside(const void *self, struct client_count *counts)
{
	return builtin_loader_beside(self, counts);
}

static void builtin_progress(void *self, struct sample_progress *progress)
{
	builtin_loader_progress(self, progress);
}

static void builtin_destroy(void *self)
{
	builtin_loader_destroy(self);
}

struct load load_builtin(struct builtin_loader *loader)
{
	static const struct load_operations operations = {
		.prepare = builtin_prepare,
		.is_prepared = builtin_is_prepared,
		.start = builtin_start,
		.is_done = builtin_is_done,
		.stop = builtin_stop,
		.event = builtin_event,
		.join = builtin_join,
		.window_ns = builtin_window_ns,
		.describe_hang = builtin_describe_hang,
		.progress = builtin_progress,
		.closed_late = builtin_closed_late,
		.clients = builtin_clients,
		.beside_started = builtin_beside_started,
		.beside_allow = builtin_beside_allow,
		.release = builtin_release,
		.is_released = builtin_is_released,
		.beside = builtin_beside,
		.destroy = builtin_destroy,
	};
	return (struct load){&operations, loader};
}

void load_prepare(struct load *load)
{
	if (load->operations->prepare)
		load->operations->prepare(load->self);
}

bool load_is_prepared(const struct load *load)
{
	return !load->operations->is_prepared || load->operations->is_prepared(load->self);
}

int load_start(struct load *load, struct error *error)
{
	return load->operations->start(load->self, error);
}

bool load_is_done(struct load *load)
{
	return load->operations->is_done(load->self);
}

void load_stop(struct load *load)
{
	load->operations->stop(load->self);
}

void load_event(struct load *load)
{
	if (load->operations->event)
		load->operations->event(load->self);
}

int load_join(struct load *load, struct load_totals *totals, struct error *error)
{
	return load->operations->join(load->self, totals, error);
}

uint64_t load_window_ns(const struct load *load)
{
	return load->operations->window_ns(load->self);
}

bool load_describe_hang(const struct load *load, char *text, size_t size)
{
	return load->operations->describe_hang &&
	       load->operations->describe_hang(load->self, text, size);
}

void load_progress(struct load *load, struct sample_progress *progress)
{
	load->operations->progress(load->self, progress);
}

uint64_t load_closed_late(const struct load *load)
{
	return load->operations->closed_late ? load->operations->closed_late(load->self) : 0;
}

uint32_t load_clients(const struct load *load, struct client_count *counts)
{
	return load->operations->clients ? load->operations->clients(load->self, counts) : 0;
}

uint64_t load_beside_started(const struct load *load)
{
	return load->operations->beside_started ? load->operations->beside_started(load->self) : 0;
}

void load_beside_allow(struct load *load, uint64_t connections)
{
	if (load->operations->beside_allow)
		load->operations->beside_allow(load->self, connections);
}

void load_release(struct load *load)
{
	if (load->operations->release)
		load->operations->release(load->self);
}

bool load_is_released(struct load *load)
{
	return !load->operations->is_released || load->operations->is_released(load->self);
}

uint32_t load_beside(const struct load *load, struct client_count *counts)
{
	return load->operations->beside ? load->operations->beside(load->self, counts) : 0;
}

const struct third_party_report *load_third_party_report(const struct load *load)
{
	return load->operations->third_party ? load->operations->third_party(load->self) : NULL;
}

void load_destroy(struct load *load)
{
	if (load->operations)
		load->operations->destroy(load->self);
	load->operations = NULL;
}
