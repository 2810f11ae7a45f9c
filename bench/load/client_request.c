#include "bench/load/client_request.h"

#include <stdlib.h>
#include <string.h>

/* So many copies of `plain`, the last of them as `last` is. */
static int copies_make(struct loader_request *request, const struct loader_request *plain,
	const struct loader_request *last, uint32_t copies)
{
	size_t size = (copies - 1) * plain->size + last->size;
	char *text = malloc(size + 1), *to = text;
	if (!text)
		return -1;
	for (uint32_t i = 1; i < copies; i++, to += plain->size)
		memcpy(to, plain->text, plain->size);
	memcpy(to, last->text, last->size);
	text[size] = '\0';
	*request = (struct loader_request){text, size};
	return 0;
}

/* In the request line, which is the first that names it. */
static void version_turn(const struct loader_request *request)
{
	char *version = strstr(request->text, " HTTP/1.1\r\n");
	if (version)
		version[strlen(" HTTP/1.")] = '0';
}

static struct loader_request end_of(const struct loader_request *whole, size_t from)
{
	return (struct loader_request){whole->text + from, whole->size - from};
}

int client_request_make(struct client_group *group, uint32_t parameter)
{
	const struct builtin_loader_spec *spec = group->context.spec;
	const struct loader_request *last =
		group->behaviour->is_unannounced ? &spec->request : &spec->last_request;
	group->depth = group->behaviour->is_pipelined ? parameter : 1;
	if (copies_make(&group->request, &spec->request, &spec->request, group->depth) == -1 ||
		copies_make(&group->last_request, &spec->request, last, group->depth) == -1)
		return -1;
	uint32_t rest = group->exchanges % group->depth;
	size_t before = (rest > 0 ? group->depth - rest : 0) * spec->request.size;
	group->rest = end_of(&group->request, before);
	group->last_rest = end_of(&group->last_request, before);
	if (group->behaviour->is_http10) {
		version_turn(&group->request);
		version_turn(&group->last_request);
	}
	return 0;
}

void client_request_free(struct client_group *group)
{
	free((void *)group->request.text);
	free((void *)group->last_request.text);
}
