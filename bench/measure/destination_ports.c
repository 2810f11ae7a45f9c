#include "bench/measure/destination_ports.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#define BITMAP_WORDS (65536 / 64)

struct bitmap {
	uint64_t words[BITMAP_WORDS];
};

struct place {
	uint32_t own[4];
	struct busiest_destination held;
	struct bitmap ports;
};

struct own {
	uint32_t address[4];
	uint64_t sockets, ports, time_waits;
	struct bitmap held;
};

struct destination_ports {
	struct bitmap listened;
	struct own *owns[DESTINATION_PORTS_MAX]; /* as the places */
	size_t own_count;
	struct place *places[DESTINATION_PORTS_MAX]; /* made as they are needed, and kept */
	size_t count;
};

struct destination_ports *destination_ports_create(void)
{
	return calloc(1, sizeof(struct destination_ports));
}

void destination_ports_destroy(struct destination_ports *ports)
{
	for (size_t i = 0; ports && i < DESTINATION_PORTS_MAX; i++) {
		free(ports->places[i]);
		free(ports->owns[i]);
	}
	free(ports);
}

void destination_ports_clear(struct destination_ports *ports)
{
	memset(&ports->listened, 0, sizeof(ports->listened));
	ports->count = ports->own_count = 0;
}

/* Returns whether it was not there. */
static bool bit_set(struct bitmap *bitmap, uint16_t port)
{
	uint64_t bit = UINT64_C(1) << (port % 64), *word = &bitmap->words[port / 64];
	bool is_new = !(*word & bit);
	*word |= bit;
	return is_new;
}

static bool bit_is_set(const struct bitmap *bitmap, uint16_t port)
{
	return bitmap->words[port / 64] >> (port % 64) & 1;
}

void destination_ports_listen(struct destination_ports *ports, uint16_t port)
{
	bit_set(&ports->listened, port);
}

bool destination_ports_is_listened(const struct destination_ports *ports, uint16_t port)
{
	return bit_is_set(&ports->listened, port);
}

static struct place *place_find(struct destination_ports *ports, const struct tcp_segment_end *own,
	const struct tcp_segment_end *to)
{
	for (size_t i = 0; i < ports->count; i++) {
		struct place *place = ports->places[i];
		if (tcp_segment_end_equals(&place->held.to, to) &&
			memcmp(place->own, own->address, sizeof(place->own)) == 0)
			return place;
	}
	if (ports->count == DESTINATION_PORTS_MAX)
		return NULL;
	struct place **slot = &ports->places[ports->count];
	if (!*slot && !(*slot = malloc(sizeof(**slot))))
		return NULL;
	ports->count++;
	memset(*slot, 0, sizeof(**slot));
	memcpy((*slot)->own, own->address, sizeof((*slot)->own));
	(*slot)->held.to = *to;
	return *slot;
}

static struct own *own_find(struct destination_ports *ports, const uint32_t address[4])
{
	for (size_t i = 0; i < ports->own_count; i++)
		if (memcmp(ports->owns[i]->address, address, sizeof(ports->owns[i]->address)) == 0)
			return ports->owns[i];
	if (ports->own_count == DESTINATION_PORTS_MAX)
		return NULL;
	struct own **slot = &ports->owns[ports->own_count];
	if (!*slot && !(*slot = malloc(sizeof(**slot))))
		return NULL;
	ports->own_count++;
	memset(*slot, 0, sizeof(**slot));
	memcpy((*slot)->address, address, sizeof((*slot)->address));
	return *slot;
}

/* The kernel has no two sockets between the same two ends: a port's second one leads elsewhere. */
static void own_add(struct own *own, uint16_t port, bool is_time_wait)
{
	own->sockets++;
	own->ports += bit_set(&own->held, port);
	own->time_waits += is_time_wait;
}

void destination_ports_add(struct destination_ports *ports, const struct tcp_segment_end *own,
	const struct tcp_segment_end *to, bool is_time_wait)
{
	if (destination_ports_is_listened(ports, own->port))
		return;
	struct own *of = own_find(ports, own->address);
	struct place *place = place_find(ports, own, to);
	if (of)
		own_add(of, own->port, is_time_wait);
	if (!place || !bit_set(&place->ports, own->port))
		return;
	place->held.ports++;
	place->held.time_waits += is_time_wait;
}

struct busiest_destination destination_ports_busiest(const struct destination_ports *ports)
{
	struct busiest_destination busiest = {.ports = 0};
	for (size_t i = 0; i < ports->count; i++)
		if (ports->places[i]->held.ports > busiest.ports)
			busiest = ports->places[i]->held;
	return busiest;
}

struct exclusive_ports destination_ports_exclusive(const struct destination_ports *ports)
{
	const struct own *most = NULL;
	for (size_t i = 0; i < ports->own_count; i++)
		if (!most || ports->owns[i]->ports > most->ports)
			most = ports->owns[i];
	if (!most || most->sockets > most->ports)
		return (struct exclusive_ports){0, 0};
	return (struct exclusive_ports){most->ports, most->time_waits};
}
