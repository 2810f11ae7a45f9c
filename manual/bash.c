/* Completion for bash, of both programs in one file. */
#include "manual/manual.h"

#include <string.h>

static const char functions[] =
	"# Completion of teardown and teardown-server, made from their option tables.\n"
	"# In a list, what stands before the last comma stays.\n"
	"__teardown_pick() {\n"
	"\tlocal word before='' last\n"
	"\tlast=${cur##*,}\n"
	"\t[[ $cur == *,* ]] && before=${cur%,*},\n"
	"\tfor word in $(compgen -W \"$1\" -- \"$last\") $(compgen -f -X '!*.so' -- \"$last\"); "
	"do\n"
	"\t\tCOMPREPLY+=(\"$before$word\")\n"
	"\tdone\n"
	"\tcompopt -o nospace\n"
	"}\n\n";

static void option_names_write(const struct option_table *table, FILE *out)
{
	struct option_row row;
	for (size_t i = 0; manual_row(table, i, &row); i++) {
		if (row.letter)
			fprintf(out, "-%c ", row.letter);
		fprintf(out, "--%s ", row.name);
	}
}

static void action_write(const struct option_row *row, FILE *out)
{
	switch (manual_values_of(row)) {
	case MANUAL_FILES:
		fputs("compopt -o filenames; COMPREPLY=($(compgen -f -- \"$cur\"))", out);
		break;
	case MANUAL_FOLDERS:
		fputs("compopt -o filenames; COMPREPLY=($(compgen -d -- \"$cur\"))", out);
		break;
	case MANUAL_STRATEGY_LIST:
		fputs("__teardown_pick '", out);
		manual_values_write(row, ' ', out);
		fputs("'", out);
		break;
	case MANUAL_NOTHING:
		fputs(":", out);
		break;
	default:
		fputs("COMPREPLY=($(compgen -W '", out);
		manual_values_write(row, ' ', out);
		fputs("' -- \"$cur\"))", out);
	}
}

static void command_write(const struct manual_command *command, const char *function, FILE *out)
{
	struct option_row row;
	fprintf(out, "%s() {\n\tcase $prev in\n", function);
	for (size_t i = 0; manual_row(command->table, i, &row); i++) {
		if (row.kind == OPTION_FLAG)
			continue;
		fputc('\t', out);
		if (row.letter)
			fprintf(out, "-%c | ", row.letter);
		fprintf(out, "--%s) ", row.name);
		action_write(&row, out);
		fputs("; return ;;\n", out);
	}
	fputs("\tesac\n\tif [[ $cur == -* ]]; then\n\t\tCOMPREPLY=($(compgen -W '", out);
	option_names_write(command->table, out);
	fputs("' -- \"$cur\"))\n", out);
	if (command->takes_files)
		fputs("\telse\n\t\tcompopt -o filenames\n"
		      "\t\tCOMPREPLY=($(compgen -f -- \"$cur\"))\n",
			out);
	fputs("\tfi\n}\n\n", out);
}

/* `--name=value` is cut at the =, which bash takes for the end of a word. */
static void program_begin(const char *function, FILE *out)
{
	fprintf(out,
		"%s() {\n"
		"\tlocal cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD - 1]}\n"
		"\tCOMPREPLY=()\n"
		"\tif [[ $cur == = ]]; then\n\t\tcur=''\n"
		"\telif [[ $prev == = ]]; then\n\t\tprev=${COMP_WORDS[COMP_CWORD - 2]}\n\tfi\n",
		function);
}

void bash_write(const struct manual *manual, FILE *out)
{
	char function[64];
	fputs(functions, out);
	for (size_t i = 0; i < manual->count; i++) {
		const struct manual_command *command = &manual->commands[i];
		snprintf(function, sizeof(function), "_teardown_%s",
			command->verb ? command->verb : "server_options");
		command_write(command, function, out);
	}
	program_begin("_teardown", out);
	fputs("\tif ((COMP_CWORD == 1)); then\n\t\tCOMPREPLY=($(compgen -W '", out);
	for (size_t i = 0; i < manual->count; i++)
		if (manual->commands[i].verb)
			fprintf(out, "%s ", manual->commands[i].verb);
	fputs("help --help --version' -- \"$cur\"))\n\t\treturn\n\tfi\n"
	      "\tdeclare -F \"_teardown_${COMP_WORDS[1]}\" >/dev/null && "
	      "\"_teardown_${COMP_WORDS[1]}\"\n}\n\n",
		out);
	program_begin("_teardown_server", out);
	fputs("\t_teardown_server_options\n}\n\ncomplete -F _teardown teardown\n"
	      "complete -F _teardown_server teardown-server\n",
		out);
}
