/* How large the kernel's own structures are, by the description of its types (BTF) that it shows to
 * everybody. */
#include "bench/lab/lab.h"

#include <fcntl.h>
#include <linux/btf.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char path[] = "/sys/kernel/btf/vmlinux";

/* Returns its content, which the caller frees; NULL with errno. */
static char *file_take(size_t *size)
{
	struct stat status;
	char *content = NULL;
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	*size = 0;
	if (fd == -1)
		return NULL;
	if (fstat(fd, &status) == 0)
		content = malloc((size_t)status.st_size + 1);
	for (ssize_t got = 1; content && got > 0 && *size < (size_t)status.st_size;) {
		got = read(fd, content + *size, (size_t)status.st_size - *size);
		*size += got > 0 ? (size_t)got : 0;
	}
	close(fd);
	return content;
}

/* What follows a type of this kind (btf.h), in bytes. */
static size_t rest_size(const struct btf_type *type)
{
	size_t members = BTF_INFO_VLEN(type->info);
	switch (BTF_INFO_KIND(type->info)) {
	case BTF_KIND_INT:
	case BTF_KIND_VAR:
	case BTF_KIND_DECL_TAG:
		return sizeof(uint32_t);
	case BTF_KIND_ARRAY:
		return sizeof(struct btf_array);
	case BTF_KIND_STRUCT:
	case BTF_KIND_UNION:
		return members * sizeof(struct btf_member);
	case BTF_KIND_ENUM:
		return members * sizeof(struct btf_enum);
	case BTF_KIND_ENUM64:
		return members * sizeof(struct btf_enum64);
	case BTF_KIND_FUNC_PROTO:
		return members * sizeof(struct btf_param);
	case BTF_KIND_DATASEC:
		return members * sizeof(struct btf_var_secinfo);
	default:
		return 0;
	}
}

/* Each type is a multiple of four bytes long. Returns 0 where none is called so. */
static uint32_t struct_size(const char *at, const char *end, const char *names, const char *name)
{
	while ((size_t)(end - at) >= sizeof(struct btf_type)) {
		const struct btf_type *type = (const void *)at;
		size_t size = sizeof(*type) + rest_size(type);
		if (BTF_INFO_KIND(type->info) == BTF_KIND_STRUCT &&
			strcmp(names + type->name_off, name) == 0)
			return type->size;
		if (size > (size_t)(end - at))
			break;
		at += size;
	}
	return 0;
}

unsigned lab_kernel_bytes(struct lab *lab, const char *name)
{
	size_t size;
	uint32_t bytes = 0;
	char *content = file_take(&size);
	const struct btf_header *header = (const void *)content;
	if (content && size >= sizeof(*header) && header->magic == BTF_MAGIC &&
		header->hdr_len + (uint64_t)header->type_off + header->type_len <= size &&
		header->hdr_len + (uint64_t)header->str_off + header->str_len <= size) {
		const char *types = content + header->hdr_len + header->type_off;
		content[size] = '\0';
		bytes = struct_size(types, types + header->type_len,
			content + header->hdr_len + header->str_off, name);
	} else {
		lab_skip(lab, "this kernel does not describe its types (%s)", path);
	}
	free(content);
	return bytes;
}
