/* Requests of the corpus with bytes changed, taken out and put in: each is answered alike whole and
 * in pieces; and where llhttp takes it too, both see the same requests with the same bodies. */
#include "common/random.h"
#include "tests/unit/server/http/http1_corpus.h"
#include "tests/unit/server/http/http1_talk.h"

#include <llhttp.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define MUTATIONS 60000
#define SIZE_MAX_BYTES 1024

struct request {
	char bytes[SIZE_MAX_BYTES];
	size_t length;
};

static char byte_draw(uint64_t *random)
{
	/* What framing is made of, and what it must not be. */
	static const char telling[] = "\r\n\r\n \t:;,=\"\\-+%/?*@[]0159aAxX\0\x0b\x7f\x80";
	return telling[random_below(random, sizeof(telling) - 1)];
}

static void bytes_insert(struct request *r, size_t at, char byte)
{
	memmove(r->bytes + at + 1, r->bytes + at, r->length - at);
	r->bytes[at] = byte;
	r->length++;
}

static void bytes_remove(struct request *r, size_t at)
{
	r->length--;
	memmove(r->bytes + at, r->bytes + at + 1, r->length - at);
}

static void request_mutate(struct request *r, uint64_t *random)
{
	for (size_t left = 1 + random_below(random, 3); left > 0 && r->length > 2; left--) {
		size_t at = random_below(random, r->length);
		switch (random_below(random, 3)) {
		case 0:
			r->bytes[at] = byte_draw(random);
			break;
		case 1:
			bytes_remove(r, at);
			break;
		default:
			bytes_insert(r, at, byte_draw(random));
			break;
		}
	}
}

/* A row of the corpus, and mostly another one behind it. */
static void request_draw(struct request *r, uint64_t *random)
{
	r->length = 0;
	for (size_t count = 1 + random_below(random, 2); count > 0; count--) {
		const struct corpus_row *row = &corpus[random_below(random, corpus_count)];
		if (r->length + row->length > SIZE_MAX_BYTES - 8)
			continue;
		memcpy(r->bytes + r->length, row->request, row->length);
		r->length += row->length;
	}
}

static void is_answered_alike_in_pieces(const struct request *r, uint64_t *random)
{
	static char whole[8192];
	struct talk t;
	talk_begin(&t);
	talk_feed(&t, r->bytes, r->length);
	strcpy(whole, talk_read(&t));
	talk_begin(&t);
	for (size_t at = 0, size; at < r->length; at += size) {
		size = 1 + random_below(random, 40);
		if (size > r->length - at)
			size = r->length - at;
		talk_feed(&t, r->bytes + at, size);
	}
	assert_string_equal(talk_read(&t), whole);
}

struct other {
	llhttp_t parser; /* first: its callbacks find the rest */
	char echoes[8192], body[4096];
};

static int on_begin(llhttp_t *parser)
{
	((struct other *)parser)->body[0] = '\0';
	return 0;
}

static int on_body(llhttp_t *parser, const char *at, size_t length)
{
	talk_append(((struct other *)parser)->body, at, length);
	return 0;
}

static int on_complete(llhttp_t *parser)
{
	struct other *o = (struct other *)parser;
	if (parser->flags & (F_CHUNKED | F_CONTENT_LENGTH))
		strcat(strcat(strcat(o->echoes, "["), o->body), "]");
	else
		strcat(o->echoes, "-");
	return 0;
}

static int on_headers(llhttp_t *parser)
{
	parser->upgrade = 0;
	return 0;
}

static const llhttp_settings_t settings = {
	.on_message_begin = on_begin,
	.on_headers_complete = on_headers,
	.on_body = on_body,
	.on_message_complete = on_complete,
};

/* As far as both go: each refuses what the other takes. Returns whether both took a request. */
static bool is_framed_alike(const struct request *r)
{
	static struct other o;
	struct talk t;
	talk_begin(&t);
	talk_feed(&t, r->bytes, r->length);
	const char *echoes = talk_read_echoes();
	o.echoes[0] = '\0';
	llhttp_init(&o.parser, HTTP_REQUEST, &settings);
	llhttp_execute(&o.parser, r->bytes, r->length);
	size_t ours = strlen(echoes), theirs = strlen(o.echoes);
	size_t both = ours < theirs ? ours : theirs;
	if (memcmp(echoes, o.echoes, both) != 0)
		fail_msg(
			"%.*s\nours:   %s\nllhttp: %s", (int)r->length, r->bytes, echoes, o.echoes);
	return both > 0;
}

static void mutations(void **state)
{
	uint64_t random = 4;
	size_t compared = 0;
	for (size_t i = 0; i < MUTATIONS; i++) {
		struct request request;
		request_draw(&request, &random);
		request_mutate(&request, &random);
		is_answered_alike_in_pieces(&request, &random);
		compared += is_framed_alike(&request);
	}
	print_message("%zu of %d were taken by llhttp too\n", compared, MUTATIONS);
	assert_true(compared > MUTATIONS / 20);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(mutations)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
