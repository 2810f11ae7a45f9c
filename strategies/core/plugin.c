#include "strategies/core/plugin.h"

#include "strategies/core/plugin_file.h"
#include "strategies/core/plugin_probe.h"
#include "strategies/core/plugin_table.h"
#include "strategies/core/registry.h"

#include <ctype.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
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
	char *path;         /* as typed */
	/* Of the sealed copy. It stays open: the dynamic linker knows a library by its name, and
	 * another one with this descriptor's number would be taken for this one. */
	int fd;
	char argument[32];
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
		if (strcmp(p->strategy->name, strategy->name) == 0) { /* It may be a copy. */
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
	size_t prefix = strlen(DESCRIPTOR_FOLDER);
	if (strncmp(path, DESCRIPTOR_FOLDER, prefix) != 0 || !isdigit((unsigned char)path[prefix]))
		return -1;
	char *end;
	errno = 0;
	long number = strtol(path + prefix, &end, 10);
	return *end || errno || number > INT_MAX ? -1 : (int)number;
}

static int name_check(const struct td_strategy *s, const char *path, struct error *error)
{
	for (size_t i = 0; i < registry_count; i++)
		if (strcmp(registry_strategies[i]->name, s->name) == 0)
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
	size_t prefix = strlen(argument);
	if (!text)
		text = "unknown reason";
	if (strncmp(text, argument, prefix) == 0 && strncmp(text + prefix, ": ", 2) == 0)
		text += prefix + 2;
	return plugin_refuse(error, path, "cannot be loaded: %s", text);
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
	if (plugin_table_check(p->strategy, p->path, error) == -1)
		return -1;
	return name_check(p->strategy, p->path, error);
}

static void plugin_destroy(struct plugin *p)
{
	if (!p)
		return;
	if (p->object)
		dlclose(p->object);
	if (p->fd != -1)
		close(p->fd);
	free(p->path);
	free(p);
}

/* Takes `fd`, a sealed memory file. */
static const struct td_strategy *plugin_create(
	int fd, const char *path, const struct stat *status, struct error *error)
{
	struct plugin *p = calloc(1, sizeof(*p));
	if (!p) {
		close(fd);
		plugin_refuse(error, path, "cannot be loaded: no memory");
		return NULL;
	}
	p->fd = fd;
	p->status = *status;
	p->path = strdup(path);
	snprintf(p->argument, sizeof(p->argument), DESCRIPTOR_FOLDER "%d", fd);
	if (!p->path)
		plugin_refuse(error, path, "cannot be loaded: no memory");
	else if (plugin_probe(object_load, p, path, error) == 0 && object_load(p, error) == 0) {
		p->next = plugins;
		plugins = p;
		return p->strategy;
	}
	plugin_destroy(p);
	return NULL;
}

/* From the bench to its server: who made this descriptor also started this program. */
static const struct td_strategy *load_inherited(int fd, const char *path, struct error *error)
{
	struct stat status;
	if (plugin_file_check_sealed(fd, path, error) == -1)
		return NULL;
	if (fstat(fd, &status) == -1) {
		plugin_refuse(error, path, "cannot be looked at: %s", strerror(errno));
		return NULL;
	}
	const struct plugin *known = plugin_of_file(&status);
	return known ? known->strategy : plugin_create(fd, path, &status, error);
}

static const struct td_strategy *load_file(const char *path, struct error *error)
{
	struct stat status;
	int fd = plugin_file_open(path, &status, error);
	if (fd == -1)
		return NULL;
	const struct plugin *known = plugin_of_file(&status);
	int sealed = known ? -1 : plugin_file_seal(fd, path, error);
	close(fd);
	if (known)
		return known->strategy;
	return sealed == -1 ? NULL : plugin_create(sealed, path, &status, error);
}

const struct td_strategy *plugin_load(const char *path, struct error *error)
{
	int inherited = descriptor_named(path);
	return inherited == -1 ? load_file(path, error) : load_inherited(inherited, path, error);
}
