#include "bench/report/wire_text.h"

#include "bench/result/json_path.h"
#include "common/bounded_text.h"

/* What each does, where it is not 0: times this factor. */
static const struct part {
	const char *key;
	double factor;
	const char *format;
} parts[] = {
	{"network.wire.delay_ms", 2, "%g ms round trip"},
	{"network.wire.jitter_ms", 1, "\u00b1%g ms each way"},
	{"network.wire.loss", 100, "%g %% lost"},
	{"network.wire.duplicate", 100, "%g %% sent twice"},
	{"network.wire.reorder", 100, "%g %% out of order"},
	{"network.wire.rate_bits_per_s", 1e-6, "%g Mbit/s"},
};

const char *wire_text(const json_t *result, char *text, size_t size)
{
	text[0] = '\0';
	const json_t *nat = json_path_at(result, "network.nat.port_range");
	if (nat)
		bounded_text_write(text, size, "a NAT: the server sees %s, ports %lld-%lld",
			json_path_text(result, "network.nat.address"),
			(long long)json_integer_value(json_array_get(nat, 0)),
			(long long)json_integer_value(json_array_get(nat, 1)));
	if (!json_is_object(json_path_at(result, "network.wire")))
		return text;
	size_t length = bounded_text_write(text, size, "a wire");
	const char *before = ": ";
	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
		double value = json_number_value(json_path_at(result, parts[i].key));
		char part[64];
		if (!(value > 0) || length + BOUNDED_TEXT_LEAST > size)
			continue;
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
		bounded_text_write(part, sizeof(part), parts[i].format, value * parts[i].factor);
		length += bounded_text_write(text + length, size - length, "%s%s", before, part);
		before = ", ";
	}
	return text;
}
