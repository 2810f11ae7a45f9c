#include "bench/trace/selection.h"

#include <stdlib.h>
#include <string.h>

#define SIZE_FIRST 1024

static bool is_met(const struct selection *selection, const struct connection *connection,
	const struct segment *segment)
{
	switch (selection->kind) {
	case SELECT_ALL:
		return true;
	case SELECT_NUMBER:
		return connection->number == selection->number;
	case SELECT_PORT:
		return segment->from.port == selection->port || segment->to.port == selection->port;
	case SELECT_TEXT:
		return segment->data && memmem(segment->data, segment->data_captured,
						selection->text, strlen(selection->text));
	case SELECT_FOUND:
		break;
	}
	return false;
}

static bool bit_get(const struct selection *selection, uint32_t number)
{
	size_t at = number / 8;
	return at < selection->found_size && (selection->found[at] >> number % 8 & 1);
}

static bool size_make(struct selection *selection, uint32_t number)
{
	size_t size = selection->found_size ? selection->found_size : SIZE_FIRST;
	while (size <= number / 8)
		size *= 2;
	if (size == selection->found_size)
		return true;
	uint8_t *found = realloc(selection->found, size);
	if (!found)
		return false;
	memset(found + selection->found_size, 0, size - selection->found_size);
	selection->found = found;
	selection->found_size = size;
	return true;
}

void selection_see(struct selection *selection, const struct connection *connection,
	const struct segment *segment)
{
	uint32_t number = connection->number;
	if (selection->kind == SELECT_ALL || selection->kind == SELECT_FOUND ||
		bit_get(selection, number) || !is_met(selection, connection, segment))
		return;
	if (!size_make(selection, number)) {
		selection->no_memory = true;
		return;
	}
	selection->found[number / 8] |= (uint8_t)(1U << number % 8);
	if (selection->found_count++ == 0)
		selection->found_first = number;
}

bool selection_has(const struct selection *selection, const struct connection *connection)
{
	return selection->kind == SELECT_ALL || bit_get(selection, connection->number);
}

void selection_settle(struct selection *selection)
{
	selection->kind = SELECT_FOUND;
}

void selection_finish(struct selection *selection)
{
	free(selection->found);
	selection->found = NULL;
}
