#include "strategies/core/plugin_table.h"

#include "strategies/core/check.h"
#include "strategies/core/plugin_file.h"

#include <ctype.h>
#include <link.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>

/* What is asked about an address, and the answer. */
struct place {
	uintptr_t address;
	ElfW(Word) flags;
	size_t room;
};

static int place_look(struct dl_phdr_info *object, size_t size, void *argument)
{
	struct place *place = argument;
	for (size_t i = 0; i < object->dlpi_phnum; i++) {
		const ElfW(Phdr) *segment = &object->dlpi_phdr[i];
		uintptr_t offset = place->address - (object->dlpi_addr + segment->p_vaddr);
		if (segment->p_type != PT_LOAD || offset >= segment->p_memsz ||
			(segment->p_flags & place->flags) != place->flags)
			continue;
		place->room = segment->p_memsz - offset;
		return 1;
	}
	return 0;
}

/* The bytes from an address to the end of the loaded segment that holds it; 0: none with these
 * flags does. */
static size_t room_at(uintptr_t address, ElfW(Word) flags)
{
	struct place place = {.address = address, .flags = flags};
	dl_iterate_phdr(place_look, &place);
	return place.room;
}

/* The first three fields are all that tables of every version share. */
static int header_check(const struct td_strategy *table, const char *path, struct error *error)
{
	size_t room = room_at((uintptr_t)table, PF_R);
	if (room < offsetof(struct td_strategy, size) + sizeof(table->size))
		return plugin_refuse(error, path,
			"is damaged: its td_strategy lies in no part of it that is loaded");
	if (table->magic != TD_STRATEGY_MAGIC)
		return plugin_refuse(error, path,
			"has a td_strategy that is not a strategy table: TD_STRATEGY_HEADER is "
			"missing");
	if (table->abi != TD_STRATEGY_ABI)
		return plugin_refuse(error, path,
			"was built for ABI %u of teardown/strategy.h, and this program has ABI %u: "
			"build it anew",
			table->abi, TD_STRATEGY_ABI);
	if (table->size != sizeof(*table) || room < sizeof(*table))
		return plugin_refuse(error, path,
			"has a table of %u bytes, of which %zu are loaded, and this program's has "
			"%zu: build it anew",
			table->size, room < table->size ? room : table->size, sizeof(*table));
	return 0;
}

/* Also what a terminal can be given: no control character. One that is missing is a matter of
 * coherence. */
static bool is_text(const char *text)
{
	size_t room = room_at((uintptr_t)text, PF_R);
	if (!text)
		return true;
	while (room > 0 && *text && !iscntrl((unsigned char)*text))
		room--, text++;
	return room > 0 && !*text;
}

static bool texts_are_there(const struct td_strategy *table)
{
	const struct td_requirement *need = table->requirements;
	bool good = is_text(table->name) && is_text(table->summary) && is_text(table->warning);
	for (size_t i = 0; good && i < TD_REQUIREMENTS_MAX && need[i].sysctl; i++)
		good = is_text(need[i].sysctl) && is_text(need[i].value) && is_text(need[i].why);
	return good;
}

/* The hooks of an end are its first fields, all of them pointers. */
static bool hooks_are_there(const struct td_end *end)
{
	uintptr_t hooks[offsetof(struct td_end, wants_unread) / sizeof(uintptr_t)];
	bool good = true;
	memcpy(hooks, end, sizeof(hooks));
	for (size_t i = 0; i < sizeof(hooks) / sizeof(hooks[0]); i++)
		good = good && (!hooks[i] || room_at(hooks[i], PF_X) > 0);
	return good;
}

int plugin_table_check(const struct td_strategy *table, const char *path, struct error *error)
{
	struct error fault;
	if (header_check(table, path, error) == -1)
		return -1;
	if (!texts_are_there(table))
		return plugin_refuse(error, path,
			"has a text in its table that cannot be read, or has control characters");
	if (!hooks_are_there(&table->server) || !hooks_are_there(&table->client))
		return plugin_refuse(
			error, path, "is damaged: a hook of its table leads to no code");
	if (check_strategy(table, &fault) == -1)
		return plugin_refuse(error, path, "is incoherent: %s", fault.text);
	return 0;
}
