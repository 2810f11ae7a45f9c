/* A response whose head is known is read as the parser would read it, however it is cut. */
#include "bench/load/response.h"
#include "common/body_pattern.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define HEAD "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nConnection: close\r\n\r\n"
#define REST "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n"

static struct known_head known;

struct reading {
	enum response_status status;
	struct response response;
};

/* Reads `text` in two parts, and the end of stream if it was not over. */
static struct reading read_in_two(
	struct known_head *heads, const char *text, size_t cut, bool verify)
{
	struct reading r;
	response_init(&r.response, heads, verify);
	r.status = RESPONSE_MORE;
	if (cut > 0)
		r.status = response_parse(&r.response, text, cut);
	if (r.status == RESPONSE_MORE && text[cut])
		r.status = response_parse(&r.response, text + cut, strlen(text + cut));
	if (r.status == RESPONSE_MORE)
		r.status = response_end(&r.response);
	return r;
}

static void assert_same(const struct reading *a, const struct reading *b)
{
	const struct response *x = &a->response, *y = &b->response;
	assert_int_equal(a->status, b->status);
	assert_int_equal(x->framing, y->framing);
	assert_int_equal(x->complete, y->complete);
	assert_int_equal(x->corrupt, y->corrupt);
	assert_int_equal(x->promised, y->promised);
	assert_int_equal(x->received, y->received);
	assert_int_equal(x->status, y->status);
	if (x->complete)
		assert_int_equal(x->keep_alive, y->keep_alive);
}

static void learn(const char *text)
{
	memset(&known, 0, sizeof(known));
	read_in_two(&known, text, strlen(text), false);
}

/* Whether what is read first begins with the head that is known. */
static bool begins_known(const char *text, size_t cut)
{
	size_t first = cut > 0 ? cut : strlen(text);
	return known.size > 0 && first >= known.size && memcmp(text, known.text, known.size) == 0;
}

static void assert_read_as_ever(const char *text)
{
	for (size_t cut = 0; cut <= strlen(text); cut++) {
		struct known_head none = {.size = 0}, heads = known;
		struct reading parsed = read_in_two(&none, text, cut, true);
		struct reading compared = read_in_two(&heads, text, cut, true);
		assert_false(parsed.response.was_known);
		assert_int_equal(compared.response.was_known, begins_known(text, cut));
		assert_same(&compared, &parsed);
	}
}

static void one_that_is_known_is_read_as_ever(void **state)
{
	char pattern[6] = "";
	for (size_t i = 0; i < 5; i++)
		pattern[i] = body_pattern_byte(i);
	learn(HEAD "01234");
	assert_int_equal(known.size, strlen(HEAD));
	assert_int_equal(known.promised, 5);
	char right[256];
	snprintf(right, sizeof(right), HEAD "%s", pattern);
	const char *texts[] = {right, HEAD "56789", HEAD "012", HEAD, HEAD "01234" HEAD "01234",
		REST "01234", "HTTP/1.1 200 OK\r\n\r\n",
		"HTTP/1.1 503 No\r\nContent-Length: 0\r\n\r\n",
		"HTTP/1.1 100 Continue\r\n\r\n" HEAD "01234", "SSH-2.0", ""};
	for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++)
		assert_read_as_ever(texts[i]);
}

static void what_has_a_length_and_a_body_is_learnt(void **state)
{
	static const struct {
		const char *text;
		bool learnt;
	} rows[] = {
		{REST "01234", true},
		{"HTTP/1.0 200 OK\r\nContent-Length: 5\r\n\r\n01234", true},
		{"HTTP/1.1 404 Not Found\r\nContent-Length: 5\r\n\r\n01234", true},
		{"HTTP/1.1 100 Continue\r\n\r\n" HEAD "01234", true},
		{REST "0123", false},
		{REST, false},
		{"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", false},
		{"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n01234\r\n0\r\n\r\n",
			false},
		{"HTTP/1.1 200 OK\r\n\r\n01234", false},
		/* A 204 or 304 has no body, whatever length it names. */
		{"HTTP/1.1 204 No\r\nContent-Length: 5\r\n\r\n01234", false},
		{"HTTP/1.1 304 No\r\nContent-Length: 5\r\n\r\n01234", false},
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		learn(rows[i].text);
		if ((known.size > 0) != rows[i].learnt)
			fail_msg("%s", rows[i].text);
		assert_read_as_ever(rows[i].text);
	}
}

static void up_to_a_length(void **state)
{
	static const char before[] = "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nA: ";
	char text[2 * KNOWN_HEAD_MAX], fill[KNOWN_HEAD_MAX] = "";
	size_t most = KNOWN_HEAD_MAX - strlen(before) - strlen("\r\n\r\n");
	memset(fill, 'x', most);
	snprintf(text, sizeof(text), "%s%s\r\n\r\n0", before, fill);
	learn(text);
	assert_int_equal(known.size, KNOWN_HEAD_MAX);
	assert_read_as_ever(text);
	fill[most] = 'x';
	snprintf(text, sizeof(text), "%s%s\r\n\r\n0", before, fill);
	learn(text);
	assert_int_equal(known.size, 0);
}

/* As in a worker: another response is learnt while one that was known is under way. */
static void one_under_way_keeps_what_it_was(void **state)
{
	static const char other[] = "HTTP/1.1 503 No\r\nContent-Length: 1\r\n\r\n0";
	struct response first, second;
	learn(HEAD "01234");
	response_init(&first, &known, false);
	assert_int_equal(response_parse(&first, HEAD "01", strlen(HEAD) + 2), RESPONSE_MORE);
	response_init(&second, &known, false);
	assert_int_equal(response_parse(&second, other, strlen(other)), RESPONSE_DONE);
	assert_int_equal(known.status, 503);
	assert_int_equal(response_parse(&first, "234", 3), RESPONSE_DONE);
	assert_true(first.was_known && first.status == 200 && !first.keep_alive);
	assert_int_equal(first.received, 5);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_that_is_known_is_read_as_ever),
		cmocka_unit_test(what_has_a_length_and_a_body_is_learnt),
		cmocka_unit_test(up_to_a_length),
		cmocka_unit_test(one_under_way_keeps_what_it_was),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
