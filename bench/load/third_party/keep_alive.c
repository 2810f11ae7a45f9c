/* Whether a loader's command shows that its connections have more than one request each. */
#include "bench/load/third_party/loader_kind.h"

#include <string.h>
#include <strings.h>

/* Letters of ab that take no value, and may stand before another in one word. */
#define LETTERS_ALONE "dSqlriIVw"

const struct loader_kind *loader_kind_of_command(char *const *argv)
{
	const char *slash = strrchr(argv[0], '/');
	const char *name = slash ? slash + 1 : argv[0];
	for (size_t i = 0; i < loader_kind_count; i++)
		if (strcmp(loader_kinds[i]->name, name) == 0)
			return loader_kinds[i];
	return NULL;
}

/* Whether a word is that option, with as many dashes as one likes: "-k", "--k", "-k=true"; or, of
 * one letter, in a word with others: "-qk". */
static bool word_is(const char *word, const char *option)
{
	size_t dashes = strspn(word, "-");
	option += strspn(option, "-");
	size_t length = strlen(option);
	if (dashes == 0)
		return false;
	word += dashes;
	if (length == 1)
		word += strspn(word, LETTERS_ALONE);
	return strncmp(word, option, length) == 0 &&
	       (length == 1 || word[length] == '\0' || strcmp(word + length, "=true") == 0);
}

static bool has_option(char *const *argv, const char *option)
{
	for (size_t i = 1; argv[i]; i++)
		if (word_is(argv[i], option))
			return true;
	return false;
}

/* A script's name may stand in the same word. */
static bool has_script(char *const *argv, const char *option)
{
	for (size_t i = 1; argv[i]; i++)
		if (strncmp(argv[i], option, strlen(option)) == 0)
			return true;
	return false;
}

/* A header, wherever it stands: "-HConnection: close", "--header=connection:close". */
static bool sends_close(const char *word)
{
	static const char name[] = "connection:", value[] = "close";
	for (; *word; word++) {
		if (strncasecmp(word, name, strlen(name)) != 0)
			continue;
		const char *behind = word + strlen(name);
		behind += strspn(behind, " \t");
		if (strncasecmp(behind, value, strlen(value)) == 0)
			return true;
	}
	return false;
}

bool loader_kind_keeps_alive(const struct loader_kind *kind, char *const *argv)
{
	const struct loader_keep_alive *how = &kind->keep_alive;
	if (!how->known || (how->on && !has_option(argv, how->on)) ||
		(how->off && has_option(argv, how->off)))
		return false;
	for (size_t i = 0; i < sizeof(how->scripts) / sizeof(how->scripts[0]); i++)
		if (how->scripts[i] && has_script(argv, how->scripts[i]))
			return false;
	for (size_t i = 1; argv[i]; i++)
		if (sends_close(argv[i]))
			return false;
	return true;
}
