/* A command of the shell, on as many lines as it needs, to be copied with all of them. */
#ifndef COMMON_COMMAND_LINES_H
#define COMMON_COMMAND_LINES_H

#include <stddef.h>
#include <stdio.h>

/* Prints the command behind `column` columns that its first line has already, and ends the line. A
 * backslash ends each line but the last. Lines break before options, and begin with `indent`
 * blanks; then before other words; then within a word that is wider than a line. What goes on of
 * such a word begins its line without a blank, since a blank would be a part of the command. */
void command_lines_print(
	const char *command, size_t column, size_t indent, size_t width, FILE *out);

#endif
