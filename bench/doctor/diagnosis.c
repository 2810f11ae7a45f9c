#include "bench/doctor/check.h"

#include "common/bounded_text.h"
#include "common/printable.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#define FOUND_MAX 4096

const char *diagnosis_level_name(enum diagnosis_level level)
{
	static const char *const names[] = {"notice", "warning", "critical"};
	return names[level];
}

static struct diagnosed *latest(struct diagnosis *diagnosis)
{
	return diagnosis->count > 0 ? &diagnosis->list[diagnosis->count - 1] : NULL;
}

static void text_write(char *text, const char *format, va_list args)
	__attribute__((format(printf, 2, 0)));

static void text_write(char *text, const char *format, va_list args)
{
	bounded_text_vwrite(text, DIAGNOSED_TEXT, format, args);
	printable_clean(text, PRINTABLE_ONE_LINE);
}

static bool room_make(struct diagnosis *diagnosis)
{
	if (diagnosis->count < diagnosis->room)
		return true;
	size_t room = diagnosis->room ? 2 * diagnosis->room : 16;
	struct diagnosed *list =
		room <= FOUND_MAX ? realloc(diagnosis->list, room * sizeof(*list)) : NULL;
	if (!list)
		return false;
	diagnosis->list = list;
	diagnosis->room = room;
	return true;
}

void diagnosis_add(struct diagnosis *diagnosis, enum diagnosis_level level, double urgency,
	const char *headline, ...)
{
	va_list args;
	/* What fills the latest would fill another one. */
	if (diagnosis->left_out > 0 || !room_make(diagnosis)) {
		diagnosis->left_out++;
		return;
	}
	struct diagnosed *found = &diagnosis->list[diagnosis->count++];
	*found = (struct diagnosed){.check = diagnosis->check,
		.space = diagnosis->space,
		.level = level,
		.urgency = urgency};
	va_start(args, headline);
	text_write(found->headline, headline, args);
	va_end(args);
}

void diagnosis_line(struct diagnosis *diagnosis, const char *line, ...)
{
	va_list args;
	struct diagnosed *found = latest(diagnosis);
	if (!found || diagnosis->left_out > 0 || found->line_count == DIAGNOSED_LINES)
		return;
	va_start(args, line);
	text_write(found->lines[found->line_count++], line, args);
	va_end(args);
}

void diagnosis_cure(struct diagnosis *diagnosis, const char *cure, ...)
{
	va_list args;
	struct diagnosed *found = latest(diagnosis);
	if (!found || diagnosis->left_out > 0)
		return;
	va_start(args, cure);
	text_write(found->cure, cure, args);
	va_end(args);
}

void diagnosis_number(struct diagnosis *diagnosis, const char *name, double value)
{
	struct diagnosed *found = latest(diagnosis);
	if (!found || diagnosis->left_out > 0 || found->number_count == DIAGNOSED_NUMBERS)
		return;
	found->numbers[found->number_count++] = (struct diagnosed_number){name, value};
}

static int more_urgent(const void *a, const void *b)
{
	const struct diagnosed *first = a, *second = b;
	if (first->level != second->level)
		return first->level < second->level ? 1 : -1;
	if (first->urgency != second->urgency)
		return first->urgency < second->urgency ? 1 : -1;
	return strcmp(first->headline, second->headline);
}

struct diagnosis diagnosis_of(const struct doctor_host *host)
{
	struct diagnosis diagnosis = {.count = 0};
	for (size_t i = 0; i < doctor_check_count; i++) {
		diagnosis.check = doctor_checks[i];
		if (!doctor_check_applies(diagnosis.check, host))
			continue;
		for (size_t j = 0; j < host->namespace_count; j++) {
			diagnosis.space = &host->namespaces[j];
			doctor_checks[i]->check(&diagnosis, host, diagnosis.space);
		}
	}
	if (diagnosis.count > 1)
		qsort(diagnosis.list, diagnosis.count, sizeof(*diagnosis.list), more_urgent);
	return diagnosis;
}

void diagnosis_finish(struct diagnosis *diagnosis)
{
	free(diagnosis->list);
	*diagnosis = (struct diagnosis){.count = 0};
}

size_t diagnosis_count(const struct diagnosis *diagnosis, enum diagnosis_level level)
{
	size_t count = 0;
	for (size_t i = 0; i < diagnosis->count; i++)
		count += diagnosis->list[i].level == level;
	return count;
}
