#include "bench/ends/unclosed.h"

#include <stdlib.h>

static int place_take(const struct close_waits *waits, size_t place, struct process *server,
	struct held_sockets *held, struct holder *holder)
{
	struct holder holders[SOCKET_STATES];
	held->count = 0;
	for (size_t i = 0; i < waits->socket_count && held->count < HELD_SOCKETS_MAX; i++) {
		if (waits->place_of[i] != place)
			continue;
		held->inodes[held->count] = waits->inodes[i];
		held->states[held->count++] = SOCKET_CLOSE_WAIT_OWNED;
	}
	if (holders_find(held, server, holders) == -1)
		return -1;
	*holder = holders[SOCKET_CLOSE_WAIT_OWNED];
	return 0;
}

int unclosed_find(
	const struct close_waits *waits, struct process *server, struct unclosed *unclosed)
{
	struct held_sockets *held = waits->count > 0 ? calloc(1, sizeof(*held)) : NULL;
	*unclosed = (struct unclosed){.elsewhere = waits->elsewhere};
	for (size_t i = 0; i < waits->count; i++) {
		struct unclosed_place *place = &unclosed->list[i];
		place->of = waits->places[i];
		if (!held || place_take(waits, i, server, held, &place->holder) == -1) {
			free(held);
			return -1;
		}
		unclosed->count++;
	}
	free(held);
	return 0;
}
