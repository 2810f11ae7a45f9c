#include "bench/ends/end_json.h"

#include "common/printable.h"

#include <stdio.h>
#include <string.h>

json_t *end_json_settings(const struct network *network)
{
	json_t *object = json_object();
	for (size_t i = 0; i < network->setting_count; i++)
		if (json_object_set_new(object, network->settings[i].name,
			    json_string(network->settings[i].value)) == -1) {
			json_decref(object);
			return NULL;
		}
	return object;
}

static int setting_take(
	const char *name, const json_t *value, struct network *network, struct error *error)
{
	const char *text = json_string_value(value);
	if (network->setting_count == NETWORK_SETTINGS_MAX)
		return error_set(error, STATUS_FAILED, "there are more than %d settings",
			NETWORK_SETTINGS_MAX);
	struct network_setting *setting = &network->settings[network->setting_count];
	*setting = (struct network_setting){.end = TD_SERVER};
	if (!text || strncmp(name, "net.", 4) != 0 || strlen(name) >= sizeof(setting->name) ||
		strlen(text) >= sizeof(setting->value))
		return error_set(error, STATUS_FAILED, "\"%.64s\" is no setting", name);
	memcpy(setting->name, name, strlen(name) + 1);
	memcpy(setting->value, text, strlen(text) + 1);
	printable_clean(setting->name, PRINTABLE_ONE_LINE);
	printable_clean(setting->value, PRINTABLE_ONE_LINE);
	network->setting_count++;
	return 0;
}

int end_json_settings_take(const json_t *object, struct network *network, struct error *error)
{
	const char *name;
	json_t *value;
	if (!json_is_object(object))
		return error_set(error, STATUS_FAILED, "what should be settings is no object");
	json_object_foreach((json_t *)object, name,
		value) if (setting_take(name, value, network, error) == -1) return -1;
	return 0;
}
