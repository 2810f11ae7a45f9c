/* manual page NAME TEMPLATE | bash | zsh | fish PROGRAM: writes to stdout. */
#include "bench/mpi/fleet_options.h"
#include "bench/verb/verb.h"
#include "manual/manual.h"
#include "server/options.h"

#include <stdlib.h>
#include <string.h>

/* Of a fleet's program, which few have, there is a page, and no completion. */
static int manual_init(struct manual *manual, bool has_fleet)
{
	static struct server_options server;
	static struct fleet_options fleet;
	server_options_set_defaults(&server);
	fleet_options_set_defaults(&fleet);
	manual->count = verb_count + 1 + has_fleet;
	manual->commands = calloc(verb_count + 2, sizeof(*manual->commands));
	if (!manual->commands)
		return -1;
	for (size_t i = 0; i < verb_count; i++) {
		/* FILE [OPTION...]; run takes operands to refuse them. */
		const char *usage = verbs[i]->table->usage;
		void *defaults = calloc(1, verbs[i]->options_size);
		if (!defaults)
			return -1;
		if (verbs[i]->set_defaults)
			verbs[i]->set_defaults(defaults);
		manual->commands[i] = (struct manual_command){"teardown", verbs[i]->name,
			verbs[i]->does, verbs[i]->table, defaults, usage && usage[0] != '['};
	}
	manual->commands[verb_count] = (struct manual_command){
		.program = "teardown-server", .table = &server_option_table, .defaults = &server};
	manual->commands[verb_count + 1] = (struct manual_command){
		.program = "teardown-mpi", .table = &fleet_option_table, .defaults = &fleet};
	return 0;
}

static void manual_finish(struct manual *manual)
{
	for (size_t i = 0; manual->commands && i < verb_count; i++)
		free((void *)manual->commands[i].defaults);
	free(manual->commands);
}

static int page(const struct manual *manual, const char *name, const char *path)
{
	FILE *template = fopen(path, "re");
	if (!template) {
		perror(path);
		return -1;
	}
	int result = page_write(manual, template, name, stdout);
	fclose(template);
	return result;
}

int main(int argc, char **argv)
{
	struct manual manual = {0};
	const char *kind = argc > 1 ? argv[1] : "";
	int result = manual_init(&manual, strcmp(kind, "page") == 0);
	if (result == -1)
		fputs("manual: no memory\n", stderr);
	else if (strcmp(kind, "page") == 0 && argc == 4)
		result = page(&manual, argv[2], argv[3]);
	else if (strcmp(kind, "bash") == 0)
		bash_write(&manual, stdout);
	else if (strcmp(kind, "zsh") == 0)
		zsh_write(&manual, stdout);
	else if (strcmp(kind, "fish") == 0 && argc == 3)
		fish_write(&manual, argv[2], stdout);
	else
		result = -1;
	manual_finish(&manual);
	return result == 0 && fflush(stdout) == 0 ? 0 : 1;
}
