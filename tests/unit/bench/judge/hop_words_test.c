/* What the ends of each hop are called: the server, the client and the loader where there is no
 * proxy. */
#include "bench/judge/hop_words.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum hop { ALONE, IN_FRONT, BEHIND, HOPS };

static void put(enum hop hop, const char *text, const char *wanted)
{
	struct trial trial = {
		.server = {.is_proxy = hop == IN_FRONT}, .load = {.is_proxy = hop == BEHIND}};
	char *own = hop_words_put(&trial, strdup(text));
	assert_string_equal(own, wanted);
	free(own);
}

static void each_hop_has_words_of_its_own(void **state)
{
	static const char text[] = "the server's FIN, which the client and the loader met";
	put(ALONE, text, text);
	put(IN_FRONT, text, "the proxy's FIN, which the client and the loader met");
	put(BEHIND, text, "the upstream's FIN, which the proxy and the proxy met");
}

/* At the beginning, at the end, beside each other. */
static void they_stand_anywhere(void **state)
{
	put(BEHIND, "the client", "the proxy");
	put(BEHIND, "the server the server", "the upstream the upstream");
	put(BEHIND, "(the server)", "(the upstream)");
	put(BEHIND, "", "");
}

static void what_only_looks_like_them_stays(void **state)
{
	static const char *const texts[] = {"the servers", "the clients of clients", "bathe server",
		"the  server", "the serve", "a server", "the builtin loader", "server: the"};
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		for (enum hop hop = ALONE; hop < HOPS; hop++)
			put(hop, texts[i], texts[i]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_hop_has_words_of_its_own),
		cmocka_unit_test(they_stand_anywhere),
		cmocka_unit_test(what_only_looks_like_them_stays),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
