#include "bench/fleet/merge_hosts.h"

#include "bench/fleet/merge_values.h"
#include "bench/result/json_path.h"
#include "common/bounded_text.h"

#include <stdio.h>
#include <string.h>

/* Hosts that are named; of more, how many there are. */
#define NAMES_MOST 4
#define NAMES_TEXT_MAX 600
#define OWN_NAME_MAX 80

/* "web1"; "web1 #2" where another host has that name. The number goes on from the last one of the
 * name: a thousand hosts of one name are not each compared with all others. */
static void name_choose(json_t *names, const char *own, char name[MERGE_HOST_NAME_MAX])
{
	const json_t *last = json_object_get(names, own);
	json_int_t number = last ? json_integer_value(last) : 1;
	bounded_text_write(name, MERGE_HOST_NAME_MAX, "%s", own);
	while (json_object_get(names, name))
		bounded_text_write(name, MERGE_HOST_NAME_MAX, "%s #%lld", own, (long long)++number);
	json_object_set_new(names, name, json_integer(1));
	json_object_set_new(names, own, json_integer(number));
}

const char *merge_hosts_add(json_t *hosts, json_t *names, const json_t *result)
{
	json_t *host = json_copy(json_object_get(result, "host"));
	char own[OWN_NAME_MAX], name[MERGE_HOST_NAME_MAX];
	bounded_text_write(own, sizeof(own), "%s", json_path_text(host, "name"));
	name_choose(names, own, name);
	json_object_set_new(host, "name", json_string(name));
	json_object_del(host, "time_wait_life");
	json_object_set(host, "started", json_object_get(result, "started"));
	json_object_set(host, "command_line", json_object_get(result, "command_line"));
	json_array_append_new(hosts, host);
	return json_path_text(host, "name");
}

void merge_hosts_names(const json_t *names, char *text, size_t size)
{
	size_t used = 0, count = json_array_size(names);
	text[0] = '\0';
	for (size_t i = 0; i < count && i < NAMES_MOST && used + 1 < size; i++)
		used += bounded_text_write(text + used, size - used, "%s%s", i ? ", " : "",
			json_path_string(json_array_get(names, i)));
	if (count > NAMES_MOST && size - used > BOUNDED_TEXT_LEAST)
		bounded_text_write(text + used, size - used, " and %zu more", count - NAMES_MOST);
}

static void name_set(json_t *one, const json_t *hosts)
{
	char names[NAMES_TEXT_MAX], text[NAMES_TEXT_MAX + 40];
	json_t *list = json_array();
	size_t i;
	json_t *host;
	json_array_foreach((json_t *)hosts, i, host)
		json_array_append(list, json_object_get(host, "name"));
	merge_hosts_names(list, names, sizeof(names));
	snprintf(text, sizeof(text), "%zu host%s: %s", json_array_size(list),
		json_array_size(list) == 1 ? "" : "s", names);
	json_object_set_new(one, "name", json_string(text));
	json_decref(list);
}

/* A text that is not the same on all hosts. */
static void text_add(json_t *one, const json_t *host, const char *key)
{
	if (!json_equal(json_object_get(one, key), json_object_get(host, key)))
		json_object_set_new(one, key, json_string("several"));
}

static void sum_add(json_t *one, const json_t *host, const char *key)
{
	json_t *sum = merge_values_sum(json_object_get(one, key), json_object_get(host, key));
	if (sum)
		json_object_set_new(one, key, sum);
}

static void limit_add(json_t *one, const json_t *host)
{
	json_int_t own = json_integer_value(json_object_get(one, "rlimit_nofile"));
	json_int_t other = json_integer_value(json_object_get(host, "rlimit_nofile"));
	/* -1: there is none. */
	if (other >= 0 && (own < 0 || other < own))
		json_object_set(one, "rlimit_nofile", json_object_get(host, "rlimit_nofile"));
}

json_t *merge_hosts_one(const json_t *hosts)
{
	json_t *one = json_copy(json_array_get(hosts, 0));
	json_object_del(one, "started");
	json_object_del(one, "command_line");
	for (size_t i = 1; i < json_array_size(hosts); i++) {
		const json_t *host = json_array_get(hosts, i);
		text_add(one, host, "kernel");
		text_add(one, host, "cpu_model");
		sum_add(one, host, "cpus");
		sum_add(one, host, "memory_bytes");
		limit_add(one, host);
		if (json_is_false(json_object_get(host, "root")))
			json_object_set_new(one, "root", json_false());
	}
	name_set(one, hosts);
	return one;
}
