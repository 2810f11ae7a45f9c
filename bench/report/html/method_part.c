#include "bench/report/html/method_part.h"

#include "bench/report/html/markup/markup.h"
#include "bench/report/kernel_default.h"
#include "bench/report/printed.h"
#include "bench/report/settings_text.h"
#include "bench/report/wire_text.h"
#include "bench/result/figure_text.h"
#include "bench/result/json_path.h"
#include "common/command_lines.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

/* Of a command: half of a page that is 1,280 pixels wide. */
#define COMMAND_COLUMNS 68
#define COMMAND_INDENT 4

void method_line_write(const json_t *result, FILE *out)
{
	const json_t *command = json_path_at(result, "options.server-command");
	const json_t *cpus = json_path_at(result, "host.cpus");
	if (json_path_at(result, "started"))
		markup_write(out, "%s on %s. ", json_path_text(result, "started"),
			json_path_text(result, "host.name"));
	if (json_path_at(result, "host.kernel"))
		markup_write(out, "Kernel %s, ", json_path_text(result, "host.kernel"));
	if (json_is_integer(cpus))
		markup_write(out, "%zu CPUs, %s. ", (size_t)json_integer_value(cpus),
			json_path_text(result, "host.cpu_model"));
	if (json_is_string(command) && json_string_length(command) > 0)
		markup_write(out, "Server: <code>%s</code>.", json_string_value(command));
}

static void host_row_write(const char *name, const char *value, FILE *out)
{
	markup_write(out, "<dt>%s</dt><dd>%s</dd>\n", name, value);
}

static void host_write(const json_t *result, FILE *out)
{
	char text[64], wire[160];
	double memory = json_number_value(json_path_at(result, "host.memory_bytes"));
	const json_t *root = json_path_at(result, "host.root");
	fputs("<dl>\n", out);
	host_row_write("measured", json_path_text(result, "started"), out);
	host_row_write("host", json_path_text(result, "host.name"), out);
	host_row_write("kernel", json_path_text(result, "host.kernel"), out);
	host_row_write("processor", json_path_text(result, "host.cpu_model"), out);
	json_path_number_write(result, "host.cpus", text, sizeof(text));
	host_row_write("CPUs", text, out);
	if (memory > 0) {
		figure_bytes(memory, text, sizeof(text));
		host_row_write("memory", text, out);
	}
	host_row_write("as",
		json_is_true(root)    ? "root"
		: json_is_false(root) ? "an ordinary user"
				      : "-",
		out);
	host_row_write("network",
		*wire_text(result, wire, sizeof(wire)) ? wire
						       : json_path_text(result, "network.kind"),
		out);
	host_row_write("teardown", json_path_text(result, "version"), out);
	fputs("</dl>\n", out);
}

/* One end's value of a setting, where all trials share it. */
static const char *value_of(const json_t *result, const char *end, const char *name)
{
	const json_t *shared = json_object_get(json_path_at(result, "network.sysctls"), end);
	return json_string_value(json_object_get(shared, name));
}

/* Whether an end has the setting in any trial. */
static bool is_set(const json_t *result, const char *end, const char *name)
{
	size_t i;
	json_t *trial;
	json_array_foreach(json_object_get(result, "trials"), i, trial)
	{
		const json_t *settings = json_object_get(json_object_get(trial, "sysctls"), end);
		if (json_object_get(settings, name))
			return true;
	}
	return false;
}

static void value_write(const json_t *result, const char *end, const char *name, FILE *out)
{
	const char *value = value_of(result, end, name);
	if (kernel_default_differs(name, value))
		markup_write(out, "<td class=\"changed\"><b>%s</b></td>", value);
	else
		markup_write(out, "<td>%s</td>",
			value                       ? value
			: is_set(result, end, name) ? "by strategy"
						    : "-");
}

/* Whose settings the table has, a column each; `nat` only where there is one. */
static const struct {
	const char *name, *heading;
} hosts[] = {{"server", "server"}, {"client", "client"}, {"nat", "NAT"}};
#define HOSTS (sizeof(hosts) / sizeof(hosts[0]))

static json_t *settings_of(const json_t *result, size_t host)
{
	return json_object_get(json_path_at(result, "network.sysctls"), hosts[host].name);
}

static void setting_write(const json_t *result, const char *name, FILE *out)
{
	const char *usual = kernel_default(name);
	bool changed = false;
	markup_write(out, "<tr><th scope=\"row\">%s</th>", name);
	for (size_t h = 0; h < HOSTS; h++) {
		if (json_object_size(settings_of(result, h)) == 0)
			continue;
		changed |= kernel_default_differs(name, value_of(result, hosts[h].name, name));
		value_write(result, hosts[h].name, name, out);
	}
	markup_write(out, "<td class=\"quiet\">%s%s</td></tr>\n",
		!usual   ? "-"
		: *usual ? usual
			 : "depends on the machine",
		changed ? " (changed here)" : "");
}

/* Whether a host in an earlier column has it. */
static bool is_written(const json_t *result, size_t host, const char *name)
{
	for (size_t h = 0; h < host; h++)
		if (json_object_get(settings_of(result, h), name))
			return true;
	return false;
}

static void settings_write(const json_t *result, FILE *out)
{
	const char *name;
	json_t *value;
	size_t count = 0;
	for (size_t h = 0; h < HOSTS; h++)
		count += json_object_size(settings_of(result, h));
	if (count == 0)
		return;
	fputs("<h3>Settings that all trials share</h3>\n"
	      "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"Settings\">"
	      "<table class=\"plain\"><thead><tr><th scope=\"col\">sysctl</th>",
		out);
	for (size_t h = 0; h < HOSTS; h++)
		if (json_object_size(settings_of(result, h)) > 0)
			fprintf(out, "<th scope=\"col\">%s</th>", hosts[h].heading);
	fputs("<th scope=\"col\">the kernel's default</th></tr></thead>\n<tbody>\n", out);
	for (size_t h = 0; h < HOSTS; h++)
		json_object_foreach(settings_of(result, h), name, value)
		{
			if (!is_written(result, h, name))
				setting_write(result, name, out);
		}
	fputs("</tbody></table></div>\n", out);
}

static void own_print(const void *result, FILE *out)
{
	size_t i;
	json_t *entry;
	json_array_foreach(json_object_get(result, "summary"), i, entry)
		settings_own_print(result, json_path_text(entry, "strategy"), PRINTED_WIDTH, out);
}

static void own_write(const json_t *result, FILE *out)
{
	char *text = printed(own_print, result);
	if (text && *text) {
		fputs("<h3>Settings of one strategy</h3>\n", out);
		markup_lines_write(out, NULL, text);
	}
	free(text);
}

static void command_print(const void *what, FILE *out)
{
	const json_t *result = what;
	command_lines_print(
		json_path_text(result, "command_line"), 0, COMMAND_INDENT, COMMAND_COLUMNS, out);
}

void method_command_write(const json_t *result, FILE *out)
{
	char *command = printed(command_print, result);
	markup_write(out, "<pre tabindex=\"0\"><code>%s</code></pre>\n", command ? command : "");
	free(command);
}

void method_part_write(const json_t *result, FILE *out)
{
	fputs("<section id=\"method\"><h2>How was it measured?</h2>\n", out);
	host_write(result, out);
	if (json_path_at(result, "command_line")) {
		fputs("<h3>The command that repeats it</h3>\n", out);
		method_command_write(result, out);
	}
	own_write(result, out);
	settings_write(result, out);
	fputs("</section>\n", out);
}
