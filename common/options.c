/* Parsing of command lines: getopt_long(3) finds the words, the table says what they mean. */
#include "common/options.h"

#include "common/bounded_text.h"
#include "teardown/version.h"

#include <assert.h>
#include <getopt.h>
#include <string.h>

/* getopt's values: rows follow each other from here, so that none is a letter. */
#define FIRST_ROW 256

struct parser {
	const struct option_table *table;
	size_t count; /* of its rows */
	struct option words[OPTION_ROWS_MAX + 3];
	char letters[2 * OPTION_ROWS_MAX + 4];
};

size_t options_count(const struct option_table *table)
{
	size_t count = 0;
	for (const struct option_group *const *group = table->groups; *group; group++)
		count += (*group)->count;
	return count;
}

const struct option_row *options_row(const struct option_table *table, size_t index)
{
	for (const struct option_group *const *group = table->groups; *group; group++) {
		if (index < (*group)->count)
			return &(*group)->rows[index];
		index -= (*group)->count;
	}
	return NULL;
}

static void parser_init(struct parser *parser, const struct option_table *table)
{
	memset(parser, 0, sizeof(*parser));
	parser->table = table;
	parser->count = options_count(table);
	assert(parser->count <= OPTION_ROWS_MAX);
	/* A colon in front: getopt tells a missing argument from an unknown option. */
	char *letter = parser->letters;
	*letter++ = ':';
	const struct option_row *row;
	for (size_t i = 0; (row = options_row(table, i)); i++) {
		bool argument = row->kind != OPTION_FLAG;
		parser->words[i] = (struct option){row->name, argument, NULL, FIRST_ROW + (int)i};
		if (row->letter == 0)
			continue;
		*letter++ = row->letter;
		if (argument)
			*letter++ = ':';
	}
	int next = FIRST_ROW + (int)parser->count;
	parser->words[parser->count] = (struct option){"help", no_argument, NULL, next};
	parser->words[parser->count + 1] = (struct option){"version", no_argument, NULL, next + 1};
	if (!strchr(parser->letters, 'h'))
		*letter = 'h';
}

/* Returns the index of the row (parser->count is --help, one more is --version), or -1 when
 * getopt's value is no option. */
static int parser_row(const struct parser *parser, int value)
{
	if (value >= FIRST_ROW)
		return value - FIRST_ROW;
	const struct option_row *row;
	for (size_t i = 0; (row = options_row(parser->table, i)); i++)
		if (row->letter == value)
			return (int)i;
	return value == 'h' ? (int)parser->count : -1;
}

static int parser_next(struct parser *parser, int argc, char **argv)
{
	return getopt_long(argc, argv, parser->letters, parser->words, NULL);
}

/* Answers --help and --version before anything is stored: the help shows defaults. */
static bool parser_answer(struct parser *parser, int argc, char **argv, const void *defaults)
{
	const struct option_table *table = parser->table;
	int value;
	optind = 0;
	while ((value = parser_next(parser, argc, argv)) != -1 && value != '?' && value != ':') {
		size_t row = (size_t)parser_row(parser, value);
		if (row == parser->count)
			options_print_help(table, defaults, stdout);
		else if (row == parser->count + 1)
			printf("%.*s %s\n", (int)strcspn(table->program, " "), table->program,
				TD_VERSION);
		if (row >= parser->count)
			return true;
	}
	return false;
}

static int refuse_ambiguous(
	const struct parser *parser, const char *word, size_t length, struct error *error)
{
	char names[256];
	size_t used = 0;
	unsigned matches = 0;
	for (const struct option *o = parser->words; o->name; o++) {
		if (strncmp(o->name, word, length) != 0)
			continue;
		/* A list that was cut ends in "…". */
		if (sizeof(names) - used >= BOUNDED_TEXT_LEAST)
			used += bounded_text_write(names + used, sizeof(names) - used, "%s--%s",
				matches ? ", " : "", o->name);
		matches++;
	}
	if (matches < 2)
		return 0;
	return error_set(error, STATUS_USAGE, "--%.*s is ambiguous: %s", (int)length, word, names);
}

static int refuse_unknown_word(const struct parser *parser, const char *word, struct error *error)
{
	const char *names[OPTION_ROWS_MAX + 2];
	char typed[64];
	int length = (int)strcspn(word, "=");
	if (refuse_ambiguous(parser, word, (size_t)length, error))
		return -1;
	for (size_t i = 0; i < parser->count + 2; i++)
		names[i] = parser->words[i].name;
	bounded_text_write(typed, sizeof(typed), "%.*s", length, word);
	const char *nearest = options_nearest(typed, names, parser->count + 2);
	if (nearest)
		return error_set(error, STATUS_USAGE, "unknown option --%s: did you mean --%s?",
			typed, nearest);
	return error_set(error, STATUS_USAGE, "unknown option --%s: see --help", typed);
}

/* getopt's '?': an unknown option, or an argument for a flag. */
static int refuse_option(const struct parser *parser, char **argv, struct error *error)
{
	if (optopt >= FIRST_ROW)
		return error_set(error, STATUS_USAGE, "--%s takes no argument",
			parser->words[optopt - FIRST_ROW].name);
	if (optopt != 0)
		return error_set(error, STATUS_USAGE, "unknown option -%c: see --help", optopt);
	return refuse_unknown_word(parser, argv[optind - 1] + 2, error);
}

