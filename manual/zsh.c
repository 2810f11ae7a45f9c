/* Completion for zsh, of both programs in one file. */
#include "manual/manual.h"

#include <string.h>

/* Text of an _arguments specification in single quotes: [, ], : and ' have a meaning there. */
static void text_write(const char *text, FILE *out)
{
	for (; *text; text++) {
		if (*text == '\'') {
			fputs("'\\''", out);
			continue;
		}
		if (strchr("[]:\\", *text))
			fputc('\\', out);
		fputc(*text, out);
	}
}

static void action_write(const struct option_row *row, FILE *out)
{
	enum manual_values values = manual_values_of(row);
	switch (values) {
	case MANUAL_FILES:
		fputs("_files", out);
		break;
	case MANUAL_FOLDERS:
		fputs("_files -/", out);
		break;
	case MANUAL_NOTHING:
		fputs(" ", out);
		break;
	case MANUAL_STRATEGY_LIST:
		fputs("_sequence -s , compadd - ", out);
		manual_values_write(row, ' ', out);
		break;
	default:
		fputs("(", out);
		manual_values_write(row, ' ', out);
		fputs(")", out);
	}
}

static void spec_write(const struct option_row *row, bool is_short, FILE *out)
{
	bool argument = row->kind != OPTION_FLAG;
	fputs("\t\t'", out);
	if (row->kind == OPTION_LIST)
		fputc('*', out);
	if (is_short)
		fprintf(out, "-%c%s[", row->letter, argument ? "+" : "");
	else
		fprintf(out, "--%s%s[", row->name, argument ? "=" : "");
	text_write(row->help, out);
	fputc(']', out);
	if (argument) {
		fputc(':', out);
		text_write(row->argument ? row->argument : "value", out);
		fputc(':', out);
		action_write(row, out);
	}
	fputs("' \\\n", out);
}

static void arguments_write(const struct manual_command *command, FILE *out)
{
	struct option_row row;
	fputs("\t_arguments -s -S \\\n", out);
	for (size_t i = 0; manual_row(command->table, i, &row); i++) {
		if (row.letter)
			spec_write(&row, true, out);
		spec_write(&row, false, out);
	}
	fputs(command->takes_files ? "\t\t'*:file:_files'\n" : "\t\t&& ret=0\n", out);
}

void zsh_write(const struct manual *manual, FILE *out)
{
	fputs("#compdef teardown teardown-server\n"
	      "# Completion of teardown and teardown-server, made from their option tables.\n\n",
		out);
	for (size_t i = 0; i < manual->count; i++) {
		const struct manual_command *command = &manual->commands[i];
		fprintf(out, "_teardown_%s() {\n\tlocal ret=1\n",
			command->verb ? command->verb : "server_options");
		arguments_write(command, out);
		fputs("}\n\n", out);
	}
	fputs("if [[ $service == teardown-server ]]; "
	      "then\n\t_teardown_server_options\n\treturn\nfi\n"
	      "if ((CURRENT == 2)); then\n\tlocal -a verbs=(\n",
		out);
	for (size_t i = 0; i < manual->count; i++)
		if (manual->commands[i].verb) {
			fprintf(out, "\t\t'%s:", manual->commands[i].verb);
			text_write(manual->commands[i].does, out);
			fputs("'\n", out);
		}
	fputs("\t)\n\t_describe verb verbs\n\treturn\nfi\n"
	      "local verb=$words[2]\nshift words\n((CURRENT--))\n"
	      "(($+functions[_teardown_$verb])) && _teardown_$verb\n",
		out);
}
