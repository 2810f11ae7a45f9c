/* Completion for fish: a file a program. */
#include "manual/manual.h"

#include <string.h>

static void quoted_write(const char *text, FILE *out)
{
	fputc('\'', out);
	for (; *text; text++) {
		if (strchr("'\\", *text))
			fputc('\\', out);
		fputc(*text, out);
	}
	fputc('\'', out);
}

static void values_write(const struct option_row *row, FILE *out)
{
	switch (manual_values_of(row)) {
	case MANUAL_FILES:
		fputs(" -r -F", out);
		break;
	case MANUAL_FOLDERS:
		fputs(" -x -a '(__fish_complete_directories)'", out);
		break;
	case MANUAL_NOTHING:
		fputs(" -x", out);
		break;
	case MANUAL_STRATEGY_LIST:
		fputs(" -x -a \"(__fish_complete_list , 'string split \\\" \\\" \\\"", out);
		manual_values_write(row, ' ', out);
		fputs("\\\"')\"", out);
		break;
	default:
		fputs(" -x -a '", out);
		manual_values_write(row, ' ', out);
		fputc('\'', out);
	}
}

static void command_write(const struct manual_command *command, FILE *out)
{
	struct option_row row;
	for (size_t i = 0; manual_row(command->table, i, &row); i++) {
		fprintf(out, "complete -c %s", command->program);
		if (command->verb)
			fprintf(out, " -n '__fish_seen_subcommand_from %s'", command->verb);
		if (row.letter)
			fprintf(out, " -s %c", row.letter);
		fprintf(out, " -l %s -d ", row.name);
		quoted_write(row.help, out);
		if (row.kind != OPTION_FLAG)
			values_write(&row, out);
		fputc('\n', out);
	}
}

void fish_write(const struct manual *manual, const char *program, FILE *out)
{
	fprintf(out, "# Completion of %s, made from its option tables.\n", program);
	for (size_t i = 0; i < manual->count; i++) {
		const struct manual_command *command = &manual->commands[i];
		if (strcmp(command->program, program) != 0)
			continue;
		if (command->verb) {
			fprintf(out, "complete -c %s -f -n __fish_use_subcommand -a %s -d ",
				program, command->verb);
			quoted_write(command->does, out);
			fputc('\n', out);
		}
		if (!command->takes_files) {
			fprintf(out, "complete -c %s -f", program);
			if (command->verb)
				fprintf(out, " -n '__fish_seen_subcommand_from %s'", command->verb);
			fputc('\n', out);
		}
		command_write(command, out);
	}
}
