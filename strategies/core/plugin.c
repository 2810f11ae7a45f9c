#include "strategies/core/plugin.h"

#include "strategies/core/check.h"
#include "strategies/core/plugin_file.h"
#include "strategies/core/plugin_probe.h"
#include "strategies/core/registry.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define DESCRIPTOR_FOLDER "/proc/self/fd/"
#define SYMBOL "td_strategy"

struct plugin {
	struct plugin *next;
	const struct td_strategy *strategy;
	void *object;
	struct stat status; /* of the file that it came from */
	/* The descriptor of the sealed copy, which stays open: the dynamic linker knows a library
	 * by its name, and another one with this descriptor's number would be taken for it. */
	int fd;
	char argument[32];
	char path[]; /* as typed */
};

static struct plugin *plugins;

bool plugin_is_path(const char *argument)
{
	size_t length = strlen(argument);
	return strchr(argument, '/') || (length > 3 && strcmp(argument + length - 3, ".so") == 0);
}

const char *plugin_argument(const struct td_strategy *strategy)
{
	for (const struct plugin *p = plugins; p; p = p->next)
		/* The table may be a copy, so names are compared. */
		if (strcmp(p->strategy->name, strategy->name) == 0) {
			fcntl(p->fd, F_SETFD, 0);
			return p->argument;
		}
	return NULL;
}

static const struct plugin *plugin_of_file(const struct stat *status)
{
	for (const struct plugin *p = plugins; p; p = p->next)
		if (p->status.st_dev == status->st_dev && p->status.st_ino == status->st_ino)
			return p;
	return NULL;
}

/* The number in "/proc/self/fd/N", or -1. */
static int descriptor_named(const char *path)
{
	int number, end = 0;
	bool named = sscanf(path, DESCRIPTOR_FOLDER "%9d%n", &number, &end) == 1;
	return named && !path[end] ? number : -1;
}

/* Whether the end's hooks, which are its first fields, lie in an object that is loaded: nothing
 * calls them before the first connection. */
static bool hooks_are_there(const struct td_end *end)
{
	void *hooks[offsetof(struct td_end, wants_unread) / sizeof(void *)];
	Dl_info object;
	bool good = true;
	memcpy(hooks, end, sizeof(hooks));
	for (size_t i = 0; i < sizeof(hooks) / sizeof(hooks[0]); i++)
		good = good && (!hooks[i] || dladdr(hooks[i], &object));
	return good;
}

/* A table or a text that lies nowhere ends the child that tries the plug-in (plugin_probe.h). */
static int table_check(const struct td_strategy *table, const char *path, struct error *error)
{
	struct error fault;
	if (check_strategy(table, &fault) == -1)
		return plugin_refuse(error, path, "is incoherent: %s", fault.text);
	if (!hooks_are_there(&table->server) || !hooks_are_there(&table->client))
		return plugin_refuse(
			error, path, "is damaged: a hook of its table leads to no code");
	return 0;
}

static int name_check(const struct td_strategy *s, const char *path, struct error *error)
{
	if (registry_find(s->name, NULL))
		return plugin_refuse(
			error, path, "is named %s, as a built-in strategy is", s->name);
	for (const struct plugin *p = plugins; p; p = p->next)
		if (strcmp(p->strategy->name, s->name) == 0)
			return plugin_refuse(
				error, path, "is named %s, as plug-in %s is", s->name, p->path);
	return 0;
}

/* Lets the dynamic linker's own words through, without the name that it was given. */
static int refuse_unloadable(const char *path, const char *argument, struct error *error)
{
	const char *text = dlerror();
	size_t named = strncmp(text, argument, strlen(argument)) == 0 ? strlen(argument) + 2 : 0;
	return plugin_refuse(error, path, "cannot be loaded: %s", text + named);
}

/* Runs the constructors of the object: from here on, its code is trusted. */
static int object_load(void *plugin, struct error *error)
{
	struct plugin *p = plugin;
	p->object = dlopen(p->argument, RTLD_NOW | RTLD_LOCAL);
	if (!p->object)
		return refuse_unloadable(p->path, p->argument, error);
	p->strategy = dlsym(p->object, SYMBOL);
	if (!p->strategy)
		return plugin_refuse(error, p->path, "exports no " SYMBOL);
	if (table_check(p->strategy, p->path, error) == -1)
		return -1;
	return name_check(p->strategy, p->path, error);
}

/* Takes `fd`, a sealed memory file. */
static const struct td_strategy *plugin_create(
	int fd, const char *path, const struct stat *status, struct error *error)
{
	struct plugin *p = calloc(1, sizeof(*p) + strlen(path) + 1);
	if (!p) {
		close(fd);
		plugin_refuse(error, path, "cannot be loaded: no memory");
		return NULL;
	}
	*p = (struct plugin){.next = plugins, .status = *status, .fd = fd};
	memcpy(p->path, path, strlen(path) + 1);
	snprintf(p->argument, sizeof(p->argument), DESCRIPTOR_FOLDER "%d", fd);
	if (plugin_probe(object_load, p, path, error) == 0 && object_load(p, error) == 0)
		return (plugins = p)->strategy;
	if (p->object)
		dlclose(p->object);
	close(fd);
	free(p);
	return NULL;
}

/* A descriptor comes from the bench to its server: who made it also started this program. */
const struct td_strategy *plugin_load(const char *path, struct error *error)
{
	struct stat status;
	int inherited = descriptor_named(path);
	int fd = inherited == -1 ? plugin_file_open(path, &status, error)
				 : plugin_file_check_sealed(inherited, path, &status, error);
	if (fd == -1)
		return NULL;
	const struct plugin *known = plugin_of_file(&status);
	int sealed = known || inherited != -1 ? inherited : plugin_file_seal(fd, path, error);
	if (inherited == -1)
		close(fd);
	if (known)
		return known->strategy;
	return sealed == -1 ? NULL : plugin_create(sealed, path, &status, error);
}
