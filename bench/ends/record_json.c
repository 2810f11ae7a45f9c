#include "bench/ends/record_json.h"

#include "bench/measure/tcp_segment.h"
#include "common/address.h"
#include "common/printable.h"

#include <limits.h>
#include <string.h>

/* Of a text that is written: as long as any room of one. */
#define TEXT_MOST 512

static size_t number_size(enum record_kind kind)
{
	static const size_t sizes[] = {[RECORD_U64] = sizeof(uint64_t),
		[RECORD_U32] = sizeof(uint32_t),
		[RECORD_U16] = sizeof(uint16_t),
		[RECORD_BOOL] = sizeof(bool),
		[RECORD_INSTANT] = sizeof(uint64_t)};
	return sizes[kind];
}

/* Of a list, its count. */
static size_t field_size(const struct record_field *field)
{
	switch (field->kind) {
	case RECORD_TEXT:
		return 1;
	case RECORD_ADDRESS:
		return sizeof(struct address);
	case RECORD_PLACE:
		return sizeof(struct tcp_segment_end);
	case RECORD_ONE:
	case RECORD_ONE_OR_NULL:
		return field->of->size;
	case RECORD_LIST:
		return sizeof(size_t);
	default:
		return number_size(field->kind);
	}
}

static bool is_zero(const struct record_field *field, const char *from)
{
	const char *at = from + (field->kind == RECORD_LIST ? field->count_offset : field->offset);
	for (size_t i = 0; i < field_size(field); i++)
		if (at[i])
			return false;
	return true;
}

static uint64_t number_read(enum record_kind kind, const char *at)
{
	uint64_t u64;
	uint32_t u32;
	uint16_t u16;
	switch (kind) {
	case RECORD_U32:
		memcpy(&u32, at, sizeof(u32));
		return u32;
	case RECORD_U16:
		memcpy(&u16, at, sizeof(u16));
		return u16;
	default:
		memcpy(&u64, at, sizeof(u64));
		return u64;
	}
}

static struct address place_address(const struct tcp_segment_end *place)
{
	struct in6_addr ipv6;
	struct in_addr ipv4;
	memcpy(&ipv6, place->address, sizeof(ipv6));
	memcpy(&ipv4, place->address, sizeof(ipv4));
	return place->is_ipv6 ? address_ipv6(&ipv6, place->port) : address_ipv4(ipv4, place->port);
}

static json_t *address_json(const struct address *address)
{
	char text[ADDRESS_TEXT_SIZE];
	return json_string(address->length ? address_text(address, text) : "");
}

static json_t *text_json(const char *from)
{
	char text[TEXT_MOST];
	size_t length = strnlen(from, sizeof(text) - 1);
	memcpy(text, from, length);
	text[length] = '\0';
	printable_clean(text, PRINTABLE_ONE_LINE);
	return json_string(text);
}

/* What is more, as RLIM_INFINITY, has no place in an integer of JSON's. */
static json_t *number_json(uint64_t number)
{
	return json_integer(number > INT64_MAX ? INT64_MAX : (json_int_t)number);
}

static json_t *list_json(const struct record_field *field, const char *from)
{
	json_t *list = json_array();
	size_t count;
	memcpy(&count, from + field->count_offset, sizeof(count));
	for (size_t i = 0; i < count; i++)
		if (json_array_append_new(list,
			    record_json(field->of, from + field->offset + i * field->of->size)) ==
			-1) {
			json_decref(list);
			return NULL;
		}
	return list;
}

static json_t *field_json(const struct record_field *field, const char *from)
{
	const char *at = from + field->offset;
	struct address address;
	switch (field->kind) {
	case RECORD_BOOL:
		return json_boolean(*(const bool *)at);
	case RECORD_TEXT:
		return text_json(at);
	case RECORD_ADDRESS:
		return address_json((const struct address *)at);
	case RECORD_PLACE:
		address = place_address((const struct tcp_segment_end *)at);
		return address_json(&address);
	case RECORD_ONE:
		return record_json(field->of, at);
	case RECORD_ONE_OR_NULL:
		return is_zero(field, from) ? json_null() : record_json(field->of, at);
	case RECORD_LIST:
		return list_json(field, from);
	default:
		return number_json(number_read(field->kind, at));
	}
}

json_t *record_json(const struct record *record, const void *from)
{
	json_t *object = json_object();
	for (size_t i = 0; object && i < record->count; i++) {
		const struct record_field *field = &record->fields[i];
		if (record->leaves_out_zeros && is_zero(field, from))
			continue;
		if (json_object_set_new(object, field->name, field_json(field, from)) == -1) {
			json_decref(object);
			return NULL;
		}
	}
	return object;
}

static int refuse(const struct record_field *field, const char *what, struct error *error)
{
	return error_set(error, STATUS_FAILED, "\"%s\" is %s", field->name, what);
}

static int instant_move(
	const struct record_field *field, int64_t shift_ns, json_int_t *number, struct error *error)
{
	if (*number == 0)
		return 0;
	if (__builtin_add_overflow(*number, shift_ns, number) || *number <= 0)
		return refuse(field, "no instant of this host's clock", error);
	return 0;
}