static int refuse_bounds(const struct option_row *row, const char *text, struct error *error)
{
	const struct option_row unbounded = {.kind = row->kind};
	char low_room[OPTION_NUMBER_MAX], high_room[OPTION_NUMBER_MAX];
	const char *low = options_value(&unbounded, &row->low, 0, low_room);
	if (row->high == 0)
		return error_set(
			error, STATUS_USAGE, "--%s %s: must be at least %s", row->name, text, low);
	return error_set(error, STATUS_USAGE, "--%s %s: must be between %s and %s", row->name, text,
		low, options_value(&unbounded, &row->high, 0, high_room));
}

static int store_number(
	const struct option_row *row, const char *text, uint64_t *field, struct error *error)
{
	bool count = row->kind == OPTION_COUNT;
	uint64_t value;
	if ((count ? options_parse_count : options_parse_duration)(text, &value) != 0)
		return error_set(error, STATUS_USAGE, "--%s %s: is not a %s", row->name, text,
			count ? "count, such as 100, 10k or 1.5M"
			      : "duration, such as 500ms, 10s or 2m");
	if (value < row->low || (row->high != 0 && value > row->high))
		return refuse_bounds(row, text, error);
	*field = value;
	return 0;
}

static int list_add(struct option_list *list, const char *item)
{
	if (list->count == OPTION_LIST_MAX)
		return -1;
	list->items[list->count++] = item;
	return 0;
}

static int store(const struct option_row *row, const char *text, void *target, bool again,
	struct error *error)
{
	void *field = (char *)target + row->offset;
	switch (row->kind) {
	case OPTION_FLAG:
		*(bool *)field = true;
		return 0;
	case OPTION_COUNT:
	case OPTION_DURATION:
		return store_number(row, text, field, error);
	case OPTION_TEXT:
		*(const char **)field = text;
		return 0;
	case OPTION_LIST:
		break;
	}
	struct option_list *list = field;
	/* What is given replaces the default, and adds to what was given before. */
	if (!again)
		list->count = 0;
	if (list_add(list, text) == 0)
		return 0;
	return error_set(error, STATUS_USAGE, "--%s %s: at most %d can be given", row->name, text,
		OPTION_LIST_MAX);
}

static int refuse_operand(
	const struct option_table *table, const char *operand, struct error *error)
{
	const struct option_row *row;
	for (size_t i = 0; (row = options_row(table, i)); i++)
		if (strcmp(row->name, operand) == 0)
			return error_set(error, STATUS_USAGE,
				"unexpected argument \"%s\": did you mean --%s?", operand, operand);
	return error_set(error, STATUS_USAGE, "unexpected argument \"%s\"", operand);
}

static int store_operands(const struct option_table *table, int argc, char **argv,
	struct option_operands *operands, struct error *error)
{
	if (operands)
		*operands = (struct option_operands){
			(size_t)(argc - optind), (const char *const *)(argv + optind)};
	else if (optind < argc)
		return refuse_operand(table, argv[optind], error);
	return 0;
}

static int parser_store(struct parser *parser, int argc, char **argv, void *target,
	struct options_given *given, struct error *error)
{
	int value;
	optind = 0;
	while ((value = parser_next(parser, argc, argv)) != -1) {
		if (value == '?')
			return refuse_option(parser, argv, error);
		if (value == ':') {
			const struct option_row *row =
				options_row(parser->table, (size_t)parser_row(parser, optopt));
			return error_set(error, STATUS_USAGE, "--%s needs an argument: --%s %s",
				row->name, row->name, row->argument ? row->argument : "VALUE");
		}
		int row = parser_row(parser, value);
		assert(row >= 0); /* getopt_long returns what the rows have, and no other */
		if (store(options_row(parser->table, (size_t)row), optarg, target, given->rows[row],
			    error) != 0)
			return -1;
		given->rows[row] = true;
	}
	return 0;
}

static size_t row_of(const struct option_table *table, const char *name)
{
	const struct option_row *row;
	size_t index = 0;
	while ((row = options_row(table, index)) && strcmp(row->name, name) != 0)
		index++;
	assert(row); /* a name of the code's own */
	return index;
}

bool options_given_has(const struct options_given *given, const char *name)
{
	return given->rows[row_of(given->table, name)];
}

void options_given_add(struct options_given *given, const char *name)
{
	given->rows[row_of(given->table, name)] = true;
}

enum option_result options_parse(const struct option_table *table, int argc, char **argv,
	void *target, struct option_operands *operands, struct options_given *given,
	struct error *error)
{
	struct parser parser;
	struct options_given rows = {.table = table};
	parser_init(&parser, table);
	opterr = 0;
	if (parser_answer(&parser, argc, argv, target))
		return OPTIONS_HELP_SHOWN;
	if (parser_store(&parser, argc, argv, target, &rows, error) != 0 ||
		store_operands(table, argc, argv, operands, error) != 0)
		return OPTIONS_REFUSED;
	if (given)
		*given = rows;
	return OPTIONS_PARSED;
}
