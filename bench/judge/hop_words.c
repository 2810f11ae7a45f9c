#include "bench/judge/hop_words.h"

#include <ctype.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct hop_word {
	const char *word, *own; /* what is written, and what it is called on this hop */
};

struct hop_words {
	size_t count;
	struct hop_word list[3];
};

static const struct hop_words none = {0}, in_front = {1, {{"the server", "the proxy"}}},
			      behind = {3,
				      {{"the server", "the upstream"}, {"the client", "the proxy"},
					      {"the loader", "the proxy"}}};

static const struct hop_words *words_of(const struct trial *trial)
{
	return trial->load.is_proxy ? &behind : trial->server.is_proxy ? &in_front : &none;
}

/* The word that the text begins with, as a whole; NULL: none. */
static const struct hop_word *word_at(const struct hop_words *words, const char *text)
{
	for (size_t i = 0; i < words->count; i++) {
		size_t length = strlen(words->list[i].word);
		if (strncmp(text, words->list[i].word, length) == 0 &&
			!isalnum((unsigned char)text[length]))
			return &words->list[i];
	}
	return NULL;
}

static void text_write(const struct hop_words *words, const char *text, FILE *out)
{
	bool is_inside = false; /* a word */
	while (*text) {
		const struct hop_word *met = is_inside ? NULL : word_at(words, text);
		is_inside = isalnum((unsigned char)*text);
		if (met)
			fputs(met->own, out);
		else
			fputc(*text, out);
		text += met ? strlen(met->word) : 1;
	}
}

char *hop_words_put(const struct trial *trial, char *text)
{
	char *own = NULL;
	size_t size;
	const struct hop_words *words = words_of(trial);
	FILE *out = words->count > 0 ? open_memstream(&own, &size) : NULL;
	if (!out)
		return text;
	text_write(words, text, out);
	if (fclose(out) != 0 || !own) {
		free(own);
		return text;
	}
	free(text);
	return own;
}
