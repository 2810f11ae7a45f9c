#include "tests/fuzz/plugin_mutate.h"

#include "common/random.h"

#include <link.h>
#include <stdbool.h>
#include <string.h>

/* Part of the file. */
struct part {
	size_t offset, size;
};

static const ElfW(Ehdr) * header_of(const struct object *o)
{
	return (const void *)o->bytes;
}

static struct part whole(const struct object *o)
{
	return (struct part){0, o->size};
}

static ElfW(Shdr) * section_at(const struct object *o, size_t i)
{
	return (ElfW(Shdr) *)(void *)(o->bytes + header_of(o)->e_shoff) + i;
}

/* The section of a type, or an empty part. */
static struct part section_of_type(const struct object *o, ElfW(Word) type)
{
	for (size_t i = 0; i < header_of(o)->e_shnum; i++)
		if (section_at(o, i)->sh_type == type)
			return (struct part){
				section_at(o, i)->sh_offset, section_at(o, i)->sh_size};
	return (struct part){0, 0};
}

static struct part any_section(const struct object *o, uint64_t *random)
{
	const ElfW(Shdr) *s = section_at(o, random_below(random, header_of(o)->e_shnum));
	return s->sh_type == SHT_NOBITS ? whole(o) : (struct part){s->sh_offset, s->sh_size};
}

/* What a field is likely to go wrong with: bounds, sizes of pages, signs, and noise. */
static uint64_t odd_number(uint64_t *random, uint64_t old)
{
	const uint64_t odd[] = {0, 1, 0x10, 0xfff, 0x1000, 0x7fffffff, 0x80000000, 0xffffffff,
		INT64_MAX, UINT64_MAX, old + 1, old - 1, old + 8, old - 8, old + 0x1000,
		old - 0x1000, old << 1, old >> 1, ~old, random_next(random)};
	return odd[random_below(random, sizeof(odd) / sizeof(odd[0]))];
}

static void flip_bits(struct object *o, struct part part, uint64_t *random)
{
	for (uint64_t n = 1 + random_below(random, 8); part.size > 0 && n > 0; n--)
		o->bytes[part.offset + random_below(random, part.size)] ^=
			(unsigned char)(1u << random_below(random, 8));
}

/* A number of 2, 4 or 8 bytes, where such numbers lie. */
static void change_number(struct object *o, struct part part, uint64_t *random)
{
	size_t width = (size_t)2 << random_below(random, 3);
	uint64_t number = 0;
	if (part.size < width)
		return;
	unsigned char *place =
		o->bytes + part.offset + random_below(random, part.size / width) * width;
	memcpy(&number, place, width); /* of little-endian machines, where it matters */
	number = odd_number(random, number);
	memcpy(place, &number, width);
}

static void change(struct object *o, struct part part, uint64_t *random)
{
	for (uint64_t n = 1 + random_below(random, 3); n > 0; n--)
		(random_below(random, 2) ? flip_bits : change_number)(o, part, random);
}

static void mutate_anywhere(struct object *o, uint64_t *random)
{
	change(o, whole(o), random);
}

static void mutate_header(struct object *o, uint64_t *random)
{
	change(o, (struct part){0, sizeof(ElfW(Ehdr))}, random);
}

static void mutate_segments(struct object *o, uint64_t *random)
{
	const ElfW(Ehdr) *h = header_of(o);
	change(o, (struct part){h->e_phoff, (size_t)h->e_phnum * sizeof(ElfW(Phdr))}, random);
}

static void mutate_section_headers(struct object *o, uint64_t *random)
{
	const ElfW(Ehdr) *h = header_of(o);
	change(o, (struct part){h->e_shoff, (size_t)h->e_shnum * sizeof(ElfW(Shdr))}, random);
}

static void mutate_section(struct object *o, uint64_t *random)
{
	change(o, any_section(o, random), random);
}

static void mutate_dynamic(struct object *o, uint64_t *random)
{
	change(o, section_of_type(o, SHT_DYNAMIC), random);
}

static void mutate_relocations(struct object *o, uint64_t *random)
{
	change(o, section_of_type(o, SHT_RELA), random);
}

static void mutate_symbols(struct object *o, uint64_t *random)
{
	change(o, section_of_type(o, SHT_DYNSYM), random);
}

/* td_strategy is an absolute number, of another kind, or has an odd value or size. */
static void mutate_strategy_symbol(struct object *o, uint64_t *random)
{
	struct part symbols = section_of_type(o, SHT_DYNSYM);
	struct part names = section_of_type(o, SHT_STRTAB);
	for (size_t at = 0; at + sizeof(ElfW(Sym)) <= symbols.size; at += sizeof(ElfW(Sym))) {
		ElfW(Sym) *symbol = (ElfW(Sym) *)(void *)(o->bytes + symbols.offset + at);
		if (strcmp((char *)o->bytes + names.offset + symbol->st_name, "td_strategy") != 0)
			continue;
		uint64_t which = random_below(random, 5);
		if (which == 0)
			symbol->st_shndx = SHN_ABS;
		if (which <= 1)
			symbol->st_value = odd_number(random, symbol->st_value);
		if (which == 2)
			symbol->st_info = (unsigned char)random_next(random);
		if (which == 3)
			symbol->st_size = odd_number(random, symbol->st_size);
		if (which == 4) /* near where the table is */
			symbol->st_value += random_below(random, 8192) - 4096;
	}
}

static void cut(struct object *o, uint64_t *random)
{
	o->size = random_below(random, o->size);
}

/* An end that was never written reads as zeros. */
static void empty_end(struct object *o, uint64_t *random)
{
	size_t from = random_below(random, o->size);
	memset(o->bytes + from, 0, o->size - from);
}

/* A part has the bytes of another one. */
static void copy_part(struct object *o, uint64_t *random)
{
	struct part to = any_section(o, random);
	size_t length = to.size < o->size / 2 ? to.size : o->size / 2;
	size_t from = random_below(random, o->size - length);
	memmove(o->bytes + to.offset, o->bytes + from, length);
}

const char *plugin_mutate(struct object *object, uint64_t seed)
{
	static const struct {
		void (*mutate)(struct object *object, uint64_t *random);
		const char *name;
	} kinds[] = {
		{mutate_anywhere, "anywhere"},
		{mutate_header, "ELF header"},
		{mutate_segments, "segments"},
		{mutate_section_headers, "section headers"},
		{mutate_section, "a section"},
		{mutate_dynamic, "dynamic table"},
		{mutate_relocations, "relocations"},
		{mutate_symbols, "symbols"},
		{mutate_strategy_symbol, "td_strategy"},
		{cut, "cut short"},
		{empty_end, "zeros at the end"},
		{copy_part, "a part copied over another"},
	};
	uint64_t random = seed;
	size_t kind = random_below(&random, sizeof(kinds) / sizeof(kinds[0]));
	kinds[kind].mutate(object, &random);
	return kinds[kind].name;
}
