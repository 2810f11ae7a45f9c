#include "strategies/core/plugin_elf.h"

#include <link.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#define CUT_SHORT "is cut short: it ends before its segments and sections do"

/* The kind of file that this program itself is. */
static const unsigned char native_class = sizeof(void *) == 8 ? ELFCLASS64 : ELFCLASS32;
static const unsigned char native_data =
	__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__ ? ELFDATA2LSB : ELFDATA2MSB;

static bool lies_within(uint64_t offset, uint64_t length, uint64_t size)
{
	return offset <= size && length <= size - offset;
}

/* Entries are copied: nothing says that a table is aligned. */
static const char *segments_fault(const char *bytes, size_t size, const ElfW(Ehdr) * header)
{
	ElfW(Phdr) segment;
	if (header->e_phentsize != sizeof(segment))
		return "has no table of segments";
	if (!lies_within(header->e_phoff, (uint64_t)header->e_phnum * sizeof(segment), size))
		return CUT_SHORT;
	for (unsigned i = 0; i < header->e_phnum; i++) {
		memcpy(&segment, bytes + header->e_phoff + i * sizeof(segment), sizeof(segment));
		if (!lies_within(segment.p_offset, segment.p_filesz, size))
			return CUT_SHORT;
		if (segment.p_type == PT_LOAD && segment.p_filesz > segment.p_memsz)
			return "has a segment that is larger in the file than in memory";
	}
	return NULL;
}

/* Nothing of them is mapped, but they are what a file ends with: a cut shows here first, and so
 * does an end that was never written and reads as zeros. */
static const char *sections_fault(const char *bytes, size_t size, const ElfW(Ehdr) * header)
{
	ElfW(Shdr) section;
	if (header->e_shoff == 0)
		return NULL;
	if (header->e_shentsize != sizeof(section))
		return "has no table of sections";
	if (!lies_within(header->e_shoff, (uint64_t)header->e_shnum * sizeof(section), size))
		return CUT_SHORT;
	for (unsigned i = 0; i < header->e_shnum; i++) {
		memcpy(&section, bytes + header->e_shoff + i * sizeof(section), sizeof(section));
		if (section.sh_type != SHT_NOBITS &&
			!lies_within(section.sh_offset, section.sh_size, size))
			return CUT_SHORT;
		if (i == header->e_shstrndx && i > 0 && section.sh_type != SHT_STRTAB)
			return "is damaged: its table of sections was not written";
	}
	return NULL;
}

const char *plugin_elf_fault(const void *bytes, size_t size)
{
	ElfW(Ehdr) header;
	if (memcmp(bytes, ELFMAG, size < SELFMAG ? size : SELFMAG) != 0)
		return "is not a shared object (ELF)";
	if (size < sizeof(header))
		return CUT_SHORT;
	memcpy(&header, bytes, sizeof(header));
	if (header.e_ident[EI_CLASS] != native_class || header.e_ident[EI_DATA] != native_data)
		return "was built for another kind of machine";
	const char *fault = segments_fault(bytes, size, &header);
	return fault ? fault : sections_fault(bytes, size, &header);
}
