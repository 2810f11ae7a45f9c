/* Records as JSON: what is written is read back, and what may not stand there is refused. */
#include "bench/ends/record_json.h"

#include "bench/measure/tcp_segment.h"
#include "common/address.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

struct inner {
	uint32_t a;
};
struct outer {
	uint64_t u64, bounded, at_ns;
	uint32_t u32;
	uint16_t u16;
	bool flag;
	char text[8];
	struct address address;
	struct tcp_segment_end place;
	struct inner one;
	struct inner list[2];
	size_t count;
};

static const struct record_field inner_fields[] = {
	{"a", RECORD_U32, offsetof(struct inner, a), 0, NULL, 0}};
static const struct record inner = {inner_fields, 1, sizeof(struct inner), false};

#define AT(member) offsetof(struct outer, member)
static const struct record_field outer_fields[] = {
	{"u64", RECORD_U64, AT(u64), 0, NULL, 0},
	{"bounded", RECORD_U64, AT(bounded), 9, NULL, 0},
	{"at_ns", RECORD_INSTANT, AT(at_ns), 0, NULL, 0},
	{"u32", RECORD_U32, AT(u32), 0, NULL, 0},
	{"u16", RECORD_U16, AT(u16), 0, NULL, 0},
	{"flag", RECORD_BOOL, AT(flag), 0, NULL, 0},
	{"text", RECORD_TEXT, AT(text), 8, NULL, 0},
	{"address", RECORD_ADDRESS, AT(address), 0, NULL, 0},
	{"place", RECORD_PLACE, AT(place), 0, NULL, 0},
	{"one", RECORD_ONE_OR_NULL, AT(one), 0, &inner, 0},
	{"list", RECORD_LIST, AT(list), 2, &inner, AT(count)},
};
#define OUTER_FIELDS (sizeof(outer_fields) / sizeof(outer_fields[0]))
static const struct record whole = {outer_fields, OUTER_FIELDS, sizeof(struct outer), false};
static const struct record sparse = {outer_fields, OUTER_FIELDS, sizeof(struct outer), true};

#define TEXT                                                                                       \
	"{\"u64\":9223372036854775807,\"bounded\":9,\"at_ns\":1000,\"u32\":4294967295,"            \
	"\"u16\":65535,\"flag\":true,\"text\":\"seven77\",\"address\":\"[fd00::1]:80\","           \
	"\"place\":\"10.0.0.1:65535\",\"one\":{\"a\":1},\"list\":[{\"a\":2},{\"a\":3}]}"

static int take_text(const char *text, const struct record *record, int64_t shift_ns,
	struct outer *to, struct error *error)
{
	json_t *object = json_loads(text, 0, NULL);
	assert_non_null(object);
	int result = record_json_take(object, record, shift_ns, to, error);
	json_decref(object);
	return result;
}

static void assert_writes(const struct record *record, const struct outer *from, const char *text)
{
	json_t *object = record_json(record, from);
	assert_non_null(object);
	char *written = json_dumps(object, JSON_COMPACT);
	assert_string_equal(written, text);
	free(written);
	json_decref(object);
}

static void test_each_kind_comes_back(void **state)
{
	struct outer to = {0};
	struct error error;
	assert_int_equal(take_text(TEXT, &whole, 0, &to, &error), 0);
	assert_true(to.u64 == INT64_MAX && to.bounded == 9 && to.at_ns == 1000);
	assert_true(to.u32 == UINT32_MAX && to.u16 == UINT16_MAX && to.flag);
	assert_string_equal(to.text, "seven77");
	assert_int_equal(address_family(&to.address), AF_INET6);
	assert_true(to.place.port == 65535 && to.place.address[0] == htonl(0x0a000001));
	assert_false(to.place.is_ipv6);
	assert_true(to.one.a == 1 && to.count == 2 && to.list[0].a == 2 && to.list[1].a == 3);
	assert_writes(&whole, &to, TEXT);
}

