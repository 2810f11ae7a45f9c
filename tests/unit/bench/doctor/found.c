#include "tests/unit/bench/doctor/found.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static struct diagnosis diagnosis;

const struct diagnosed *found_find(const struct doctor_host *host, const char *id)
{
	diagnosis_finish(&diagnosis);
	diagnosis = diagnosis_of(host);
	for (size_t i = 0; i < diagnosis.count; i++)
		if (strcmp(diagnosis.list[i].check->id, id) == 0)
			return &diagnosis.list[i];
	return NULL;
}

size_t found_count(const char *id)
{
	size_t count = 0;
	for (size_t i = 0; i < diagnosis.count; i++)
		count += strcmp(diagnosis.list[i].check->id, id) == 0;
	return count;
}

double found_number(const struct diagnosed *found, const char *name)
{
	for (size_t i = 0; i < found->number_count; i++)
		if (strcmp(found->numbers[i].name, name) == 0)
			return found->numbers[i].value;
	fail_msg("no number %s", name);
	return NAN;
}

static bool is_said(const struct diagnosed *found, const char *text)
{
	for (size_t i = 0; i < found->line_count; i++)
		if (strstr(found->lines[i], text))
			return true;
	return strstr(found->headline, text) || strstr(found->cure, text);
}

void found_has(const struct diagnosed *found, const char *text)
{
	assert_non_null(found);
	if (is_said(found, text))
		return;
	print_message("%s\n", found->headline);
	for (size_t i = 0; i < found->line_count; i++)
		print_message("  %s\n", found->lines[i]);
	print_message("  cure: %s\n", found->cure);
	fail_msg("no \"%s\"", text);
}

void found_lacks(const struct diagnosed *found, const char *text)
{
	if (is_said(found, text))
		fail_msg("there is \"%s\"", text);
}

int found_finish(void **state)
{
	(void)state;
	diagnosis_finish(&diagnosis);
	return 0;
}
