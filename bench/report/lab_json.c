#include "bench/report/lab_json.h"

#include <sys/utsname.h>

static json_t *claim_json(const struct claim_outcome *outcome)
{
	json_t *measured = json_object();
	for (size_t i = 0; i < outcome->measured_count; i++)
		json_object_set_new(
			measured, outcome->measured[i].name, json_real(outcome->measured[i].value));
	return json_pack("{s:s,s:s,s:s,s:s,s:s,s:o}", "id", outcome->claim->id, "text",
		outcome->claim->text, "source", outcome->claim->source, "verdict",
		verdict_text(outcome->verdict), "because", outcome->because, "measured", measured);
}

int lab_json_add(json_t *array, const struct lesson_outcome *outcome, struct error *error)
{
	struct utsname host;
	uname(&host);
	json_t *claims = json_array();
	for (size_t i = 0; i < outcome->claim_count; i++)
		json_array_append_new(claims, claim_json(&outcome->claims[i]));
	json_t *lesson = json_pack("{s:s,s:o,s:s,s:f}", "lesson", outcome->lesson->name, "claims",
		claims, "kernel", host.release, "seconds", outcome->seconds);
	if (lesson && outcome->is_ipv6)
		json_object_set_new(lesson, "family", json_integer(6));
	if (!lesson || json_array_append_new(array, lesson) == -1)
		return error_set(error, STATUS_FAILED, "no memory for the lessons");
	return 0;
}
