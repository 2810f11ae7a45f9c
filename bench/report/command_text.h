/* A command of the shell, on as many lines as it needs, to be copied with all of them. */
#ifndef BENCH_REPORT_COMMAND_TEXT_H
#define BENCH_REPORT_COMMAND_TEXT_H

#include <stddef.h>
#include <stdio.h>

/* Prints it behind the label, broken before options: a backslash ends each line but the last. An
 * option and its value stay together, however long they are. */
void command_print(const char *label, const char *command, size_t width, FILE *out);

#endif