static int number_take(const struct record_field *field, const json_t *value, int64_t shift_ns,
	char *at, struct error *error)
{
	static const json_int_t most[] = {[RECORD_U64] = INT64_MAX,
		[RECORD_U32] = UINT32_MAX,
		[RECORD_U16] = UINT16_MAX,
		[RECORD_INSTANT] = INT64_MAX};
	json_int_t number = json_integer_value(value);
	if (!json_is_integer(value) || number < 0 || number > most[field->kind] ||
		(field->most && (uint64_t)number > field->most))
		return refuse(field, "no number that may stand there", error);
	if (field->kind == RECORD_INSTANT && instant_move(field, shift_ns, &number, error) == -1)
		return -1;
	uint64_t u64 = (uint64_t)number;
	uint32_t u32 = (uint32_t)u64;
	uint16_t u16 = (uint16_t)u64;
	const void *from = field->kind == RECORD_U32   ? (const void *)&u32
			   : field->kind == RECORD_U16 ? (const void *)&u16
						       : &u64;
	memcpy(at, from, number_size(field->kind));
	return 0;
}

static int text_take(
	const struct record_field *field, const json_t *value, char *at, struct error *error)
{
	size_t length = json_string_length(value);
	if (!json_is_string(value) || length >= field->most ||
		strlen(json_string_value(value)) != length)
		return refuse(field, "no text, or too long a one", error);
	memcpy(at, json_string_value(value), length + 1);
	printable_clean(at, PRINTABLE_ONE_LINE);
	return 0;
}

static int address_take(const struct record_field *field, const json_t *value,
	struct address *address, struct error *error)
{
	const char *text = json_string_value(value);
	*address = (struct address){.length = 0};
	if (!text || strlen(text) != json_string_length(value) ||
		(text[0] && address_parse(text, address) == -1))
		return refuse(field, "no address", error);
	return 0;
}

static int place_take(const struct record_field *field, const json_t *value,
	struct tcp_segment_end *place, struct error *error)
{
	struct address address;
	size_t size;
	if (address_take(field, value, &address, error) == -1)
		return -1;
	if (!address.length)
		return refuse(field, "no address", error);
	const uint8_t *bytes = address_bytes(&address, &size);
	*place = (struct tcp_segment_end){
		.port = address_port(&address), .is_ipv6 = address_family(&address) == AF_INET6};
	memcpy(place->address, bytes, size);
	return 0;
}

static int list_take(const struct record_field *field, const json_t *value, int64_t shift_ns,
	char *to, struct error *error)
{
	size_t count = json_array_size(value);
	if (!json_is_array(value) || count > field->most)
		return refuse(field, "no list, or too long a one", error);
	for (size_t i = 0; i < count; i++)
		if (record_json_take(json_array_get(value, i), field->of, shift_ns,
			    to + field->offset + i * field->of->size, error) == -1)
			return -1;
	memcpy(to + field->count_offset, &count, sizeof(count));
	return 0;
}

static int field_take(const struct record_field *field, const json_t *value, int64_t shift_ns,
	char *to, struct error *error)
{
	char *at = to + field->offset;
	switch (field->kind) {
	case RECORD_BOOL:
		if (!json_is_boolean(value))
			return refuse(field, "neither true nor false", error);
		*(bool *)at = json_is_true(value);
		return 0;
	case RECORD_TEXT:
		return text_take(field, value, at, error);
	case RECORD_ADDRESS:
		return address_take(field, value, (struct address *)at, error);
	case RECORD_PLACE:
		return place_take(field, value, (struct tcp_segment_end *)at, error);
	case RECORD_ONE_OR_NULL:
		if (json_is_null(value)) {
			memset(at, 0, field->of->size);
			return 0;
		}
		return record_json_take(value, field->of, shift_ns, at, error);
	case RECORD_ONE:
		return record_json_take(value, field->of, shift_ns, at, error);
	case RECORD_LIST:
		return list_take(field, value, shift_ns, to, error);
	default:
		return number_take(field, value, shift_ns, at, error);
	}
}

static void zero_take(const struct record_field *field, char *to)
{
	size_t offset = field->kind == RECORD_LIST ? field->count_offset : field->offset;
	memset(to + offset, 0, field_size(field));
}

int record_json_take(const json_t *object, const struct record *record, int64_t shift_ns, void *to,
	struct error *error)
{
	if (!json_is_object(object))
		return error_set(error, STATUS_FAILED, "what should be an object is none");
	for (size_t i = 0; i < record->count; i++) {
		const struct record_field *field = &record->fields[i];
		const json_t *value = json_object_get(object, field->name);
		if (!value && record->leaves_out_zeros) {
			zero_take(field, to);
			continue;
		}
		if (!value)
			return refuse(field, "missing", error);
		if (field_take(field, value, shift_ns, to, error) == -1)
			return -1;
	}
	return 0;
}