static void test_instants_are_moved(void **state)
{
	struct outer to = {0};
	struct error error;
	assert_int_equal(take_text(TEXT, &whole, -999, &to, &error), 0);
	assert_true(to.at_ns == 1);
	assert_int_equal(take_text(TEXT, &whole, -1000, &to, &error), -1);
	assert_string_equal(error.text, "\"at_ns\" is no instant of this host's clock");
	assert_int_equal(take_text(TEXT, &whole, INT64_MAX, &to, &error), -1);
	/* One that there is not stays so. */
	assert_int_equal(take_text("{\"at_ns\":0}", &sparse, 7, &to, &error), 0);
	assert_true(to.at_ns == 0);
}

static void test_zeros_are_left_out(void **state)
{
	struct outer to = {.u64 = 1, .count = 2, .text = "old", .flag = true};
	struct error error;
	assert_int_equal(take_text("{\"u32\":5,\"more\":1}", &sparse, 0, &to, &error), 0);
	assert_true(to.u64 == 0 && to.count == 0 && to.text[0] == '\0' && !to.flag && to.u32 == 5);
	assert_writes(&sparse, &to, "{\"u32\":5}");
	assert_int_equal(take_text("{\"u32\":5}", &whole, 0, &to, &error), -1);
	assert_string_equal(error.text, "\"u64\" is missing");
}

static void test_null_is_a_record_of_zeros(void **state)
{
	struct outer to = {.one = {4}};
	struct error error;
	assert_int_equal(take_text("{\"one\":null}", &sparse, 0, &to, &error), 0);
	assert_int_equal(to.one.a, 0);
	json_t *object = record_json(&whole, &to);
	assert_true(json_is_null(json_object_get(object, "one")));
	json_decref(object);
}

/* What has no place in the JSON is written as what has. */
static void test_what_cannot_be_written(void **state)
{
	const struct outer from = {.u64 = UINT64_MAX, .text = "\x1b[2J\xff"};
	assert_writes(&sparse, &from, "{\"u64\":9223372036854775807,\"text\":\"?[2J?\"}");
}

static void test_what_may_not_stand_there_is_refused(void **state)
{
	static const char *const wrong[] = {
		"[]",
		"{\"u64\":-1}",
		"{\"u64\":1.0}",
		"{\"u64\":\"1\"}",
		"{\"u64\":null}",
		"{\"bounded\":10}",
		"{\"u32\":4294967296}",
		"{\"u16\":65536}",
		"{\"flag\":1}",
		"{\"text\":\"eight888\"}",
		"{\"text\":7}",
		"{\"address\":\"localhost:80\"}",
		"{\"address\":7}",
		"{\"place\":\"\"}",
		"{\"place\":\"10.0.0.1\"}",
		"{\"one\":{}}",
		"{\"one\":[]}",
		"{\"list\":[{\"a\":1},{\"a\":2},{\"a\":3}]}",
		"{\"list\":[7]}",
		"{\"list\":{\"a\":1}}",
	};
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		struct outer to = {0};
		struct error error = {0};
		assert_int_equal(take_text(wrong[i], &sparse, 0, &to, &error), -1);
		assert_true(error.text[0]);
	}
}

/* With a NUL in it a text would be shorter than it says. */
static void test_a_text_with_a_nul_is_refused(void **state)
{
	struct outer to = {0};
	struct error error;
	json_t *object = json_pack("{s:s#}", "text", "a\0b", 3);
	assert_non_null(object);
	assert_int_equal(record_json_take(object, &sparse, 0, &to, &error), -1);
	json_decref(object);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_each_kind_comes_back),
		cmocka_unit_test(test_instants_are_moved),
		cmocka_unit_test(test_zeros_are_left_out),
		cmocka_unit_test(test_null_is_a_record_of_zeros),
		cmocka_unit_test(test_what_cannot_be_written),
		cmocka_unit_test(test_what_may_not_stand_there_is_refused),
		cmocka_unit_test(test_a_text_with_a_nul_is_refused),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
