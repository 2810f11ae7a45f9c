#include "bench/lab/kernel_type.h"

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

static void type_note(struct kernel_type *types, size_t count, const char *name, uint32_t bytes)
{
	for (size_t i = 0; i < count; i++)
		if (strcmp(types[i].name, name) == 0)
			types[i].bytes = bytes;
}

/* Each type is a multiple of four bytes long. */
static void types_walk(
	const char *at, const char *end, const char *names, struct kernel_type *types, size_t count)
{
	while ((size_t)(end - at) >= sizeof(struct btf_type)) {
		const struct btf_type *type = (const void *)at;
		size_t size = sizeof(*type) + rest_size(type);
		if (BTF_INFO_KIND(type->info) == BTF_KIND_STRUCT)
			type_note(types, count, names + type->name_off, type->size);
		if (size > (size_t)(end - at))
			return;
		at += size;
	}
}

int kernel_types_measure(struct kernel_type *types, size_t count, struct error *error)
{
	size_t size;
	char *content = file_take(&size);
	const struct btf_header *header = (const void *)content;
	for (size_t i = 0; i < count; i++)
		types[i].bytes = 0;
	bool is_read = content && size >= sizeof(*header) && header->magic == BTF_MAGIC &&
		       header->hdr_len + (uint64_t)header->type_off + header->type_len <= size &&
		       header->hdr_len + (uint64_t)header->str_off + header->str_len <= size;
	if (is_read) {
		const char *body = content + header->hdr_len;
		content[size] = '\0';
		types_walk(body + header->type_off, body + header->type_off + header->type_len,
			body + header->str_off, types, count);
	}
	free(content);
	return is_read ? 0
		       : error_set(error, STATUS_HOST_CANNOT,
				 "this kernel does not describe its types (%s)", path);
}
