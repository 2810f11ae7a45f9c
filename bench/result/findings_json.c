#include "bench/result/findings_json.h"

#include "bench/result/json_scalar.h"

json_t *findings_json(const struct findings *findings)
{
	json_t *list = findings->incomplete ? NULL : json_array();
	for (size_t i = 0; list && i < findings->count; i++) {
		const struct finding *finding = &findings->list[i];
		json_t *json = json_pack(
			"{s:s, s:o}", "id", finding->kind->id, "text", json_text(finding->text));
		for (size_t f = 0; f < finding->field_count; f++) {
			const struct finding_field *field = &finding->fields[f];
			json_object_set_new(json, field->name,
				field->word ? json_string(field->word)
					    : json_number_or_null(field->number));
		}
		json_array_append_new(list, json);
	}
	return list;
}
